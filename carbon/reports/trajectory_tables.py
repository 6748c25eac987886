"""
Trajectory for readers: history, pathway, fit and gap of one target, and the change since earlier years, in tonnes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.core.ghg_protocol import NO_METHOD
from carbon.reports.rows import Rows
from carbon.reports.sums import KG_PER_T, table_of, tonnes

LEVELS = (50, 80, 95)
OTHER_GWP = "another GWP set"


def trajectory_table(
    series: pd.Series[Any], status: pd.Series[Any], *, pathway: pd.Series[Any] | None, fit: pd.DataFrame | None
) -> pd.DataFrame:
    """
    One line a year: what was emitted, what the target allows, what the past implies.

    gap_t = co2e_t - pathway_t; positive means above the pathway.

    Parameters
    ----------
    series, status
        kg CO2e and "computed" or "reported", by year, of the target's scopes and scope 2 method.
    pathway
        kg the target allows, by year.
    fit
        Table of a fitted `Trajectory` [kg].

    Returns
    -------
    DataFrame
        year, status, co2e_t, pathway_t, gap_t, median_t, low_50_t, high_50_t, low_80_t, high_80_t, low_95_t, high_95_t.
    """
    parts = {"co2e_t": series, "pathway_t": pathway}
    if fit is not None:
        by_year = fit.set_index("year")
        parts |= {c.replace("_kg", "_t"): by_year[c] for c in by_year.columns if c.endswith("_kg")}
    columns = {name: values / KG_PER_T for name, values in parts.items() if values is not None}
    years = sorted(set().union(*(values.index for values in columns.values())))
    table = pd.DataFrame(columns, index=pd.Index(years, name="year"))
    wanted = ["co2e_t", "pathway_t", "gap_t", "median_t", *(f"{s}_{n}_t" for n in LEVELS for s in ("low", "high"))]
    table["gap_t"] = table["co2e_t"] - table["pathway_t"] if pathway is not None else np.nan
    table = table.reindex(columns=wanted)
    table.insert(0, "status", status.reindex(table.index).fillna("").astype("str"))
    return table.reset_index()


def change_table(
    series: dict[str, pd.Series[Any]], history: pd.DataFrame, *, year: int, base_year: int
) -> pd.DataFrame:
    """
    Change of both totals since last year and since the base year.

    change_t = co2e_t(year) - co2e_t(then); NaN where the earlier year is unknown.

    Parameters
    ----------
    series
        kg CO2e of all scopes by year, one series a scope 2 method.
    history
        `schemas.HISTORY`: says which years were computed here, and with which GWP set each was made.

    Returns
    -------
    DataFrame
        scope2_method, since ("last year", "base year"), since_year, then_t, co2e_t, change_t, change_share,
        basis ("same method", "as reported then", "restated", "another GWP set"; NaN changes are kept out).
    """
    rows = [
        (method, since, then, _at(kg, then), _at(kg, year))
        for method, kg in series.items() for since, then in (("last year", year - 1), ("base year", base_year))
        if then < year
    ]
    table = pd.DataFrame(rows, columns=["scope2_method", "since", "since_year", "then_t", "co2e_t"])
    table["change_t"] = table["co2e_t"] - table["then_t"]
    table["change_share"] = table["change_t"] / table["then_t"].where(table["then_t"] > 0)
    basis = [_basis(history, int(then), year) for then in table["since_year"]]
    table["basis"] = pd.Series(basis, index=table.index, dtype="str")
    # Two GWP sets are two rulers: both figures are shown, their difference is not.
    comparable = table["basis"] != OTHER_GWP
    changes = ["change_t", "change_share"]
    return table.assign(**{c: table[c].where(comparable) for c in changes})


def _basis(history: pd.DataFrame, then: int, year: int) -> str:
    """
    How far the figure of an earlier year can be held against this year's.
    """
    at_then, now = (history["year"].to_numpy() == y for y in (then, year))
    if not (at_then.any() and now.any()):
        return ""
    if set(history["gwp"][at_then]) != set(history["gwp"][now]):
        return OTHER_GWP
    if any("restated: " in source for source in history["source"][at_then]):
        return "restated"
    return "as reported then" if "reported" in set(history["status"][at_then]) else "same method"


def scopes_by_year_table(history: pd.DataFrame, *, scope2_method: str) -> pd.DataFrame:
    """
    Emissions by year and scope with one scope 2 method, computed and reported years together.

    Returns
    -------
    DataFrame
        year, scope, co2e_t, status ("computed", "reported", or "mixed").
    """
    rows = Rows(history).where(scope2_method=(NO_METHOD, scope2_method))
    known = rows.where(status=("computed", "reported")).groups(["year", "scope", "status"]).lines()
    status: dict[tuple[int, str], str] = {}
    for year, scope, kind in known:
        status[year, scope] = "mixed" if (year, scope) in status else kind
    lines = [(*key, co2e_t, status.get(key, "")) for key, co2e_t in tonnes(rows, ["year", "scope"]).items()]
    return table_of(lines, {"year": "int64", "scope": "str", "co2e_t": "float64", "status": "str"})


def _at(kg: pd.Series[Any], year: int) -> float:
    return float(kg.get(year, np.nan)) / KG_PER_T
