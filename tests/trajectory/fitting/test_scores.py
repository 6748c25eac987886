"""Scores and backtest: formulas against numerical integration, no look ahead, and what may be said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from carbon.trajectory import backtest
from carbon.trajectory.fitting.backtest import forecast_past
from carbon.trajectory.fitting.models import MODELS
from carbon.trajectory.fitting.scores import (
    binomial_p,
    coverage_words,
    crps_normal,
    crps_student,
    interval_score,
    summarise,
)


def integrated_crps(cdf, x: float) -> float:
    below = integrate.quad(lambda t: cdf(t) ** 2, -60, x, limit=200)[0]
    return below + integrate.quad(lambda t: (1 - cdf(t)) ** 2, x, 60, limit=200)[0]


@pytest.mark.parametrize("x", [-1.3, 0.0, 2.1])
def test_crps_equals_its_defining_integral(x: float):
    """Normal and Student closed forms = integral of (F(t) - 1{t >= x})^2."""
    assert crps_normal(x, 1.0) == pytest.approx(integrated_crps(stats.norm.cdf, x), abs=1e-7)
    assert crps_student(x, 1.0, 5) == pytest.approx(integrated_crps(lambda t: stats.t.cdf(t, 5), x), abs=1e-4)


def test_crps_scales_and_tends_to_the_normal():
    """Twice the scale, twice the score; many degrees of freedom, the normal's."""
    assert crps_student(0.7, 2.0, 6) == pytest.approx(2 * crps_student(0.7, 1.0, 6))
    assert crps_student(0.7, 1.0, 1e6) == pytest.approx(crps_normal(0.7, 1.0), rel=1e-4)


@pytest.mark.parametrize(("forecasts", "level"), [(3, 0.8), (10, 0.8), (12, 0.5), (7, 0.95)])
def test_the_coverage_test_is_the_exact_binomial_one(forecasts: int, level: float):
    """The two-sided p of scipy's binomtest, for every count."""
    for inside in range(forecasts + 1):
        assert binomial_p(inside, forecasts, level) == pytest.approx(
            stats.binomtest(inside, forecasts, level).pvalue, rel=1e-9, abs=0)


def test_the_interval_score_charges_width_and_misses():
    """80 % interval [0, 10]: inside 10; two below, 10 + (2/0.2) x 2 = 30."""
    assert interval_score(0, 10, 5, level=0.8) == pytest.approx(10)
    assert interval_score(0, 10, -2, level=0.8) == pytest.approx(30)


def test_a_forecast_never_sees_the_year_it_forecasts():
    """Changing the last value changes no forecast of it, only its error."""
    s = pd.Series(1000 * 0.95 ** np.arange(8) * (1 + 0.02 * np.sin(np.arange(8))), index=range(2015, 2023))
    changed = s.copy()
    changed.loc[2022] *= 3
    one, other = forecast_past(s), forecast_past(changed)
    last = one["year"] == 2022
    assert np.array_equal(one.loc[last, "location"], other.loc[last, "location"])
    assert not np.allclose(one.loc[last, "error"], other.loc[last, "error"])


def test_two_forecasts_say_nothing_about_an_interval():
    """Coverage of one or two past years is not printed as a percentage."""
    assert coverage_words(2, 2, level=0.8) == "not enough forecasts to judge the interval"
    assert coverage_words(3, 3, level=0.8).startswith("3 of 3 past years fell inside the 80% interval")
    assert "3 of 10" in coverage_words(3, 10, level=0.8)
    assert "not consistent" in coverage_words(3, 10, level=0.8)


def test_a_series_too_short_to_try_gives_an_empty_record():
    """Four years leave nothing to forecast from four."""
    assert backtest(pd.Series([4.0, 3.0, 2.0, 1.0], index=range(2020, 2024))).empty


def test_skill_is_measured_against_the_last_value():
    """The benchmark's own skill is zero, and a steadily falling series is better served by its drift."""
    table = backtest(pd.Series(1000 * 0.9 ** np.arange(10), index=range(2014, 2024))).set_index("model")
    assert table.loc["last_value", "skill"] == pytest.approx(0)
    assert table.loc["drift", "skill"] > 0.99


def test_skill_compares_the_same_forecasts():
    """A model that needs eight years forecasts the last year only: it is held against the last value's error of that
    year, ln(500/705), not against the mean of years it did not try.
    """
    kg = pd.Series([1000.0, 990, 1010, 980, 1000, 990, 700, 705, 500], index=range(2015, 2024))
    late = replace(MODELS["log_linear"], name="late", min_years=8)
    table = summarise(forecast_past(kg, models=["last_value", "drift", late]), level=0.8).set_index("model")
    assert table.loc["late", "forecasts"] == 1
    missed = abs(np.log(500 / 705))
    assert table.loc["late", "skill"] == pytest.approx(1 - table.loc["late", "mae"] / missed)
    own = forecast_past(kg, models=["last_value"])["error"].abs().mean()
    assert table.loc["drift", "skill"] == pytest.approx(1 - table.loc["drift", "mae"] / own)


def test_coverage_of_two_forecasts_is_no_figure():
    """The table has no share where the words say that there are not enough."""
    kg = pd.Series([5.0, 4.8, 5.1, 4.9, 5.0, 4.7], index=range(2018, 2024))
    table = backtest(kg)
    assert (table["forecasts"] == 2).all()
    assert table[["coverage", "p_value"]].isna().all(axis=None)
    longer = backtest(pd.concat([kg, pd.Series([4.8], index=[2024])]))
    assert longer.loc[longer["forecasts"] == 3, ["coverage", "p_value"]].notna().all(axis=None)
