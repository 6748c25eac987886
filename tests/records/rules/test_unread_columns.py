"""Columns that are not read and change what is counted."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("kind", "rows", "code"), [
    ("purchases", [{"amount": "1234", "Cents": "50"}], "amount_split"),
    ("purchases", [{"amount": "1234", "Cents": "123400"}], ""),
    ("purchases", [{"amount": "120", "dont TVA": "20"}], "amount_with_tax"),
    ("purchases", [{"amount": "120", "Amount HT": "100"}], "columns_ambiguous"),
    ("purchases", [{"amount": "000012345"}, {"amount": "000000100"}], "decimals_implied"),
    ("energy", [{"Night kWh": "400"}], "tariffs_unread"), ("energy", [{"Night kWh": "400", "Day kWh": "600"}], ""),
    ("energy", [{"Multiplier": "40"}], "multiplier_unread"), ("energy", [{"Multiplier": "1"}], ""),
    ("energy", [{"Multiplier": "200/5", "Old index": "10", "New index": "35"}], "")])
def test_a_second_column_that_changes_the_first(verdict, kind, rows, code):
    """The file is refused unless the column proves that the counted one is complete."""
    assert verdict(kind, *rows).refused == code


def test_rows_in_thousands(verdict):
    """A column of units with "k€" makes its rows rejects, the others count."""
    assert verdict("purchases", {"Scale": "€"}, {"Scale": "k€"}).rejected == {3: "row_scaled"}


@pytest.mark.parametrize(("kind", "row", "column", "code", "what"), [
    ("purchases", {"amount": "1234", "Cents": "50"}, "amount", "amount_split", "whole_amounts"),
    ("purchases", {"of which VAT": "2"}, "amount", "amount_with_tax", "net_of_tax"),
    ("purchases", {"amount": "000012345"}, "amount", "decimals_implied", "whole_amounts"),
    ("energy", {"Night kWh": "40"}, "quantity", "tariffs_unread", "all_tariffs"),
    ("energy", {"Multiplier": "40"}, "quantity", "multiplier_unread", "factor_applied")])
def test_guards_do_not_depend_on_who_named_the_column(verdict, kind, row, column, code, what):
    """A column that params map is guarded as a known one; a dated statement with a reason stands instead."""
    mapped = {"columns": {column: column}}
    sworn = {"what": what, "reason": "stated by the supplier", "on": "2024-01-05"}
    assert verdict(kind, row, options=mapped).refused == code
    read = verdict(kind, row, options=mapped | {"swears": [sworn]})
    assert (read.refused, "sworn" in read.warned) == ("", True)
