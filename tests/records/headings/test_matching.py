"""Which column of the contract each heading is, and the unit that it names."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids.cells import Column
from carbon.records.headings.matching import key_of, split_unit, split_units, units_in_cells
from carbon.records.kinds.contract import KINDS
from carbon.records.kinds.faults import Faults


@pytest.mark.parametrize(("kind", "heading", "column", "units"), [
    ("purchases", "Amount (EUR)", "amount", {"currency": "EUR"}), ("purchases", "Montant", "amount", {}),
    ("purchases", "amount_eur", "amount", {"currency": "EUR"}),
    ("energy", "quantity_kwh", "quantity", {"unit": "kwh"}), ("energy", "kWh", "quantity", {"unit": "kWh"}),
    ("travel", "Distance en km", "distance", {"distance_unit": "km"}),
    ("travel", "Distance, km", "distance", {"distance_unit": "km"}),
    ("travel", "Nb km", "distance", {"distance_unit": "km"}), ("energy", "Datum / Date", "date", {})])
def test_a_heading_names_its_column_and_unit(headings_of, kind, heading, column, units):
    """Brackets, a trailing unit, a unit alone, two languages of one heading."""
    columns, found, twice = headings_of(kind).match(["", heading])
    assert columns == {column: 1}
    assert {k: v.lower() for k, v in found.items()} == {k: v.lower() for k, v in units.items()}
    assert twice == {}


def test_a_sign_stays_a_sign_and_an_unknown_one_names_no_column(headings_of):
    """Which dollar is not known yet; a heading with another sign is no amount at all."""
    assert headings_of("purchases").match(["Amount ($)"])[:2] == ({"amount": 0}, {"currency": "$"})
    assert headings_of("purchases").match(["Amount (?)"])[0] == {}


def test_declared_headings_outrank_known_ones(headings_of):
    """What params map is that column alone, whatever case and space; templates join several headings."""
    headings = headings_of("purchases", columns={"amount": "Net  total", "description": "{city}, {country}"})
    row = ["amount", "NET TOTAL", "city", "country"]
    assert headings.match(row)[0]["amount"] == 1
    assert headings.joined(row) == {"description": ["", 2, ", ", 3, ""]}
    assert key_of("\ufeffNet  Total ") == "net total"


def test_rivals_and_twins_are_ambiguous(headings_of):
    """A number under its own name and under another; a conversion with a currency of its own is none."""
    headings = headings_of("purchases")
    assert headings.match(["amount", "montant"])[2] == {"amount": [0, 1]}
    assert headings.match(["amount", "Amount in local currency"])[2] == {}
    assert headings.wanted(["date", "x", "amount"], "a.parquet") == [0, 2]
    with pytest.raises(FileRefused) as refused:
        headings.wanted(["amount", "montant"], "a.parquet")
    assert refused.value.code == "columns_ambiguous"


ENERGY = KINDS["energy"]


@pytest.mark.parametrize(("cell", "parts"), [
    ("1 234 kWh", ("1 234", "kWh")), ("12,5 MWh", ("12,5", "MWh")), ("(3) km", ("(3)", "km")), ("7", ("7", "")),
    ("12 boxes", ("12 boxes", "")), ("kWh", ("kWh", ""))])
def test_a_number_and_its_unit_are_split(cell, parts):
    """Words that are no unit stay in the cell, which is then no number."""
    assert split_unit(cell) == parts


def test_the_unit_of_a_cell_is_that_of_its_row():
    """Where the row names none it is the row's; another unit than the row's is a fault, another name of it is not."""
    columns = {"quantity": Column(pa.array(["1 MWh", "2 kWh", "3 kWh", "4"])),
               "unit": Column(pa.array(["", "m3", "kwh", "L"]))}
    faults = Faults(4)

    split = split_units(columns, ENERGY, faults)

    assert split["quantity"].text.to_pylist() == ["1", "2", "3", "4"]
    assert split["unit"].text.to_pylist() == ["MWh", "m3", "kwh", "L"]
    assert faults.table()[["row", "value", "code"]].to_numpy().tolist() == [[1, "2 kWh", "unit_conflict"]]


@pytest.mark.parametrize(("cells", "lacking"), [("1 kWh\n2 MWh\n3\n", {"unit"}), ("1\n2\n3 kWh\n", set())])
def test_most_cells_must_name_their_unit(grid_of, cells, lacking):
    """One cell in three with a unit does not replace the column of units."""
    grid = grid_of("quantity\n" + cells)
    assert units_in_cells(grid, 1, {"quantity": 0}, ENERGY, {"unit"}) == lacking


def test_a_mark_behind_the_unit_is_no_part_of_it():
    """"120 kWh*" has a footnote and "120 kWh?" a doubt: neither is 120 kWh."""
    assert [split_unit(text) for text in ("120 kWh*", "120 kWh?", "120 kWh")] == [
        ("120 kWh*", ""), ("120 kWh?", ""), ("120", "kWh")]


@pytest.mark.parametrize("cell", ["{b}", "Amount{b}x", "Amount ({b}x", "Amount ({b}EUR{b})", "a{u}b c",
                                  "Amount en{b}EUR"])
def test_a_cell_of_blanks_costs_no_square_of_its_length(headings_of, cell):
    """12,000 blanks took seconds and a hundred thousand an hour, inside brackets a thousand took twelve seconds."""
    headings, before = headings_of("energy"), time.process_time()
    headings.match([cell.format(b=" " * 100_000, u="_" * 100_000)])
    assert time.process_time() - before < 20
    unit = headings_of("purchases").unit_in("amount", cell.format(b=" " * 99, u="_"))
    assert unit == ("EUR" if "EUR" in cell else "")
