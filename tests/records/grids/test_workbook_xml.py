"""Parts of a workbook: hidden rows and columns, errors, formulas without value, numbers shown as something else."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids.workbook_xml import HIDDEN, PERCENT, STRUCK, THOUSANDS, UNSIGNED, YEAR, Shown, scan, shown_as


def book_of(fill, sheet=None):
    book = openpyxl.Workbook()
    fill(book.active)
    saved = io.BytesIO()
    book.save(saved)
    if sheet is None:
        return saved.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            new.writestr(part, sheet(old.read(part)) if part == "xl/worksheets/sheet1.xml" else old.read(part))
    return changed.getvalue()


def test_hidden_and_broken_cells_are_found_at_their_address():
    """Rows count from 1 and columns from 0; a formula without a value shows nothing."""
    def fill(sheet):
        sheet.append(["a", "b", "c"])
        sheet.append([1, "=1/0", 0.5])
        sheet["C2"].number_format = "0%"
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["A"].hidden = True

    part = scan(book_of(fill), "a.xlsx")["Sheet"]

    assert (part.hidden_rows, part.hidden_columns) == ({2}, {0})
    assert part.otherwise == {1: {1: "a formula without a stored value"}, 2: {1: PERCENT}}


def test_cells_without_an_address_follow_each_other():
    """A writer may leave the addresses out: the error is in the second cell of the second row."""
    rows = b'<sheetData><row><c><v>1</v></c></row><row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row></sheetData>'
    part = scan(book_of(lambda s: None, lambda xml: xml[:xml.index(b"<sheetData")] + rows + b"</worksheet>"), "a.xlsx")
    assert part["Sheet"].otherwise == {1: {1: "#N/A"}}


def test_a_declared_type_of_document_is_refused():
    """Entities expand: no part may declare any."""
    dtd = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    with pytest.raises(FileRefused) as refused:
        scan(book_of(lambda s: None, lambda xml: dtd), "a.xlsx")
    assert refused.value.code == "bomb"


@pytest.mark.parametrize(("code", "sign", "how"), [
    ("General", 1, Shown()), ("#,##0.00", -1, Shown()), ("0%", 1, Shown(PERCENT)), ("#,##0,", 1, Shown(THOUSANDS)),
    ("0.00;0.00", -1, Shown(UNSIGNED)), ("0.00;[Red]0.00", -1, Shown()), ("0.00;(0.00)", -1, Shown()),
    (";;;", 1, Shown(HIDDEN)), ('0.00 "USD"', 1, Shown(words="USD")), ("[$€-40C] 0.00", 1, Shown(words="€")),
    ("0000", 1, Shown(digits=4)), ("mmm-yy", 1, Shown(month=True)), ("yyyy", 1, Shown(YEAR)),
    ("dd/mm/yyyy", 1, Shown()), (STRUCK, 1, Shown(STRUCK)), ("0;-0;", 0, Shown())])
def test_a_format_shows_the_number_or_something_else(code, sign, how):
    """A scale, a hidden sign or number is a fault; a unit, leading zeros and a month are part of the cell."""
    assert shown_as(code, sign) == how
    assert bool(shown_as(code, sign)) == (how != Shown())
