"""A policy as a list of (column, operator, value): all must hold. Nothing is evaluated as code."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import UsageError
from carbon.core.params.digital import Requirement
from carbon.core.text import fold

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_SETS = ("in", "not in")


def meets(table: pd.DataFrame, policy: Sequence[Requirement | tuple[str, str, Any]]) -> pd.Series:
    """Return whether each row meets every condition; a value that is not given meets none.

    Parameters
    ----------
    policy
        Conditions such as ("pue", "<=", 1.4) or ("provider", "in", ["a", "b"]). Strings are compared without case and
        accents.

    Raises
    ------
    UsageError
        An unknown column or operator, a string where the column holds numbers, an empty policy.
    """
    if not policy:
        raise UsageError("A policy without conditions", hint="write at least one (column, operator, value)")
    met = pd.Series(True, index=table.index)
    for condition in policy:
        column, sign, value = condition if isinstance(condition, tuple) else (
            condition.column, condition.operator, condition.value)
        met &= _holds(table, column, sign, value)
    return met


def is_in_force(table: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    """Return whether each row is true on any of some days; an end that is not stated is open."""
    return ~((table["period_start"] > last) | (table["period_end"] < first))


def unmet(table: pd.DataFrame, policy: Sequence[Requirement], key: str) -> pd.DataFrame:
    """Return each condition that a row fails: key, condition, found (the value, or that it is missing)."""
    rows = []
    for condition in policy:
        failed = ~_holds(table, condition.column, condition.operator, condition.value)
        value = table[condition.column].astype("str").where(_has_value(table[condition.column]), "not said")
        words = f"{condition.column} {condition.operator} {_shown(condition.value)}"
        rows.append(pd.DataFrame({key: table.loc[failed, key], "condition": words, "found": value[failed]}))
    if not rows:
        return pd.DataFrame(columns=[key, "condition", "found"])
    return pd.concat(rows, ignore_index=True).sort_values([key, "condition"], ignore_index=True)


def _holds(table: pd.DataFrame, column: str, sign: str, value: Any) -> pd.Series:
    if column not in table:
        raise UsageError(f"No column {column!r} to test", hint=f"columns: {', '.join(table.columns)}")
    if sign not in (*_COMPARE, *_SETS):
        raise UsageError(f"Unknown operator {sign!r}", hint=f"one of {', '.join([*_COMPARE, *_SETS])}")
    values, has_value = table[column], _has_value(table[column])
    if pd.api.types.is_numeric_dtype(values):
        reference: Any = [_number(v, column) for v in value] if sign in _SETS else _number(value, column)
    elif sign in ("<", "<=", ">", ">="):
        raise UsageError(f"Column {column!r} holds text: {sign} cannot be asked of it")
    else:
        values = values.map(fold)
        reference = [fold(str(v)) for v in value] if sign in _SETS else fold(str(value))
    if sign in _SETS:
        in_set = values.isin(reference)
        return has_value & (in_set if sign == "in" else ~in_set)
    return has_value & _COMPARE[sign](values, reference)


def _has_value(values: pd.Series) -> pd.Series:
    return values.notna() & (values.astype("str") != "")


def _number(value: Any, column: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        raise UsageError(f"{value!r} is not a number, and column {column!r} holds numbers")
    return number


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
