"""Checks that several kinds of record share: limits of a column, one unit, days of two rows, sums of shorter rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged, units
from carbon.core.columns import group_codes
from carbon.core.periods import latest_end_before
from carbon.core.text_columns import values_of
from carbon.records.rules.sheet import Flags, Rows, Sheet
from carbon.records.values.fields import Context
from carbon.records.values.periods import DATE, START, clocks


def check_limits(sheet: Sheet) -> None:
    """Add a fault for numbers below or above the limits of their column (data/ranges.csv)."""
    for row in packaged.read_rows("carbon.records", "data/ranges.csv"):
        column, most = row["column"], float(row["high"] or "inf")
        if row["kind"] in (sheet.contract.kind, "every") and column in sheet.table:
            values = sheet.table[column].to_numpy(dtype=np.float64)
            sheet.fault((values < float(row["low"] or "-inf")) | (values > most), column,
                        row["message"] or "value_impossible", column=column, most=most, why=row["why"])


def in_unit(table: pd.DataFrame, column: str, unit_column: str, target: str) -> npt.NDArray[np.float64]:
    """Return a column in one unit; NaN where the unit is of another dimension."""
    out, values = np.full(len(table), np.nan), table[column].to_numpy(dtype=np.float64)
    code, names = pd.factorize(values_of(table[unit_column]))
    for one, unit in enumerate(names):
        if unit and units.unit(unit).dimension == units.unit(target).dimension:
            out[code == one] = units.convert(values[code == one], unit, target)
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


DAYS = ("period_start", "period_end")


def hours(context: Context) -> pd.Series | None:
    """Return the time of day of each row, from its date or the start of its period; None where no row has one."""
    for name in (DATE, START):
        if name in context.raw:
            return clocks({DATE: context.raw[name]})
    return None


def dated(sheet: Sheet) -> Flags:
    """Return the rows that begin and end on known days."""
    return ~(np.isnat(sheet.table["period_start"].to_numpy()) | np.isnat(sheet.table["period_end"].to_numpy()))


def read_at(sheet: Sheet, rows: Rows) -> Rows:
    """Return one number for the readings of a meter for the same days and hours."""
    clock = hours(sheet)
    days = [sheet.table[c].to_numpy()[rows] for c in ("period_start", "period_end")]
    return group_codes([sheet.meters[rows], *days, *([] if clock is None else [clock.take(rows)])])
