"""The fit of 3 to 15 annual values: a trend with an interval, by a rule that reports its choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from carbon.accounting.years.by_year import calendar_year
from carbon.core.errors import MethodError
from carbon.core.text import instead
from carbon.trajectory.checked_series import (
    FEWEST_YEARS,
    checked_series,
    errors_in_order,
    event_years_of,
    logs_of,
    refuse_choices,
)
from carbon.trajectory.fitting.backtest import BENCHMARK, TRAIN_AT_LEAST
from carbon.trajectory.fitting.fitted import INTERVAL_FROM, SIGN_ONLY_BELOW, Trajectory
from carbon.trajectory.fitting.mann_kendall import mann_kendall
from carbon.trajectory.fitting.models import DEFAULT_MODEL, MODELS, Model, shrunken_drift
from carbon.trajectory.fitting.prior import Prior, learn_prior, packaged

LEVELS = (50, 80, 95)


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
    prior: Prior | pd.DataFrame | None = None,
    explained: Mapping[int, str] | None = None,
) -> Trajectory:
    """Fit a yearly series and predict to `until`.

    Three years have a sign, its exact p and the last value, and no interval by any model; four years have a band.
    Neither can be significant at 5 %, and neither gives a probability.

    Parameters
    ----------
    series
        kg CO2e by year, one scope 2 method, like-for-like.
    model
        "auto" (a level seen with noise, its drift shrunk to a prior) or a name of `MODELS`; None: what the series
        declares, else "auto". The others forecast worse in the benchmarks: they are fitted by name only.
    event_years, missing_years
        Exceptional years (a pandemic, a strike), left out with the gap kept; None: those that the series declares.
        Years between others that are known to have no figure: the dates of the others are used, with a warning.
    sd_year, sd_shared
        Known errors of each year that is not an event year (a Series by year, or a list in the order of the years), and
        common to all [ln]. They add to the year-to-year noise and replace nothing of it.
    prior
        What other series let expect: `learn_prior`, or a table of sites, parts or sister companies (kg, one column a
        series, without this one). None: the packaged prior. Nothing later than the last year fitted is learnt from.
    explained
        Year -> what explains a break then (`explained_by`), besides the events of the ledger.

    Raises
    ------
    MethodError
        As `checked_series`; an unknown model; nothing to predict; a level that is no percentage; errors of years that
        are not positive, or with a model that does not use them.
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
    sign = "rising" if s > 0 else "falling" if s < 0 else "level"
    errors = None if sd_year is None else dict(zip(
        (int(y) for y in usable.index), errors_in_order(sd_year, series, usable).tolist(), strict=True))
    form, branch = _choose(model, usable, _prior(prior, model), errors, sd_shared,
                           f"{len(usable)} years, {sign}: cannot tell (Mann-Kendall p = {p_value:.2g})")
    if events:
        branch += f"; event years {', '.join(map(str, events))} marked"
    years, logs = logs_of(usable)
    predictive = form.predict(years, logs, future.astype(float))
    if len(usable) < INTERVAL_FROM:
        predictive = predictive.without_spread()
    columns = {"year": future, "median_kg": predictive.quantile(0.5)}
    for level in levels:
        tail = (1 - level / 100) / 2
        columns |= {f"low_{level:g}_kg": predictive.quantile(tail), f"high_{level:g}_kg": predictive.quantile(1 - tail)}
    return Trajectory(
        series=clean, model=form.name, branch=branch, sign=sign, rate=float(np.expm1(form.rate(years, logs))),
        p_value=p_value, event_years=events, table=pd.DataFrame(columns), predictive=predictive,
        rate_unmarked=float(np.expm1(form.rate(*logs_of(clean)))), used=usable, form=form,
        explained=dict(explained or {}),
        growth=0.0 if prior is not None else float(np.expm1((logs[-1] - logs[0]) / (years[-1] - years[0]))))


def _prior(prior: Prior | pd.DataFrame | None, model: str) -> Prior:
    if prior is not None and model not in ("auto", DEFAULT_MODEL):
        raise MethodError(f"{model} does not use a prior", hint='leave model="auto", or leave prior out')
    if isinstance(prior, pd.DataFrame):
        return learn_prior(prior)
    if prior is not None and not isinstance(prior, Prior):
        raise MethodError(f"a prior is learnt from series, not from a {type(prior).__name__}",
                          hint="learn_prior(table), or a table with one column a series")
    return prior or packaged()


def _choose(
    model: str, usable: pd.Series, prior: Prior, errors: Mapping[int, float] | None, sd_shared: float, cannot_tell: str
) -> tuple[Model, str]:
    """Return the model by the number of years, and why, in words."""
    n = len(usable)
    if model not in ("auto", DEFAULT_MODEL) or (model != "auto" and n < TRAIN_AT_LEAST):
        if model not in MODELS:
            raise MethodError(f"unknown model {model!r}", hint=instead(str(model), ["auto", *MODELS]))
        if n < MODELS[model].min_years:
            raise MethodError(f"{model} needs {MODELS[model].min_years} years, there are {n}",
                              hint='take model="auto": it reports what so few years can tell')
        return MODELS[model], f"{model}, by choice, on {n} years"
    if n < INTERVAL_FROM:
        return MODELS[BENCHMARK], f"{cannot_tell}; last value without an interval"
    form = shrunken_drift(prior, sd_year=errors, sd_shared=sd_shared)
    words = f"{form.label}, prior of {prior.at(float(usable.index[-1])).origin}"
    words += ", with known errors of years" if errors is not None else ""
    if n < SIGN_ONLY_BELOW:
        # Not even a straight fall of four years is significant at 5 %: p = 2/4!.
        return form, f"{cannot_tell}; {words}"
    return form, f"{n} years: {words}" if model == "auto" else f"{model}, by choice, on {n} years: {words}"
