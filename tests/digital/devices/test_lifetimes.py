"""Lifetimes by both rules, and cohorts that are replaced when they reach their life."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.core.errors import MethodError
from carbon.digital.devices import embodied, lifetimes
from carbon.digital.devices.lifetimes import cohort_purchases, cohort_table


def test_lifetime_rules_by_hand():
    """NumEcoEval takes the age of a device in use; the other rule the greater of age and planned life."""
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
    """2020-01-01 to 2024-12-31 is 1826 days: 5.0027 years."""
    day = pd.to_datetime(pd.Series(["2020-01-01"])).astype("datetime64[s]")
    none = pd.Series([pd.NaT]).astype("datetime64[s]")
    assert lifetimes.age_years(day, none, pd.Timestamp("2024-12-31")).item() == pytest.approx(1826 / 365)


def test_cohorts_by_hand_and_their_cliff():
    """10 devices of each age 0 to 4, life 5: ten a year. Life 7: none for two years, then ten a year again."""
    stock = [10, 10, 10, 10, 10]
    assert cohort_purchases(stock, 5, 6).tolist() == [10] * 6
    assert cohort_purchases(stock, 7, 8).tolist() == [0, 0, 10, 10, 10, 10, 10, 0]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=15), st.integers(1, 12))
@settings(max_examples=100)
def test_cohorts_keep_the_stock_over_one_life(stock, life):
    """Over any `life` years each device is replaced exactly once."""
    assert cohort_purchases(stock, life, life).sum() == sum(stock)


def test_cohort_scenario_at_todays_life_restores_the_baseline():
    """The same life again avoids nothing, and half a life is refused."""
    stock = pd.DataFrame({"category": "laptop", "age": [0, 1, 2], "units": [5, 3, 2], "embodied_kg": 185.09,
                          "planned_years": 5.0})
    table = cohort_table(stock, (5, 6), first_year=2025, years=8)
    assert set(table["life_years"]) == {5, 6}
    assert (table.loc[table["life_years"] == 5, "avoided_co2e_kg"] == 0).all()
    assert table.loc[table["baseline"], "life_years"].unique().tolist() == [5]
    with pytest.raises(MethodError):
        cohort_table(stock, (6.5,), first_year=2025, years=8)


def test_a_steady_fleet_has_equal_views_over_one_life():
    """Mean of the purchase-year view over one life = the spread view: 5 laptops, one bought a year, life 5."""
    bought = cohort_purchases([1, 1, 1, 1, 1], 5, 5)
    assert embodied.purchase_year_kg(bought, 185.09).mean() == pytest.approx(embodied.spread_kg(5, 185.09, 5))
