"""Units and currencies stated outside their column."""

from __future__ import annotations

import pytest


def test_the_currency_of_an_amount_is_that_of_its_cell(verdict):
    """Without a column of currencies each cell's counts; a sign of several currencies is a reject."""
    read = verdict("purchases", {"amount": "5.50 USD", "currency": None}, {"amount": "$7", "currency": None})
    assert read.records["currency"].tolist() == ["USD"]
    assert read.rejected == {3: "currency_missing"}


@pytest.mark.parametrize(("amount", "currency", "code"), [
    ("5 USD", "EUR", "currency_conflict"), ("5 EUR", "EUR", None), ("$5", "CAD", None), ("$5", "EUR",
                                                                                         "currency_conflict")])
def test_a_currency_next_to_the_number(verdict, amount, currency, code):
    """It is the row's, or the row is a reject; a sign of several currencies fits each of them."""
    assert verdict("purchases", {"amount": amount, "currency": currency}).rejected == ({2: code} if code else {})


def test_a_unit_in_the_heading(verdict):
    """A row in another unit than its heading may be converted: a reject."""
    row = {"quantity": None, "unit": "MWh", "Quantity (kWh)": "5"}
    assert verdict("energy", row).rejected == {2: "unit_conflict"}
    assert verdict("energy", row | {"unit": "kWh"}).rejected == {}


def test_a_unit_above_the_headings(tmp_path):
    """A title "in MWh" above rows of kWh is listed; the rows count in their own unit."""
    from carbon.records.files.file import read_records

    path = tmp_path / "e.csv"
    path.write_text("Consumption in MWh;;;;;;;\nperiod_start;period_end;company;site;country;carrier;quantity;unit\n"
                    "2024-01-01;2024-01-31;Acme;Lyon;FR;electricity;5;kWh\n")
    assert "unit_above" in {w.code for w in read_records(path, "energy").warnings}
