"""The few numbers that the index draws of a company: its series, which years are only reported, what its target allows.

They are in the manifest of each set, so that an index of hundreds of companies reads no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

TREND = "trend"
"""Key of the manifest."""
KG_PER_T = 1000.0
NOT_REPORTED = "a scope is not reported"


def trend_of(statuses: Mapping[Any, str], series: pd.Series[Any], pathway: pd.Series[Any] | None) -> dict[str, Any]:
    """Return {"tonnes": {year: t CO2e}, "states": {year: why it has no figure}, "reported": [year], "pathway": {year:
    t CO2e} or None}; years are strings, as JSON has no other keys. A year without a figure is None, never 0.

    `statuses`: By year; one with any reported part is "reported". `series`, `pathway`: Those of the report's first
    `TargetView`.
    """
    known_states = series.attrs.get("states", {})
    states = {str(year): known_states.get(year, NOT_REPORTED) for year in series.attrs.get("incomplete", ())}
    return {"tonnes": dict.fromkeys(states) | _tonnes(series), "states": states,
            "reported": [year for year, status in statuses.items() if status == "reported"],
            "pathway": None if pathway is None else _tonnes(pathway)}


def _tonnes(kg: pd.Series[Any]) -> dict[str, float]:
    return dict(zip(map(str, kg.index.tolist()), (kg / KG_PER_T).tolist(), strict=True))
