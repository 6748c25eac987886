"""Rolling-origin backtest: each past year is forecast from the years before it only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.text import instead
from carbon.trajectory.checked_series import checked_series, event_years_of, logs_of
from carbon.trajectory.fitting.models import MODELS, Model
from carbon.trajectory.fitting.scores import crps_student, interval_score, summarise

TRAIN_AT_LEAST = 4
BENCHMARK = "last_value"


def forecast_past(
    series: pd.Series, *, models: Iterable[str | Model] = tuple(MODELS), horizon: int = 1, train: int = TRAIN_AT_LEAST,
    level: float = 0.80,
) -> pd.DataFrame:
    """Forecasts of the past [kg CO2e by year, positive]: origin by origin, for horizons 1 ... `horizon` years.

    From `train` years on. Returns model, origin, year, location, scale, df, error [ln], crps [ln], inside (of the
    `level` interval), interval_score [ln]. Errors are on the log scale, so that entities of any size compare.
    """
    clean = series.dropna().sort_index().astype(float)
    if (clean <= 0).any():
        raise MethodError(f"zero or negative emissions in {clean.index[clean <= 0].tolist()}",
                          hint="fit the parts that are positive")
    forms = [m if isinstance(m, Model) else MODELS[m] for m in models]
    return pd.DataFrame(scored_past(*logs_of(clean), models=forms, horizon=horizon, train=train, level=level))


def scored_past(
    years: np.ndarray, logs: np.ndarray, *, models: Iterable[Model], horizon: int = 1, train: int = TRAIN_AT_LEAST,
    level: float = 0.80,
) -> dict[str, Any]:
    """Return the columns of `forecast_past` as plain arrays, without the cost of a table for each of many series."""
    rows: list[tuple[str, int, int, float, float, float]] = []
    for model, n in ((m, n) for m in models for n in range(max(train, m.min_years), len(years))):
        ahead = years[n:][years[n:] <= years[n - 1] + horizon]
        if len(ahead):
            predictive = model.predict(years[:n], logs[:n], ahead)
            rows += [(model.name, int(years[n - 1]), int(year), float(location), float(scale), predictive.df)
                     for year, location, scale in zip(ahead, predictive.location, predictive.scale, strict=True)]
    name, origin, year, location, scale, df = map(list, zip(*rows, strict=True) if rows else [()] * 6)
    columns = {"model": np.array(name, dtype=object), "origin": np.array(origin, dtype=np.int64),
               "year": np.array(year, dtype=np.int64), "location": np.array(location, dtype=float),
               "scale": np.array(scale, dtype=float), "df": np.array(df, dtype=float)}
    actual = logs[np.searchsorted(years, columns["year"].astype(float))]
    # A series that fits without error has no spread: the smallest one keeps the score finite.
    scale = np.maximum(columns["scale"], 1e-12)
    reach, error = scale * stdtrit(columns["df"], 0.5 + level / 2), actual - columns["location"]
    bounds = columns["location"] - reach, columns["location"] + reach
    return {**columns, "error": error, "crps": crps_student(error / scale, scale, columns["df"]),
            "inside": np.abs(error) <= reach, "interval_score": interval_score(*bounds, actual, level=level)}


def backtest(series: pd.Series, *, horizon: int = 1, level: float = 0.80, models: Iterable[str] = tuple(MODELS),
             event_years: Iterable[int] | None = None, missing_years: Iterable[int] = ()) -> pd.DataFrame:
    """Scores of every model on the past of one series; empty when there are too few years to try.

    The series [kg CO2e by year] and its years without a figure are as `fit` takes them; event years are neither
    forecast nor learnt from (None: those that the series declares). Returns model, forecasts, mae, crps, inside,
    interval_score, skill, coverage and p_value (NaN for two forecasts or fewer), record (in words).
    """
    refuse_no_number("backtest", over=0, at_most=0.999, level=level, hint="0.8 means 80 %")
    clean = checked_series(series, missing_years)
    usable = clean[~clean.index.isin(event_years_of(clean, event_years))]
    names = [models] if isinstance(models, str) else list(models)
    if unknown := [m for m in names if not isinstance(m, str) or m not in MODELS]:
        raise MethodError(f"unknown models {unknown}", hint=instead(str(unknown[0]), MODELS))
    if isinstance(horizon, bool) or not horizon >= 1 or horizon % 1:
        raise MethodError(f"horizon={horizon} forecasts nothing", hint="one year ahead is horizon=1")
    # A model named twice is one model: its forecasts are not counted twice.
    return summarise(forecast_past(usable, models=dict.fromkeys(names), horizon=horizon, level=level), level=level)
