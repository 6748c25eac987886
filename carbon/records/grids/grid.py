"""A grid: the cells of a sheet or a file, before their columns have a meaning."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carbon.records.grids.cells import Column
from carbon.records.kinds.faults import Warned, refusal

MAX_COLUMNS = 2000
"""No list that a company keeps has more columns; beyond them a file is misread or made to exhaust memory."""
MAX_FIELD = 131_072
"""Longest cell [characters]."""
HEAD_ROWS = 60
"""Rows searched for the headings."""


@dataclass(frozen=True)
class Grid:
    """Rows and columns as read. `lines` is the physical line (row of a sheet) of each row.

    `widths` is the number of cells as written, where rows may differ (delimited text); `headings` is set where the
    form itself names its columns (Parquet). `hidden` flags rows that the workbook does not show. `cells` names the cell
    of each row, "AS45", where a line holds several; `unread` the columns of numbers that nothing reads.
    """

    columns: list[Column]
    lines: npt.NDArray[np.int64]
    dialect: str
    sheet: str = ""
    widths: npt.NDArray[np.int64] | None = None
    headings: list[str] | None = None
    hidden: npt.NDArray[np.bool_] | None = None
    hidden_columns: frozenset[int] = frozenset()
    warnings: list[Warned] = field(default_factory=list)
    cells: pa.Array | None = None
    unread: dict[str, str] | None = None

    def __len__(self) -> int:
        return len(self.lines)

    def take(self, rows: npt.NDArray[np.intp] | slice) -> Grid:
        """Return some rows only, or those from a row on."""
        columns = [c.below(rows.start) if isinstance(rows, slice) else c.take(rows) for c in self.columns]
        cells = self.cells if self.cells is None or isinstance(rows, slice) else self.cells.take(pa.array(rows))
        return replace(self, columns=columns, lines=self.lines[rows], cells=cells,
                       widths=None if self.widths is None else self.widths[rows],
                       hidden=None if self.hidden is None else self.hidden[rows])

    def filled_below(self, row: int, name: str) -> Grid:
        """Return the rows from a row on that hold anything. Raises FileRefused: `no_rows`."""
        body = self.take(slice(row, None))
        filled = filled_cells(body.columns, len(body))
        if not filled.any():
            raise refusal("no_rows", name)
        return body if filled.all() else body.take(np.flatnonzero(filled))

    def head(self) -> list[list[str]]:
        """Return the first rows as lists of strings."""
        texts = [[str(t).strip() for t in c.text.slice(0, HEAD_ROWS).to_pylist()] for c in self.columns]
        return [list(row) for row in zip(*texts, strict=True)]

    def row(self, number: int) -> list[str]:
        """Return one row as strings."""
        return [c.text[number].as_py() for c in self.columns]


def letters(position: int) -> str:
    """Return a column as spreadsheets name it: 0 is A, 26 AA."""
    text, number = "", position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def filled_cells(columns: list[Column], rows: int) -> npt.NDArray[np.bool_]:
    """Return one flag a row: at least one of its cells holds something."""
    filled = np.zeros(rows, dtype=bool)
    for column in columns:
        if filled.all():
            break
        filled |= ~column.blank()
    return filled


def check_width(width: int, name: str) -> None:
    """Refuse tables with more than `MAX_COLUMNS` columns."""
    if width > MAX_COLUMNS:
        raise refusal("too_many_columns", name, width=width, most=MAX_COLUMNS)


def check_field(column: Column, name: str) -> None:
    """Refuse cells longer than `MAX_FIELD`."""
    longest = column.longest()
    if longest > MAX_FIELD:
        raise refusal("field_too_long", name, longest=longest)
