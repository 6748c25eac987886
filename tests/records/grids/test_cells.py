"""Cells of columns: asked together or one by one, the answer is the same."""

from __future__ import annotations

import pyarrow as pa
import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids import cells
from carbon.records.grids.cells import HEAD_ROWS, MAX_COLUMNS, MAX_FIELD, Column, check_field, check_width, filled_cells


@pytest.mark.parametrize("many", [1_000_000, 2])
def test_a_pattern_is_found_in_the_cells_that_have_it_whether_columns_are_asked_together_or_not(monkeypatch, many):
    """Each column has its own answers, one a cell; a column of no cells has none."""
    monkeypatch.setattr(cells, "_MANY", many)
    columns = [pa.array(texts, pa.string()) for texts in (["total", "lyon"], [], ["paris", "", "sous-total"])]
    found = cells.matches(columns, "total")
    assert [f.tolist() for f in found] == [[True, False], [], [False, False, True]]
    assert cells.matches([], "total") == []


def test_the_head_is_the_first_rows_without_outer_space(grid_of):
    """Headings are searched in so many rows; a row by its number has its cells as they are."""
    grid = grid_of("a; b\n" + "1;2\n" * 100)
    assert grid.head[0] == ["a", "b"]
    assert len(grid.head) == HEAD_ROWS
    assert grid.row(0) == ["a", " b"]
    assert len(grid) == 101


def test_a_row_is_filled_where_any_cell_holds_more_than_space():
    """Space alone fills no row."""
    columns = [Column(pa.array(["", " ", "x"])), Column(pa.array(["1", "\t", ""]))]
    assert filled_cells(columns, 3).tolist() == [True, False, True]


def test_tables_and_cells_beyond_the_limits_are_refused():
    """One column or one character more than is read."""
    check_width(MAX_COLUMNS, "a.csv")
    check_field(Column(pa.array(["x" * MAX_FIELD])), "a.csv")
    for check, value, code in ((check_width, MAX_COLUMNS + 1, "too_many_columns"),
                               (check_field, Column(pa.array(["x" * (MAX_FIELD + 1)])), "field_too_long")):
        with pytest.raises(FileRefused) as refused:
            check(value, "a.csv")
        assert refused.value.code == code
