"""Workbooks as grids: every visible sheet, cells as they are shown, merged cells filled down."""

from datetime import date

import openpyxl
import pytest

from carbon.core.errors import FileRefused
from carbon.records.grids import cells
from carbon.records.grids.sources import open_source
from carbon.records.grids.workbooks import hidden_sheets, is_blank, read_workbook


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
