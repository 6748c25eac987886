"""Random walks: without drift (the last value), with drift, and seen with noise, the drift shrunk to a prior.

Changes over gaps g_i:  drift m = (y_n - y_1) / T,  T = t_n - t_1,  s^2 = sum (dy_i - g_i m)^2 / g_i / (k - 1).
`fitting.closed_forms` states each prediction. The state behind the shrunken drift: y_t = level_t + e_t,
level_t = level_(t-1) + g drift + w_t, var w = g sigma^2, var e = r sigma^2; its covariance over years to come is
s2 (min(h, h') + r + r [h = h'] - c'V^-1c) + (h - c'V^-1g)(h' - c'V^-1g) v, times width^2. r = kappa = 0: a random walk
whose drift is shrunk. Known errors of years sd add to this and replace nothing: V + N(sd^2)/s2, mean sd^2 to each
future year.

Source: textbook conjugate forms (local level model, Harvey 1989, ch. 2 and 4); the prior is learnt (`prior`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from carbon.trajectory.fitting.models.contract import Array, Model, Predictive, walk_covariance
from carbon.trajectory.fitting.prior import Expected, Prior, expected, packaged

DEFAULT_MODEL = "shrunken_drift"


def _drift(years: Array, y: Array) -> float:
    return float(y[-1] - y[0]) / float(years[-1] - years[0])


def _plain(years: Array, y: Array, future: Array, *, drifts: bool) -> Predictive:
    """Return the walk with its drift, or without: the spread is about the mean change in both."""
    gaps, drift, h = np.diff(years).astype(float), _drift(years, y), (future - years[-1]).astype(float)
    k, s2 = len(gaps), float((((np.diff(y) - gaps * drift) ** 2) / gaps).sum()) / (len(gaps) - 1)
    drift_variance = s2 / float(years[-1] - years[0])
    return Predictive(y[-1] + h * drift * drifts, walk_covariance(h, s2, drift_variance * drifts), k - 1)


@dataclass(frozen=True)
class _Shrunken:
    """The functions of `shrunken_drift` with its prior and errors, which a copy of a fit carries along."""

    prior: Prior | None
    sd_year: Mapping[int, float] | None
    sd_shared: float

    def expected(self, years: Array, y: Array, future: Array) -> Expected:
        p = (packaged() if self.prior is None else self.prior).at(float(years[-1]))
        return expected(p, years, y[None, :], future, self.known_errors(years))

    def known_errors(self, years: Array) -> Array | None:
        if self.sd_year is None:
            return None
        usual = float(np.mean(list(self.sd_year.values())))
        return np.array([self.sd_year.get(int(t), usual) for t in years])

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


LAST_VALUE = Model("last_value", "last value", 3, partial(_plain, drifts=False), lambda t, y: 0.0)
DRIFT = Model("drift", "random walk with drift", 4, partial(_plain, drifts=True), _drift)
SHRUNKEN_DRIFT = shrunken_drift()
