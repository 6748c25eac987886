"""`cb.published`: current sets as objects, verified first; nothing is computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from carbon.accounting.result import Inventory
from carbon.core.errors import UsageError
from carbon.core.schemas import REPORTED_INVENTORIES
from carbon.core.text import spelled_like
from carbon.core.units import KG_PER_T
from carbon.params.files.project import Project, find_project
from carbon.runs.publish.parquet import TABLES, read_table
from carbon.runs.publish.sets import SIZE, SUMS, current_set, published_table, read_manifest, sets_in_force, whole_set

if TYPE_CHECKING:
    from carbon.accounting.expectations.expected import Expected
    from carbon.params.shapes.company import CompanyParams

NOT_HELD = frozenset((
    "boundary", "boundary_since", "boundary_warned", "counted_twice", "measures", "misses", "pairs",
    "presence", "rejected_shares", "reported", "uncertainty", "unused_factors", "what_if"))
"""What an inventory answers from its records or its library: a set has neither, and an empty answer would be false."""


@dataclass(frozen=True, eq=False, repr=False)
class Published(Inventory):
    """The inventory of a published set: its tables as published, without records, params and factor library."""

    params: CompanyParams = field(init=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the manifest: `params` is made from them when asked."""
    compared_tables: tuple[pd.DataFrame, pd.DataFrame] | None = None

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute; raise a UsageError for what the set does not hold."""
        if name == "params":
            return _params_of(self.company, self.settings)
        if name in NOT_HELD:
            raise UsageError(f"{name}: a published set does not hold the company's records",
                             hint=f"compute it: cb.inventory({self.company!r}, {self.year}).{name}")
        return super().__getattribute__(name)

    def compared(self) -> Expected:
        """Return what was expected of the year when it was published."""
        if self.compared_tables is None:
            raise UsageError(f"{self.company}/{self.year} was published without expectations",
                             hint="publish again with `carbon run`")
        from carbon.accounting.expectations.expected import Expected

        table, breaches = self.compared_tables
        return Expected(pd.DataFrame(), table, breaches, (), ())

    def _breach_line(self) -> str:
        open_ones = [] if self.compared_tables is None else [a for a in self.compared_tables[1]["accepted"] if not a]
        return f"Breaches: {len(open_ones) or 'none'}; all: inv.breaches()"


def published(company: str | None = None, year: int | None = None) -> Published | pd.DataFrame:
    """Return a published company-year as an inventory; without a year, the figures of all current sets, long.

    Each set is verified first: every file against the manifest, and the manifest against its recorded identity.

    Parameters
    ----------
    company, year
        Both: the inventory as it was published. A company alone, or nothing: scopes and categories of all its sets, or
        of all sets.

    Returns
    -------
    Inventory or DataFrame
        What needs records (intervals, routes, a what-if) raises an error that names the call that computes it. The
        table has company, year, scope, category, scope2_method, co2e_kg, co2e_t, rows, status, gwp, release and set;
        employees, revenue and currency of the year, NaN and "" where the params or an earlier set do not state them.

    Raises UsageError: No such set; the names of those that there are; RunError: A set is not as it was published.
    """
    project = find_project()
    sets = {(folder.parent.parent.name, int(folder.parent.name)): folder for folder in sets_in_force(project)}
    if company is not None and year is not None:
        return published_in(_one(project, company, year, sets), company, year)
    chosen_sets = {of: folder for of, folder in sets.items() if company in (None, of[0]) and year in (None, of[1])}
    if not chosen_sets:
        raise UsageError(f"{company or year!r} has no published set", hint=_names(str(company), {of[0] for of in sets}))
    return pd.concat([_figures(whole_set(project, *of)) for of in sorted(chosen_sets)], ignore_index=True)


def published_in(folder: Path, company: str, year: int) -> Published:
    """Return the inventory of a set that was verified before."""
    manifest = read_manifest(folder)
    outputs = manifest["outputs"]

    def table(name: str) -> pd.DataFrame:
        sha256 = outputs.get(f"{name}.parquet")
        return read_table(folder / f"{name}.parquet", sha256=sha256) if sha256 else pd.DataFrame()

    tables: dict[str, Any] = {("record_warnings" if attribute == "warnings" else attribute): table(name)
                              for name, attribute in TABLES.items()}
    compared = (table("expectations"), table("breaches")) if "breaches.parquet" in outputs else None
    return Published(
        company=company, year=year, **tables, misses=pd.DataFrame(), pairs=pd.DataFrame(),
        reported=REPORTED_INVENTORIES.empty(), settings=manifest["settings"],
        inputs=manifest["dependencies"].get("inputs", {}), compared_tables=compared)


def _params_of(company: str, settings: Mapping[str, Any]) -> CompanyParams:
    from carbon.params.shapes.company import CompanyParams
    from carbon.params.shapes.files import FilePattern

    return CompanyParams.model_construct(
        company=company, scope2_headline=settings["scope2_headline"], gwp=settings.get("gwp", ""), currency="",
        files=[FilePattern.model_validate(one) for one in settings.get(SUMS, ())])


def _one(project: Project, company: str, year: int, sets: dict[tuple[str, int], Path]) -> Path:
    if current_set(project.processed(company, year)) is None:
        years = [str(y) for name, y in sorted(sets) if name == company]
        raise UsageError(f"{company}/{year} has no published set", hint=f"published years: {', '.join(years)}"
                         if years else _names(company, {name for name, _ in sets}))
    return whole_set(project, company, year)


def _names(company: str, names: set[str]) -> str:
    nearest = spelled_like(company, sorted(names), n=1)
    meant_words = f"did you mean {nearest[0]}? " if nearest else ""
    return f"{meant_words}published: {', '.join(sorted(names))}"


def _figures(folder: Path) -> pd.DataFrame:
    manifest, table = read_manifest(folder), published_table(folder, "inventory")
    size = manifest["summary"].get(SIZE) or {}
    return table.drop(columns="biogenic_co2_kg").assign(
        co2e_t=table["co2e_kg"] / KG_PER_T, gwp=manifest["settings"]["gwp"], release=manifest["release"],
        set=folder.name, **{name: float("nan") if size.get(name) is None else float(size[name])
                            for name in ("employees", "revenue")}, currency=size.get("currency", ""))
