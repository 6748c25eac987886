"""Orders of magnitude as strings: two significant digits and a range; ratios that are NaN without data."""

from __future__ import annotations

import math

from carbon.core.plain_numbers import refuse_no_number

NO_DATA = "no data"
NOT_COVERED = "not covered"
_SCALES = ((1e6, "kt"), (1e3, "t"), (1.0, "kg"), (1e-3, "g"))


def two_digits(value: float) -> str:
    """Return a number with two significant digits and no exponent: 3.4, 34, 340, 0.034."""
    if not math.isfinite(value):
        return NO_DATA
    if value == 0:
        return "0"
    places = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    return f"{rounded:,.{max(0, 1 - math.floor(math.log10(abs(rounded))))}f}"


def about(kg: float, low: float = math.nan, high: float = math.nan, *, per: str = "a year", at_least: bool = False,
          unit: str = "CO2e") -> str:
    """Return "about 3.4 t CO2e a year (2.1 to 6.8)": never more digits than the figure has.

    low, high: The range [kg], printed where it is one. at_least: A part is not covered, so the sum is a lower bound.
    """
    if not math.isfinite(kg):
        return NO_DATA
    scale, name = next(((s, n) for s, n in _SCALES if abs(kg) >= s), (_SCALES[-1] if kg else _SCALES[2]))
    text = f"{'at least' if at_least else 'about'} {two_digits(kg / scale)} {name} {unit}{' ' + per if per else ''}"
    if math.isfinite(low) and math.isfinite(high) and low != high:
        text += f" ({two_digits(low / scale)} to {two_digits(high / scale)})"
    return text


def share(numerator: float, denominator: float) -> float:
    """Return numerator / denominator; NaN ("no data") where the denominator is zero or missing, never 0 or 1.

    Raises MethodError: What is no number.
    """
    refuse_no_number("ratio of two numbers", missing=True, numerator=numerator, denominator=denominator)
    if not (math.isfinite(numerator) and math.isfinite(denominator)) or denominator == 0:
        return math.nan
    return numerator / denominator
