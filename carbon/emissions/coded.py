"""
Text columns as one integer code a row: the way into the kernel for tables too long for a join.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carbon.core.errors import TableError

_DENSE = 1 << 16
"""Beyond as many codes, those that occur are renumbered: the tables to gather from must stay in the cache."""
_BLOCK = 1 << 14
_WIDEST = 2**31 - 1
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Coded:
    """
    One code a row, and the distinct values each code stands for.

    Attributes
    ----------
    codes
        0 ... size - 1, a row each; a code need not occur.
    digits
        digits[k, code]: place of the code's value among `values[k]`.
    """

    codes: Codes
    size: int
    columns: tuple[str, ...]
    values: tuple[npt.NDArray[np.object_], ...]
    digits: npt.NDArray[np.int64]

    def table(self, codes: npt.NDArray[np.intp]) -> pd.DataFrame:
        """
        What the codes stand for: one row each.
        """
        columns = {c: pd.Series(v[d[codes]]).infer_objects()
                   for c, v, d in zip(self.columns, self.values, self.digits, strict=True)}
        return pd.DataFrame(columns)


def occurring(codes: Codes, size: int) -> npt.NDArray[np.intp]:
    """
    The codes that occur, ascending.
    """
    seen = np.zeros(size, dtype=bool)
    at = np.empty(_BLOCK, dtype=np.intp)  # numpy indexes three times as fast with its own kind of integer
    for start in range(0, len(codes), _BLOCK):
        block = codes[start:start + _BLOCK]
        at[:len(block)] = block
        seen[at[:len(block)]] = True
    return np.flatnonzero(seen)


def coded(table: pa.Table, columns: Sequence[str]) -> Coded:
    """
    The columns of an Arrow table as one code a row.

    code = (((i_1 x n_2 + i_2) x n_3 + i_3) ...), i_k being a row's place in the n_k values of column k; columns that
    hang together (an activity has one unit) are renumbered on the way, so that codes stay few.

    Raises
    ------
    TableError
        A missing column, a null, or more combinations than can be numbered.
    """
    missing = [c for c in columns if c not in table.column_names]
    if missing:
        raise TableError(f"The ledger has no columns {missing}; it has {table.column_names}")
    codes = np.zeros(table.num_rows, dtype=np.int32)
    digits = np.zeros((0, 1), dtype=np.int64)
    values = []
    for name in columns:
        places, low, distinct = _places(table.column(name), name)
        values.append(distinct)
        if len(distinct) > 1 and digits.shape[1] > 1 and digits.shape[1] * len(distinct) > _DENSE:
            codes, digits = _renumbered(codes, digits)
        if digits.shape[1] * len(distinct) > _WIDEST:
            raise TableError(f"Too many combinations of {list(columns)} to number in one row group",
                             hint="write the ledger in smaller row groups.")
        codes = _appended(codes, places, low, len(distinct))
        digits = np.vstack([np.repeat(digits, len(distinct), axis=1),
                            np.tile(np.arange(len(distinct)), digits.shape[1])])
    return Coded(codes, digits.shape[1], tuple(columns), tuple(values), digits)


def _appended(codes: Codes, places: npt.NDArray[np.integer], low: int, size: int) -> Codes:
    """
    codes x size + place, block by block in the processor's cache.
    """
    if size > 1:
        for start in range(0, len(codes), _BLOCK):
            block = codes[start:start + _BLOCK]
            block *= size
            block += places[start:start + _BLOCK]
            if low:
                block -= low
    return codes


def _renumbered(codes: Codes, digits: npt.NDArray[np.int64]) -> tuple[Codes, npt.NDArray[np.int64]]:
    kept = occurring(codes, digits.shape[1])
    number = np.zeros(digits.shape[1], dtype=np.int32)
    number[kept] = np.arange(len(kept))
    at = np.empty(_BLOCK, dtype=np.intp)
    for start in range(0, len(codes), _BLOCK):
        block = codes[start:start + _BLOCK]
        at[:len(block)] = block
        number.take(at[:len(block)], out=block, mode="clip")
    return codes, digits[:, kept] if len(kept) else digits[:, :1]


def _places(column: pa.ChunkedArray, name: str) -> tuple[npt.NDArray[np.integer], int, npt.NDArray[np.object_]]:
    """
    Each row's place among the column's values, once `low` is taken away; whole numbers count from the smallest.
    """
    if column.null_count:
        raise TableError(f"Column `{name}` of the ledger has {column.null_count:,} nulls; empty text is \"\"")
    if pa.types.is_integer(column.type):
        numbers = column.to_numpy()
        low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
        if not 0 <= low <= high < 1 << 20:
            raise TableError(f"Column `{name}` of the ledger is out of range: {low} ... {high}")
        return numbers, low, np.arange(low, high + 1).astype(object)
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    array = column.unify_dictionaries().combine_chunks()
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    return array.indices.to_numpy(), 0, np.array(array.dictionary.to_pylist() or [""], dtype=object)
