"""Forecasts of the past by hand: origins, years ahead, errors, and intervals from errors alone."""

import importlib
import math
from pathlib import Path

import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.trajectory.fitting.backtest import TRAIN_AT_LEAST, backtest, forecast_past
from carbon.trajectory.fitting.models import MODELS

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "trajectory.md"
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


LAST = "last_value"
SERIES = pd.Series({2015: 100.0, 2016: 110.0, 2017: 90.0, 2018: 120.0, 2019: 100.0, 2020: 80.0, 2021: 100.0})


def test_the_last_value_is_forecast_from_each_origin_with_four_years_behind_it():
    """First from 2015-2018 for 2019: ln(100/120); then 2020: ln(80/100); then 2021: ln(100/80). Two years ahead as
    well: 2020 from 2018: ln(80/120), 2021 from 2019: ln(100/100).
    """
    assert TRAIN_AT_LEAST == 4
    one = forecast_past(SERIES, models=[LAST])
    assert list(zip(one["origin"], one["year"], strict=True)) == [(2018, 2019), (2019, 2020), (2020, 2021)]
    assert one["error"].tolist() == pytest.approx([math.log(x) for x in (100 / 120, 80 / 100, 100 / 80)])
    two = forecast_past(SERIES, models=[LAST], horizon=2)
    ahead = two[two["year"] - two["origin"] == 2]
    assert list(zip(ahead["origin"], ahead["year"], strict=True)) == [(2018, 2020), (2019, 2021)]
    assert ahead["error"].tolist() == pytest.approx([math.log(80 / 120), 0.0])


def test_a_gap_counts_in_years_and_not_in_rows():
    """Without 2019, one year ahead of 2018 is not there; two years ahead is 2020."""
    gapped = SERIES.drop(2019)
    one, two = (forecast_past(gapped, models=[LAST], horizon=h) for h in (1, 2))
    assert list(zip(one["origin"], one["year"], strict=True)) == [(2020, 2021)]
    assert (2018, 2020) in list(zip(two["origin"], two["year"], strict=True))


def test_zero_has_no_logarithm_and_no_forecast():
    """Zero and less are refused; a year without a figure is left out."""
    for bad in (0.0, -1.0):
        with pytest.raises(MethodError, match=r"zero or negative emissions in \[2017\]"):
            forecast_past(SERIES.where(SERIES.index != 2017, bad), models=[LAST])
    known = forecast_past(SERIES.where(SERIES.index != 2015), models=[LAST])
    assert known["origin"].tolist() == [2019, 2020]


def test_an_event_year_is_neither_forecast_nor_learnt_from():
    """With 2020 marked, nothing is asked of it and its 80 is the last value of nothing."""
    marked = backtest(SERIES, models=[LAST], horizon=2, event_years=[2020]).set_index("model")
    # 2019 from 2018; 2021 from 2019, two years ahead: ln(100/120) and 0
    assert marked.loc[LAST, "forecasts"] == 2
    assert marked.loc[LAST, "mae"] == pytest.approx(-math.log(100 / 120) / 2)


def test_a_model_that_needs_more_years_than_there_are_is_not_tried():
    """As many years as it needs leave none to forecast."""
    name, needs = max(((m.name, m.min_years) for m in MODELS.values()), key=lambda pair: pair[1])
    series = pd.Series(range(100, 100 + needs), index=range(2000, 2000 + needs), dtype=float)
    assert name not in set(backtest(series)["model"])
    longer = pd.Series(range(100, 101 + needs), index=range(2000, 2001 + needs), dtype=float)
    assert name in set(backtest(longer)["model"])


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
