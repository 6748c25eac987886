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


def test_a_declared_column_is_taken_as_it_is(verdict):
    """Where params name the column of the amount, no other column changes it."""
    rows = [{"amount": "1234", "Cents": "50"}]
    assert verdict("purchases", *rows, options={"columns": {"amount": "amount"}}).refused == ""
