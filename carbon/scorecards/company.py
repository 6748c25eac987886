"""The indicators of a company: catalogue, measures, values over the years, and a scorecard for each audience."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.company import inventory as inventory_of_year
from carbon.accounting.result import Inventory
from carbon.accounting.years.history import years_of
from carbon.core.columns import Rows
from carbon.core.display import HandsOut, as_html, one_line
from carbon.core.errors import CarbonError, UsageError
from carbon.core.periods import reporting_year
from carbon.core.schemas import INTEGER, NUMBER, TEXT, Table
from carbon.core.text import instead
from carbon.core.text_columns import lines_of, text_array
from carbon.digital import company as digital
from carbon.digital.services.portfolio import ServicePortfolio
from carbon.digital.travel_policy import TravelPolicy
from carbon.params.files.project import Project, find_project
from carbon.params.shapes.indicators import DeclaredFormula
from carbon.records.files.digital import DigitalRecords, read_digital
from carbon.scorecards.catalogue import AUDIENCES, Catalogue, catalogue
from carbon.scorecards.computation import contradicted, formula_value, values_of, with_figures
from carbon.scorecards.declared import Measured, measured
from carbon.scorecards.linter import COLUMNS, WARNING, Failure, Row, check, day_of, failures_of, in_order, sound
from carbon.scorecards.tables import YearTables
from carbon.scorecards.value_rules import check_values, impossible, refused_baselines

HISTORY = Table("indicator_history", {
    "indicator_id": TEXT, "year": INTEGER, "numerator": NUMBER, "denominator": NUMBER, "raw": NUMBER, "value": NUMBER,
    "population": NUMBER,
}, key=("indicator_id", "year"))
"""One value of an indicator a year, by the formula and the rules of today and what was true in that year."""

COUNTED_ROWS = Table("indicator_rows", {
    "indicator_id": TEXT, "table": TEXT, "source_file": TEXT, "source_line": NUMBER, "numerator": NUMBER,
    "denominator": NUMBER,
})
"""What each row of a file adds to the numerator and the denominator of an indicator."""


@dataclass(frozen=True, eq=False, repr=False)
class Indicators(HandsOut):
    """Indicators of one company and year.

    catalogue: the definitions. violations: all broken rules, of definitions and of values; an error hides its own
    indicator, and no other. table: `computation.VALUES`. history: `HISTORY`, the same indicators in each year that can
    be computed. rows: `COUNTED_ROWS`, the rows behind each indicator.
    """

    company: str
    year: int
    catalogue: Catalogue
    violations: pd.DataFrame
    measures: pd.DataFrame
    table: pd.DataFrame
    failed: tuple[tuple[str, CarbonError], ...] = ()
    """What could not be measured, and why: its indicators have no data, the others theirs."""
    contradicted: frozenset[str] = frozenset()
    """Tables that another figure of the same thing contradicts: their indicators are not public."""
    history: pd.DataFrame = field(default_factory=HISTORY.empty)
    rows: pd.DataFrame = field(default_factory=COUNTED_ROWS.empty)
    unkept: frozenset[str] = frozenset()
    """Indicators of tables that the company does not keep."""

    def scorecard(self, audience: str) -> pd.DataFrame:
        """Return the indicators of one audience, with their `formula_id`; in words: `cb.tables.scorecard_table`.

        One without a target, of a table that the company does not keep, is no line: nobody has decided on it.

        rises: whether the figure that a good status speaks of rose since the baseline.

        Raises UsageError: Not "public", "performance" or "governance".
        """
        if audience not in AUDIENCES:
            raise UsageError(f"No scorecard for {audience!r}", hint=instead(audience, AUDIENCES))
        return self._scorecards[audience].copy(deep=False)

    @cached_property
    def _scorecards(self) -> dict[str, pd.DataFrame]:
        table, unkept = self.table, self.unkept
        formula_ids = {row["id"]: row["formula_id"] for row in self.catalogue.rows}
        lines = lines_of(table, ["indicator_id", "audience", "evidence", "target"])
        ids = text_array([formula_ids[name] for name, *_ in lines])
        table = table.assign(formula_id=ids, rises=contradicted(table))
        places = {audience: [at for at, (name, of, evidence, target) in enumerate(lines) if of == audience and not (
            (of == "public" and evidence in self.contradicted) or (name in unkept and target != target))]
            for audience in AUDIENCES}
        return {audience: table.iloc[at].reset_index(drop=True) for audience, at in places.items()}

    def __repr__(self) -> str:
        statuses = self.table["status"].value_counts().sort_index()
        counts = ", ".join(f"{name} {n}" for name, n in statuses.items())
        return one_line(f"Indicators({self.company} {self.year}: {len(self.table)}, {counts})")

    def _repr_html_(self) -> str:
        columns = ["indicator_id", "audience", "value", "unit", "numerator", "denominator", "baseline", "target",
                   "progress", "status"]
        return as_html(repr(self), self.table[columns])


def indicators(company: str, year: int, *, inventory: Inventory | None = None,
               project: Project | None = None) -> Indicators:
    """Compute the indicators of one company and year from its tables and results.

    Parameters
    ----------
    inventory
        Its inventory of that year, for climate indicators; without it they have no data. The inventories of earlier
        years, for baselines and history, are computed from the project.

    Raises UsageError: No indicators.yml.
    """
    records, project = read_digital(company, project=project), project or find_project()
    earlier: dict[int, Inventory] = {}
    reconciled = None
    if inventory is not None:
        reconciled = digital.reconciliation_of(records, inventory)
        for before in years_of(project, company, until=year - 1):
            with suppress(CarbonError):  # its own report states why; here the year has no value
                earlier[before] = inventory_of_year(company, before, project=project)
    return indicators_of(records, year, inventory=inventory, reconciled=reconciled, earlier=earlier)


def company_check(company: str, *, on: date | None = None, project: Project | None = None) -> pd.DataFrame:
    """Return all broken rules of a company's catalogue: indicator, rule, severity, what.

    Those of values (K-BASE, K-GAME, K-DATA, K-UNIT) are in `Indicators.violations` of a year.
    """
    return check(_catalogue(read_digital(company, project=project)), on=on)


def indicators_of(records: DigitalRecords, year: int, *, inventory: Inventory | None,
                  services: ServicePortfolio | None = None, trips: TravelPolicy | None = None,
                  reconciled: pd.DataFrame | None = None, earlier: Mapping[int, Inventory] | None = None) -> Indicators:
    """Compute indicators from records already read; tables that the company does not keep give no data.

    Parameters
    ----------
    services, trips
        Results of these records and this year, if already computed.
    reconciled
        `digital.reconciliation.RECONCILED` of this year: what the inventory contradicts is no public indicator.
    earlier
        Inventories of earlier years, for baselines and history.
    """
    entries, past = _catalogue(records), dict(earlier or {})
    last_day = reporting_year(year, records.params.reporting_year_starts)[1].date()
    failures = failures_of(entries, on=last_day)
    definitions = sound(entries.rows, failures)
    formulas = _declared_of(entries, definitions)
    tables = YearTables(records, year, inventory, services=services, trips=trips)
    now = measured(formulas, tables)
    entries, unclear = _with_scopes(entries, definitions, now)
    failures += unclear
    definitions = sound(entries.rows, failures)
    based = _baseline_years(definitions, records.params.reporting_year_starts)
    before = {y: YearTables(records, y, past.get(y)) for y in sorted({*past, *based.values()}) if y < year}
    by_year = {y: measured(formulas, of_year) for y, of_year in before.items()} | {year: now}
    history = _history(entries, definitions, by_year)
    failures, table = _judged(entries, definitions, now, failures, history, based)
    table = _with_figures(table, based, before, tables)
    keys = {row["id"]: (row["formula_id"], row["scope"]) for row in definitions}
    failures += check_values(
        table, {line["indicator_id"]: (line["value"], line["raw"]) for line in history if line["year"] == year - 1},
        {name: now.days[key] for name, key in keys.items() if key in now.days}, on=last_day)
    agreements = () if reconciled is None else lines_of(reconciled, ["table", "agrees"])
    return Indicators(
        records.company, year, entries, pd.DataFrame(in_order(failures), columns=COLUMNS), now.measures, table,
        failed=_reasons(now, formulas, tables), history=HISTORY.of(history),
        contradicted=frozenset(name for name, is_equal in agreements if not is_equal),
        rows=_counted_rows(now, definitions, tables), unkept=_unkept(definitions, entries, tables))


def _declared_of(entries: Catalogue, definitions: Sequence[Row]) -> dict[str, DeclaredFormula]:
    by_id = entries.formulas
    formulas = {row["formula_id"]: by_id[row["formula_id"]].parts for row in definitions if row["formula_id"] in by_id}
    return {name: parts for name, parts in formulas.items() if parts is not None}


def _judged(entries: Catalogue, definitions: Sequence[Row], now: Measured, failures: list[Failure],
            history: Sequence[Mapping[str, Any]], based: Mapping[str, int]) -> tuple[list[Failure], pd.DataFrame]:
    """Return all broken rules with those of baselines and limits, and the values of the indicators without an error."""
    at = {(line["indicator_id"], line["year"]): line["value"] for line in history}
    baselines = {name: at.get((name, year), math.nan) for name, year in based.items()}
    failures = [*failures, *refused_baselines(definitions, baselines)]
    definitions, by_id = sound(definitions, failures), entries.formulas
    table = values_of(entries, definitions, now.measures, baselines)
    beyond_limits = list(impossible(table, [by_id[row["formula_id"]] for row in definitions]))
    if not beyond_limits:
        return failures, table
    failures += beyond_limits
    return failures, values_of(entries, sound(definitions, failures), now.measures, baselines)


def _catalogue(records: DigitalRecords) -> Catalogue:
    if records.indicators is None:
        raise UsageError(f"{records.company} has no params/{records.company}/indicators.yml",
                         hint="`carbon init --digital` writes one; carbon.scorecards.starter() shows it")
    return catalogue(records.indicators, name=f"params/{records.company}/indicators.yml")


def baseline_years(records: DigitalRecords) -> set[int]:
    """Return the reporting years from which the company's indicators start; none without a catalogue."""
    if records.indicators is None:
        return set()
    return {*_baseline_years(_catalogue(records).rows, records.params.reporting_year_starts).values()}


def _baseline_years(definitions: Sequence[Row], starts: str) -> dict[str, int]:
    """Return indicator -> the reporting year that ends on its `baseline_date`; a day within a year has none."""
    years: dict[str, int] = {}
    for row in definitions:
        day = day_of(row["baseline_date"])
        if day is None:
            continue
        for year in (day.year - 1, day.year, day.year + 1):
            if reporting_year(year, starts)[1].date() == day:
                years[row["id"]] = year
    return years


def _with_scopes(entries: Catalogue, definitions: Sequence[Row], now: Measured) -> tuple[Catalogue, list[Failure]]:
    """Return the catalogue and the indicators whose scope is in no row. A formula with one value for each word of a
    column needs no scope where there is one word alone.
    """
    scopes: dict[str, list[str]] = {}
    for formula, scope in lines_of(now.measures, ["formula_id", "scope"]):
        scopes.setdefault(formula, []).append(scope)
    filled, unclear = dict[str, str](), list[Failure]()
    for row in definitions:
        name, scope = row["id"], row["scope"]
        words = scopes.get(row["formula_id"], [scope])
        if scope not in words and not scope and len(words) == 1:
            filled[name] = words[0]
        elif scope not in words:
            unclear.append((name, "K-EVAL", WARNING, f"scope {scope!r} is in no row: write one of {', '.join(words)}"))
    if not filled:
        return entries, unclear
    scope_texts = text_array([filled.get(row["id"], row["scope"]) for row in entries.rows])
    return replace(entries, table=entries.table.assign(scope=scope_texts)), unclear


def _history(entries: Catalogue, definitions: Sequence[Row], by_year: Mapping[int, Measured]) -> list[dict[str, Any]]:
    """Return the lines of `HISTORY`."""
    lines, formulas, unknown = [], entries.formulas, (math.nan, math.nan, math.nan, 0.0)
    for year, of_year in sorted(by_year.items()):
        parts = {(formula, scope): of for formula, scope, *of in lines_of(
            of_year.measures, ["formula_id", "scope", "numerator", "denominator", "raw", "population"])}
        for row in definitions:
            above, below, raw, population = parts.get((row["formula_id"], row["scope"]), unknown)
            lines.append({"indicator_id": row["id"], "year": year, "numerator": above, "denominator": below, "raw": raw,
                          "value": formula_value(formulas[row["formula_id"]], above, below), "population": population})
    return lines


def _counted_rows(now: Measured, definitions: Sequence[Row], tables: YearTables) -> pd.DataFrame:
    names = list(dict.fromkeys(of.table for of in now.rows))
    origins = {name: tables.origin(name) for name in names}
    parts: list[Rows] = []
    for row in definitions:
        counted_rows = [of for of in now.rows if (of.formula_id, of.scope) == (row["formula_id"], row["scope"])]
        for of in sorted(counted_rows, key=lambda of: names.index(of.table)):
            files, lines = (column[of.places] for column in origins[of.table])
            parts.append(Rows({
                "indicator_id": row["id"], "table": of.table, "source_file": files, "source_line": lines,
                "numerator": of.numerator, "denominator": of.denominator}, len(of.places)))
    if not parts:
        return COUNTED_ROWS.empty()
    rows = Rows.stack(parts, COUNTED_ROWS.columns)
    order = np.lexsort([rows["source_line"], *(rows.column(c).codes for c in ("source_file", "indicator_id"))])
    return COUNTED_ROWS.validate(rows.take(order).arrays(COUNTED_ROWS.columns))


def _unkept(definitions: Sequence[Row], entries: Catalogue, tables: YearTables) -> frozenset[str]:
    formulas = entries.formulas
    parts = ((row["id"], formulas[row["formula_id"]].parts) for row in definitions)
    return frozenset(name for name, of in parts if of is not None and not all(map(tables.keeps, of.tables)))


def _with_figures(table: pd.DataFrame, based: Mapping[str, int], before: Mapping[int, YearTables],
                  now: YearTables) -> pd.DataFrame:
    """Add the figure of the inventory that each indicator speaks of, at its baseline and now, where both are known."""
    abouts = dict(lines_of(table, ["indicator_id", "about"]))
    then = {name: (year, _figure(before[year].figure, abouts[name])) for name, year in based.items()
            if abouts.get(name) and year in before}
    return with_figures(table, then, {about: _figure(now.figure, about) for about in set(abouts.values()) - {""}})


def _figure(figure: Callable[[str], float], name: str) -> float:
    try:
        return figure(name)
    except CarbonError:
        return math.nan


def _reasons(now: Measured, formulas: Mapping[str, DeclaredFormula],
             tables: YearTables) -> tuple[tuple[str, CarbonError], ...]:
    """Return why formulas have no measure, each cause once; a table that the company does not keep is no fault."""
    reasons: dict[tuple[str, str], CarbonError] = {}
    for name, error in now.failed.items():
        table = (formulas[name].tables or ["inventory"])[0]
        if tables.keeps(table):
            reasons.setdefault((table, error.what), error)
    return tuple((table, error) for (table, _), error in reasons.items())
