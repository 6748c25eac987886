"""Amounts of rows and their exact totals, as ledgers show them."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.records.kinds.measures import exact_decimal_sum


@settings(max_examples=100, deadline=None)
@given(values=st.lists(st.decimals(-10**9, 10**9, places=4, allow_nan=False), max_size=30))
def test_sums_are_those_of_the_decimals(values):
    """The sum of floats read from decimals is the exact sum of the decimals, in any order."""
    floats = pd.Series([float(v) for v in values], dtype="float64").to_numpy()

    assert exact_decimal_sum(floats) == sum(values, Decimal(0))
    assert exact_decimal_sum(floats[::-1]) == sum(values, Decimal(0))
