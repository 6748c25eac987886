"""
The multiplier that a source of doubt puts on every row that shares it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError

Floats = npt.NDArray[np.float64]
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


def draw(distribution: str, spread: float, uniform: Floats) -> Floats:
    """
    Multipliers at given uniform numbers in (0, 1): the inverse of the distribution.
    """
    from scipy.special import ndtri

    if distribution == LOGNORMAL:
        return np.exp(spread * ndtri(uniform))
    if distribution == NORMAL:
        return 1 + spread * ndtri(uniform)
    if distribution == UNIFORM:
        return 1 + spread * (2 * uniform - 1)
    left = np.sqrt(2 * uniform) - 1
    right = 1 - np.sqrt(2 * (1 - uniform))
    return 1 + spread * np.where(uniform < 0.5, left, right)


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
