"""Cells of a table as the file has them, in columns: a string each, and the type that the file itself gives the cell.

A workbook or a Parquet file types its cells; delimited text does not. Work on values is done once per distinct cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.text import MARK, as_written
from carbon.core.text_columns import Flags, Ints, Rows
from carbon.records.kinds.messages import Warned, refusal

TEXT, NUMBER, DAY, FLAG, ERROR = range(5)
"""Type of a cell. NUMBER: a plain decimal with a point. DAY: an ISO day, maybe with a time. ERROR: the error shown
(#N/A, or a formula without a stored value).
"""

Marks = npt.NDArray[np.uint8]
_MANY = 1_000_000  # cells above which a plain column is not worth a dictionary
_KINDS = 8  # more than the marks there are: code * 8 + mark is one key


@dataclass(frozen=True)
class Distinct:
    """The distinct cells of a column: their strings and marks, and the code of each row's cell."""

    codes: npt.NDArray[np.int32]
    texts: pa.Array
    marks: Marks


@dataclass(frozen=True)
class Column:
    """One column of a file, every row."""

    text: pa.Array
    marks: Marks | None = None

    def __len__(self) -> int:
        return len(self.text)

    @property
    def strings(self) -> pa.Array:
        """The cells as plain strings, without codes."""
        return self.text.cast(pa.string())

    @property
    def kinds(self) -> Marks:
        """The mark of each cell, TEXT where the file types none."""
        return np.zeros(len(self), dtype=np.uint8) if self.marks is None else self.marks

    @staticmethod
    def stacked(columns: Sequence[Column]) -> Column:
        """Return the cells of several columns below each other."""
        return Column(pa.concat_arrays([c.strings for c in columns]), np.concatenate([c.kinds for c in columns]))

    def take(self, rows: Rows | Flags) -> Column:
        """Return some rows only, by number or by mask."""
        marks = None if self.marks is None else self.marks[rows]
        text = self.text.filter(pa.array(rows)) if rows.dtype == bool else self.text.take(pa.array(rows))
        return Column(text, marks)

    def below(self, row: int) -> Column:
        """Return the cells from a row on."""
        return Column(self.text.slice(row), None if self.marks is None else self.marks[row:])

    @property
    def coded(self) -> bool:
        """True where the column is codes into its distinct cells."""
        return pa.types.is_dictionary(self.text.type)

    @cached_property
    def distinct(self) -> Distinct:
        """Each different cell once, in order of first appearance."""
        encoded = self.text if self.coded else self.text.dictionary_encode()
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
        texts = encoded.dictionary.cast(pa.string())
        if self.marks is None:
            return Distinct(codes, texts, np.zeros(len(texts), dtype=np.uint8))
        if len(self.marks) and self.marks.min() == self.marks.max():
            # All of one kind, as in most typed files: each text is one cell, without sorting millions of them.
            return Distinct(codes, texts, np.full(len(texts), self.marks[0], dtype=np.uint8))
        pairs, first = np.unique(codes.astype(np.int64) * _KINDS + self.marks, return_inverse=True)
        texts = texts.take(pa.array(pairs // _KINDS))
        return Distinct(first.astype(np.int32), texts, (pairs % _KINDS).astype(np.uint8))

    def blank(self) -> Flags:
        """Flag cells with nothing but space."""
        return self.equals("")

    def equals(self, text: str) -> Flags:
        """Flag cells that hold this string, whatever space is around it."""
        texts = self.text if many(self) else self.distinct.texts
        flags = np.asarray(pc.equal(pc.utf8_trim_whitespace(texts), text)).astype(bool)
        if not flags.any():
            return np.zeros(len(self), dtype=bool)
        return flags if many(self) else flags[self.distinct.codes]

    def as_written(self) -> Column:
        """Remove the marks that our own export put before strings that a spreadsheet would run (`core.text`)."""
        texts = self.words
        marked = pc.starts_with(texts, MARK)
        if not pc.any(marked).as_py():
            return self
        originals = [as_written(t) for t in texts.filter(marked).to_pylist()]
        texts = pc.replace_with_mask(texts, marked, pa.array(originals, texts.type))
        column = pa.DictionaryArray.from_arrays(self.text.indices, texts) if self.coded else texts
        return Column(column, self.marks)

    @property
    def words(self) -> pa.Array:
        """The cells, those of a coded column each once."""
        return self.text.dictionary if self.coded else self.text


def matches(columns: Sequence[pa.Array], pattern: str) -> list[Flags]:
    """Flag the cells of some columns in which a pattern is found.

    Short columns are searched in one call: to compile a pattern takes as long as a thousand cells.
    """
    if sum(map(len, columns)) > _MANY or len({c.type for c in columns}) != 1:
        return [np.asarray(pc.match_substring_regex(c, pattern)).astype(bool) for c in columns]
    flags = np.asarray(pc.match_substring_regex(pa.concat_arrays(columns), pattern)).astype(bool)
    return np.split(flags, np.cumsum([len(c) for c in columns])[:-1])


def many(column: Column) -> bool:
    """Return whether a column has so many plain cells that they are read without a dictionary."""
    return not column.coded and len(column) > _MANY


def constant(text: str, rows: int) -> Column:
    """Return a column with the same string in every row."""
    codes = pa.array(np.zeros(rows, dtype=np.int32))
    return Column(pa.DictionaryArray.from_arrays(codes, pa.array([text])))


def by_cell(column: Column, meaning: Callable[[str], Any], kind: Any = object) -> npt.NDArray[Any]:
    """Return what each cell of a column means, worked out once for each distinct one."""
    distinct = column.distinct
    return np.array([meaning(text) for text in distinct.texts.to_pylist()], dtype=kind)[distinct.codes]


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
    lines: Ints
    dialect: str
    sheet: str = ""
    widths: Ints | None = None
    headings: list[str] | None = None
    hidden: Flags | None = None
    hidden_columns: frozenset[int] = frozenset()
    warnings: list[Warned] = field(default_factory=list)
    cells: pa.Array | None = None
    unread: dict[str, str] | None = None

    def __len__(self) -> int:
        return len(self.lines)

    def take(self, rows: Rows | slice) -> Grid:
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

    @cached_property
    def head(self) -> list[list[str]]:
        """The first rows as lists of strings."""
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


def filled_cells(columns: list[Column], rows: int) -> Flags:
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
    longest = pc.max(pc.utf8_length(column.words)).as_py() or 0
    if longest > MAX_FIELD:
        raise refusal("field_too_long", name, longest=longest)
