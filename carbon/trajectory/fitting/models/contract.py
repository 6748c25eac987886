"""The contract of a model: input, log values of past years; output, a joint distribution of future years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from carbon.core.display import Displayed
from carbon.core.errors import MethodError

Array = np.ndarray


@dataclass(frozen=True, repr=False)
class Predictive(Displayed):
    """Joint Student-t predictive distribution of ln E over the future years (df infinite: normal).

    location [ln kg], covariance (scale matrix) [ln kg squared], df. Years are not independent: a path that starts high
    stays high, which is what a budget needs. A covariance of NaN: the spread is not known, only the median is.
    """

    location: Array
    covariance: Array
    df: float

    @property
    def scale(self) -> Array:
        """Scale of each year on its own [ln kg]."""
        return np.sqrt(np.diagonal(self.covariance))

    def without_spread(self) -> Predictive:
        """Return the same medians without a spread, for too few years to know one."""
        return replace(self, covariance=np.full_like(self.covariance, np.nan))

    def quantile(self, p: float) -> Array:
        """Return the p-quantile of E [kg] by future year; other than the median NaN where the spread is not known."""
        if p == 0.5:
            return np.exp(self.location)
        z = stdtrit(self.df, p) if np.isfinite(self.df) else ndtri(p)
        return np.exp(self.location + self.scale * z)

    def probability_at_most(self, kg: float | Array) -> Array:
        """Return P(E <= kg) by future year."""
        with np.errstate(divide="ignore"):
            z = (np.log(kg) - self.location) / self.scale
        return stdtr(self.df, z) if np.isfinite(self.df) else ndtr(z)

    def paths(self, draws: int, *, seed: int) -> Array:
        """Draw paths of E [kg], (draws, years); the same seed gives the same bits.

        Raises MethodError: The spread is not known: three years leave no interval, and so no path to draw.
        """
        if np.isnan(self.covariance).any():
            raise MethodError("three years give no interval, so no path is drawn: cannot tell",
                              hint="add earlier years to reported_inventories")
        rng = np.random.Generator(np.random.PCG64(seed))
        root = np.linalg.cholesky(self.covariance + 1e-15 * np.eye(len(self.location)))
        z = rng.standard_normal((draws, len(self.location))) @ root.T
        if np.isfinite(self.df):
            z *= np.sqrt(self.df / rng.chisquare(self.df, (draws, 1)))
        return np.exp(self.location + z)


@dataclass(frozen=True, repr=False)
class Model(Displayed):
    """A named way to predict.

    `predict(years, log_values, future_years)` returns a Predictive; `rate(years, log_values)` the yearly change of
    ln E that the model implies; `min_years` the fewest points for which its interval exists.
    """

    name: str
    label: str
    min_years: int
    predict: Callable[[Array, Array, Array], Predictive]
    rate: Callable[[Array, Array], float]


def walk_covariance(horizon: Array, step_variance: float, drift_variance: float) -> Array:
    """Covariance of a random walk with an uncertain drift: s^2 min(h_i, h_j) + v h_i h_j."""
    return step_variance * np.minimum.outer(horizon, horizon) + drift_variance * np.outer(horizon, horizon)
