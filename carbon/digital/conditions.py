"""A policy as a list of (column, operator, value): all must hold. Nothing is evaluated as code."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import UsageError
from carbon.core.text import fold
from carbon.core.text_columns import Flags, by_word, values_of
from carbon.params.shapes.digital import Requirement

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_SETS = ("in", "not in")
_HAS, _IS = "has", "is"
_STATES = ("given", "blank")
_NUMBERS = "biuf"
_BETWEEN = re.compile(r"[;,|\n]")


def meets(table: pd.DataFrame, policy: Sequence[Requirement | tuple[str, str, Any]]) -> pd.Series:
    """Return whether each row meets every condition; a value that is not given meets none.

    Parameters
    ----------
    policy
        Conditions such as ("pue", "<=", 1.4), ("provider", "in", ["a", "b"]), ("tags", "has", "Green IT") or
        ("delivered_on", "is", "given"). Strings are compared without case and accents, days as 2024-12-31.

    Raises UsageError: An unknown column or operator, a string where the column holds numbers, an empty policy.
    """
    return pd.Series(rows_that_meet(table, policy), index=table.index)


def rows_that_meet(table: pd.DataFrame, policy: Sequence[Requirement | tuple[str, str, Any]]) -> Flags:
    """Return the same flags as `meets`, as an array."""
    if not policy:
        raise UsageError("A policy without conditions", hint="write at least one (column, operator, value)")
    return np.logical_and.reduce([_holds(table, *(condition if isinstance(condition, tuple) else (
        condition.column, condition.operator, condition.value))) for condition in policy])


def is_in_force(table: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    """Return whether each row is true on any of some days; an end that is not stated is open."""
    return ~((table["period_start"] > last) | (table["period_end"] < first))


def share_in(table: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    """Return the share of each row's period that is within some days: the part of its quantity that they have.

    A row of an open period that covers all of the days states the quantity of a year: 1; else its part is unknown, NaN.
    """
    start, end = table["period_start"], table["period_end"]
    inside = (end.mask(end > last, last) - start.mask(start < first, first)).dt.days + 1
    share = (inside / ((end - start).dt.days + 1)).clip(lower=0.0)
    covers = ~(start > first) & ~(end < last)
    return share.where(start.notna() & end.notna(), covers.astype("float64").where(covers))


def unmet(table: pd.DataFrame, policy: Sequence[Requirement], key: str) -> pd.DataFrame:
    """Return each condition that a row fails: key, condition, found (the value, or that it is missing)."""
    rows = []
    for condition in policy:
        failed = ~_holds(table, condition.column, condition.operator, condition.value)
        found = table[condition.column].astype("str").where(given(table[condition.column]), "not said")[failed]
        value_text = ", ".join(map(str, condition.value)) if isinstance(condition.value, list) else condition.value
        words = f"{condition.column} {condition.operator} {value_text}"
        rows += [(name, words, value) for name, value in zip(table.loc[failed, key], found, strict=True)]
    return pd.DataFrame(rows, columns=[key, "condition", "found"]).sort_values([key, "condition"], ignore_index=True)


def _holds(table: pd.DataFrame, column: str, sign: str, value: Any) -> Flags:
    if column not in table:
        raise UsageError(f"No column {column!r} to test", hint=f"columns: {', '.join(table.columns)}")
    operators = [*_COMPARE, *_SETS, _HAS, _IS]
    if sign not in operators:
        raise UsageError(f"Unknown operator {sign!r}", hint=f"one of {', '.join(operators)}")
    values, is_given = values_of(table[column]), given(table[column])
    if sign == _IS:
        if value not in _STATES:
            raise UsageError(f"{column} is {value!r}: a value is given or blank", hint=f"one of {', '.join(_STATES)}")
        return is_given if value == "given" else ~is_given
    if sign == _HAS:
        return is_given & has_word(values, value if isinstance(value, list) else [value])
    if values.dtype.kind in _NUMBERS:
        reference: Any = [_number(v, column) for v in value] if sign in _SETS else _number(value, column)
    elif values.dtype.kind == "M":
        reference = [_day(v, column) for v in value] if sign in _SETS else _day(value, column)
    elif sign in ("<", "<=", ">", ">="):
        raise UsageError(f"Column {column!r} holds text: {sign} cannot be asked of it")
    else:
        values = by_word(values, lambda word: fold(str(word)))
        reference = [fold(str(v)) for v in value] if sign in _SETS else fold(str(value))
    if sign in _SETS:
        return is_given & np.isin(values, reference, invert=sign == "not in")
    return np.asarray(is_given & _COMPARE[sign](values, reference))


def has_word(values: Any, words: Sequence[Any]) -> Flags:
    """Return whether each list of words has one of the wanted ones; lists are parted by ";", ",", "|" or lines.

    A wanted word may hold a comma itself: the list is then it alone, or parted by another mark.
    """
    folded = {fold(str(word)).strip() for word in words}

    def is_in(text: Any) -> bool:
        parts = {str(text), *_BETWEEN.split(str(text)), *str(text).split(";")}
        return not folded.isdisjoint(fold(part).strip() for part in parts)

    return by_word(values, is_in, bool)


def given(column: pd.Series) -> Flags:
    """Return whether each cell holds a value."""
    values = values_of(column)
    is_given = ~np.asarray(pd.isna(values))
    return is_given if values.dtype.kind in f"{_NUMBERS}M" else np.asarray(is_given & (values != ""))


def _number(value: Any, column: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        raise UsageError(f"{value!r} is not a number, and column {column!r} holds numbers")
    return number


def _day(value: Any, column: str) -> np.datetime64:
    try:
        return np.datetime64(date.fromisoformat(str(value)), "s")
    except ValueError:
        raise UsageError(f"{value!r} is not a day like 2024-12-31, and column {column!r} holds days") from None
