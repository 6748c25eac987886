"""Checks that several kinds of record share: limits of a column, one unit, days of two rows, sums of shorter rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.columns import group_codes
from carbon.core.periods import latest_end_before
from carbon.core.text_columns import values_of
from carbon.records.kinds.faults import Problem
from carbon.records.rules.sheet import Sheet

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


def fix(code: str, reason: str, what_to_do: str = "correct the cell in the source file") -> Problem:
    """Return a problem of one cell, which is repaired where it is."""
    return Problem(code, reason, what_to_do)


def outside(sheet: Sheet, column: str, problem: Problem, *, least: float = 0.0, most: float = np.inf) -> None:
    """Add the problem at rows whose number is below or above a limit."""
    values = sheet.table[column].to_numpy(dtype=np.float64)
    sheet.fault(((values < least) | (values > most)) & sheet.not_excluded, column, problem)


def in_unit(table: pd.DataFrame, column: str, unit_column: str, target: str) -> npt.NDArray[np.float64]:
    """Return a column in one unit; NaN where the unit is of another dimension."""
    out, values = np.full(len(table), np.nan), table[column].to_numpy(dtype=np.float64)
    for unit in table[unit_column].unique():
        if unit and units.unit(unit).dimension == units.unit(target).dimension:
            of_unit = (table[unit_column] == unit).to_numpy()
            out[of_unit] = units.convert(values[of_unit], unit, target)
    return out


def overlapping(table: pd.DataFrame, columns: list[str], rows: Flags) -> Flags:
    """Return the rows that begin before another row of the same columns ends; an open end has no limit."""
    first = table["period_start"].fillna(pd.Timestamp(1900, 1, 1)).to_numpy()
    last = table["period_end"].fillna(pd.Timestamp(2200, 1, 1)).to_numpy()
    at = np.flatnonzero(rows)
    group = group_codes([values_of(table[c]).take(at) for c in columns])
    ranked = np.lexsort([last[at], first[at], group])
    again = np.zeros(len(table), dtype=bool)
    again[at[ranked]] = first[at][ranked] <= latest_end_before(group[ranked], last[at][ranked])
    return again


_SOUGHT = 100_000
"""Rows longer than others of their group that are compared with their sums; of a file with more, the rest is not."""


def sums_of_periods(sheet: Sheet, rows: Rows, group: npt.NDArray[np.intp], values: npt.NDArray[np.float64], *,
                    loose: float) -> Rows:
    """Return the rows that equal the sum of two or more shorter rows of their group within their days, at each level.

    Parameters
    ----------
    group, values
        Group and amount of each of `rows`.
    loose
        Relative tolerance where three or more are summed: metered quantities are rounded. Of two: to the digit.
    """
    first, last = (sheet.table[c].to_numpy()[rows].astype("datetime64[D]").astype(np.int64)
                   for c in ("period_start", "period_end"))
    days = last - first + 1
    if len(rows) < 3 or days.max() < max(2 * days.min() - 1, days.min() + 1):
        return rows[:0]
    order = np.lexsort([days, first, group])
    rows, first, last, days, group = (a[order] for a in (rows, first, last, days, group))
    quantity = values[order]
    begins, ends = (np.searchsorted(group, group, side=side) for side in ("left", "right"))
    shortest = np.minimum.reduceat(days, np.unique(begins))[np.searchsorted(np.unique(begins), begins)]
    single_rows = np.ones(len(rows), dtype=bool)
    long = np.flatnonzero((days >= 2 * shortest - 1) & (days > shortest) & (quantity != 0))
    if len(long) > _SOUGHT:
        sheet.warn("sums_not_sought", f"of {len(long):,} rows longer than others, {_SOUGHT:,} were compared with the "
                   "sums of these; send a file a year or site")
        long = long[:_SOUGHT]
    for at in long[np.argsort(days[long], kind="stable")].tolist():
        low = begins[at] + np.searchsorted(first[begins[at]:ends[at]], first[at])
        window = slice(low, begins[at] + np.searchsorted(first[begins[at]:ends[at]], last[at], side="right"))
        within = single_rows[window] & (last[window] <= last[at]) & (days[window] < days[at])
        count = int(within.sum())
        total = quantity[window][within].sum()
        tolerance = loose if count > 2 else 1e-9
        single_rows[at] = not (count > 1 and np.isclose(total, quantity[at], rtol=tolerance, atol=0.005))
    return rows[~single_rows]
