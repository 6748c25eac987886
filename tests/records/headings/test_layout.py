"""The row of headings of a grid, and where each column is below it."""

from __future__ import annotations

from datetime import date

import pytest

from carbon.core.errors import FileRefused
from carbon.params.shapes.company import FilePattern
from carbon.records.headings.layout import (
    Layout,
    column_of_returns,
    dated_by_path,
    days_of,
    find_layout,
    missing_columns,
    refuse_other_currency,
    refuse_scale,
    unread_headings,
    with_path,
)
from carbon.records.kinds.contract import KINDS

NEEDED = {"date", "supplier", "amount", "currency"}


def test_the_headings_are_the_row_that_names_most_columns(grid_of, headings_of):
    """Titles above are passed over; the unit of a heading is a column; a year and a month make a date."""
    grid = grid_of("Purchases;2024;;\nyear;month;supplier;amount (EUR)\n2024;3;Mill;1,5\n")
    layout = find_layout(grid, headings_of("purchases"), "a.csv", NEEDED)

    assert (layout.first_row, layout.columns) == (2, {"supplier": 2, "amount": 3})
    assert layout.units == {"currency": "EUR"}
    assert layout.joined == {"date": ["", 0, "-", 1, ""]}


def test_two_rows_of_headings_are_joined(grid_of, headings_of):
    """A title above reaches over the empty cells to its right."""
    grid = grid_of("x;amount;;currency\ndate;net;vat;\n2024-01-01;1;2;EUR\n")
    headings = headings_of("purchases", header_row=1, header_rows=2, columns={"date": "x date", "amount": "amount net"})
    layout = find_layout(grid, headings, "a.csv", {"date", "amount", "currency"})
    assert layout.headings == ["x date", "amount net", "amount vat", "currency"]
    assert layout.columns["amount"] == 1


@pytest.mark.parametrize(("text", "options", "code"), [
    ("a;b\n1;2\n", {}, "header_missing"), ("date;supplier;amount\n2024;x;1\n", {}, "columns_missing"),
    ("date;supplier;amount;amount;currency\n2024;x;1;2;EUR\n", {}, "columns_ambiguous"),
    ("date;supplier;amount;currency\n2024;x;1;EUR\n", {"header_row": 9}, "header_missing")])
def test_headings_without_one_reading_are_refused(grid_of, headings_of, text, options, code):
    """None at all, one lacking, one twice, a declared row that is not there."""
    with pytest.raises(FileRefused) as refused:
        find_layout(grid_of(text), headings_of("purchases", **options), "a.csv", NEEDED)
    assert refused.value.code == code


def test_the_row_with_all_declared_headings_wins(grid_of, headings_of):
    """A row of known words above the one that params name is a title, and an incomplete one is none of it."""
    headings = headings_of("purchases", columns={"amount": "Wert", "supplier": "{Partner A}, {Ort}"})
    grid = grid_of("Date;Supplier;Amount;Currency\nx;Partner A;Wert;y\nDate;Partner A;Ort;Wert;Currency\nd;s;o;1;EUR\n")
    assert find_layout(grid, headings, "a.csv", {"date", "amount", "supplier"}).first_row == 3


ENERGY = KINDS["energy"]


def options_of(**options):
    return FilePattern.model_validate({"pattern": "*", "kind": "energy", **options})


def test_parts_of_the_path_are_constants_unless_declared():
    """Parts that the kind does not have, and the year, are no constants."""
    parts = {"site": "lyon", "country": "FR", "year": "2024", "folder": "x"}
    assert with_path(options_of(constants={"country": "BE"}), parts, ENERGY, "a.csv").constants == {
        "site": "lyon", "country": "BE"}
    with pytest.raises(FileRefused, match="did you mean 'country'"):
        with_path(options_of(constants={"contry": "FR"}), {}, ENERGY, "a.csv")


@pytest.mark.parametrize(("columns", "period"), [({}, (date(2024, 2, 1), date(2024, 2, 29))), ({"date": 0}, None)])
def test_the_path_dates_a_file_without_dates(columns, period):
    """All days of the month in the path, where no column has a date."""
    layout = Layout(1, [], columns, 0)
    assert dated_by_path(options_of(), {"year": "2024", "month": "2"}, layout, "a.csv").period == period
    declared = options_of(period=["2023-01-01", "2023-12-31"])
    assert dated_by_path(declared, {"year": "2024"}, layout, "a.csv").period == declared.period


def test_a_path_that_is_no_year_is_refused():
    """A thirteenth month is no month."""
    assert days_of("2024", None) == (date(2024, 1, 1), date(2024, 12, 31))
    with pytest.raises(FileRefused) as refused:
        dated_by_path(options_of(), {"year": "2024", "month": "13"}, Layout(1, [], {}, 0), "a.csv")
    assert refused.value.code == "path_unfit"


CELLS = ["Datum", "Betrag netto", "Lieferant"]


def test_a_missing_column_is_named_with_the_nearest_heading(headings_of):
    """The heading that looks most like the column comes first, and all headings are listed."""
    refusal = missing_columns("a.csv", ["amount"], ["date", "amout", "supplier"], {"date": 0}, headings_of("purchases"))
    assert refusal.code == "columns_missing"
    assert "amount (nearest: 'amout'" in str(refusal)
    assert "Columns found: 'date', 'amout', 'supplier'" in str(refusal)


@pytest.mark.parametrize(("title", "code"), [
    ("Amounts in thousands", "scale_above"), ("k€", "scale_above"), ("Montants TTC", "amount_with_tax"),
    ("Purchases 2024", None)])
def test_a_title_that_scales_or_taxes_the_amounts_is_refused(headings_of, title, code):
    """Nothing shows whether it applies; params swear that it does not, and a row of headings states nothing of it."""
    swears = [{"what": what, "reason": "seen", "on": "2024-02-01"} for what in ("full_units", "net_of_tax")]
    refuse_scale([[title]], headings_of("purchases", swears=swears), "a.csv", CELLS[:1])
    if code is None:
        refuse_scale([[title]], headings_of("purchases"), "a.csv", CELLS[:1])
        return
    with pytest.raises(FileRefused, match="a line above the headings is") as refused:
        refuse_scale([[title]], headings_of("purchases", header_row=2), "a.csv", CELLS[:1])
    assert refused.value.code == code


def test_an_amount_in_local_currency_does_not_have_the_currency_of_the_document(headings_of):
    """A plain "Currency" next to it may be either's; params decide."""
    cells, columns = ["Amount in local currency", "Currency"], {"amount": 0, "currency": 1}
    with pytest.raises(FileRefused) as refused:
        refuse_other_currency(cells, columns, headings_of("purchases"), "a.csv")
    assert refused.value.code == "currency_of_another_amount"
    refuse_other_currency(cells, columns, headings_of("purchases", constants={"currency": "EUR"}), "a.csv")


def test_a_column_of_returns_is_known_by_its_cells(grid_of):
    """Every cell is one way or return; a word of another kind makes it another column."""
    travel = KINDS["travel"]
    assert column_of_returns(grid_of("mode;x\nair;aller retour\nair;aller simple\n"), 1, {"mode": 0}, travel) == 1
    assert column_of_returns(grid_of("mode;x\nair;aller retour\nair;perhaps\n"), 1, {"mode": 0}, travel) is None
    assert column_of_returns(grid_of("mode;x\nrail;Single\nrail;Return\n"), 1, {"mode": 0}, travel) == 1
    assert column_of_returns(grid_of("mode;x\nrail;Single\nrail;\n"), 1, {"mode": 0}, travel) is None  # a room


def test_unread_headings_that_may_be_a_number_or_the_way_back_are_warned_of(headings_of):
    """A distance under another name and a date of return each leave half a journey out."""
    cells = ["date", "mode", "Distance aller", "Date de retour"]
    warned = unread_headings("a.csv", cells, {"date": 0, "mode": 1}, {"date", "mode"}, headings_of("travel"))
    assert [w.code for w in warned] == ["return_unsaid", "column_unread"]
    assert "'Distance aller'" in warned[1].text
