"""The few numbers that the index draws of a company: its series, which years are only reported, what its target allows.

They are in the manifest of each set, so that an index of hundreds of companies reads no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from carbon.accounting.years.by_year import ByYear

TREND = "trend"
"""Key of the manifest."""
KG_PER_T = 1000.0
NOT_REPORTED = "a scope is not reported"


def trend_of(statuses: Mapping[Any, str], series: pd.Series[Any], pathway: pd.Series[Any] | None) -> dict[str, Any]:
    """Return {"tonnes": {year: t CO2e}, "states": {year: why it has no figure}, "reported": [year], "pathway": {year:
    t CO2e} or None}; years are strings, as JSON has no other keys. A year without a figure is None, never 0.

    Parameters
    ----------
    statuses
        By year; one with any reported part is "reported".
    series, pathway
        Those of the report's first `TargetView`.
    """
    known_states = series.attrs.get("states", {})
    states = {str(year): known_states.get(year, NOT_REPORTED) for year in series.attrs.get("incomplete", ())}
    return {"tonnes": dict.fromkeys(states) | _tonnes(series), "states": states,
            "reported": [year for year, status in statuses.items() if status == "reported"],
            "pathway": None if pathway is None else _tonnes(pathway)}


def trend_of_history(history: ByYear, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return `trend_of` what a report of this history shows first: its first target, or else the headline total.

    Parameters
    ----------
    settings
        Of the manifest: `targets` and `scope2_headline`.
    """
    from carbon.core.params.company import TargetParams
    from carbon.reports.exhibits.target_view import allowed
    from carbon.reports.tables.trajectory import status_by_year
    from carbon.trajectory import Target, course

    targets = settings["targets"][:1]
    target = Target.from_params(TargetParams.model_validate(targets[0])) if targets else None
    way = course(history, target, scope2_method=str(settings["scope2_headline"]))
    return trend_of(status_by_year(way.series), way.series, allowed(way)[0])


def _tonnes(kg: pd.Series[Any]) -> dict[str, float]:
    return dict(zip(map(str, kg.index.tolist()), (kg / KG_PER_T).tolist(), strict=True))
