"""Entries of a ledger file by type: openings, closings, assets bought."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.records.files.fec_entries import Accounts, acquisitions, closing, opening, sums


def _lines(*rows):
    table = pd.DataFrame([dict(zip(("JournalCode", "JournalLib", "EcritureLib", "account", "amount", "entry"), row,
                                   strict=True)) for row in rows])
    return table, Accounts(table["account"]), table["entry"].to_numpy(dtype=np.intp)


def test_an_asset_bought_and_an_asset_moved():
    """A computer against its supplier is bought; a transfer between two asset accounts is not."""
    lines = _lines(("AC", "Achats", "PC", "218300", 900.0, 0), ("AC", "Achats", "PC", "404000", -900.0, 0),
                   ("OD", "Divers", "mise en service", "218300", 50.0, 1),
                   ("OD", "Divers", "mise en service", "231000", -50.0, 1))
    assert acquisitions(*lines).tolist() == [True, False, False, False]


def test_opening_balances_by_journal_and_by_label():
    """A journal of openings is one, unless its name is that of another; labels count on balance accounts."""
    lines = _lines(("AN", "A nouveaux", "x", "401000", 1.0, 0), ("AN", "Achats Nantes", "x", "606000", 1.0, 1),
                   ("OD", "Divers", "Report à nouveau", "512000", 1.0, 2))
    assert opening(*lines).tolist() == [True, False, True]


def test_the_closing_of_charges():
    """Charges carried to the result and nothing else in the entry."""
    lines = _lines(("OD", "Divers", "x", "606000", -5.0, 0), ("OD", "Divers", "x", "120000", 5.0, 0),
                   ("AC", "Achats", "x", "606000", 5.0, 1), ("AC", "Achats", "x", "401000", -5.0, 1))
    assert closing(*lines).tolist() == [True, True, False, False]


def test_sums_of_groups():
    """Sums of a group are whole numbers."""
    assert sums(np.array([1, 2, 4]), np.array([0, 1, 0])).tolist() == [5, 2, 5]
