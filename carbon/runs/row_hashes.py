"""
Which row of a published table changed: a 32-bit hash of every row, kept in the set for parquet, CSV and workbook.

The manifest's SHA-256 says whether a file is what was published; these say where it is not. A row hash of four bytes
locates, it does not prove: two rows have the same one by chance once in four thousand million.
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
import pyarrow as pa

from carbon.core.errors import CarbonError
from carbon.runs.arrow_hashes import hash_rows
from carbon.runs.json_text import indented
from carbon.runs.parquet import PIECE, pieces_of
from carbon.runs.sheets import Sheets, read_sheets

ROW_HASHES = "row_hashes.json"
Hashes = npt.NDArray[np.uint32]


def row_hashes_json(folder: Path, names: Iterable[str], read: Mapping[str, pa.Table | Sheets]) -> bytes:
    """
    {file: {sheet: hashes}} of the tables among `names`, read back from the disk, as JSON; a sheet is "" but in a
    workbook, hashes are little-endian numbers in base64.

    Parameters
    ----------
    read
        Tables, and sheets of workbooks, by file name that were read back already.
    """
    hashes = {name: _of_read(read[name]) if name in read else sheets_of(folder / name)
              for name in sorted(names) if is_table(name)}
    kept = {name: {sheet: base64.b64encode(rows.astype("<u4").tobytes()).decode() for sheet, rows in sheets.items()}
            for name, sheets in hashes.items()}
    return indented(kept).encode() + b"\n"


def _of_read(table: pa.Table | Sheets) -> dict[str, Hashes]:
    return _of_sheets(table) if isinstance(table, dict) else {"": hash_rows(table)}


def is_table(name: str) -> bool:
    """
    Whether a file of a set has rows.
    """
    return name.endswith((".parquet", ".csv", ".xlsx"))


def sheets_of(path: Path) -> dict[str, Hashes]:
    """
    Hash of each row by sheet; row 1 of a parquet is its first, of CSV and workbook their first line.

    Raises
    ------
    TableError, ValueError, OSError
        It cannot be read as a table.
    """
    if path.suffix == ".parquet":
        return {"": np.concatenate([np.zeros(0, np.uint32), *(hash_rows(p) for p in pieces_of(path, PIECE))])}
    if path.suffix == ".csv":
        lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        return {"": _of_rows([list(line) for line in lines])}
    return _of_sheets(read_sheets(path))


def _of_sheets(sheets: Sheets) -> dict[str, Hashes]:
    return {name: _of_rows(rows) for name, rows in sheets.items()}


def _of_rows(rows: Sequence[Sequence[object]]) -> Hashes:
    return np.array([crc32(repr(row).encode()) for row in rows], dtype=np.uint32)


def first_changed_row(folder: Path, name: str) -> str:
    """
    In words, where a table of a set first differs from what was published; "" for what has no rows or no row hashes.
    """
    try:
        kept = json.loads((folder / ROW_HASHES).read_bytes())[name]
        before = {sheet: np.frombuffer(base64.b64decode(text), "<u4") for sheet, text in kept.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""
    try:
        now = sheets_of(folder / name)
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
    """
    Number of the first row, from 1, whose hash differs or that only one of the two has; 0 when there is none.
    """
    shared = min(len(before), len(now))
    unlike = np.flatnonzero(before[:shared] != now[:shared])
    if len(unlike):
        return int(unlike[0]) + 1
    return shared + 1 if len(before) != len(now) else 0
