"""The models' predictions in closed form, each alone.

All on ln E, by date (gaps count), as `models` has them. Each takes kg CO2e by year, all positive, and the years to
predict; returns year, median_kg, sd (scale of ln E), df, rate (yearly change of ln E); and raises MethodError: Too few
years, zero or unknown figures, a year that is not ahead.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from carbon.accounting.years.by_year import EARLIEST, LATEST
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.trajectory.checked_series import checked_series
from carbon.trajectory.fitting.models import MODELS, Model


def last_value(series: pd.Series, years: Sequence[int]) -> pd.DataFrame:
    """Next year is like this year; the benchmark.

    median e^(y_n), sd s_d sqrt(h);  s_d^2 = sum (d - mean d)^2 / (k - 1) over the k log changes, t(k - 1)
    """
    return _predicted(MODELS["last_value"], series, years)


def drift(series: pd.Series, years: Sequence[int]) -> pd.DataFrame:
    """Random walk with drift.

    y_n + h mean(d);  variance s_d^2 (h + h^2 / T), T = t_n - t_1 (k steps where years are even);  t(k - 1)
    """
    return _predicted(MODELS["drift"], series, years)


def shrunken_drift(series: pd.Series, years: Sequence[int]) -> pd.DataFrame:
    """Level seen with noise whose drift is shrunk to the packaged prior (data/priors.yml); the default of `fit`.

    V = D + r N of the changes d (D the gaps; N: 2 on the diagonal, -1 next to it);  m = g'V^-1 d / I, I = g'V^-1 g;
    s2 = (nu0 sig0^2 + (d - g m)'V^-1(d - g m)) / (nu0 + k - 1);  v0 = kappa s2 + s0^2;  1/v = 1/v0 + I/s2;
    b = v (m0/v0 + I m/s2);  c = (0, ..., 0, -r);  y_n + h b + c'V^-1(d - g b),
    variance width^2 (s2 (h + 2 r - c'V^-1 c) + (h - c'V^-1 g)^2 v), t(nu0 + k - 1); averaged with m0 = 0, s0 = 0.055,
    r = 0, weights w ~ flat and 1 - flat times the likelihood of d, t(nu0) with covariance sig0^2 (V + v0/s2 gg'); to
    the variance comes width^2 w (1 - w) (difference of the two)^2
    """
    return _predicted(MODELS["shrunken_drift"], series, years)


def log_linear(series: pd.Series, years: Sequence[int]) -> pd.DataFrame:
    """Least squares on logs; a diagnostic.

    a + b (t - mean t);  sd = s sqrt(1 + 1/n + (t0 - mean t)^2 / Sxx);  t(n - 2)
    """
    return _predicted(MODELS["log_linear"], series, years)


def _predicted(model: Model, series: pd.Series, years: Sequence[int]) -> pd.DataFrame:
    clean = checked_series(series, range(EARLIEST, LATEST + 1))  # years without a figure: the dates of the others
    if len(clean) < model.min_years:
        raise MethodError(f"{model.label} needs {model.min_years} years, there are {len(clean)}",
                          hint="add earlier years, or take `last_value`")
    future = np.atleast_1d(np.asarray(years))
    refuse_no_number(model.label, over=float(clean.index[-1]), years=future, hint="years after the last figure")
    t, y = clean.index.to_numpy().astype(float), np.log(clean.to_numpy())
    ahead = model.predict(t, y, future.astype(float))
    return pd.DataFrame({"year": future, "median_kg": np.exp(ahead.location), "sd": ahead.scale, "df": ahead.df,
                         "rate": model.rate(t, y)})
