"""An order of magnitude in the reader's language: two significant digits, a range, and "at least" where a part is
missing.
"""

from __future__ import annotations

import math

from carbon.reports.words.language import Words

_SCALES = ((1e6, "kt"), (1e3, "t"), (1.0, "kg"), (1e-3, "g"))


def magnitude(kg: float, words: Words, low: float = math.nan, high: float = math.nan, *, at_least: bool = False) -> str:
    """Return an order of magnitude with two significant digits, "about 3.4 t CO₂e (2.1 to 6.8)", or "not covered"
    without a figure.

    Parameters
    ----------
    kg, low, high
        The figure and its range [kg CO2e]; without a range, or where both ends are equal, none is printed.
    at_least
        A part is not covered, so the sum is a lower bound.
    """
    if not math.isfinite(kg):
        return words("magnitude.not_covered")
    scale, unit = next(((s, n) for s, n in _SCALES if abs(kg) >= s), _SCALES[-1] if kg else _SCALES[2])
    key = "magnitude.at_least" if at_least else "magnitude.about"
    text = words(key, value=two_digits(kg / scale, words), unit=unit)
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        return text
    ends = {"low": two_digits(low / scale, words), "high": two_digits(high / scale, words)}
    return f"{text} {words('magnitude.range', **ends)}"


def two_digits(value: float, words: Words) -> str:
    """Return a number with two significant digits: 3.4, 34, 340, 0.034."""
    if value == 0:
        return words.number(0.0)
    rounded = round(value, 1 - math.floor(math.log10(abs(value))))
    return words.number(rounded, max(0, 1 - math.floor(math.log10(abs(rounded)))))
