"""The few numbers that the index draws of a company: its totals, which years are only reported, what targets allow.

They are in the manifest of each set, so that an index of hundreds of companies reads no table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from carbon.core.ghg_protocol import SCOPES

if TYPE_CHECKING:
    import pandas as pd

    from carbon.accounting.years.restated import View
    from carbon.reports.exhibits.target_view import TargetView

TREND = "trend"
"""Key of the manifest."""
KG_PER_T = 1000.0
NOT_REPORTED = "a scope is not reported"


def trend_of(history: View, scope2_method: str, targets: Sequence[TargetView]) -> dict[str, Any]:
    """Return {"figure": "total-market" or "total-location", "tonnes": {year: t CO2e}, "states": {year: why it has no
    figure}, "reported": [year], "pathway": {year: t CO2e} or None}; years are strings, as JSON has no other keys. A
    year without a figure is None, never 0; one with any reported part is reported.

    `scope2_method`: That of the headline. `targets`: Those of the report.
    """
    from carbon.accounting.years.by_year import REPORTED
    from carbon.reports.tables.trajectory import status_by_year
    from carbon.trajectory import course

    series = course(history, scope2_method=scope2_method).series
    known_states = series.attrs.get("states", {})
    partial = _partial(history, scope2_method)
    states = {str(year): known_states.get(year, NOT_REPORTED) for year in series.attrs.get("incomplete", ())}
    states |= dict.fromkeys(map(str, sorted(partial)), NOT_REPORTED)
    series = series[[year not in partial for year in series.index]]
    return {"figure": f"total-{scope2_method.removesuffix('-based')}", "states": states,
            "tonnes": dict.fromkeys(states) | _tonnes(series), "pathway": _pathway(scope2_method, targets),
            "reported": [year for year, status in status_by_year(series).items() if status == REPORTED]}


def _partial(history: View, scope2_method: str) -> set[int]:
    """Return the years without a figure for a scope that the last year has: their sum would be no total."""
    years = [set(history.series((scope,), scope2_method).dropna().index.tolist()) for scope in SCOPES]
    every = set.union(*years)
    return {year for of_scope in years for year in every - of_scope if max(every) in of_scope}


def _pathway(scope2_method: str, targets: Sequence[TargetView]) -> dict[str, float] | None:
    """Return what the targets allow together in the years of all: None unless each scope is in one of them, once, and
    scope 2 as in the headline.
    """
    ways = [view.course for view in targets if view.course.target is not None]
    each_scope_once = sorted(scope for way in ways for scope in way.scopes) == sorted(SCOPES)
    if not each_scope_once or any("2" in way.scopes and way.scope2_method != scope2_method for way in ways):
        return None
    pathways = [pathway for view in targets if (pathway := view.pathway) is not None]
    return _tonnes(sum(pathways[1:], pathways[0]).dropna()) if len(pathways) == len(targets) else None


def _tonnes(kg: pd.Series[Any]) -> dict[str, float]:
    return dict(zip(map(str, kg.index.tolist()), (kg / KG_PER_T).tolist(), strict=True))
