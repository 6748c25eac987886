"""
Texts of long tables as codes into the words that occur: a byte or two a row where plain text takes ten to fifty.

A table of short ones keeps plain text. The words stand sorted, so that the pieces a table came in cannot be seen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

_TEXT: Any = pd.StringDtype(na_value=np.nan)
WIDEST = 1 << 62
"""Beyond as many combinations, those that occur are numbered anew: one more column would not fit into 64 bits."""

IDS = ("activity_id", "record_id")
"""Texts that differ from row to row, which no code shortens."""


def text_array(texts: Any) -> pd.api.extensions.ExtensionArray:
    """
    Texts, e.g. an Arrow array of them, in the text type of the tables.
    """
    held = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.large_string(), from_pandas=True)
    return _TEXT.__from_arrow__(held)


def same_text(text: str, rows: int) -> pd.api.extensions.ExtensionArray:
    """
    The same text in each of some rows.
    """
    return text_array(pa.repeat(pa.scalar(text, pa.large_string()), rows))


def text_table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> pd.DataFrame:
    """
    A table of texts, from its rows.
    """
    return pd.DataFrame({c: text_array([row[i] for row in rows]) for i, c in enumerate(columns)}, copy=False)


def is_coded(values: pd.Series) -> bool:
    """
    Whether a column holds codes into its words.
    """
    return isinstance(values.dtype, pd.CategoricalDtype)


def any_coded(table: pd.DataFrame) -> bool:
    """
    Whether some column holds codes: what a long table is known by.
    """
    return any(isinstance(kind, pd.CategoricalDtype) for kind in table.dtypes)


def with_codes(table: pd.DataFrame, *, plain: Collection[str] = IDS) -> pd.DataFrame:
    """
    The table with its texts as codes, but those of `plain`.
    """
    texts = [c for c, kind in zip(table.columns, table.dtypes, strict=True)
             if c not in plain and isinstance(kind, pd.StringDtype)]
    return table.assign(**{c: coded(table[c]) for c in texts})


def coded(values: pd.Series) -> pd.Categorical:
    """
    Texts as codes into their words, sorted.
    """
    codes, words = pd.factorize(values, sort=True)
    return pd.Categorical.from_codes(codes, pd.Index(words, dtype="str"))


def spread(words: pd.Series, at: npt.NDArray[np.integer]) -> pd.Categorical:
    """
    The word at each place of `at`, as codes; words that occur nowhere are left out.
    """
    own = coded(words)
    seen = np.zeros(len(words), dtype=bool)
    seen[at] = True
    used = np.unique(own.codes[seen])
    place = np.zeros(len(own.categories), dtype=np.min_scalar_type(-max(len(used), 1)))
    place[used] = np.arange(len(used))
    return pd.Categorical.from_codes(place[own.codes].take(at), own.categories[used])


def group_codes(columns: Sequence[pd.Series | npt.NDArray[Any]]) -> npt.NDArray[np.intp]:
    """
    One number for the rows that are equal in some columns: 0 ... n - 1 for n different ones, in no order to rely on.
    """
    first, *others = columns
    group, known = pd.factorize(values_of(first), use_na_sentinel=False)
    size = len(known)
    for column in others:  # one after the other: of long tables, their codes are not held together
        own, known = pd.factorize(values_of(column), use_na_sentinel=False)
        if size * len(known) > WIDEST:
            group, size = np.unique(group, return_inverse=True)[1], len(group)
        group, size = group * len(known) + own, size * len(known)
    return np.asarray(np.unique(group, return_inverse=True)[1] if others else group, dtype=np.intp)


def values_of(column: pd.Series | npt.NDArray[Any]) -> Any:
    """
    The array of a column, which pandas numbers in half the time it takes for the column with its index.
    """
    if not isinstance(column, pd.Series):
        return column
    return column.array if isinstance(column.dtype, pd.api.extensions.ExtensionDtype) else column.to_numpy()


def common_codes(
    left: Sequence[pd.Series | npt.NDArray[Any]], right: Sequence[pd.Series | npt.NDArray[Any]]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """
    `group_codes` of two tables together: rows have one number where they are equal in the columns given of each.
    """
    both = [np.concatenate([np.asarray(side, dtype=object) for side in sides])
            for sides in zip(left, right, strict=True)]
    codes = group_codes(both)
    return codes[:len(left[0])], codes[len(left[0]):]


def pairs_of(
    left: npt.NDArray[np.intp], right: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """
    Places of all pairs with one number, in the order of `left`, then of `right`: an inner join without a table.
    """
    order = np.argsort(right, kind="stable")
    first, stop = (np.searchsorted(right[order], left, side) for side in ("left", "right"))
    many = stop - first
    at = np.repeat(np.arange(len(left)), many)
    step = np.arange(len(at)) - np.repeat(np.cumsum(many) - many, many)
    return at, order[np.repeat(first, many) + step]


def distinct_rows(table: pd.DataFrame) -> tuple[npt.NDArray[np.intp], pd.DataFrame]:
    """
    The number of each row among the different rows, and these as plain text, in order of first appearance.
    """
    code, size = np.zeros(len(table), dtype=np.int64), 1
    for name in table.columns:
        own, n = _places(table[name])
        if size * n > WIDEST:
            code, known = pd.factorize(code)
            size = len(known)
        code, size = code * n + own, size * n
    number, known = pd.factorize(code)
    first = first_places(number, len(known))
    return number, with_text(table.take(first).reset_index(drop=True))


def _places(values: pd.Series) -> tuple[npt.NDArray[np.integer], int]:
    """
    Each row's place among the column's words, and how many these are; "missing" is one of them.
    """
    if is_coded(values):
        return values.cat.codes.to_numpy().astype(np.int64) + 1, len(values.cat.categories) + 1
    codes, known = pd.factorize(values_of(values), use_na_sentinel=False)
    return codes, max(len(known), 1)


def first_places(codes: npt.NDArray[np.intp], n: int) -> npt.NDArray[np.intp]:
    """
    Where each of the codes 0 ... n - 1 stands first.
    """
    first = np.zeros(n, dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first


def with_text(table: pd.DataFrame) -> pd.DataFrame:
    """
    The table with plain text where it holds codes: what comes next may be a word they do not have.
    """
    plain = {name: as_text(table[name].array) for name, kind in zip(table.columns, table.dtypes, strict=True)
             if isinstance(kind, pd.CategoricalDtype)}
    return table.assign(**plain) if plain else table


def as_text(values: Any) -> Any:
    """
    The array of a column with plain text where it holds codes.
    """
    if not isinstance(values, pd.Categorical):
        return values
    return values.categories.astype("str").array.take(values.codes, allow_fill=True)


def one_id(table: pd.DataFrame) -> pd.DataFrame:
    """
    The table with one text for activity_id and record_id, where they say the same in every row.
    """
    same = table["activity_id"].equals(table["record_id"])
    return table.assign(activity_id=table["record_id"]) if same else table


def stacked(tables: Sequence[pd.DataFrame], *, emptied: bool = False) -> pd.DataFrame:
    """
    The rows of tables with the same columns, one below the other; a column that is coded in one of them stays coded.

    `emptied`: long tables lose their columns on the way, so that the rows are not held twice; for whoever made them.
    """
    if not any(any_coded(t) for t in tables):
        return pd.concat(tables, ignore_index=True)
    columns = {}
    for name in list(tables[0].columns):
        parts = [t.pop(name) if emptied else t[name] for t in tables]
        columns[name] = _together(parts) if any(is_coded(p) for p in parts) else pd.concat(
            parts, ignore_index=True).array
    return pd.DataFrame(columns, copy=False)


def _together(parts: Sequence[pd.Series]) -> pd.Categorical:
    """
    Parts of a coded column, in the sorted words of all.
    """
    own = [p.array if is_coded(p) else coded(p) for p in parts]
    words = pd.Index(sorted({w for p in own for w in p.categories}), dtype="str")
    kind = np.min_scalar_type(-max(len(words), 1))
    codes = [np.append(words.get_indexer(p.categories), -1).astype(kind)[p.codes] for p in own]  # -1 stays none
    return pd.Categorical.from_codes(np.concatenate(codes), words)
