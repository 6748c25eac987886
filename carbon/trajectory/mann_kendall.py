"""
Mann-Kendall, exact: is there a direction at all in a few annual values?
"""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike

from carbon.core.errors import MethodError

EXACT_UP_TO = 10
ENUMERATED_UP_TO = 8


def mann_kendall(values: ArrayLike) -> tuple[int, float]:
    """
    S statistic and exact two-sided p-value.

    S = sum over i < j of sign(x_j - x_i); p = P(|S| >= |s|) when all orders are equally likely.
    A strictly monotone series has p = 2/n!. Ties are enumerated (n <= 8).

    Returns
    -------
    (int, float)
        S and p. For n > 10, or n > 8 with ties, the normal approximation with tie correction.

    Raises
    ------
    MethodError
        Fewer than three values.

    References
    ----------
    Mann 1945; Kendall 1975. Exact null: Kendall, Rank Correlation Methods, ch. 5.
    """
    x = np.asarray(values, dtype=float)
    if len(x) < 3 or not np.isfinite(x).all():
        raise MethodError(f"Mann-Kendall needs at least three finite values, got {x.tolist()}")
    s = _s(x)
    ties = len(np.unique(x)) < len(x)
    if ties and len(x) <= ENUMERATED_UP_TO:
        return s, _enumerated_p(tuple(x.tolist()), abs(s))
    if not ties and len(x) <= EXACT_UP_TO:
        return s, _exact_p(len(x), abs(s))
    return s, _normal_p(x, s)


def _s(x: np.ndarray) -> int:
    return int(np.sign(x[None, :] - x[:, None])[np.triu_indices(len(x), 1)].sum())


@lru_cache(maxsize=32)
def _counts(n: int) -> tuple[int, ...]:
    # Number of permutations of n by number of inversions (Mahonian numbers).
    counts = [1]
    for size in range(2, n + 1):
        counts = np.convolve(counts, np.ones(size, dtype=np.int64)).tolist()
    return tuple(counts)


def _exact_p(n: int, s: int) -> float:
    counts = np.array(_counts(n), dtype=float)
    pairs = n * (n - 1) // 2
    values = np.abs(pairs - 2 * np.arange(pairs + 1))
    return float(counts[values >= s].sum() / counts.sum())


@lru_cache(maxsize=256)
def _enumerated_p(x: tuple[float, ...], s: int) -> float:
    orders = np.array(list(permutations(x)))
    i, j = np.triu_indices(len(x), 1)
    return float((np.abs(np.sign(orders[:, j] - orders[:, i]).sum(axis=1)) >= s).mean())


def _normal_p(x: np.ndarray, s: int) -> float:
    from scipy.stats import norm

    n = len(x)
    _, t = np.unique(x, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - (t * (t - 1) * (2 * t + 5)).sum()) / 18
    if variance == 0:
        return 1.0
    return float(min(1.0, 2 * norm.sf(max(abs(s) - 1, 0) / np.sqrt(variance))))
