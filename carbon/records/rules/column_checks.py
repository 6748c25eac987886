"""What the checks of several kinds ask of one column: limits, one unit, days that two rows have."""

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


def fix(code: str, reason: str, what_to_do: str = "correct the cell in the source file") -> Problem:
    """Return a problem of one cell, which is repaired where it is."""
    return Problem(code, reason, what_to_do)


def outside(sheet: Sheet, column: str, problem: Problem, *, least: float = 0.0, most: float = np.inf) -> None:
    """Add the problem at rows whose number is below or above a limit."""
    values = sheet.table[column].to_numpy(dtype=np.float64)
    sheet.fault(((values < least) | (values > most)) & sheet.not_excluded, column, problem)


def in_unit(table: pd.DataFrame, column: str, unit_column: str, target: str) -> npt.NDArray[np.float64]:
    """Return a column in one unit; missing where the unit is none of that dimension."""
    out, values = np.full(len(table), np.nan), table[column].to_numpy(dtype=np.float64)
    for unit in table[unit_column].unique():
        if unit and units.unit(unit).dimension == units.unit(target).dimension:
            here = (table[unit_column] == unit).to_numpy()
            out[here] = units.convert(values[here], unit, target)
    return out


def overlapping(table: pd.DataFrame, columns: list[str], rows: Flags) -> Flags:
    """Return the rows whose days another row above, by day, has for the same columns; an open end is always and
    ever.
    """
    first = table["period_start"].fillna(pd.Timestamp(1900, 1, 1)).to_numpy()
    last = table["period_end"].fillna(pd.Timestamp(2200, 1, 1)).to_numpy()
    at = np.flatnonzero(rows)
    group = group_codes([values_of(table[c]).take(at) for c in columns])
    ranked = np.lexsort([last[at], first[at], group])
    again = np.zeros(len(table), dtype=bool)
    again[at[ranked]] = first[at][ranked] <= latest_end_before(group[ranked], last[at][ranked])
    return again
