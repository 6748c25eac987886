"""Models of a yearly series on the log scale: each is a name and a function that predicts (formulas: `closed_forms`).

The state behind the shrunken drift over gaps g: y_t = level_t + e_t, level_t = level_(t-1) + g drift + w_t,
var w = g sigma^2, var e = r sigma^2; its covariance over years to come is
s2 (min(h, h') + r + r [h = h'] - c'V^-1c) + (h - c'V^-1g)(h' - c'V^-1g) v, times width^2. r = kappa = 0: a random walk
whose drift is shrunk. Known errors of years add to this: V + N(sd^2)/s2, mean sd^2 to each future year. The mean with
its flat alternative (`Prior.flat`) is the prediction.

The line of least squares, ln E = X beta, is there by name: on real series its interval covers less than it claims.

Source: textbook conjugate forms (local level model, Harvey 1989, ch. 2 and 4) and prediction intervals; the prior is
learnt (`prior`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import MethodError
from carbon.trajectory.fitting.prior import Expected, Prior, expected, packaged

Array = np.ndarray
DEFAULT_MODEL = "shrunken_drift"


@dataclass(frozen=True, repr=False)
class Predictive(HandsOut, Displayed):
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

    @property
    def root(self) -> Array:
        """Lower triangle whose square is the covariance."""
        return np.linalg.cholesky(self.covariance + 1e-15 * np.eye(len(self.location)))

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
        z = rng.standard_normal((draws, len(self.location))) @ self.root.T
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


def _drift(years: Array, y: Array) -> float:
    return float(y[-1] - y[0]) / float(years[-1] - years[0])


def _plain(years: Array, y: Array, future: Array, *, drifts: bool) -> Predictive:
    """Return the walk with its drift, or without: the spread is about the mean change in both."""
    gaps, drift, h = np.diff(years).astype(float), _drift(years, y), (future - years[-1]).astype(float)
    k, s2 = len(gaps), float((((np.diff(y) - gaps * drift) ** 2) / gaps).sum()) / (len(gaps) - 1)
    drift_variance = s2 / float(years[-1] - years[0]) * drifts
    return Predictive(y[-1] + h * drift * drifts, s2 * np.minimum.outer(h, h) + drift_variance * np.outer(h, h), k - 1)


@dataclass(frozen=True)
class _Shrunken:
    """The functions of `shrunken_drift` with its prior and errors, which a copy of a fit carries along."""

    prior: Prior | None
    sd_year: Mapping[int, float] | None
    sd_shared: float

    def expected(self, years: Array, y: Array, future: Array) -> Expected:
        p = (packaged() if self.prior is None else self.prior).at(float(years[-1]))
        errors = None
        if self.sd_year is not None:
            usual = float(np.mean(list(self.sd_year.values())))
            errors = np.array([self.sd_year.get(int(t), usual) for t in years])
        return expected(p, years, y[None, :], future, errors)

    def predict(self, years: Array, y: Array, future: Array) -> Predictive:
        of = self.expected(years, y, future)
        return Predictive(of.location[0], of.covariance[0] + self.sd_shared**2, of.df)

    def rate(self, years: Array, y: Array) -> float:
        return float(self.expected(years, y, years[-1:] + 1).drift[0])


def shrunken_drift(prior: Prior | None = None, *, sd_year: Mapping[int, float] | None = None, sd_shared: float = 0.0
                   ) -> Model:
    """Return the default model with a prior, and with the known errors of years.

    Prior None: the packaged one; each prediction takes it as it was known in the last year predicted from. sd_year:
    independent error of each year [ln], years without one have the mean of the others; sd_shared: common to all [ln].
    """
    one = _Shrunken(prior, sd_year, sd_shared)
    return Model(DEFAULT_MODEL, "level seen with noise and a shrunken drift", 4, one.predict, one.rate)


def _least_squares(years: Array, y: Array, future: Array) -> Predictive:
    """Return the line through the logs of the years to come: X0 beta, covariance s2 (X0 (X'X)^-1 X0' + I)."""
    (x, x0), df = (np.column_stack([np.ones(len(t)), t - years.mean()]) for t in (years, future)), len(y) - 2
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    s2 = float(((y - x @ beta) ** 2).sum()) / df
    return Predictive(x0 @ beta, s2 * (x0 @ np.linalg.pinv(x.T @ x) @ x0.T + np.eye(len(future))), df)


MODELS = {m.name: m for m in (
    Model("last_value", "last value", 3, partial(_plain, drifts=False), lambda t, y: 0.0),
    Model("drift", "random walk with drift", 4, partial(_plain, drifts=True), _drift),
    shrunken_drift(),
    Model("log_linear", "log-linear least squares", 4, _least_squares,
          lambda t, y: float(np.polyfit(t - t.mean(), y, 1)[0])))}
