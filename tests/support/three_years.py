"""A company of three years and its target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from carbon.accounting.years.history import Inventories
from carbon.core.schemas import HISTORY
from carbon.params.shapes.company import TargetParams
from carbon.reports.exhibits.target_view import TargetView
from carbon.runs.company_year.trend import trend_of
from carbon.trajectory import Target, course

TARGET = {"id": "near", "label": {"en": "Near-term target", "fr": "Objectif"}, "scopes": ["1", "2"], "scope2_method":
          "market-based", "base_year": 2021, "target_year": 2030, "reduction": 0.42}


def history() -> pd.DataFrame:
    years = ((2021, 3000.1, "reported"), (2022, 2000.7, "computed"), (2023, 1999.9, "computed"))
    lines = [("alpha", year, scope, 0, method, kg, status, "AR5GWP100", "", "") for year, kg, status in years
             for scope, method in (("1", ""), ("2", "location-based"), ("2", "market-based"), ("3", ""))]
    return HISTORY.validate(pd.DataFrame(lines, columns=list(HISTORY.columns)))


def trend_of_history(table: pd.DataFrame, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the index draws of a report of this history, with these targets."""
    years = Inventories("alpha", table)
    targets = [Target.from_params(TargetParams.model_validate(target)) for target in settings["targets"]]
    ways = [course(years, target, scope2_method=str(settings["scope2_headline"])) for target in targets or [None]]
    views = [TargetView("", 0.0, table, (), way) for way in ways]
    return trend_of(years, str(settings["scope2_headline"]), views)
