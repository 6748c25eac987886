"""Workbooks as grids: every visible sheet, cells as they are shown, merged cells filled down."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from old_workbooks import dimensions, heads, number, stream, text, write_old_book

from carbon.core.errors import FileRefused
from carbon.records.grids import cells
from carbon.records.grids import workbooks as old_workbooks
from carbon.records.grids.sources import open_source
from carbon.records.grids.workbooks import first_rows, hidden_sheets, is_blank, read_workbook


@pytest.fixture
def source(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for row in (["site", "day", "id", "amount"], ["Lyon", date(2024, 3, 1), 7, 1.5], [None, None, 8, 1e-7]):
        sheet.append(row)
    sheet["C2"].number_format = "0000"
    sheet["D2"].number_format = '0.0 "USD"'
    sheet.merge_cells("A2:A3")
    book.create_sheet("Empty")
    book.create_sheet("Secret").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    return open_source(tmp_path / "a.xlsx", "a.xlsx")


def test_cells_are_what_the_sheet_shows(source):
    """Leading zeros and the unit of a format belong to the cell; a merged name is that of all its rows."""
    data, empty = read_workbook(source)

    assert data.row(1) == ["Lyon", "2024-03-01", "0007", "1.5 USD"]
    assert data.row(2)[0] == "Lyon"
    assert float(data.row(2)[3]) == 1e-7
    assert [int(c.marks[1]) for c in data.columns[1:]] == [cells.DAY, cells.NUMBER, cells.NUMBER]
    assert data.lines.tolist() == [1, 2, 3]
    assert is_blank(empty) and not is_blank(data)


def test_a_hidden_sheet_is_named_and_read_only_where_declared(source):
    """Without a declaration the visible sheets; a name that is not there is refused with those that are."""
    assert [g.sheet for g in read_workbook(source)] == ["Data", "Empty"]
    assert hidden_sheets(source) == ["Secret"]
    assert [g.sheet for g in read_workbook(source, sheet="Secret")] == ["Secret"]
    with pytest.raises(FileRefused, match="sheets: Data, Empty, Secret") as refused:
        read_workbook(source, sheet="Other")
    assert refused.value.code == "sheet_missing"


def test_an_error_is_marked_in_its_cell_alone(tmp_path):
    """A formula without a stored value in a column of strings or of numbers; the other cells keep their type."""
    book = openpyxl.Workbook()
    for row in (["name", "amount"], ["=A1", 1], ["Mill", "=1/0"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")

    [grid] = read_workbook(open_source(tmp_path / "a.xlsx", "a.xlsx"))

    assert grid.columns[0].marks.tolist() == [cells.TEXT, cells.ERROR, cells.TEXT]
    assert grid.columns[1].marks.tolist() == [cells.TEXT, cells.NUMBER, cells.ERROR]
    assert grid.row(1) == ["a formula without a stored value", "1"]


def test_another_sheet_never_refuses_the_sheet_that_is_named(tmp_path):
    """A sheet of 2,500 columns is beyond what is read, and nobody reads it where params name another."""
    book = openpyxl.Workbook()
    book.active.title = "Sites"
    for row in (["date", "site", "country", "carrier", "quantity", "unit"], [
            "2024-01-01", "York", "GB", "electricity", 5, "kWh"]):
        book.active.append(row)
    book.create_sheet("Wide").append([*range(2500)])
    path = tmp_path / "a.xlsx"
    book.save(path)
    source = open_source(path, "a.xlsx")

    assert [grid.sheet for grid in read_workbook(source, sheet="Sites")] == ["Sites"]
    with pytest.raises(FileRefused) as refused:
        read_workbook(source)
    assert refused.value.code == "too_many_columns"


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
