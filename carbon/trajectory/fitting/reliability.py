"""How often what was given p % came true: the record behind each printed probability.

Forecasts of the past on public panels (`python -m benchmarks.panels`), each by a prior of other panels only, against
two kinds of target, a share of the first year and a share a year from the year of the forecast, and a sum over years. A
probability is given only where at least `ENOUGH` such forecasts, at that horizon, came true about as often as forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.packaged import read_csv
from carbon.core.schemas import INTEGER, NUMBER, TEXT
from carbon.trajectory.words import LEAST, MOST

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
def table() -> pd.DataFrame:
    """Return kind, first_year, last_year (ahead), low, high (of p), forecasts, mean_p, came_true."""
    return read_csv("carbon.trajectory", "data/reliability.csv", KINDS)


def backed(p: float, *, kind: str, horizon: int) -> Reliability:
    """Return the record of probabilities like this one.

    Raises MethodError: No forecasts so far ahead; too few like it; they came true much less or more often.
    """
    of = table()
    of = of[(of["kind"] == kind) & (of["first_year"] <= horizon) & (horizon <= of["last_year"])]
    if of.empty:
        last = int(table()["last_year"].max())
        raise MethodError(f"no probability {horizon} years ahead: forecasts of the past reach {last} years",
                          hint="judge the nearest milestone of the target, or read the interval")
    row = of[(of["low"] <= p) & (p <= of["high"])].iloc[0]
    years = " to ".join(str(y) for y in sorted({int(row["first_year"]), int(row["last_year"])}))
    record = Reliability(kind, years, int(row["forecasts"]), float(row["mean_p"]), float(row["came_true"]))
    if record.forecasts < ENOUGH or abs(record.came_true - record.mean_p) > OFF_BY:
        raise MethodError(
            f"no probability: {record.text}", hint="read the interval; docs/how-to/trajectory.md has the whole table")
    return record


def never_certain(p: float) -> float:
    """Return a probability between `LEAST` and `MOST`."""
    return min(max(p, LEAST), MOST)
