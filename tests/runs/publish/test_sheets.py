"""The sheets of a workbook as plain rows."""

from __future__ import annotations

import openpyxl
import pytest

from carbon.runs.publish.sheets import read_sheets


def test_every_cell_of_every_sheet_is_read_in_order(tmp_path):
    """Sheets in the order of the workbook, numbers and strings as they are, empty cells empty."""
    book = openpyxl.Workbook()
    book.active.title = "second first"
    book.active.append(["id", "t CO2e"])
    book.active.append(["é", 0.1])
    book.create_sheet("a").append([None, "=not a formula".removeprefix("=")])
    book.save(tmp_path / "workbook.xlsx")

    sheets = read_sheets(tmp_path / "workbook.xlsx")

    assert list(sheets) == ["second first", "a"]
    assert sheets["second first"] == [["id", "t CO2e"], ["é", 0.1]]
    assert sheets["a"][0][-1] == "not a formula"


def test_a_file_that_is_not_a_workbook_is_named(tmp_path):
    """An error with the name of the file, of the kind that the check of row hashes catches."""
    (tmp_path / "workbook.xlsx").write_text("id;t CO2e\n")
    with pytest.raises(ValueError, match=r"workbook\.xlsx cannot be read"):
        read_sheets(tmp_path / "workbook.xlsx")
