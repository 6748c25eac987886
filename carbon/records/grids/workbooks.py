"""Workbooks: every sheet as a grid of what its cells show; hidden, broken and merged cells are marked.

What a workbook of before 2007 (.xls) costs is tried in a process with limits first: the library reads every sheet as
soon as it opens one, and believes the sizes and chains of sectors that a file states.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import python_calamine

from carbon.records.grids import cells, workbook_xml
from carbon.records.grids.cells import HEAD_ROWS, Column, Grid, check_width
from carbon.records.grids.sources import WORKBOOK, Source
from carbon.records.grids.workbook_xml import MAX_CELLS, Shown
from carbon.records.kinds.messages import refusal

_BROKEN = (python_calamine.CalamineError, ValueError, OSError, KeyError, IndexError, OverflowError)


def read_workbook(source: Source, *, sheet: str | None = None) -> list[Grid]:
    """Read the visible sheets of a workbook that hold anything, or the one declared.

    Raises FileRefused: Damaged, locked, a bomb, XML with a DTD, or no such sheet.
    """
    data = source.content()
    parts = _bounded(source, data, sheet)
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        sheet_names = _sheets(book, source.name, sheet)
        return [_grid(book, name, parts.get(name), source) for name in sheet_names]
    except python_calamine.PasswordError:
        raise refusal("encrypted", source.name) from None
    except _BROKEN as wrong:
        raise refusal("file_damaged.workbook", source.name, wrong=str(wrong)[:120]) from None


def _bounded(source: Source, data: bytes, sheet: str | None) -> dict[str, workbook_xml.SheetPart]:
    """Return what the sheets of a workbook hide or break, once its size is checked; nothing of those before 2007."""
    if source.form == WORKBOOK:
        return workbook_xml.scan(data, source.name, sheet)
    check_cost(data, source.name)
    return {}


def first_rows(source: Source, sheet: str | None = None) -> list[list[str]]:
    """Return the first rows of the visible sheets, or of the one declared, as they are stored.

    Raises FileRefused as `read_workbook`: a sheet is held as a whole, however few of its rows are asked for.
    """
    data = source.content()
    _bounded(source, data, sheet)
    with suppress(*_BROKEN):
        book = python_calamine.load_workbook(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(name) for name in _sheets(book, source.name, sheet)]
        return [[str(cell) for cell in row] for part in sheets for row in part.to_python(nrows=HEAD_ROWS)]
    return []


def hidden_sheets(source: Source) -> list[str]:
    """Return the names of the sheets that a workbook hides."""
    book = python_calamine.load_workbook(io.BytesIO(source.content()))
    return [s.name for s in _data_sheets(book) if s.visible != python_calamine.SheetVisibleEnum.Visible]


def _data_sheets(book: Any) -> list[Any]:
    return [s for s in book.sheets_metadata if s.typ == python_calamine.SheetTypeEnum.WorkSheet]


def _sheets(book: Any, name: str, declared: str | None) -> list[str]:
    sheets = _data_sheets(book)
    names = [s.name for s in sheets]
    if declared is not None:
        if declared not in names:
            raise refusal("sheet_missing", name, facts={"sheets": ", ".join(names)}, declared=declared,
                          listed=", ".join(names))
        return [declared]
    visible = [s.name for s in sheets if s.visible == python_calamine.SheetVisibleEnum.Visible]
    return visible or names


def _grid(book: Any, sheet_name: str, part: workbook_xml.SheetPart | None, source: Source) -> Grid:
    sheet = book.get_sheet_by_name(sheet_name)
    if (sheet.total_height + 1) * (sheet.total_width + 1) > workbook_xml.MAX_CELLS:  # places of the last cell, from 0
        raise refusal("bomb", f"{source.name}#{sheet_name}", rows=sheet.total_height, width=sheet.total_width)
    check_width(sheet.total_width, f"{source.name}#{sheet_name}")
    rows = sheet.to_python(skip_empty_area=False)
    columns = [_column(values) for values in zip(*rows, strict=True)]
    lines = np.arange(1, len(rows) + 1)
    hidden = None
    if part is not None:
        columns = _as_shown(columns, part, len(rows))
        hidden = np.isin(lines, np.array(sorted(part.hidden_rows), dtype=np.int64))
    columns = _merged_down(columns, sheet.merged_cell_ranges or [], len(rows))
    return Grid(columns, lines, source.form, sheet=sheet_name, hidden=hidden,
                hidden_columns=frozenset(part.hidden_columns if part else ()))


def _column(values: Iterable[Any]) -> Column:
    texts, marks = zip(*map(_cell, values), strict=True)
    typed = np.array(marks, dtype=np.uint8)
    return Column(pa.array(texts, pa.string()), typed if typed.any() else None)


def _cell(value: Any) -> tuple[str, int]:
    """Return a cell as a string and its mark: the shortest decimal of a number, a whole one below 2^53 as digits."""
    if isinstance(value, str):
        return value, cells.TEXT
    if isinstance(value, bool):
        return ("true" if value else "false"), cells.FLAG
    if isinstance(value, (int, float)):
        return (str(int(value)) if float(value).is_integer() and abs(value) < 2.0**53 else repr(float(value)),
                cells.NUMBER)
    if isinstance(value, datetime):
        return value.isoformat(sep=" "), cells.DAY
    return (value.isoformat(), cells.DAY) if isinstance(value, date) else (str(value), cells.TEXT)


def _as_shown(columns: list[Column], part: workbook_xml.SheetPart, rows: int) -> list[Column]:
    """Return cells as their format shows them, "1.5 USD", "0007", a month, or the error; numbers stay as stored."""
    changed = list(columns)
    for position in part.otherwise.keys() & {*range(len(columns))}:
        marks, texts = changed[position].kinds.copy(), changed[position].text.to_pylist()
        for row, how in part.otherwise[position].items():
            if row >= rows:
                continue
            texts[row] = how if isinstance(how, str) else _text_shown(texts[row], int(marks[row]), how)
            marks[row] = cells.ERROR if isinstance(how, str) else marks[row]
        changed[position] = Column(pa.array(texts, pa.string()), marks if marks.any() else None)
    return changed


def _text_shown(text: str, mark: int, how: Shown) -> str:
    if mark == cells.DAY:
        return text[:7] if how.month and text[7:10] == "-01" else text
    if mark != cells.NUMBER:
        return text
    digits = text.lstrip("-")
    padded = text[:len(text) - len(digits)] + digits.zfill(how.digits) if digits.isdigit() else text
    return f"{padded} {how.words}" if how.words else padded


def _merged_down(columns: list[Column], ranges: list[Any], rows: int) -> list[Column]:
    """Fill merged cells down where they hold a string or a day; a number is counted once."""
    by_column: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in ranges:
        if left == right < len(columns) and top < min(bottom, rows):
            by_column.setdefault(left, []).append((top, bottom))
    changed = list(columns)
    for position, merged in by_column.items():
        kinds, source_row, end = changed[position].kinds, np.arange(rows), -1
        for top, bottom in sorted(merged):
            # No spreadsheet writes ranges that overlap: the first holds.
            if top > end and kinds[top] in (cells.TEXT, cells.DAY):
                source_row[top:bottom + 1], end = top, bottom
        changed[position] = changed[position].take(source_row)
    return changed


def is_blank(grid: Grid) -> bool:
    """Return whether a sheet has no filled cell."""
    return all(pc.all(pc.equal(pc.utf8_trim_whitespace(c.text), "")).as_py() is not False for c in grid.columns)


MAX_BYTES = 32 << 20
"""Bytes of a file: with its strings as objects, a larger one takes over 512 MB of memory."""
SECONDS, MEGABYTES = 4, 256
_TRIAL = """
import io, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
    resource.setrlimit(resource.RLIMIT_AS, ({bytes}, {bytes}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass
import python_calamine
try:
    book = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    print(sum((sheet.total_height + 1) * (sheet.total_width + 1) for sheet in sheets))  # places, from 0
except (python_calamine.CalamineError, ValueError, OSError):
    print(0)
"""
"""Prints the cells of all sheets; 0 where the library refuses the file, which is then stated by whoever opens it."""


def check_cost(data: bytes, name: str) -> None:
    """Check that a workbook opens within limits of memory and time, and that its sheets are not too large.

    Raises FileRefused: It does not, or it is larger than `MAX_BYTES`.
    """
    if len(data) > MAX_BYTES:
        raise refusal("bomb.old_size", name, megabytes=len(data) / 1e6, most=MAX_BYTES / 1e6)
    trial = _TRIAL.format(seconds=SECONDS, bytes=MEGABYTES << 20)
    try:
        done = subprocess.run([sys.executable, "-I", "-c", trial], input=data, capture_output=True, check=False,
                              timeout=10 * SECONDS)
    except subprocess.TimeoutExpired:
        raise refusal("bomb.old_opening", name, megabytes=MEGABYTES, seconds=SECONDS) from None
    if done.returncode or not done.stdout.strip().isdigit():
        raise refusal("bomb.old_opening", name, megabytes=MEGABYTES, seconds=SECONDS)
    if (cells := int(done.stdout)) > MAX_CELLS:
        raise refusal("bomb.old_cells", name, cells=cells, most=MAX_CELLS)
