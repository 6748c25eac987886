"""
Random walk with drift, plain and with the drift shrunk to a weak prior.

Changes per year d_i over gaps g_i:  drift m = (y_n - y_1) / T,  T = t_n - t_1,
s^2 = sum (dy_i - g_i m)^2 / g_i / (k - 1).

Plain: y_n + h m, variance s^2 (h + h^2 / T), t(k - 1).
Shrunken: prior drift N(m0, s0^2), prior sigma sig0 with nu0 degrees of freedom:
s2 = (nu0 sig0^2 + (k - 1) s^2) / (nu0 + k - 1);  1/v = 1/s0^2 + T/s2;  m = v (m0/s0^2 + T drift/s2);
y_n + h m, variance h s2 + h^2 v, t(nu0 + k - 1).

Source: textbook conjugate forms; the prior is a record (data/priors.yml), weak and not tuned.
"""

from __future__ import annotations

import numpy as np

from carbon.core.packaged import read_yaml
from carbon.trajectory.models.contract import Array, Model, Predictive


def _drift(years: Array, y: Array) -> tuple[float, float, int, float]:
    gaps = np.diff(years).astype(float)
    span = float(years[-1] - years[0])
    drift = float(y[-1] - y[0]) / span
    k = len(gaps)
    squares = float((((np.diff(y) - gaps * drift) ** 2) / gaps).sum())
    return drift, squares, k, span


def _predict_plain(years: Array, y: Array, future: Array) -> Predictive:
    drift, squares, k, span = _drift(years, y)
    h = (future - years[-1]).astype(float)
    s2 = squares / (k - 1)
    return Predictive(y[-1] + h * drift, np.sqrt(s2 * (h + h**2 / span)), k - 1)


def _posterior(years: Array, y: Array) -> tuple[float, float, float, float]:
    prior = read_yaml("carbon.trajectory", "data/priors.yml")["drift"]
    drift, squares, k, span = _drift(years, y)
    nu = prior["nu0"] + k - 1
    s2 = (prior["nu0"] * prior["sig0"] ** 2 + squares) / nu
    v = 1 / (1 / prior["s0"] ** 2 + span / s2)
    m = v * (prior["m0"] / prior["s0"] ** 2 + span * drift / s2)
    return m, v, s2, nu


def _predict_shrunken(years: Array, y: Array, future: Array) -> Predictive:
    m, v, s2, nu = _posterior(years, y)
    h = (future - years[-1]).astype(float)
    return Predictive(y[-1] + h * m, np.sqrt(h * s2 + h**2 * v), nu)


DRIFT = Model("drift", "random walk with drift", 4, _predict_plain, lambda t, y: _drift(t, y)[0])
SHRUNKEN_DRIFT = Model(
    "shrunken_drift", "random walk with shrunken drift", 4, _predict_shrunken, lambda t, y: _posterior(t, y)[0]
)
