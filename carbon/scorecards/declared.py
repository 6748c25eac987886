"""Values of formulas that are data: numerator and denominator over the tables of a year, with the rows that count."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import CarbonError, UsageError
from carbon.core.exact import exact_total
from carbon.core.schemas import DAY, NUMBER, TEXT, Table
from carbon.core.text_columns import text_array
from carbon.digital.conditions import has_value, meets
from carbon.params.shapes.indicators import ROWS, DeclaredFormula, Part
from carbon.scorecards.tables import YearTables

MEASURES = Table("measures", {
    "formula_id": TEXT, "scope": TEXT, "period": TEXT, "date": DAY, "numerator": NUMBER, "denominator": NUMBER,
    "raw": NUMBER, "population": NUMBER, "evidence": TEXT,
}, key=("formula_id", "scope", "period"))
"""Measures: the parts of each formula, its raw value and the share of the population that it covers."""
COUNTED = Table("counted_rows", {
    "formula_id": TEXT, "scope": TEXT, "table": TEXT, "row": NUMBER, "numerator": NUMBER, "denominator": NUMBER,
})
"""Rows that count in a formula: their place in the table, and what each adds to the numerator and the denominator."""
INVENTORY = ("activities", "emissions")
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Amount:
    """One part of a formula: its value, the share of the rows that could be judged, and what each row adds."""

    value: float
    population: float
    rows: pd.Series
    table: str = ""


@dataclass(frozen=True, repr=False)
class Measured(Displayed):
    """The measures of a year (`MEASURES`), the rows behind them (`COUNTED`), and what could not be measured."""

    measures: pd.DataFrame
    rows: pd.DataFrame
    failed: Mapping[str, CarbonError] = field(default_factory=dict)
    """Formula -> why it has no measure."""
    days: Mapping[tuple[str, str], pd.Timestamp] = field(default_factory=dict)
    """(formula, scope) -> the day of its data, where that may be older than the period: the last audit of a service."""


def measured(formulas: Mapping[str, DeclaredFormula], tables: YearTables) -> Measured:
    """Measure formulas over the tables of a year; one that cannot be measured leaves the others theirs."""
    lines: list[tuple[Any, ...]] = []
    rows: list[pd.DataFrame] = []
    failed: dict[str, CarbonError] = {}
    days: dict[tuple[str, str], pd.Timestamp] = {}
    for name, formula in formulas.items():
        try:
            for scope, above, below, raw in _measures(formula, tables):
                population = min(above.population, below.population)
                lines.append((name, scope, above.value, below.value, raw.value, population,
                              (formula.tables or ["params"])[0]))
                rows.append(_counted(name, scope, above, below))
                if (day := tables.oldest_day(below.table, below.rows.index)) is not None:
                    days[name, scope] = day
        except CarbonError as error:
            failed[name] = error
    return Measured(measures_table(lines, period=str(tables.year), on=tables.last.date()),
                    pd.concat(rows, ignore_index=True) if rows else COUNTED.empty(), failed, days)


def measures_table(rows: list[tuple[Any, ...]], *, period: str, on: date) -> pd.DataFrame:
    """Build the `MEASURES` of one period: formula_id, scope, numerator, denominator, raw, population, evidence."""
    names = ("formula_id", "scope", "numerator", "denominator", "raw", "population", "evidence")
    columns: dict[str, Any] = {
        name: text_array([row[i] for row in rows]) if MEASURES.columns[name] == TEXT
        else np.array([row[i] for row in rows], np.float64) for i, name in enumerate(names)}
    columns |= {"period": text_array([period] * len(rows)),
                "date": np.full(len(rows), np.datetime64(on, "s"), dtype="datetime64[s]")}
    return MEASURES.validate({c: columns[c] for c in MEASURES.columns})


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
    nothing = pd.Series(dtype="float64")
    if part.figure:
        value = tables.figure(part.figure)
        return Amount(value, 1.0, nothing)
    table = tables.table(part.table)
    assert part.when is not None  # a part with a table has it
    rows = tables.counts(part.table, part.when, part.by)
    if rows is None:
        return Amount(math.nan, 0.0, nothing, part.table)
    counts = rows.to_numpy(np.bool_)
    if per and per in table:
        counts = counts & (table[per].astype("str") == scope).to_numpy()
    columns = list(dict.fromkeys(w.column for w in part.where if w.operator != "is"))
    for column in columns:
        _need(table, column, part.table)
    met = counts & meets(table, part.where).to_numpy() if part.where else counts
    weights = _weights(table, met, part)
    could = counts & (table[part.sum].notna().to_numpy() if part.sum else True)
    for column in columns:
        could &= has_value(table[column]).to_numpy()
    population = float(could.sum()) / float(counts.sum()) if counts.any() else 1.0
    population *= tables.accepted_share(part.table)
    total = exact_total(weights.to_numpy(dtype=np.float64)) if len(weights) else 0.0
    is_blind = bool(part.sum) and bool(met.any()) and not len(weights)
    return Amount(math.nan if is_blind else total, population, weights, part.table)


def _weights(table: pd.DataFrame, met: Flags, part: Part) -> pd.Series:
    """Return what each row that counts adds: one, its value, or one for the first row of each different value."""
    if part.sum:
        _need(table, part.sum, part.table)
        if not pd.api.types.is_numeric_dtype(table[part.sum]):
            raise UsageError(f"{part.table}.{part.sum} holds no numbers: it cannot be summed",
                             hint="count its rows, or sum another column")
        return table.loc[met, part.sum].astype("float64").dropna()
    if part.count == ROWS:
        return pd.Series(1.0, index=table.index[met])
    _need(table, part.count, part.table)
    return pd.Series(1.0, index=table.loc[met, part.count].dropna().drop_duplicates().index)


def _need(table: pd.DataFrame, column: str, name: str) -> None:
    if column not in table:
        raise UsageError(f"{name} has no column {column!r}", hint=f"its columns: {', '.join(map(str, table.columns))}")


def _counted(formula: str, scope: str, above: Amount, below: Amount) -> pd.DataFrame:
    """Return the rows of both parts, of digital tables only: those of the inventory have ids of their own."""
    tables = [name for name in dict.fromkeys((above.table, below.table)) if name and name not in INVENTORY]
    frames = []
    for name in tables:
        parts = {side: amount.rows if amount.table == name else pd.Series(dtype="float64")
                 for side, amount in (("numerator", above), ("denominator", below))}
        rows = pd.DataFrame(parts).fillna(0.0)
        frames.append(pd.DataFrame({"formula_id": formula, "scope": scope, "table": name,
                                    "row": rows.index.astype("float64"), **{s: rows[s].to_numpy() for s in parts}}))
    return COUNTED.validate(pd.concat(frames, ignore_index=True)) if frames else COUNTED.empty()
