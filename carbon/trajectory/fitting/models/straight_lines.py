"""Straight lines on logs, ln E = a + b (t - mean t): by least squares and by the median of slopes.

Log-linear least squares: sd = s sqrt(1 + 1/n + (t0 - mean t)^2 / Sxx), t(n - 2). A diagnostic: on real series its
interval covers less than it claims. Source: textbook prediction interval.

Theil-Sen: b = median over pairs of (y_j - y_i) / (t_j - t_i), level = median(y - b t). The interval borrows the form of
the least-squares line with the robust residual spread (1.4826 MAD), an approximation that the label names. Source:
Theil 1950, Sen 1968.
"""

from __future__ import annotations

import numpy as np

from carbon.trajectory.fitting.models.contract import Array, Model, Predictive, line_covariance


def _least_squares(years: Array, y: Array) -> tuple[float, float, float, float]:
    t = years - years.mean()
    sxx = float((t**2).sum())
    b = float((t * y).sum()) / sxx
    residual = y - y.mean() - b * t
    return float(y.mean()), b, float((residual**2).sum()) / (len(y) - 2), sxx


def _predict_least_squares(years: Array, y: Array, future: Array) -> Predictive:
    a, b, s2, sxx = _least_squares(years, y)
    t0 = future - years.mean()
    return Predictive(a + b * t0, line_covariance(t0, s2, s2 / len(y), s2 / sxx), len(y) - 2)


def _median_slope(years: Array, y: Array) -> tuple[float, float]:
    i, j = np.triu_indices(len(y), 1)
    b = float(np.median((y[j] - y[i]) / (years[j] - years[i])))
    return float(np.median(y - b * (years - years.mean()))), b


def _predict_median_slope(years: Array, y: Array, future: Array) -> Predictive:
    a, b = _median_slope(years, y)
    t, t0 = years - years.mean(), future - years.mean()
    spread = 1.4826 * float(np.median(np.abs(y - a - b * t)))
    s2 = spread**2 * len(y) / (len(y) - 2)
    covariance = line_covariance(t0, s2, s2 / len(y), s2 / float((t**2).sum()))
    return Predictive(a + b * t0, covariance, len(y) - 2)


LOG_LINEAR = Model("log_linear", "log-linear least squares", 4, _predict_least_squares,
                   lambda t, y: _least_squares(t, y)[1])
THEIL_SEN = Model("theil_sen", "Theil-Sen on logs (approximate interval)", 4, _predict_median_slope,
                  lambda t, y: _median_slope(t, y)[1])
