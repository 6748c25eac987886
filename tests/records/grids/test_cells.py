"""Cells of columns: asked together or one by one, the answer is the same."""

import pyarrow as pa
import pytest

from carbon.records.grids import cells


@pytest.mark.parametrize("many", [1_000_000, 2])
def test_a_pattern_is_found_in_the_cells_that_have_it_whether_columns_are_asked_together_or_not(monkeypatch, many):
    """Each column has its own answers, one a cell; a column of no cells has none."""
    monkeypatch.setattr(cells, "_MANY", many)
    columns = [pa.array(texts, pa.string()) for texts in (["total", "lyon"], [], ["paris", "", "sous-total"])]
    found = cells.matches(columns, "total")
    assert [f.tolist() for f in found] == [[True, False], [], [False, False, True]]
    assert cells.matches([], "total") == []
