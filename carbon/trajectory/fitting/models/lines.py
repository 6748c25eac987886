"""Lines on logs, ln E = X beta: by least squares, with one change of slope, by the median of slopes, by known errors.

A year to come: X0 beta, covariance X0 C X0' + v I, with C the covariance of beta and v the variance of one year.
Least squares: C = s2 (X'X)^-1, v = s2 = sum of squares / df, t(df). Log-linear: X = 1, t - mean t; df = n - 2; on real
series its interval covers less than it claims. One knot: X = 1, t, max(0, t - knot), the knot the year with the least
squares, three points on each side; df = n - 4 (the knot counts). No rule chooses it: it is fitted by name only.
Theil-Sen: b = median over pairs of (y_j - y_i) / (t_j - t_i), level = median(y - b t); C and v of the least-squares
line with the robust spread (1.4826 MAD), an approximation that the label names.
Known errors: V = diag(sd_year^2) + sd_shared^2 11', C = (X'V^-1 X)^-1, v = mean sd_year^2, normal. A shared error moves
the level and leaves the slope and its error; a year of lower data quality weighs less.

Source: textbook prediction intervals; Theil 1950, Sen 1968.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from carbon.core.errors import MethodError
from carbon.trajectory.checked_series import refuse_errors
from carbon.trajectory.fitting.models.contract import Array, Model, Predictive

EACH_SIDE = 3


class _Line(NamedTuple):
    """A fitted line: X of years, beta, its covariance C, variance v of one year, degrees of freedom."""

    design: Callable[[Array], Array]
    beta: Array
    covariance: Array
    variance: float
    df: float


def _straight(middle: float) -> Callable[[Array], Array]:
    return lambda t: np.column_stack([np.ones(len(t)), t - middle])


def _bent(knot: float) -> Callable[[Array], Array]:
    return lambda t: np.column_stack([np.ones(len(t)), t, np.maximum(0.0, t - knot)])


def _solved(x: Array, y: Array) -> tuple[Array, float]:
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    return beta, float(((y - x @ beta) ** 2).sum())


def _spread(design: Callable[[Array], Array], beta: Array, years: Array, s2: float, df: int) -> _Line:
    x = design(years)
    return _Line(design, beta, s2 * np.linalg.pinv(x.T @ x), s2, df)


def _least_squares(years: Array, y: Array) -> _Line:
    design, df = _straight(years.mean()), len(y) - 2
    beta, squares = _solved(design(years), y)
    return _spread(design, beta, years, squares / df, df)


def _median_slope(years: Array, y: Array) -> _Line:
    i, j = np.triu_indices(len(y), 1)
    b = float(np.median((y[j] - y[i]) / (years[j] - years[i])))
    t, n = years - years.mean(), len(y)
    a = float(np.median(y - b * t))
    s2 = (1.4826 * float(np.median(np.abs(y - a - b * t)))) ** 2 * n / (n - 2)
    return _spread(_straight(years.mean()), np.array([a, b]), years, s2, n - 2)


def best_knot(years: Array, y: Array) -> tuple[float, Array, float]:
    """Knot year, coefficients (a, b, c) and residual sum of squares.

    Raises MethodError: Fewer than eight points.
    """
    if len(y) < 8:
        raise MethodError(f"a change of slope needs at least eight years, there are {len(y)}",
                          hint="name the year of a known change in event_years instead")
    tried = [(float(knot), *_solved(_bent(knot)(years), y)) for knot in years[EACH_SIDE - 1:len(years) - EACH_SIDE + 1]]
    return min(tried, key=lambda of: (of[2], of[0]))


def _one_knot(years: Array, y: Array) -> _Line:
    knot, beta, squares = best_knot(years, y)
    return _spread(_bent(knot), beta, years, squares / (len(y) - 4), len(y) - 4)


def _line(name: str, label: str, min_years: int, fitted: Callable[[Array, Array], _Line]) -> Model:
    def predict(years: Array, y: Array, future: Array) -> Predictive:
        """Return X0 beta with covariance X0 C X0' + v I."""
        of = fitted(years, y)
        x0 = of.design(future)
        return Predictive(x0 @ of.beta, x0 @ of.covariance @ x0.T + of.variance * np.eye(len(future)), of.df)

    return Model(name, label, min_years, predict, lambda t, y: float(fitted(t, y).beta[1:].sum()))


def weighted_line(sd_year: ArrayLike, *, sd_shared: float) -> Model:
    """Return the model for one series whose errors are known, of each year and common to all [ln].

    Raises MethodError: A standard deviation that is not positive; a number of years that does not fit.
    """
    sd = np.atleast_1d(np.asarray(sd_year, dtype=float))
    refuse_errors(sd, sd_shared)

    def fitted(years: Array, y: Array) -> _Line:
        """Return the line at the weighted mean year: a shared error adds sd_shared^2 to the variance of its level."""
        if len(sd) != len(y):
            raise MethodError(f"{len(sd)} standard deviations for {len(y)} years",
                              hint="give one for each year that is not an event year, in order")
        design = _straight(float(np.average(years, weights=sd**-2.0)))
        weights = design(years).T / sd**2
        covariance = np.linalg.inv(weights @ design(years))
        beta = covariance @ (weights @ y)
        covariance[0, 0] += sd_shared**2
        return _Line(design, beta, covariance, float(np.mean(sd**2)), np.inf)

    return _line("weighted_line", "line weighted by data quality", 3, fitted)


LOG_LINEAR = _line("log_linear", "log-linear least squares", 4, _least_squares)
THEIL_SEN = _line("theil_sen", "Theil-Sen on logs (approximate interval)", 4, _median_slope)
BROKEN_LINE = _line("broken_line", "line with one change of slope", 8, _one_knot)
