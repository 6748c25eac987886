"""Rows that may be right but look wrong: listed, never changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.records.rules.plausibility import medians, returns_twice

MONTHS = [{"period_start": f"2024-{m:02}-01", "period_end": f"2024-{m:02}-28", "meter": "A"} for m in range(1, 5)]


def test_a_slip_of_unit_is_listed(verdict):
    """A reading a thousand times the usual one of its meter is listed, and counts."""
    read = verdict("energy", *MONTHS[:3], MONTHS[3] | {"unit": "MWh"})
    assert "unit_slip" in read.warned
    assert len(read.records) == 4


@pytest.mark.parametrize(("row", "code"), [
    ({"amount": "2e10"}, "implausible_size"), ({"amount": "-1"}, None)])
def test_sizes_that_no_company_has(verdict, row, code):
    """An amount beyond ten thousand million is listed."""
    assert ("implausible_size" in verdict("purchases", row, {}).warned) == bool(code)


def test_quantities_below_zero_are_listed(verdict):
    """They net off, which may not be meant."""
    assert "quantity_negative" in verdict("energy", {}, {"quantity": "-5", "meter": "B"}).warned


def test_medians_of_groups():
    """Of each group the median and number of its known values; a group without any has none."""
    values, group = np.array([1.0, 3.0, 9.0, 4.0]), np.array([0, 0, 0, 1])
    median, count = medians(values, group, np.array([True, True, False, False]))
    np.testing.assert_array_equal(median, [2.0, 2.0, 2.0, np.nan])
    assert count.tolist() == [2, 2, 2, 0]


def test_returns_that_are_two_one_ways_as_well():
    """A return is there twice where its way out and a later way back are rows too."""
    days = pd.to_datetime(["2024-03-01", "2024-03-01", "2024-03-05"])
    trips = pd.DataFrame({"mode": "rail", "origin": ["A", "A", "B"], "destination": ["B", "B", "A"],
                          "period_start": days, "return": [True, False, False]})
    assert len(returns_twice(trips)) == 1
    assert len(returns_twice(trips.iloc[:2])) == 0
