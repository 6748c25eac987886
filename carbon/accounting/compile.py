"""The inventory table: one line for each scope, category and method, all fifteen categories present."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.core.columns import Rows, group_codes
from carbon.core.errors import MethodError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import LINES
from carbon.core.params.company import CategoryStatement
from carbon.core.text_columns import values_of

_NO_RECORDS = "no records"
_SUMMED = ["activity_id", "part", "scope", "category", "scope2_method", "co2e_kg", "biogenic_co2_kg"]
_ONE_ROW = ["activity_id", "part", "factor_id", "scope2_method"]
"""The key of an emission row."""


def compile_inventory(
    emissions: pd.DataFrame, *, company: str, year: int, statements: Mapping[int, CategoryStatement]
) -> pd.DataFrame:
    """Compile the inventory of one company-year.

    co2e_kg(scope, category, method) = exact sum of its Kyoto rows, rounded once

    Parameters
    ----------
    emissions
        `schemas.EMISSIONS` of this company and year.
    statements
        The company's statements about categories without a figure (`categories` of its params).

    Returns
    -------
    DataFrame
        `schemas.INVENTORY` [kg]: scope 1, scope 2 by both methods, the fifteen categories; `status` gives the reason
        of a line without rows. Biogenic CO2 has a column of its own and is in no scope.

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
    rows = emissions[_SUMMED] if emissions["kyoto"].all() else emissions.loc[emissions["kyoto"], _SUMMED]
    line = line_of(rows)
    n = len(LINES)
    table = pd.DataFrame(LINES, columns=["scope", "category", "scope2_method"])
    table = table.assign(
        company=company, year=year, co2e_kg=exact_sum(rows["co2e_kg"], line, n),
        biogenic_co2_kg=exact_sum(rows["biogenic_co2_kg"], line, n), rows=np.bincount(line, minlength=n))
    table["status"] = [_status(*key, statements) for key in
                       zip(table["scope"], table["category"], table["rows"], strict=True)]
    return schemas.INVENTORY.validate(schemas.retyped(table, schemas.INVENTORY.dtypes))


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


def _status(scope: str, category: int, rows: int, statements: Mapping[int, CategoryStatement]) -> str:
    statement = statements.get(category) if scope == "3" else None
    if rows:
        return "computed"
    if statement is None:
        return _NO_RECORDS
    status = _NO_RECORDS if statement.status == "computed" else statement.status
    return f"{status}: {statement.reason}" if statement.reason else status


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
