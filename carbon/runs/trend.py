"""
The few numbers that the index draws of a company: its series, which years are only reported, what its target allows.

They stand in the manifest of each set, so that an index of hundreds of companies reads no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from carbon.inventory.by_year import ByYear

TREND = "trend"
"""Key of the manifest."""
KG_PER_T = 1000.0


def first_series(history: ByYear, settings: Mapping[str, Any]) -> tuple[pd.Series[Any], pd.Series[Any] | None]:
    """
    What the first target is a target of, and what it allows [kg CO2e by year]; the headline total and None where there
    is no target.

    Parameters
    ----------
    settings
        Of the manifest: `targets` and `scope2_headline`.
    """
    from carbon.core.ghg_protocol import SCOPES
    from carbon.core.params import TargetParams
    from carbon.reports.target_view import allowed
    from carbon.trajectory import Target

    for stated in settings["targets"]:
        target = Target.from_params(TargetParams.model_validate(stated))
        series = history.series(target.scopes, target.scope2_method)
        return series, allowed(target, series)[0]
    return history.series(SCOPES, str(settings["scope2_headline"])), None


def trend_of(history: pd.DataFrame, series: pd.Series[Any], pathway: pd.Series[Any] | None) -> dict[str, Any]:
    """
    {"tonnes": {year: t CO2e}, "reported": [year], "pathway": {year: t CO2e} or None}; years are texts, as JSON has no
    other keys.

    Parameters
    ----------
    history
        `schemas.HISTORY`, as published.
    series, pathway
        `first_series` of it, or those of the report's first `TargetView`.
    """
    from carbon.reports.target_view import status_by_year

    statuses = status_by_year(history, series.attrs["scopes"], series.attrs["scope2_method"])
    reported = statuses.index[statuses == "reported"].tolist()
    return {"tonnes": _tonnes(series), "reported": reported,
            "pathway": None if pathway is None else _tonnes(pathway)}


def _tonnes(kg: pd.Series[Any]) -> dict[str, float]:
    return dict(zip(map(str, kg.index.tolist()), (kg / KG_PER_T).tolist(), strict=True))
