"""Cells replaced in the XML of a workbook."""

from __future__ import annotations

import io
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from carbon.core.errors import TableError, UsageError
from carbon.reports.filings.xlsx_fill import PROGRAM, Workbook


@pytest.fixture(scope="module")
def book() -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "One & two"
    sheet["A1"], sheet["B1"], sheet["B2"], sheet["A3"] = "label", 1, "=SUM(B1:B1)", None
    sheet["A3"].number_format = "0.00"
    made.defined_names["Here"] = DefinedName("Here", attr_text="'One & two'!$B$1:$B$3")
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_a_filled_workbook_differs_in_its_cells_alone(book: bytes):
    """An input replaces a value, a computed value goes next to its formula; programs compute on opening, LibreOffice
    too, which trusts the values of a file that Excel wrote; the same values give the same bytes; every other part is
    untouched.
    """
    filled = Workbook(book, "t.xlsx")
    data = filled.filled({("One & two", "B1"): 2.5, ("One & two", "A1"): "a < b", ("One & two", "A3"): True},
                         {("One & two", "B2"): 2.5})
    sheet = openpyxl.load_workbook(io.BytesIO(data))["One & two"]
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["One & two"]
    with ZipFile(io.BytesIO(book)) as before, ZipFile(io.BytesIO(data)) as after:
        unlike = {n for n in before.namelist() if before.read(n) != after.read(n)}
        assert b"Microsoft Excel" in before.read(PROGRAM)
        assert b"<Application>carbon</Application>" in after.read(PROGRAM)

    assert (sheet["A1"].value, sheet["B1"].value, sheet["B2"].value, sheet["A3"].value) == (
        "a < b", 2.5, "=SUM(B1:B1)", True)
    assert values["B2"].value == 2.5 and sheet["A3"].number_format == "0.00"
    assert unlike == {PROGRAM, "xl/workbook.xml", "xl/worksheets/sheet1.xml"}
    assert openpyxl.load_workbook(io.BytesIO(data)).calculation.fullCalcOnLoad
    assert data == filled.filled({("One & two", "B1"): 2.5, ("One & two", "A1"): "a < b", ("One & two", "A3"): True},
                                 {("One & two", "B2"): 2.5})


def test_names_lead_to_cells(book: bytes):
    """A defined name is its first cell; a cell that the sheet lacks, and a file that is no workbook, are errors."""
    found = Workbook(book, "t.xlsx")

    assert found.place_of("Here", down=1) == ("One & two", "B2") and found.place_of("There") is None
    assert found.formula(("One & two", "B2")) == "SUM(B1:B1)" and found.text(("One & two", "A1")) == "label"
    with pytest.raises(TableError, match="no cell Z9 on sheet 'One & two'"):
        found.filled({("One & two", "Z9"): 1.0}, {})
    with pytest.raises(UsageError, match=r"t\.xlsx is not a workbook"):
        Workbook(b"no zip", "t.xlsx")
