"""Columns that are not read and change what is counted."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.core.money import exchange
from carbon.records.kinds.contract import ProjectContext


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


RATES = (0.23, 0.08, 0.05)
NET = [100.0, 212.5, 87.3, 1450.0, 60.0, 33.4]
MIXED = [(net, net * RATES[i % 3]) for i, net in enumerate(NET)]


@pytest.mark.parametrize(("rows", "refused", "warned"), [
    ([{"amount": a + t, "Kwota bez podatku": a} for a, t in MIXED], "amount_with_tax", False),
    ([{"amount": a + t, "Podatek": t} for a, t in MIXED], "amount_with_tax", False),
    ([{"amount": a + t, "TVA": t} for a, t in MIXED], "amount_with_tax", False),
    ([{"amount": a + t, "Steuer": -t} for a, t in MIXED], "amount_with_tax", False),
    ([{"amount": a, "Podatek": t} for a, t in MIXED], "", False),
    ([{"amount": a, "Do płatności": a + t} for a, t in MIXED], "", False),
    ([{"amount": 1.1 * a, "Local": a} for a in NET], "", False),
    ([{"amount": a, "Szt": 2.5 + i, "Za szt": a / (2.5 + i)} for i, a in enumerate(NET)], "", False),
    ([{"amount": a, "Bilans": sum(NET[:i + 1])} for i, a in enumerate(NET)], "", False),
    ([{"amount": a, "Rozmaite": 7.25 + i * i} for i, a in enumerate(NET)], "", True),
    ([{"amount": a, "Rozmaite": 7.25 + i * i, "Celkem": a + 7.25 + i * i} for i, a in enumerate(NET)], "", True)],
    ids=["net", "tax", "tax that is read", "tax booked below zero", "tax of a net amount", "gross", "rate of exchange",
         "product", "balance", "unknown", "a part and its total"])
def test_a_second_number_is_known_by_arithmetic(verdict, rows, refused, warned):
    """The net amount or the tax in the amount refuses the file; what arithmetic explains is settled, else listed."""
    texts = [{c: f"{v:.4f}" if c == "Za szt" else f"{v:.2f}" for c, v in row.items()} | {
        "date": f"2024-03-{i + 1:02d}"} for i, row in enumerate(rows)]
    read = verdict("purchases", *texts)
    assert (read.refused, "number_unread" in read.warned) == (refused, warned)


def test_a_tax_of_a_quarter_is_told_from_a_fifth_by_the_currency(verdict):
    """25 % of the net amount is 20 % of the gross one: in crowns it is the first, in euros 20 % of a net amount."""
    rows = [{"amount": f"{1.25 * a:.2f}", "Skatt": f"{0.25 * a:.2f}"} for a in NET[:4]] + [
        {"amount": "112.00", "Skatt": "12.00"}]
    assert verdict("purchases", *[row | {"currency": "SEK"} for row in rows]).refused == "amount_with_tax"


@pytest.mark.parametrize(("heading", "code", "what"), [
    ("Kwota brutto", "amount_with_tax", "tax_counts"), ("Total (k€)", "scale_above", "full_units")])
def test_a_heading_that_params_map_is_read_for_what_it_states(verdict, heading, code, what):
    """A mapping names the column and proves nothing of it: tax and thousands in its heading refuse the file."""
    row = {heading: "10.25", "amount": None}
    sworn = {"what": what, "reason": "stated by the supplier", "on": "2024-01-05"}
    assert verdict("purchases", row, options={"columns": {"amount": heading}}).refused == code
    assert verdict("purchases", row, options={"columns": {"amount": heading}, "swears": [sworn]}).refused == ""


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


def test_one_rate_is_enough_where_a_heading_names_the_tax(verdict):
    """168 with a tax of 8 in it is refused; with 8 of 160 next to it, or a number under another heading, it is read."""
    def read(amount, heading):
        return verdict("purchases", {"amount": amount, heading: "8.00"}, {"amount": "42.00", heading: "2.00"}).refused

    assert read("168.00", "Tax 1 Amount") == "amount_with_tax"
    assert verdict("purchases", {"amount": "160", "Tax 1 Amount": "8"}).refused == read("168.00", "Hours") == ""


FOREIGN = pd.DataFrame({"document": [1000.0, 1150.0, 950.0, 480.0], "code": ["GBP", "EUR", "USD", "EUR"],
                        "day": pd.to_datetime(["2024-01-18", "2024-02-21", "2024-03-21", "2024-04-18"])})
POUNDS = exchange(FOREIGN["document"], FOREIGN["code"], FOREIGN["day"], to="GBP", basis="transaction_date")["converted"]


@pytest.mark.parametrize(("currency", "amount", "refused"), [
    ("code", "pounds", "currency_of_another_amount"), ("code", "document", ""),
    ("GBP", "document", "currency_of_another_amount"), ("GBP", "pounds", "")])
def test_an_amount_in_two_currencies_is_in_that_of_its_row(verdict, currency, amount, refused):
    """Where each row has its amount twice, the rates of the days show which of the two is in the currency it states."""
    rows = [{"date": f"{day:%Y-%m-%d}", "amount": f"{pounds if amount == 'pounds' else document:.2f}",
             "currency": code if currency == "code" else "GBP", "Curr.": code,
             "Value": f"{document if amount == 'pounds' else pounds:.2f}"}
            for document, code, day, pounds in zip(*FOREIGN.to_dict("list").values(), POUNDS.tolist(), strict=True)]
    assert verdict("purchases", *rows, project=ProjectContext(currency="GBP")).refused == refused


def test_a_sum_of_columns_is_held_against_the_rates_too(verdict):
    """Debit less credit in pounds, next to the currency and the amount of the document."""
    rows = [{"date": f"{day:%Y-%m-%d}", "amount": None, "Dr": f"{pounds:.2f}", "Cr": "", "currency": code,
             "Value": f"{document:.2f}"}
            for document, code, day, pounds in zip(*FOREIGN.to_dict("list").values(), POUNDS.tolist(), strict=True)]
    read = verdict("purchases", *rows, project=ProjectContext(currency="GBP"),
                   options={"columns": {"amount": "{Dr} - {Cr}"}})
    assert read.refused == "currency_of_another_amount"


def test_a_discount_of_every_row_is_no_rate_of_exchange(verdict):
    """Amounts in dollars of a company in euros, each 8 % below another column, as if it were an amount in euros."""
    rows = [{"amount": f"{0.92 * a:.2f}", "currency": "USD", "List": f"{a:.2f}", "date": f"2024-03-0{i + 1}"}
            for i, a in enumerate(NET)]
    assert verdict("purchases", *rows, project=ProjectContext(currency="EUR")).refused == ""


@pytest.mark.parametrize(("kind", "more"), [
    ("energy", {}), ("water", {"service": "supply", "unit": "m3", "country": "FR", "company": "a"})])
def test_states_of_a_register_are_no_consumption(verdict, kind, more):
    """Two meters in turn, each row begins where the meter's last one ended; what was used, or a statement, is read."""
    states = [(1200, 1310), (88, 95), (1310, 1414), (95, 103)]
    rows = [{"date": f"2024-0{1 + i // 2}-10", "quantity": str(now), "Lectura anterior": str(before),
             "site": "Lyon", **more} for i, (before, now) in enumerate(states)]
    sworn = {"what": "consumption", "reason": "the other column is that of last month", "on": "2024-01-05"}
    used = [{**row, "quantity": str(now - before)} for row, (before, now) in zip(rows, states, strict=True)]
    assert [verdict(kind, *rows).refused, verdict(kind, *used).refused,
            verdict(kind, *rows, options={"swears": [sworn]}).refused] == ["index_counted", "", ""]


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


@pytest.mark.parametrize(("kind", "column"), [("purchases", "amount"), ("energy", "quantity")])
def test_a_running_total_is_not_what_its_rows_count(verdict, kind, column):
    """A column that rises by the number next to it; the number itself is read, with the running total beside it."""
    totals = [sum(NET[:i + 1]) for i in range(len(NET))]
    rows = [{column: None, "Use": f"{net:.2f}", "Year to date": f"{total:.2f}", "date": f"2024-0{i + 1}-10"}
            for i, (net, total) in enumerate(zip(NET, totals, strict=True))]
    assert [verdict(kind, *rows, options={"columns": {column: heading}}).refused for heading in ("Year to date", "Use")
            ] == ["index_counted", ""]


def test_two_taxes_of_an_amount_are_one(verdict):
    """Neither the tax of the country nor that of the province is a rate of the amount; their sum is."""
    rows = [{"amount": "896.00", "GST": "40.00", "PST": "56.00"}, {"amount": "112.00", "GST": "5.00", "PST": "7.00"},
            {"amount": "210.00", "GST": "10.00", "PST": "0.00"}]
    assert verdict("purchases", *rows).refused == "amount_with_tax"


def test_small_numbers_next_to_one_another_are_no_register(verdict):
    """Hours of a few watts and whole numbers of a few sizes: what they share is no chain of states, and no total."""
    hours = [{"date": f"2024-03-0{1 + i}", "quantity": f"0.2{5 + i % 3}", "Blind": f"0.0{1 + i % 2}"}
             for i in range(8)]
    sizes = [{"date": f"2024-03-0{1 + i}", "quantity": str(12 + i % 2), "Kunden": str(11 + i % 2)} for i in range(8)]
    assert [verdict("energy", *rows).refused for rows in (hours, sizes)] == ["", ""]
