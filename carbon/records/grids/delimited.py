"""Delimited text: the separator by evidence or declared, quoted newlines, and the physical line of every row."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import zip_longest

import numpy as np
import pyarrow as pa

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
        pairs = [(row, reader.line_num) for row in reader]
    except csv.Error as wrong:
        place = f"{name}, line {reader.line_num}"
        raise refusal("field_too_long.line", place, most=MAX_FIELD) if "field larger" in str(wrong) else refusal(
            "quote_open", place, wrong=wrong, line=reader.line_num) from None
    # Quoted cells hold newlines: each row starts one line after the end of the row before.
    return [row for row, _ in pairs], np.array([1, *(end + 1 for _, end in pairs[:-1])])


def _find_separator(text: str, name: str, recognise: Recognise) -> str:
    sample = "".join(text[:1 << 20].splitlines(keepends=True)[:HEAD_ROWS * 4])
    scores = Counter({separator: max((recognise(row) for row in loose_rows(sample, separator) if len(row) > 1),
                                     default=0) for separator in SEPARATORS})
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
    widths_by = {separator: {len(row) for row in loose_rows(sample, separator) if row} for separator in SEPARATORS}
    regular = [separator for separator, widths in widths_by.items() if len(widths) == 1 and max(widths) > 1]
    if len(regular) != 1:
        raise refusal("separator_unknown", name, first=sample.splitlines()[0][:80])
    return regular[0]


def loose_rows(sample: str, separator: str) -> list[list[str]]:
    """Return the first rows of delimited text by one separator, up to the first that is broken."""
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(csv.reader(io.StringIO(sample, newline=""), delimiter=separator))
    return rows[:HEAD_ROWS]
