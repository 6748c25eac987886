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


@pytest.mark.parametrize(("heading", "code", "what"), [
    ("Kwota brutto", "amount_with_tax", "tax_counts"), ("Total (k€)", "scale_above", "full_units")])
def test_a_heading_that_params_map_is_read_for_what_it_states(verdict, heading, code, what):
    """A mapping names the column and proves nothing of it: tax and thousands in its heading refuse the file."""
    row = {heading: "10.25", "amount": None}
    sworn = {"what": what, "reason": "stated by the supplier", "on": "2024-01-05"}
    assert verdict("purchases", row, options={"columns": {"amount": heading}}).refused == code
    assert verdict("purchases", row, options={"columns": {"amount": heading}, "swears": [sworn]}).refused == ""
    quantity = {"Use (kWh, '000)": "10", "quantity": None}
    assert verdict("energy", quantity, options={"columns": {"quantity": "Use (kWh, '000)"}}).refused == "scale_above"


@pytest.mark.parametrize(("amount", "refused"), [
    ("{Gross} - {GST}", ""), ("{Gross} - {Fee}", "amount_with_tax"), ("{Gross}", "amount_with_tax"),
    ("{Gross} - {Excluding GST}", "amount_with_tax"), ("{Gross} - {GST rate}", "amount_with_tax"),
    ("{Gross} - {% GST}", "amount_with_tax"), ("{Gross} - {GST 15%}", "")])
def test_a_gross_amount_less_its_tax_holds_none(verdict, amount, refused):
    """The net amount of a ledger that lists gross and tax; alone it holds tax, less its net amount it is the tax."""
    row = {"Gross": "115.00", "GST": "15.00", "Fee": "1.00", "Excluding GST": "100.00", "GST rate": "15", "% GST": "15",
           "GST 15%": "15.00", "amount": None}
    read = verdict("purchases", row, options={"columns": {"amount": amount}})
    assert read.refused == refused
    assert refused or read.records["amount"].tolist() == [100.0]


def test_a_unit_in_a_mapped_heading_is_no_other_than_that_of_params(verdict):
    """"Relevé (MWh)" as kWh would be a thousandth; kWh and kWh PCS are the same size."""
    row = {"quantity": None, "unit": None, "Relevé (MWh)": "1.5"}
    options = {"columns": {"quantity": "Relevé (MWh)"}, "constants": {"unit": "kWh"}}
    assert verdict("energy", row, options=options).rejected == {2: "unit_conflict"}
    sworn = {"what": "declared_unit", "reason": "the supplier's template is wrong", "on": "2024-01-05"}
    assert verdict("energy", row, options=options | {"swears": [sworn]}).records["quantity"].tolist() == [1.5]


@pytest.mark.parametrize("heading", ["Total carbon footprint (MTCO2e)", "Emissions tCO₂e", "CO2-Emissionen [kg]"])
def test_emissions_are_no_quantity(verdict, heading):
    """A column of emissions that is declared as the kWh is refused, whatever the language; a statement is read."""
    row, sworn = {"quantity": None, heading: "4.12"}, {"what": "consumption", "reason": "kWh", "on": "2024-01-05"}
    declared = {"columns": {"quantity": heading}}
    assert verdict("energy", row, options=declared).refused == "emissions_counted"
    assert verdict("energy", row, options={**declared, "swears": [sworn]}).refused == ""


def test_quantities_under_a_heading_of_production_have_a_warning(verdict):
    """What panels produce is consumed, sold or both: the column alone does not state which."""
    row = {"quantity": None, "System Production": "4120"}
    read = verdict("energy", row, options={"columns": {"quantity": "System Production"}})
    assert "production_counted" in read.warned
