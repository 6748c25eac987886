"""Scores of forecasts: error, width and coverage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import beta, betaln, ndtr, stdtr, xlogy

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number

ENOUGH_FORECASTS = 3
NOT_ENOUGH = "not enough forecasts to judge the interval"


def _known(what: str, values: ArrayLike, *, over: float | None = None) -> np.ndarray:
    """Numbers as an array; a list of them serves too."""
    array = np.asarray(values)
    refuse_no_number(what, over=over, values=array[()] if array.dtype.kind in "iuf" else values)
    return array.astype(float)


def crps_normal(z: ArrayLike, scale: ArrayLike) -> np.ndarray:
    """Continuous ranked probability score of a normal forecast.

    CRPS = s [z (2 F(z) - 1) + 2 f(z) - 1/sqrt(pi)],  z = (x - location) / s.

    Source: Gneiting and Raftery 2007, JASA 102:359, eq. 21.
    """
    z, scale = _known("CRPS", z), _known("CRPS", scale, over=0)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray(scale) * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi))


def crps_student(z: ArrayLike, scale: ArrayLike, df: ArrayLike) -> np.ndarray:
    """Return the CRPS of a Student-t forecast with df > 1 degrees of freedom.

    CRPS = s [z (2 F(z) - 1) + 2 f(z) (df + z^2)/(df - 1) - 2 sqrt(df)/(df - 1) B(1/2, df - 1/2)/B(1/2, df/2)^2].

    Source: Jordan, Krueger and Lerch 2019, J. Stat. Softw. 90(12), appendix A.
    """
    z, scale, df = _known("CRPS", z), _known("CRPS", scale, over=0), _known("CRPS", df, over=1)
    density = (1 + z**2 / df) ** (-(df + 1) / 2) / (np.sqrt(df) * beta(0.5, df / 2))
    constant = 2 * np.sqrt(df) / (df - 1) * beta(0.5, df - 0.5) / beta(0.5, df / 2) ** 2
    return np.asarray(scale) * (z * (2 * stdtr(df, z) - 1) + 2 * density * (df + z**2) / (df - 1) - constant)


def interval_score(low: ArrayLike, high: ArrayLike, actual: ArrayLike, *, level: float) -> np.ndarray:
    """Winkler score: width + (2 / alpha) x miss, alpha = 1 - level.

    Source: Gneiting and Raftery 2007, eq. 43.
    """
    low, high, actual = (_known("interval score", v) for v in (low, high, actual))
    refuse_no_number("interval score", over=0, level=level, hint="0.8 means 80 %")
    if not level < 1 or (high < low).any():
        raise MethodError("an interval that ends before it begins, or a level of 1",
                          hint="low, high, and e.g. level=0.8")
    miss = np.maximum(0, low - actual) + np.maximum(0, actual - high)
    return high - low + 2 / (1 - level) * miss


def binomial_p(inside: int, forecasts: int, level: float) -> float:
    """Exact two-sided binomial test: the chance of a count no likelier than the one seen, if the level were true."""
    refuse_no_number("binomial test", at_least=0, inside=inside, forecasts=forecasts)
    refuse_no_number("binomial test", over=0, level=level, hint="0.8 means 80 %")
    if inside > forecasts or inside != int(inside) or forecasts != int(forecasts) or not level < 1:
        raise MethodError(f"{inside} of {forecasts} at level {level} is no count", hint="whole numbers, level under 1")
    k = np.arange(forecasts + 1)
    # Beta and not binomial coefficients, which are infinite from about a thousand forecasts on.
    of_one_order = xlogy(k, level) + xlogy(forecasts - k, 1 - level)
    chance = np.exp(of_one_order - betaln(k + 1, forecasts - k + 1)) / (forecasts + 1)
    # The tolerance takes counts that are exactly as likely, as R and scipy do.
    return float(min(1.0, chance[chance <= chance[inside] * (1 + 1e-7)].sum()))


def tracking_signal(errors: ArrayLike) -> float:
    """Sum of errors over their mean size, sum(e) / mean |e|; beyond +-4 the model lags behind the series."""
    e = np.atleast_1d(_known("tracking signal", errors))
    if np.isnan(e).any():
        raise MethodError("an error that is not known", hint="leave the years without a forecast out")
    size = float(np.abs(e).mean()) if len(e) else 0.0
    return float(e.sum()) / size if size > 0 else 0.0


def coverage_words(inside: int, forecasts: int, *, level: float) -> str:
    """Return a sentence on an interval's record, with an exact binomial test against its nominal level."""
    refuse_no_number("record of an interval", at_least=0, inside=inside, forecasts=forecasts, level=level)
    if forecasts < ENOUGH_FORECASTS:
        return NOT_ENOUGH
    p = binomial_p(inside, forecasts, level)
    return (f"{inside} of {forecasts} past years fell inside the {level:.0%} interval "
            f"({'' if p >= 0.05 else 'not '}consistent with {level:.0%}, p = {p:.2g})")


def summarise(forecasts: Mapping[str, Any] | pd.DataFrame, *, level: float) -> pd.DataFrame:
    """One line a model: forecasts, mean absolute log error, skill against the last value, CRPS, coverage, interval
    score.

    skill = 1 - MAE / MAE(last value), on the same forecasts. Two forecasts or fewer do not test an interval:
    coverage and p_value are NaN.
    """
    names, code = np.unique(np.asarray(forecasts["model"], dtype=str), return_inverse=True)
    counts = np.bincount(code, minlength=len(names))

    def mean(values: ArrayLike) -> np.ndarray:
        """Mean of some values of each forecast [their unit], one for each model."""
        return np.bincount(code, weights=np.asarray(values, dtype=float), minlength=len(names)) / counts

    inside = np.bincount(code, weights=np.asarray(forecasts["inside"], dtype=float), minlength=len(names)).astype(int)
    mae = mean(np.abs(forecasts["error"]))
    of = list(zip(*(np.asarray(forecasts[c]).tolist() for c in ("model", "origin", "year", "error")), strict=True))
    last_value = {(origin, year): abs(error) for model, origin, year, error in of if model == "last_value"}
    with np.errstate(divide="ignore", invalid="ignore"):
        skill = 1 - mae / mean([last_value.get((origin, year), np.nan) for _, origin, year, _ in of])
    enough = counts >= ENOUGH_FORECASTS
    p_value = [binomial_p(int(i), int(n), level) for i, n in zip(inside, counts, strict=True)]
    return pd.DataFrame({
        "model": names, "forecasts": counts, "mae": mae, "crps": mean(forecasts["crps"]), "inside": inside,
        "interval_score": mean(forecasts["interval_score"]), "skill": skill,
        "coverage": np.where(enough, inside / counts, np.nan), "p_value": np.where(enough, p_value, np.nan),
        "record": [coverage_words(int(i), int(n), level=level) for i, n in zip(inside, counts, strict=True)]})
