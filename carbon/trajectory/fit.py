"""
What the past implies: one fit of 3 to 15 annual values, with an interval, by a rule that says what it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.display import Displayed, one_line
from carbon.core.errors import MethodError
from carbon.inventory.by_year import calendar_year, calendar_years
from carbon.trajectory.backtest import BENCHMARK, scored_past
from carbon.trajectory.budget import Budget
from carbon.trajectory.checked import (
    FEWEST_YEARS,
    checked_series,
    errors_in_order,
    missing_years_of,
    refuse_choices,
    refuse_no_amount,
    refuse_no_draws,
)
from carbon.trajectory.conformal import conformal_table
from carbon.trajectory.mann_kendall import mann_kendall
from carbon.trajectory.models import MODELS, Model, Predictive, bic_gain, weighted_line
from carbon.trajectory.scores import summarise, tracking_signal
from carbon.trajectory.words import probability_text

if TYPE_CHECKING:
    from carbon.trajectory.targets import Target

LEVELS = (50, 80, 95)
SIGN_ONLY_BELOW = 5
KNOT_FROM = 8
KNOT_BIC_GAIN = 6.0
AFTER_KNOT = 4
DEFAULT_MODEL = "shrunken_drift"
DRAWS = 10_000
ALARM = 4.0
"""Tracking signal beyond which a model lags behind its series."""
JUDGED_LEVEL = 0.80
"""The interval whose record is printed."""
NOT_ENOUGH = "not enough forecasts to judge the interval"


@dataclass(frozen=True)
class Trajectory(Displayed):
    """
    A fitted path with its intervals and its own record.

    table: year, median_kg, low_50_kg, high_50_kg, low_80_kg, ... [kg CO2e]; `branch` says in words which rule applied;
    `record` says in words how the 80 % interval did on this series' own past; `warnings` what a reader must know.
    """

    series: pd.Series
    model: str
    branch: str
    rate: float
    p_value: float
    event_years: tuple[int, ...]
    table: pd.DataFrame
    predictive: Predictive = field(repr=False)
    rate_unmarked: float
    """The yearly rate with event years read as ordinary ones: printed beside, so that marking hides nothing."""
    used: pd.Series = field(repr=False)
    """The years the model learnt from."""

    @cached_property
    def scores(self) -> pd.DataFrame:
        """
        Backtest of the model and of the last value on this series' own past; `backtest` gives all models.
        """
        wanted = [m for m in dict.fromkeys((self.model, BENCHMARK)) if m in MODELS]
        able = [m for m in wanted if MODELS[m].min_years < len(self._usable)]
        return summarise(scored_past(*_logs(self._usable), models=able), level=JUDGED_LEVEL)

    @property
    def record(self) -> str:
        """
        The backtest of the chosen model in words, to print wherever its interval is printed.
        """
        own = self.scores[self.scores["model"] == self.model]["record"]
        return str(own.iloc[0]) if len(own) else NOT_ENOUGH

    @cached_property
    def tracking_signal(self) -> float:
        """
        sum(e)/mean|e| of the one-year forecasts of the past.
        """
        if self.model not in MODELS or len(self._usable) <= MODELS[self.model].min_years:
            return 0.0
        return tracking_signal(scored_past(*_logs(self._usable), models=[self.model])["error"])

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """
        A first year that is an event year; a model that lags; years without a figure.
        """
        found = []
        if int(self.series.index[0]) in self.event_years:
            found.append(f"the first year, {int(self.series.index[0])}, is an event year: a window that starts in a "
                         "dip turns the story around")
        if abs(self.tracking_signal) > ALARM:
            side = "above" if self.tracking_signal > 0 else "below"
            found.append(f"past years lay {side} their forecasts again and again (tracking signal "
                         f"{self.tracking_signal:+.1f}): refit, or name the event behind it")
        if self.without_spread:
            found.append("every year changed by the same share: there is no spread to make an interval of, and one "
                         "without width promises nothing")
        if len(self.used) < SIGN_ONLY_BELOW - 1:
            found.append("three years leave one degree of freedom: a direction at most, and a band that says little")
        without = self.series.attrs.get("without_figure", ())
        if without:
            found.append(f"left out, as they have no figure: {', '.join(map(str, without))}")
        if self.gaps:
            found.append(f"no figure for {', '.join(map(str, self.gaps))}: not invented, the dates are used")
        return tuple(found)

    @property
    def gaps(self) -> tuple[int, ...]:
        """
        Years between others without a figure, as they were declared.
        """
        return tuple(missing_years_of(self.series))

    @property
    def without_spread(self) -> bool:
        """
        Whether the interval of the last value has no width, as all years changed by the same share.
        """
        return self.model == BENCHMARK and not np.ptp(np.diff(np.log(self.used.to_numpy())))

    def p_at_most(self, kg: float, year: int) -> float:
        """
        P(E(year) <= kg).

        Raises
        ------
        MethodError
            With fewer than five years a probability would be invented; or the year was not predicted.
        """
        self._enough_years()
        at = np.flatnonzero(self.table["year"].to_numpy() == year)
        if not len(at):
            years = self.table["year"].tolist()
            raise MethodError(f"year {year} is not in the fitted path {years}", hint="raise `until`")
        refuse_no_amount(kg)
        return float(self.predictive.probability_at_most(max(kg, 0.0))[at[0]])

    def p_meet(self, target: Target) -> float:
        """
        P(meet): P(E(target year) <= what the target allows then), from the base in this fit's own series.

        Raises
        ------
        MethodError
            As `p_at_most`; a target of another scope 2 method or other scopes; a base year outside the series.
        """
        allowed = target.pathway_of(self.series).loc[target.target_year]
        return self.p_at_most(float(allowed), target.target_year)

    def p_text(self, p: float) -> str:
        """
        A probability of this fit for readers: words, and percent only from eight years on.
        """
        return probability_text(p, years=len(self.used))

    def p_budget(self, remaining_kg: float | Budget, *, seed: int, draws: int = DRAWS) -> float:
        """
        P(sum of the predicted years <= remaining_kg), from simulated paths, never from end points.

        Parameters
        ----------
        remaining_kg
            A `Budget`: its own years and its convention are held against it. A number [kg]: the sum of all predicted
            years is, so `until` must be the budget's last year.

        Raises
        ------
        MethodError
            Fewer than five years; a budget of another last inventory, or of more years than are predicted.
        """
        self._enough_years()
        refuse_no_draws(draws, seed)
        paths = self.predictive.paths(draws, seed=seed)
        if isinstance(remaining_kg, Budget):
            used = remaining_kg.used_by(self.table["year"].to_numpy(), paths, now_kg=float(self.series.iloc[-1]))
            return float((used <= remaining_kg.remaining_kg).mean())
        refuse_no_amount(remaining_kg)
        return float((paths.sum(axis=1) <= remaining_kg).mean())

    def crossing_year(self, kg: float) -> tuple[int | None, str]:
        """
        First year whose median is at or below `kg`, or None with the reason (never the end of the axis).
        """
        refuse_no_amount(kg)
        if kg <= 0:
            return None, "a path of yearly percentages never reaches zero"
        below = self.table.loc[self.table["median_kg"] <= kg, "year"]
        if len(below):
            return int(below.iloc[0]), "median path"
        rising = self.rate >= 0
        return None, "the path does not fall" if rising else f"not before {int(self.table['year'].max())}"

    def conformal(self, *, level: float) -> pd.DataFrame:
        """
        The interval from past errors alone, with a shock scenario beside: see `conformal_table`.
        """
        return conformal_table(self.used, self.table["year"].to_numpy(), model=self.model, level=level)

    @property
    def _usable(self) -> pd.Series:
        return self.series[~self.series.index.isin(self.event_years)]

    def _enough_years(self) -> None:
        if len(self._usable) < SIGN_ONLY_BELOW:
            raise MethodError(f"a probability needs at least five years, there are {len(self._usable)}: cannot tell",
                              hint="add earlier years to reported_inventories")

    def __repr__(self) -> str:
        years = f"{self.series.index[0]}-{self.series.index[-1]}"
        return one_line(f"Trajectory({self.model}, {years}, {self.rate:+.1%} a year, "
                        f"until {int(self.table['year'].max())})")


def fit(
    series: pd.Series,
    *,
    until: int,
    model: str = "auto",
    event_years: Iterable[int] = (),
    missing_years: Iterable[int] = (),
    levels: Sequence[int] = LEVELS,
    sd_year: Sequence[float] | None = None,
    sd_shared: float = 0.0,
) -> Trajectory:
    """
    Fit a yearly series and predict to `until`.

    Parameters
    ----------
    series
        kg CO2e by year, one scope 2 method, like-for-like.
    model
        "auto" (the rule of the methods page) or a name of `MODELS`.
    event_years
        Years marked as exceptional (a pandemic, a strike): a level dummy each, which in a random walk is the same as
        leaving the point out and keeping the gap.
    missing_years
        Years between others that are known to have no figure: the dates of the others are used, and `warnings` says so.
        The company's params declare them for its own series.
    sd_year, sd_shared
        Known errors of each year that is not an event year (a Series by year, or a list in the order of the years), and
        common to all [ln]: years of lower data quality weigh less, and a shared error moves the level, not the trend.
        They choose the line weighted by quality.

    Raises
    ------
    MethodError
        Fewer than three years; a gap that is not declared; zero or negative values; duplicate years; an index that is
        not years; a significant event or another GWP set inside the series that is not restated; an unknown model;
        nothing to predict; a level that is no percentage; errors of years that are not positive, or beside a model
        that does not use them.
    """
    clean = checked_series(series, missing_years)
    events = tuple(sorted({*calendar_years(event_years, what="event_years")} & {int(y) for y in clean.index}))
    refuse_choices(levels, model, sd_year, sd_shared)
    usable = clean[~clean.index.isin(events)]
    if len(usable) < FEWEST_YEARS:
        raise MethodError(f"only {len(usable)} years are left after event years {list(events)}; three are needed",
                          hint="mark fewer years, or add earlier ones")
    future = np.arange(int(clean.index[-1]) + 1, calendar_year(until, what="until") + 1)
    if not len(future):
        raise MethodError(f"until={until} is not after the last year {int(clean.index[-1])}",
                          hint="name a later year; what is known is not predicted")
    s, p_value = mann_kendall(usable.to_numpy())
    if sd_year is None:
        chosen, branch, used = _choose(model, usable, s, p_value)
    else:
        chosen, used = weighted_line(errors_in_order(sd_year, series, usable), sd_shared=sd_shared), usable
        branch = f"{len(used)} years: {chosen.label}"
    if events:
        branch += f"; event years {', '.join(map(str, events))} marked"
    years, logs = _logs(used)
    predictive = chosen.predict(years, logs, future.astype(float))
    return Trajectory(
        series=clean, model=chosen.name, branch=branch, rate=float(np.expm1(chosen.rate(years, logs))),
        p_value=p_value, event_years=events, table=_table(future, predictive, levels), predictive=predictive,
        rate_unmarked=_unmarked(chosen, clean[clean.index >= used.index[0]], used), used=used,
    )


def _unmarked(model: Model, clean: pd.Series, used: pd.Series) -> float:
    """
    The rate over all years; errors are known only of the years used, so a weighted line has none.
    """
    known = model.name in MODELS or len(clean) == len(used)
    return float(np.expm1(model.rate(*_logs(clean)))) if known else float("nan")


def _logs(series: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    return series.index.to_numpy().astype(float), np.log(series.to_numpy())


def _choose(model: str, usable: pd.Series, s: int, p_value: float) -> tuple[Model, str, pd.Series]:
    n = len(usable)
    if model != "auto":
        if model not in MODELS:
            raise MethodError(f"unknown model {model!r}", hint=f"one of {sorted(MODELS)}")
        if n < MODELS[model].min_years:
            raise MethodError(f"{model} needs {MODELS[model].min_years} years, there are {n}",
                              hint='take model="auto": it says what so few years can tell')
        return MODELS[model], f"{model}, by choice, on {n} years", usable
    if n < SIGN_ONLY_BELOW:
        sign = "rising" if s > 0 else "falling" if s < 0 else "level"
        verdict = "a direction" if p_value < 0.05 else "cannot tell"
        words = f"{n} years, {sign}: {verdict} (Mann-Kendall p = {p_value:.2g}); last value only"
        return MODELS[BENCHMARK], words, usable
    default = MODELS[DEFAULT_MODEL]
    if n >= KNOT_FROM:
        gain, knot = bic_gain(*_logs(usable))
        after = usable.loc[int(knot):]
        if gain > KNOT_BIC_GAIN and len(after) > AFTER_KNOT:
            return default, f"{n} years with a change of slope in {int(knot)}: drift after it, shrunken", after
    return default, f"{n} years: {default.label}", usable


def _table(future: np.ndarray, predictive: Predictive, levels: Sequence[int]) -> pd.DataFrame:
    columns: dict[str, np.ndarray] = {"year": future, "median_kg": predictive.quantile(0.5)}
    for level in levels:
        tail = (1 - level / 100) / 2
        columns[f"low_{level:g}_kg"] = predictive.quantile(tail)
        columns[f"high_{level:g}_kg"] = predictive.quantile(1 - tail)
    return pd.DataFrame(columns)
