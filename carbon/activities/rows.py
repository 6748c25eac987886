"""
Open rows as columns of one length: arrays of numpy, texts as objects.

The steps of this room are filters and comparisons, by the hundred for each company-year. On such arrays each takes a
microsecond and its time in proportion to rows, where a table with columns of text takes fifty before the first row.
A table is made of them once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carbon.core.words_coded import text_array, values_of

Column = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]
PLACE = "_place"
"""Column of each row's place among those read, which is their order."""


@dataclass(frozen=True)
class Rows:
    """
    Columns by name, all of `size` rows. No array is ever written to: what changes is a new column.
    """

    columns: Mapping[str, Column]
    size: int

    def __len__(self) -> int:
        return self.size

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def take(self, at: npt.NDArray[np.intp]) -> Rows:
        """
        The rows at some places, in that order.
        """
        return Rows({name: values.take(at) for name, values in self.columns.items()}, len(at))

    def where(self, chosen: Flags) -> Rows:
        """
        The chosen rows.
        """
        return self if chosen.all() else self.take(np.flatnonzero(chosen))

    def assign(self, **columns: Any) -> Rows:
        """
        The same rows with columns set: an array of as many values, or one value for all.

        Raises
        ------
        ValueError
            A column of another length.
        """
        return Rows({**self.columns, **{name: _as_column(value, self.size) for name, value in columns.items()}},
                    self.size)

    def table(self, names: Iterable[str]) -> pd.DataFrame:
        """
        A table of some columns, its texts in the text type of the tables.
        """
        return pd.DataFrame(self.arrays(names), copy=False)

    def arrays(self, names: Iterable[str]) -> dict[str, Any]:
        """
        Some columns as a table holds them, for `schemas.Table.validate`.
        """
        return {name: as_array(self.columns[name]) for name in names}


def rows_of(table: pd.DataFrame) -> Rows:
    """
    The columns of a table; codes into words become the words.
    """
    columns = {str(name): _plain(values_of(values)) for name, values in table.items()}
    return Rows({**columns, PLACE: np.arange(len(table))}, len(table))


def rows_at(table: pd.DataFrame, names: Iterable[str], at: npt.NDArray[np.intp]) -> Rows:
    """
    Some columns of a table, of the rows at some places.
    """
    return Rows({name: _plain(values_of(table[name]).take(at)) for name in names}, len(at))


def stacked_rows(parts: Sequence[Rows], names: Iterable[str]) -> Rows:
    """
    Some columns of several parts, one below the other.
    """
    if len(parts) == 1:
        return Rows({name: parts[0][name] for name in names}, len(parts[0]))
    return Rows({name: np.concatenate([part[name] for part in parts]) for name in names}, sum(map(len, parts)))


def as_array(values: Column) -> Any:
    """
    A column as a table holds it.
    """
    if values.dtype != object:
        return values
    return text_array(pa.array(values, pa.large_string(), from_pandas=True))


def missing_like(values: Column, size: int) -> Column:
    """
    Nothing, as a column of the kind of another.
    """
    return np.full(size, np.nan, dtype=object if values.dtype == object else np.float64)


def texts(value: str | Column, size: int) -> Column:
    """
    One text for all of `size` rows, or their texts as they are.
    """
    return np.full(size, value, dtype=object) if isinstance(value, str) else value


def pick(chosen: Flags, text: str | Column, other: str | Column) -> Column:
    """
    One text where chosen, another elsewhere.
    """
    return np.where(chosen, np.asarray(text, dtype=object), np.asarray(other, dtype=object))


def by_word(values: Column | pd.Series, answer: Callable[[Any], Any], dtype: npt.DTypeLike = object) -> Column:
    """
    What a function says of each text, asked once for each different one.
    """
    codes, words = pd.factorize(values, use_na_sentinel=False)
    answers = np.empty(len(words), dtype=dtype)
    answers[:] = [answer(word) for word in words]
    return answers.take(codes)


def among(values: Column, words: Iterable[str]) -> Flags:
    """
    Whether each text is one of some words.
    """
    known = frozenset(words)
    return by_word(values, known.__contains__, np.bool_)


def _as_column(value: Any, size: int) -> Column:
    if not isinstance(value, np.ndarray):
        return np.full(size, value, dtype=object if isinstance(value, str) else None)
    if len(value) != size:
        raise ValueError(f"{size:,} open rows became {len(value):,}")
    return value


def _plain(values: Any) -> Column:
    if isinstance(values.dtype, pd.CategoricalDtype):
        words = values.categories.to_numpy(dtype=object)
        return np.append(words, np.array([np.nan], dtype=object)).take(values.codes)
    if isinstance(values.dtype, pd.StringDtype):
        return np.asarray(values.to_numpy(dtype=object))
    return np.asarray(values)
