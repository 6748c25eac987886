"""
From the date columns of a file to the first and last day of each row.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import FileRefused
from carbon.records.cells import Column
from carbon.records.contracts import Contract
from carbon.records.dates import Days, parse_days, prove_order
from carbon.records.faults import Problem
from carbon.records.fields import Context

DaysOf = npt.NDArray[np.datetime64]
START, END, DATE = "period_start", "period_end", "date"

_REVERSED = Problem("period_reversed", "the period ends before it starts", "correct the two dates")


def read_periods(columns: dict[str, Column], contract: Contract, context: Context) -> tuple[pd.Series, pd.Series]:
    """
    First and last day of each row, both included; NaT where there is a fault.

    A file has start and end, or one date (a day, or a month or quarter with all its days), or a declared period.
    """
    if context.options.period is not None:
        return _declared(columns, context)
    found = {c: columns[c] for c in (START, END, DATE) if c in columns}
    order = prove_order(t for c in found.values() for t in c.distinct().texts.to_pylist())
    days = {name: _days(name, column, order, context) for name, column in found.items()}
    if START in days and END in days:
        first, last = days[START][0], days[END][1]
        wrong = np.flatnonzero(last < first)
        context.faults.add(wrong, END, _REVERSED, _raw(columns[END], wrong))
    elif DATE in days:
        first, last = days[DATE]
    else:
        raise FileRefused(f"{context.name}: {'a start' if START in days else 'an end'} of periods without the other",
                          code="columns_missing", what_to_do="map both under `columns`, or declare `period`, in params")
    if first is last:
        day = _series(first)
        return day, day
    return _series(first), _series(last)


def _declared(columns: dict[str, Column], context: Context) -> tuple[pd.Series, pd.Series]:
    rows = context.faults.rows
    begin, end = context.options.period or (None, None)
    first = np.full(rows, np.datetime64(begin, "D"))
    return _series(first), _series(np.full(rows, np.datetime64(end, "D")))


def _series(days: DaysOf) -> pd.Series:
    return pd.Series(days.astype("datetime64[s]"))


def _raw(column: Column, rows: npt.NDArray[np.intp]) -> pd.Series:
    return column.take(rows).text.cast("string").to_pandas()


def _days(name: str, column: Column, order: str, context: Context) -> tuple[DaysOf, DaysOf]:
    distinct = column.distinct()
    found: Days = parse_days(distinct, order=order, date_format=context.options.date_format)
    context.faults.add_cells(distinct.codes, distinct.texts, name, found.problems)
    missing = Problem(f"{name}_missing", f"`{name}` is blank", "fill in the date, or declare `period` in params")
    context.faults.add_cells(distinct.codes, distinct.texts, name,
                             dict.fromkeys(np.flatnonzero(found.blank).tolist(), missing))
    first = found.first[distinct.codes]
    whole_days = bool(((found.first == found.last) | np.isnat(found.first)).all())
    return first, first if whole_days else found.last[distinct.codes]


def days_needed(contract: Contract, context_period: bool) -> bool:
    """
    The file must have dates of its own.
    """
    return contract.dated in ("date", "period") and not context_period
