"""
Rolling-origin backtest: each past year is forecast from the years before it only.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from carbon.core.errors import MethodError
from carbon.trajectory.models import MODELS
from carbon.trajectory.scores import crps_student, interval_score, summarise

TRAIN_AT_LEAST = 4


def forecast_past(
    series: pd.Series, *, models: Iterable[str] = tuple(MODELS), horizon: int = 1, train: int = TRAIN_AT_LEAST,
    level: float = 0.80,
) -> pd.DataFrame:
    """
    Forecasts of the past: origin by origin, for horizons 1 ... `horizon` years.

    Parameters
    ----------
    series
        kg CO2e by year, positive.
    train
        Fewest years a forecast is made from.

    Returns
    -------
    DataFrame
        model, origin, year, location, scale, df, error [ln], crps [ln], inside (of the `level` interval),
        interval_score [ln]. Errors are on the log scale, so that entities of any size compare.
    """
    clean = series.dropna().sort_index().astype(float)
    if (clean <= 0).any():
        raise MethodError(f"zero or negative emissions in {clean.index[clean <= 0].tolist()}")
    years, logs = clean.index.to_numpy().astype(float), np.log(clean.to_numpy())
    rows = []
    for name in models:
        model = MODELS[name]
        for n in range(max(train, model.min_years), len(years)):
            ahead = years[n:][years[n:] <= years[n - 1] + horizon]
            if len(ahead):
                predictive = model.predict(years[:n], logs[:n], ahead)
                rows += [
                    (name, years[n - 1], year, location, scale, predictive.df)
                    for year, location, scale in zip(ahead, predictive.location, predictive.scale, strict=True)
                ]
    table = pd.DataFrame(rows, columns=["model", "origin", "year", "location", "scale", "df"])
    actual = np.log(clean.reindex(table["year"].astype(int)).to_numpy())
    return _scored(table, actual, level)


def _scored(table: pd.DataFrame, actual: np.ndarray, level: float) -> pd.DataFrame:
    location, df = table["location"].to_numpy(), table["df"].to_numpy(dtype=float)
    # A series that fits without error has no spread: the smallest one keeps the score finite.
    scale = np.maximum(table["scale"].to_numpy(), 1e-12)
    reach = scale * stdtrit(df, 0.5 + level / 2)
    return table.assign(
        origin=table["origin"].astype(int), year=table["year"].astype(int), error=actual - location,
        crps=crps_student((actual - location) / scale, scale, df), inside=np.abs(actual - location) <= reach,
        interval_score=interval_score(location - reach, location + reach, actual, level=level),
    )


def backtest(series: pd.Series, *, horizon: int = 1, level: float = 0.80) -> pd.DataFrame:
    """
    Scores of every model on the past of one series; empty when there are too few years to try.

    Returns
    -------
    DataFrame
        model, forecasts, mae, crps, inside, interval_score, skill, coverage, record (in words).
    """
    models = [m for m in MODELS if MODELS[m].min_years < len(series.dropna())]
    return summarise(forecast_past(series, models=models, horizon=horizon, level=level), level=level)
