"""`carbon factors`: import a publisher's file; compare models of one purchase, and two releases with what they move."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from carbon.activities import classify
from carbon.core.errors import CarbonError, UsageError
from carbon.factors import Library, load
from carbon.factors.diff import MOVED, compare, tonnes_moved
from carbon.factors.library import newest
from carbon.factors.models import compare as compare_models
from carbon.factors.sources.project import with_imported_tables, with_project_factors
from carbon.params.files.project import Project, find_project, sha256_of
from carbon.params.shapes.company import MOST_YEARS, CompanyParams, FactorPolicy, RunParams, Vintage
from carbon.records.files.company import read_company
from carbon.runs.company_year.stale import company_years
from carbon.runs.publish import write_atomic

BESIDE = "+"


@dataclass(frozen=True)
class Moved:
    """moves: company, year and the columns of `factors.diff.MOVED`. failed: company/year -> why it has none."""

    moves: pd.DataFrame
    failed: dict[str, str]

    def by_run(self) -> pd.DataFrame:
        """Return company, year, moved_t (net of all its keys) and the keys that move, the largest move first."""
        table = self.moves.groupby(["company", "year"], as_index=False).agg(
            moved_t=("moved_t", "sum"), keys=("moved_t", "size"))
        order = table["moved_t"].abs().sort_values(ascending=False, kind="stable").index
        return table.loc[order].reset_index(drop=True)


def side(project: Project, text: str, params: CompanyParams | None = None) -> Library:
    """Return one side of a comparison.

    `text`: "2026.1", or "2026.1+NAME" with tables of params/shared/factors/ next to the release. `params`: Of a
    company: its own factors and the tables its params name count too.

    Raises UsageError: No such release, or no such table.
    """
    release, *table_names = text.split(BESIDE)
    folder = project.runs_file.parent
    imported = [] if params is None else params.factors.imported
    library = with_imported_tables(load(release), [b for b in table_names if b not in imported], params_folder=folder)
    return library if params is None else with_project_factors(library, params, params_folder=folder)


def models_compared(
    activity: str, *, regions: list[str], years: list[int], currency: str, release: str | None, figure: Path | None,
) -> pd.DataFrame:
    """Return `factors.models.compare` of a release and tables next to it, and draw it where a file is named.

    Amounts are at purchaser prices without VAT, deflated by `world_bank`; without years, the newest price year.

    Raises UsageError: No such release or table.
    """
    library = side(find_project(), release or newest())
    known = library.table.loc[library.table["activity"] == activity, "price_year"]
    years = years or known.drop_duplicates().nlargest(1).tolist()
    policy = FactorPolicy(release=library.release, regions={}, vintage=Vintage(later="allow", max_gap=MOST_YEARS),
                          price_basis="purchaser", deflator="world_bank")
    table = compare_models(
        activity, library, regions=regions, years=years, currency=currency, policy=policy, gwp="AR5GWP100",
        allow_mixed_gwp=sorted(library.table["source_id"].unique()), non_co2="as_published")
    if figure is not None and len(table):
        from carbon.reports.figures.catalogue import plot_purchase_models

        if (drawing := plot_purchase_models(table).get_figure(root=True)) is not None:
            drawing.savefig(figure)
    return table


def factors_changed(project: Project, old: str, new: str) -> pd.DataFrame:
    """Return `factors.diff.compare` of two sides."""
    return compare(side(project, old).table, side(project, new).table)


def moved_in_runs(
    project: Project, old: str, new: str, runs: RunParams, *, progress: Callable[[str], None] = lambda _: None,
) -> Moved:
    """Calculate `factors.diff.tonnes_moved` of every company-year of a runs file, from its records as they are now.

    A company-year with an error in its records or sides is listed with the reason; the others go on.
    """
    moves: list[pd.DataFrame] = []
    failed: dict[str, str] = {}
    for company, year in company_years(runs):
        progress(f"{company}/{year}")
        try:
            moves.append(_moved(project, company, year, old, new))
        except CarbonError as error:
            failed[f"{company}/{year}"] = str(error)
    columns = ["company", "year", *MOVED[:3], "year_of_key", *MOVED[4:]]
    return Moved(pd.concat(moves, ignore_index=True) if moves else pd.DataFrame(columns=columns), failed)


def _moved(project: Project, company: str, year: int, old: str, new: str) -> pd.DataFrame:
    records = read_company(company, year, project=project)
    params = records.params
    table = tonnes_moved(
        classify(records).activities, side(project, old, params), side(project, new, params), policy=params.factors,
        gwp=params.gwp, allow_mixed_gwp=params.allow_mixed_gwp, non_co2=params.travel.non_co2, fx=records.fx)
    table = table.rename(columns={"year": "year_of_key"})
    table.insert(0, "year", year)
    table.insert(0, "company", company)
    return table


def import_file(project: Project, path: Path, source: str) -> dict[str, Any]:
    """Read the file, write `<source>-<name>.csv` and its citation `.yml`, and return what was left out and why.

    Raises UsageError: The file does not exist, or the source is unknown; FileRefused: The file is not in that format.
    """
    from carbon.factors.sources import import_source
    from carbon.reports.export import to_csv_bytes

    if not path.is_file():
        raise UsageError(f"{path} does not exist", hint="name the file as it was downloaded")
    official = import_source(source, path)
    folder = project.root / "params" / "shared" / "factors"
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:60] or "factors"
    target = folder / f"{source}-{stem}.csv"
    account = {"file": path.name, "sha256": sha256_of(path), "source": source, "rows_read": official.read,
               "rows_kept": official.kept, "factors": len(official.table),
               "left_out": official.left_out.to_dict("records")}
    write_atomic(target, to_csv_bytes(official.table))
    text = yaml.safe_dump(account, sort_keys=False, allow_unicode=True)
    write_atomic(target.with_suffix(".yml"), text.encode())
    return {**account, "path": project.name_of(target)}
