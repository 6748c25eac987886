"""Values of formulas that are data: numerator and denominator over the tables of a year, with the rows that count."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from carbon.core.columns import Places, first_places, group_codes
from carbon.core.display import Displayed
from carbon.core.errors import CarbonError, UsageError
from carbon.core.exact import exact_total
from carbon.core.schemas import DAY, NUMBER, TEXT, Table
from carbon.core.text_columns import Flags, Floats, values_of
from carbon.digital.conditions import given, rows_that_meet
from carbon.params.shapes.indicators import ROWS, DeclaredFormula, Part
from carbon.scorecards.tables import YearTables

INVENTORY = ("activities", "emissions")
_NO_PLACES, _NO_WEIGHTS = np.zeros(0, dtype=np.intp), np.zeros(0)
MEASURES = Table("measures", {
    "formula_id": TEXT, "scope": TEXT, "period": TEXT, "date": DAY, "numerator": NUMBER, "denominator": NUMBER,
    "raw": NUMBER, "population": NUMBER, "evidence": TEXT,
}, key=("formula_id", "scope", "period"))
"""Measures: the parts of each formula, its raw value and the share of the population that it covers."""


class Counted(NamedTuple):
    """Rows that count in a formula: their places in a table, and what each adds to numerator and denominator."""

    formula_id: str
    scope: str
    table: str
    places: Places
    numerator: Floats
    denominator: Floats


class Amount(NamedTuple):
    """One part of a formula: its value, the share of the rows that could be judged, and what rows add, by place."""

    value: float
    population: float
    table: str = ""
    places: Places = _NO_PLACES
    weights: Floats = _NO_WEIGHTS


@dataclass(frozen=True, repr=False)
class Measured(Displayed):
    """The measures of a year (`MEASURES`), the rows behind them, and what could not be measured."""

    measures: pd.DataFrame
    rows: Sequence[Counted]
    failed: Mapping[str, CarbonError] = field(default_factory=dict)
    """Formula -> why it has no measure."""
    days: Mapping[tuple[str, str], pd.Timestamp] = field(default_factory=dict)
    """(formula, scope) -> the day of its data, where that may be older than the period: the last audit of a service."""


def measured(formulas: Mapping[str, DeclaredFormula], tables: YearTables) -> Measured:
    """Measure formulas over the tables of a year; one that cannot be measured leaves the others theirs."""
    lines: list[tuple[Any, ...]] = []
    rows: list[Counted] = []
    failed: dict[str, CarbonError] = {}
    days: dict[tuple[str, str], pd.Timestamp] = {}
    for name, formula in formulas.items():
        try:
            for scope, above, below, raw in _measures(formula, tables):
                population = min(above.population, below.population)
                lines.append((name, scope, above.value, below.value, raw.value, population,
                              (formula.tables or ["params"])[0]))
                rows += _counted(name, scope, above, below)
                if (day := tables.oldest_day(below.table, below.places)) is not None:
                    days[name, scope] = day
        except CarbonError as error:
            failed[name] = error
    return Measured(measures_table(lines, period=str(tables.year), on=tables.last.date()), rows, failed, days)


def measures_table(rows: list[tuple[Any, ...]], *, period: str, on: date) -> pd.DataFrame:
    """Build the `MEASURES` of one period: formula_id, scope, numerator, denominator, raw, population, evidence."""
    names = ("formula_id", "scope", "numerator", "denominator", "raw", "population", "evidence")
    return MEASURES.of([{**dict(zip(names, row, strict=True)), "period": period, "date": on} for row in rows])


def _measures(formula: DeclaredFormula, tables: YearTables) -> Iterator[tuple[str, Amount, Amount, Amount]]:
    """Yield scope, numerator, denominator and raw value; once for each word of the formula's column `per`."""
    above, below = formula.parts
    for scope in _scopes(formula, tables):
        top, base = (_amount(part, tables, formula.per, scope) for part in (above, below))
        yield scope, top, base, top if formula.raw is None else _amount(formula.raw, tables, formula.per, scope)


def _scopes(formula: DeclaredFormula, tables: YearTables) -> list[str]:
    if not formula.per:
        return [""]
    table = tables.table(formula.tables[0])
    _need(table, formula.per, formula.tables[0])
    return sorted({str(word) for word in table[formula.per]} - {""})


def _amount(part: Part, tables: YearTables, per: str, scope: str) -> Amount:
    if part.figure:
        return Amount(tables.figure(part.figure), 1.0)
    table = tables.table(part.table)
    assert part.when is not None  # a part with a table has it
    counts = tables.counts(part.table, part.when, part.by)
    if counts is None:
        return Amount(math.nan, 0.0, part.table)
    if per and per in table:
        counts = counts & (table[per].astype("str") == scope).to_numpy()
    columns = list(dict.fromkeys(w.column for w in part.where if w.operator != "is"))
    for column in columns:
        _need(table, column, part.table)
    met = counts & rows_that_meet(table, part.where) if part.where else counts
    places, weights = _weights(table, met, part)
    could = np.logical_and.reduce([counts, *(given(table[c]) for c in (*columns, *filter(None, [part.sum])))])
    population = float(could.sum()) / float(counts.sum()) if counts.any() else 1.0
    population *= tables.accepted_share(part.table)
    is_blind = bool(part.sum) and bool(met.any()) and not len(weights)
    return Amount(math.nan if is_blind else exact_total(weights), population, part.table, places, weights)


def _weights(table: pd.DataFrame, met: Flags, part: Part) -> tuple[Places, Floats]:
    """Return the rows that count and what each adds: one, its value, or one for the first row of each other value."""
    column = part.sum or part.count
    if not part.sum and part.count == ROWS:
        places = np.flatnonzero(met)
        return places, np.ones(len(places))
    _need(table, column, part.table)
    places = np.flatnonzero(met & ~np.asarray(table[column].isna()))
    if not part.sum:
        codes = group_codes([values_of(table[column]).take(places)])
        places = places[first_places(codes, int(codes.max(initial=-1)) + 1)]
        return places, np.ones(len(places))
    if not pd.api.types.is_numeric_dtype(table[column]):
        raise UsageError(f"{part.table}.{part.sum} holds no numbers: it cannot be summed",
                         hint="count its rows, or sum another column")
    return places, table[column].to_numpy(dtype=np.float64)[places]


def _need(table: pd.DataFrame, column: str, name: str) -> None:
    if column not in table:
        raise UsageError(f"{name} has no column {column!r}", hint=f"its columns: {', '.join(map(str, table.columns))}")


def _counted(formula: str, scope: str, above: Amount, below: Amount) -> Iterator[Counted]:
    """Yield the rows of both parts, of digital tables only: those of the inventory have ids of their own."""
    for name in dict.fromkeys((above.table, below.table)):
        if name and name not in INVENTORY:
            parts = {side: of for side, of in enumerate((above, below)) if of.table == name}
            places = np.unique(np.concatenate([of.places for of in parts.values()]))
            added = np.zeros((2, len(places)))
            for side, of in parts.items():
                added[side, np.searchsorted(places, of.places)] = of.weights
            yield Counted(formula, scope, name, places, *added)
