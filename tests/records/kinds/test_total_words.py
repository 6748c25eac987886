"""Words of totals and carried balances in ten languages."""

import re

import pytest

from carbon.core.text import fold
from carbon.records.kinds import total_words


@pytest.mark.parametrize("cell", ["Total", "Sous-total HT", "Gesamtsumme", "suma", "razem", "Grand Total", "moyenne"])
def test_a_cell_that_is_a_total_and_nothing_else(cell):
    """The coarse net and the pattern both know it."""
    assert re.search(total_words.WORD, cell)
    assert total_words.NOTHING_ELSE.fullmatch(fold(cell))


@pytest.mark.parametrize("cell", ["TotalEnergies", "Sommer GmbH", "Summit Ltd", "Saldo Mortal GmbH & Co"])
def test_a_company_is_no_total(cell):
    """A name that begins with the letters of a total is not one."""
    assert not total_words.NOTHING_ELSE.fullmatch(fold(cell))
    assert not total_words.NEVER_A_NAME.fullmatch(fold(cell))


@pytest.mark.parametrize(("cell", "carried"), [("Report à nouveau", True), ("Saldovortrag per 01.01.2024", True),
                                               ("opening balance", True), ("Solde", False), ("report annuel", False)])
def test_a_balance_is_carried_only_where_its_words_leave_no_other_meaning(cell, carried):
    """A bare "solde" may be the rest of an invoice, a report a publication."""
    assert bool(total_words.BALANCE.fullmatch(fold(cell))) == carried
