"""Checks of a table against its contract: its columns, the kind of each, the allowed words, and the key.

Separate from `core/schemas`, so that a command that only reads contracts does not import pandas.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from carbon.core.columns import group_codes
from carbon.core.contracts import AMOUNT, DAY, INTEGER, NUMBER, TEXT, Contract
from carbon.core.errors import TableError
from carbon.core.text_columns import Array, Arrays, listed


def no_rows(dtypes: Mapping[str, Any]) -> pd.DataFrame:
    """Return a table of no rows, from the dtype of each column."""
    return pd.DataFrame({c: pd.array([], dtype=dtype) for c, dtype in dtypes.items()})


def checked(contract: Contract, table: pd.DataFrame | Mapping[str, Any], *, extra: bool) -> pd.DataFrame:
    """Check a table against its contract, as `Table.validate`.

    Raises TableError: The table breaks its contract: columns, and rows.
    """
    frame = table if isinstance(table, pd.DataFrame) else pd.DataFrame(table, copy=False)
    names = listed(frame.columns)
    _check_columns(contract, names, extra)
    columns = Arrays(frame)
    if not isinstance(table, pd.DataFrame):
        columns.update({c: array for c, array in table.items() if _is_stored_as_it_is(array)})
    for column, kind in contract.columns.items():
        _check_kind(contract, frame, column, columns[column], kind)
    for column, allowed in contract.choices.items():
        if not set(pd.unique(columns[column])) <= set(allowed):
            _refuse(contract, frame, ~frame[column].isin(allowed).to_numpy(),
                    f"`{column}` is not one of {list(allowed)}")
    if contract.key and not _all_differ([columns[c] for c in contract.key]):
        twice = frame.duplicated(list(contract.key), keep=False)
        _refuse(contract, frame, twice.to_numpy(), f"{', '.join(contract.key)} is not unique")
    order = [*contract.columns, *(c for c in names if c not in contract.columns)]
    index = frame.index
    if isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1 and order == names:
        # In order already: the same columns in a frame of their own, which pandas copies when one is written to.
        return frame if frame is not table else frame.copy(deep=False)
    return frame[order].reset_index(drop=True)


def _is_stored_as_it_is(values: Any) -> bool:
    return isinstance(values, Array) or (isinstance(values, np.ndarray) and values.dtype.kind in "bif")


def _check_columns(contract: Contract, names: list[str], extra: bool) -> None:
    missing = [c for c in contract.columns if c not in names]
    unknown = [] if extra else [c for c in names if c not in contract.columns]
    if missing or unknown:
        raise TableError(f"Table {contract.name}: missing columns {missing}, unknown columns {unknown}")
    if len(set(names)) < len(names):
        twice = sorted({c for c in names if names.count(c) > 1})
        raise TableError(f"Table {contract.name}: the columns {twice} are listed twice")


def _check_kind(contract: Contract, table: pd.DataFrame, column: str, values: Any, kind: str) -> None:
    if not _fits(values.dtype, kind, len(table)):
        raise TableError(f"Table {contract.name}: column `{column}` must be {kind}, is {values.dtype}")
    if kind == AMOUNT:
        _refuse(contract, table, ~np.isfinite(values), f"`{column}` is missing or not finite")
    elif kind == NUMBER:
        _refuse(contract, table, np.isinf(values), f"`{column}` is not finite")
    elif kind == TEXT:
        _refuse(contract, table, np.asarray(pd.isna(values)), f"`{column}` is null; empty text is \"\"")


def _refuse(contract: Contract, table: pd.DataFrame, bad: npt.NDArray[np.bool_], what: str) -> None:
    if bad.any():
        raise TableError(f"Table {contract.name}: {what} in {int(bad.sum()):,} rows", rows=table[bad])


def _all_differ(columns: list[Any]) -> bool:
    """Return whether no two rows are equal in the columns of a key."""
    if len(columns) == 1:
        return len(pd.unique(columns[0])) == len(columns[0])
    return int(group_codes(columns).max(initial=-1)) + 1 == len(columns[0])


def _fits(dtype: Any, kind: str, rows: int) -> bool:
    if kind == TEXT and isinstance(dtype, pd.CategoricalDtype):
        return _is_kind(dtype.categories.dtype, kind)
    return _is_kind(dtype, kind) or (kind == TEXT and rows == 0 and types.is_object_dtype(dtype))


@lru_cache(maxsize=256)
def _is_kind(dtype: Any, kind: str) -> bool:
    if kind == TEXT:
        return bool(types.is_string_dtype(dtype))
    if kind in (NUMBER, AMOUNT):
        return bool(types.is_float_dtype(dtype))
    if kind == INTEGER:
        return bool(types.is_integer_dtype(dtype))
    if kind == DAY:
        return bool(types.is_datetime64_dtype(dtype))
    return bool(types.is_bool_dtype(dtype))
