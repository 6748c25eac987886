"""The backtest printed in docs/how-to/trajectory.md is what benchmarks/trajectory.py finds, to each digit."""

import importlib
from pathlib import Path

import pandas as pd
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "trajectory.md"
NAMES = {"**random walk, shrunken drift (default)**": "shrunken_drift", "random walk with drift": "drift",
         "last value": "last_value", "least squares on logs": "log_linear", "Theil-Sen on logs": "theil_sen",
         "one-knot line": "broken_line", "ITR: clipped median of yearly changes": "ITR clipped median",
         "least absolute deviations": "least absolute deviations"}


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    return importlib.import_module("benchmarks.trajectory").score().set_index(["model", "horizon"])


def printed() -> dict[str, list[str]]:
    lines = [line.strip("| ").split("|") for line in PAGE.read_text(encoding="utf-8").splitlines()]
    cells = [[c.strip() for c in line] for line in lines]
    return {NAMES[c[0]]: [x.strip("*") for x in c[1:]] for c in cells if c[0] in NAMES}


def test_the_page_prints_what_the_backtest_finds(scored: pd.DataFrame):
    """CRPS to three decimals and coverage to the percent, for eight methods at three horizons."""
    table = printed()
    assert sorted(table) == sorted(NAMES.values())
    for model, cells in table.items():
        crps = [f"{scored.loc[(model, h), 'crps']:.3f}" for h in (1, 2, 3)]
        covered = [scored.loc[(model, h), "coverage_80"] for h in (1, 2, 3)]
        shown = [f"{c:.0%}".replace("%", " %") for c in covered] if covered[0] == covered[0] else ["point only"]
        assert cells[:3] == crps, model
        assert [c for c in cells[3:] if c] == shown, model


def test_the_default_scores_no_worse_than_any_peer_and_covers_what_it_claims(scored: pd.DataFrame):
    """At each horizon: the lowest CRPS, and a coverage within eight points of 80 %."""
    for horizon in (1, 2, 3):
        rows = scored.xs(horizon, level="horizon")
        assert rows["crps"].idxmin() == "shrunken_drift"
        assert abs(rows.loc["shrunken_drift", "coverage_80"] - 0.80) <= 0.08
