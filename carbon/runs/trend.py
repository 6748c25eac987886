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
    from carbon.trajectory import Target

TREND = "trend"
"""Key of the manifest."""
KG_PER_T = 1000.0


def first_series(history: ByYear, settings: Mapping[str, Any]) -> tuple[Target | None, pd.Series[Any]]:
    """
    The first target and what it is a target of [kg CO2e by year]; None and the headline total where there is no target.

    Parameters
    ----------
    settings
        Of the manifest: `targets` and `scope2_headline`.
    """
    from carbon.core.ghg_protocol import SCOPES
    from carbon.core.params import TargetParams
    from carbon.trajectory import Target

    for stated in settings["targets"]:
        target = Target.from_params(TargetParams.model_validate(stated))
        return target, history.series(target.scopes, target.scope2_method)
    return None, history.series(SCOPES, str(settings["scope2_headline"]))


def trend_of(history: pd.DataFrame, target: Target | None, series: pd.Series[Any]) -> dict[str, Any]:
    """
    {"tonnes": {year: t CO2e}, "reported": [year], "pathway": {year: t CO2e} or None}; years are texts, as JSON has no
    other keys.

    Parameters
    ----------
    history
        `schemas.HISTORY`, as published.
    target, series
        `first_series` of it.
    """
    from carbon.reports.target_view import status_by_year

    statuses = status_by_year(history, series.attrs["scopes"], series.attrs["scope2_method"])
    pathway = None
    if target is not None and target.has_base(series):
        pathway = _tonnes(target.pathway(target.base_kg(series)))
    reported = statuses.index[statuses == "reported"].tolist()
    return {"tonnes": _tonnes(series), "reported": reported, "pathway": pathway}


def _tonnes(kg: pd.Series[Any]) -> dict[str, float]:
    return dict(zip(map(str, kg.index.tolist()), (kg / KG_PER_T).tolist(), strict=True))
