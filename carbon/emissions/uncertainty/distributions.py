"""Distributions of the multiplier by which a source of uncertainty scales every row that shares it."""

from __future__ import annotations

import threading
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint32]
Words = npt.NDArray[np.object_]
_CELLS, _TAIL = 1 << 16, 1 << 8
LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM = "lognormal", "normal", "triangular", "uniform"
DISTRIBUTIONS = (LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM)
Z95 = 1.959963984540054
"""97.5th percentile of the standard normal."""


def sigma_of_gsd2(gsd2: npt.ArrayLike) -> Floats:
    """Convert a squared geometric standard deviation: sigma = ln(GSD2) / 2; 95 % lies in [x / GSD2, x * GSD2].

    Raises MethodError: A GSD2 below 1, missing or infinite.
    """
    numbers = np.asarray(gsd2)
    if numbers.dtype.kind not in "iuf":
        raise MethodError(f"A squared geometric standard deviation of {gsd2!r}", hint="give numbers of 1 or more")
    values = numbers.astype(np.float64)
    if not ((values >= 1) & (values < np.inf)).all():
        worst = values[~((values >= 1) & (values < np.inf))].flat[0]
        raise MethodError(f"A squared geometric standard deviation below 1, missing or infinite: {worst}",
                          hint="1 is perfectly certain; 1.5 means a factor of 1.5 either way.")
    return np.log(values) / 2


def mean(distribution: pd.Series | Words, spread: Floats) -> Floats:
    """Calculate the mean of the multiplier: exp(spread^2 / 2) for a lognormal with median 1, else 1."""
    _refuse_unknown(distribution)
    return np.where(distribution == LOGNORMAL, np.exp(spread**2 / 2), 1.0)


def cv2(distribution: pd.Series | Words, spread: Floats) -> Floats:
    """Calculate the variance of the multiplier over its mean squared.

    lognormal: exp(spread^2) - 1 (spread: sd of the logarithm); normal: spread^2 (relative sd);
    triangular: spread^2 / 6 and uniform: spread^2 / 3 (spread: half width, relative).
    """
    _refuse_unknown(distribution)
    squared = spread**2
    out = np.where(distribution == LOGNORMAL, np.expm1(squared), squared)
    for name, divisor in ((TRIANGULAR, 6.0), (UNIFORM, 3.0)):
        out[np.asarray(distribution == name)] /= divisor
    return out


def _refuse_unknown(distribution: pd.Series | Words) -> None:
    if not isinstance(distribution, pd.Series | np.ndarray) or not {*pd.unique(distribution)} <= {*DISTRIBUTIONS}:
        raise MethodError("The distribution is not known", hint=f"give a Series of words out of {DISTRIBUTIONS}")


def uniform(raw: Bits) -> Floats:
    """Return numbers inside (0, 1) from random bits, the same with any version of numpy.

    32 bits: two draws of a source in 2^32 are the same, and no normal number is beyond 6.4.
    """
    out = raw.astype(np.float64)
    out += 0.5
    out *= 2.0**-32
    return out


class Room(threading.local):
    """Scratch space of each thread: fresh memory for each batch would cost more than its numbers."""

    def __init__(self, size: int) -> None:
        self.raw = np.empty(size, dtype=np.uint32)
        self.cell = np.empty(size, dtype=np.intp)
        self.node = np.empty(size, dtype=np.complex128)
        self.out = np.empty(size)


def standard_normal(raw: Bits, room: Room | None = None) -> Floats:
    """Return standard normal numbers from random bits: the inverse of the distribution.

    Linear between 65,536 nodes, which is within 6e-7 of it; beyond 2.66 (below 1/256 and above 255/256) exact.
    The result is part of the `room`, where one is given.
    """
    bits, room = raw.ravel(), room or Room(raw.size)
    cell, node, out = room.cell[:raw.size], room.node[:raw.size], room.out[:raw.size]
    cell[:] = bits >> np.uint32(16)
    # Line and slope lie side by side: one reach into memory a number. `clip` only spares a copy.
    _lines().take(cell, mode="clip", out=node)
    out[:] = bits.view(np.int32)
    out *= node.imag
    out += node.real
    tail = np.flatnonzero(bits - np.uint32(_TAIL << 16) >= np.uint32((_CELLS - 2 * _TAIL) << 16))  # below it, it wraps
    out[tail] = _inverse(uniform(bits[tail]))
    return out.reshape(raw.shape)


@cache
def _lines() -> npt.NDArray[np.complex128]:
    """Return the lines between nodes of the inverse: value where the bits are 0 as a signed number, and i x slope."""
    at = _inverse(np.arange(1, _CELLS) / _CELLS)
    nodes = np.concatenate([at[:1], at, at[-1:]])  # the two ends are in the tails
    first = np.arange(_CELLS, dtype=np.uint16).view(np.int16)  # of a cell's signed numbers, in units of 2^16
    step = np.diff(nodes)
    # Half a unit is added: `uniform` of these bits.
    return nodes[:-1] + step * (2.0**-17 - first) + 1j * (step * 2.0**-16)


def _inverse(probability: Floats) -> Floats:
    from scipy.special import ndtri

    return ndtri(probability)


def draw(distribution: str, spread: Floats, raw: Bits, *, out: Floats, room: Room) -> None:
    """Write multipliers from random bits into `out`, by the inverse of the distribution.

    `spread` may differ from row to row.
    """
    if distribution in (LOGNORMAL, NORMAL):
        number = standard_normal(raw, room)
        number *= spread
        np.exp(number, out=out) if distribution == LOGNORMAL else np.add(number, 1, out=out)
        return
    at = uniform(raw)
    left = np.sqrt(2 * at) - 1
    right = 1 - np.sqrt(2 * (1 - at))
    off = 2 * at - 1 if distribution == UNIFORM else np.where(at < 0.5, left, right)
    np.add(1, spread * off, out=out)


def check(distribution: Words, spread: Floats) -> None:
    """Raise for unknown distributions and spreads that are negative, missing or let the multiplier fall below zero."""
    lognormal, normal, triangular, uniform = (distribution == name for name in DISTRIBUTIONS)
    bounded = triangular | uniform
    bad = ~(lognormal | normal | bounded) | ~(spread >= 0) | (bounded & (spread > 1)) | ~np.isfinite(spread)
    if bad.any():
        raise MethodError("Sources of uncertainty with an unknown distribution or an impossible spread",
                          rows=pd.DataFrame({"distribution": distribution, "spread": spread})[bad],
                          hint=f"distribution one of {DISTRIBUTIONS}; spread 0 or more, a half width at most 1.")
