"""An order of magnitude in the reader's language: three significant digits, and its range."""

from __future__ import annotations

import math

from carbon.reports.words.language import Words

_SCALES = ((1e6, "kt"), (1e3, "t"), (1.0, "kg"), (1e-3, "g"))


def magnitude(kg: float, words: Words, low: float = math.nan, high: float = math.nan, *, at_least: bool = False) -> str:
    """Return an order of magnitude with three significant digits, "about 3.41 t CO₂e (between 2.1 and 6.8)", or "not
    covered" without a figure.

    kg, low, high: the figure and its range [kg CO2e]; without a range, or where both ends are equal, none is printed;
    at_least: A part is not covered, so the sum is a lower bound.
    """
    if not math.isfinite(kg):
        return words("magnitude.not_covered")
    if kg == 0 and not at_least:
        return words("magnitude.none")
    scale, unit = next(((s, n) for s, n in _SCALES if abs(kg) >= s), _SCALES[-1] if kg else _SCALES[2])
    key = "magnitude.at_least" if at_least else "magnitude.about"
    text = words(key, value=words.significant(kg / scale), unit=unit)
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        return text
    ends = {"low": words.significant(low / scale), "high": words.significant(high / scale)}
    return f"{text} {words('magnitude.range', **ends)}"
