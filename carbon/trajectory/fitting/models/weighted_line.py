"""Generalised least squares with a known split of the measurement error: V = diag(sd_year^2) + sd_shared^2 11'.

An error shared by all years moves the level and leaves the slope and its error unchanged; a year of lower data quality
has a larger sd_year and weighs less. Normal predictive (the errors are given, not estimated).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from carbon.core.errors import MethodError
from carbon.trajectory.fitting.models.contract import Array, Model, Predictive


def weighted_line(sd_year: ArrayLike, *, sd_shared: float) -> Model:
    """Return the model for one series whose errors are known.

    Parameters
    ----------
    sd_year
        Independent error of each year [ln].
    sd_shared
        Error common to all years [ln].

    Raises
    ------
    MethodError
        A standard deviation that is not positive; a number of years that does not fit.
    """
    sd = np.atleast_1d(np.asarray(sd_year, dtype=float))
    if not (np.isfinite(sd) & (sd > 0)).all() or not 0 <= sd_shared < np.inf:
        raise MethodError("sd_year must be positive and sd_shared not negative",
                          hint="both are relative errors, e.g. 0.05 for 5 %")

    def solve(years: Array, y: Array) -> tuple[Array, Array, float]:
        """Level and slope at the weighted mean year, their covariance, and that year.

        beta = C X'Wy,  C = (X'WX)^-1,  W = diag(1 / sd^2);  sd_shared^2 is added to the variance of the level.

        Raises MethodError: Another number of standard deviations than of years.
        """
        if len(sd) != len(y):
            raise MethodError(f"{len(sd)} standard deviations for {len(y)} years",
                              hint="give one for each year that is not an event year, in order")
        mean = float(np.average(years, weights=sd**-2.0))
        x = np.column_stack([np.ones(len(years)), years - mean])
        information = (x.T / sd**2) @ x
        covariance = np.linalg.inv(information)
        beta = covariance @ ((x.T / sd**2) @ y)
        covariance[0, 0] += sd_shared**2
        return beta, covariance, mean

    def predict(years: Array, y: Array, future: Array) -> Predictive:
        """Return the prediction: mean = X0 beta;  covariance = X0 C X0' + mean(sd^2) I, beta and C as in `solve`.

        A year to come is as uncertain in itself as those known are on average.
        """
        beta, covariance, mean = solve(years, y)
        x0 = np.column_stack([np.ones(len(future)), future - mean])
        year_variance = float(np.mean(sd**2)) * np.eye(len(future))
        return Predictive(x0 @ beta, x0 @ covariance @ x0.T + year_variance, np.inf)

    return Model("weighted_line", "line weighted by data quality", 3, predict, lambda t, y: float(solve(t, y)[0][1]))
