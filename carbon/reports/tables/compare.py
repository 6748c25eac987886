"""Several companies, years or regions side by side: figures, what they are made of, and how far methods compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import SCOPE2_METHODS, SCOPES
from carbon.reports.tables.method import method_choices_table
from carbon.reports.tables.sums import counted, tonnes_by, total_t

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

ROUGH = ("spend", "extrapolated", "estimated")
"""Tiers that rest on money or on a guess: a figure made of them moves with prices and assumptions."""
OF_COMPANY = ("reporting_year_starts", "currency", "base_year", "factors.regions", "instruments", "scope2_headline")
"""Choices that describe what a company is or shows first, not how it counts: they differ by nature."""


def companies_table(inventories: Sequence[Inventory], *, scope2_method: str) -> pd.DataFrame:
    """Return one line an inventory: scopes, total with its 95 % interval, per employee, and how rough it is.

    per_employee_t = total_t / employees;  rough_share = tonnes of the tiers spend, extrapolated, estimated / total_t

    Parameters
    ----------
    inventories
        Of any companies and years.
    scope2_method
        Required: a comparison by two methods compares contracts, not companies.

    Returns
    -------
    DataFrame
        company, year, employees (NaN: not given), scope1_t, scope2_t, scope3_t, total_t, low_t, high_t,
        per_employee_t, categories (of scope 3, with a figure), rough_share, rejected_rows.

    Raises
    ------
    UsageError
        No inventories, one twice, or an unknown scope 2 method.
    """
    _refuse(inventories, scope2_method)
    return pd.DataFrame([_line(inventory, scope2_method) for inventory in inventories])


def factors_by_region_table(
    library: Any, activity: str, regions: Sequence[str], *, unit: str, source_id: str
) -> pd.DataFrame:
    """Return one activity's factor by year and region, from one publication [kg CO2e per unit, all parts].

    One publication only: two sources differ by method, and the difference would read as one of place or time.

    Parameters
    ----------
    library
        Of `factors.load`.
    activity, unit, source_id
        As in `factors.search`; all of them move the figure.

    Returns
    -------
    DataFrame
        year, one column a region. NaN: that publication has none for the year.

    Raises
    ------
    UsageError
        The publication has no such factor for any of the regions.
    """
    rows = library.table
    rows = rows[(rows["activity"] == activity) & (rows["unit"] == unit) & (rows["source_id"] == source_id)
                & rows["region"].isin(list(regions))]
    if rows.empty:
        raise UsageError(f"{source_id} has no {activity} per {unit} for {', '.join(regions)}",
                         hint=f"see factors.search({activity!r})")
    elements = rows.groupby(["element_id", "valid_from", "region"], sort=False)["co2e_kg"].sum().reset_index()
    wide = elements.pivot(index="valid_from", columns="region", values="co2e_kg")
    return wide.reindex(columns=list(regions)).rename_axis("year").rename_axis(None, axis=1).reset_index()


def _line(inventory: Inventory, method: str) -> dict[str, Any]:
    rows = counted(inventory.emissions, method)
    scopes = tonnes_by(rows, ["scope"]).reindex(list(SCOPES), fill_value=0.0)
    total = total_t(rows)
    employees = inventory.params.employees.get(inventory.year, np.nan)
    intervals, figure = inventory.uncertainty(), f"total-{method.split('-')[0]}"
    has_rows = figure in set(intervals.table["figure"])
    low_t, high_t = intervals.of(figure).shown_t if has_rows else (np.nan, np.nan)
    outcome = inventory.ledger.loc[inventory.ledger["counts_row"], "outcome"]
    return {
        "company": inventory.company, "year": inventory.year, "employees": employees,
        **{f"scope{s}_t": scopes[s] for s in SCOPES}, "total_t": total,
        "low_t": low_t, "high_t": high_t,
        "per_employee_t": total / employees if employees > 0 else np.nan,
        "categories": rows.loc[rows["scope"] == "3", "category"].nunique(),
        "rough_share": total_t(rows[rows["tier"].isin(ROUGH)]) / total if total > 0 else np.nan,
        "rejected_rows": int((outcome == "rejected").sum()),
    }


def differing_choices_table(inventories: Sequence[Inventory]) -> pd.DataFrame:
    """Return the method choices that are not the same in all inventories: read it before comparing their figures.

    What a company is (currency, regions, contracts) is left out; what it leaves out of scope 3 is in.

    Columns: choice (in words), key (its place in params/<company>.yml), one column an inventory. Empty: all agree.
    """
    _refuse(inventories, SCOPE2_METHODS[0])
    tables = {_label(i): _choices(i) for i in inventories}
    wide = pd.DataFrame({label: table["value"] for label, table in tables.items()}).fillna("")
    words = pd.concat([table["choice"] for table in tables.values()])
    wide.insert(0, "choice", words[~words.index.duplicated()].reindex(wide.index))
    values = wide.drop(columns="choice")
    differs = values.ne(values.iloc[:, 0], axis=0).any(axis=1)
    return wide[differs].rename_axis("key").reset_index()[["choice", "key", *tables]]


def _choices(inventory: Inventory) -> pd.DataFrame:
    table = method_choices_table(inventory)
    table = table[~table["key"].isin(OF_COMPANY) & ~table["key"].str.startswith("max_rejected_share")]
    left_out = inventory.table[(inventory.table["scope"] == "3") & (inventory.table["rows"] == 0)]
    categories = ", ".join(f"3.{c}" for c in left_out["category"].drop_duplicates())
    ours = pd.DataFrame({"choice": ["Scope 3 categories without a figure"], "value": [categories],
                         "key": ["categories"]})
    return pd.concat([table, ours]).set_index("key")


def _label(inventory: Inventory) -> str:
    return f"{inventory.company} {inventory.year}"


def _refuse(inventories: Sequence[Inventory], scope2_method: str) -> None:
    labels = [_label(inventory) for inventory in inventories]
    if scope2_method not in SCOPE2_METHODS:
        raise UsageError(f"scope2_method {scope2_method!r} is unknown", hint=f"one of {', '.join(SCOPE2_METHODS)}")
    if not labels:
        raise UsageError("Nothing to compare", hint="give a list of inventories")
    if len(set(labels)) < len(labels):
        raise UsageError("One inventory is given twice", hint=", ".join(labels))
