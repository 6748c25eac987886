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


def trend_of(history: ByYear, settings: Mapping[str, Any]) -> dict[str, Any]:
    """
    {"tonnes": {year: t CO2e}, "reported": [year], "pathway": {year: t CO2e} or None} of the first target, or of the
    headline total where the company states none; years are texts, as JSON has no other keys.

    Parameters
    ----------
    history
        As published.
    settings
        Of the manifest: `targets` and `scope2_headline`.

    Raises
    ------
    CarbonError
        The history has no such series.
    """
    from carbon.core.ghg_protocol import SCOPES
    from carbon.core.params import TargetParams
    from carbon.reports.target_view import status_by_year
    from carbon.trajectory import Target

    stated = settings["targets"]
    target = Target.from_params(TargetParams.model_validate(stated[0])) if stated else None
    which = (tuple(target.scopes), target.scope2_method) if target else (SCOPES, str(settings["scope2_headline"]))
    series = history.series(*which)
    statuses = status_by_year(history.table, *which)
    pathway = None
    if target is not None and target.has_base(series):
        pathway = _tonnes(target.pathway(target.base_kg(series)))
    reported = statuses.index[statuses == "reported"].tolist()
    return {"tonnes": _tonnes(series), "reported": reported, "pathway": pathway}


def _tonnes(kg: pd.Series[Any]) -> dict[str, float]:
    return dict(zip(map(str, kg.index.tolist()), (kg / KG_PER_T).tolist(), strict=True))
