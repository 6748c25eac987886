"""Ends of an interval as readers are shown them."""

import math

import pytest

from carbon.emissions.uncertainty.shown import Interval, decimals_of, shown_ends


@pytest.mark.parametrize(("low", "value", "high", "shown"), [
    (5370.793, 7104.3, 10047.82, (5400, 10000)),
    (987.6, 1234.5, 1543.2, (990, 1500)),
    (1230.1, 1234.5, 1239.0, (1230, 1240)),  # two digits would say 1,200 to 1,200
    (1234.2, 1234.5, 1234.9, (1234.2, 1234.9)),
    (-21.79, 5, 32.1, (-22, 32)),
    (0.003, 5, 45.2, (0, 45)),  # no more decimals near zero than the width calls for
    (0.01234, 0.02, 0.0456, (0.012, 0.046)),
    (-1202.06, -488, 82.83, (-1200, 80)),
    (40.0, 30.0, 50.0, (40, 50)),  # a figure outside, as a stated range may be
])
def test_ends_have_two_digits_unless_they_would_mislead(low, value, high, shown):
    """The width is kept within a quarter, and a figure that lies inside stays inside."""
    found = shown_ends(low, value, high)

    assert found == pytest.approx(shown)
    assert abs(found[1] - found[0] - (high - low)) <= 0.25 * (high - low)
    assert not low <= value <= high or found[0] <= value <= found[1]


def test_an_end_without_width_or_unknown_stays_as_it_is():
    """Nothing is rounded that has no uncertainty, and unknown is not a number."""
    assert shown_ends(12.345, 12.345, 12.345) == (12.345, 12.345)
    assert all(map(math.isnan, shown_ends(math.nan, 1.0, math.nan)))
    assert [decimals_of(x) for x in (5400.0, 1.0, 0.012, 0.0, -2.8, math.nan)] == [0, 1, 3, 0, 1, 0]


def test_an_interval_prints_what_pages_show():
    """In tonnes, with the same ends."""
    assert str(Interval(7_104_333.0, 5_370_793.0, 10_047_820.0, "")) == (
        "7,100.0 t CO2e, 95 % between 5,400 and 10,000")
