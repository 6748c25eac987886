"""Bad input to fits and gaps: each refused with a remedy; what is odd but usable is said."""

import ast
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.trajectory import Target, backtest, budget_state, fit, fit_parts, gap


def series(n: int = 9, start: int = 2015, shock: float = 0.03) -> pd.Series:
    noise = np.random.Generator(np.random.PCG64(4)).normal(0, shock, n)
    return pd.Series(1000 * np.exp(-0.04 * np.arange(n) + noise), index=range(start, start + n))


def marked(**attrs: object) -> pd.Series:
    made = series()
    made.attrs.update(attrs)
    return made


@pytest.mark.parametrize(("bad", "message"), [
    (series(1), "1 year with a figure: no direction"),
    (series(2), "2 years with a figure: no direction"),
    (series().drop([2017, 2018]), "no figure for 2017, 2018 between 2015 and 2023"),
    (series().where(series().index != 2017), "no figure for 2017 between"),
    (series().drop(2016), "no figure for 2016 between"),
    (series().drop(2022), "no figure for 2022 between"),
    (pd.Series({2020: 1.0, 2021: 0.0, 2022: 1.0}), r"zero, negative or infinite emissions in \[2021\]"),
    (pd.Series({2020: 1.0, 2021: -1.0, 2022: 1.0}), "zero, negative or infinite"),
    (pd.Series({2020: 1.0, 2021: np.inf, 2022: 1.0}), r"zero, negative or infinite emissions in \[2021\]"),
    (series().astype("str"), "not numbers"),
    (series() > 900, "not numbers"),
    (pd.Series([3.0, 2.0, 1.0]), "must be calendar years"),
    (pd.Series([3.0, 2.0, 1.0], index=["a", "b", "c"]), "must be calendar years"),
    (pd.Series([3.0, 2.0, 1.0], index=pd.to_datetime(["2020", "2021", "2022"])), "must be calendar years"),
    (pd.Series([3.0, 2.0, 1.0], index=[2020, 2020, 2021]), "stand twice"),
    (marked(breaks=(("acquisition of Example", 2019),)), "crosses acquisition of Example"),
])
def test_a_series_that_is_none_is_refused_with_a_remedy(bad: pd.Series, message: str):
    """In fit and in the backtest alike."""
    for call in (lambda: fit(bad, until=2030), lambda: backtest(bad)):
        with pytest.raises(MethodError, match=message) as refused:
            call()
        assert refused.value.hint


def test_a_break_outside_the_series_does_not_matter():
    """An event before the first year or after the last has nothing to mend."""
    for year in (2015, 2030):
        assert fit(marked(breaks=(("sale", year),)), until=2030).model == "shrunken_drift"


def test_a_table_of_several_columns_is_no_series():
    """Location- and market-based side by side are two series."""
    with pytest.raises(MethodError, match="one series"):
        fit(pd.DataFrame({LOCATION: series(), MARKET: series()}), until=2030)


def test_a_gap_between_two_methods_or_across_a_break_is_refused():
    """A market-based target never meets a location-based series; a base year moved without an event neither."""
    target = Target("t", ("1", "2"), MARKET, 2015, 2030, 0.42)
    with pytest.raises(MethodError, match="the two never mix"):
        gap(marked(scope2_method=LOCATION), target)
    with pytest.raises(MethodError, match="crosses sale"):
        gap(marked(scope2_method=MARKET, breaks=(("sale", 2018),)), target)
    with pytest.raises(MethodError, match="is on scopes 1, 2 and the series sums 1, 2, 3"):
        gap(marked(scope2_method=MARKET, scopes=("1", "2", "3")), target)
    with pytest.raises(MethodError, match="stand twice"):
        gap(pd.concat([series(), series()]), target)
    with pytest.raises(MethodError, match="not numbers"):
        gap(series().astype("str"), target)
    assert len(gap(marked(scope2_method=MARKET, scopes=("1", "2")), target)) == 16


def test_the_chance_to_meet_a_target_is_that_of_its_own_series():
    """P(E(2030) <= 58 % of 2015), by the fit of the same scopes and method; another method, other scopes or a base year
    before the series is refused.
    """
    target = Target("t", ("1", "2"), MARKET, 2015, 2030, 0.42)
    fitted = fit(marked(scope2_method=MARKET, scopes=("1", "2")), until=2032)
    assert fitted.p_meet(target) == fitted.p_at_most(0.58 * fitted.series.loc[2015], 2030)
    assert 0.01 < fitted.p_meet(target) < 0.99
    for other, message in ((Target("t", ("1", "2"), LOCATION, 2015, 2030, 0.42), "the two never mix"),
                           (Target("t", ("1",), MARKET, 2015, 2030, 0.42), "is on scopes 1 and"),
                           (Target("t", ("1", "2"), MARKET, 2014, 2030, 0.42), "no base year 2014"),
                           (Target("t", ("1", "2"), MARKET, 2015, 2035, 0.42), "not in the fitted path")):
        with pytest.raises(MethodError, match=message):
            fitted.p_meet(other)


def test_a_budget_is_not_held_against_the_other_method_or_across_a_break():
    """A market-based pathway and a location-based series; a sale that is not restated; a year twice."""
    path = Target("t", ("1", "2"), MARKET, 2015, 2030, 0.42).pathway(1000.0)
    budget_state(marked(scope2_method=MARKET), path, convention="annual_sum")
    for bad, message in ((marked(scope2_method=LOCATION), "the two never mix"),
                         (marked(breaks=(("sale", 2018),)), "crosses sale"),
                         (pd.concat([series(), series()]), "stand twice")):
        with pytest.raises(MethodError, match=message) as refused:
            budget_state(bad, path, convention="annual_sum")
        assert refused.value.hint


def test_a_gap_that_is_declared_is_named_and_not_invented():
    """By the call, or by the series itself (the company's params): the dates of the others are used, and it is said."""
    gapped = series().drop([2017, 2018])
    fitted = fit(gapped, until=2030, missing_years=[2017, 2018])
    assert any("no figure for 2017, 2018" in w for w in fitted.warnings)
    assert fitted.series.index.tolist() == gapped.index.tolist()
    assert len(backtest(gapped, missing_years=[2017, 2018]))
    own = series().where(series().index != 2017)
    own.attrs["missing_years"] = (2017, 2019)
    assert fit(own, until=2030).warnings == ("no figure for 2017: not invented, the dates are used",)
    parts = pd.DataFrame({"a": gapped, "b": gapped})
    assert fit_parts(parts, until=2030, seed=1, missing_years=[2017, 2018], draws=100).parts
    with pytest.raises(MethodError, match="no figure for 2017, 2018"):
        fit_parts(parts, until=2030, seed=1, draws=100)


def test_a_year_with_a_figure_is_not_missing():
    """A declaration that hides a figure is refused."""
    with pytest.raises(MethodError, match=r"years \[2019\] are declared missing and have a figure"):
        fit(series(), until=2030, missing_years=[2019])


def test_a_window_that_starts_in_an_event_year_is_said():
    """A dip at the start turns the story around."""
    assert any("starts in a dip" in w for w in fit(series(), until=2030, event_years=[2015]).warnings)
    assert fit(series(), until=2030, event_years=[2018]).warnings == ()


def test_the_rate_with_and_without_the_marks_stands_side_by_side():
    """A dip in the last year but one: marked, the rate is the one before; unmarked, it is not."""
    dipped = series(shock=0.0)
    dipped.iloc[-1] *= 0.6
    fitted = fit(dipped, until=2030, event_years=[2023], model="drift")
    assert fitted.rate == pytest.approx(np.expm1(-0.04))
    # ln(0.6) spread over eight steps comes on top
    assert fitted.rate_unmarked == pytest.approx(np.expm1(-0.04 + np.log(0.6) / 8))


def test_a_model_that_lags_raises_the_alarm():
    """Growth that always beats the last value: every error on one side."""
    growing = pd.Series(100 * 1.2 ** np.arange(9), index=range(2015, 2024))
    fitted = fit(growing, until=2030, model="last_value")
    assert fitted.tracking_signal == pytest.approx(5.0)
    assert any("tracking signal +5.0" in w for w in fitted.warnings)


def test_probabilities_are_words_below_eight_years():
    """Never two decimals, no percent with few years."""
    assert fit(series(6), until=2030).p_text(0.2) == "unlikely"
    assert fit(series(9), until=2030).p_text(0.2) == "unlikely (20%)"


def test_an_interval_from_past_errors_says_when_there_are_too_few():
    """With n errors at a distance, k = ceil((n + 1) x level) must exist; the worst miss stands beside."""
    table = fit(series(12), until=2028).conformal(level=0.80)
    # 12 years, training on 4: eight errors at one year, seven at two
    assert table["errors"].tolist() == [8, 7]
    assert (table["low_kg"] < table["median_kg"]).all()
    assert (table["shock_kg"] >= table["median_kg"]).all()
    few = fit(series(6), until=2030).conformal(level=0.80)
    assert few["low_kg"].isna().all()


def test_conformal_bounds_are_the_right_order_statistic():
    """Eight errors, level 0.8: k = ceil(9 x 0.8) = 8, the largest."""
    from carbon.trajectory.fitting.backtest import forecast_past

    fitted = fit(series(12), until=2027)
    errors = forecast_past(fitted.used, models=[fitted.model])["error"].abs()
    reach = np.log(fitted.conformal(level=0.80)["high_kg"] / fitted.table["median_kg"]).item()
    assert reach == pytest.approx(errors.max())


def test_a_conformal_rank_is_a_whole_number_whatever_the_last_bit():
    """24 errors at level 0.28: k = 25 x 0.28 = 7, which is a little more in binary, and not 8. Ceil, not floor: 8
    errors at level 0.6 are k = ceil(5.4) = 6.
    """
    from carbon.trajectory.fitting.conformal import _quantile

    assert math.ceil(25 * 0.28) == 8
    assert _quantile(np.arange(24.0, 0, -1), 0.28) == 7
    assert _quantile(np.arange(1.0, 9), 0.6) == 6
    assert np.isnan(_quantile(np.arange(1.0, 9), 0.9))


def test_a_shock_never_lies_below_the_median():
    """A path that fell faster every year was never above the last value: no upward miss, no shock, and no good news
    of it.
    """
    falling = pd.Series(1000 * np.exp(-0.01 * np.arange(12.0) ** 2), index=range(2012, 2024))
    table = fit(falling, until=2026, model="last_value").conformal(level=0.8)
    assert (table["shock_kg"] == table["median_kg"]).all()
    rising = fit(1e6 / falling, until=2024, model="last_value").conformal(level=0.8)
    # the worst year went up by 0.01 (11^2 - 10^2)
    assert np.log(rising["shock_kg"] / rising["median_kg"]).item() == pytest.approx(0.21)


def test_an_interval_of_past_errors_is_as_far_on_both_sides_in_percent():
    """low x high = median^2; where no error is known there is neither bound nor shock."""
    table = fit(series(12), until=2037).conformal(level=0.5)
    known = table["errors"] >= 2
    assert known.sum() >= 6
    assert (table["low_kg"] * table["high_kg"])[known].to_numpy() == pytest.approx((table["median_kg"] ** 2)[known])
    none = table["errors"] == 0
    assert none.sum() == 3
    assert table.loc[none, ["low_kg", "high_kg", "shock_kg"]].isna().all(axis=None)


def test_given_errors_have_no_past_to_learn_from():
    """A line weighted by known errors has no conformal interval, and says so."""
    with pytest.raises(MethodError, match="stands on errors that were given"):
        fit(series(), until=2026, sd_year=[0.05] * 9).conformal(level=0.8)


def test_a_year_of_poor_data_weighs_less_in_a_fit():
    """The last year is off by 30 % and known to be poor: the rate hardly moves, and no record is claimed."""
    clean = series(shock=0.0)
    off = clean.copy()
    off.iloc[-1] *= 1.3
    weighted = fit(off, until=2030, sd_year=[0.02] * 8 + [0.5])
    assert weighted.model == "weighted_line"
    assert weighted.rate == pytest.approx(np.expm1(-0.04), abs=0.002)
    assert weighted.record == "not enough forecasts to judge the interval"
    with pytest.raises(MethodError, match="standard deviations for"):
        fit(off, until=2030, sd_year=[0.02] * 5)


def test_every_refusal_of_these_rooms_has_a_remedy():
    """Each MethodError raised by the trajectory and by the history of inventories passes a hint."""
    import carbon.accounting.years.bridge as home

    inventory = Path(home.__file__).parent
    files = [*Path(home.__file__).parents[1].joinpath("trajectory").rglob("*.py"),
             *(inventory / f"{m}.py" for m in ("bridge", "lmdi", "restated", "judged", "significance", "base_year",
                                               "history", "rerun", "streams", "by_year"))]
    bare = [f"{file.name}:{node.lineno}" for file in files
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
            and not {"hint", "what_to_do"} & {k.arg for k in node.exc.keywords}]
    assert len(files) > 20
    assert bare == []
