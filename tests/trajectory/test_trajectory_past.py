"""Forecasts of the past by hand: which origins, which years ahead, which errors; when a record is in force."""

import dataclasses
import math
from datetime import date, timedelta

import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.trajectory import ruleset
from carbon.trajectory.fitting.backtest import TRAIN_AT_LEAST, backtest, forecast_past
from carbon.trajectory.fitting.models import MODELS

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


def test_a_record_is_in_force_from_its_first_to_its_last_day():
    """Both days included; the day before and the day after are refused with the dates."""
    record = ruleset("sbti_near_term_pre_2026")
    assert ruleset(record.id, on=record.valid_from) is ruleset(record.id, on=record.valid_to) is record
    for day in (record.valid_from - timedelta(days=1), record.valid_to + timedelta(days=1)):
        assert not record.in_force(day)
        with pytest.raises(MethodError, match=f"not on {day}"):
            ruleset(record.id, on=day)
    with pytest.raises(MethodError, match="unknown ruleset"):
        ruleset("none_such", on=date(2025, 1, 1))


def test_the_rate_of_a_net_zero_year_is_the_steeper_of_floor_and_way():
    """(1 - 0.1) / (2050 - 2020) = 3 % is below the floor of 4.2 %; from 2035 on it is 6 %. Scope 3 has a rate of its
    own, a scope without any has none.
    """
    record = ruleset("sbti_near_term_2026_reading")
    assert record.rate("1", base_year=2020) == 0.042
    assert record.rate("1", base_year=2035) == pytest.approx(0.06)
    assert record.rate("2", base_year=2020) == pytest.approx(0.045)
    assert record.rate("3", base_year=2020) == 0.025
    bare = dataclasses.replace(record, params={"yearly_rate": {"1": 0.05}})
    assert (bare.rate("1", base_year=2020), bare.rate("2", base_year=2020)) == (0.05, None)
