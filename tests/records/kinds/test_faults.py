"""Faults of cells and rows: each kept once, every row counted once."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from carbon.records.kinds.faults import Excluded, Faults, Problem, shown

WRONG = Problem("not_a_number", "no number", "write one")
BLANK = Problem("blank", "nothing", "fill it in")


def test_each_fault_of_a_row_is_one_line_in_the_order_of_rows():
    """The same problem of a row, column and value is one line; another problem of the row is another line."""
    faults = Faults(4)
    faults.add_cells(np.array([0, 1, 1, 2], dtype=np.int32), pa.array(["5", "x", ""]), "amount", {1: WRONG, 2: BLANK})
    faults.add(np.array([2]), "amount", WRONG, pd.Series(["x"]))
    faults.add(np.array([2]), "currency", BLANK)

    table = faults.table()

    assert table[["row", "column", "value", "code"]].to_numpy().tolist() == [
        [1, "amount", "x", "not_a_number"], [2, "amount", "x", "not_a_number"], [2, "currency", "", "blank"],
        [3, "amount", "", "blank"]]
    assert faults.bad_rows().tolist() == [False, True, True, True]
    assert faults.in_column("currency").tolist() == [False, False, True, False]
    assert faults.rows_with({"blank"}).tolist() == [2, 3]


def test_a_row_is_excluded_once_for_its_first_reason():
    """A second reason takes no row that is excluded already."""
    excluded = Excluded(3)
    excluded.add(np.array([True, False, True]), "total", "a total", "supplier", pd.Series(["Total", "Mill", "Sum"]))
    excluded.add(np.array([True, True, False]), "blank", "an empty row")

    assert excluded.table()[["row", "code", "value"]].to_numpy().tolist() == [
        [0, "total", "Total"], [1, "blank", ""], [2, "total", "Sum"]]
    assert excluded.cells_of("total") == [(0, "Total"), (2, "Sum")]
    assert excluded.flags.tolist() == [True, True, True]


def test_no_fault_is_a_table_of_no_rows_with_its_types():
    """An empty table has the columns and types of a full one, and a change of it changes no other."""
    table = Faults(2).table()
    assert list(table.columns) == ["row", "column", "value", "code", "reason", "what_to_do"]
    table.loc[0] = [1, *"abcde"]
    assert Faults(2).table().empty


@pytest.mark.parametrize(("cell", "text"), [("a\x1b[2Jb", r"a\x1b[2Jb"), ("x" * 300, "x" * 200), ("é", "é"),
                                            ("\u202e1", r"\u202e1")])
def test_a_raw_cell_is_shown_without_control_characters(cell, text):
    """Control and direction characters become escapes, and 200 characters are enough."""
    assert shown(cell) == text
