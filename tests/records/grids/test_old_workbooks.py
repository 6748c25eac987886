"""An .xls that would cost all memory is refused before it is opened here; an honest one is read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from old_workbooks import dimensions, heads, number, stream, text, write_old_book

from carbon.core.errors import FileRefused
from carbon.records.grids import old_workbooks
from carbon.records.grids.sources import open_source
from carbon.records.grids.workbooks import first_rows, read_workbook

HEADINGS = ("date", "company", "supplier", "category", "amount", "currency", "description")
HEADS = heads(HEADINGS)
SMALL: dict[str, tuple[Callable[[Path], None], str]] = {
    "a far cell": (lambda p: write_old_book(p, stream([HEADS + number(65_535, 255, 1.0)])), "within"),
    "stated dimensions": (lambda p: write_old_book(p, stream([dimensions(2**32 - 2, 65_535) + HEADS])), "within"),
    "sectors in a circle": (lambda p: write_old_book(p, stream([HEADS]), loops=True), "within"),
    "a sheet listed often": (lambda p: write_old_book(p, stream([HEADS + number(99, 5, 1.0)], places=[0] * 99)),
                             "cells; of a workbook of before 2007"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep a limit of memory")
@pytest.mark.parametrize("what", SMALL)
def test_a_small_file_that_would_take_all_memory_is_refused_before_it_is_opened(tmp_path, what, monkeypatch):
    """An .xls of a few kilobytes: its far cell, stated size, circle of sectors or repeated sheet costs another process
    its limit, and is refused; the same file without it is read.
    """
    monkeypatch.setattr(old_workbooks, "MAX_CELLS", 20_000)
    monkeypatch.setattr(old_workbooks, "MEGABYTES", 96)
    write, words = SMALL[what]
    write(path := tmp_path / "a.xls")
    for reader in (read_workbook, first_rows):
        with pytest.raises(FileRefused, match=words):
            reader(open_source(path, path.name))
    if what == "a far cell":
        write_old_book(path, stream([HEADS + text(1, 0, "2024-01-31")]))
        [grid] = read_workbook(open_source(path, path.name))
        assert [column.text[1].as_py() for column in grid.columns][:2] == ["2024-01-31", ""]
