"""One coded column and one table of such columns: each string is stored once, and rows are codes into the strings.

`Column` is one column in codes; `Rows` selects, groups and sums rows by them, and gives plain arrays where a step
compares values. Only this module and `text_columns` know how a DataFrame stores its strings:

    Rows(inventory.emissions).where(kind="travel").sums(["activity", "unit"], "co2e_kg")
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import is_scalar

from carbon.core.exact import exact_sum, exact_total
from carbon.core.text_columns import Arrays, Flags, Values, as_text, coded, listed, plain_values, text_array, values_of

Codes = npt.NDArray[Any]
Places = npt.NDArray[Any]

WIDEST = 1 << 62
"""More combinations than these are numbered anew: with one more column they would not fit into 64 bits."""
_CACHED = 1 << 16
"""Combinations above which those that occur are numbered anew: what is gathered from must stay in the cache."""
_BLOCK = 1 << 14
_KEPT: dict[int, Column] = {}
"""Codes of Arrow strings by their identity."""


@dataclass(frozen=True)
class Column:
    """A code a row, and the words that codes lead to, of any type, a missing one NaN; a code need not occur."""

    codes: Codes
    distinct: Any
    """The words, an array or an index."""

    @cached_property
    def words(self) -> pd.Index[Any]:
        """The words as an index, which costs more than most tables have rows."""
        return pd.Index(self.distinct)

    @staticmethod
    def of(values: Any) -> Column:
        """Return a column of any type in codes, its words sorted and a missing one last.

        Codes of plain strings are kept as long as their Arrow data, which never change.
        """
        if isinstance(values, Column):
            return values
        array: Any = text_array(values) if isinstance(values.dtype, np.dtypes.ObjectDType) else values_of(values)
        if isinstance(array, pd.Categorical):
            return _of_categories(array)
        if not isinstance(array.dtype, pd.StringDtype):
            codes, words = coded(array, sort=True)
            return Column(codes, pd.Index(words) if array.dtype.kind in "mM" else words)
        texts = array.__arrow_array__()
        if id(texts) not in _KEPT:
            encoded = texts.dictionary_encode(null_encoding="encode").combine_chunks()
            order = pc.array_sort_indices(encoded.dictionary)
            codes = _ranks(order.to_numpy(), np.int32)[encoded.indices.to_numpy()]
            _KEPT[id(texts)] = Column(codes, text_array(encoded.dictionary.take(order)))
            weakref.finalize(texts, _KEPT.pop, id(texts), None).atexit = False
        return _KEPT[id(texts)]

    @staticmethod
    def of_arrow(values: pa.ChunkedArray) -> Column:
        """Return an Arrow column without nulls in the codes it has; whole numbers of a short range count from 0."""
        if pa.types.is_integer(values.type):
            numbers = values.to_numpy()
            low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
            return Column(numbers if low == 0 else numbers - low, pd.RangeIndex(low, high + 1))
        if not pa.types.is_dictionary(values.type):
            values = values.dictionary_encode()
        array = values.unify_dictionaries().combine_chunks()
        array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
        return Column(array.indices.to_numpy(), text_array(array.dictionary))

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, at: Places) -> Column:
        """Return the rows at some places, in that order."""
        return Column(self.codes.take(at), self.distinct)

    def map(self, of_word: Callable[[Any], str]) -> Column:
        """Return the column of what each word means; several may mean the same."""
        return Column.of(text_array([of_word(word) for word in listed(self.distinct)])).take(self.codes)

    def among(self, words: Any) -> Flags:
        """Return which rows hold this word, or one of these."""
        asked_words = {words} if isinstance(words, str) else {*words}
        if len(self.distinct) > _BLOCK:
            return self.words.isin(asked_words)[self.codes]
        return np.array([word in asked_words for word in listed(self.distinct)], dtype=bool)[self.codes]

    def array(self) -> Any:
        """Return the column as a table stores it, strings as plain strings."""
        return values_of(self.distinct).take(self.codes)

    def tolist(self) -> list[Any]:
        """Return the word of each row."""
        if len(self.distinct) > _BLOCK:  # more words than rows are worth listing for
            return listed(self.distinct.take(self.codes))
        words = listed(self.distinct)
        return [words[code] for code in self.codes.tolist()]


def _of_categories(values: pd.Categorical) -> Column:
    codes, words = values.codes, values.categories
    if (codes < 0).any():
        codes = np.where(codes < 0, len(words), codes)
        words = words.append(pd.Index([np.nan], dtype=words.dtype))
    if words.is_monotonic_increasing:
        return Column(codes, words)
    order = np.asarray(words.argsort())
    return Column(_ranks(order, codes.dtype)[codes], words.take(order))  # as narrow as the codes


def _ranks(order: Places, kind: npt.DTypeLike = np.intp) -> Codes:
    """Return the place of each number in an order of them."""
    place = np.empty(len(order), dtype=kind)
    place[order] = np.arange(len(order))
    return place


@dataclass(frozen=True)
class Groups:
    """Rows that are equal in some columns: number: the group of each row, 0 ... size - 1, sorted by the columns.

    number = (((i_1 x n_2 + i_2) x n_3 + i_3) ...), i_k being a row's code among the n_k words of column k, then ranked
    among those that occur; columns that depend on one another (an activity has one unit) are ranked on the way.
    """

    number: Places
    size: int
    _words: tuple[Any, ...]
    _steps: tuple[int | Places, ...]

    @staticmethod
    def of(columns: Iterable[Column], *, ranked: bool = True) -> Groups:
        """Return the groups of the rows of some columns; not `ranked` in the end, a number need not occur."""
        rest = iter(columns)  # one after the other: of long tables, their codes are not held together
        column = next(rest)
        number, size, words = column.codes, max(len(column.distinct), 1), [column.distinct]
        steps: list[int | Places] = []
        ours = False
        for column in rest:
            n = max(len(column.distinct), 1)
            words.append(column.distinct)
            if size * n > WIDEST or (size * n > _CACHED and n > 1 and _is_dense(size, len(number))):
                number, occurring = ranks_of(number, size)
                size, ours = max(len(occurring), 1), True
                steps.append(occurring)
            number, size = _appended(number, column.codes, n, size * n, ours=ours), size * n
            ours = ours or n > 1
            steps.append(n)
        if ranked:
            number, occurring = ranks_of(number, size)
            number, size = number.astype(np.intp, copy=False), len(occurring)
            steps.append(occurring)
        return Groups(number, size, tuple(words), tuple(steps))

    def __len__(self) -> int:
        return self.size

    @cached_property
    def first(self) -> Places:
        """The first row of each group."""
        return first_places(self.number, self.size)

    def occurring(self) -> Places:
        """Return the numbers that occur, ascending."""
        return _occurring(self.number, self.size)

    def keys(self, numbers: Places | None = None) -> tuple[Column, ...]:
        """Return the common values of the groups, or of those with some numbers: column by column, a row a group."""
        codes, places = np.arange(self.size) if numbers is None else numbers, []
        for step in reversed(self._steps):
            if isinstance(step, int):
                codes, place = np.divmod(codes, step)
                places.append(place)
            else:
                codes = step[codes]
        return tuple(Column(at, words) for at, words in zip((codes, *reversed(places)), self._words, strict=True))

    def frame(self, names: Iterable[str], numbers: Places | None = None) -> pd.DataFrame:
        """Return the keys as a DataFrame."""
        return pd.DataFrame({n: key.array() for n, key in zip(names, self.keys(numbers), strict=True)}, copy=False)

    def lines(self) -> list[Any]:
        """Return the word of each group, or its words as a tuple where there are several columns."""
        texts = [key.tolist() for key in self.keys()]
        return texts[0] if len(texts) == 1 else list(zip(*texts, strict=True))

    def counts(self) -> list[int]:
        """Return the rows of each group."""
        return np.bincount(self.number, minlength=self.size).tolist()


def _is_dense(size: int, rows: int) -> bool:
    return size <= max(1 << 20, 4 * rows)


def ranks_of(codes: Codes, size: int) -> tuple[Codes, Places]:
    """Return the rank of each code below `size` among those that occur, and these, ascending."""
    if not _is_dense(size, len(codes)):
        return pd.factorize(codes, sort=True)
    occurring = _occurring(codes, size)
    rank = np.zeros(size, dtype=np.int32 if size < 1 << 31 else np.int64)
    rank[occurring] = np.arange(len(occurring))
    return rank.take(codes), occurring


def _occurring(codes: Codes, size: int) -> Places:
    if not _is_dense(size, len(codes)):
        return np.unique(codes)
    seen_places = np.zeros(size, dtype=bool)
    for start in range(0, len(codes), _BLOCK):  # numpy indexes three times as fast by its own kind of integer
        seen_places[codes[start:start + _BLOCK].astype(np.intp, copy=False)] = True
    return np.flatnonzero(seen_places)


def _appended(code: Codes, digits: Codes, n: int, size: int, *, ours: bool) -> Codes:
    """Return code x n + digit, block by block in the processor's cache; in place if the codes are `ours`."""
    if n == 1:
        return code
    kind = np.int32 if size < 1 << 31 else np.int64
    out: Codes = code if ours and code.dtype == kind else code.astype(kind)
    for start in range(0, len(code), _BLOCK):
        block = out[start:start + _BLOCK]
        block *= n
        np.add(block, digits[start:start + _BLOCK], out=block, casting="unsafe")
    return out


def first_places(codes: Codes, n: int) -> Places:
    """Return the first row of each of the codes 0 ... n - 1."""
    first = np.zeros(n, dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first


def _by_appearance(columns: Iterable[Any]) -> tuple[Places, Places]:
    """Return the number of each row among the different ones, in order of appearance, and the first row of each."""
    groups = Groups.of(c if isinstance(c, Column) else Column(*coded(c)) for c in columns)  # of words only the number
    order = np.argsort(groups.first)
    return _ranks(order)[groups.number], groups.first[order]


def group_codes(columns: Sequence[pd.Series | Values | Column]) -> Places:
    """Return one number for the rows that are equal in some columns: 0 ... n - 1, in order of first appearance."""
    return _by_appearance(columns)[0]


def distinct_rows(table: pd.DataFrame) -> tuple[Places, pd.DataFrame]:
    """Return the number of each row among the different rows, and these as plain strings, in order of appearance."""
    columns = {name: values_of(column) for name, column in table.items()}
    number, first = _by_appearance(columns.values())
    return number, pd.DataFrame({name: as_text(values.take(first)) for name, values in columns.items()}, copy=False)


def pairs_of(left: Sequence[Values], right: Sequence[Values]) -> tuple[Places, Places]:
    """Return the places of all pairs of equal rows, in the order of `left`, then of `right`: an inner join."""
    codes = group_codes([np.concatenate([np.asarray(side, dtype=object) for side in sides])
                         for sides in zip(left, right, strict=True)])
    left_codes, other = np.split(codes, [len(left[0])])
    order = np.argsort(other, kind="stable")
    first, stop = (np.searchsorted(other[order], left_codes, side) for side in ("left", "right"))
    many = stop - first
    at = np.repeat(np.arange(len(left_codes)), many)
    step = np.arange(len(at)) - np.repeat(np.cumsum(many) - many, many)
    return at, order[np.repeat(first, many) + step]


class Rows(Mapping[str, Values]):
    """Columns by name, all of one length. No array is ever written to: what changes are new `Rows`.

    `rows[name]` is a plain array (strings as objects), `rows.column(name)` the column in codes. Rows that are taken are
    read from the first table when a column is needed, so that selecting costs the same for two columns and for forty.
    """

    def __init__(self, columns: pd.DataFrame | Mapping[str, Any], size: int | None = None) -> None:
        """Store a DataFrame, or `size` rows: by name an array, a `Column`, or one value for all rows."""
        self._size = len(columns) if size is None else size
        sources: Any = Arrays(columns) if size is None else {n: _filled(value, size) for n, value in columns.items()}
        self._held: dict[str, tuple[Any, Places | None]] = dict.fromkeys(listed(
            columns.columns) if isinstance(columns, pd.DataFrame) else sources, (sources, None))
        self._plain: dict[str, Values] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Rows, ({name: self[name] for name in self._held}, self._size)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __contains__(self, name: object) -> bool:
        return name in self._held

    def __getitem__(self, name: str) -> Values:
        if name not in self._plain:
            source, at = self._held[name]
            values = source[name] if at is None else source[name].take(at)
            self._plain[name] = plain_values(values.array() if isinstance(values, Column) else values)
        return self._plain[name]

    def column(self, name: str) -> Column:
        """Return a column in codes."""
        source, at = self._held[name]
        column = Column.of(source[name])
        return column if at is None else column.take(at)

    def by_word(self, name: str, meaning: Callable[[str], Any], kind: Any = object) -> Values:
        """Return what the word of each row in a column means, worked out once for each distinct one."""
        column = self.column(name)
        return np.array([meaning(str(word)) for word in listed(column.distinct)], dtype=kind)[column.codes]

    def take(self, at: Places) -> Rows:
        """Return the rows at some places, in that order."""
        selection, moved = Rows({}, len(at)), {id(None): at}
        for name, (source, places) in self._held.items():
            if name in self._plain:
                source, places = self._plain, None
            of = id(places)
            if places is not None and of not in moved:
                moved[of] = places.take(at)
            selection._held[name] = source, moved[of]
        return selection

    def where(self, selected: Flags | None = None, /, **words: Any) -> Rows:
        """Return the selected rows that have, in each of these columns, this word or one of these."""
        rows = self if selected is None or selected.all() else self.take(np.flatnonzero(selected))
        for name, allowed in words.items():
            rows = rows.where(rows.column(name).among(allowed))
        return rows

    def but(self, **words: Any) -> Rows:
        """Return the rows that have, in none of these columns, this word or one of these."""
        unwanted = [self.column(name).among(of_column) for name, of_column in words.items()]
        return self.where(~np.any(unwanted, axis=0))

    def assign(self, **columns: Any) -> Rows:
        """Return the same rows with columns set, as in `Rows(columns, size)`."""
        new = Rows(columns, self._size)
        new._held, new._plain = self._held | new._held, {n: v for n, v in self._plain.items() if n not in columns}
        return new

    def groups(self, by: Sequence[str]) -> Groups:
        """Return the groups of rows that are equal in some columns, sorted."""
        return Groups.of([self.column(name) for name in by])

    def sums(self, by: Sequence[str], name: str) -> dict[Any, float]:
        """Return the exact sum of a column by group, in its own unit: key -> sum, as in `Groups.lines`."""
        groups = self.groups(by)
        return dict(zip(groups.lines(), exact_sum(self[name], groups.number, len(groups)).tolist(), strict=True))

    def total(self, name: str) -> float:
        """Return the correctly rounded exact sum of a column, in its own unit."""
        return exact_total(self[name])

    def arrays(self, names: Iterable[str]) -> dict[str, Any]:
        """Return some columns as a DataFrame stores them, strings as plain strings."""
        return {name: text_array(self[name]) if self[name].dtype == object else self[name] for name in names}

    def frame(self, names: Iterable[str] | None = None) -> pd.DataFrame:
        """Return a DataFrame of some columns, of all without `names`."""
        return pd.DataFrame(self.arrays(self._held if names is None else names), copy=False)

    @staticmethod
    def stack(parts: Sequence[Rows], names: Iterable[str]) -> Rows:
        """Return some columns of several tables, one below the other; missing where a table lacks one."""
        if len(parts) == 1:
            return Rows({name: parts[0][name] for name in names}, len(parts[0]))
        kinds = {name: next(part[name].dtype for part in parts if name in part) for name in names}
        return Rows({name: np.concatenate([
            part[name] if name in part else np.full(len(part), np.nan, dtype=kind if kind.hasobject else np.float64)
            for part in parts]) for name, kind in kinds.items()}, sum(map(len, parts)))


def _filled(value: Any, size: int) -> Any:
    if isinstance(value, str):
        return Column(np.zeros(size, dtype=np.intp), text_array([value]))
    if is_scalar(value):
        return np.full(size, value)
    if len(value) != size:
        raise ValueError(f"{size:,} rows became {len(value):,}")
    return value
