"""A company of three years and its target."""

from __future__ import annotations

import pandas as pd

from carbon.core.schemas import HISTORY

TARGET = {"id": "near", "label": {"en": "Near-term target", "fr": "Objectif"}, "scopes": ["1", "2"], "scope2_method":
          "market-based", "base_year": 2021, "target_year": 2030, "reduction": 0.42}


def history() -> pd.DataFrame:
    years = ((2021, 3000.1, "reported"), (2022, 2000.7, "computed"), (2023, 1999.9, "computed"))
    lines = [("alpha", year, scope, 0, method, kg, status, "AR5GWP100", "", "") for year, kg, status in years
             for scope, method in (("1", ""), ("2", "location-based"), ("2", "market-based"), ("3", ""))]
    return HISTORY.validate(pd.DataFrame(lines, columns=list(HISTORY.columns)))
