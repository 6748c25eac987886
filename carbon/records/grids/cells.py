"""Cells of one column as they stand in a file: text, and what the file itself says each cell is.

A workbook or a Parquet file types its cells; delimited text does not. Work on values is done once per distinct cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.text import MARK, as_written

TEXT, NUMBER, DAY, FLAG, ERROR = range(5)
"""What the file says of a cell. NUMBER: text is a plain decimal with a point. DAY: text is an ISO day, maybe with a
time. ERROR: text is the error shown (#N/A, or a formula without a stored value).
"""

Marks = npt.NDArray[np.uint8]
_MANY = 1_000_000  # cells above which a plain column is not worth a dictionary
_KINDS = 8  # more than the marks there are: code * 8 + mark is one key


@dataclass(frozen=True)
class Distinct:
    """The distinct cells of a column: codes[row] -> texts[code], marks[code]."""

    codes: npt.NDArray[np.int32]
    texts: pa.Array
    marks: Marks

    def rows_of(self, bad: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
        """Row numbers of the cells flagged in `bad` (one flag a distinct cell)."""
        return np.flatnonzero(bad[self.codes]) if bad.any() else np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class Column:
    """One column of a file, every row."""

    text: pa.Array
    marks: Marks | None = None

    def __len__(self) -> int:
        return len(self.text)

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Column:
        """Some rows only, by number or by mask."""
        marks = None if self.marks is None else self.marks[rows]
        text = self.text.filter(pa.array(rows)) if rows.dtype == bool else self.text.take(pa.array(rows))
        return Column(text, marks)

    def below(self, row: int) -> Column:
        """The cells from a row on."""
        return Column(self.text.slice(row), None if self.marks is None else self.marks[row:])

    @property
    def coded(self) -> bool:
        """Held as codes into its distinct cells."""
        return pa.types.is_dictionary(self.text.type)

    def distinct(self) -> Distinct:
        """Each different cell once, in order of first appearance."""
        return self._distinct

    @cached_property
    def _distinct(self) -> Distinct:
        encoded = self.text if pa.types.is_dictionary(self.text.type) else self.text.dictionary_encode()
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

    def blank(self) -> npt.NDArray[np.bool_]:
        """Cells with nothing but space."""
        if many(self):
            return np.asarray(pc.equal(pc.utf8_trim_whitespace(self.text), "")).astype(bool)
        found = self.distinct()
        return np.asarray(pc.equal(pc.utf8_trim_whitespace(found.texts), "")).astype(bool)[found.codes]

    def equals(self, text: str) -> npt.NDArray[np.bool_]:
        """Cells that hold exactly this text."""
        if many(self):
            return np.asarray(pc.equal(self.text, text)).astype(bool)
        found = self.distinct()
        return np.asarray(pc.equal(pc.utf8_trim_whitespace(found.texts), text)).astype(bool)[found.codes]

    def as_written(self) -> Column:
        """The texts before our own export marked those that a spreadsheet would run (`core.text`)."""
        texts = self.text.dictionary if self.coded else self.text
        marked = pc.starts_with(texts, MARK)
        if not pc.any(marked).as_py():
            return self
        found = [as_written(t) for t in texts.filter(marked).to_pylist()]
        texts = pc.replace_with_mask(texts, marked, pa.array(found, texts.type))
        whole = pa.DictionaryArray.from_arrays(self.text.indices, texts) if self.coded else texts
        return Column(whole, self.marks)

    def longest(self) -> int:
        """Characters of the longest cell."""
        texts = self.text.dictionary if self.coded else self.text
        return pc.max(pc.utf8_length(texts)).as_py() or 0


def matches(columns: Sequence[pa.Array], pattern: str) -> list[npt.NDArray[np.bool_]]:
    """Cells of some columns in which a pattern is found.

    Short columns are asked in one call: to make a pattern ready takes as long as a thousand cells.
    """
    if sum(map(len, columns)) > _MANY or len({c.type for c in columns}) != 1:
        return [np.asarray(pc.match_substring_regex(c, pattern)).astype(bool) for c in columns]
    found = np.asarray(pc.match_substring_regex(pa.concat_arrays(columns), pattern)).astype(bool)
    return np.split(found, np.cumsum([len(c) for c in columns])[:-1])


def many(column: Column) -> bool:
    """So many plain cells that they are worked on as they stand, without a dictionary."""
    return not column.coded and len(column) > _MANY


def constant(text: str, rows: int) -> Column:
    """A column with the same text in every row."""
    codes = pa.array(np.zeros(rows, dtype=np.int32))
    return Column(pa.DictionaryArray.from_arrays(codes, pa.array([text])))
