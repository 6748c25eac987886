"""A line of a filing through the years of a company's history."""

from __future__ import annotations

from typing import Any

import pandas as pd

from carbon.core.ghg_protocol import NO_METHOD
from carbon.reports.tables.sums import sum_by

Line = tuple[tuple[str, ...], int, str]
"""Scopes, category (0: all) and scope 2 method of a row."""


def series_of(history: pd.DataFrame, line: Line) -> pd.Series[Any]:
    """kg of a row by year; a year that lacks one of its scopes has no figure."""
    scopes, category, method = line
    rows = history[history["scope"].isin(scopes) & history["scope2_method"].isin((NO_METHOD, method))]
    rows = rows[rows["status"].isin(("computed", "reported"))]
    rows = rows if category == 0 else rows[rows["category"] == category]
    whole = rows.groupby("year")["scope"].nunique()
    sums = sum_by(rows, ["year"])
    return sums[whole.reindex(sums.index) == len(scopes)]
