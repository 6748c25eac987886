"""Published tables: Parquet bytes with page checksums, the same for the same table; a damaged file raises on read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from carbon.core.errors import TableError
from carbon.params.files.project import sha256_of

TABLES = {"emissions": "emissions", "activities": "activities", "ledger": "ledger", "inventory": "table",
          "factors": "factors", "factor_sources": "factor_sources", "resolution": "resolution", "keys": "keys",
          "sources": "sources", "rejects": "rejects", "unclassified": "unclassified", "warnings": "warnings",
          "outside": "outside", "instruments": "instruments", "instruments_not_applied": "instruments_not_applied"}
"""Published table -> attribute of the inventory."""
LONG = 500_000
"""Rows from which a table is too long to be held twice."""
PIECE = 50_000
"""Rows of a long table that are in memory at once when it is read back."""
SHORT = 10_000
"""Rows up to which dictionaries and statistics of columns take more space than they save, and twice the time; zstd, set
up again for each column, also takes twice the time of snappy.
"""
AGAIN = "the published file is missing or damaged; publish again with carbon run"


def to_arrow(table: pd.DataFrame) -> pa.Table:
    """Return the table as an Arrow table, without its index; a missing number is null."""
    return pa.Table.from_pandas(table, preserve_index=False, nthreads=1)


def to_parquet(table: pd.DataFrame | pa.Table) -> bytes:
    """Return the table as Parquet bytes: zstd, or snappy if short; a checksum on each page; no time or path inside."""
    buffer = io.BytesIO()
    arrow = table if isinstance(table, pa.Table) else to_arrow(table)
    many = arrow.num_rows > SHORT
    # What is held as codes of words keeps its words, in their order.
    coded = [field.name for field in arrow.schema if pa.types.is_dictionary(field.type)]
    pq.write_table(arrow, buffer, compression="zstd" if many else "snappy", write_page_checksum=True,
                   use_dictionary=many or coded or False, write_statistics=many)
    return buffer.getvalue()


def read_table(path: Path, *, sha256: str | None = None, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a published table and verify its page checksums.

    `sha256`: Hash of the file, from the manifest: page checksums do not cover names and types in the footer. `columns`:
    Some columns only.

    Raises TableError: The file is missing or damaged: names it and what to do.
    """
    if sha256 is not None and path.is_file() and sha256_of(path) != sha256:
        raise TableError(f"{path.name} is damaged: its bytes have changed since it was published", hint=AGAIN)
    with _readable(path):
        table = read_arrow(path, columns)
        # A long table is not held twice: each column is let go as it is turned.
        long = table.num_rows > LONG
        return table.to_pandas(use_threads=False, split_blocks=long, self_destruct=long)


def read_arrow(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a published table as an Arrow table and verify its page checksums; raises as `read_table`."""
    # One thread and no read-ahead: this also runs in processes that fork.
    with _readable(path), pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as file:
        return file.read(columns=columns, use_threads=False)


def pieces_of(path: Path, rows: int) -> Iterator[pa.Table]:
    """Yield a published table in pieces of so many rows and verify its page checksums; raises as `read_table`."""
    with _readable(path), pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False) as file:
        for batch in file.iter_batches(batch_size=rows, use_threads=False):
            yield pa.Table.from_batches([batch])


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError) as error:
        raise TableError(f"{path.name} cannot be read: {error}", hint=AGAIN) from error
