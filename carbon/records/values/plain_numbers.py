"""Numbers of a long column that are written plainly: digits, at most one mark, a leading minus. Checked byte by byte.

What this accepts, `numbers.parse_numbers` reads the same; where the column has anything else it decides nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_DIGITS = np.zeros(256, dtype=np.uint8)
_DIGITS[48:58] = 1
_MINUS, _POINT, _COMMA = 45, 46, 44
_LONGEST = 15  # float64 gives every decimal of so many digits back
_DECIMALS = 9


def plain_numbers(text: pa.Array, *, decimal: str | None = None) -> npt.NDArray[np.float64] | None:
    """Return the values of a column without blanks, or None where the careful reader must decide.

    Parameters
    ----------
    decimal
        The declared mark; None: the column must prove its own.
    """
    if pa.types.is_dictionary(text.type) or text.null_count or text.offset:
        return None
    offsets: npt.NDArray[np.int64] = np.frombuffer(
        text.buffers()[1], dtype=np.int64 if pa.types.is_large_string(text.type) else np.int32, count=len(text) + 1)
    data = np.frombuffer(text.buffers()[2], dtype=np.uint8)[:int(offsets[-1])]
    starts, ends = offsets[:-1], offsets[1:]
    sizes = ends - starts
    if not len(data) or sizes.min() < 1 or sizes.max() > _LONGEST:
        return None
    mark = _mark(data, starts, ends, sizes, decimal)
    if mark is None:
        return None
    if mark == _COMMA:
        data = np.where(data == _COMMA, np.uint8(_POINT), data)
        text = pa.Array.from_buffers(text.type, len(text), [None, text.buffers()[1], pa.py_buffer(data)])
    return np.asarray(pc.cast(text, pa.float64()))


def _mark(data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64],
          sizes: npt.NDArray[np.int64], decimal: str | None) -> int | None:
    """Return the decimal mark that the column proves, 0 where it has only whole numbers, None where it is not plain."""
    counts = np.bincount(data, minlength=256)
    minus, points, commas = int(counts[_MINUS]), int(counts[_POINT]), int(counts[_COMMA])
    if int(counts[48:58].sum()) + minus + points + commas != len(data) or (points and commas):
        return None
    if minus != int((data[starts] == _MINUS).sum()):
        return None
    first = starts + (data[starts] == _MINUS) if minus else starts
    if (first >= ends).any() or not _DIGITS[data[first]].all() or not _DIGITS[data[ends - 1]].all():
        return None
    if not points and not commas:
        return 0
    mark, total = (_POINT, points) if points else (_COMMA, commas)
    if decimal is not None and ord(decimal) != mark:
        return None
    return mark if _proved(data, ends, sizes, mark, total, declared=decimal is not None) else None


def _proved(data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64], mark: int,
            total: int, *, declared: bool) -> bool:
    """Return whether cells have at most one mark, and one is not before exactly three digits (or it is declared)."""
    marks_in_cell = np.zeros(len(ends), dtype=np.uint8)
    marks_seen, is_proved = 0, declared
    for decimals in range(1, _DECIMALS + 1):
        at_place = data[np.maximum(ends - 1 - decimals, 0)] == mark
        at_place &= sizes > decimals + 1
        count = int(np.count_nonzero(at_place))
        marks_seen += count
        is_proved |= bool(count) and decimals != 3
        marks_in_cell += at_place
        if marks_seen == total:
            break
    return is_proved and marks_seen == total and int(marks_in_cell.max()) == 1
