"""The cells of a CSV as a table: what `core/packaged` reads, and what comes in the same form.

Text is read as text: "NA" is Namibia, "007" keeps its zeros. A number column that holds something else is
an error; an empty cell of it is missing (NaN), never zero.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from csv import reader as csv_lines
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import TableError
from carbon.core.schemas import retyped


def typed_csv(content: bytes, kinds: Mapping[str, str], name: str, *, only: Collection[str] = ()) -> pd.DataFrame:
    """A CSV's cells, text but for the columns of `kinds`: what `typed(csv_text(content), kinds, name)` gives.

    Arrow reads it in a tenth of the time, and rounds numbers as `float()` does; whatever it does not take as plainly
    of its kind goes the long way, which accepts it or says what is wrong.
    """
    import pyarrow as pa
    from pyarrow import csv

    head = [c for c in csv_head(content) if not only or c in only]
    wanted = {c: _ARROW.get(kinds.get(c, "text"), "large_string") for c in head}
    options = csv.ConvertOptions(column_types={c: pa.type_for_alias(t) for c, t in wanted.items()}, null_values=[""],
                                 true_values=["true"], false_values=["false"], strings_can_be_null=False,
                                 include_columns=head if only else None)
    try:
        read = csv.read_csv(io.BytesIO(content), convert_options=options, parse_options=csv.ParseOptions(
            newlines_in_values=True), read_options=csv.ReadOptions(use_threads=False))
    except pa.ArrowInvalid:
        return _with_care(content, kinds, name, only)
    # Arrow's own buffers cannot be written to, and an analyst may.
    table = read.to_pandas(use_threads=False).copy()
    plain = len(set(head)) == len(head) and all(_plain(table[c], read[c].null_count, kinds[c])
                                                for c in head if kinds.get(c, "text") != "text")
    whole = {c: "int64" for c in head if kinds.get(c) == "integer"}
    return retyped(table, whole) if plain else _with_care(content, kinds, name, only)


def _with_care(content: bytes, kinds: Mapping[str, str], name: str, only: Collection[str]) -> pd.DataFrame:
    text = csv_text(content)
    return typed(text[[c for c in text.columns if c in only]] if only else text, kinds, name)


# Whole numbers are read as the long way reads them: Arrow's own integers may be written 0x1.
_ARROW = {"number": "double", "amount": "double", "integer": "double", "flag": "bool", "day": "large_string"}


_WHOLE = 2.0**53


def csv_head(content: bytes) -> list[str]:
    """The headings of a CSV."""
    return next(csv_lines(io.StringIO(content.split(b"\n", 1)[0].decode("utf-8-sig"))))


def _plain(column: pd.Series, empty: int, kind: str) -> bool:
    """Whether a column that Arrow read holds nothing but numbers, whole numbers or flags, and empty cells where it
    may.
    """
    if kind == "number":
        return int(column.isna().sum()) == empty and not np.isinf(column).any()
    if kind == "integer" and not ((column % 1 == 0) & (column.abs() < _WHOLE)).all():
        return False
    return kind != "day" and empty == 0 and (kind != "amount" or bool(np.isfinite(column).all()))


def csv_text(content: bytes) -> pd.DataFrame:
    """A CSV's cells as text, none taken for missing."""
    return pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, na_filter=False)


def typed(table: pd.DataFrame, kinds: Mapping[str, str], name: str) -> pd.DataFrame:
    """A table of text with the columns of `kinds` turned into numbers, integers, days and flags."""
    columns = {c: _column(table, c, kinds.get(c, "text"), name) for c in table.columns}
    return pd.DataFrame(columns, index=table.index)


def _column(table: pd.DataFrame, column: str, kind: str, name: str) -> Any:
    if kind == "text":
        return table[column].array
    texts = table[column].to_numpy(dtype=object)
    if kind == "flag":
        true = np.asarray(texts == "true", dtype=bool)
        _refuse(table, ~true & (texts != "false"), f"{name}: column `{column}` must be true or false")
        return true
    if kind == "day":
        days = pd.to_datetime(table[column], format="%Y-%m-%d", errors="coerce")
        _refuse(table, days.isna(), f"{name}: column `{column}` must be a date like 2024-12-31")
        return days.astype("datetime64[s]").array
    empty = texts == ""
    texts = np.where(empty, "nan", texts)
    readable = np.isfinite(pd.to_numeric(texts, errors="coerce"))
    _refuse(table, ~readable & ~(empty & (kind == "number")), f"{name}: column `{column}` must be {kind}")
    # Python's own float() of the text: correctly rounded, which to_numeric is not.
    values = texts.astype("float64")
    if kind != "integer":
        return values
    # From 2^53 on, a float no longer tells one whole number from the next.
    _refuse(table, (values % 1 != 0) | (np.abs(values) >= _WHOLE), f"{name}: column `{column}` must be an integer")
    return values.astype("int64")


def _refuse(table: pd.DataFrame, bad: pd.Series | npt.NDArray[np.bool_], what: str) -> None:
    if bad.any():
        raise TableError(what, rows=table[bad])
