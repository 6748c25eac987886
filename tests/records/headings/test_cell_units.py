"""Units written in the cell of their number."""

import pyarrow as pa
import pytest

from carbon.records.grids.cells import Column
from carbon.records.headings.cell_units import split_unit, split_units, units_in_cells
from carbon.records.kinds.faults import Faults
from carbon.records.kinds.registry import KINDS

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
