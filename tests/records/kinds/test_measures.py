"""Amounts of rows and their exact totals, as ledgers show them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.records.kinds.measures import difference, exact_decimal_sum, labelled_amounts, plain, totals


@settings(max_examples=100, deadline=None)
@given(values=st.lists(st.decimals(-10**9, 10**9, places=4, allow_nan=False), max_size=30))
def test_sums_are_those_of_the_decimals(values):
    """The sum of floats read from decimals is the exact sum of the decimals, in any order."""
    floats = pd.Series([float(v) for v in values], dtype="float64").to_numpy()

    assert exact_decimal_sum(floats) == sum(values, Decimal(0))
    assert exact_decimal_sum(floats[::-1]) == sum(values, Decimal(0))


def test_energy_is_summed_by_carrier_in_one_unit():
    """1 MWh + 500 kWh = 1,500 kWh of electricity; litres and kWh of one fuel are kept apart."""
    table = pd.DataFrame({"carrier": ["electricity", "electricity", "diesel", "diesel"],
                          "quantity": [1.0, 500.0, 10.0, 3.0], "unit": ["MWh", "kWh", "L", "kWh"]})
    assert totals("energy", table) == {"electricity:kWh": "1500", "diesel:L": "10", "diesel:kWh": "3"}


def test_a_trip_without_a_distance_has_its_great_circle_under_a_label_of_its_own():
    """CDG to JFK twice is twice the great circle, never added to the distances that were given."""
    table = pd.DataFrame({"mode": ["air", "air"], "distance": [100.0, np.nan], "distance_unit": ["km", ""],
                          "passengers": [2.0, 1.0], "trips": [1.0, 2.0], "origin": ["", "CDG"],
                          "destination": ["", "JFK"], "amount": np.nan, "currency": "", "nights": np.nan})
    amounts, label, labels = labelled_amounts("travel", table)

    assert [labels[i] for i in label] == ["air:km", "air:km great circle"]
    assert amounts[0] == 200
    assert 11_000 < amounts[1] < 12_000
    assert totals("travel", table) == {"air:km": "200"}


def test_a_declared_sum_is_compared_to_the_last_digit():
    """0.1 + 0.2 is 0.3; a cent less is a difference, and so is a sum of a unit that no row has."""
    sums = {"EUR": plain(Fraction(exact_decimal_sum(np.array([0.1, 0.2]))))}
    assert difference("0.3", sums) == difference("0.30 EUR", sums) == ""
    assert difference("0.29 EUR", sums) == "the rows read sum to 0.3 EUR, params declare 0.29 EUR"
    assert "sum to 0 GBP" in difference("0.3 GBP", sums)


def test_energy_is_in_kwh_only_where_that_is_a_finite_decimal():
    """3.6 GJ are 1,000 kWh; 1 GJ is 277.7... kWh and stays 1 GJ."""
    def in_gigajoules(quantity):
        return totals("energy", pd.DataFrame({"carrier": ["heat"], "quantity": [quantity], "unit": ["GJ"]}))

    assert in_gigajoules(3.6) == {"heat:kWh": "1000"}
    assert in_gigajoules(1.0) == {"heat:GJ": "1"}
