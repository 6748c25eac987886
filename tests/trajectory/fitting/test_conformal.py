"""Intervals from past errors alone."""

import math

import numpy as np
import pandas as pd
import pytest
from series_of_years import noisy

from carbon.trajectory import fit


def test_an_interval_from_past_errors_says_when_there_are_too_few():
    """With n errors at a distance, k = ceil((n + 1) x level) must exist; the worst miss stands beside."""
    table = fit(noisy(12), until=2028).conformal(level=0.80)
    # 12 years, training on 4: eight errors at one year, seven at two
    assert table["errors"].tolist() == [8, 7]
    assert (table["low_kg"] < table["median_kg"]).all()
    assert (table["shock_kg"] >= table["median_kg"]).all()
    few = fit(noisy(6), until=2030).conformal(level=0.80)
    assert few["low_kg"].isna().all()


def test_conformal_bounds_are_the_right_order_statistic():
    """Eight errors, level 0.8: k = ceil(9 x 0.8) = 8, the largest."""
    from carbon.trajectory.fitting.backtest import forecast_past

    fitted = fit(noisy(12), until=2027)
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
    table = fit(noisy(12), until=2037).conformal(level=0.5)
    known = table["errors"] >= 2
    assert known.sum() >= 6
    assert (table["low_kg"] * table["high_kg"])[known].to_numpy() == pytest.approx((table["median_kg"] ** 2)[known])
    none = table["errors"] == 0
    assert none.sum() == 3
    assert table.loc[none, ["low_kg", "high_kg", "shock_kg"]].isna().all(axis=None)


def test_a_fit_with_known_errors_has_past_errors_too():
    """The default learns from the past of the series with the errors of its years: the interval is there."""
    table = fit(noisy(12), until=2030, sd_year=[0.05] * 12).conformal(level=0.5)
    assert table["low_kg"].notna().any()
