"""One-knot line: ln E = a + b t + c max(0, t - knot), continuous, for eight points or more.

The knot is the year with the least squares, at least three points on each side; df = n - 4 (the knot counts). No rule
chooses this line: it is fitted where asked for by name.
"""

from __future__ import annotations

import numpy as np

from carbon.core.errors import MethodError
from carbon.trajectory.fitting.models.contract import Array, Model, Predictive

EACH_SIDE = 3


def _design(t: Array, knot: float) -> Array:
    return np.column_stack([np.ones(len(t)), t, np.maximum(0.0, t - knot)])


def best_knot(years: Array, y: Array) -> tuple[float, Array, float]:
    """Knot year, coefficients (a, b, c) and residual sum of squares.

    Raises MethodError: Fewer than eight points.
    """
    if len(y) < 8:
        raise MethodError(f"a change of slope needs at least eight years, there are {len(y)}",
                          hint="name the year of a known change in event_years instead")
    candidates = []
    for knot in years[EACH_SIDE - 1 : len(years) - EACH_SIDE + 1]:
        x = _design(years, knot)
        beta, *_ = np.linalg.lstsq(x, y, rcond=None)
        candidates.append((float(((y - x @ beta) ** 2).sum()), float(knot), beta))
    squares, knot, beta = min(candidates, key=lambda c: (c[0], c[1]))
    return knot, beta, squares


def _predict(years: Array, y: Array, future: Array) -> Predictive:
    knot, beta, squares = best_knot(years, y)
    s2 = squares / (len(y) - 4)
    x, x0 = _design(years, knot), _design(future, knot)
    covariance = s2 * (np.eye(len(future)) + x0 @ np.linalg.pinv(x.T @ x) @ x0.T)
    return Predictive(x0 @ beta, covariance, len(y) - 4)


def _rate(years: Array, y: Array) -> float:
    _, beta, _ = best_knot(years, y)
    return float(beta[1] + beta[2])


BROKEN_LINE = Model("broken_line", "line with one change of slope", 8, _predict, _rate)
