"""Contraction, coverage, what is left of a budget, and the models' closed forms, each once by hand."""

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.years.significance import event_shares
from carbon.core.errors import MethodError
from carbon.trajectory import Target, budget_state, fit
from carbon.trajectory import contraction as plain
from carbon.trajectory.fitting import closed_forms
from carbon.trajectory.pathways import forward_looking_limit


def series(*kg: float) -> pd.Series:
    return pd.Series(kg, index=pd.Index(range(2020, 2020 + len(kg)), name="year"))


def test_contraction_is_linear_and_stops_at_the_residual():
    """100 kg at 10 % a year: 100, 90, ... 20, then the residual of 20 from 2028 = 2020 + 0.8 / 0.1; twice the base,
    twice the path. It is the pathway of a Target with the same rate.
    """
    path = plain.absolute_contraction(100.0, base_year=2020, last_year=2030, yearly_rate=0.1, residual=0.2)

    assert path.tolist() == pytest.approx([100, 90, 80, 70, 60, 50, 40, 30, 20, 20, 20])
    assert plain.floor_year(base_year=2020, yearly_rate=0.1, residual=0.2) == pytest.approx(2028)
    double = plain.absolute_contraction(200.0, base_year=2020, last_year=2030, yearly_rate=0.1, residual=0.2)
    assert double.tolist() == pytest.approx((2 * path).tolist())
    target = Target("t", ("1",), "location-based", 2020, 2030, 1.0, residual=0.2)
    assert target.pathway(100.0).tolist() == pytest.approx(path.tolist())


def test_rates_by_hand():
    """42 % in ten years are 4.2 % a year; from 2030 to 2040 a residual of 10 % asks 0.9 / 10 = 9 %, above the floor."""
    assert plain.implied_rate(0.42, base_year=2020, target_year=2030) == pytest.approx(0.042)
    assert plain.contraction_rate(floor=0.042, residual=0.1, base_year=2030, net_zero_year=2040) == pytest.approx(0.09)
    assert plain.contraction_rate(floor=0.042, residual=0.1, base_year=2020, net_zero_year=2050) == pytest.approx(0.042)


def test_coverage_counts_tonnes():
    """60 of 100 t covered are 60 %; 67 % needs 7 t more; where it is met nothing is missing."""
    assert plain.coverage(60_000, 100_000) == pytest.approx(0.6)
    assert plain.tonnes_missing(60_000, 100_000, threshold=0.67) == pytest.approx(7)
    assert plain.tonnes_missing(70_000, 100_000, threshold=0.67) == 0
    with pytest.raises(MethodError, match="coverage"):
        plain.coverage(110_000, 100_000)


def test_what_is_left_of_a_budget_lasts_so_many_years():
    """250 kg at 100 kg a year last 2.5 years; used up is 0; without emissions there is no number."""
    assert plain.years_at_level(250.0, 100.0) == pytest.approx(2.5)
    assert plain.years_at_level(-10.0, 100.0) == 0
    with pytest.raises(MethodError, match="lasts for ever"):
        plain.years_at_level(250.0, 0.0)


def test_a_state_says_both_how_long_it_lasts_and_how_far_it_runs():
    """Path 100, 90, 80, 70, 60; 100 and 110 emitted: O = 20, R = 210 - 20 = 190: 1.727 years at 110, of three to
    come.
    """
    path = plain.absolute_contraction(100.0, base_year=2020, last_year=2024, yearly_rate=0.1, residual=0.0)

    state = budget_state(series(100, 110), path, convention="annual_sum")

    assert state.remaining_kg == pytest.approx(190)
    assert state.years_at_level == pytest.approx(190 / 110)
    assert state.years_left == 3


def test_a_base_of_nothing_has_no_forward_looking_limit():
    """A percentage of zero does not exist: refused, not a limit of 0."""
    with pytest.raises(MethodError, match="a percentage of nothing"):
        forward_looking_limit(0.0, 80.0, base_year=2019, recent_year=2024, target_year=2030, net_zero_year=2050,
                              yearly_rate=0.042, residual=0.1)


def test_events_by_hand():
    """+10 and -8 kg on 100: single 0.10, net 0.02, gross 0.18."""
    assert event_shares([10.0, -8.0], base_kg=100.0) == pytest.approx({"single": 0.1, "net": 0.02, "gross": 0.18})


def test_last_value_and_drift_by_hand():
    """ln E = 0, 0.1, 0, 0.3: changes 0.1, -0.1, 0.3, mean 0.1, s^2 = (0 + 0.04 + 0.04) / 2 = 0.04. Two years ahead the
    last value has sd 0.2 sqrt(2); the drift is at 0.3 + 0.2 = 0.5 with variance 0.04 (2 + 4/3), t(2).
    """
    kg = series(*np.exp([0.0, 0.1, 0.0, 0.3]))

    last, walk = (f(kg, [2025]).iloc[0] for f in (closed_forms.last_value, closed_forms.drift))

    assert last["median_kg"] == pytest.approx(np.exp(0.3))
    assert last["sd"] == pytest.approx(0.2 * np.sqrt(2))
    assert walk["median_kg"] == pytest.approx(np.exp(0.5))
    assert walk["sd"] == pytest.approx(np.sqrt(0.04 * (2 + 4 / 3)))
    assert walk["df"] == last["df"] == 2


def test_lines_give_back_the_slope_they_were_made_of():
    """A series of exactly -5 % a year in logs: every line finds the rate, and the least-squares spread is zero."""
    kg = series(*np.exp(-0.05 * np.arange(9)))
    found = {f.__name__: f(kg, [2030]).iloc[0] for f in (closed_forms.log_linear, closed_forms.theil_sen,
                                                         closed_forms.broken_line)}

    for row in found.values():
        assert row["rate"] == pytest.approx(-0.05)
        assert row["median_kg"] == pytest.approx(np.exp(-0.5))
    assert found["log_linear"]["sd"] == pytest.approx(0, abs=1e-9)


def test_least_squares_by_hand():
    """ln E = 0, 1, 0, 1 at t = -1.5 ... 1.5: b = 1/5, residuals -0.2, 0.6, -0.6, 0.2, s^2 = 0.8 / 2; at t0 = 2.5 the
    variance is 0.4 (1 + 1/4 + 6.25/5).
    """
    row = closed_forms.log_linear(series(*np.exp([0.0, 1.0, 0.0, 1.0])), [2024]).iloc[0]

    assert row["rate"] == pytest.approx(0.2)
    assert row["sd"] == pytest.approx(np.sqrt(0.4 * (1 + 0.25 + 1.25)))


def test_a_shared_error_leaves_the_weighted_slope_as_it_is():
    """Equal errors give the least-squares slope; a shared one widens the level only."""
    kg = series(100, 97, 90, 91, 80)
    alone, shared = (closed_forms.weighted(kg, [2026], sd_year=[0.05] * 5, sd_shared=s).iloc[0] for s in (0.0, 0.2))

    assert alone["rate"] == pytest.approx(closed_forms.log_linear(kg, [2026]).iloc[0]["rate"])
    assert shared["rate"] == alone["rate"]
    assert shared["sd"] ** 2 - alone["sd"] ** 2 == pytest.approx(0.04)


def test_the_closed_form_is_what_the_fit_predicts():
    """The shrunken drift alone gives the median that `fit` gives with that model."""
    kg = series(100, 97, 90, 91, 80, 78)

    found = fit(kg, until=2030, model="shrunken_drift")

    alone = closed_forms.shrunken_drift(kg, [2030]).iloc[0]["median_kg"]
    assert found.table.set_index("year").loc[2030, "median_kg"] == pytest.approx(alone)
