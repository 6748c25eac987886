"""A figure with its 95 % interval, and the two significant digits by which a reader is shown its ends."""

from __future__ import annotations

import math
from dataclasses import dataclass

from carbon.core.display import Displayed, one_line
from carbon.core.units import KG_PER_T

_DIGITS = range(2, 7)
_OFF = 0.25
"""Share of an interval's width by which rounding may change it; else one more digit is shown."""


@dataclass(frozen=True, repr=False)
class Interval(Displayed):
    """A figure [kg CO2e], the ends of its 95 % interval, and how these were found."""

    value_kg: float
    low_kg: float
    high_kg: float
    how: str

    @property
    def shown_t(self) -> tuple[float, float]:
        """Return the ends as pages, notebooks and plans show them [t CO2e]."""
        return shown_ends(self.low_kg / KG_PER_T, self.value_kg / KG_PER_T, self.high_kg / KG_PER_T)

    def __repr__(self) -> str:
        return one_line(f"Interval({self})")

    def __str__(self) -> str:
        low, high = self.shown_t
        return (f"{float(f'{self.value_kg / KG_PER_T:.3g}'):,} t CO2e, 95 % between {low:,.{decimals_of(low)}f} and "
                f"{high:,.{decimals_of(high)}f}")


def shown_ends(low: float, value: float, high: float) -> tuple[float, float]:
    """Return the ends of an interval with two significant digits each.

    One more digit wherever two would change the width by more than a quarter or leave out a figure that lies inside;
    an end near zero has no more decimals than the width calls for. Unknown ends stay unknown.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        return low, high
    width = high - low
    for digits in _DIGITS:
        finest = math.floor(math.log10(width)) - digits
        ends = [_rounded(end, digits, finest) for end in (low, high)]
        holds = not low <= value <= high or ends[0] <= value <= ends[1]
        if holds and abs(ends[1] - ends[0] - width) <= _OFF * width:
            break
    return ends[0], ends[1]


def decimals_of(end: float) -> int:
    """Return the decimals with which a shown end is written: those it has, and at least its second digit (1.0)."""
    if not math.isfinite(end) or end == 0:
        return 0
    places = len(f"{end:.10f}".rstrip("0").partition(".")[2])
    return max(places, 1 - math.floor(math.log10(abs(end))), 0)


def _rounded(end: float, digits: int, finest: int) -> float:
    place = max(math.floor(math.log10(abs(end))) - digits + 1, finest) if end else 0
    return round(end, -place) + 0.0
