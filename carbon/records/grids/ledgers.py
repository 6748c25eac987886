"""Ledgers of activities too long for memory, in pieces: row groups of Parquet files, blocks of delimited text.

A piece is an Arrow table with strings as dictionaries. The pieces can be sent to other processes: they open the file
themselves, under the same path.
"""

from __future__ import annotations

import io
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from carbon.core.errors import FileRefused
from carbon.records.kinds.messages import refusal

if TYPE_CHECKING:
    import pyarrow.parquet as pq

BLOCK = 8 << 20
"""Bytes of text in one piece: what is parsed is turned into columns while it is still near the processor."""
WHOLE = ("year", "category")
QUANTITY = "quantity"
_TEXT = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class Ledger:
    """`ledger(i)` reads piece i of `len(ledger)`: for `emissions.bulk.bulk_totals`.

    pieces: (path, size and time of change, where): a row group's number, or first and last byte of a block of text.
    """

    columns: tuple[str, ...]
    pieces: tuple[tuple[str, tuple[int, int], tuple[int, ...]], ...]
    headings: tuple[str, ...] = ()
    separator: str = ""

    def __len__(self) -> int:
        return len(self.pieces)

    def __call__(self, number: int) -> pa.Table:
        path, stamp, where = self.pieces[number]
        if _stamp(path) != stamp:
            raise refusal("file_changed", Path(path).name)
        if self.separator:
            return self._block(path, *where)
        texts = [c for c in self.columns if c not in (*WHOLE, QUANTITY)]
        file = _opened(path, stamp, tuple(texts))
        try:
            return file.read_row_group(where[0], columns=list(self.columns), use_threads=False)
        except (pa.ArrowException, OSError) as wrong:
            raise _damaged(path, wrong) from None

    def _block(self, path: str, start: int, stop: int) -> pa.Table:
        with Path(path).open("rb") as file:
            file.seek(start)
            piece = file.read(stop - start)
        kinds = dict.fromkeys(self.columns, _TEXT) | dict.fromkeys(WHOLE, pa.int32()) | {QUANTITY: pa.float64()}
        try:
            return pacsv.read_csv(
                io.BytesIO(piece), read_options=pacsv.ReadOptions(
                    column_names=list(self.headings), use_threads=False, block_size=max(len(piece), 1)),
                parse_options=pacsv.ParseOptions(delimiter=self.separator, newlines_in_values=b'"' in piece),
                convert_options=pacsv.ConvertOptions(column_types=kinds, include_columns=list(self.columns),
                                                     null_values=[], strings_can_be_null=False))
        except (pa.ArrowException, OSError) as wrong:
            raise _damaged(path, wrong) from None


def parquet_ledger(paths: Sequence[str | Path], columns: Sequence[str]) -> Ledger:
    """Return the row groups of Parquet files as a ledger, in the order of the paths.

    `columns`: Those to read, e.g. [*emissions.bulk.KEY, "company", "quantity"].

    Raises FileRefused: A file that is damaged or lacks a column.
    """
    import pyarrow.parquet as pq

    pieces = []
    for path in map(str, paths):
        try:
            file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as wrong:
            raise _damaged(path, wrong) from None
        _check_columns(path, file.schema_arrow.names, columns)
        pieces += [(path, _stamp(path), (i,)) for i in range(file.num_row_groups)]
    return Ledger(tuple(dict.fromkeys(columns)), tuple(pieces))


def text_ledger(path: str | Path, columns: Sequence[str], *, separator: str, block: int = BLOCK) -> Ledger:
    """Return the blocks of a delimited UTF-8 file as a ledger: headings in its first line, decimal points.

    Blocks are cut at line ends, never inside quotes: a row ends only where the quotes before it are even in number.

    Raises FileRefused: No rows, or a column is missing; when a block is read, a cell that is not a number.
    """
    nothing = refusal("no_rows.ledger", Path(path).name)
    if not Path(path).stat().st_size:
        raise nothing
    with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        first = data.find(b"\n") + 1
        head = data[:first or len(data)].decode("utf-8-sig").strip("\r\n")
        cuts = _cuts(data, first, block)
    headings = [h.strip().strip('"') for h in head.split(separator)]
    _check_columns(str(path), headings, columns)
    if len(cuts) < 2:
        raise nothing
    stamp = _stamp(str(path))
    pieces = tuple((str(path), stamp, pair) for pair in pairwise(cuts))
    return Ledger(tuple(dict.fromkeys(columns)), pieces, tuple(headings), separator)


def _cuts(data: mmap.mmap, first: int, block: int) -> list[int]:
    """Return where blocks start and end: behind line ends that no quotes enclose."""
    cuts, inside = [first], False
    view: npt.NDArray[np.uint8] = np.frombuffer(data, dtype=np.uint8)
    quoted = data.find(b'"', first) >= 0
    while first and cuts[-1] < len(data):
        at = min(cuts[-1] + block, len(data))
        inside = quoted and bool(np.count_nonzero(view[cuts[-1]:at] == ord('"')) % 2)
        while at < len(data):
            end, quote = data.find(b"\n", at), data.find(b'"', at) if quoted else -1
            if not inside and end >= 0 and (quote < 0 or end < quote):
                at = end + 1
                break
            inside, at = not inside, quote + 1 if quote >= 0 else len(data)
        cuts.append(at)
    del view
    return cuts if first else []


@lru_cache(maxsize=8)
def _opened(path: str, stamp: tuple[int, int], texts: tuple[str, ...]) -> pq.ParquetFile:
    import pyarrow.parquet as pq

    return pq.ParquetFile(path, read_dictionary=list(texts), pre_buffer=False, page_checksum_verification=True)


def _stamp(path: str) -> tuple[int, int]:
    status = Path(path).stat()
    return status.st_size, status.st_mtime_ns


def _check_columns(path: str, have: Sequence[str], needed: Sequence[str]) -> None:
    if missing := [c for c in needed if c not in have]:
        raise refusal("columns_missing.ledger", Path(path).name, missing=missing, have=list(have))


def _damaged(path: str, error: Exception) -> FileRefused:
    return refusal("file_damaged", Path(path).name, error=str(error)[:120])
