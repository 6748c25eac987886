"""Which row of a published table changed: a 32-bit hash of every row, kept in the set for parquet, CSV and workbook.

The manifest's SHA-256 shows whether a file is as published; row hashes show where it is not. A row hash of four bytes
locates, it does not prove: two rows have the same one by chance once in four thousand million.

Values of Parquet are hashed by pandas.util.hash_array, lines of CSV and workbooks by their CRC-32. Pandas does
not promise the same hashes in every version, so a set also has the hashes of a fixed table: where pandas gives
others today, no row is named.
"""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carbon.core.errors import CarbonError
from carbon.core.text_columns import values_of
from carbon.runs.publish.identity import indented
from carbon.runs.publish.parquet import PIECE, pieces_of
from carbon.runs.publish.sheets import Sheets, read_sheets

ROW_HASHES = "row_hashes.json"
Hashes = npt.NDArray[np.uint32]
_TEXTS = {pa.string(), pa.large_string()}
_FEW = 1_000
"""Rows up to which no word is coded before it is hashed; unless one is missing, which pandas would hash otherwise."""
_EXACT = {pa.int8(): pd.Int8Dtype(), pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype(),
          pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
"""What pandas would hold as floats or objects where a value is missing."""
_FIXED = pa.table({"text": ["é", None], "word": pa.array(["a", None]).dictionary_encode(), "number": [1.5, None],
                   "whole": [2**60 + 1, None], "truth": [True, None], "day": pa.array([19_782, None], pa.date32())})
_FIXED_NAME = ""
"""Its name among those of the tables."""


def hash_rows(table: pa.Table) -> Hashes:
    """Return the hash of each row, the same in whatever pieces and encodings its values are held."""
    pieces = [_hashed(table.slice(at, PIECE)) for at in range(0, table.num_rows, PIECE)]
    return np.concatenate([np.zeros(0, np.uint32), *pieces])


def _hashed(piece: pa.Table) -> Hashes:
    # As `pandas.util.hash_pandas_object` and Python's tuples combine the hashes of their values.
    hashes, factor = np.full(piece.num_rows, 0x345678, np.uint64), 1_000_003
    for left, column in zip(range(piece.num_columns, 0, -1), piece.columns, strict=True):
        hashes ^= _of_column(column)
        hashes *= np.uint64(factor)
        factor += 82_520 + 2 * left
    return ((hashes + np.uint64(97_531)) >> np.uint64(32)).astype(np.uint32)


def _of_column(column: pa.ChunkedArray) -> npt.NDArray[np.uint64]:
    """Return the hash of each value as `pandas.util.hash_pandas_object` gives it."""
    if pa.types.is_nested(column.type):  # pandas hashes single values only
        texts = [None if value is None else repr(value) for value in column.to_pylist()]
        column = pa.chunked_array([pa.array(texts, pa.large_string())])
    kind, is_whole = column.type, not column.null_count
    is_plain = is_whole and (kind in _EXACT or (kind in _TEXTS and len(column) <= _FEW))
    if is_plain or pa.types.is_floating(kind):
        return pd.util.hash_array(column.to_numpy(), categorize=False)
    mapper = _EXACT.get if kind in _EXACT else None
    return pd.util.hash_array(values_of(column.to_pandas(date_as_object=False, types_mapper=mapper)))


def row_hashes_json(folder: Path, names: Iterable[str], tables_read: Mapping[str, pa.Table | Sheets]) -> bytes:
    """Return {file: {sheet: hashes}} of the tables among `names`, read back from the disk, as JSON: the sheet is ""
    except in a workbook, hashes are little-endian numbers in base64.

    `tables_read`: Tables, and sheets of workbooks, by file name that were read back.
    """
    hashes = {name: _of_read(tables_read[name]) if name in tables_read else sheets_of(folder / name)
              for name in sorted(names) if is_table(name)}
    return indented({name: {sheet: _encoded(rows) for sheet, rows in sheets.items()}
                     for name, sheets in {_FIXED_NAME: _of_read(_FIXED), **hashes}.items()})


def _encoded(rows: Hashes) -> str:
    return base64.b64encode(rows.astype("<u4").tobytes()).decode()


def _of_read(table: pa.Table | Sheets) -> dict[str, Hashes]:
    return _of_sheets(table) if isinstance(table, dict) else {"": hash_rows(table)}


def is_table(name: str) -> bool:
    """Return whether a file of a set has rows."""
    return name.endswith((".parquet", ".csv", ".xlsx"))


def sheets_of(path: Path) -> dict[str, Hashes]:
    """Return the hash of each row by sheet; row 1 of a parquet is its first, of CSV and workbook their first line.

    Raises TableError, ValueError, OSError: It cannot be read as a table.
    """
    if path.suffix == ".parquet":
        return {"": np.concatenate([np.zeros(0, np.uint32), *map(hash_rows, pieces_of(path, PIECE))])}
    if path.suffix == ".csv":
        lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        return {"": _of_rows([list(line) for line in lines])}
    return _of_sheets(read_sheets(path))


def _of_sheets(sheets: Sheets) -> dict[str, Hashes]:
    return {name: _of_rows(rows) for name, rows in sheets.items()}


def _of_rows(rows: Sequence[Sequence[object]]) -> Hashes:
    return np.array([crc32(repr(row).encode()) for row in rows], dtype=np.uint32)


def first_changed_row(folder: Path, name: str) -> str:
    """Describe where a table of a set first differs from what was published; "" without rows or row hashes."""
    try:
        stored_hashes = json.loads((folder / ROW_HASHES).read_bytes())
        before = {sheet: np.frombuffer(base64.b64decode(text), "<u4") for sheet, text in stored_hashes[name].items()}
        hashed_alike = stored_hashes[_FIXED_NAME][""] == _encoded(hash_rows(_FIXED))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""
    try:
        now = sheets_of(folder / name)
        if name.endswith(".parquet") and not hashed_alike:
            return "its rows were hashed by another version of pandas: which row differs is unknown"
    except (CarbonError, OSError, ValueError, csv.Error):
        return "it cannot be read as a table any more"
    for sheet in [*before, *(sheet for sheet in now if sheet not in before)]:
        place = f"sheet {sheet!r}, " if sheet else ""
        if sheet not in now or sheet not in before:
            return f"{place}{'added' if sheet in now else 'missing'}"
        row = _first_difference(before[sheet], now[sheet])
        if row:
            return f"{place}first row that differs: {row} of {len(before[sheet])}"
    return "no cell of it differs"


def _first_difference(before: Hashes, now: Hashes) -> int:
    """Return the number, from 1, of the first row that differs or that only one of the two has; 0 if all agree."""
    shared = min(len(before), len(now))
    unlike = np.flatnonzero(before[:shared] != now[:shared])
    if len(unlike):
        return int(unlike[0]) + 1
    return shared + 1 if len(before) != len(now) else 0
