"""Orders of magnitude: two digits, a range where there is one, and "no data" instead of a made-up number."""

from __future__ import annotations

import math

import pytest

from carbon.digital.magnitude import NO_DATA, about, share, two_digits


@pytest.mark.parametrize(("value", "text"), [(3.44, "3.4"), (34.4, "34"), (344, "340"), (0.0344, "0.034"), (0, "0"),
                                             (9.96, "10"), (123_456, "120,000"), (math.nan, NO_DATA)])
def test_a_number_has_two_significant_digits(value: float, text: str):
    """No exponent, no third digit; a missing number is named as such."""
    assert two_digits(value) == text


def test_a_figure_is_printed_in_its_unit_with_its_range():
    """The unit follows the size; the range is left out where both ends are equal; a lower bound is marked."""
    assert about(3440, 2110, 6790) == "about 3.4 t CO2e a year (2.1 to 6.8)"
    assert about(0.5, per="") == "about 500 g CO2e"
    assert about(2e6, 5.0, 5.0, per="") == "about 2.0 kt CO2e"
    assert about(12.0, at_least=True) == "at least 12 kg CO2e a year"
    assert about(math.nan) == NO_DATA


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (1, math.nan), (math.nan, 1)])
def test_a_share_without_data_is_never_zero_or_one(part: float, whole: float):
    """A missing or empty denominator gives no share."""
    assert math.isnan(share(part, whole))
    assert share(1, 4) == 0.25
