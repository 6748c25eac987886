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

_WIDEST = 1 << 21
"""Codes beyond this are renumbered, so that tables by code stay small."""
_BLOCK = 1 << 14


@dataclass(frozen=True)
class Coded:
    """
    One code a row, and the distinct values each code stands for.

    Attributes
    ----------
    codes
        int32, 0 ... size - 1.
    size
        Number of codes; not every one need occur.
    """

    codes: npt.NDArray[np.int32]
    size: int
    _columns: tuple[str, ...]
    _values: tuple[npt.NDArray[np.object_], ...]
    _digits: npt.NDArray[np.int64] | None

    def present(self) -> npt.NDArray[np.intp]:
        """
        The codes that occur, ascending.
        """
        seen = np.zeros(self.size, dtype=bool)
        for start in range(0, len(self.codes), _BLOCK):
            seen[self.codes[start:start + _BLOCK]] = True
        return np.flatnonzero(seen)

    def values(self, codes: npt.NDArray[np.intp]) -> pd.DataFrame:
        """
        What the codes stand for: one row each.
        """
        rest = codes.astype(np.int64) if self._digits is None else self._digits[codes]
        columns = {}
        for column, values in zip(reversed(self._columns), reversed(self._values), strict=True):
            rest, digit = np.divmod(rest, len(values))
            columns[column] = pd.Series(values[digit]).infer_objects()
        return pd.DataFrame(columns)[list(self._columns)]


def coded(table: pa.Table, columns: Sequence[str]) -> Coded:
    """
    The columns of an Arrow table as one code a row.

    code = (((i_1 x n_2 + i_2) x n_3 + i_3) ...), i_k being a row's place in the n_k values of column k

    Raises
    ------
    TableError
        A missing column, a null, or more combinations than can be numbered.
    """
    missing = [c for c in columns if c not in table.column_names]
    if missing:
        raise TableError(f"The ledger has no columns {missing}; it has {table.column_names}")
    digits, values = zip(*(_digits(table.column(c), c) for c in columns), strict=True)
    sizes = [max(len(v), 1) for v in values]
    if float(np.prod(sizes, dtype=np.float64)) <= _WIDEST:
        return Coded(_combined(digits, sizes), int(np.prod(sizes)), tuple(columns), values, None)
    return _renumbered(digits, sizes, tuple(columns), values)


def _combined(digits: Sequence[npt.NDArray[np.integer]], sizes: Sequence[int]) -> npt.NDArray[np.int32]:
    """
    Block by block, so that the running code stays in the processor's cache.
    """
    codes = np.empty(len(digits[0]), dtype=np.int32)
    for start in range(0, len(codes), _BLOCK):
        block = codes[start:start + _BLOCK]
        block[:] = digits[0][start:start + _BLOCK]
        for digit, size in zip(digits[1:], sizes[1:], strict=True):
            if size > 1:
                block *= size
                block += digit[start:start + _BLOCK]
    return codes


def _renumbered(
    digits: Sequence[npt.NDArray[np.integer]], sizes: Sequence[int], columns: tuple[str, ...],
    values: tuple[npt.NDArray[np.object_], ...],
) -> Coded:
    if float(np.prod(sizes, dtype=np.float64)) >= 2.0**63:
        raise TableError(f"Too many combinations of {list(columns)} to number: {sizes}")
    wide = digits[0].astype(np.int64)
    for digit, size in zip(digits[1:], sizes[1:], strict=True):
        wide *= size
        wide += digit
    distinct, codes = np.unique(wide, return_inverse=True)
    return Coded(codes.astype(np.int32), len(distinct), columns, values, distinct)


def _digits(column: pa.ChunkedArray, name: str) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.object_]]:
    """
    Each row's place among the column's values; whole numbers count from the smallest.
    """
    if column.null_count:
        raise TableError(f"Column `{name}` of the ledger has {column.null_count:,} nulls; empty text is \"\"")
    if pa.types.is_integer(column.type):
        numbers = column.to_numpy()
        low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
        return numbers - numbers.dtype.type(low), np.arange(low, high + 1).astype(object)
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    array = column.unify_dictionaries().combine_chunks()
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    return array.indices.to_numpy(), np.array(array.dictionary.to_pylist(), dtype=object)
