"""Checks that several kinds of record share: limits of a column, one unit, days of two rows, sums of shorter rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.columns import group_codes
from carbon.core.periods import latest_end_before
from carbon.core.text import fold
from carbon.core.text_columns import values_of
from carbon.records.kinds.vocabulary import is_word
from carbon.records.rules.sheet import Flags, Rows, Sheet
from carbon.records.rules.sums import Amounts, of_shorter_spans, whole_series


def outside(sheet: Sheet, column: str, message: str, *, least: float = 0.0, most: float = np.inf) -> None:
    """Add a message at rows whose number is below or above a limit."""
    values = sheet.table[column].to_numpy(dtype=np.float64)
    sheet.fault(((values < least) | (values > most)) & sheet.not_excluded, column, message, column=column, most=most)


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


DAYS = ("period_start", "period_end")
MOST_COMPARED = 400_000_000
"""Rows x lengths of periods that are compared with their sums; of a file with more, nothing is sought."""


def sums_of_periods(sheet: Sheet, rows: Rows, group: Rows, amounts: Amounts) -> tuple[Flags, Flags]:
    """Return which rows are the sum of two or more shorter rows of their group within their days, at each level.

    Also returned: those that are no coincidence. A row that no shorter one begins or ends with, and that is not as much
    as all others of its group, is not compared.
    """
    days = (sheet.table[c].to_numpy()[rows].astype("datetime64[D]").astype(np.int64)
            for c in DAYS)
    spans = np.stack([group, *days])
    wholes = np.bincount(group, weights=amounts.ticks)[group] == 2.0 * amounts.ticks
    length = spans[2] - spans[1]
    for end in spans[1:]:
        place = group_codes([group, end])
        shortest = np.full(len(rows), np.iinfo(np.int64).max)
        np.minimum.at(shortest, place, length)
        wholes |= length > shortest[place]
    wholes &= amounts.ticks != 0
    if (work := len(rows) * len(np.unique(length[wholes]))) > MOST_COMPARED:
        sheet.warn_of("sums_not_sought", wholes=int(wholes.sum()), rows=len(rows), work=work)
        wholes[:] = False
    return of_shorter_spans(spans, amounts, wholes)


def total_series(names: pd.Series, rows: Rows, amounts: Amounts, cells: Sequence[pd.Series]) -> Rows:
    """Return the rows of the series (a site, a supplier) that is the sum of all others in each of its cells, if one is.

    `amounts` are those of `rows`; a cell is what is equal in `cells` (days, currency). A series needs three cells, or a
    name like "all sites". Of two series that hold the same, neither is the other's total.
    """
    series, texts = pd.factorize(values_of(names).take(rows))
    if len(texts) < 3:
        return rows[:0]
    cell = group_codes([values_of(c).take(rows) for c in cells])
    is_sum = np.array([is_word(fold(text), "row all sites", "row is a total") for text in texts], dtype=bool)
    return rows[whole_series(cell, series, amounts, named=is_sum, by_digits=False)[series]]
