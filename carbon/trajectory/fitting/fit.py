"""The fit of 3 to 15 annual values: a trend with an interval, by a rule that reports its choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from carbon.accounting.years.by_year import calendar_year
from carbon.core.errors import MethodError
from carbon.trajectory.checked_series import (
    FEWEST_YEARS,
    checked_series,
    errors_in_order,
    event_years_of,
    refuse_choices,
)
from carbon.trajectory.fitting.backtest import BENCHMARK
from carbon.trajectory.fitting.fitted import INTERVAL_FROM, SIGN_ONLY_BELOW, Trajectory, logs_of
from carbon.trajectory.fitting.mann_kendall import mann_kendall
from carbon.trajectory.fitting.models import MODELS, Model, Predictive, bic_gain, weighted_line

LEVELS = (50, 80, 95)
KNOT_FROM = 8
KNOT_BIC_GAIN = 6.0
AFTER_KNOT = 4
DEFAULT_MODEL = "shrunken_drift"


def fit(
    series: pd.Series,
    *,
    until: int,
    model: str | None = None,
    event_years: Iterable[int] | None = None,
    missing_years: Iterable[int] = (),
    levels: Sequence[int] = LEVELS,
    sd_year: Sequence[float] | None = None,
    sd_shared: float = 0.0,
) -> Trajectory:
    """Fit a yearly series and predict to `until`.

    Three years have a sign, its exact p and the last value, and no interval by any model; four years have the band of
    the last value. Neither can be significant at 5 %, and neither gives a probability.

    Parameters
    ----------
    series
        kg CO2e by year, one scope 2 method, like-for-like.
    model
        "auto" (the rule of the methods page) or a name of `MODELS`. None: what the series declares, else "auto".
    event_years
        Years marked as exceptional (a pandemic, a strike): a level dummy each, which in a random walk is the same as
        leaving the point out and keeping the gap. None: those that the series declares, from the company's params.
    missing_years
        Years between others that are known to have no figure: the dates of the others are used, with a warning.
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
        nothing to predict; a level that is not a percentage; errors of years that are not positive, or with a model
        that does not use them.
    """
    clean = checked_series(series, missing_years)
    events = tuple(sorted({*event_years_of(clean, event_years)} & {int(y) for y in clean.index}))
    model = model or str(clean.attrs.get("model", "auto"))
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
        form, branch, used_years = _choose(model, usable, s, p_value)
    else:
        form, used_years = weighted_line(errors_in_order(sd_year, series, usable), sd_shared=sd_shared), usable
        branch = f"{len(used_years)} years: {form.label}"
    if events:
        branch += f"; event years {', '.join(map(str, events))} marked"
    years, logs = logs_of(used_years)
    predictive = form.predict(years, logs, future.astype(float))
    if len(used_years) < INTERVAL_FROM:
        predictive = predictive.without_spread()
    return Trajectory(
        series=clean, model=form.name, branch=branch, sign=_sign(s), rate=float(np.expm1(form.rate(years, logs))),
        p_value=p_value, event_years=events, table=_table(future, predictive, levels), predictive=predictive,
        rate_unmarked=_unmarked(form, clean[clean.index >= used_years.index[0]], used_years), used=used_years,
    )


def _unmarked(model: Model, clean: pd.Series, used_years: pd.Series) -> float:
    """Return the rate over all years; a weighted line has none, as errors are known only of the years used."""
    is_known = model.name in MODELS or len(clean) == len(used_years)
    return float(np.expm1(model.rate(*logs_of(clean)))) if is_known else float("nan")


def _choose(model: str, usable: pd.Series, s: int, p_value: float) -> tuple[Model, str, pd.Series]:
    n = len(usable)
    if model != "auto":
        if model not in MODELS:
            raise MethodError(f"unknown model {model!r}", hint=f"one of {sorted(MODELS)}")
        if n < MODELS[model].min_years:
            raise MethodError(f"{model} needs {MODELS[model].min_years} years, there are {n}",
                              hint='take model="auto": it reports what so few years can tell')
        return MODELS[model], f"{model}, by choice, on {n} years", usable
    if n < SIGN_ONLY_BELOW:
        # Not even a straight fall of four years is significant at 5 %: p = 2/4!.
        last = "and its band" if n >= INTERVAL_FROM else "without an interval"
        words = f"{n} years, {_sign(s)}: cannot tell (Mann-Kendall p = {p_value:.2g}); last value {last}, no trend"
        return MODELS[BENCHMARK], words, usable
    default = MODELS[DEFAULT_MODEL]
    if n >= KNOT_FROM:
        gain, knot = bic_gain(*logs_of(usable))
        after = usable.loc[int(knot):]
        if gain > KNOT_BIC_GAIN and len(after) > AFTER_KNOT:
            return default, f"{n} years with a change of slope in {int(knot)}: drift after it, shrunken", after
    return default, f"{n} years: {default.label}", usable


def _sign(s: int) -> str:
    return "rising" if s > 0 else "falling" if s < 0 else "level"


def _table(future: np.ndarray, predictive: Predictive, levels: Sequence[int]) -> pd.DataFrame:
    columns: dict[str, np.ndarray] = {"year": future, "median_kg": predictive.quantile(0.5)}
    for level in levels:
        tail = (1 - level / 100) / 2
        columns[f"low_{level:g}_kg"] = predictive.quantile(tail)
        columns[f"high_{level:g}_kg"] = predictive.quantile(1 - tail)
    return pd.DataFrame(columns)
