"""Intervals from past errors alone: no distribution is assumed, and no promise is made where there are too few."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from carbon.trajectory.checked_series import logs_of, refuse_no_share
from carbon.trajectory.fitting.backtest import forecast_past
from carbon.trajectory.fitting.models import MODELS, Model


def conformal_table(series: pd.Series, future: np.ndarray, *, model: str | Model, level: float) -> pd.DataFrame:
    """Return the interval of each future year from the model's past errors at the same distance.

    q_h = k-th smallest |error| at horizon h, k = ceil((n + 1) level); bounds median x e^(-+ q_h). With k > n the past
    is too short for the level: no bounds. Not a guarantee: a shock common to all years breaks it, so the worst past
    miss is shown too.

    Returns year, median_kg, low_kg, high_kg [kg CO2e, NaN where the past is too short], errors,
    shock_kg (the median moved by the worst past miss upwards; the median itself where no year came out above).

    Raises MethodError: A level that is no share.

    Source: Split conformal prediction, Vovk et al. 2005; Lei et al. 2018, JASA 113:1094.
    """
    refuse_no_share(level, what="level")
    form = model if isinstance(model, Model) else MODELS[model]
    years, logs = logs_of(series)
    location = form.predict(years, logs, future.astype(float)).location
    ahead = (future - years[-1]).astype(int)
    past = forecast_past(series, models=[form], horizon=int(ahead.max()))
    distance = (past["year"] - past["origin"]).to_numpy()
    errors = [past["error"].to_numpy()[distance == h] for h in ahead]
    reach = np.array([_quantile(np.abs(e), level) for e in errors])
    worst = np.array([max(float(e.max()), 0.0) if len(e) else np.nan for e in errors])
    return pd.DataFrame({
        "year": future, "median_kg": np.exp(location), "low_kg": np.exp(location - reach),
        "high_kg": np.exp(location + reach), "errors": [len(e) for e in errors], "shock_kg": np.exp(location + worst)})


def _quantile(sizes: np.ndarray, level: float) -> float:
    # 25 x 0.28 is 7, and a little more in binary.
    k = math.ceil(round((len(sizes) + 1) * level, 9))
    return float(np.sort(sizes)[k - 1]) if k <= len(sizes) else float("nan")
