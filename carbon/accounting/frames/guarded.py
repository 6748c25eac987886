"""A DataFrame whose columns answer a comparison that can never be true, such as `scope == 3`, with the right form."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise
from numbers import Number
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype

from carbon.core.errors import UsageError
from carbon.core.text import instead

PERIODS = {"month": "2024-03", "quarter": "2024-Q1"}
"""Columns of periods -> the form of one period; a longer one is "2024-03 to 2024-04"."""
TO = " to "
_BACKTICKS = re.compile(r"`([^`]*)`")
_LOCAL = "_of_the_caller_"


def _guarded(name: str) -> Any:
    """Return a comparison of pandas that refuses values of another kind first."""
    by_pandas = getattr(pd.Series, name)
    signature = inspect.signature(by_pandas)

    @functools.wraps(by_pandas)
    def compared(self: pd.Series, *values: Any, **options: Any) -> Any:
        given = list(signature.bind(self, *values, **options).arguments.values())
        refuse_other_kind(self, given[1:3] if name == "between" else given[1])
        return by_pandas(self, *values, **options)

    return compared


class GuardedSeries(pd.Series):
    """A column that is not compared with a value of another kind."""

    __eq__, __ne__, __lt__ = _guarded("__eq__"), _guarded("__ne__"), _guarded("__lt__")
    __le__, __gt__, __ge__ = _guarded("__le__"), _guarded("__gt__"), _guarded("__ge__")
    isin, between = _guarded("isin"), _guarded("between")

    @property
    def _constructor(self) -> Callable[..., GuardedSeries]:
        return GuardedSeries


class GuardedFrame(pd.DataFrame):
    """A DataFrame that answers `query("scope == 3")` and `frame[frame.scope == 3]` with the right form."""

    @property
    def _constructor(self) -> Callable[..., GuardedFrame]:
        return GuardedFrame

    @property
    def _constructor_sliced(self) -> Callable[..., GuardedSeries]:
        return GuardedSeries

    _by_pandas = pd.DataFrame.query

    def query(self, expr: str, **options: Any) -> Any:
        """Return the rows for which an expression is true, as `pandas.DataFrame.query`.

        Raises UsageError: It compares a column of strings itself with a number, or the reverse: written out, in a list
        or as a variable of the caller. What is calculated first is compared as pandas does.
        """
        caller = sys._getframe(1)
        _refuse_expression(expr, self, {**caller.f_globals, **caller.f_locals})
        try:
            return self._by_pandas(expr, **{**options, "level": options.get("level", 0) + 1})
        except NameError as error:
            raise self._with_nearest(error, str(error).split("'")[1:2]) from None

    def __getitem__(self, key: Any) -> Any:
        """Return a column or rows, as pandas; the error of an unknown name has the nearest one as a note."""
        try:
            return super().__getitem__(key)
        except KeyError as error:
            raise self._with_nearest(error, [key]) from None

    def __getattr__(self, name: str) -> Any:  # type: ignore[misc]  # final in the stubs alone
        """Return a column, as pandas; the error of an unknown name has the nearest one as a note."""
        try:
            return super().__getattr__(name)
        except AttributeError as error:
            raise self._with_nearest(error, [] if name.startswith("_") else [name]) from None

    def _with_nearest(self, error: Exception, words: Sequence[Any]) -> Exception:
        for word in words:
            if isinstance(word, str):
                error.add_note(instead(word, map(str, self.columns)))
        return error


def refuse_other_kind(column: pd.Series, other: object) -> None:
    """Raise a UsageError where a column of strings is compared with numbers, or one of numbers with strings; where one
    of periods is compared with another form, or with a period that longer ones hold.
    """
    name, dtype = column.name, column.dtype
    several = list(other) if isinstance(other, (list, tuple, set, frozenset)) else [other]
    value = next(iter(several), None)
    is_text = isinstance(dtype, (pd.StringDtype, pd.CategoricalDtype))
    if is_text and isinstance(value, Number) and not isinstance(value, bool):
        raise UsageError(f"{name!r} holds strings, and none of them is ever the number {value}",
                         hint=f'in quotes: {name} == "{value}"')
    if is_numeric_dtype(dtype) and isinstance(value, str):
        raise UsageError(f"{name!r} holds numbers, and none of them is ever the string {value!r}",
                         hint=f"without quotes: {name} == {value}" if value.replace(".", "").isdigit() else
                         f"compare it with a number: {name} == 1")
    if is_text and name in PERIODS and (wanted_labels := [v for v in several if isinstance(v, str) and TO not in v]):
        _refuse_part_of_period(str(name), {str(label) for label in column.unique()}, wanted_labels)


def _refuse_part_of_period(name: str, labels: Collection[str], wanted_labels: Sequence[str]) -> None:
    """Raise a UsageError for another form, and for a period whose comparison would leave out rows of longer ones."""
    form = PERIODS[name]
    for value in wanted_labels:
        if re.sub(r"\d", "0", value) != re.sub(r"\d", "0", form):
            raise UsageError(f"{name!r} never has the value {value!r}", hint=f'with its year: {name} == "{form}"')
        ends = {label: label.split(TO) for label in sorted(labels) if TO in label}
        longer = [label for label, (first, last) in ends.items() if first <= value <= last]
        if longer:
            raise UsageError(f"{name!r} compared with {value!r} would leave out rows of {longer[0]!r}, which have "
                             "days in it", hint="by the first day of each row: date; by days: "
                             f'inv.pivot(..., where={{"{name}": "{value}"}})')


def _refuse_expression(expr: str, table: pd.DataFrame, scope: Mapping[str, Any]) -> None:
    text = _BACKTICKS.sub(lambda quoted: re.sub(r"\W", "_", quoted[1]), expr).replace("@", _LOCAL)
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return  # pandas names the place
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for one, other in [pair for two in pairwise(sides) for pair in (two, two[::-1])]:
                if isinstance(one, ast.Name) and one.id in table.columns:
                    refuse_other_kind(table[one.id], _value(other, scope))


def _value(node: ast.expr, scope: Mapping[str, Any]) -> Any:
    """Return the value of a literal or of a variable of the caller; None of anything else."""
    if isinstance(node, ast.Name) and node.id.startswith(_LOCAL):
        return scope.get(node.id.removeprefix(_LOCAL))
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None
