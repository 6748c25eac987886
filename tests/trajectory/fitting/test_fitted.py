"""What a fit answers: chances, words, alarms and limits."""

import numpy as np
import pandas as pd
import pytest
from series_of_years import marked, noisy

import carbon as cb
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.trajectory import Target, fit

YEARS = range(2015, 2025)
KG = pd.Series(1000 * 0.95 ** np.arange(10.0), index=YEARS) * [1, 1.01, 0.99, 1.02, 0.98, 1, 1.01, 0.99, 1, 1]


def series(n: int) -> pd.Series:
    return pd.Series(1000.0 * 0.95 ** np.arange(n), index=range(2010, 2010 + n))


def test_a_probability_needs_five_years():
    """Four say "cannot tell", five give one."""
    with pytest.raises(MethodError, match="at least five years, there are 4"):
        fit(series(4), until=2020).p_at_most(500.0, 2020)
    # Falling by 5 % each year: 815 in 2014
    assert fit(series(5), until=2020).p_at_most(800.0, 2016) > 0.5


def test_the_chance_to_meet_a_target_is_that_of_its_own_series():
    """P(E(2030) <= 58 % of 2015), by the fit of the same scopes and method; another method, other scopes or a base year
    before the series is refused.
    """
    target = Target("t", ("1", "2"), MARKET, 2015, 2026, 0.42)
    fitted = fit(marked(scope2_method=MARKET, scopes=("1", "2")), until=2032)
    assert fitted.p_meet(target) == fitted.p_at_most(0.58 * fitted.series.loc[2015], 2026)
    assert 0.01 < fitted.p_meet(target) < 0.99
    for other, message in ((Target("t", ("1", "2"), LOCATION, 2015, 2030, 0.42), "the two never mix"),
                           (Target("t", ("1",), MARKET, 2015, 2030, 0.42), "is on scopes 1 and"),
                           (Target("t", ("1", "2"), MARKET, 2014, 2030, 0.42), "no base year 2014"),
                           (Target("t", ("1", "2"), MARKET, 2015, 2035, 0.42), "not in the fitted path")):
        with pytest.raises(MethodError, match=message):
            fitted.p_meet(other)


def test_a_window_that_starts_in_an_event_year_is_said():
    """A dip at the start turns the story around."""
    assert any("starts in a dip" in w for w in fit(noisy(), until=2030, event_years=[2015]).warnings)
    assert fit(noisy(), until=2030, event_years=[2018]).warnings == ()


def test_the_rate_with_and_without_the_marks_stands_side_by_side():
    """A dip in the last year but one: marked, the rate is the one before; unmarked, it is not."""
    dipped = noisy(shock=0.0)
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
    assert fit(noisy(6), until=2030).p_text(0.2) == "unlikely"
    assert fit(noisy(9), until=2030).p_text(0.2) == "unlikely (20%)"


def test_growth_beyond_the_record_has_no_probability():
    """40 % more a year for eight years: a fan with a warning, and no chance of meeting anything; a prior of sister
    companies that grew as fast has a record of its own; 20 % a year has the packaged one.
    """
    rnd = np.random.default_rng(5)
    sisters = pd.DataFrame({f"s{i}": 100 * np.exp(np.cumsum(rnd.normal(0.33, 0.08, 8))) for i in range(12)},
                           index=range(2016, 2024))
    own = pd.Series(100 * np.exp(np.cumsum(rnd.normal(0.34, 0.08, 8))), index=range(2016, 2024))
    fast = fit(own, until=2030)
    assert any("more a year on average" in text for text in fast.warnings)
    with pytest.raises(MethodError, match=r"more a year on average.*cannot tell"):
        fast.p_at_most(100.0, 2030)
    assert 0.02 <= fit(own, until=2030, prior=sisters).p_at_most(100.0, 2030) <= 0.98
    slower = pd.Series(100 * 1.2 ** np.arange(8.0), index=range(2016, 2024))
    assert not any("more a year on average" in text for text in fit(slower, until=2030).warnings)


def test_a_year_of_poor_data_weighs_less_in_a_fit():
    """The last year is off by 30 % and known to be poor: the rate moves less than without that knowledge."""
    clean = noisy(shock=0.0)
    off = clean.copy()
    off.iloc[-1] *= 1.3
    weighted = fit(off, until=2030, sd_year=[0.02] * 8 + [0.5])
    plain = fit(off, until=2030)
    truth = fit(clean, until=2030).rate
    assert abs(weighted.rate - truth) < abs(plain.rate - truth) / 2
    # The level is that of the good years: 0.96^8 of the first, not the last figure.
    assert abs(weighted.table["median_kg"].iloc[0] / clean.iloc[-1] - 0.96) < 0.06
    with pytest.raises(MethodError, match="standard deviations for"):
        fit(off, until=2030, sd_year=[0.02] * 5)


def test_three_or_four_years_cross_nothing_that_could_be_told():
    """No trend falls and none rises: the reason is that nobody can tell, unless the last value is there already."""
    for n in (3, 4):
        few = cb.fit(KG.tail(n), until=2030)
        assert few.crossing_year(1.0) == (None, "fewer than five years have no trend: cannot tell")
        assert few.crossing_year(1e6) == (2025, "median path")
