"""Orders of magnitude in words."""

from __future__ import annotations

import math

import pytest

from carbon.reports.words.language import Words
from carbon.reports.words.magnitude import magnitude


@pytest.mark.parametrize(("kg", "text"), [(3_412.0, "about 3.41 t CO₂e"), (341.2, "about 341 kg CO₂e"),
                                          (0.0, "0 kg CO₂e"), (0.03414, "about 34.1 g CO₂e"),
                                          (math.nan, "not covered"), (9.996, "about 10.0 kg CO₂e")])
def test_an_order_of_magnitude_has_three_digits(kg: float, text: str):
    """In the largest unit that keeps it over one; NaN is not covered, never zero."""
    assert magnitude(kg, Words("en")) == text


def test_a_range_and_a_lower_bound_are_said():
    """In both languages, with their own decimals."""
    assert magnitude(3412.0, Words("en"), 2100.0, 6800.0) == "about 3.41 t CO₂e (between 2.10 and 6.80)"
    assert magnitude(3412.0, Words("fr"), 2100.0, 6800.0, at_least=True) == "au moins 3,41 t CO₂e (entre 2,10 et 6,80)"
