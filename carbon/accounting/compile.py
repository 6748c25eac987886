"""The inventory table: one line for each scope, category and method, all fifteen categories present."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.core.columns import Rows, group_codes
from carbon.core.errors import MethodError
from carbon.core.exact import exact_sum, exact_total
from carbon.core.ghg_protocol import FUEL_AND_ENERGY, LINES, NO_METHOD, SCOPE_FIGURES, TOTAL_FIGURES
from carbon.core.text_columns import columns_of, lines_of, values_of
from carbon.emissions.energy_states import energy_states, inside_other_figures
from carbon.emissions.energy_states import without_factor as energy_without_factor

if TYPE_CHECKING:
    from carbon.params.shapes.company import CategoryStatement

COMPUTED, NO_RECORDS, NO_FACTOR, PARTLY = "computed", "no records", "no factor", "partly"
INSIDE = "inside another figure"
WITH_FIGURE = (COMPUTED, PARTLY, "reported")
"""States of a figure that has a number."""
AND = "; and "
"""Between the phrases of a status."""
_ENERGY = ("3", FUEL_AND_ENERGY)
_SUMMED = ["activity_id", "part", "scope", "category", "scope2_method", "co2e_kg", "biogenic_co2_kg"]
_ONE_ROW = ["activity_id", "part", "factor_id", "scope2_method"]
"""The key of an emission row."""


def compile_inventory(
    emissions: pd.DataFrame, *, company: str, year: int, statements: Mapping[int, CategoryStatement],
    without_factor: Mapping[tuple[str, int], Sequence[str]] = MappingProxyType({}),
    states: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Compile the inventory of one company-year.

    co2e_kg(scope, category, method) = exact sum of its Kyoto rows, rounded once; NaN without rows, which is no zero

    Parameters
    ----------
    emissions
        `schemas.EMISSIONS` of this company and year.
    statements
        The company's statements about categories without a figure (`categories` of its params).
    without_factor
        (scope, category) -> phrases on activities that were not counted, as no factor fits them.
    states
        `energy_states` of the emissions, where they are at hand.

    Returns
    -------
    DataFrame
        `schemas.INVENTORY` [kg]: scope 1, scope 2 by both methods, the fifteen categories. `status`: "computed"; "no
        records"; "partly: ..." and "no factor: ..." name what has no factor, with and without a figure;
        "inside another figure: ..."; or the company's statement. Biogenic CO2 has a column of its own and is in no
        scope.

    Raises
    ------
    MethodError
        Rows of another company or year, duplicate rows, or rows that belong to no line.
    TableError
        A column is missing.

    References
    ----------
    GHG Protocol, Corporate Standard (2004) ch. 4 and 9; Scope 3 Standard (2011) ch. 11.
    """
    schemas.require(emissions, [*_SUMMED, "factor_id", "kyoto", "company", "year"], made_by="cb.calculate_emissions")
    _refuse_others(emissions, company, year)
    _refuse_twice(emissions)
    rows = emissions if emissions["kyoto"].all() else emissions.loc[emissions["kyoto"], _SUMMED]
    line, n = line_of(rows), len(LINES)
    counts = np.bincount(line, minlength=n)
    sums = [np.where(counts > 0, exact_sum(rows[kg], line, n), np.nan).tolist()
            for kg in ("co2e_kg", "biogenic_co2_kg")]
    states = energy_states(emissions) if states is None else states
    lacks = {key: list(phrases) for key, phrases in without_factor.items()}
    lacks.setdefault(_ENERGY, []).extend(energy_without_factor(states))
    held_parts = {_ENERGY: inside_other_figures(states)}
    status = [_status(scope, category, count, statements, lacks.get((scope, category), ()),
                      held_parts.get((scope, category), ()))
              for (scope, category, _), count in zip(LINES, counts.tolist(), strict=True)]
    lines = [(company, year, *key, *of) for key, *of in zip(LINES, *sums, counts.tolist(), status, strict=True)]
    return schemas.INVENTORY.validate(columns_of(lines, schemas.INVENTORY.dtypes))


def line_of(emissions: pd.DataFrame) -> np.ndarray:
    """Return the position in `LINES` of each emission row."""
    places: dict[tuple[object, ...], int] = {line: i for i, line in enumerate(LINES)}
    groups = Rows(emissions).groups(["scope", "category", "scope2_method"])
    line = np.array([places.get(of, -1) for of in groups.lines()], dtype=np.int64)[groups.number]
    if (line < 0).any():
        raise MethodError("Emission rows that belong to no line of the inventory", rows=emissions[line < 0][
            ["activity_id", "part", "scope", "category", "scope2_method"]])
    return line


def contradictions(table: pd.DataFrame, statements: Mapping[int, CategoryStatement]) -> list[str]:
    """Return a sentence for each category that the company calls not relevant or excluded although it has rows."""
    if not statements:
        return []
    computed = set(table.loc[(table["scope"] == "3") & (table["rows"] > 0), "category"])
    return [f"category {c} is stated as {s.status!r} but has rows: they are counted" for c, s in statements.items()
            if c in computed and s.status in ("not relevant", "excluded")]


def _status(
    scope: str, category: int, rows: int, statements: Mapping[int, CategoryStatement], lacks: Sequence[str],
    held_parts: Sequence[str]
) -> str:
    statement = statements.get(category) if scope == "3" else None
    if rows:
        return f"{PARTLY}: {AND.join(lacks)}" if lacks else COMPUTED
    if statement is not None and (statement.status in ("not relevant", "excluded") or not (lacks or held_parts)):
        status = NO_RECORDS if statement.status == COMPUTED else statement.status
        return f"{status}: {statement.reason}" if statement.reason else status
    if lacks or held_parts:
        return f"{NO_FACTOR}: {AND.join(lacks)}" if lacks else f"{INSIDE}: {AND.join(held_parts)}"
    return NO_RECORDS


def scope_states(table: pd.DataFrame) -> pd.DataFrame:
    """Return the scopes of an inventory with their states: scope, scope2_method, co2e_kg, rows, status.

    co2e_kg is the exact sum of the lines of a scope, NaN where it has no rows: "no records" is not zero. A scope is
    "partly" computed where one of its categories lacks factors.
    """
    of_lines: dict[tuple[str, str], list[tuple[int, float, str]]] = {(scope, method): [] for scope, _, method in LINES}
    for scope, method, *line in lines_of(table, ["scope", "scope2_method", "rows", "co2e_kg", "status"]):
        of_lines.get((scope, method), []).append((line[0], line[1], line[2]))
    rows = []
    for (scope, method), of in of_lines.items():
        count = sum(n for n, _, _ in of)
        kg = exact_total([kg for n, kg, _ in of if n]) if count else np.nan
        rows.append((scope, method, kg, count, state_of([status for _, _, status in of], count)))
    return schemas.retyped(pd.DataFrame(rows, columns=["scope", "scope2_method", "co2e_kg", "rows", "status"]),
                           dict.fromkeys(("scope", "scope2_method", "status"), "str"))


def states_by_figure(table: pd.DataFrame) -> dict[str, str]:
    """Return the state of each scope, total and category of an inventory by the name of its figure: "scope1", "3.6" ...

    A figure has a number where its state is "computed" or "partly: ...", and none in any other state.
    """
    of_line = {(scope, method): line for scope, method, *line in lines_of(
        scope_states(table), ["scope", "scope2_method", "status", "rows"])}
    states = {name: str(of_line[line][0]) for name, line in SCOPE_FIGURES.items()}
    for name, of_total in TOTAL_FIGURES.items():
        lines = [line for (_, method), line in of_line.items() if method in (NO_METHOD, of_total)]
        states[name] = state_of([status for status, _ in lines], sum(rows for _, rows in lines))
    return states | {f"3.{category}": status for scope, category, status in lines_of(
        table, ["scope", "category", "status"]) if scope == "3"}


def has_figure(state: str) -> bool:
    """Return whether a figure in this state has a number."""
    return state.partition(": ")[0] in WITH_FIGURE


def state_of(statuses: Sequence[str], rows: int) -> str:
    """Return the state of several lines together, from those of each and their number of rows."""
    of = {word: [s.partition(": ")[2] for s in statuses if s.partition(": ")[0] == word]
          for word in (PARTLY, NO_FACTOR, INSIDE)}
    lacks = AND.join(dict.fromkeys([*of[PARTLY], *of[NO_FACTOR]]))
    if rows:
        return f"{PARTLY}: {lacks}" if lacks else COMPUTED
    if lacks:
        return f"{NO_FACTOR}: {lacks}"
    return f"{INSIDE}: {AND.join(of[INSIDE])}" if of[INSIDE] else NO_RECORDS


def _refuse_others(emissions: pd.DataFrame, company: str, year: int) -> None:
    if {*pd.unique(values_of(emissions["company"]))} <= {company} and {*pd.unique(emissions["year"])} <= {year}:
        return
    other = (emissions["company"] != company) | (emissions["year"] != year)
    if other.any():
        raise MethodError(f"{int(other.sum()):,} emission rows are not of {company}/{year}", rows=emissions[other][
            ["activity_id", "company", "year"]], hint="compile one company-year at a time.")


def _refuse_twice(emissions: pd.DataFrame) -> None:
    """Raise an error on duplicate rows of concatenated tables, which a sum would count twice."""
    code = group_codes([emissions[column] for column in _ONE_ROW])
    if code.max(initial=-1) + 1 < len(code):
        twice = emissions[pd.Series(code).duplicated(keep=False).to_numpy()]
        raise MethodError(f"{len(twice):,} emission rows are duplicates", rows=twice[_ONE_ROW],
                          hint="give each table of emissions once; `pd.concat` of overlapping tables repeats rows.")
