"""The exact Mann-Kendall test: the direction of a few annual values."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from carbon.core.errors import MethodError

EXACT_UP_TO = 10


def mann_kendall(values: ArrayLike) -> tuple[int, float]:
    """S statistic and exact two-sided p-value.

    S = sum over i < j of sign(x_j - x_i); p = P(|S| >= |s|) when all orders are equally likely.
    A strictly monotone series has p = 2/n!. With ties the orders of the multiset are counted: their inversions are the
    coefficients of the Gaussian multinomial [n]!/([t1]! [t2]! ...).

    Returns S and p; for n > 10 the normal approximation with tie correction, never below.

    Source: Mann 1945; Kendall 1975. Exact null: Kendall, Rank Correlation Methods, ch. 5.
    """
    x = np.asarray(values)
    if not np.issubdtype(x.dtype, np.number) or np.iscomplexobj(x):
        raise MethodError(f"Mann-Kendall needs numbers, got {x.dtype}", hint="text becomes a number where it is read")
    if x.ndim != 1:
        raise MethodError(f"Mann-Kendall needs one series, got {x.ndim} dimensions", hint="one column of a table")
    x = x.astype(float)
    if len(x) < 3 or not np.isfinite(x).all():
        raise MethodError(f"Mann-Kendall needs at least three finite values, got {x.tolist()}",
                          hint="leave unknown years out; fewer than three years have no direction")
    s = int(np.sign(x[None, :] - x[:, None])[np.triu_indices(len(x), 1)].sum())
    ties = np.unique(x, return_counts=True)[1]
    if len(x) <= EXACT_UP_TO:
        return s, _exact_p(len(x), abs(s), tuple(sorted(int(t) for t in ties if t > 1)))
    of_all, of_ties = ((k * (k - 1) * (2 * k + 5)).sum() for k in (np.array([len(x)]), ties))
    variance = (of_all - of_ties) / 18
    return s, 1.0 if variance == 0 else float(min(1.0, 2 * ndtr(-max(abs(s) - 1, 0) / np.sqrt(variance))))


@lru_cache(maxsize=32)
def _counts(n: int) -> tuple[int, ...]:
    # Number of permutations of n by number of inversions (Mahonian numbers).
    counts = [1]
    for size in range(2, n + 1):
        counts = np.convolve(counts, np.ones(size, dtype=np.int64)).tolist()
    return tuple(counts)


@lru_cache(maxsize=1024)
def _exact_p(n: int, s: int, ties: tuple[int, ...] = ()) -> float:
    counts = np.array(_counts(n), dtype=float)
    for t in ties:
        counts = np.rint(np.polydiv(counts, np.array(_counts(t), dtype=float))[0])
    pairs = len(counts) - 1
    values = np.abs(pairs - 2 * np.arange(pairs + 1))
    return float(counts[values >= s].sum() / counts.sum())
