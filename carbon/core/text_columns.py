"""String columns of tables: plain strings in short tables, categories in long ones, a byte or two a row.

The reader decides which tables are long; a table made from a long one is stored `like` it. Categories are sorted, so
that they do not depend on the pieces in which a table was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pandas.api.types import union_categoricals

Array = pd.api.extensions.ExtensionArray
Values = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
Texts = npt.NDArray[np.object_]
_TEXT: Any = pd.StringDtype(na_value=np.nan)
_ARROW: Any = pd.arrays.ArrowStringArray
_LARGE = pa.large_string()
FEW = 1 << 12
"""Values up to which sorting, or a dict, costs less than what pandas does before it hashes them."""
_IDS = ("activity_id", "record_id")
"""Strings that differ from row to row, which no code shortens."""


def text_array(texts: Any) -> Array:
    """Return strings, e.g. an Arrow array of them, in the string type of the tables; TypeError for anything else."""
    if not isinstance(texts, pa.Array):
        texts = pa.array(texts, _LARGE, from_pandas=True)
    return _ARROW(texts if texts.type == _LARGE else texts.cast(_LARGE), dtype=_TEXT)


def same_text(text: str, rows: int, *, like: pd.DataFrame | None = None) -> Array:
    """Return the same string in each of some rows, stored as the strings of `like` are."""
    if _is_long(like):
        return texts_at([text], np.zeros(rows, dtype=np.int8), like=like)
    return text_array(pa.repeat(pa.scalar(text, pa.large_string()), rows))


def texts_at(texts: Any, at: npt.NDArray[np.integer], *, like: pd.DataFrame | None) -> Array:
    """Return the string at each place of `at`, stored as the strings of `like` are."""
    if not _is_long(like):
        return text_array(texts).take(at)
    occurs = np.zeros(len(texts), dtype=bool)
    occurs[at] = True
    words = np.asarray(texts, dtype=object).copy()
    words[~occurs] = None  # words at no place are no categories
    return pd.Categorical(text_array(words)).take(at)


def texts_like(table: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its strings, except ids, stored as those of another table are."""
    if not _is_long(like):
        return table
    return table.assign(**{str(c): pd.Categorical(table[c]) for c, kind in table.dtypes.items()
                           if c not in _IDS and isinstance(kind, pd.StringDtype)})


def text_table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> pd.DataFrame:
    """Return a table of strings, from its rows."""
    return pd.DataFrame({c: text_array([row[i] for row in rows]) for i, c in enumerate(columns)}, copy=False)


def columns_of(lines: Sequence[Sequence[Any]], dtypes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of some lines, in the order of their values: column -> dtype."""
    columns = zip(*lines, strict=True) if lines else ((),) * len(dtypes)
    return {name: text_array(list(values)) if dtype == "str" else np.array(values, dtype=dtype)
            for (name, dtype), values in zip(dtypes.items(), columns, strict=True)}


def with_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with plain strings only, so that words can be added that its categories lack."""
    if not _is_long(table):
        return table.copy(deep=False)
    return table.astype({c: "str" for c, kind in table.dtypes.items() if isinstance(kind, pd.CategoricalDtype)})


def as_text(values: Any) -> Any:
    """Return an array as it is, or the plain strings of categories."""
    return values.astype("str") if isinstance(values, pd.Categorical) else values


def plain_values(values: Any) -> Values:
    """Return an array as numpy stores it, strings as objects and a missing one NaN."""
    if isinstance(values, pd.Categorical):
        words = values.categories.to_numpy(dtype=object)
        return np.append(words, np.array([np.nan], dtype=object)).take(values.codes)
    return np.asarray(values.to_numpy(dtype=object) if isinstance(values.dtype, pd.StringDtype) else values)


def values_of(column: Any) -> Any:
    """Return the array of a column, which pandas numbers in half the time it takes for the column with its index."""
    if not isinstance(column, pd.Series | pd.Index):
        return column
    return column.array if isinstance(column.dtype, pd.api.extensions.ExtensionDtype) else column.to_numpy()


class Arrays(dict[str, Any]):
    """The arrays of a table's columns, each taken from it once."""

    def __init__(self, table: Mapping[str, Any] | pd.DataFrame) -> None:
        """Hold a table before any of its columns is taken."""
        self.table = table

    def __missing__(self, name: str) -> Any:
        self[name] = values_of(self.table[name])
        return self[name]


def arrays_of(table: Any) -> list[Any]:
    """Return the array of each column, only to be read, at a tenth of the price of the columns with their index."""
    return [values_of(column) for _, column in table.items()]


def listed(values: Any) -> list[Any]:
    """Return a column as a list: strings in one call, where `tolist` takes one at a time; a missing one is NaN."""
    array = getattr(values, "array", values)
    if isinstance(array, _ARROW):
        return [np.nan if text is None else text for text in array.__arrow_array__().to_pylist()]
    return (array.to_numpy() if isinstance(array, pd.arrays.NumpyExtensionArray) else values).tolist()


def lines_of(table: pd.DataFrame, names: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the values of each row in some columns, as keys of a mapping."""
    return list(zip(*(listed(table[name]) for name in names), strict=True))


def records_of(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return each row as a mapping of its columns, at a fraction of the price of `DataFrame.to_dict`."""
    columns = {name: listed(column) for name, column in table.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def one_id(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with one array for activity_id and record_id, where they are the same in every row."""
    equal = table["activity_id"].equals(table["record_id"])
    return table.assign(activity_id=table["record_id"]) if equal else table


def stack(tables: Sequence[pd.DataFrame], *, emptied: bool = False) -> pd.DataFrame:
    """Return the rows of tables with the same columns, one below the other; categories in one of them stay categories.

    `emptied`: long tables lose their columns on the way, so that the rows are not in memory twice; for their maker.
    """
    if not any(map(_is_long, tables)):
        return pd.concat(tables, ignore_index=True)
    columns = {}
    for name in list(tables[0].columns):
        parts = [t.pop(name) if emptied else t[name] for t in tables]
        if any(isinstance(p.dtype, pd.CategoricalDtype) for p in parts):
            columns[name] = union_categoricals([pd.Categorical(p) for p in parts], sort_categories=True)
        else:
            columns[name] = pd.concat(parts, ignore_index=True).array
    return pd.DataFrame(columns, copy=False)


def _is_long(table: pd.DataFrame | None) -> bool:
    """Return whether a table stores strings as categories."""
    return table is not None and pd.CategoricalDtype in [type(kind) for kind in table.dtypes]


def coded(values: Any, *, sort: bool = False) -> tuple[Values, Any]:
    """Return the code of each value among the different ones, and these; a missing one is one of them."""
    array = values_of(values)
    if isinstance(array, Array) and not sort:
        return array.factorize(use_na_sentinel=False)
    if len(array) <= FEW and array.dtype.kind in ("biM" if sort else "bifMU"):
        return np.unique(array, return_inverse=True)[::-1]
    if len(array) <= FEW and array.dtype == object and not sort:
        place = {word: i for i, word in enumerate(dict.fromkeys(array.tolist()))}
        if not [word for word in place if word is None or word != word]:
            words = np.empty(len(place), dtype=object)
            words[:] = [*place]
            return np.array([place[word] for word in array.tolist()], dtype=np.intp), words
    return pd.factorize(array, sort=sort, use_na_sentinel=False)


def by_word(values: Values | pd.Series, answer: Callable[[Any], Any], dtype: npt.DTypeLike = object) -> Values:
    """Return the result of a function for each string, called once for each different one."""
    codes, words = coded(values)
    answers = np.empty(len(words), dtype=dtype)
    answers[:] = [answer(word) for word in listed(words)]
    return answers.take(codes)


def among(values: Values, words: Iterable[str]) -> Flags:
    """Return whether each string is one of some words."""
    (codes, distinct), wanted = coded(values), frozenset(words)
    return np.array([word in wanted for word in listed(distinct)], dtype=bool).take(codes)


def pick(selected: Flags, text: str | Values, other: str | Values) -> Values:
    """Return one string where chosen, another elsewhere."""
    return np.where(selected, np.asarray(text, dtype=object), np.asarray(other, dtype=object))
