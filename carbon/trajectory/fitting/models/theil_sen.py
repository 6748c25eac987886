"""Theil-Sen on logs: b = median over pairs of (y_j - y_i) / (t_j - t_i); level = median(y - b t).

The interval borrows the form of the least-squares line with the robust residual spread (1.4826 MAD): an approximation,
said in the label. Source: Theil 1950, Sen 1968.
"""

from __future__ import annotations

import numpy as np

from carbon.trajectory.fitting.models.contract import Array, Model, Predictive, line_covariance


def _line(years: Array, y: Array) -> tuple[float, float]:
    i, j = np.triu_indices(len(y), 1)
    b = float(np.median((y[j] - y[i]) / (years[j] - years[i])))
    return float(np.median(y - b * (years - years.mean()))), b


def _predict(years: Array, y: Array, future: Array) -> Predictive:
    a, b = _line(years, y)
    t, t0 = years - years.mean(), future - years.mean()
    spread = 1.4826 * float(np.median(np.abs(y - a - b * t)))
    s2 = spread**2 * len(y) / (len(y) - 2)
    covariance = line_covariance(t0, s2, s2 / len(y), s2 / float((t**2).sum()))
    return Predictive(a + b * t0, covariance, len(y) - 2)


THEIL_SEN = Model("theil_sen", "Theil-Sen on logs (approximate interval)", 4, _predict, lambda t, y: _line(t, y)[1])
