"""
Scores of forecasts: how far off, how wide, how honest.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import beta, ndtr, stdtr

ENOUGH_FORECASTS = 3


def crps_normal(z: ArrayLike, scale: ArrayLike) -> np.ndarray:
    """
    Continuous ranked probability score of a normal forecast.

    CRPS = s [z (2 F(z) - 1) + 2 f(z) - 1/sqrt(pi)],  z = (x - location) / s.

    References
    ----------
    Gneiting and Raftery 2007, JASA 102:359, eq. 21.
    """
    z = np.asarray(z, dtype=float)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray(scale) * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi))


def crps_student(z: ArrayLike, scale: ArrayLike, df: ArrayLike) -> np.ndarray:
    """
    The same for a Student-t forecast with df > 1 degrees of freedom.

    CRPS = s [z (2 F(z) - 1) + 2 f(z) (df + z^2)/(df - 1) - 2 sqrt(df)/(df - 1) B(1/2, df - 1/2)/B(1/2, df/2)^2].

    References
    ----------
    Jordan, Krueger and Lerch 2019, J. Stat. Softw. 90(12), appendix A.
    """
    z, df = np.asarray(z, dtype=float), np.asarray(df, dtype=float)
    density = (1 + z**2 / df) ** (-(df + 1) / 2) / (np.sqrt(df) * beta(0.5, df / 2))
    constant = 2 * np.sqrt(df) / (df - 1) * beta(0.5, df - 0.5) / beta(0.5, df / 2) ** 2
    return np.asarray(scale) * (z * (2 * stdtr(df, z) - 1) + 2 * density * (df + z**2) / (df - 1) - constant)


def crps_ensemble(draws: ArrayLike, actual: float) -> float:
    """
    The same for an ensemble of draws: mean |x - a| - mean |x - x'| / 2.
    """
    x = np.sort(np.asarray(draws, dtype=float))
    n = len(x)
    spread = 2 * float(((2 * np.arange(1, n + 1) - n - 1) * x).sum()) / n**2
    return float(np.abs(x - actual).mean()) - spread / 2


def interval_score(low: ArrayLike, high: ArrayLike, actual: ArrayLike, *, level: float) -> np.ndarray:
    """
    Winkler score: width + (2 / alpha) x miss, alpha = 1 - level.

    References
    ----------
    Gneiting and Raftery 2007, eq. 43.
    """
    low, high, actual = (np.asarray(v, dtype=float) for v in (low, high, actual))
    miss = np.maximum(0, low - actual) + np.maximum(0, actual - high)
    return high - low + 2 / (1 - level) * miss


def coverage_words(inside: int, forecasts: int, *, level: float) -> str:
    """
    What can be said of an interval's record, with an exact binomial test against its nominal level.
    """
    if forecasts < ENOUGH_FORECASTS:
        return "not enough forecasts to judge the interval"
    from scipy.stats import binomtest

    p = binomtest(inside, forecasts, level).pvalue
    verdict = "consistent with" if p >= 0.05 else "not consistent with"
    share = f"{inside} of {forecasts} past years fell inside the {level:.0%} interval"
    return f"{share} ({verdict} {level:.0%}, p = {p:.2g})"


def summarise(forecasts: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """
    One line a model: forecasts, mean absolute log error, skill against the last value, CRPS, coverage, interval score.

    skill = 1 - MAE / MAE(last value), on the same forecasts.
    """
    table = forecasts.groupby("model", sort=True).agg(
        forecasts=("error", "size"), mae=("error", lambda e: e.abs().mean()), crps=("crps", "mean"),
        inside=("inside", "sum"), interval_score=("interval_score", "mean"),
    )
    benchmark = table["mae"].get("last_value", np.nan)
    counts = zip(table["inside"], table["forecasts"], strict=True)
    words = [coverage_words(int(i), int(n), level=level) for i, n in counts]
    return table.assign(
        skill=1 - table["mae"] / benchmark, coverage=table["inside"] / table["forecasts"], record=words
    ).reset_index()
