"""Random walks: without drift (the last value), with drift, and with the drift shrunk to a weak prior.

Changes over gaps g_i:  drift m = (y_n - y_1) / T,  T = t_n - t_1,  s^2 = sum (dy_i - g_i m)^2 / g_i / (k - 1).

Last value: median e^(y_n), sd s sqrt(h), t(k - 1): the benchmark that is hard to beat at one year.
Plain: y_n + h m, variance s^2 (h + h^2 / T), t(k - 1).
Shrunken: prior drift N(m0, s0^2), prior sigma sig0 with nu0 degrees of freedom:
s2 = (nu0 sig0^2 + (k - 1) s^2) / (nu0 + k - 1);  1/v = 1/s0^2 + T/s2;  m = v (m0/s0^2 + T drift/s2);
y_n + h m, variance h s2 + h^2 v, t(nu0 + k - 1).

Source: textbook conjugate forms; the prior is a record (data/priors.yml), weak and not tuned.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from carbon.core.packaged import read_yaml
from carbon.trajectory.fitting.models.contract import Array, Model, Predictive, walk_covariance


@cache
def prior() -> dict[str, float]:
    """Return the packaged prior: m0, s0, sig0 [ln per year], nu0 [years]."""
    return read_yaml("carbon.trajectory", "data/priors.yml")["drift"]


def steps(years: Array, y: Array) -> tuple[float, float, int, float]:
    """Drift per year, sum of squared deviations per year of gap, number of steps, span in years."""
    gaps = np.diff(years).astype(float)
    span = float(years[-1] - years[0])
    drift = float(y[-1] - y[0]) / span
    squares = float((((np.diff(y) - gaps * drift) ** 2) / gaps).sum())
    return drift, squares, len(gaps), span


def _predict_last(years: Array, y: Array, future: Array) -> Predictive:
    _, squares, k, _ = steps(years, y)
    h = (future - years[-1]).astype(float)
    return Predictive(np.full(len(h), y[-1]), walk_covariance(h, squares / (k - 1), 0.0), k - 1)


def _predict_plain(years: Array, y: Array, future: Array) -> Predictive:
    drift, squares, k, span = steps(years, y)
    h = (future - years[-1]).astype(float)
    s2 = squares / (k - 1)
    return Predictive(y[-1] + h * drift, walk_covariance(h, s2, s2 / span), k - 1)


def posterior(years: Array, y: Array) -> tuple[float, float, float, float]:
    """Drift m, its variance v, step variance s2, degrees of freedom."""
    p = prior()
    drift, squares, k, span = steps(years, y)
    nu = p["nu0"] + k - 1
    s2 = (p["nu0"] * p["sig0"] ** 2 + squares) / nu
    v = 1 / (1 / p["s0"] ** 2 + span / s2)
    return v * (p["m0"] / p["s0"] ** 2 + span * drift / s2), v, s2, nu


def _predict_shrunken(years: Array, y: Array, future: Array) -> Predictive:
    m, v, s2, nu = posterior(years, y)
    h = (future - years[-1]).astype(float)
    return Predictive(y[-1] + h * m, walk_covariance(h, s2, v), nu)


LAST_VALUE = Model("last_value", "last value", 3, _predict_last, lambda t, y: 0.0)
DRIFT = Model("drift", "random walk with drift", 4, _predict_plain, lambda t, y: steps(t, y)[0])
SHRUNKEN_DRIFT = Model(
    "shrunken_drift", "random walk with shrunken drift", 4, _predict_shrunken, lambda t, y: posterior(t, y)[0]
)
