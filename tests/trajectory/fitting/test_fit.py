"""Fits: known parameters come back, small series are treated honestly, bad input is refused."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.trajectory import fit, mann_kendall
from carbon.trajectory.fitting.models import MODELS


def series(rate: float = -0.05, n: int = 11, start: int = 2015, shock: float = 0.0, seed: int = 7) -> pd.Series:
    years = np.arange(start, start + n)
    noise = np.random.Generator(np.random.PCG64(seed)).normal(0, shock, n)
    return pd.Series(1000 * np.exp(np.log1p(rate) * np.arange(n) + noise), index=years)


@pytest.mark.parametrize("name", sorted(set(MODELS) - {"last_value", "shrunken_drift"}))
def test_a_known_rate_comes_back(name: str):
    """A series built with -5 % a year is fitted at -5 % a year by every trend model."""
    assert fit(series(-0.05), until=2030, model=name).rate == pytest.approx(-0.05, abs=1e-9)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_gives_nested_intervals_around_its_median(name: str):
    """low95 <= low80 <= low50 <= median <= high50 <= high80 <= high95, for every future year."""
    table = fit(series(shock=0.05), until=2030, model=name).table
    ordered = table[["low_95_kg", "low_80_kg", "low_50_kg", "median_kg", "high_50_kg", "high_80_kg", "high_95_kg"]]
    assert (np.diff(ordered.to_numpy(), axis=1) > 0).all()


@pytest.mark.parametrize("name", sorted(MODELS))
def test_units_do_not_matter(name: str):
    """The same series in tonnes gives the same path in tonnes."""
    s = series(shock=0.05)
    kg, tonnes = fit(s, until=2028, model=name).table, fit(s / 1000, until=2028, model=name).table
    assert np.allclose(kg["high_80_kg"], tonnes["high_80_kg"] * 1000)


def test_the_shrunken_drift_pulls_towards_no_change_and_less_so_with_more_years():
    """Shrinkage lies between zero and the plain drift, and fades with evidence."""
    short = fit(series(-0.08, n=6, shock=0.05), until=2030, model="shrunken_drift").rate
    plain = fit(series(-0.08, n=6, shock=0.05), until=2030, model="drift").rate
    assert plain < short < 0
    long = series(-0.08, n=40, shock=0.05)
    assert fit(long, until=2060, model="shrunken_drift").rate == pytest.approx(
        fit(long, until=2060, model="drift").rate, abs=0.01
    )


def test_an_event_year_leaves_the_rate_exact():
    """A COVID dip marked as an event does not move the drift of a series with a known rate."""
    s = series(-0.05)
    s.loc[2020] *= 0.6
    assert fit(s, until=2030, model="drift", event_years=[2020]).rate == pytest.approx(-0.05, abs=1e-9)


def test_uneven_years_use_dates_not_positions():
    """Leaving a year out of an exact series changes no rate."""
    s = series(-0.05).drop([2017, 2018])
    for name in ("drift", "log_linear"):
        assert fit(s, until=2030, model=name, missing_years=[2017, 2018]).rate == pytest.approx(-0.05, abs=1e-9)


def test_four_years_cannot_tell():
    """With four years even a straight fall is not significant (p = 2/4!), and no probability is given."""
    result = fit(series(n=4), until=2030)
    assert "cannot tell" in result.branch
    assert result.p_value == pytest.approx(2 / 24)
    with pytest.raises(MethodError, match="cannot tell"):
        result.p_at_most(500.0, 2030)


@pytest.mark.parametrize(("kg", "sign"), [((9, 8, 7), "falling"), ((7, 8, 9), "rising"), ((8, 9, 8), "level"),
                                          ((9, 8, 7, 6), "falling"), ((6, 7, 9, 8), "rising")])
def test_three_or_four_years_have_a_sign_and_no_probability(kg: tuple[float, ...], sign: str):
    """The sign of S and its exact p. Three years have the last value without an interval and say so; four have the band
    of the default, whose drift is at most seven tenths of the one seen.
    """
    result = fit(pd.Series(kg, index=range(2020, 2020 + len(kg)), dtype=float), until=2030)
    assert result.branch.startswith(f"{len(kg)} years, {sign}: cannot tell")
    assert result.sign == sign
    assert result.model == ("last_value" if len(kg) == 3 else "shrunken_drift")
    assert abs(np.log1p(result.rate)) <= 0.7 * abs(np.log(kg[-1] / kg[0])) / (len(kg) - 1)
    if len(kg) == 3:
        assert result.table["median_kg"].to_numpy() == pytest.approx(kg[-1])
    assert any("one degree of freedom" in w for w in result.warnings) == (len(kg) == 3)
    for asked in (lambda: result.p_at_most(5.0, 2030), lambda: result.p_budget(50.0, seed=1)):
        with pytest.raises(MethodError, match="cannot tell"):
            asked()


BOUNDS = [f"{side}_{level}_kg" for level in (50, 80, 95) for side in ("low", "high")]


@pytest.mark.parametrize("asked", [{}, {"model": "last_value"}, {"sd_year": [0.05, 0.05, 0.1]}])
def test_three_years_give_no_interval_by_any_model(asked: dict[str, object]):
    """One degree of freedom: the median has no bounds, no path is drawn; four years have a band.
    """
    three = fit(pd.Series([9.0, 8.0, 7.0], index=range(2020, 2023)), until=2030, **asked)
    assert three.table["median_kg"].notna().all()
    assert three.table[BOUNDS].isna().all(axis=None)
    assert np.isnan(three.predictive.quantile(0.9)).all()
    with pytest.raises(MethodError, match="three years give no interval"):
        three.predictive.paths(10, seed=1)
    four = fit(pd.Series([9.5, 9.0, 8.0, 7.5], index=range(2019, 2023)), until=2030)
    assert four.table[BOUNDS].notna().all(axis=None)
    assert (four.table["high_95_kg"] > four.table["high_50_kg"]).all()


def test_an_event_year_counts_for_no_interval():
    """Four years of which one is marked are three: no bounds."""
    kg = pd.Series([9.5, 4.0, 8.0, 7.5], index=range(2019, 2023))
    assert fit(kg, until=2024, event_years=[2020]).table[BOUNDS].isna().all(axis=None)
    assert fit(kg, until=2024).table[BOUNDS].notna().all(axis=None)


def test_probability_of_the_median_is_one_half():
    """P(E <= median) = 50 % in each future year."""
    result = fit(series(shock=0.05), until=2030)
    median = result.table.set_index("year").loc[2030, "median_kg"]
    assert result.p_at_most(median, 2030) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (pd.Series({2020: 1.0, 2021: 1.0}), "no direction"),
        (pd.Series({2020: 1.0, 2021: 0.0, 2022: 1.0}), "zero, negative or infinite"),
        (pd.Series([1.0, 2.0, 3.0], index=[2020, 2020, 2021]), "years appear twice"),
    ],
)
def test_a_series_that_cannot_be_fitted_is_refused(bad: pd.Series, message: str):
    """Too short, not positive, or with a year twice: refused with the years named."""
    with pytest.raises(MethodError, match=message):
        fit(bad, until=2030)


def test_mann_kendall_is_exact_for_small_series():
    """A monotone series of n values has p = 2/n!; published quantile: n = 10, S = 23 has one-sided p = 0.023."""
    for n, factorial in ((3, 6), (4, 24), (5, 120), (6, 720)):
        assert mann_kendall(np.arange(n))[1] == pytest.approx(2 / factorial)
    # Kendall's table (n = 10): P(S >= 23) = 0.0233
    x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    order = [2, 1, 4, 3, 5, 7, 6, 10, 9, 8]
    s, _ = mann_kendall(np.array(x)[np.argsort(order)])
    assert s == 33
    from carbon.trajectory.fitting.mann_kendall import _exact_p

    assert _exact_p(10, 23) / 2 == pytest.approx(0.0233, abs=5e-4)


def test_ties_are_enumerated():
    """Three equal values carry no direction: S = 0, p = 1."""
    assert mann_kendall([5.0, 5.0, 5.0]) == (0, 1.0)


def test_no_change_of_slope_is_searched_for():
    """A flat then falling series of twelve years: the default keeps all its years."""
    years = np.arange(2012, 2024)
    broken = pd.Series(1000 * np.exp(-0.10 * np.maximum(0, years - 2017)), index=years)
    found = fit(broken, until=2030)
    assert found.model == "shrunken_drift"
    assert found.used.index[0] == 2012


def test_five_years_are_the_first_with_a_trend_and_a_probability():
    """Four years: a band; five: a probability, of the years that are not marked."""
    assert not fit(series(n=4), until=2024).has_trend
    five = fit(series(n=5, shock=0.02), until=2024)
    assert five.model == "shrunken_drift"
    assert 0 < five.p_at_most(800.0, 2022) < 1
    with pytest.raises(MethodError, match="at least five years, there are 4"):
        fit(series(n=5), until=2024, event_years=[2017]).p_at_most(500.0, 2022)


def test_known_errors_add_to_the_noise_of_the_years_and_replace_nothing():
    """The band with errors is never narrower than without; an error shared by all years widens the level alone."""
    s = series(shock=0.05)
    plain, own, shared = (fit(s, until=2030, **more) for more in (
        {}, {"sd_year": [0.10] * 11}, {"sd_year": [0.10] * 11, "sd_shared": 0.2}))
    assert (own.predictive.scale > plain.predictive.scale).all()
    assert shared.rate == own.rate
    assert shared.predictive.covariance - own.predictive.covariance == pytest.approx(np.full((5, 5), 0.04))
    tiny = fit(s, until=2030, sd_year=[1e-6] * 11)
    assert tiny.predictive.scale == pytest.approx(plain.predictive.scale)


def test_simulated_paths_agree_with_the_closed_form_and_repeat_bit_for_bit():
    """80 % interval of 40,000 paths = the closed form within 1 %; the same seed gives the same bits."""
    result = fit(series(shock=0.05), until=2030)
    paths = result.predictive.paths(40_000, seed=3)
    assert np.quantile(paths[:, -1], 0.9) == pytest.approx(result.table["high_80_kg"].iloc[-1], rel=0.01)
    assert np.array_equal(paths, result.predictive.paths(40_000, seed=3))


def test_the_chance_of_keeping_a_budget_comes_from_whole_paths():
    """It is one half near the median sum, grows with the budget, and needs five years."""
    result = fit(series(shock=0.05), until=2027)
    total = result.table["median_kg"].sum()
    low, mid, high = (result.p_budget(total * f, seed=1) for f in (0.95, 1.0, 1.05))
    assert low < mid < high
    assert mid == pytest.approx(0.5, abs=0.05)
    with pytest.raises(MethodError, match="cannot tell"):
        fit(series(n=4), until=2030).p_budget(total, seed=1)


def test_a_path_that_never_crosses_says_why():
    """None with the reason, never the end of the axis."""
    assert fit(series(0.03), until=2030).crossing_year(1.0) == (None, "the path does not fall")
    year, reason = fit(series(-0.05), until=2060).crossing_year(300.0)
    assert year is not None
    assert reason == "median path"


def test_wherever_there_is_an_interval_there_is_its_record():
    """The fit carries its own backtest in words."""
    assert "past years fell inside" in fit(series(shock=0.05), until=2030).record
    assert fit(series(n=4), until=2030).record == "not enough forecasts to judge the interval"


def test_a_fit_needs_three_years_beside_the_marked_ones_and_a_year_ahead():
    """Four years of which one is marked are enough, two are not; the last known year is no forecast."""
    assert len(fit(series(start=2010, n=4), until=2020, event_years=[2011]).used) == 3
    with pytest.raises(MethodError, match="only 2 years are left"):
        fit(series(start=2010, n=4), until=2020, event_years=[2011, 2012])
    assert fit(series(start=2010, n=6), until=2016).table["year"].tolist() == [2016]
    with pytest.raises(MethodError, match="until=2015 is not after the last year 2015"):
        fit(series(start=2010, n=6), until=2015)


def test_a_model_by_choice_is_a_known_one_with_enough_years():
    """Exactly as many years as it needs are enough."""
    with pytest.raises(MethodError, match="unknown model 'spline'"):
        fit(series(start=2010, n=6), until=2030, model="spline")
    for name, model in MODELS.items():
        enough = max(model.min_years, 3)
        assert fit(series(start=2010, n=enough), until=2030, model=name).model == name
        if model.min_years > 3:
            with pytest.raises(MethodError, match=f"{name} needs {model.min_years} years, there are"):
                fit(series(start=2010, n=model.min_years - 1), until=2030, model=name)
