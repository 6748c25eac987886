"""
What the past implies: one fit of 3 to 15 annual values, with an interval, by a rule that says what it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError
from carbon.trajectory.backtest import backtest
from carbon.trajectory.mann_kendall import mann_kendall
from carbon.trajectory.models import MODELS, Model, Predictive, bic_gain

LEVELS = (50, 80, 95)
SIGN_ONLY_BELOW = 5
KNOT_FROM = 8
KNOT_BIC_GAIN = 6.0
AFTER_KNOT = 4
DEFAULT_MODEL = "shrunken_drift"
DRAWS = 10_000


@dataclass(frozen=True)
class Trajectory:
    """
    A fitted path with its intervals and its own record.

    table: year, median_kg, low_50_kg, high_50_kg, low_80_kg, ... [kg CO2e]; `branch` says in words which rule applied;
    `record` says in words how the 80 % interval did on this series' own past.
    """

    series: pd.Series
    model: str
    branch: str
    rate: float
    p_value: float
    event_years: tuple[int, ...]
    table: pd.DataFrame
    scores: pd.DataFrame
    predictive: Predictive = field(repr=False)

    @property
    def record(self) -> str:
        """
        The backtest of the chosen model in words, to print wherever its interval is printed.
        """
        own = self.scores[self.scores["model"] == self.model]["record"]
        return str(own.iloc[0]) if len(own) else "not enough forecasts to judge the interval"

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
        return float(self.predictive.probability_at_most(kg)[at[0]])

    def p_budget(self, remaining_kg: float, *, seed: int, draws: int = DRAWS) -> float:
        """
        P(sum of the predicted years <= remaining_kg), from simulated paths, never from end points.
        """
        self._enough_years()
        paths = self.predictive.paths(draws, seed=seed)
        return float((paths.sum(axis=1) <= remaining_kg).mean())

    def crossing_year(self, kg: float) -> tuple[int | None, str]:
        """
        First year whose median is at or below `kg`, or None with the reason (never the end of the axis).
        """
        below = self.table.loc[self.table["median_kg"] <= kg, "year"]
        if len(below):
            return int(below.iloc[0]), "median path"
        rising = self.rate >= 0
        return None, "the path does not fall" if rising else f"not before {int(self.table['year'].max())}"

    def _enough_years(self) -> None:
        if len(self.series) < SIGN_ONLY_BELOW:
            raise MethodError(f"a probability needs at least five years, there are {len(self.series)}: cannot tell")

    def __repr__(self) -> str:
        years = f"{self.series.index[0]}-{self.series.index[-1]}"
        return f"Trajectory({self.model}, {years}, {self.rate:+.1%} a year, until {int(self.table['year'].max())})"


def fit(
    series: pd.Series,
    *,
    until: int,
    model: str = "auto",
    event_years: Sequence[int] = (),
    levels: Sequence[int] = LEVELS,
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

    Raises
    ------
    MethodError
        Fewer than three years; zero or negative values; duplicate years; an unknown model; nothing to predict.
    """
    clean = _checked(series)
    usable = clean[~clean.index.isin(list(event_years))]
    if len(usable) < 3:
        raise MethodError(f"only {len(usable)} years are left after event years {list(event_years)}; three are needed")
    future = np.arange(int(clean.index[-1]) + 1, until + 1)
    if not len(future):
        raise MethodError(f"until={until} is not after the last year {int(clean.index[-1])}")
    _, p_value = mann_kendall(usable.to_numpy())
    chosen, branch, used = _choose(model, usable, p_value)
    if event_years:
        branch += f"; event years {', '.join(map(str, event_years))} marked"
    years, logs = used.index.to_numpy().astype(float), np.log(used.to_numpy())
    predictive = chosen.predict(years, logs, future.astype(float))
    return Trajectory(
        series=clean, model=chosen.name, branch=branch, rate=float(np.expm1(chosen.rate(years, logs))),
        p_value=p_value, event_years=tuple(int(y) for y in event_years), scores=backtest(usable),
        table=_table(future, predictive, levels), predictive=predictive,
    )


def _checked(series: pd.Series) -> pd.Series:
    clean = series.dropna().sort_index().astype(float)
    if clean.index.has_duplicates:
        raise MethodError(f"years stand twice: {clean.index[clean.index.duplicated()].tolist()}")
    if len(clean) < 3:
        raise MethodError(
            f"{len(clean)} years give no direction; three are needed", hint="add earlier years to reported_inventories"
        )
    if (clean <= 0).any():
        raise MethodError(
            f"zero or negative emissions in {clean.index[clean <= 0].tolist()} do not fit a log scale",
            hint="fit the parts that are positive, or close the source",
        )
    return clean


def _choose(model: str, usable: pd.Series, p_value: float) -> tuple[Model, str, pd.Series]:
    n = len(usable)
    if model != "auto":
        if model not in MODELS:
            raise MethodError(f"unknown model {model!r}", hint=f"one of {sorted(MODELS)}")
        if n < MODELS[model].min_years:
            raise MethodError(f"{model} needs {MODELS[model].min_years} years, there are {n}")
        return MODELS[model], f"{model}, by choice, on {n} years", usable
    if n < SIGN_ONLY_BELOW:
        verdict = "a direction" if p_value < 0.05 else "cannot tell"
        words = f"{n} years: {verdict} (Mann-Kendall p = {p_value:.2g}); last value only"
        return MODELS["last_value"], words, usable
    default = MODELS[DEFAULT_MODEL]
    if n >= KNOT_FROM:
        gain, knot = bic_gain(usable.index.to_numpy().astype(float), np.log(usable.to_numpy()))
        after = usable.loc[int(knot):]
        if gain > KNOT_BIC_GAIN and len(after) > AFTER_KNOT:
            return default, f"{n} years with a change of slope in {int(knot)}: drift after it, shrunken", after
    return default, f"{n} years: {default.label}", usable


def _table(future: np.ndarray, predictive: Predictive, levels: Sequence[int]) -> pd.DataFrame:
    columns: dict[str, np.ndarray] = {"year": future, "median_kg": predictive.quantile(0.5)}
    for level in levels:
        tail = (1 - level / 100) / 2
        columns[f"low_{level}_kg"] = predictive.quantile(tail)
        columns[f"high_{level}_kg"] = predictive.quantile(1 - tail)
    return pd.DataFrame(columns)
