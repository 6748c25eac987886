"""Last value: next year is like this year. The benchmark that is hard to beat at one year.

median e^(y_n), sd s sqrt(h) with s the spread of past yearly changes about their mean; t(k - 1).
"""

from __future__ import annotations

import numpy as np

from carbon.trajectory.fitting.models.contract import Array, Model, Predictive, walk_covariance
from carbon.trajectory.fitting.models.drift import steps


def _predict(years: Array, y: Array, future: Array) -> Predictive:
    _, squares, k, _ = steps(years, y)
    h = (future - years[-1]).astype(float)
    return Predictive(np.full(len(h), y[-1]), walk_covariance(h, squares / (k - 1), 0.0), k - 1)


LAST_VALUE = Model("last_value", "last value", 3, _predict, lambda t, y: 0.0)
