"""Probabilities for readers: in words, never certain, and with how often what was given p % came true.

Forecasts of the past on public panels (`python -m benchmarks.panels`), each by a prior of other panels only, against
two kinds of target, a share of the first year and a share a year from the year of the forecast, and a sum over years. A
probability is given only where at least `ENOUGH` such forecasts, at that horizon, came true about as often as forecast.

Source: Mastrandrea et al. 2010, Guidance Note for Lead Authors of the IPCC Fifth Assessment Report on Consistent
Treatment of Uncertainties.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.packaged import read_csv
from carbon.core.plain_numbers import is_number
from carbon.core.schemas import INTEGER, NUMBER, TEXT

WORDS_BELOW_YEARS = 8
LEAST, MOST = 0.02, 0.98
"""No probability of a forecast is given as less or more."""
_SCALE = ((0.10, "very unlikely"), (0.33, "unlikely"), (0.66, "about as likely as not"), (0.90, "likely"))
BASE_YEAR, FROM_NOW, BUDGET = "base year", "from now", "budget"
KINDS = {"kind": TEXT, "first_year": INTEGER, "last_year": INTEGER, "low": NUMBER, "high": NUMBER, "forecasts": INTEGER,
         "mean_p": NUMBER, "came_true": NUMBER}
ENOUGH = 100
"""Forecasts of a bin from which its record counts."""
OFF_BY = 0.10
"""How far the share that came true may lie from the mean probability."""


@dataclass(frozen=True, repr=False)
class Reliability(Displayed):
    """The record of one bin: forecasts, their mean probability, and the share that came true."""

    kind: str
    horizon: str
    forecasts: int
    mean_p: float
    came_true: float

    @property
    def true(self) -> int:
        """Forecasts that came true."""
        return round(self.came_true * self.forecasts)

    @property
    def short(self) -> str:
        """The record in a few words."""
        return f"forecasts like this came true in {self.true:,} of {self.forecasts:,}"

    @property
    def text(self) -> str:
        """The record in words, to print next to the probability."""
        return (f"of {self.forecasts:,} forecasts of other companies, facilities and cities {self.horizon} years ahead "
                f"given about {self.mean_p:.0%}, {self.came_true:.0%} came true")


@cache
def reliability_table() -> pd.DataFrame:
    """Return kind, first_year, last_year (ahead), low, high (of p), forecasts, mean_p, came_true."""
    return read_csv("carbon.trajectory", "data/reliability.csv", KINDS)


def backed(p: float, *, kind: str, horizon: int) -> Reliability:
    """Return the record of probabilities like this one.

    Raises MethodError: No forecasts so far ahead; too few like it; they came true much less or more often.
    """
    of = reliability_table()
    of = of[(of["kind"] == kind) & (of["first_year"] <= horizon) & (horizon <= of["last_year"])]
    if of.empty:
        last = int(reliability_table()["last_year"].max())
        raise MethodError(f"no probability {horizon} years ahead: forecasts of the past reach {last} years",
                          hint="judge the nearest milestone of the target, or read the interval")
    row = of[(of["low"] <= p) & (p <= of["high"])].iloc[0]
    years = " to ".join(str(y) for y in sorted({int(row["first_year"]), int(row["last_year"])}))
    record = Reliability(kind, years, int(row["forecasts"]), float(row["mean_p"]), float(row["came_true"]))
    if record.forecasts < ENOUGH or abs(record.came_true - record.mean_p) > OFF_BY:
        raise MethodError(
            f"no probability: {record.text}", hint="read the interval; docs/how-to/trajectory.md has the whole table")
    return record


def likelihood(p: float) -> str:
    """Return a probability in words.

    very unlikely < 10 %, unlikely < 33 %, about as likely as not <= 66 %, likely <= 90 %, very likely above.
    """
    if not is_number(p) or not 0 <= p <= 1:
        raise MethodError(f"{p} is no probability", hint="a share between 0 and 1")
    below = (p < _SCALE[0][0], p < _SCALE[1][0], p <= _SCALE[2][0], p <= _SCALE[3][0])
    return next((word for is_below, (_, word) in zip(below, _SCALE, strict=True) if is_below), "very likely")


def probability_text(p: float, *, years: int) -> str:
    """Words below eight years of data, else words with whole percent; never 0 or 100 %."""
    word = likelihood(p)
    sign, rounded = bounded(p)
    return word if years < WORDS_BELOW_YEARS else f"{word} ({sign}{rounded:.0%})"


def bounded(p: float) -> tuple[str, float]:
    """Return a probability as it may be printed, no forecast being certain: a sign in front, and 2 to 98 %."""
    return ("> " if p > MOST else "< " if p < LEAST else ""), never_certain(p)


def never_certain(p: float) -> float:
    """Return a probability between `LEAST` and `MOST`."""
    return min(max(p, LEAST), MOST)
