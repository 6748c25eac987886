"""From a grid to a table of records."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from carbon.core.errors import FileRefused
from carbon.core.params.company import FilePattern
from carbon.records.files.file_read import read_grid
from carbon.records.grids.cells import Column, Grid
from carbon.records.kinds.contract import KINDS, ProjectContext

HEADINGS = ["date", "company", "supplier", "category", "amount", "currency", "description"]
GOOD = ["2024-03-01", "acme", "Mill", "paper", "2", "EUR", "x"]


def _read(*rows, options=None, context=None):
    columns = [Column(pa.array(cells)) for cells in zip(HEADINGS, *rows, strict=True)]
    grid = Grid(columns, np.arange(1, len(rows) + 2), "csv")
    pattern = FilePattern(pattern="*", kind="purchases", **(options or {}))
    return read_grid(grid, KINDS["purchases"], pattern, context or ProjectContext(), "a.csv")


def test_each_row_ends_once():
    """A row is kept, excluded or rejected; empty lines are none."""
    read = _read(GOOD, [""] * 7, ["", "", "Total", "", "2", "", ""], [*GOOD[:4], "?", *GOOD[5:]])
    assert read.lines.tolist() == [2, 4, 5]
    assert read.kept.tolist() == [True, False, False]
    assert read.rejected.tolist() == [False, False, True]
    assert read.subtotals.tolist() == [False, True, False]


def test_headings_without_rows_are_refused():
    """No rows are not zero emissions."""
    with pytest.raises(FileRefused) as refused:
        _read([""] * 7)
    assert refused.value.code == "no_rows"


def test_columns_that_the_kind_has_and_the_file_has_not():
    """They are blank, each of its type."""
    table = _read(GOOD).table
    assert set(KINDS["purchases"].table.columns) - {"record_id", "kind", "source_file", "source_sheet",
                                                    "source_line"} == set(table.columns)
    assert table["invoice"].tolist() == [""]
    assert table["vat"].isna().all()


def test_a_clock_time_is_kept_for_duplicates():
    """Rows of one day at two hours are two rows."""
    read = _read(["2024-03-01 10:00", *GOOD[1:]], ["2024-03-01 11:00", *GOOD[1:]])
    assert read.clocks is not None and read.clocks.nunique() == 2
