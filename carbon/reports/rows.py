"""
Some rows of a long table, their texts read as codes into the words that occur: choosing and adding up touch no text.

    Rows(inventory.emissions).where(kind="travel").sums(["activity", "unit"], "co2e_kg")
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.exact import exact_sum, exact_total
from carbon.core.words_coded import WIDEST, first_places, is_coded, text_array
from carbon.reports.columns import listed

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """
    A column as the place of each value among the different ones, which stand sorted; a missing one is last.
    """

    codes: npt.NDArray[np.integer]
    words: pd.Index[Any]

    @cached_property
    def listed(self) -> list[Any]:
        """
        The words by their codes.
        """
        return listed(self.words)

    @cached_property
    def place(self) -> dict[Any, int]:
        """
        Word -> its code.
        """
        return {word: at for at, word in enumerate(self.listed)}

    def meaning(self, of_word: Callable[[str], str]) -> Coded:
        """
        The column of what each word means; several may mean the same.
        """
        return spread([of_word(word) for word in self.listed], self.codes)


def spread(texts: Sequence[str], at: npt.NDArray[np.integer]) -> Coded:
    """
    The column of the text at each place of `at`.
    """
    words = sorted(set(texts))
    place = {word: code for code, word in enumerate(words)}
    codes = np.array([place[text] for text in texts], dtype=np.intp)
    return Coded(codes.take(at), pd.Index(words, dtype="str"))


_KEPT: dict[int, Coded] = {}
"""Codes of Arrow texts by the identity of these."""


def coded(values: pd.Series[Any]) -> Coded:
    """
    A column in codes. Those of plain texts are kept: Arrow data never change, and when they go their codes go.
    """
    if is_coded(values):
        return _of_codes(values)
    if not isinstance(values.dtype, pd.StringDtype):
        return _of_values(values)
    texts = values.array.__arrow_array__()
    if id(texts) not in _KEPT:
        made = _of_texts(texts)
        weakref.finalize(texts, _KEPT.pop, id(texts), None).atexit = False
        _KEPT[id(texts)] = made
    return _KEPT[id(texts)]


def _of_texts(texts: pa.ChunkedArray) -> Coded:
    encoded = texts.dictionary_encode(null_encoding="encode").combine_chunks()
    order = pc.array_sort_indices(encoded.dictionary)
    place = np.empty(len(order), dtype=np.intp)
    place[order.to_numpy()] = np.arange(len(order))
    codes = place[encoded.indices.to_numpy()]
    codes.flags.writeable = False
    return Coded(codes, pd.Index(text_array(encoded.dictionary.take(order))))


def _of_values(values: pd.Series[Any]) -> Coded:
    codes, words = pd.factorize(values, sort=True, use_na_sentinel=False)
    codes.flags.writeable = False
    return Coded(codes, pd.Index(words))


def _of_codes(values: pd.Series[Any]) -> Coded:
    codes, words = values.cat.codes.to_numpy(), values.cat.categories.astype("str")
    if (codes >= 0).all():
        return Coded(codes, words)
    return Coded(np.where(codes < 0, len(words), codes), words.append(pd.Index([np.nan], dtype="str")))


@dataclass(frozen=True)
class Groups:
    """
    number: the group of each row, in the sorted order of the keys; first: the first row of each group, among the chosen
    ones; keys: each key, and in it the code of each group.
    """

    number: npt.NDArray[np.intp]
    first: npt.NDArray[np.intp]
    keys: tuple[tuple[Coded, npt.NDArray[np.integer]], ...]

    def __len__(self) -> int:
        return len(self.first)

    def lines(self) -> list[Any]:
        """
        The word of each group, or its words as a tuple where there are several keys.
        """
        texts = [[key.listed[code] for code in codes.tolist()] for key, codes in self.keys]
        return texts[0] if len(texts) == 1 else list(zip(*texts, strict=True))

    def counts(self) -> list[int]:
        """
        Rows of each group.
        """
        return np.bincount(self.number, minlength=len(self)).tolist()


@dataclass(frozen=True)
class Rows:
    """
    The rows of a table that a mask chooses, all of them where there is none; with columns of their own in `named`.
    """

    table: pd.DataFrame
    chosen: Mask | None = None
    named: Mapping[str, Coded] = field(default_factory=dict)

    def where(self, **texts: str | Collection[str]) -> Rows:
        """
        The rows that hold, in each of these columns, this text or one of these.
        """
        rows = self
        for name, wanted in texts.items():
            rows = rows.only(self._fits(name, wanted))
        return rows

    def but(self, **texts: str | Collection[str]) -> Rows:
        """
        The rows that hold, in none of these columns, this text or one of these.
        """
        rows = self
        for name, unwanted in texts.items():
            rows = rows.only(~self._fits(name, unwanted))
        return rows

    def only(self, mask: Mask) -> Rows:
        """
        The rows for which a mask over the whole table is true.
        """
        return Rows(self.table, mask if self.chosen is None else self.chosen & mask, self.named)

    def with_column(self, name: str, column: Coded) -> Rows:
        """
        The rows with one more column to choose and add up by.
        """
        return Rows(self.table, self.chosen, {**self.named, name: column})

    def column(self, name: str) -> Coded:
        """
        A column of the whole table in codes.
        """
        return self.named[name] if name in self.named else coded(self.table[name])

    def numbers(self, name: str) -> npt.NDArray[Any]:
        """
        The values of a column in these rows.
        """
        return self._chosen(self.table[name].to_numpy())

    def values(self, name: str) -> pd.Series[Any]:
        """
        A column of the table in these rows.
        """
        return self.table[name] if self.chosen is None else self.table[name][self.chosen]

    def texts(self, name: str) -> pd.api.extensions.ExtensionArray:
        """
        The texts of a column in these rows.
        """
        column = self.column(name)
        return column.words.take(self._chosen(column.codes)).array

    def spread(self, texts: Sequence[str], groups: Groups) -> Coded:
        """
        A column with the text of each group of these rows; in rows that are not chosen it means nothing.
        """
        if self.chosen is None or not texts:
            return spread(texts or [""], groups.number if texts else np.zeros(len(self.table), dtype=np.intp))
        at = np.zeros(len(self.table), dtype=np.intp)
        at[self.chosen] = groups.number
        return spread(texts, at)

    def codes(self, column: Coded) -> npt.NDArray[np.integer]:
        """
        The codes of a column of the whole table in these rows.
        """
        return self._chosen(column.codes)

    def size(self) -> int:
        """
        How many rows these are.
        """
        return len(self.table) if self.chosen is None else int(np.count_nonzero(self.chosen))

    def total(self, name: str) -> float:
        """
        Correctly rounded exact sum of a column, in its own unit.
        """
        return exact_total(self.numbers(name))

    def groups(self, by: Sequence[str]) -> Groups:
        """
        The groups of rows that are equal in some columns.
        """
        columns = [self.column(name) for name in by]
        codes = [self._chosen(column.codes) for column in columns]
        group, size = codes[0].astype(np.int64), len(columns[0].words)
        for own, column in zip(codes[1:], columns[1:], strict=True):
            if size * len(column.words) > WIDEST:
                group, seen = pd.factorize(group, sort=True)
                size = len(seen)
            group, size = group * len(column.words) + own, size * len(column.words)
        number, seen = pd.factorize(group, sort=True)
        first = first_places(number, len(seen))
        return Groups(number, first, tuple((column, own[first]) for own, column in zip(codes, columns, strict=True)))

    def sums(self, by: Sequence[str], name: str) -> dict[Any, float]:
        """
        Exact sum of a column by group, in its own unit: key -> sum, as in `Groups.lines`.
        """
        groups = self.groups(by)
        sums = exact_sum(self.numbers(name), groups.number, len(groups))
        return dict(zip(groups.lines(), sums.tolist(), strict=True))

    def _fits(self, name: str, wanted: str | Collection[str]) -> Mask:
        column = self.column(name)
        fits = np.zeros(len(column.words), dtype=bool)
        for word in (wanted,) if isinstance(wanted, str) else wanted:
            if word in column.place:
                fits[column.place[word]] = True
        return fits[column.codes]

    def _chosen(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return values if self.chosen is None else values[self.chosen]
