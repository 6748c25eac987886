"""Monte Carlo on sources of uncertainty against the naive simulation, rows x draws.

    python -m benchmarks uncertainty

Ours draws the factors and the dominant rows, and takes all other rows by their exact conditional variance. The naive
way draws the uncertainty of every row and of its factor, draw after draw; a few draws are timed, the others are
estimated in proportion. Percentiles are compared with a naive run of as many draws on fewer rows.
"""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.results import Result, result
from carbon.emissions.uncertainty import UncertainRows, draw_totals, make_uncertain_rows

ROWS, DRAWS, NAIVE_DRAWS, REPEATS = 1_000_000, 10_000, 50, 7
FACTORS, GROUPS = 2_000, 20
FACTOR_SIGMA, ROW_SIGMA = 0.2, 0.1
BAR_TIMES, BAR_PERCENTILES = 200.0, 0.01


def example(rows: int) -> tuple[UncertainRows, npt.NDArray[np.int64]]:
    """Return rows with a shared factor and an uncertainty of their own, in groups."""
    rng = np.random.default_rng(3)
    factor = pd.Series(np.array([f"f{i:04d}" for i in range(FACTORS)])[rng.integers(0, FACTORS, rows)])
    own = pd.Series([f"r{i:07d}" for i in range(rows)])
    sources = pd.DataFrame({
        "source_id": [*sorted(factor.unique()), *own], "of": ["factor"] * factor.nunique() + ["row"] * rows,
        "distribution": "lognormal", "spread": [FACTOR_SIGMA] * factor.nunique() + [ROW_SIGMA] * rows})
    doubts = make_uncertain_rows(rng.lognormal(2, 1, rows), {"factor": factor, "row": own}, sources)
    return doubts, rng.integers(0, GROUPS, rows)


def naive(doubts: UncertainRows, groups: npt.NDArray[np.int64], draws: int, seed: int) -> npt.NDArray[np.float64]:
    """Simulate every row of every draw."""
    rng = np.random.default_rng(seed)
    factor = doubts.codes[0]
    totals = np.empty((draws, GROUPS))
    for i in range(draws):
        shared = np.exp(FACTOR_SIGMA * rng.standard_normal(FACTORS))[factor]
        kg = doubts.kg * shared * np.exp(ROW_SIGMA * rng.standard_normal(len(doubts.kg)))
        totals[i] = np.bincount(groups, kg, minlength=GROUPS)
    return totals


def speed(rows: int, draws: int, naive_draws: int, repeats: int) -> Result:
    """Return how many times faster in CPU seconds."""
    doubts, groups = example(rows)
    samples, seconds = [], []
    naive(doubts, groups, 2, 1)
    draw_totals(doubts, groups, GROUPS, draws=draws, seed=1)  # fresh memory costs its first user, whoever that is
    for _ in range(repeats):
        start = time.process_time()
        naive(doubts, groups, naive_draws, 1)
        middle = time.process_time()
        draw_totals(doubts, groups, GROUPS, draws=draws, seed=1)
        seconds.append(time.process_time() - middle)
        samples.append((middle - start) * draws / naive_draws / seconds[-1])
    return result(f"{draws:,} draws x {rows:,} rows, {FACTORS:,} factors, {GROUPS} groups",
                  "x faster than rows x draws", samples, BAR_TIMES, higher=True,
                  peers={"CPU s of ours": sorted(seconds)[repeats // 2]})


def percentiles(rows: int, draws: int) -> Result:
    """Return the largest relative difference of the 2.5th and 97.5th percentiles of any group."""
    doubts, groups = example(rows)
    theirs = np.percentile(naive(doubts, groups, draws, 5), [2.5, 97.5], axis=0)
    ours = np.percentile(draw_totals(doubts, groups, GROUPS, draws=draws, seed=2).totals, [2.5, 97.5], axis=0)
    worst = float(np.max(np.abs(ours / theirs - 1)))
    return result(f"p2.5 and p97.5 of {GROUPS} groups, {draws:,} draws x {rows:,} rows, against the naive simulation",
                  "relative difference", [worst], BAR_PERCENTILES)


def results() -> list[Result]:
    """Return speed on a million rows and percentiles on twenty thousand."""
    return [speed(ROWS, DRAWS, NAIVE_DRAWS, REPEATS), percentiles(20_000, DRAWS)]
