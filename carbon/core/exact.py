"""Sums that are exact, so that the order of rows, the size of chunks and the number of threads cannot matter.

A float64 sum depends on its order and loses small terms next to large ones. Here each value is split into parts that
are whole multiples of a power of two, so few bits wide that summing a block of them in float64 makes no rounding at
all; the block sums go into integers. One rounding remains, the last: a total is what `math.fsum` would give.

Source: the splitting is that of Rump, Ogita and Oishi (2008), "Accurate floating-point summation part I:
faithful rounding", SIAM J. Sci. Comput. 31(1); the integer accumulator is Kulisch's.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from carbon.core.errors import MethodError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer]

LARGEST = 2.0**900
"""Larger values raise an error: the splitting constants would overflow (no emission is 10^270 kg)."""
_BLOCK = 1 << 14  # rows a block: its parts stay in the processor's cache
_LIMB_BITS = 32
_LOW = (1 << _LIMB_BITS) - 1
_BLOCKS_KEPT = 512  # of sums below 2^53 units: below 2^62, so that 64 bits hold them
_EXPONENTS_KEPT = 32
_MOST_MOVES = 1 << 28  # into limbs, each adding less than 2^34: below 2^62
_SMALLEST_EXPONENT = -1074  # of float64
_FEW = 1_000
"""Values and groups up to which `exact_sum` leaves the sums to `math.fsum`."""


class ExactSums:
    """Running exact sums of n groups; rows may arrive in any order, in any chunks, in several instances.

    Examples
    --------
    >>> sums = ExactSums(1)
    >>> sums.add(np.array([1e16, 1.0, -1e16]), np.array([0, 0, 0]))
    >>> sums.totals()
    array([1.])
    """

    def __init__(self, n: int) -> None:
        self._n = n
        # Recent block sums: exponent e -> whole multiples of 2^e, and how many blocks they hold.
        self._recent: dict[int, tuple[npt.NDArray[np.int64], int]] = {}
        self._limbs: dict[int, npt.NDArray[np.int64]] = {}  # k -> whole multiples of 2^(32 k), a group each
        self._part = self._rest = np.empty((0, 0))
        self._room = _MOST_MOVES

    def add(self, values: Floats, groups: Integers) -> None:
        """Add each value to the sum of its group.

        Parameters
        ----------
        values
            Any finite float64 below `LARGEST` in magnitude; or rows of such values, to be added to the same groups.
        groups
            Group of each value, in 0 ... n - 1.

        Raises
        ------
        MethodError
            A value is missing, infinite or too large; a group is out of range.
        """
        rows = values if values.ndim == 2 else values[None]
        if rows.shape[1] != len(groups):
            raise MethodError(f"{rows.shape[1]:,} values but {len(groups):,} groups")
        block = max(_BLOCK, min(self._n, 1 << 20))
        shape = len(rows), min(block, len(groups))
        if self._part.shape[0] < shape[0] or self._part.shape[1] < shape[1]:
            # Scratch space: fresh memory for each block would cost more than the sums.
            self._part, self._rest = np.empty(shape), np.empty(shape)
        for start in range(0, len(groups) if len(rows) else 0, block):
            self._add_block(rows[:, start:start + block], groups[start:start + block], block * len(rows))

    def _add_block(self, values: Floats, groups: Integers, most: int) -> None:
        bits = 53 - (most - 1).bit_length()  # a block of parts this wide sums below 2^53 units: exactly
        largest = float(max(values.max(), -values.min()))
        if not largest < LARGEST:
            raise MethodError(f"A value to be summed is missing, infinite or beyond {LARGEST:g}: {largest}")
        exponent = math.frexp(largest)[1] - bits
        rest, of = values, groups
        while largest:
            exponent = max(exponent, _SMALLEST_EXPONENT)
            # Adding and subtracting 1.5 * 2^52 units rounds to whole units; the difference is exact.
            anchor = math.ldexp(1.5, 52 + exponent)
            space = slice(0, len(rest)), slice(0, rest.shape[1])
            part = np.add(rest, anchor, out=self._part[space])
            part -= anchor
            rest = np.subtract(rest, part, out=self._rest[space])
            for other in part[1:]:  # whole units: this is exact as well
                part[0] += other
            self._add_sums(_bincount(of, part[0], self._n), exponent)
            left = np.flatnonzero((rest != 0).any(axis=0) if len(rest) > 1 else rest[0] != 0)
            if len(left) < rest.shape[1] // 2:
                rest, of = rest[:, left], of[left]
            largest = float(len(left))
            exponent -= bits + 1

    def _add_sums(self, sums: Floats, exponent: int) -> None:
        """Add block sums that are whole multiples of 2^exponent, each below 2^53 of them."""
        units = (sums * 2.0**-exponent if abs(exponent) < 1000 else np.ldexp(sums, -exponent)).astype(np.int64)
        if exponent not in self._recent:
            if len(self._recent) == _EXPONENTS_KEPT:
                self._settle()
            self._recent[exponent] = units, 1
            return
        recent, blocks = self._recent[exponent]
        recent += units
        self._recent[exponent] = recent, blocks + 1
        if blocks + 1 == _BLOCKS_KEPT:
            self._settle()

    def _settle(self) -> None:
        """Move recent block sums into 32-bit limbs, where there is room for any number of them."""
        for exponent, (units, _) in self._recent.items():
            self._room -= 1
            if self._room < 0:
                raise MethodError("Too many blocks for one exact sum")
            limb, shift = divmod(exponent, _LIMB_BITS)
            for half, values in ((0, units & _LOW), (1, units >> _LIMB_BITS)):
                shifted = values << shift
                self._limb(limb + half)[:] += shifted & _LOW
                self._limb(limb + half + 1)[:] += shifted >> _LIMB_BITS
        self._recent = {}

    def _limb(self, k: int) -> npt.NDArray[np.int64]:
        return self._limbs.setdefault(k, np.zeros(self._n, dtype=np.int64))

    def merge(self, other: ExactSums, at: Integers | None = None) -> None:
        """Add the sums of another instance, as if its rows had been added here.

        `at` is the group of this instance for each group of the other one; without it they are the same.
        """
        to = np.arange(self._n) if at is None else np.asarray(at)
        if len(to) != other._n or (len(to) and to.max() >= self._n):
            raise MethodError(f"Sums of {other._n} groups cannot be merged into {self._n}")
        other._settle()
        self._room -= _MOST_MOVES - other._room
        if self._room < 0:
            raise MethodError("Too many blocks for one exact sum")
        for limb, sums in other._limbs.items():
            np.add.at(self._limb(limb), to, sums)

    def at_rest(self) -> ExactSums:
        """Release the space for further rows, to keep many sums or to send them to another process; return the sums."""
        self._settle()
        self._part = self._rest = np.empty((0, 0))
        return self

    def totals(self) -> Floats:
        """Return the exact sum of each group, rounded once to the nearest float64."""
        self._settle()
        if not self._limbs:
            return np.zeros(self._n)
        pieces = []
        for limb, sums in self._limbs.items():
            exponent = limb * _LIMB_BITS
            below = max(_SMALLEST_EXPONENT - exponent, 0)  # bits that no float64 has: they are zero
            unit, high = math.ldexp(1.0, exponent + below), sums >> below + _LIMB_BITS
            pieces += [high * (unit * 2.0**_LIMB_BITS), ((sums >> below) - (high << _LIMB_BITS)) * unit]
        return _rounded_sums(np.stack(pieces))


def _rounded_sums(pieces: Floats) -> Floats:
    """Sum each column, rounded once to the nearest float64. Two-sums keep total + the sum of the rounding errors equal
    to the true sum. `slack` bounds the error of summing these; where both of its ends round to the same float64 that is
    the result, and `math.fsum` decides the others.
    """
    total, error, size = (np.zeros(pieces.shape[1]) for _ in range(3))
    for piece in pieces:
        new = total + piece
        back = new - total
        step_error = (total - (new - back)) + (piece - back)
        total, error, size = new, error + step_error, size + np.abs(step_error)
    slack = size * (len(pieces) * 2.0**-52)
    low, high = total + (error - slack), total + (error + slack)
    open_ = np.flatnonzero(low != high)
    low[open_] = [math.fsum(column) for column in pieces[:, open_].T.tolist()]
    return low


def _bincount(groups: Integers, part: Floats, n: int) -> Floats:
    try:
        sums = np.asarray(np.bincount(groups, weights=part, minlength=n), dtype=np.float64)
    except (ValueError, TypeError) as wrong:
        raise MethodError(f"Groups must be whole numbers in 0 ... {n - 1}: {wrong}") from wrong
    if len(sums) > n:
        raise MethodError(f"A group is out of range: {int(groups.max())} of {n}")
    return sums


def exact_sum(values: npt.ArrayLike, groups: npt.ArrayLike, n: int) -> Floats:
    """Sum the values of each group, correctly rounded: the same bits in any order.

    total_g = round(sum of values_i with group_i = g)

    Parameters
    ----------
    values
        Finite numbers below 2^900.
    groups
        Group of each value, in 0 ... n - 1.
    n
        Number of groups; a group without rows has the sum 0.

    Raises
    ------
    MethodError
        A missing, infinite or too large value; a group out of range.
    """
    numbers, places = np.asarray(values, dtype=np.float64), np.asarray(groups, dtype=np.intp)
    if max(n, len(numbers)) <= _FEW and _sound(numbers, places, n):
        return _sums_of_few(numbers, places, n)
    sums = ExactSums(n)
    sums.add(numbers, places)
    return sums.totals()


def _sound(values: Floats, groups: Integers, n: int) -> bool:
    """Return whether each value can be summed and has a group; `ExactSums` raises where not."""
    if not len(values) == len(groups) > 0:
        return False
    return bool(np.abs(values).max() < LARGEST and groups.min() >= 0 and groups.max() < n)


def _sums_of_few(values: Floats, groups: Integers, n: int) -> Floats:
    """Sum by `math.fsum`: the same bits, and faster for a few hundred values."""
    numbers, ends = values.tolist(), [len(values)]
    if n > 1:
        numbers = values[np.argsort(groups, kind="stable")].tolist()
        ends = np.bincount(groups, minlength=n).cumsum().tolist()
    parts = [numbers[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    return np.fromiter(map(math.fsum, parts), np.float64, n) + 0.0  # no sum is a negative zero


def exact_total(values: npt.ArrayLike) -> float:
    """Sum all values, correctly rounded (`math.fsum` for arrays)."""
    array = np.asarray(values, dtype=np.float64)
    return float(exact_sum(array, np.zeros(len(array), dtype=np.intp), 1)[0])
