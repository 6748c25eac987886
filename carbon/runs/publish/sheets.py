"""The sheets of a published workbook as plain rows: read once, for the check of its figures and for its row hashes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

Sheets = dict[str, list[list[Any]]]
"""{sheet: rows of cells}, in the order of the workbook."""


def read_sheets(path: Path) -> Sheets:
    """Read every cell of a workbook, from the first cell that is filled.

    Raises ValueError: The file is not a workbook.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except CalamineError as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error
