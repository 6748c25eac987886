"""Parquet files: typed columns, read as they are or refused by column."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from carbon.records.grids import cells
from carbon.records.grids.cells import Column, Grid, check_width, constant
from carbon.records.grids.sources import Source
from carbon.records.kinds.messages import refusal

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_NUMBER_TYPES = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
_TEXT_TYPES = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
_PLAIN_TYPES = (pa.types.is_date, pa.types.is_timestamp, *_NUMBER_TYPES, *_TEXT_TYPES, pa.types.is_boolean,
                pa.types.is_null)
_FREE_ROWS = 5_000_000
"""Rows that any Parquet file may have, however well it is packed."""
_ROWS_PER_BYTE = 20
"""Rows a file may hold for each of its bytes: a ledger takes bytes a row, a bomb millions of rows a byte."""
_HEAD, _FEW_WORDS = 2000, 60
_SAMPLE = 1 << 20
"""Cells of a longer column that tell whether its values repeat."""


def column_names(source: Source) -> list[str]:
    """Return the names of the columns of a Parquet file without reading them; no name of a damaged one."""
    try:
        return list(_opened(source).schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError, KeyError, IndexError):
        return []


def read_parquet(source: Source, wanted_of: Callable[[list[str], str], list[int]]) -> Grid:
    """Read the columns of a Parquet file that `wanted_of(names, file name)` gives, and those of few words.

    A column of few words may state which rows count; other columns are left unread.

    `lines` is the row number, from 1. A stored time zone is applied: the day is the one its owner saw.

    Raises FileRefused: Damaged (page checksums are verified), no rows, or a wanted column of no single values.
    """
    try:
        file = _opened(source)
        names = list(file.schema_arrow.names)
        check_width(len(names), source.name)
        wanted_columns = wanted_of(names, source.name)
        for field in map(file.schema_arrow.field, wanted_columns):
            if not any(is_type(_value_type(field.type)) for is_type in _PLAIN_TYPES):
                raise refusal("column_type", source.name, column=field.name, type=field.type)
        columns = [names[i] for i in sorted({*wanted_columns, *_few_words(file, wanted_columns)})]
        table = file.read(columns=columns, use_threads=pa.cpu_count() > 1).unify_dictionaries()
        table.validate(full=True)
        if wanted_columns and table.num_rows != file.metadata.num_rows:
            raise ValueError(f"{table.num_rows:,} rows where {file.metadata.num_rows:,} are announced")
        column_of = {n: _column(table.column(n).combine_chunks()) for n in table.column_names}
    except (pa.ArrowException, OSError, ValueError, KeyError, IndexError) as wrong:
        raise refusal("file_damaged.parquet", source.name, wrong=str(wrong)[:120]) from None
    rows = file.metadata.num_rows
    if not rows:
        raise refusal("file_empty.parquet", source.name)
    nothing = constant("", rows)
    return Grid([column_of.get(n, nothing) for n in names], np.arange(1, rows + 1), "parquet", headings=names)


def _few_words(file: pq.ParquetFile, wanted_columns: list[int]) -> list[int]:
    """Return the positions of the other columns of strings or truths with few different cells in the first rows."""
    schema = file.schema_arrow
    others = [i for i, field in enumerate(schema) if i not in wanted_columns and schema.names.count(field.name) == 1 and
              any(is_type(_value_type(field.type)) for is_type in (*_TEXT_TYPES, pa.types.is_boolean))]
    head = next(file.iter_batches(_HEAD, columns=[schema.names[i] for i in others]), None) if others else None
    return [] if head is None else [i for i in others if len(pc.unique(head.column(schema.names[i]))) <= _FEW_WORDS]


def _opened(source: Source) -> pq.ParquetFile:
    """Open the file with its checksums verified and strings as codes; refuse more rows than its bytes can hold."""
    import pyarrow.parquet as pq  # ten milliseconds that a folder of text files need not pay

    where = source.path if source.data is None else io.BytesIO(source.data)
    schema = pq.read_schema(where)
    texts = [f.name for f in schema if any(is_type(f.type) for is_type in _TEXT_TYPES)]
    # Without a thread where Arrow is allowed one processor only, as in a process that forks.
    file = pq.ParquetFile(where, page_checksum_verification=True, read_dictionary=texts, pre_buffer=pa.cpu_count() > 1)
    if file.metadata.num_rows > max(_FREE_ROWS, _ROWS_PER_BYTE * source.size):
        raise refusal("bomb.parquet", source.name, rows=file.metadata.num_rows, size=source.size)
    return file


def _value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _column(values: pa.Array) -> Column:
    if pa.types.is_dictionary(values.type):
        codes, words = values.indices, values.dictionary
        if codes.null_count:
            codes, words = codes.fill_null(len(words)), pa.concat_arrays([words, pa.nulls(1, words.type)])
        inner = _column(words)
        codes = codes.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
        return Column(pa.DictionaryArray.from_arrays(pa.array(codes), inner.text),
                      None if inner.marks is None else inner.marks[codes])
    if len(values) > _SAMPLE and pc.count_distinct(values.slice(0, _SAMPLE)).as_py() < _SAMPLE // 2:
        return _column(values.dictionary_encode())  # each different day or number is written out once
    text, mark = _text(values)
    marks = None
    if mark != cells.TEXT:
        marks = np.where(np.asarray(text.is_null()), cells.TEXT, mark).astype(np.uint8)
    return Column(text.fill_null(""), marks)


def _text(values: pa.Array) -> tuple[pa.Array, int]:
    kind = values.type
    if pa.types.is_date(kind):
        return values.cast(pa.date32()).cast(pa.string()), cells.DAY
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(values) if kind.tz else values
        return local.cast(pa.date32(), safe=False).cast(pa.string()), cells.DAY
    if pa.types.is_boolean(kind):
        return values.cast(pa.string()), cells.FLAG
    if pa.types.is_floating(kind):
        return pc.replace_substring_regex(values.cast(pa.string()), r"^(-?\d+)\.0$", r"\1"), cells.NUMBER
    if any(is_type(kind) for is_type in _NUMBER_TYPES):
        return pc.replace_substring_regex(values.cast(pa.string()), r"\.0+$", ""), cells.NUMBER
    if pa.types.is_null(kind):
        return pa.nulls(len(values), pa.string()), cells.TEXT
    return values.cast(pa.string()), cells.TEXT
