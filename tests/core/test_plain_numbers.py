"""Plain formulas accept numbers only, within their bounds."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number, share_of


@pytest.mark.parametrize("value", [1, 1.5, np.float64(2), np.array([1.0, np.nan]), pd.Series([1, 2])])
def test_numbers_arrays_and_series_are_accepted(value):
    """They are left as they are: a missing value in an array stays missing."""
    given = np.copy(value)
    refuse_no_number("x", value=value)
    np.testing.assert_array_equal(value, given)


@pytest.mark.parametrize("value", [
    "1", None, True, [1.0], math.nan, math.inf, np.array([np.inf]), pd.Series(["a"]), pd.Series([True])])
def test_anything_else_raises(value):
    """Text, nothing, truth values, lists, unknown and infinite numbers."""
    with pytest.raises(MethodError, match="not a known number"):
        refuse_no_number("x", value=value)


@pytest.mark.parametrize(("bounds", "value"), [
    ({"at_least": 0}, -1), ({"over": 0}, 0), ({"at_most": 1}, 1.5), ({"at_least": 0}, np.array([1.0, -1.0]))])
def test_numbers_beyond_a_bound_raise(bounds, value):
    """The bound is named; `over` leaves its own number out."""
    with pytest.raises(MethodError, match=r"must be (over|at least|at most) \d"):
        refuse_no_number("x", **bounds, value=value)


def test_a_missing_number_is_accepted_only_where_it_means_not_covered():
    """`missing` makes NaN a value, and nothing else: without it NaN is unknown, with it infinity still is no number."""
    refuse_no_number("x", missing=True, value=math.nan)
    for missing, value in ((False, math.nan), (True, math.inf), (True, None)):
        with pytest.raises(MethodError, match="not a known number"):
            refuse_no_number("x", missing=missing, value=value)


def test_a_share_is_between_nothing_and_all():
    """3 of 4 is 0.75, for numbers and arrays; nothing of it is above the whole, below zero, or of an empty whole."""
    assert share_of("x", 3, 4, hint="h") == 0.75
    assert share_of("x", np.array([0.0, 4.0]), 4.0, hint="h").tolist() == [0.0, 1.0]
    for part, whole, message in ((5, 4, "lent 5 is above value 4"), (-1, 4, "lent is -1"), (0, 0, "value is 0")):
        with pytest.raises(MethodError, match=message):
            share_of("x", part, whole, names=("lent", "value"), hint="h")
