"""A sheet of records while it is read, the input of each reading rule; and what several rules ask of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged, units
from carbon.core.columns import group_codes
from carbon.core.errors import FileRefused
from carbon.core.periods import latest_end_before
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats, Rows, values_of
from carbon.core.vocabulary import heading_key, is_word
from carbon.records.grids.cells import Grid
from carbon.records.headings.layout import Layout
from carbon.records.headings.matching import Headings, signs_of
from carbon.records.kinds.contract import NUMBER, Contract, ProjectContext
from carbon.records.kinds.faults import Excluded
from carbon.records.kinds.messages import problem, refusal
from carbon.records.values.fields import Context
from carbon.records.values.periods import DATE, START, clocks

MOST_WORDS = 500
"""Distinct cells of a column beyond which it is no column of types, states or registers."""
METER = ["company", "site", "carrier", "meter", "register", "contract"]
"""Columns that name one meter."""
_RANGES = packaged.read_rows("carbon.records", "data/ranges.csv")


@dataclass(kw_only=True)
class Sheet(Context):
    """The rows under one row of headings, from their cells to their verdicts.

    `grid` is the sheet as the file holds it, `body` its rows below the headings. `arrays` holds the columns read so
    far, `table` the columns of the kind once all are there, `fault_lines` one line for each fault once all are known.
    """

    grid: Grid
    body: Grid
    layout: Layout
    headings: Headings
    project: ProjectContext
    excluded: Excluded
    arrays: dict[str, Any] = field(default_factory=dict)
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    fault_lines: pd.DataFrame = field(default_factory=pd.DataFrame)
    assumed: dict[str, str] = field(default_factory=dict)
    """Column that the file does not have -> the default of the company that all rows take."""
    _meters: tuple[pd.DataFrame, Rows] | None = None

    def __len__(self) -> int:
        return len(self.body)

    @property
    def contract(self) -> Contract:
        """Return the kind of record that the rows are."""
        return self.headings.contract

    @property
    def counted_column(self) -> str:
        """Return the column of the amount that a row counts, "" where the kind has none; mass of goods without work."""
        column = self.contract.measure[0]
        return "mass" if column and "mass" in self.contract.name_of and not self.states(column) else column

    @cached_property
    def headed_columns(self) -> list[tuple[int, str, str]]:
        """Return position, heading and folded heading of each column."""
        return [(i, h, heading_key(h)) for i, h in enumerate(self.layout.headings[:len(self.body.columns)])]

    @cached_property
    def unread_columns(self) -> list[tuple[int, str, str]]:
        """Return those of `headed_columns` that are no column of the kind and no part of a sum of numbers."""
        summed = {p for c, pieces in self.layout.joined.items() if signs_of(pieces)
                  and self.contract.name_of[c].reads == NUMBER for p in pieces}
        positions_read = {*self.layout.columns.values(), *summed}
        return [column for column in self.headed_columns if column[0] not in positions_read]

    def states(self, column: str) -> bool:
        """Return whether the file, or params for all of its rows, hold a column."""
        return column in self.layout.columns or column in self.layout.joined or column in self.options.constants

    @property
    def not_excluded(self) -> Flags:
        """Return the rows that are not excluded."""
        return ~self.excluded.flags

    @property
    def sound_rows(self) -> Flags:
        """Return the rows that are not excluded and have no fault so far."""
        return ~(self.excluded.flags | self.faults.bad_rows())

    @property
    def rejected(self) -> Flags:
        """Return the rows with a line in `fault_lines`."""
        flags = np.zeros(len(self), dtype=bool)
        flags[self.fault_lines["row"].to_numpy(dtype=np.intp)] = True
        return flags

    @property
    def meters(self) -> Rows:
        """Return one number for the rows of each meter."""
        if self._meters is None or self._meters[0] is not self.table:
            self._meters = self.table, group_codes([self.table[c] for c in METER])
        return self._meters[1]

    def faulty(self, *columns: str) -> Flags:
        """Return the rows with a fault in one of some columns."""
        return np.logical_or.reduce([self.faults.in_column(c) for c in columns])

    def fault(self, where: Flags | Rows, column: str, message: str, /, **words: Any) -> None:
        """Add a message at rows that are not excluded, with what the file holds in the column."""
        rows = self._rows(where)
        if len(rows):
            self.faults.add(rows, column, problem(message, **words), self.raw_cells(column, rows))

    def fault_at(self, where: Flags | Rows, position: int, message: str, /, **words: Any) -> None:
        """Add a message at rows of a column that is named by its position."""
        rows = self._rows(where)
        if len(rows):
            cells = self.body.columns[position].take(rows).strings.to_pandas()
            self.faults.add(rows, self.layout.headings[position], problem(message, **words), cells)

    def exclude(self, where: Any, message: str, column: str = "", values: Any = "", /, **words: Any) -> None:
        """Exclude rows for the reason of a message, with what the file holds in a column."""
        reason = problem(message, **words)
        self.excluded.add(where, reason.code, reason.reason, column, values)

    def warn_at(self, where: Flags | Rows, message: str, /, **words: Any) -> None:
        """Add a warning where there are such rows: `rows` of it is how many, `row` the first; arrays give its value."""
        rows = self._rows(where)
        if len(rows):
            first = {k: v[rows[0]] if isinstance(v, np.ndarray) else v for k, v in words.items()}
            self.warn_of(message, rows=len(rows), row=self.table.iloc[int(rows[0])], **first)

    def refusal(self, message: str, /, **words: Any) -> FileRefused:
        """Return the refusal of the file."""
        return refusal(message, self.name, **words)

    def rows_where(self, position: int, holds: Callable[[str], Any]) -> Flags:
        """Return the rows whose cell in a column of words meets a condition; no row of a column with too many words."""
        distinct = self.body.columns[position].distinct
        texts = distinct.texts.to_pylist() if len(distinct.texts) <= MOST_WORDS else []
        hits = np.array([bool(holds(text)) for text in texts], dtype=bool)
        return hits[distinct.codes] if hits.any() else np.zeros(len(self), dtype=bool)

    def rows_stating(self, position: int, words: str) -> Flags:
        """Return the rows whose cell in a column of words is, folded, a word of a list."""
        return self.rows_where(position, lambda text: is_word(fold(text), f"row {words}"))

    def _rows(self, where: npt.NDArray[Any]) -> Rows:
        """Return the numbers of rows that are given by flag or by number, without those that are excluded."""
        rows = np.flatnonzero(where) if where.dtype == bool else where
        return np.asarray(rows[~self.excluded.flags[rows]])


def check_limits(sheet: Sheet) -> None:
    """Add a fault for numbers below or above the limits of their column (data/ranges.csv)."""
    for row in _RANGES:
        column, most = row["column"], float(row["high"] or "inf")
        if row["kind"] in (sheet.contract.kind, "every") and column in sheet.table:
            values = sheet.table[column].to_numpy(dtype=np.float64)
            sheet.fault((values < float(row["low"] or "-inf")) | (values > most), column,
                        row["message"] or "value_impossible", column=column, most=most, why=row["why"])


def has_year(sheet: Sheet, year: str) -> bool:
    """Return whether some row begins in a year."""
    return "period_start" in sheet.table and bool((sheet.table["period_start"].dt.year == int(year)).any())


def in_unit(table: pd.DataFrame, column: str, unit_column: str, target: str) -> Floats:
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
    return clocks(context.raw.get(DATE, context.raw.get(START)))


def dated(sheet: Sheet) -> Flags:
    """Return the rows that begin and end on known days."""
    return ~(np.isnat(sheet.table["period_start"].to_numpy()) | np.isnat(sheet.table["period_end"].to_numpy()))


def read_at(sheet: Sheet, rows: Rows) -> Rows:
    """Return one number for the readings of a meter for the same days and hours."""
    clock = hours(sheet)
    days = [sheet.table[c].to_numpy()[rows] for c in ("period_start", "period_end")]
    return group_codes([sheet.meters[rows], *days, *([] if clock is None else [clock.take(rows)])])
