"""How honest are the intervals? Rolling-origin backtest on 177 national series, against what peers do.

Peers: last value; ordinary least squares on logs; Theil-Sen and one knot (`lines`); least absolute deviations; the
clipped median of yearly changes that os-climate/ITR projects with (winsorised between the 10th and 90th percentile,
clipped to -10 % ... +3 %). A point forecast has no interval: its CRPS is its absolute error. Errors are on the log
scale.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.lines import RIVALS
from benchmarks.results import Result, result
from benchmarks.results import table as results_table
from carbon.accounting.years.bridge import bridge_streams
from carbon.accounting.years.streams import streams
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.trajectory import fit, fit_parts
from carbon.trajectory.fitting.backtest import forecast_past
from carbon.trajectory.fitting.fit import DEFAULT_MODEL
from carbon.trajectory.fitting.models import MODELS

DATA = Path(__file__).parent / "data" / "cdiac_national.csv"
HORIZONS = (1, 2, 3)
PARTS = 18


def national_series() -> dict[str, pd.Series]:
    """Return thousand tonnes of carbon by year, 2005-2020, one series a country."""
    table = pd.read_csv(DATA, keep_default_na=False).set_index("country")
    return {str(c): row.rename(int).astype(float) for c, row in table.iterrows()}


def clipped_median(years: np.ndarray, logs: np.ndarray, horizon: int) -> float:
    """Project as ITR does: median of the winsorised yearly changes, clipped to [-10 %, +3 %], compounded."""
    change = np.expm1(np.diff(logs) / np.diff(years))
    change = np.clip(change, *np.quantile(change, [0.1, 0.9]))
    return float(logs[-1] + horizon * np.log1p(np.clip(np.median(change), -0.10, 0.03)))


def least_absolute(years: np.ndarray, logs: np.ndarray, horizon: int) -> float:
    """Fit the line through the two points with the least sum of absolute residuals (an optimum passes through two)."""
    i, j = np.triu_indices(len(years), 1)
    slope = (logs[j] - logs[i]) / (years[j] - years[i])
    level = logs[i] - slope * years[i]
    loss = np.abs(logs - level[:, None] - slope[:, None] * years).sum(axis=1)
    best = int(loss.argmin())
    return float(level[best] + slope[best] * (years[-1] + horizon))


def point_forecasts(series: pd.Series, horizon: int) -> list[tuple[str, int, float]]:
    """Return (peer, horizon, error) of the two peers that give a point only."""
    years, logs = series.index.to_numpy(dtype=float), np.log(series.to_numpy())
    rows = []
    for n in range(4, len(years) - horizon + 1):
        actual = logs[n + horizon - 1]
        for name, peer in (("ITR clipped median", clipped_median), ("least absolute deviations", least_absolute)):
            rows.append((name, horizon, actual - peer(years[:n], logs[:n], horizon)))
    return rows


def score() -> pd.DataFrame:
    """Return model, horizon, forecasts, mae, crps and coverage_80."""
    own, points = [], []
    for series in national_series().values():
        table = forecast_past(series, models=[*MODELS, *RIVALS], horizon=max(HORIZONS))
        own.append(table.assign(horizon=table["year"] - table["origin"]))
        points += [row for h in HORIZONS for row in point_forecasts(series, h)]
    table = pd.concat(own)
    with_interval = table.groupby(["model", "horizon"]).agg(
        forecasts=("error", "size"), mae=("error", lambda e: e.abs().mean()), crps=("crps", "mean"),
        coverage_80=("inside", "mean"))
    peers = pd.DataFrame(points, columns=["model", "horizon", "error"])
    point = peers.groupby(["model", "horizon"])["error"].agg(forecasts="size", mae=lambda e: e.abs().mean())
    return pd.concat([with_interval, point.assign(crps=point["mae"], coverage_80=np.nan)]).reset_index()


def speed(repeats: int = 30) -> list[float]:
    """Return the processor seconds of one fit of eleven years with its backtest."""
    series = pd.Series(1000 * 0.95 ** np.arange(11) * (1 + 0.03 * np.sin(np.arange(11))), index=range(2015, 2026))
    samples = []
    for _ in range(repeats + 1):
        start = time.process_time()
        assert fit(series, until=2030).record
        samples.append(time.process_time() - start)
    return samples[1:]


def company(seed: int) -> int:
    """Fit the total and eighteen parts of one invented company, each with its backtest."""
    rng = np.random.Generator(np.random.PCG64(seed))
    steps = rng.normal(-0.03, 0.05, (11, 1)) + rng.normal(0, 0.06, (11, PARTS))
    table = pd.DataFrame(1000 * np.exp(np.cumsum(steps, axis=0)), index=range(2015, 2026),
                         columns=[f"part {i}" for i in range(PARTS)])
    fitted = fit_parts(table, until=2030, seed=seed, draws=1000)
    return sum(len(f.record) > 0 for f in (fitted.total, *fitted.parts.values()))


def bulk(companies: int, workers: int = 2) -> float:
    """Return the seconds of many companies on two processors."""
    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        fits = sum(pool.imap_unordered(company, range(companies), chunksize=10))
    assert fits == companies * (PARTS + 1)
    return time.perf_counter() - start


def inventory_rows(seed: int, n: int) -> pd.DataFrame:
    """Draw emission rows as diverse as a ledger's: hardly two in one stream."""
    rng = np.random.Generator(np.random.PCG64(seed))
    scope = rng.choice(["1", "2", "3"], n)
    texts = {
        "activity_id": [f"2024/ledger.parquet:{i}" for i in range(n)], "scope": scope,
        "scope2_method": np.where(scope == "2", rng.choice([LOCATION, MARKET], n), ""), "unit": ["EUR"] * n,
        "activity": rng.choice([f"purchase.nace.{i}" for i in range(60)], n), "region": rng.choice(["FR", "ES"], n),
        "site": rng.choice(["a", "b", "c", "d"], n), "supplier": rng.choice([f"Supplier {i}" for i in range(3000)], n)}
    table = pd.DataFrame(texts).astype("str")
    return table.assign(category=np.where(scope == "3", rng.integers(1, 16, n), 0), quantity=rng.lognormal(3, 1, n),
                        co2e_kg=rng.lognormal(1, 1, n), kyoto=True)


def bridge_speed(n: int = 100_000, repeats: int = 3) -> list[tuple[float, float]]:
    """Return (seconds, processor seconds) of a bridge between two inventories of n emission rows."""
    first, last = inventory_rows(1, n), inventory_rows(2, n)
    samples = []
    for _ in range(repeats):
        wall, start = time.perf_counter(), time.process_time()
        before = streams(first)
        bridge_streams([before] * 3 + [streams(last)] * 6, years=(2023, 2024), scope2_method=MARKET,
                       drivers=(1.0, 1.1))
        samples.append((time.perf_counter() - wall, time.process_time() - start))
    return samples


def backtest_results() -> list[Result]:
    """Return the default's CRPS against the best of the others, and how far its 80 % interval is from covering 80 %."""
    table, found = score(), []
    for horizon, rows in table.groupby("horizon"):
        crps, years = rows.set_index("model")["crps"], f"{horizon} year{'s' * (horizon > 1)} ahead"
        others = crps.drop(DEFAULT_MODEL)
        found.append(result(f"CRPS of the default, {years}, 177 series", "ln", [crps[DEFAULT_MODEL]], others.min(),
                            peers={str(name).replace("_", " "): value for name, value in others.items()}))
        covered = rows.set_index("model").loc[DEFAULT_MODEL, "coverage_80"]
        found.append(result(f"80 % interval of the default, {years}: coverage off by", "points",
                            [100 * abs(covered - 0.80)], 8))
    return found


def results(companies: int = 1000) -> list[Result]:
    """Return the bars of the trajectory and the bridge."""
    bridges = bridge_speed()
    return [
        result("a fit with its backtest, 11 years", "ms of processor time", [1000 * s for s in speed()], 50),
        result(f"{companies:,} companies x (total + {PARTS} parts), fits and backtests, 2 processes", "s",
               [bulk(companies)], 60 * companies / 1000),
        result("a bridge between two inventories of 100,000 rows", "s", [wall for wall, _ in bridges], 2),
        result("the same bridge, processor time", "s", [cpu for _, cpu in bridges], 2),
        *backtest_results(),
    ]


def main(companies: int) -> None:
    """Print the table of docs/how-to/trajectory.md and the bars."""
    shown = score().pivot_table(index="model", columns="horizon", values=["mae", "crps", "coverage_80"])
    print(shown.round(4).to_string())
    print(results_table(results(companies)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
