"""An acquisition with its figure of each of five years."""

from __future__ import annotations

from typing import Any

import pandas as pd


def events(**changes: Any) -> pd.DataFrame:
    rows = [{"event_id": "a", "kind": "acquisition", "date": pd.Timestamp("2020-01-01"), "entity": "X", "year": year,
             "scope": "1", "scope2_method": "", "delta_kg": 100.0, "reason": "r", "evidence": "e",
             "recorded_on": pd.Timestamp("2020-02-01")} for year in range(2015, 2020)]
    return pd.DataFrame(rows).assign(**changes)
