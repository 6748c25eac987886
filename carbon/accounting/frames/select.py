"""Which rows of a frame a `where` selects: {"mode": "air", "km": "<800", "site": ["Lyon*", "Paris"]}."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_numeric_dtype

from carbon.core.columns import Column
from carbon.core.errors import UsageError
from carbon.core.text import spelled_like

_BOUND = re.compile(r"\s*(<=|>=|<|>|=)?\s*(-?\d+(?:\.\d+)?)\s*")
_COMPARE = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal}
_SHOWN = 8
Where = Mapping[str, Any]


def selected(table: pd.DataFrame, where: Where) -> npt.NDArray[np.bool_]:
    """Return which rows fit every condition: strings as globs without case, numbers as "<800", ">= 2", 6 or a list.

    Raises UsageError: An unknown column; a condition that is no number; no row that fits, with the values there are.
    """
    refuse_unknown(table, list(where))
    hit = np.ones(len(table), dtype=bool)
    for name, condition in where.items():
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


def refuse_unknown(table: pd.DataFrame, names: Sequence[str]) -> None:
    """Raise a UsageError for a name that is no column, with the nearest one."""
    for name in names:
        if name not in table:
            near = spelled_like(str(name), map(str, table.columns), n=1)
            meant = f"did you mean {near[0]!r}? " if near else ""
            raise UsageError(f"no column {name!r}", hint=f"{meant}columns: {', '.join(map(str, table.columns))}")


def _fits(column: pd.Series, name: str, condition: Any) -> npt.NDArray[np.bool_]:
    allowed = list(condition) if isinstance(condition, (list, tuple, set, frozenset)) else [condition]
    if is_numeric_dtype(column.dtype):
        return np.logical_or.reduce([_compared(column.to_numpy(), name, one) for one in allowed])
    patterns = [str(one).lower() for one in allowed]
    coded = Column.of(column)
    matches = [any(fnmatchcase(str(word).lower(), p) for p in patterns) for word in coded.words]
    return np.asarray(matches, dtype=bool)[coded.codes]


def _compared(values: npt.NDArray[Any], name: str, condition: Any) -> npt.NDArray[np.bool_]:
    bound = _BOUND.fullmatch(str(condition))
    if bound is None:
        raise UsageError(f"{name}: {condition!r} is no condition on a number", hint=f'{{"{name}": "<800"}}, ">= 2", 6')
    return np.asarray(_COMPARE[bound[1] or "="](values, float(bound[2])))


def _values(column: pd.Series) -> str:
    values = column.dropna()
    if is_numeric_dtype(column.dtype):
        return f"between {values.min():,.6g} and {values.max():,.6g}" if len(values) else "known of no row"
    words = [repr(str(word)) for word in values.drop_duplicates()[:_SHOWN + 1]]
    return f"one of {', '.join(words[:_SHOWN])}{' ...' if len(words) > _SHOWN else ''}"
