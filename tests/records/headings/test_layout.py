"""The row of headings of a grid, and where each column is below it."""

from __future__ import annotations

from datetime import date

import pytest

from carbon.core.errors import FileRefused
from carbon.core.params.company import FilePattern
from carbon.records.headings.layout import Layout, dated_by_path, days_of, find_layout, with_path
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
