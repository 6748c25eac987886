"""Log-linear least squares: ln E = a + b (t - mean t).

sd = s sqrt(1 + 1/n + (t0 - mean t)^2 / Sxx), t(n - 2). A diagnostic: on real series its interval covers less than it
claims. Source: textbook prediction interval.
"""

from __future__ import annotations

from carbon.trajectory.fitting.models.contract import Array, Model, Predictive, line_covariance


def _line(years: Array, y: Array) -> tuple[float, float, float, float]:
    t = years - years.mean()
    sxx = float((t**2).sum())
    b = float((t * y).sum()) / sxx
    residual = y - y.mean() - b * t
    return float(y.mean()), b, float((residual**2).sum()) / (len(y) - 2), sxx


def _predict(years: Array, y: Array, future: Array) -> Predictive:
    a, b, s2, sxx = _line(years, y)
    t0 = future - years.mean()
    return Predictive(a + b * t0, line_covariance(t0, s2, s2 / len(y), s2 / sxx), len(y) - 2)


LOG_LINEAR = Model("log_linear", "log-linear least squares", 4, _predict, lambda t, y: _line(t, y)[1])
