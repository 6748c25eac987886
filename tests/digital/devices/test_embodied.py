"""The formulas of a fleet, each once by hand, and what must always hold of them."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.core.errors import MethodError
from carbon.digital.devices import embodied
from carbon.digital.devices.embodied import asleep_kg, spread_kg

years = st.floats(0.5, 20)


def test_spread_and_purchase_year_by_hand():
    """Ten laptops of 185.09 kg over five years; three bought."""
    assert embodied.spread_kg(10, 185.09, 5) == pytest.approx(370.18)  # 10 x 185.09 / 5
    assert embodied.purchase_year_kg(3, 185.09) == pytest.approx(555.27)  # 3 x 185.09


def test_use_by_hand():
    """A laptop of 26.5 W for 3 hours a day: 26.5 x 3 x 365 / 1000 = 29.0175 kWh; PUE only where it is given."""
    kwh = embodied.yearly_kwh(26.5, 3)
    assert kwh == pytest.approx(29.0175)
    assert embodied.use_kg(2, kwh, 0.05) == pytest.approx(2.90175)
    assert embodied.use_kg(2, kwh, 0.05, pue=1.4) == pytest.approx(4.06245)
    with pytest.raises(MethodError):
        embodied.use_kg(1, 1, 1, pue=0.9)


def test_longer_life_by_hand():
    """100 laptops from 4 to 6 years: 100 x 185.09 x (1/4 - 1/6) = 1542.4 kg a year, a third less."""
    assert embodied.longer_life_avoided_kg(100, 185.09, 4, 6) == pytest.approx(1542.4167, abs=1e-3)
    assert embodied.longer_life_reduction(4, 6) == pytest.approx(1 / 3)


@given(years)
def test_same_life_avoids_nothing(life):
    """L0 = L1 avoids 0."""
    assert embodied.longer_life_avoided_kg(7, 185.09, life, life) == 0


@given(years, years)
@settings(max_examples=100)
def test_longer_life_never_raises_the_yearly_figure(a, b):
    """The spread view falls, or stays, when life grows."""
    short, long = sorted((a, b))
    assert embodied.spread_kg(1, 185.09, long) <= embodied.spread_kg(1, 185.09, short)


def test_payback_by_hand():
    """A 185.09 kg laptop that saves 20 kWh at 0.05 kg pays after 185 years; a saving of nothing never pays."""
    assert embodied.payback_years(185.09, 20, 0.05) == pytest.approx(185.09)
    assert not embodied.replacement_pays(185.09, 20, 0.05, 5)
    assert embodied.replacement_pays(185.09, 1000, 0.5, 5)  # 2500 kg saved
    assert embodied.payback_years(185.09, 0, 0.05) == math.inf


def test_asleep_is_never_negative():
    """Half of life left: half asleep; past its life: nothing."""
    assert embodied.asleep_kg(4, 100, 2, 4) == pytest.approx(200)
    assert embodied.asleep_kg(4, 100, 9, 4) == 0


def test_reuse_rate_leaves_out_the_old_and_says_nothing_of_nothing():
    """5 reused of 12 retired, 2 of them over ten years: 5 / 10. None retired: no data, never 0 % or 100 %."""
    assert embodied.reuse_rate(5, 12, 2) == 0.5
    assert math.isnan(embodied.reuse_rate(0, 2, 2))
    with pytest.raises(MethodError):
        embodied.reuse_rate(5, 4, 0)


def test_steady_purchases_and_months_between():
    """120 devices for 6 years: 20 a year; 4 orders in 12 months: every 3 months; no order: no data."""
    assert embodied.steady_purchases(120, 6) == 20
    assert embodied.months_between(12, 4) == 3
    assert math.isnan(embodied.months_between(12, 0))


@pytest.mark.parametrize("life", [0, -1])
def test_no_life_of_zero(life):
    """A life of zero or less is refused, not divided by."""
    with pytest.raises(MethodError):
        embodied.spread_kg(1, 100, life)


def test_a_footprint_has_no_negative_devices_and_no_lists():
    """-10 devices are refused, not -370 kg; a list is refused in words, a Series is right: 10 x 185 x (1 - 2/5) =
    1110.
    """
    with pytest.raises(MethodError, match="quantity is -10"):
        spread_kg(-10, 185.0, 5.0)
    with pytest.raises(MethodError, match="Series of numbers"):
        asleep_kg([10], 185.0, 2.0, 5.0)
    assert asleep_kg(pd.Series([10.0]), 185.0, 2.0, 5.0).tolist() == pytest.approx([1110])
