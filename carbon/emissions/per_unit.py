"""Emissions of one unit of each distinct key: the short path, applied to keys instead of activities."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from carbon.core import schemas
from carbon.emissions.calculate import calculate_emissions
from carbon.emissions.scope2 import residual_activities

if TYPE_CHECKING:
    from carbon.factors.matching import Matched

Match = Callable[[pd.DataFrame], "Matched"]
"""Activities -> factors, e.g. `match_factors` with the library and the company's choices filled in."""
_EPOCH = pd.Timestamp("1970-01-01").as_unit("s")


def lines_per_unit(keys: pd.DataFrame, *, match: Match) -> pd.DataFrame:
    """Calculate `schemas.EMISSIONS` of one unit of each key; `activity_id` is the key's place, as a string.

    Scope 2 has both methods, without instruments: contracts belong to meters, and a bulk ledger has none.

    Parameters
    ----------
    keys
        activity, unit, region, year, scope, category: one row a distinct key.

    Raises
    ------
    MissingFactorError
        A key without a factor.
    """
    activities = _as_activities(keys)
    electricity = residual_activities(activities)
    residual = match(electricity.reset_index(drop=True)) if len(electricity) else None
    return calculate_emissions(activities, match(activities), instruments=[], residual=residual)


def _as_activities(keys: pd.DataFrame) -> pd.DataFrame:
    text = [c for c, kind in schemas.ACTIVITIES.columns.items() if kind == schemas.TEXT]
    unused: dict[str, Any] = {c: "" for c in text if c not in keys}
    unit: dict[str, Any] = {
        "activity_id": [str(i) for i in range(len(keys))], "source_line": 0, "quantity": 1.0,
        "record_amount": float("nan"), "period_start": _EPOCH, "period_end": _EPOCH}
    table = keys.assign(**(unused | unit)).astype(dict.fromkeys(text, "str") | {"year": "int64", "category": "int64"})
    return schemas.ACTIVITIES.validate(table)
