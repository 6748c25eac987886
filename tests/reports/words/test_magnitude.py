"""Orders of magnitude in words."""

from __future__ import annotations

import math

import pytest

from carbon.reports.words.language import Words
from carbon.reports.words.magnitude import magnitude, two_digits


@pytest.mark.parametrize(("kg", "text"), [(3_412.0, "about 3.4 t CO₂e"), (341.2, "about 340 kg CO₂e"),
                                          (0.0, "about 0 kg CO₂e"), (0.0341, "about 34 g CO₂e"),
                                          (math.nan, "not covered"), (9.96, "about 10 kg CO₂e")])
def test_an_order_of_magnitude_has_two_digits(kg: float, text: str):
    """In the largest unit that keeps it over one; NaN is not covered, never zero."""
    assert magnitude(kg, Words("en")) == text


def test_a_range_and_a_lower_bound_are_said():
    """In both languages, with their own decimals."""
    assert magnitude(3412.0, Words("en"), 2100.0, 6800.0) == "about 3.4 t CO₂e (2.1 to 6.8)"
    assert magnitude(3412.0, Words("fr"), 2100.0, 6800.0, at_least=True) == "au moins 3,4 t CO₂e (2,1 à 6,8)"
    assert two_digits(0.0341, Words("en")) == "0.034"
