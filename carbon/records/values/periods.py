"""From the date columns of a file to the first and last day of each row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.errors import FileRefused
from carbon.records.grids.cells import Column
from carbon.records.kinds.contract import Contract
from carbon.records.kinds.messages import problem
from carbon.records.values.dates import CALENDAR, parse_days, prove_order
from carbon.records.values.fields import Context

DaysOf = npt.NDArray[np.datetime64]
START, END, DATE = "period_start", "period_end", "date"

_REVERSED = problem("period_reversed.two_cells")


def read_periods(columns: dict[str, Column], contract: Contract, context: Context, *,
                 begins: tuple[int, int] = CALENDAR) -> tuple[pd.Series, pd.Series]:
    """Return first and last day of each row, both included; NaT where there is a fault.

    A file has start and end, or one date (a day, or a month, quarter or year with all its days), or a declared period.
    `begins` is the month and day on which the company's year begins.
    """
    if context.options.period is not None:
        begin, end = (np.full(context.faults.rows, np.datetime64(day, "D")) for day in context.options.period)
        return _series(begin), _series(end)
    if contract.dated == "open":
        return _open(columns, context)
    present = {c: columns[c] for c in (START, END, DATE) if c in columns}
    order = prove_order(t for c in present.values() for t in c.distinct().texts.to_pylist())
    needed = present if not {START, END} <= present.keys() else {START, END}
    days = {name: _days(name, column, order, context, begins=begins) for name, column in present.items()
            if name in needed}
    if START in days and END in days:
        first, last = days[START][0], days[END][1]
        reversed_rows = np.flatnonzero(last < first)
        context.faults.add(reversed_rows, END, _REVERSED, columns[END].take(reversed_rows).strings.to_pandas())
    elif DATE in days:
        first, last = days[DATE]
    else:
        raise FileRefused(f"{context.name}: {'a start' if START in days else 'an end'} of periods without the other",
                          code="columns_missing", what_to_do="map both under `columns`, or declare `period`, in params")
    if first is last:
        day = _series(first)
        return day, day
    return _series(first), _series(last)


def read_day(name: str, columns: dict[str, Column], context: Context, *, last: bool, is_filled: bool = False,
             periods: bool = True, same_order: Sequence[str] = ()) -> pd.Series:
    """Return a further day of each row, e.g. that of a cancellation; NaT where it is blank or has a fault.

    `last`: a month is its last day, else its first. `is_filled`: a blank is a fault. `periods`: a month is accepted.
    `same_order`: columns whose days are written in one order, so that one may prove that of another.
    """
    order = prove_order(t for c in same_order or (name,) for t in columns[c].distinct().texts.to_pylist())
    days = _days(name, columns[name], order, context, is_filled=is_filled, periods=periods)
    return _series(days[int(last)])


_CLOCK = r"(?P<t>\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp][Mm])?)"


def clocks(columns: dict[str, Column]) -> pd.Series | None:
    """Return the time of day of each row's date, "" at midnight; None where no row has one.

    Days are all that counts, but two readings of one day at two hours are two readings.
    """
    if DATE not in columns:
        return None
    distinct = columns[DATE].distinct()
    if not pc.any(pc.match_substring(distinct.texts, ":")).as_py():
        return None
    times = pc.struct_field(pc.extract_regex(distinct.texts, _CLOCK), "t").fill_null("")
    times = pc.replace_substring_regex(times, r"(?:^00:00(?::00)?|(?::00))$", "")
    if not pc.any(pc.not_equal(times, "")).as_py():
        return None
    return times.take(pa.array(distinct.codes)).to_pandas().astype("str")


def _open(columns: dict[str, Column], context: Context) -> tuple[pd.Series, pd.Series]:
    """Read a period with either end blank: NaT, for "since ever" and "until further notice"."""
    order = prove_order(t for c in (START, END) if c in columns for t in columns[c].distinct().texts.to_pylist())
    never = np.full(context.faults.rows, "NaT", dtype="datetime64[D]")
    ends = [_days(c, columns[c], order, context, is_filled=False)[i] if c in columns else never
            for i, c in enumerate((START, END))]
    reversed_rows = np.flatnonzero(ends[1] < ends[0])
    context.faults.add(reversed_rows, END, _REVERSED, context.raw_cells(END, reversed_rows))
    return _series(ends[0]), _series(ends[1])


def _series(days: DaysOf) -> pd.Series:
    return pd.Series(days.astype("datetime64[s]", copy=False), copy=False)


def _days(name: str, column: Column, order: str, context: Context, *, is_filled: bool = True, periods: bool = True,
          begins: tuple[int, int] = CALENDAR) -> tuple[DaysOf, DaysOf]:
    distinct = column.distinct()
    date_format = context.options.date_format
    days = parse_days(distinct, order=order, date_format=date_format, years=periods and not date_format,
                      periods=periods, begins=begins)
    context.faults.add_cells(distinct.codes, distinct.texts, name, days.problems)
    if is_filled:
        missing = problem("{column}_missing.day", column=name)
        context.faults.add_cells(distinct.codes, distinct.texts, name,
                                 dict.fromkeys(np.flatnonzero(days.blank).tolist(), missing))
    firsts, lasts = (ends.astype("datetime64[s]") for ends in (days.first, days.last))  # a few, before they are many
    first = firsts[distinct.codes]
    whole_days = bool(((firsts == lasts) | np.isnat(firsts)).all())
    return first, first if whole_days else lasts[distinct.codes]
