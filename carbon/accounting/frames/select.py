"""Which rows of a frame a `where` selects: {"mode": "air", "km": "<800", "site": ["Lyon*", "Paris"]}."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from carbon.accounting.frames.guarded import PERIODS, TO
from carbon.core.columns import Column
from carbon.core.errors import UsageError
from carbon.core.text import spelled_like

_BOUND = re.compile(r"\s*(<=|>=|<|>|=)?\s*(-?\d+(?:\.\d+)?|\d{4}-\d\d-\d\d)(?: 00:00:00)?\s*")
_COMPARE = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal}
_SHOWN = 8
Where = Mapping[str, Any]


def selected(table: pd.DataFrame, where: Where) -> npt.NDArray[np.bool_]:
    """Return which rows fit every condition: strings as globs without case, numbers as "<800", ">= 2", 6, days as
    ">=2024-07-01", or a list.

    Raises UsageError: An unknown column; a condition that is no number or day; no row that fits, with the values there
    are; a month or quarter that a row of a longer period has days in.
    """
    refuse_unknown(table, conditioned(where))
    hit = np.ones(len(table), dtype=bool)
    for name, condition in sorted(where.items(), key=lambda item: item[0] in PERIODS):
        if name in PERIODS:
            _refuse_part(table[name][hit], name, condition)
        for one in condition if isinstance(condition, (list, tuple, set, frozenset)) else ():
            if not _fits(table[name], name, one).any():
                raise UsageError(f"no row has {name} {one!r}", hint=f"{name} is {_values(table[name])}")
        fits = _fits(table[name], name, condition)
        if not (hit & fits).any():
            raise UsageError(f"no row has {name} {condition!r}" + (
                f" and {', '.join(f'{n} {c!r}' for n, c in where.items() if n != name)}" if len(where) > 1 else ""),
                hint=f"{name} is {_values(table[name][hit])}")
        hit &= fits
    return hit


def conditioned(where: Where | None) -> list[str]:
    """Return the columns of conditions.

    Raises UsageError: They are not by column.
    """
    if not isinstance(where, (Mapping, type(None))):
        raise UsageError(f"where={where!r} names no column", hint='where={"site": "Lyon*", "km": "<800"}')
    return list(where or ())


def refuse_unknown(table: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise a UsageError for a name that is no column, with the nearest one."""
    for name in names:
        if name not in table:
            near = spelled_like(str(name), map(str, table.columns), n=1)
            meant = f"did you mean {near[0]!r}? " if near else ""
            raise UsageError(f"no column {name!r}", hint=f"{meant}columns: {', '.join(map(str, table.columns))}")


def _refuse_part(column: pd.Series, name: str, condition: Any) -> None:
    """Raise a UsageError where a row of a longer period, which does not fit as a whole, has days in one that fits."""
    longer = pd.Series([label for label in column.unique() if TO in label], dtype="str")
    of_quarters = name == "quarter"
    for label in longer[~_fits(longer, name, condition)] if len(longer) else ():
        first, last = label.split(TO)
        periods = pd.period_range(first, last, freq="Q" if of_quarters else "M")
        words = pd.Series(periods.strftime("%Y-Q%q" if of_quarters else "%Y-%m"), dtype="str")
        if _fits(words, name, condition).any():
            raise UsageError(f"{name} {condition!r} would leave out rows of {label!r}, which have days in it",
                             hint=f"a step changes whole activities: name {label!r} too, or another column")


def _fits(column: pd.Series, name: str, condition: Any) -> npt.NDArray[np.bool_]:
    allowed = list(condition) if isinstance(condition, (list, tuple, set, frozenset)) else [condition]
    if is_numeric_dtype(column.dtype) or is_datetime64_any_dtype(column.dtype):
        return np.logical_or.reduce([_compared(column.to_numpy(), name, one) for one in allowed])
    patterns = [str(one).lower() for one in allowed]
    coded = Column.of(column)
    matches = [any(fnmatchcase(str(word).lower(), p) for p in patterns) for word in coded.words]
    return np.asarray(matches, dtype=bool)[coded.codes]


def _compared(values: npt.NDArray[Any], name: str, condition: Any) -> npt.NDArray[np.bool_]:
    bound, is_day = _BOUND.fullmatch(str(condition)), values.dtype.kind == "M"
    # A year alone would be its first day.
    text = bound[2] if bound and (len(bound[2]) == len("2024-07-01") or not is_day) else "no condition"
    try:
        than: Any = np.datetime64(text, "D") if is_day else float(text)
    except ValueError:
        than = None
    if bound is None or than is None:
        raise UsageError(f"{name}: {condition!r} is no condition on a {'day' if is_day else 'number'}",
                         hint=f'{{"{name}": ">=2024-07-01"}}' if is_day else f'{{"{name}": "<800"}}, ">= 2", 6')
    return np.asarray(_COMPARE[bound[1] or "="](values, than))


def _values(column: pd.Series) -> str:
    values = column.dropna()
    if is_numeric_dtype(column.dtype):
        return f"between {values.min():,.6g} and {values.max():,.6g}" if len(values) else "known of no row"
    if is_datetime64_any_dtype(column.dtype):
        return f"between {values.min():%Y-%m-%d} and {values.max():%Y-%m-%d}" if len(values) else "known of no row"
    words = [repr(str(word)) for word in values.drop_duplicates()[:_SHOWN + 1]]
    return f"one of {', '.join(words[:_SHOWN])}{' ...' if len(words) > _SHOWN else ''}"
