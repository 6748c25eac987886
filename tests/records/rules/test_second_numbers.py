"""Second numbers of a row: what arithmetic shows that they are."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.core.money import exchange
from carbon.records.kinds.contract import ProjectContext

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


INVOICED = [100.0, 80.0, 0.0, 35.5, 120.0, 60.0, 44.0, 12.0, 75.0]
ORDERED = [100.0, 80.0, 20.0, 35.5, 120.0, 90.0, 44.0, 12.0, 75.0]


EQUIPMENT = {"company": "Acme", "item": "laptop"}
WASTE = {"company": "Acme", "site": "Lyon", "country": "FR", "material": "paper", "treatment": "landfill", "unit": "kg"}


@pytest.mark.parametrize(("kind", "column", "more"), [
    ("purchases", "amount", {}), ("energy", "quantity", {}), ("equipment", "quantity", EQUIPMENT)])
def test_a_second_version_of_what_counts_is_named(verdict, kind, column, more):
    """A column that repeats the amounts or quantities and differs in a few rows may be the one that counts: it is
    named with both sums, whole numbers too; where a column of few words tells the rows apart, it is explained.
    """
    day = "period_start" if kind == "energy" else "date"
    rows = [{column: f"{a:g}", "Bestellt": f"{b:g}", day: f"2024-01-{i + 1:02d}", **more}
            for i, (a, b) in enumerate(zip(ORDERED, INVOICED, strict=True))]
    assert "near_copy" in verdict(kind, *rows).warned
    told = [row | {"Whg": "CHF" if a != b else "EUR"} for row, a, b in zip(rows, ORDERED, INVOICED, strict=True)]
    assert "near_copy" not in verdict(kind, *told).warned


def test_the_same_numbers_twice_and_other_numbers_are_no_second_version(verdict):
    """An exact copy adds nothing; a column that is equal by chance in a few rows, or one in all of them, is none."""
    for second in (ORDERED, [1.0] * 9, [a * 2 if i % 3 else a for i, a in enumerate(ORDERED)]):
        rows = [{"amount": f"{a:.2f}", "Other": f"{b:.2f}", "date": f"2024-03-{i + 1:02d}"}
                for i, (a, b) in enumerate(zip(ORDERED, second, strict=True))]
        assert "near_copy" not in verdict("purchases", *rows).warned


PARTS = [(400.0, 60, 240.0), (400.0, 40, 160.0), (90.0, 100, 90.0), (250.0, 30, 75.0), (250.0, 70, 175.0)]
"""Amount of a document, the percent and the part of its row."""


@pytest.mark.parametrize(("kind", "column"), [("purchases", "amount"), ("energy", "quantity")])
def test_the_number_of_a_whole_document_is_not_that_of_each_row(verdict, kind, column):
    """Rows repeat the total of an invoice next to their parts of it, or next to shares that make a hundred; the parts
    themselves, equal amounts next to equal shares, and a statement are read.
    """
    day = "period_start" if kind == "energy" else "date"
    wholes, shares, parts, equal = (
        [{column: f"{a:g}", "Anteil": f"{b:g}", day: f"2024-03-0{1 + i}"} for i, (a, b) in enumerate(pairs)]
        for pairs in ([(w, p) for w, _, p in PARTS], [(w, s) for w, s, _ in PARTS], [(p, s) for _, s, p in PARTS],
                      [(50.0, 50), (50.0, 50), (90.0, 100)]))
    sworn = {"what": "consumption", "reason": "one contract a row", "on": "2024-01-05"}
    assert [verdict(kind, *rows).refused for rows in (wholes, shares, parts, equal)] == ["whole_counted"] * 2 + [""] * 2
    assert verdict(kind, *shares, options={"swears": [sworn]}).refused == ""


PIECES = [(12, 150.0), (40, 6.5), (20, 75.0), (4, 75.0)]


def test_the_price_of_a_piece_is_not_the_amount_of_its_row(verdict):
    """Pieces times the amount are a third column, or the amounts' heading names a price; the product itself is read."""
    rows = [{"amount": None, "Betrag": f"{price:.2f}", "Stk": str(n), "Summe": f"{n * price:.2f}",
             "date": f"2024-03-0{1 + i}"} for i, (n, price) in enumerate(PIECES)]
    named = [{"amount": None, "Pris": f"{price:.2f}", "Antall": str(n), "date": f"2024-03-0{1 + i}"}
             for i, (n, price) in enumerate(PIECES)]
    found = [verdict("purchases", *rows, options={"columns": {"amount": heading}}).refused
             for heading in ("Betrag", "Summe")]
    few = [{"amount": f"{30 + 7 * i}", "Stk": "3" if i == 5 else "1", "Summe": f"{30 + 7 * i}"} for i in range(40)]
    assert verdict("purchases", *few).refused == ""
    assert [*found, verdict("purchases", *named, options={"columns": {"amount": "Pris"}}).refused] == [
        "mean_counted", "", "mean_counted"]


def test_the_mean_of_a_day_is_not_what_its_period_used(verdict):
    """A column is the days of the row times the quantity; a price that is whole numbers is not the days of its row."""
    ends = ("01-31", "02-29", "03-31")
    rows = [{"period_start": f"2024-{end[:2]}-01", "period_end": f"2024-{end}", "quantity": f"{mean:g}", "Tage": str(n),
             "Summe": f"{mean * n:g}"} for end, n, mean in zip(ends, (31, 29, 31), (130.0, 120.0, 123.5), strict=True)]
    priced = [row | {"Tage": str(24 + i), "Summe": f"{float(row['quantity']) * (24 + i):g}"}
              for i, row in enumerate(rows)]
    assert [verdict("energy", *r).refused for r in (rows, priced)] == ["mean_counted", ""]


def test_a_tax_is_in_an_amount_from_which_another_was_withheld(verdict):
    """Amount = net + tax - what was withheld, or + a tip: neither is a rate of the amount itself."""
    for sign in (1, -1):
        others = [a / 10 if i % 2 else 3 for i, a in enumerate(NET)]
        rows = [{"amount": f"{a + t + sign * c:.2f}", "Base": f"{a:.2f}", "TVA": f"{t:.2f}", "Autre": f"{c:.2f}"}
                for (a, t), c in zip(MIXED, others, strict=True)]
        assert verdict("purchases", *rows).refused == "amount_with_tax"


@pytest.mark.parametrize(("kind", "more", "others"), [
    ("energy", {}, {"Site kWh": (72, 69, 70)}), ("equipment", EQUIPMENT, {"Quantity returned": (2, 0, 7)}),
    ("waste", WASTE, {"Tare kg": (98, 99, 97), "Net kg": (22, 31, 43)})])
def test_a_column_in_the_unit_or_the_words_of_what_counts_is_named(verdict, kind, more, others):
    """Whole numbers too, where their heading names the unit or adds a word; of a load, gross is tare and net."""
    columns = [*others.values()]
    counted = [sum(pair) if len(pair) > 1 else 120 + i * i for i, pair in enumerate(zip(*columns, strict=True))]
    rows = [{"quantity": str(n), "date": f"2024-03-0{1 + i}", **{h: str(v[i]) for h, v in others.items()}, **more}
            for i, n in enumerate(counted)]
    assert "number_unread" in verdict(kind, *rows).warned
    assert "number_unread" not in verdict(kind, *[{k: v for k, v in r.items() if k not in others} for r in rows]).warned


@pytest.mark.parametrize(("heading", "unit", "refused"), [
    ("Price", False, "mean_counted"), ("Price", True, ""), ("Prix total HT", False, ""), ("Total price", True, "")])
def test_a_price_next_to_pieces_is_of_one_unless_the_file_shows_it_is_of_the_row(verdict, heading, unit, refused):
    """"Price" next to a quantity may be that of one piece: it is asked; a column of unit prices whose product it is
    shows that it is the row's, and a total names itself.
    """
    rows = [{"amount": None, heading: f"{n * a:.2f}", "Quantity": str(n), "date": f"2024-03-{n:02d}"} | (
        {"Unit price": f"{a:.2f}"} if unit else {}) for n, a in zip((1, 2, 3, 10, 4, 5), NET, strict=True)]
    assert verdict("purchases", *rows, options={"columns": {"amount": heading}}).refused == refused


GAS = [(210, 2310.0), (190, 2115.3), (100, 1105.3), (60, 655.2)]


@pytest.mark.parametrize(("unit", "read_at", "heading", "refused", "warned"), [
    ("kWh", 0, "Total", "unit_conflict", set()), ("m3", 1, "Total", "unit_conflict", set()),
    ("m3", 0, "Total", "", {"energy_unread"}), ("kWh", 1, "Total", "", set()), ("kWh", 0, "Prix", "", set())],
    ids=["m3 as kWh", "kWh as m3", "m3 read", "kWh read", "a price"])
def test_m3_of_gas_next_to_its_kwh_are_known_by_its_calorific_value(verdict, unit, read_at, heading, refused, warned):
    """Of the two numbers one is read in its own unit, and what is not read is no part that is missing."""
    rows = [{"carrier": "natural_gas", "unit": unit, "quantity": f"{pair[read_at]:.1f}", "site": "Lyon",
             heading: f"{pair[1 - read_at]:.1f}", "date": f"2024-0{i + 1}"} for i, pair in enumerate(GAS)]
    read = verdict("energy", *rows)
    assert (read.refused, read.warned & {"energy_unread", "number_unread"}) == (refused, warned)


@pytest.mark.parametrize(("carrier", "kwh_a_m3"), [("natural_gas", 8.9), ("natural_gas", 12.95), ("bio CNG", 10.7)])
def test_lean_and_rich_gas_and_biomethane_are_known_too(verdict, carrier, kwh_a_m3):
    """Grids with lean gas, with the richest and with biomethane: m3 that are declared as kWh are refused."""
    rows = [{"carrier": carrier, "unit": "kWh", "quantity": str(m3), "Total": f"{m3 * kwh_a_m3:.1f}", "site": "Lyon",
             "date": f"2024-0{i + 1}"} for i, (m3, _) in enumerate(GAS)]
    assert verdict("energy", *rows).refused == "unit_conflict"


def test_kilometres_that_hold_private_ones_are_listed(verdict):
    """The way of the day next to its business part and the private rest: nobody knows which of them counts."""
    rows = [{"mode": "car", "distance": str(a + b), "Business km": str(a), "Private km": str(b)}
            for a, b in ((40, 30), (100, 21), (50, 14))]
    assert "number_unread" in verdict("travel", *rows).warned
