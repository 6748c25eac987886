"""
Inventories of several years in one table: computed from records, and reported before there were any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from carbon.core import schemas
from carbon.core.errors import MethodError, UsageError
from carbon.core.exact import exact_sum
from carbon.core.ghg_protocol import CATEGORIES, NO_CATEGORY, NO_METHOD, SCOPE2_METHODS, SCOPES
from carbon.inventory.company import inventory
from carbon.inventory.result import KG_PER_T, Inventory
from carbon.records.params import load_runs
from carbon.records.project import Project, find_project

if TYPE_CHECKING:
    from carbon.emissions.uncertainty.change import Change

COMPUTED, REPORTED = "computed", "reported"


@dataclass(frozen=True, eq=False, repr=False)
class Inventories:
    """
    A company's inventories by year.

    Attributes
    ----------
    table
        `schemas.HISTORY` [kg CO2e]; a year that was computed is not taken from earlier reports as well.
    inventories
        The computed ones, by year.
    as_reported
        `schemas.REPORTED_INVENTORIES`: everything earlier reports say, years computed since included.
    """

    company: str
    table: pd.DataFrame
    inventories: Mapping[int, Inventory] = field(default_factory=dict)
    as_reported: pd.DataFrame = field(default_factory=schemas.REPORTED_INVENTORIES.empty)

    @property
    def years(self) -> list[int]:
        return sorted({int(y) for y in self.table["year"]})

    def series(self, scopes: Sequence[str], scope2_method: str) -> pd.Series:
        """
        Sum of the scopes by year [kg CO2e], for the years in which each of them is known.

        Years left out are in `incomplete`: a missing scope is not zero.

        Raises
        ------
        UsageError
            An unknown scope or scope 2 method.
        """
        rows = self._rows(scopes, scope2_method)
        missing = set(self.incomplete(scopes, scope2_method)["year"])
        rows = rows[~rows["year"].isin(missing)]
        groups = rows.groupby("year", sort=True)
        index = groups.size().index.astype("int64")
        return pd.Series(exact_sum(rows["co2e_kg"], groups.ngroup(), len(index)), index=index, name="co2e_kg")

    def status(self) -> pd.Series:
        """
        "computed" or "reported", by year.
        """
        return self.table.groupby("year")["source"].first().map(lambda s: COMPUTED if s == "" else REPORTED)

    def incomplete(self, scopes: Sequence[str], scope2_method: str) -> pd.DataFrame:
        """
        Years in which a scope is not known by this method: year, missing.
        """
        rows = self._rows(scopes, scope2_method)
        known = rows.groupby("year")["scope"].agg(set)
        lacks = [(year, ", ".join(sorted(set(scopes) - known.get(year, set())))) for year in self.years]
        return pd.DataFrame([x for x in lacks if x[1]], columns=["year", "missing"]).astype({"missing": "str"})

    def change(self, earlier: int, later: int, *, scope2_method: str) -> Change:
        """
        Change of the total between two computed years with its 95 % interval: doubts both years share cancel.

        Raises
        ------
        UsageError
            A year that is only reported: its rows, and so its doubts, are not known.
        """
        from carbon.inventory.uncertainty import change_between

        unknown = [y for y in (earlier, later) if y not in self.inventories]
        if unknown:
            raise UsageError(f"No computed inventory of {self.company} for {unknown}",
                             hint=f"computed years: {sorted(self.inventories)}")
        return change_between(self.inventories[earlier], self.inventories[later], scope2_method=scope2_method)

    def _rows(self, scopes: Sequence[str], scope2_method: str) -> pd.DataFrame:
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not scopes or scope2_method not in SCOPE2_METHODS:
            raise UsageError(f"scopes {list(scopes)}, scope2_method {scope2_method!r}: unknown",
                             hint=f"scopes of {SCOPES}, scope2_method one of {SCOPE2_METHODS}")
        table = self.table
        return table[table["scope"].isin(list(scopes)) & table["scope2_method"].isin((NO_METHOD, scope2_method))]

    def __repr__(self) -> str:
        status = self.status()
        years = {s: [str(y) for y in status.index[status == s]] for s in (REPORTED, COMPUTED)}
        return f"Inventories {self.company}: " + "; ".join(
            f"{len(y)} {s} ({y[0]}-{y[-1]})" for s, y in years.items() if y)

    def _repr_html_(self) -> str:
        wide = self.table.assign(co2e_t=self.table["co2e_kg"] / KG_PER_T).pivot_table(
            index="year", columns=["scope", "scope2_method"], values="co2e_t", aggfunc="sum")
        return wide.round(1).to_html(border=0)


def inventories(company: str, *, project: Project | None = None, until: int | None = None) -> Inventories:
    """
    All inventories of a company: the years of params/runs.yml computed, earlier ones as they were reported.

    Parameters
    ----------
    until
        Leave out later years: what was known at the end of that year.

    Raises
    ------
    UsageError
        No year of this company is in params/runs.yml.
    CarbonError
        As `inventory`, for the year named.
    """
    project = project or find_project()
    wanted = sorted({y for entry in load_runs(project).runs if entry.company == company for y in entry.years
                     if until is None or y <= until})
    if not wanted:
        raise UsageError(f"No year of {company!r}{'' if until is None else f' until {until}'} in params/runs.yml",
                         hint="add the company and its years under `runs` in params/runs.yml.")
    computed = {year: inventory(company, year, project=project) for year in wanted}
    return history_of(company, computed, next(iter(computed.values())).reported, until=until)


def history_of(
    company: str, computed: Mapping[int, Inventory], reported: pd.DataFrame, *, until: int | None = None
) -> Inventories:
    """
    One history from computed inventories and reported totals; a computed year wins over a reported one.

    Raises
    ------
    MethodError
        A reported year gives scope 3 both as a total (category 0) and by category.
    """
    kept = reported[~reported["year"].isin(list(computed))]
    kept = kept if until is None else kept[kept["year"] <= until]
    _refuse_twice(kept)
    parts = [_of_reported(kept), *(_of_inventory(inv) for inv in computed.values())]
    table = pd.concat([p for p in parts if len(p)] or [schemas.HISTORY.empty()], ignore_index=True)
    table = table.sort_values(["year", "scope", "category", "scope2_method"], ignore_index=True)
    return Inventories(company, schemas.HISTORY.validate(table), dict(computed), reported.reset_index(drop=True))


def _refuse_twice(reported: pd.DataFrame) -> None:
    scope3 = reported[reported["scope"] == "3"]
    whole = set(scope3.loc[scope3["category"] == NO_CATEGORY, "year"])
    twice = scope3["year"].isin(whole & set(scope3.loc[scope3["category"].isin(list(CATEGORIES)), "year"]))
    if twice.any():
        raise MethodError("Scope 3 is reported as a total and by category in one year: it would count twice",
                          rows=scope3[twice][["year", "category", "co2e_t", "source_file", "source_line"]],
                          hint="keep either category 0 or the categories in reported_inventories.csv.")


def _of_reported(reported: pd.DataFrame) -> pd.DataFrame:
    table = reported.assign(co2e_kg=reported["co2e_t"] * KG_PER_T, status=REPORTED,
                            source=reported["source"].where(reported["source"] != "", reported["source_file"]))
    return table[list(schemas.HISTORY.columns)]


def _of_inventory(inv: Inventory) -> pd.DataFrame:
    table = inv.table.assign(gwp=inv.params.gwp, boundary=inv.params.consolidation, source="")
    return table[list(schemas.HISTORY.columns)]
