"""The tidy frame of several years: the rows of computed ones, and the lines of those that are only reported."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from carbon.accounting.frames.guarded import GuardedFrame
from carbon.accounting.frames.tidy import COLUMNS, rows_of
from carbon.accounting.years.by_year import REPORTED
from carbon.accounting.years.history_tables import History
from carbon.core.ghg_protocol import CATEGORIES, NO_METHOD, SCOPES
from carbon.core.text_columns import with_text
from carbon.core.units import KG_PER_T

INCOMPLETE = "incomplete"
_DAYS, _NUMBERS = ("date", "until"), ("km", "quantity", "kg_per_unit")


def history_rows(history: History, scope2_method: str, names: Sequence[str] | None) -> GuardedFrame:
    """Return the tidy frame of a history; `attrs["incomplete"]` names reported years that lack a scope by this method.

    Such a year has no rows, as it has no point in `series`: a part of a total is no total.
    """
    parts: list[pd.DataFrame] = [rows_of(inventory, scope2_method, names) for inventory in history.inventories.values()]
    series = history.series(SCOPES, scope2_method)
    lines = _reported(history, scope2_method, set(series.index))
    if len(lines):
        parts.insert(0, lines[list(parts[0].columns if parts else names or COLUMNS)])
    frame = GuardedFrame(pd.concat([with_text(part) for part in parts], ignore_index=True))
    frame.attrs = {"company": history.company, "years": tuple(map(int, series.index)), "scope2_method": scope2_method,
                   INCOMPLETE: series.attrs[INCOMPLETE]}
    return frame


def _reported(history: History, scope2_method: str, complete: set[int]) -> pd.DataFrame:
    """Return the lines of years that are only reported, a row each: no date, site, supplier nor activity."""
    table = history.table
    lines = table[(table["status"] == REPORTED) & table["scope2_method"].isin((NO_METHOD, scope2_method))
                  & table["year"].isin(list(complete)) & table["co2e_kg"].notna()].reset_index(drop=True)
    texts = dict.fromkeys((c for c in COLUMNS if c not in (*_DAYS, *_NUMBERS)), "")
    made = {**texts, **dict.fromkeys(_DAYS, pd.NaT), **dict.fromkeys(_NUMBERS, np.nan), "source_line": 0}
    of_line = {"company": lines["company"], "year": lines["year"], "scope": lines["scope"],
               "category": lines["category"], "category_name": lines["category"].map(CATEGORIES).fillna(""),
               "kind": REPORTED, "co2e_kg": lines["co2e_kg"], "co2e_t": lines["co2e_kg"] / KG_PER_T,
               "source_file": lines["source"]}
    frame = pd.DataFrame({**made, **of_line}, index=lines.index, columns=pd.Index(COLUMNS))
    return frame.astype({**dict.fromkeys(_DAYS, "datetime64[us]"), **dict.fromkeys(_NUMBERS, "float64")})
