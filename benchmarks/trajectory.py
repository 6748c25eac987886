"""
How honest are the intervals? Rolling-origin backtest on 177 national series, against what peers do.

Peers: last value; ordinary least squares on logs; least absolute deviations; the clipped median of yearly changes
that os-climate/ITR projects with (winsorised between the 10th and 90th percentile, clipped to -10 % ... +3 %). A point
forecast has no interval: its CRPS is its absolute error. Errors are on the log scale.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd

from carbon.trajectory import fit
from carbon.trajectory.backtest import forecast_past
from carbon.trajectory.models import MODELS

DATA = Path(__file__).parent / "data" / "cdiac_national.csv"
HORIZONS = (1, 2, 3)


def national_series() -> dict[str, pd.Series]:
    """
    Thousand tonnes of carbon by year, 2005-2020, one series a country.
    """
    table = pd.read_csv(DATA, keep_default_na=False).set_index("country")
    return {str(c): row.rename(int).astype(float) for c, row in table.iterrows()}


def clipped_median(years: np.ndarray, logs: np.ndarray, horizon: int) -> float:
    """
    ITR's projection: median of the winsorised yearly changes, clipped to [-10 %, +3 %], compounded.
    """
    change = np.expm1(np.diff(logs) / np.diff(years))
    change = np.clip(change, *np.quantile(change, [0.1, 0.9]))
    return float(logs[-1] + horizon * np.log1p(np.clip(np.median(change), -0.10, 0.03)))


def least_absolute(years: np.ndarray, logs: np.ndarray, horizon: int) -> float:
    """
    Line through the two points that minimise the sum of absolute residuals (exact: some optimum passes through two).
    """
    i, j = np.triu_indices(len(years), 1)
    slope = (logs[j] - logs[i]) / (years[j] - years[i])
    level = logs[i] - slope * years[i]
    loss = np.abs(logs - level[:, None] - slope[:, None] * years).sum(axis=1)
    best = int(loss.argmin())
    return float(level[best] + slope[best] * (years[-1] + horizon))


def point_forecasts(series: pd.Series, horizon: int) -> list[tuple[str, int, float]]:
    """
    (peer, horizon, error) of the two peers that give a point only.
    """
    years, logs = series.index.to_numpy(dtype=float), np.log(series.to_numpy())
    rows = []
    for n in range(4, len(years) - horizon + 1):
        actual = logs[n + horizon - 1]
        for name, peer in (("ITR clipped median", clipped_median), ("least absolute deviations", least_absolute)):
            rows.append((name, horizon, actual - peer(years[:n], logs[:n], horizon)))
    return rows


def score() -> pd.DataFrame:
    """
    model, horizon, forecasts, mae, crps, coverage_80.
    """
    own, points = [], []
    for series in national_series().values():
        table = forecast_past(series, models=list(MODELS), horizon=max(HORIZONS))
        own.append(table.assign(horizon=table["year"] - table["origin"]))
        points += [row for h in HORIZONS for row in point_forecasts(series, h)]
    table = pd.concat(own)
    with_interval = table.groupby(["model", "horizon"]).agg(
        forecasts=("error", "size"), mae=("error", lambda e: e.abs().mean()), crps=("crps", "mean"),
        coverage_80=("inside", "mean"))
    peers = pd.DataFrame(points, columns=["model", "horizon", "error"])
    point = peers.groupby(["model", "horizon"])["error"].agg(forecasts="size", mae=lambda e: e.abs().mean())
    return pd.concat([with_interval, point.assign(crps=point["mae"], coverage_80=np.nan)]).reset_index()


def speed(repeats: int = 30) -> float:
    """
    Seconds of one fit with its backtest, eleven years, median.
    """
    series = pd.Series(1000 * 0.95 ** np.arange(11) * (1 + 0.03 * np.sin(np.arange(11))), index=range(2015, 2026))
    fit(series, until=2030)
    samples = []
    for _ in range(repeats):
        start = time.perf_counter()
        fit(series, until=2030)
        samples.append(time.perf_counter() - start)
    return float(np.median(samples))


def main() -> None:
    """
    Print the table of docs/benchmarks.md.
    """
    table = score()
    shown = table.pivot_table(index="model", columns="horizon", values=["mae", "crps", "coverage_80"])
    print(shown.round(4).to_string())
    print(f"one fit with backtest: {1000 * speed():.1f} ms")


if __name__ == "__main__":
    main()
