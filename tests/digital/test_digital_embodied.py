"""The formulas of a fleet, each once by hand, and what must always hold of them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.core.errors import MethodError
from carbon.digital.devices import embodied, lifetimes
from carbon.digital.devices.lifetimes import cohort_purchases, cohort_table

years = st.floats(0.5, 20)


def test_spread_and_purchase_year_by_hand():
    """
    Ten laptops of 185.09 kg over five years; three bought.
    """
    assert embodied.spread_kg(10, 185.09, 5) == pytest.approx(370.18)  # 10 x 185.09 / 5
    assert embodied.purchase_year_kg(3, 185.09) == pytest.approx(555.27)  # 3 x 185.09


def test_use_by_hand():
    """
    A laptop of 26.5 W for 3 hours a day: 26.5 x 3 x 365 / 1000 = 29.0175 kWh; PUE only where it is given.
    """
    kwh = embodied.yearly_kwh(26.5, 3)
    assert kwh == pytest.approx(29.0175)
    assert embodied.use_kg(2, kwh, 0.05) == pytest.approx(2.90175)
    assert embodied.use_kg(2, kwh, 0.05, pue=1.4) == pytest.approx(4.06245)
    with pytest.raises(MethodError):
        embodied.use_kg(1, 1, 1, pue=0.9)


def test_longer_life_by_hand():
    """
    100 laptops from 4 to 6 years: 100 x 185.09 x (1/4 - 1/6) = 1542.4 kg a year, a third less.
    """
    assert embodied.longer_life_avoided_kg(100, 185.09, 4, 6) == pytest.approx(1542.4167, abs=1e-3)
    assert embodied.longer_life_reduction(4, 6) == pytest.approx(1 / 3)


@given(years)
def test_same_life_avoids_nothing(life):
    """
    L0 = L1 avoids 0.
    """
    assert embodied.longer_life_avoided_kg(7, 185.09, life, life) == 0


@given(years, years)
@settings(max_examples=100)
def test_longer_life_never_raises_the_yearly_figure(a, b):
    """
    The spread view falls, or stays, when life grows.
    """
    short, long = sorted((a, b))
    assert embodied.spread_kg(1, 185.09, long) <= embodied.spread_kg(1, 185.09, short)


def test_payback_by_hand():
    """
    A 185.09 kg laptop that saves 20 kWh at 0.05 kg pays after 185 years; a saving of nothing never pays.
    """
    assert embodied.payback_years(185.09, 20, 0.05) == pytest.approx(185.09)
    assert not embodied.replacement_pays(185.09, 20, 0.05, 5)
    assert embodied.replacement_pays(185.09, 1000, 0.5, 5)  # 2500 kg saved
    assert embodied.payback_years(185.09, 0, 0.05) == math.inf


def test_asleep_is_never_negative():
    """
    Half of life left: half asleep; past its life: nothing.
    """
    assert embodied.asleep_kg(4, 100, 2, 4) == pytest.approx(200)
    assert embodied.asleep_kg(4, 100, 9, 4) == 0


def test_reuse_rate_leaves_out_the_old_and_says_nothing_of_nothing():
    """
    5 reused of 12 retired, 2 of them over ten years: 5 / 10. None retired: no data, never 0 % or 100 %.
    """
    assert embodied.reuse_rate(5, 12, 2) == 0.5
    assert math.isnan(embodied.reuse_rate(0, 2, 2))
    with pytest.raises(MethodError):
        embodied.reuse_rate(5, 4, 0)


def test_steady_purchases_and_months_between():
    """
    120 devices for 6 years: 20 a year; 4 orders in 12 months: every 3 months; no order: no data.
    """
    assert embodied.steady_purchases(120, 6) == 20
    assert embodied.months_between(12, 4) == 3
    assert math.isnan(embodied.months_between(12, 0))


@pytest.mark.parametrize("life", [0, -1])
def test_no_life_of_zero(life):
    """
    A life of zero or less is refused, not divided by.
    """
    with pytest.raises(MethodError):
        embodied.spread_kg(1, 100, life)


def test_lifetime_rules_by_hand():
    """
    NumEcoEval takes the age of a device in use; the other rule the greater of age and planned life.
    """
    age = pd.Series([3.0, 7.0, 0.4, np.nan, 3.0])
    retired = pd.Series([False, False, False, False, True])
    planned, default = pd.Series([5.0, 5.0, np.nan, np.nan, 5.0]), pd.Series([5.0, 5.0, 5.0, np.nan, 5.0])
    ours = lifetimes.lifespan_years(age, retired, planned, default, rule="max_of_age_and_planned")
    theirs = lifetimes.lifespan_years(age, retired, planned, default, rule="numecoeval")
    # in use: max(3, 5), max(7, 5), max(0.4, default 5); no date and no default: 2; retired: it lived 3 years
    assert ours.tolist() == [5, 7, 5, 2, 3]
    # age, age, under 1 counts 1, no date: 2, retirement - purchase
    assert theirs.tolist() == [3, 7, 1, 2, 3]
    with pytest.raises(MethodError):
        lifetimes.lifespan_years(age, retired, planned, default, rule="mine")


def test_a_year_of_age_is_365_days():
    """
    2020-01-01 to 2024-12-31 is 1826 days: 5.0027 years.
    """
    day = pd.to_datetime(pd.Series(["2020-01-01"])).astype("datetime64[s]")
    none = pd.Series([pd.NaT]).astype("datetime64[s]")
    assert lifetimes.age_years(day, none, pd.Timestamp("2024-12-31")).item() == pytest.approx(1826 / 365)


def test_cohorts_by_hand_and_their_cliff():
    """
    10 devices of each age 0 to 4, life 5: ten a year. Life 7: none for two years, then ten a year again.
    """
    stock = [10, 10, 10, 10, 10]
    assert cohort_purchases(stock, 5, 6).tolist() == [10] * 6
    assert cohort_purchases(stock, 7, 8).tolist() == [0, 0, 10, 10, 10, 10, 10, 0]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=15), st.integers(1, 12))
@settings(max_examples=100)
def test_cohorts_keep_the_stock_over_one_life(stock, life):
    """
    Over any `life` years each device is replaced exactly once.
    """
    assert cohort_purchases(stock, life, life).sum() == sum(stock)


def test_cohort_scenario_at_todays_life_restores_the_baseline():
    """
    The same life again avoids nothing, and half a life is refused.
    """
    stock = pd.DataFrame({"category": "laptop", "age": [0, 1, 2], "units": [5, 3, 2], "embodied_kg": 185.09,
                          "planned_years": 5.0})
    table = cohort_table(stock, (5, 6), first_year=2025, years=8)
    assert set(table["life_years"]) == {5, 6}
    assert (table.loc[table["life_years"] == 5, "avoided_co2e_kg"] == 0).all()
    assert table.loc[table["baseline"], "life_years"].unique().tolist() == [5]
    with pytest.raises(MethodError):
        cohort_table(stock, (6.5,), first_year=2025, years=8)


def test_a_steady_fleet_has_equal_views_over_one_life():
    """
    Mean of the purchase-year view over one life = the spread view: 5 laptops, one bought a year, life 5.
    """
    bought = cohort_purchases([1, 1, 1, 1, 1], 5, 5)
    assert embodied.purchase_year_kg(bought, 185.09).mean() == pytest.approx(embodied.spread_kg(5, 185.09, 5))
