"""Units and currencies stated outside their column."""

from __future__ import annotations

import pytest

from carbon.records.kinds.contract import ProjectContext


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


SITES = ProjectContext(sites={"Austin": "US", "Leeds": "GB", "Toronto": "CA", "Lyon": "FR"}, declared=True)
FUEL = {"carrier": "diesel", "quantity": "100"}


@pytest.mark.parametrize(("site", "unit", "name"), [
    ("Austin", "gal", "US gallon"), ("Austin", "Gallons", "US gallon"), ("Leeds", "gallon", "UK gallon"),
    ("Leeds", "gals", "UK gallon"), ("Austin", "UK gal", "UK gallon"), ("Leeds", "US gal", "US gallon")])
def test_the_country_of_the_site_proves_the_gallon(verdict, site, unit, name):
    """A bare gallon of a site in the US is American, of one in Great Britain imperial; a named one stays."""
    read = verdict("energy", FUEL | {"site": site, "unit": unit, "country": None}, project=SITES)
    assert read.rejected == {}
    assert read.records["unit"].tolist() == [name]
    assert ("gallons" in read.warned) is ("gal" in unit.lower() and " " not in unit)


@pytest.mark.parametrize("row", [
    {"site": "Toronto", "country": None}, {"site": "Lyon", "country": None}, {"site": "Austin", "country": "GB"},
    {"site": "elsewhere", "country": "CA"}])
def test_an_unproved_gallon_is_asked(verdict, row):
    """Canada may use either, France neither, and a site and a row of two countries prove nothing."""
    assert verdict("energy", FUEL | {"unit": "gal"} | row, project=SITES).rejected == {2: "unit_unknown"}


def test_the_row_s_own_country_is_a_proof_where_no_site_has_one(verdict):
    """Fuel bought in the US, and rows of one file in two countries."""
    rows = [FUEL | {"date": "2024-03-01", "company": "Acme", "unit": "gal", "country": c}
            for c in ("US", "United Kingdom", "CA")]
    read = verdict("fuel", *rows)
    assert (read.refused, read.rejected) == ("", {4: "unit_unknown"})
    assert read.records["unit"].tolist() == ["US gallon", "UK gallon"]


def test_a_heading_or_a_cell_may_name_the_gallon(verdict):
    """"Quantity (gal)" and "120 gal" are gallons of the row's country."""
    heading = {"carrier": "diesel", "quantity": None, "unit": None, "Quantity (gal)": "100", "site": "Austin",
               "country": None}
    read = verdict("energy", heading, project=SITES)
    assert (read.refused, read.rejected, read.records["unit"].tolist()) == ("", {}, ["US gallon"])
    cell = FUEL | {"quantity": "120 gal", "unit": None, "site": "Leeds", "country": None}
    assert verdict("energy", cell, project=SITES).records["unit"].tolist() == ["UK gallon"]


def test_a_meaning_that_params_give_goes_first(verdict):
    """A British site that bills in American gallons says so once."""
    read = verdict("energy", FUEL | {"site": "Leeds", "unit": "gal", "country": None}, project=SITES,
                   options={"values": {"unit": {"gal": "US gallon"}}})
    assert read.records["unit"].tolist() == ["US gallon"]


def test_gallons_of_all_rows_are_asked_across_a_border(verdict):
    """A card of an American fleet lists litres of Canada in the same column; a unit of each row is taken as it is."""
    rows = [FUEL | {"company": "Acme", "site": "Depot", "country": c, "quantity": n, "date": f"2024-03-0{i}"}
            for i, (c, n) in enumerate([("US", "60"), ("US", "55"), ("CA", "210")], start=1)]
    options = {"constants": {"unit": "US gallon"}}
    assert "gallons" in verdict("fuel", *rows, options=options).warned
    assert "gallons" not in verdict("fuel", *rows[:2], options=options).warned
    assert "gallons" not in verdict("fuel", *[row | {"unit": "US gallon"} for row in rows]).warned
