"""Intervals of change, gap and achieved tonnes: what both sides share cancels."""

import numpy as np
import pytest
from rows_of_spend import SPEND

from carbon.accounting.intervals import interval_of_change, interval_of_gap
from carbon.accounting.uncertainty import change_between, uncertainty_of
from carbon.core.errors import UsageError

HOW = {"scope2_method": "location-based"}


@pytest.fixture
def years(make):
    """100 t then 80 t of one supplier on one factor, and 50 t of flights in both."""
    flight = {"kind": "travel", "activity": "flight.x", "unit": "passenger.km", "tier": "physical average",
              "scope": "3", "category": 6, "factor_id": "f", "co2e_kg": 50_000.0}
    return [make({**SPEND, "supplier": "A", "co2e_kg": kg, "year": year}, {**flight, "year": year})
            for kg, year in ((100_000.0, 2024), (80_000.0, 2025))]


def test_a_change_is_surer_than_two_levels_and_is_that_of_the_notebook(years):
    """-20 t: far narrower than independent levels (about +-60 t), with the ends of `change_between`."""
    found = interval_of_change(*years, **HOW)
    change = change_between(*years, **HOW)
    width = [uncertainty_of(y).of("total-location") for y in years]

    assert found.value_kg == pytest.approx(-20_000)
    assert (found.low_kg, found.high_kg) == pytest.approx((change.low_kg, change.high_kg))
    assert found.high_kg - found.low_kg < 0.5 * np.hypot(*(w.high_kg - w.low_kg for w in width))
    assert found.high_kg < 0


def test_the_change_of_what_was_acted_on_is_of_its_rows_alone(years):
    """Spend only: the flights, unchanged, neither move nor widen it; by plain draws within 3 %.

    By hand: factor sigma ln(1.8)/2 = 0.294, all of it shared by both years; quantity sigma ln(1.1)/2 = 0.0477, 0.8 of
    its variance shared: change = exp(0.294 a) (80 q2 - 100 q1), q_i = exp(0.0477 (sqrt(.8) b + sqrt(.2) c_i)).
    """
    found = interval_of_change(*years, keep=lambda rows: rows["activity"] == "purchase.x", **HOW)
    a, b, c, d = np.random.default_rng(3).standard_normal((4, 400_000))
    sigma, q = np.log(1.8) / 2, np.log(1.1) / 2
    first, second = (np.exp(q * (np.sqrt(0.8) * b + np.sqrt(0.2) * z)) for z in (c, d))
    plain = np.percentile(np.exp(sigma * a) * (80_000 * second - 100_000 * first), [2.5, 97.5])

    assert found.value_kg == pytest.approx(-20_000)
    assert [found.low_kg, found.high_kg] == pytest.approx(plain, rel=0.03)


def test_a_gap_to_a_share_of_the_base_year_cancels_what_both_share(years):
    """-40 % of 150 t: 130 t is 40 t above. With the base year's records the gap is surer than with a fixed number."""
    base, now = years
    tied = interval_of_gap(now, target_kg=90_000.0, base=base, base_kg=150_000.0, **HOW)
    fixed = interval_of_gap(now, target_kg=90_000.0, **HOW)

    assert tied.value_kg == pytest.approx(fixed.value_kg) == pytest.approx(40_000)
    assert tied.low_kg > 0 > fixed.low_kg
    assert tied.high_kg - tied.low_kg < fixed.high_kg - fixed.low_kg


def test_half_a_base_year_is_refused(years):
    """A base without its emissions, a base of zero, a negative share, no rows: never a gap to something else."""
    base, now = years
    for wrong in ({"base": base}, {"base": base, "base_kg": 0.0}, {"base_kg": 5.0}):
        with pytest.raises(UsageError, match="base"):
            interval_of_gap(now, target_kg=1.0, **wrong, **HOW)
    with pytest.raises(UsageError, match="times"):
        interval_of_change(base, now, times=-1.0, **HOW)
    with pytest.raises(UsageError, match="no emission row"):
        interval_of_change(base, now, keep=lambda rows: rows["scope"] == "9", **HOW)
