"""Workbooks are compared cell by cell and other files line by line, against those of a second run."""

from __future__ import annotations

import openpyxl

from carbon.runs.review.files import file_findings


def workbook(path, **cells):
    book = openpyxl.Workbook()
    book.active.title = "totals"
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)


def test_every_cell_that_differs_is_named_with_both_values(tmp_path):
    """A number, a word, a cell too many; rounding of the last bit and another date of saving are no difference."""
    one, two = tmp_path / "published", tmp_path / "now"
    for folder in (one, two):
        folder.mkdir()
    workbook(two / "workbook.xlsx", A1="scope 1", B1=1.0, B2=0.1 + 0.2)
    workbook(one / "workbook.xlsx", A1="scope 1", B1=1.0, B2=0.3)
    assert file_findings(one, two) == []
    workbook(one / "workbook.xlsx", A1="scope 2", B1=0.5, B2=0.3, C9="=1+1")
    assert [(f.where, f.stored, f.now) for f in file_findings(one, two)] == [
        ("workbook.xlsx sheet 'totals' A1", "scope 2", "scope 1"), ("workbook.xlsx sheet 'totals' B1", "0.5", "1"),
        ("workbook.xlsx sheet 'totals' C9", "=1+1", "")]
    (one / "workbook.xlsx").write_bytes(b"PK no workbook")
    assert file_findings(one, two)[0].what == "unreadable"


def test_the_first_line_that_differs_is_named(tmp_path):
    """A reject taken out of the list."""
    one, two = tmp_path / "published", tmp_path / "now"
    for folder, text in ((one, "line,code\n"), (two, "line,code\n3,unit_unknown\n")):
        folder.mkdir()
        (folder / "rejects.csv").write_text(text)
    [found] = file_findings(one, two)
    assert (found.where, found.stored, found.now) == ("rejects.csv line 2", "(no line)", "3,unit_unknown")
