"""A fitted trajectory: path and intervals, its record on the past, and the questions it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.display import Displayed, HandsOut, one_line
from carbon.core.errors import MethodError
from carbon.core.public_names import boxed
from carbon.core.units import KG_PER_T
from carbon.trajectory.budget import Budget
from carbon.trajectory.checked_series import logs_of, missing_years_of, refuse_no_amount, refuse_no_draws
from carbon.trajectory.fitting.backtest import BENCHMARK, scored_past
from carbon.trajectory.fitting.breaks import Break, find_breaks
from carbon.trajectory.fitting.models import MODELS, Model, Predictive
from carbon.trajectory.fitting.scores import ENOUGH_FORECASTS, NOT_ENOUGH, summarise, tracking_signal
from carbon.trajectory.words import BASE_YEAR, BUDGET, FROM_NOW, Reliability, backed, never_certain, probability_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from carbon.trajectory.targets import Target

SIGN_ONLY_BELOW = 5
"""Years from which there is a trend and a probability: below, a sign at most, and the last value."""
INTERVAL_FROM = 4
"""Years from which there is an interval at all: three leave one degree of freedom."""
DRAWS = 10_000
ALARM = 4.0
"""Tracking signal beyond which a model lags behind its series."""
FAST = 0.3
"""Mean yearly growth [design] beyond which the packaged prior, of series that grew less, has no record."""
JUDGED_LEVEL = 0.80
"""The interval whose record is printed."""


@dataclass(frozen=True, repr=False)
class BackedChance(Displayed):
    """P(meet), and how many past forecasts at that many years ahead were inside their 80 % interval."""

    p: float
    inside: int
    forecasts: int
    horizon: int


@dataclass(frozen=True)
class Trajectory(HandsOut, Displayed):
    """A fitted path with its intervals and its own record.

    table: year, median_kg, low_50_kg, high_50_kg, low_80_kg, ... [kg CO2e], NaN bounds where three years give no
    interval; `sign` of the direction seen, "rising", "falling" or "level"; `branch` is the rule applied, in words;
    `record` is the result of the 80 % interval on this series' own past; `warnings` are for readers.
    """

    series: pd.Series
    model: str
    branch: str
    sign: str
    rate: float
    p_value: float
    event_years: tuple[int, ...]
    table: pd.DataFrame
    predictive: Predictive = field(repr=False)
    rate_unmarked: float
    """The yearly rate with event years as ordinary ones, printed next to the other so that marking hides nothing."""
    used: pd.Series = field(repr=False)
    """The years the model learnt from."""
    form: Model = field(repr=False)
    """The model with its prior and the known errors of years."""
    explained: Mapping[int, str] = field(default_factory=dict, repr=False)
    """Year -> what explains a break then."""
    suspected: Mapping[int, tuple[str, str]] = field(default_factory=dict, repr=False)
    """Year -> stream and cause of a break by the records of the year, in place of what the total alone lets suspect."""
    unjudged: str = field(default="", repr=False)
    """Why the years do not compare, "" where they do: no probability across it."""
    growth: float = field(default=0.0, repr=False)
    """Mean yearly change over the years used; 0 with a prior of the caller, which has its own record."""

    @cached_property
    def breaks(self) -> tuple[Break, ...]:
        """Years outside of what the three years before let expect, with their cause and what explains them."""
        found = find_breaks(self.used, self.explained, self.series.attrs.get("dated_events", ()))
        by_year = {one.year: self.suspected.get(one.year, ("", one.cause)) for one in found}
        return tuple(replace(one, stream=by_year[one.year][0], cause=by_year[one.year][1]) for one in found)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Backtest of the model and of the last value on this series' own past; `backtest` gives all models."""
        models = {m.name: m for m in (self.form, MODELS[BENCHMARK])}.values()
        return summarise(scored_past(*logs_of(self._usable), models=models), level=JUDGED_LEVEL)

    @property
    def record(self) -> str:
        """The backtest of the chosen model in words, to print wherever its interval is printed."""
        own_record = self.scores[self.scores["model"] == self.model]["record"]
        return str(own_record.iloc[0]) if len(own_record) else NOT_ENOUGH

    @cached_property
    def tracking_signal(self) -> float:
        """sum(e)/mean|e| of the one-year forecasts of the past."""
        return tracking_signal(scored_past(*logs_of(self._usable), models=[self.form])["error"])

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """Breaks; a first year that is an event year; a model that lags; years without a figure."""
        first, signal = int(self.series.index[0]), self.tracking_signal
        cases = (
            (first in self.event_years,
             f"the first year, {first}, is an event year: a window that starts in a dip turns the story around"),
            (abs(signal) > ALARM,
             f"past years lay {'above' if signal > 0 else 'below'} their forecasts again and again (tracking signal "
             f"{signal:+.1f}): refit, or name the event behind it"),
            (self.growth > FAST, f"{self.growth:.0%} more a year on average: the forecast slows down as most "
                                      "series do, and the interval may miss growth that goes on"),
            (self.without_spread, "every year changed by the same share: there is no spread to make an interval of, "
                                  "and one without width promises nothing"),
            (not self.has_interval, "three years leave one degree of freedom: no interval is given"),
            (self.without_figure, f"left out, as they have no figure: {', '.join(map(str, self.without_figure))}"),
            (self.gaps, f"no figure for {', '.join(map(str, self.gaps))}: not invented, the dates are used"))
        return (*(one.text for one in self.breaks), *(text for is_there, text in cases if is_there))

    @property
    def gaps(self) -> tuple[int, ...]:
        """Years between others without a figure, as they were declared."""
        return tuple(missing_years_of(self.series))

    @property
    def _last(self) -> int:
        return int(self.used.index[-1])

    @property
    def has_interval(self) -> bool:
        """Whether there are years enough for an interval of any model."""
        return len(self.used) >= INTERVAL_FROM

    @property
    def has_trend(self) -> bool:
        """Whether there are years enough for a trend and a probability."""
        return len(self._usable) >= SIGN_ONLY_BELOW

    @property
    def without_figure(self) -> tuple[int, ...]:
        """Years at either end that have no figure and were left out."""
        return tuple(self.series.attrs.get("without_figure", ()))

    @property
    def without_spread(self) -> bool:
        """Whether the interval of the last value has no width, as all years changed by the same share."""
        return self.has_interval and self.model == BENCHMARK and not np.ptp(np.diff(np.log(self.used.to_numpy())))

    def p_at_most(self, kg: float, year: int) -> float:
        """P(E(year) <= kg), between 2 and 98 %: no forecast is certain.

        Raises MethodError: Fewer than five years, an unexplained break, or no record (`reliability`): a probability
        would be invented; or the year was not predicted.
        """
        p = self._chance(kg, year)
        self.reliability(p, year)
        return p

    def _chance(self, kg: float, year: int) -> float:
        self.refuse_chance()
        years = self.table["year"].tolist()
        if year not in years:
            raise MethodError(f"year {year} is not in the fitted path {years}", hint="raise `until`")
        refuse_no_amount(kg)
        return never_certain(float(self.predictive.probability_at_most(max(kg, 0.0))[years.index(year)]))

    def reliability(self, p: float, year: int, *, kind: str = BASE_YEAR) -> Reliability:
        """Return the record of probabilities like this one; `kind`: "base year", "from now" or "budget"."""
        return backed(p, kind=kind, horizon=year - self._last)

    @boxed
    def p_meet(self, target: Target) -> float:
        """P(meet): P(E(target year) <= what the target allows then), from the base in this fit's own series.

        Raises MethodError: As `p_at_most`; a target of another scope 2 method or other scopes; a base year outside the
        series.
        """
        p = self._chance(float(target.pathway_of(self.series).iloc[-1]), target.target_year)
        self.reliability_of(p, target)
        return p

    def reliability_of(self, p: float, target: Target) -> Reliability:
        """Return the record of `p_meet`, to print next to it. Raises MethodError: As `p_meet`."""
        kind = FROM_NOW if min(target.years_of_base) >= self._last else BASE_YEAR
        return self.reliability(p, target.target_year, kind=kind)

    def backed_chance(self, target: Target) -> BackedChance | None:
        """Return P(meet) with the record of the 80 % interval at the target's distance on this series' own past.

        None where it cannot be judged: fewer than three past forecasts at that distance, or no probability at all.

        Raises MethodError: As `p_meet`, but for too few years.
        """
        horizon = target.target_year - int(self.series.index[-1])
        if not self.has_trend:
            return None
        past = scored_past(*logs_of(self._usable), models=[self.form], horizon=horizon, level=JUDGED_LEVEL)
        inside = past["inside"][past["year"] - past["origin"] == horizon]
        if len(inside) < ENOUGH_FORECASTS:
            return None
        target.pathway_of(self.series)  # a target of other scopes is an error; a probability without a record is none
        try:
            return BackedChance(self.p_meet(target), int(inside.sum()), len(inside), horizon)
        except MethodError:
            return None

    def plot(self, ax: Axes | None = None, *, target: Target | None = None, language: str = "en") -> Axes:
        """Draw history, fan and target [t CO2e]; see `carbon.figures.plot_trajectory`."""
        import carbon  # a figure of the readers' rooms, by its public name

        axes: Axes = carbon.figures.plot_trajectory(self, ax, target=target, words=language)
        return axes

    def p_text(self, p: float) -> str:
        """Return a probability of this fit for readers: words, and percent only from eight years on."""
        return probability_text(p, years=len(self.used))

    def p_budget(self, remaining_kg: float | Budget, *, seed: int, draws: int = DRAWS) -> float:
        """P(sum of the predicted years <= remaining_kg), from simulated paths, never from end points.

        A `Budget` has its own years and convention; a number [kg] is held against the sum of all predicted years.

        Raises MethodError: As `p_at_most`; a budget of another last inventory, or of more years than are predicted.
        """
        self.refuse_chance()
        refuse_no_draws(draws, seed)
        paths, years = self.predictive.paths(draws, seed=seed), self.table["year"].to_numpy()
        if isinstance(remaining_kg, Budget):
            used_kg, left_kg = remaining_kg.used_by(years, paths), remaining_kg.remaining_kg
            last = remaining_kg.last_year + remaining_kg.years_left
        else:
            refuse_no_amount(remaining_kg)
            used_kg, left_kg, last = paths.sum(axis=1), remaining_kg, int(years[-1])
        p = float((used_kg <= left_kg).mean())
        self.reliability(p, last, kind=BUDGET)
        return never_certain(p)

    def crossing_year(self, kg: float) -> tuple[int | None, str]:
        """First year whose median is at or below `kg`, or None with the reason (never the end of the axis)."""
        refuse_no_amount(kg)
        if kg <= 0:
            return None, "a path of yearly percentages never reaches zero"
        below = self.table.loc[self.table["median_kg"] <= kg, "year"]
        if len(below):
            return int(below.iloc[0]), "median path"
        if not self.has_trend:
            return None, "fewer than five years have no trend: cannot tell"
        return None, "the path does not fall" if self.rate >= 0 else f"not before {int(self.table['year'].max())}"

    @property
    def _usable(self) -> pd.Series:
        return self.series[~self.series.index.isin(self.event_years)]

    def refuse_chance(self) -> None:
        """Raise MethodError where any probability would be invented."""
        if not self.has_trend:
            raise MethodError(f"a probability needs at least five years, there are {len(self._usable)}: cannot tell",
                              hint="add earlier years to reported_inventories")
        if self.unjudged:
            raise MethodError(f"no probability: {self.unjudged}",
                              hint="answer in `boundary` of the company's params, or record the event with its "
                                   "kilograms of each year: carbon events add")
        if self.growth > FAST:
            raise MethodError(f"no probability: {self.growth:.0%} more a year on average, and the record of intervals "
                              f"does not hold for more than {FAST:.0%}: cannot tell",
                              hint="`fit(prior=learn_prior(...))` of its own sites or sister companies, which grew as "
                                   "fast")
        if open_breaks := [str(one.year) for one in self.breaks if not one.explained]:
            raise MethodError(f"no probability across an unexplained break in {', '.join(open_breaks)}",
                              hint="correct the year, mark it in event_years with its reason, enter the event in the "
                                   "ledger, or give what explains it: fit(explained={year: reason})")

    def __str__(self) -> str:
        year, last = int(self.series.index[-1]), float(self.series.iloc[-1])
        end = self.table.iloc[-1]
        return (f"{self!r}\n  last year: {year}, {last / KG_PER_T:,.1f} t CO2e\n"
                f"  {int(end['year'])}: {end['median_kg'] / KG_PER_T:,.1f} t, 80 % between "
                f"{end['low_80_kg'] / KG_PER_T:,.1f} and {end['high_80_kg'] / KG_PER_T:,.1f}\n"
                "  next: fit.p_meet(target), cb.figures.plot_trajectory(fit, target=target)")

    def __repr__(self) -> str:
        years = f"{self.series.index[0]}-{self.series.index[-1]}"
        return one_line(f"Trajectory({self.model}, {years}, {self.rate:+.1%} a year, "
                        f"until {int(self.table['year'].max())})")
