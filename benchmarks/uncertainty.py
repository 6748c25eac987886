"""
Monte Carlo on sources of doubt against the naive simulation, rows x draws.

    python benchmarks/uncertainty.py [--rows 1000000] [--draws 10000] [--naive-draws 50] [--json results.json]

Ours draws the factors and the dominant rows, and takes all other rows by their exact conditional variance. The naive
way draws every row's own doubt and its factor's, draw after draw; a few draws are timed and the rest is proportion.
Percentiles are compared with a naive run of as many draws on fewer rows.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.emissions.uncertainty import Doubts, draw_totals, make_doubts

FACTORS, GROUPS = 2_000, 20
FACTOR_SIGMA, ROW_SIGMA = 0.2, 0.1
BAR_TIMES, BAR_PERCENTILES = 200.0, 0.01


def example(rows: int) -> tuple[Doubts, npt.NDArray[np.int64]]:
    """
    Rows with a shared factor and a doubt of their own, in groups.
    """
    rng = np.random.default_rng(3)
    factor = pd.Series(np.array([f"f{i:04d}" for i in range(FACTORS)])[rng.integers(0, FACTORS, rows)])
    own = pd.Series([f"r{i:07d}" for i in range(rows)])
    sources = pd.DataFrame({
        "source_id": [*sorted(factor.unique()), *own], "of": ["factor"] * factor.nunique() + ["row"] * rows,
        "distribution": "lognormal", "spread": [FACTOR_SIGMA] * factor.nunique() + [ROW_SIGMA] * rows})
    doubts = make_doubts(rng.lognormal(2, 1, rows), {"factor": factor, "row": own}, sources)
    return doubts, rng.integers(0, GROUPS, rows)


def naive(doubts: Doubts, groups: npt.NDArray[np.int64], draws: int, seed: int) -> npt.NDArray[np.float64]:
    """
    Every row of every draw.
    """
    rng = np.random.default_rng(seed)
    factor = doubts.codes[0]
    totals = np.empty((draws, GROUPS))
    for i in range(draws):
        shared = np.exp(FACTOR_SIGMA * rng.standard_normal(FACTORS))[factor]
        kg = doubts.kg * shared * np.exp(ROW_SIGMA * rng.standard_normal(len(doubts.kg)))
        totals[i] = np.bincount(groups, kg, minlength=GROUPS)
    return totals


def speed(rows: int, draws: int, naive_draws: int, repeats: int) -> dict[str, Any]:
    """
    Times faster in CPU seconds, medians.
    """
    doubts, groups = example(rows)
    samples = []
    for _ in range(repeats):
        start = time.process_time()
        naive(doubts, groups, naive_draws, 1)
        middle = time.process_time()
        draw_totals(doubts, groups, GROUPS, draws=draws, seed=1)
        ours = time.process_time() - middle
        samples.append((middle - start) * draws / naive_draws / ours)
        print(f"  naive {(middle - start) * draws / naive_draws:8.1f} CPU s   ours {ours:6.2f} CPU s")
    times = statistics.median(samples)
    return result(f"Monte Carlo: {draws:,} draws x {rows:,} rows, {FACTORS:,} factors, {GROUPS} groups",
                  "x faster than rows x draws", samples, times, BAR_TIMES, times >= BAR_TIMES)


def percentiles(rows: int, draws: int) -> dict[str, Any]:
    """
    Largest difference of the 2.5th and 97.5th percentiles, relative.
    """
    doubts, groups = example(rows)
    theirs = np.percentile(naive(doubts, groups, draws, 5), [2.5, 97.5], axis=0)
    ours = np.percentile(draw_totals(doubts, groups, GROUPS, draws=draws, seed=2).totals, [2.5, 97.5], axis=0)
    worst = float(np.max(np.abs(ours / theirs - 1)))
    return result(f"Monte Carlo: p2.5 and p97.5, {draws:,} draws x {rows:,} rows", "relative difference", [worst],
                  worst, BAR_PERCENTILES, worst <= BAR_PERCENTILES)


def result(name: str, unit: str, samples: list[float], measured: float, bar: float, ok: bool) -> dict[str, Any]:
    return {"name": name, "unit": unit, "samples": samples, "measured": measured, "bar": bar, "ok": ok, "peers": {},
            "machine": platform.platform(), "date": datetime.now(UTC).date().isoformat()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--naive-draws", type=int, default=50)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    results = [speed(given.rows, given.draws, given.naive_draws, given.repeats), percentiles(20_000, given.draws)]
    for r in results:
        print(f"{r['name']}: {r['measured']:.4g} {r['unit']} (bar {r['bar']:g}) {'ok' if r['ok'] else 'MISSED'}")
    if given.json:
        before = json.loads(given.json.read_text()) if given.json.exists() else []
        kept = [r for r in before if r["name"] not in {n["name"] for n in results}]
        given.json.write_text(json.dumps([*kept, *results], indent=1) + "\n")


if __name__ == "__main__":
    main()
