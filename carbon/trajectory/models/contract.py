"""
The contract of a model: log values of past years in, a predictive distribution for future years out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Predictive:
    """
    Student-t predictive distributions of ln E, one a future year (df infinite: normal).

    location [ln kg], scale [ln kg], df.
    """

    location: Array
    scale: Array
    df: float

    def quantile(self, p: float) -> Array:
        """
        p-quantile of E [kg].
        """
        from scipy.stats import t

        return np.exp(self.location + self.scale * t.ppf(p, self.df))

    def probability_at_most(self, kg: float | Array) -> Array:
        """
        P(E <= kg), by future year.
        """
        from scipy.stats import t

        with np.errstate(divide="ignore"):
            z = (np.log(kg) - self.location) / self.scale
        return t.cdf(z, self.df)


@dataclass(frozen=True)
class Model:
    """
    A named way to predict.

    `predict(years, log_values, future_years)` returns a Predictive; `rate(years, log_values)` the yearly change of
    ln E that the model implies; `min_years` the fewest points for which its interval exists.
    """

    name: str
    label: str
    min_years: int
    predict: Callable[[Array, Array, Array], Predictive]
    rate: Callable[[Array, Array], float]
