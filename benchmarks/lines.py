"""Lines that no rule chooses and that win on no panel, as rivals of the models of `carbon.trajectory`.

Theil-Sen on logs: b = median over pairs of (ln E_j - ln E_i) / (t_j - t_i), level = median(y - b (t - mean t)); its
interval is that of the least-squares line with the robust spread (1.4826 MAD), an approximation. One knot: a + b t +
c max(0, t - knot), the knot with the least squares, three points each side; t(n - 4). Source: Theil 1950, Sen 1968.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from carbon.trajectory.fitting.models import Model, Predictive

Array = np.ndarray
EACH_SIDE = 3
"""Points on each side of a change of slope."""


def _predicted(design: Callable[[Array], Array], beta: Array, s2: float, df: int, t: Array, future: Array
               ) -> Predictive:
    x, x0 = design(t), design(future)
    covariance = s2 * (x0 @ np.linalg.pinv(x.T @ x) @ x0.T + np.eye(len(future)))
    return Predictive(x0 @ beta, covariance, df)


def _median_slope(t: Array, y: Array) -> float:
    i, j = np.triu_indices(len(y), 1)
    return float(np.median((y[j] - y[i]) / (t[j] - t[i])))


def _theil_sen(years: Array, y: Array, future: Array) -> Predictive:
    middle, n, b = years.mean(), len(y), _median_slope(years, y)
    t = years - middle
    a = float(np.median(y - b * t))
    s2 = (1.4826 * float(np.median(np.abs(y - a - b * t)))) ** 2 * n / (n - 2)
    return _predicted(lambda of: np.column_stack([np.ones(len(of)), of - middle]), np.array([a, b]), s2, n - 2, years,
                      future)


def _knot(years: Array, y: Array) -> tuple[float, Array, float]:
    """Return knot year, coefficients and residual sum of squares."""
    tried = []
    for knot in years[EACH_SIDE - 1:len(years) - EACH_SIDE + 1]:
        x = np.column_stack([np.ones(len(years)), years, np.maximum(0.0, years - knot)])
        beta, *_ = np.linalg.lstsq(x, y, rcond=None)
        tried.append((float(knot), beta, float(((y - x @ beta) ** 2).sum())))
    return min(tried, key=lambda of: (of[2], of[0]))


def _one_knot(years: Array, y: Array, future: Array) -> Predictive:
    knot, beta, squares = _knot(years, y)
    return _predicted(lambda of: np.column_stack([np.ones(len(of)), of, np.maximum(0.0, of - knot)]), beta,
                      squares / (len(y) - 4), len(y) - 4, years, future)


RIVALS = (
    Model("theil_sen", "Theil-Sen on logs (approximate interval)", 4, _theil_sen, _median_slope),
    Model("broken_line", "line with one change of slope", 8, _one_knot,
          lambda t, y: float(_knot(t, y)[1][1:].sum())))
"""The models, as `forecast_past` takes them."""
