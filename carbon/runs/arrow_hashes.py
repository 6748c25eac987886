"""
A 32-bit hash of each row of an Arrow table: of its values, whatever the pieces and encodings they are held in.

Columns are hashed in blocks of rows, from Arrow's own buffers. A text is a polynomial of its bytes over 64 bits:
sum of (byte + 1) * P^place, which one product and one sum by stretches give for all texts of a block at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

ROWS = 1 << 13
"""Rows that are hashed at once: what the bytes of texts need beside a long table stays small."""
Hashes = npt.NDArray[np.uint64]
_PLACE = 0x9E3779B97F4A7C15
_BACK = pow(_PLACE, -1, 1 << 64)
_COLUMN = np.uint64(0xBF58476D1CE4E5B9)
_MISSING = np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(32)
_WIDTHS = {8: np.uint8, 16: np.uint16, 32: np.uint32, 64: np.uint64}


def hash_rows(table: pa.Table) -> npt.NDArray[np.uint32]:
    """
    The hash of each row, in order [number of rows].
    """
    # One piece is not copied to be made one.
    columns = [c.chunk(0) if c.num_chunks == 1 else c.combine_chunks() for c in table.columns]
    blocks = [_block([c.slice(at, ROWS) for c in columns]) for at in range(0, table.num_rows, ROWS)]
    return np.concatenate(blocks) if blocks and columns else np.zeros(table.num_rows, np.uint32)


def _block(columns: list[pa.Array]) -> npt.NDArray[np.uint32]:
    hashes = np.empty((len(columns), len(columns[0])), np.uint64)
    texts = [at for at, column in enumerate(columns) if pa.types.is_large_string(column.type)]
    if texts:  # end to end: one set of steps for all of them
        hashes[texts] = _hashes(pa.concat_arrays([columns[at] for at in texts])).reshape(len(texts), -1)
    for at, column in enumerate(columns):
        if not pa.types.is_large_string(column.type):
            hashes[at] = _hashes(column)
    rows = np.zeros(len(columns[0]), np.uint64)
    for own in _mixed(hashes):
        # Multiplied before the next comes in: two columns that change places change the hash.
        rows = (rows ^ own) * _COLUMN
    return (_mixed(rows) >> _HALF).astype(np.uint32)


def _mixed(values: Hashes) -> Hashes:
    """
    Every bit of a value reaches the upper half, which is what is kept.
    """
    values = (values ^ (values >> _HALF)) * _COLUMN
    return values ^ (values >> _HALF)


def _hashes(column: pa.Array) -> Hashes:
    kind = column.type
    if pa.types.is_dictionary(kind):
        known = np.append(_hashes(column.dictionary), _MISSING)
        return known[column.indices.fill_null(len(known) - 1).to_numpy(zero_copy_only=False)]
    if pa.types.is_null(kind):
        return np.full(len(column), _MISSING)
    if pa.types.is_boolean(kind):
        column = column.cast(pa.uint8())
        kind = column.type
    if pa.types.is_primitive(kind):
        found = _fixed(column, _WIDTHS[kind.bit_width])
    elif pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        found = _texts(column)
    else:
        found = _texts(_as_text(column))
    return np.where(column.is_null().to_numpy(zero_copy_only=False), _MISSING, found) if column.null_count else found


def _as_text(column: pa.Array) -> pa.Array:
    try:
        return column.cast(pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        # Lists and other nested values, which Arrow does not write as text.
        return pa.array([None if v is None else repr(v) for v in column.to_pylist()], pa.large_string())


def _fixed(column: pa.Array, width: type) -> Hashes:
    """
    The bits of each number, day or time.
    """
    start = column.offset * np.dtype(width).itemsize
    values: npt.NDArray[np.unsignedinteger[Any]] = np.frombuffer(column.buffers()[1], width, len(column), start)
    return values.astype(np.uint64)


def _texts(column: pa.Array) -> Hashes:
    _, ends, data = column.buffers()
    if not len(column) or data is None:
        return np.zeros(len(column), np.uint64)
    ends = np.frombuffer(ends, np.int64, len(column) + 1, column.offset * 8)
    places = ends - ends[0]
    start, length = places[:-1], int(places[-1])
    text = np.zeros(length + 1, np.uint64)  # one place more: a text that is empty may start behind the last byte
    text[:-1] = np.frombuffer(data, np.uint8)[ends[0]:ends[-1]]
    text[:-1] += np.uint64(1)
    text[:-1] *= _powers(_PLACE, length)[:length]
    sums = np.add.reduceat(text, start)
    sums[start == places[1:]] = 0  # of no bytes, `reduceat` gives the next one
    # Divided by the power of its first place, a text has the same hash wherever it stands.
    return sums * _powers(_BACK, length + 1)[start]


_KNOWN: dict[int, Hashes] = {}
"""The powers of a base that were worked out."""


def _powers(base: int, places: int) -> Hashes:
    """
    base^0, base^1, ... modulo 2^64, for at least so many places.
    """
    if base not in _KNOWN or len(_KNOWN[base]) < places:
        powers = np.full(1 << places.bit_length(), base, np.uint64)
        powers[0] = 1
        _KNOWN[base] = np.cumprod(powers, out=powers)
    return _KNOWN[base]
