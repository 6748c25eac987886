"""
The multiplier that a source of doubt puts on every row that shares it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError

Floats = npt.NDArray[np.float64]
Raw = npt.NDArray[np.uint64]
_CELLS, _TAIL = 1 << 16, 1 << 8
LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM = "lognormal", "normal", "triangular", "uniform"
DISTRIBUTIONS = (LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM)
Z95 = 1.959963984540054
"""97.5th percentile of the standard normal."""


def sigma_of_gsd2(gsd2: npt.ArrayLike) -> Floats:
    """
    sigma = ln(GSD2) / 2: about 95 % lies in [x / GSD2, x * GSD2].

    Raises
    ------
    MethodError
        A GSD2 below 1.
    """
    values = np.asarray(gsd2, dtype=np.float64)
    if not (values >= 1).all():
        raise MethodError(f"A squared geometric standard deviation below 1 or missing: {values.min()}",
                          hint="1 is perfectly certain; 1.5 means a factor of 1.5 either way.")
    return np.log(values) / 2


def mean(distribution: pd.Series, spread: Floats) -> Floats:
    """
    Mean of the multiplier: exp(spread^2 / 2) for a lognormal with median 1, else 1.
    """
    return np.where(distribution == LOGNORMAL, np.exp(spread**2 / 2), 1.0)


def cv2(distribution: pd.Series, spread: Floats) -> Floats:
    """
    Variance of the multiplier / its mean squared.

    lognormal: exp(spread^2) - 1 (spread: sd of the logarithm); normal: spread^2 (relative sd);
    triangular: spread^2 / 6 and uniform: spread^2 / 3 (spread: half width, relative).
    """
    squared = spread**2
    out = np.where(distribution == LOGNORMAL, np.expm1(squared), squared)
    for name, divisor in ((TRIANGULAR, 6.0), (UNIFORM, 3.0)):
        out[(distribution == name).to_numpy()] /= divisor
    return out


def uniform(raw: Raw) -> Floats:
    """
    Numbers inside (0, 1) from random bits; made by hand, so that they do not depend on numpy's way of making one.

    52 bits: with 53, the largest would round to 1, whose normal number is infinite.
    """
    out = (raw >> np.uint64(12)).astype(np.float64)
    out += 0.5
    out *= 2.0**-52
    return out


def standard_normal(raw: Raw) -> Floats:
    """
    Standard normal numbers from random bits: the inverse of the distribution.

    Linear between 65,536 nodes, which is within 6e-7 of it; beyond 2.66 (below 1/256 and above 255/256) exact.
    """
    cell = (raw >> np.uint64(48)).view(np.int64)
    # Node and step lie side by side: one reach into memory a number. `clip` only spares a copy.
    node = _nodes().take(cell, axis=0, mode="clip")
    out = (raw & np.uint64((1 << 48) - 1)).view(np.int64).astype(np.float64)
    out *= node[..., 1]
    out += node[..., 0]
    tail = cell.view(np.uint64) - np.uint64(_TAIL) >= np.uint64(_CELLS - 2 * _TAIL)  # below it, it wraps to the largest
    out[tail] = _inverse(uniform(raw[tail]))
    return out


@cache
def _nodes() -> Floats:
    at = _inverse(np.arange(1, _CELLS) / _CELLS)
    nodes = np.concatenate([at[:1], at, at[-1:]])  # the two ends are in the tails
    return np.stack([nodes[:-1], np.diff(nodes) * 2.0**-48], axis=1)


def _inverse(probability: Floats) -> Floats:
    from scipy.special import ndtri

    return ndtri(probability)


def draw(distribution: str, spread: Floats, raw: Raw) -> Floats:
    """
    Multipliers from random bits: the inverse of the distribution; `spread` may differ from row to row.
    """
    if distribution in (LOGNORMAL, NORMAL):
        out = standard_normal(raw)
        out *= spread
        return np.exp(out, out=out) if distribution == LOGNORMAL else np.add(out, 1, out=out)
    at = uniform(raw)
    left = np.sqrt(2 * at) - 1
    right = 1 - np.sqrt(2 * (1 - at))
    off = 2 * at - 1 if distribution == UNIFORM else np.where(at < 0.5, left, right)
    return np.asarray(1 + spread * off)


def check(distribution: pd.Series, spread: pd.Series) -> None:
    """
    Refuse unknown distributions and spreads that are negative, missing or let the multiplier fall below zero.
    """
    unknown = ~distribution.isin(DISTRIBUTIONS)
    bad = ~(spread >= 0) | (distribution.isin([TRIANGULAR, UNIFORM]) & (spread > 1)) | ~np.isfinite(spread)
    if (unknown | bad).any():
        raise MethodError("Sources of doubt with an unknown distribution or an impossible spread",
                          rows=pd.DataFrame({"distribution": distribution, "spread": spread})[unknown | bad],
                          hint=f"distribution one of {DISTRIBUTIONS}; spread 0 or more, a half width at most 1.")
