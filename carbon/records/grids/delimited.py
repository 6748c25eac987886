"""Delimited text: the separator by evidence or declared, quoted newlines, and the physical line of every row."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from itertools import zip_longest

import numpy as np
import pyarrow as pa

from carbon.core.errors import FileRefused
from carbon.records.grids.cells import Column
from carbon.records.grids.grid import HEAD_ROWS, MAX_FIELD, Grid, check_width
from carbon.records.kinds.faults import Warned
from carbon.records.kinds.messages import refusal, warned

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
Recognise = Callable[[list[str]], int]
"""How many headings of the kind a row holds."""


def read_delimited(text: str, name: str, recognise: Recognise, *, separator: str | None = None,
                   quoting: bool = True, dialect: str = "") -> Grid:
    """Read delimited text as a grid.

    `recognise`: Counts the headings of the kind in a row; the separator that shows most of them is taken.
    `separator`: The declared one: any single character.

    Raises FileRefused: Unknown or ambiguous separator, an open quote, a cell or a row beyond all limits, no rows.
    """
    if not text.strip():
        raise refusal("file_empty.delimited", name)
    declared = re.match(r"(?i)sep=(.)[\r\n]", text)  # on the first line, as spreadsheets write it
    separator = separator or (declared[1] if declared else _find_separator(text, name, recognise))
    rows, lines = _parse(text, name, separator, quoting)
    widths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    check_width(int(widths.max(initial=0)), name)
    columns = [Column(pa.array(cells, pa.string())) for cells in zip_longest(*rows, fillvalue="")]
    grid = Grid(columns, lines, f"{dialect}, {SEPARATORS.get(separator, repr(separator))} separated".lstrip(", "),
                widths=widths, warnings=warned_of_end(text[-1], name))
    return grid.take(slice(1, None)) if declared else grid


def warned_of_end(last: str, name: str) -> list[Warned]:
    """Return a warning where the last character of a file ends no line."""
    return [] if last in "\r\n" else [warned("no_final_newline", name)]


def _parse(text: str, name: str, separator: str, quoting: bool) -> tuple[list[list[str]], np.ndarray]:
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True,
                        quoting=csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE)
    try:
        rows = list(reader)
        if reader.line_num == len(rows):
            return rows, np.arange(1, len(rows) + 1)
        return _parse_multiline(text, separator)
    except csv.Error as wrong:
        raise _broken(name, reader.line_num, str(wrong)) from None


def _parse_multiline(text: str, separator: str) -> tuple[list[list[str]], np.ndarray]:
    # Quoted cells hold newlines: each row starts one line after the end of the row before.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    pairs = [(row, reader.line_num) for row in reader]
    ends = np.array([end for _, end in pairs])
    return [row for row, _ in pairs], np.concatenate([[1], ends[:-1] + 1])


def _broken(name: str, line: int, what: str) -> FileRefused:
    if "field larger" in what:
        return FileRefused(f"{name}, line {line}: a cell longer than {MAX_FIELD:,} characters", code="field_too_long",
                           what_to_do="remove that cell, or export the file again")
    return FileRefused(f"{name}, line {line}: a quote is not closed or is inside a cell ({what})",
                       code="quote_open", what_to_do=f"double or remove the quotes near line {line}")


def _find_separator(text: str, name: str, recognise: Recognise) -> str:
    sample = "".join(text[:1 << 20].splitlines(keepends=True)[:HEAD_ROWS * 4])
    scores: Counter[str] = Counter()
    for separator in SEPARATORS:
        rows = loose_rows(sample, separator)
        scores[separator] = max((recognise(row) for row in rows if len(row) > 1), default=0)
    (best, score), (_, second) = scores.most_common(2)
    if score > second:
        return best
    if score:
        raise refusal("separator_ambiguous", name)
    unused = next((s for s in SEPARATORS if s not in sample), None)
    if unused is not None and any(recognise([line.strip()]) for line in sample.splitlines()[:HEAD_ROWS]):
        return unused  # a file of one column
    return _regular_separator(sample, name)


def _regular_separator(sample: str, name: str) -> str:
    """Return the one separator that cuts every row into the same number of cells, where no heading is known."""
    regular = []
    for separator in SEPARATORS:
        widths = {len(row) for row in loose_rows(sample, separator) if row}
        if len(widths) == 1 and widths.pop() > 1:
            regular.append(separator)
    if len(regular) == 1:
        return regular[0]
    first = sample.splitlines()[0][:80]
    raise refusal("separator_unknown", name, first=first)


def loose_rows(sample: str, separator: str) -> list[list[str]]:
    """Return the first rows of delimited text by one separator, up to the first that is broken."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        return rows[:HEAD_ROWS]
    return rows[:HEAD_ROWS]
