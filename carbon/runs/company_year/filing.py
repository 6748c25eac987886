"""`carbon file`: a filing made from the published set and written into it, complete, with a manifest of its own.

    <set>/filings/<format>/   the workbook, one CSV a table, manifest.json and its hash last

The set's own files and manifest stay as they were published; `carbon verify` recomputes the filing's hashes too.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from carbon.core.errors import RunError, UsageError
from carbon.core.units import KG_PER_T
from carbon.params.files.levers import plan_files, read_actions, read_plans
from carbon.params.files.load import load_company
from carbon.params.files.project import Project
from carbon.runs.company_year.stale import changed_names, params_hashes
from carbon.runs.publish import Lock, Stage, clean_leftovers
from carbon.runs.publish.durable import fsync_folder, replace, write_file
from carbon.runs.publish.hashing import FileHashes, code_hash
from carbon.runs.publish.identity import identity
from carbon.runs.publish.sets import (
    ASIDE,
    FILED,
    FILINGS,
    UNJUDGED,
    current_set,
    filed_line,
    no_set,
    published_table,
    read_manifest,
    whole_set,
)

TABLES = ("emissions", "ledger", "factors")
TEMPLATES = "VSME-Digital-Template-*.xlsx"
"""EFRAG's empty workbook in params/, as it was downloaded."""


def file_set(project: Project, company: str, year: int, format: str) -> Path:
    """Make one filing from the published tables and write it into the current set; returns its folder.

    Raises UsageError: No published set, or another format; RunError: The set is damaged, or the params are not those it
    was published with; MethodError: The format needs a distinction that the activities do not make; ParamsError: A
    recorded plan was changed after it was recorded.
    """
    year_folder = project.processed(company, year)
    if current_set(year_folder) is None:  # there may be no folder to lock
        raise no_set(project, f"{company}/{year}")
    with Lock(year_folder):
        clean_leftovers(year_folder)
        folder = whole_set(project, company, year)
        output = filing_of(project, company, year, folder, format, of_set=identity(folder))
        with Stage(year_folder) as stage:
            for name, data in output.files().items():
                stage.write(name, data)
            sha256 = stage.write_manifest({"filing": format, "set": folder.name, "set_manifest": identity(folder),
                                           **made_with(project, company, output)})
            write_file(stage.path / FILED, filed_line(sha256))
            fsync_folder(stage.path)
            return _put(stage.path, folder / FILINGS / format)


def filing_of(project: Project, company: str, year: int, folder: Path, format: str, *, of_set: str) -> Any:
    """Return the filing that a set gives, as files and with the version of its framework; nothing is written.

    `of_set`: the identity that datapoints carry. Raises as `file_set`.
    """
    from carbon.reports.filings import filing

    inventory, history = published_inventory(project, company, year, folder)
    manifest = read_manifest(folder)
    has_indicators = "indicators.parquet" in manifest["outputs"]
    output = filing(format, inventory, history, plans=read_plans(company, project=project),
                    actions=read_actions(company, project=project), of_set=of_set, template=_template(project),
                    indicators=published_table(folder, "indicators") if has_indicators else None)
    _refuse_other_totals(output, {name: kg for name, kg in manifest["figures"].items() if "/total-" in name})
    return output


def _refuse_other_totals(output: Any, published_kg: dict[str, float | None]) -> None:
    """Raise RunError where a total of the reconciliation is not one of the set's, to the last bit."""
    table = output.tables["reconciliation"]
    totals = table.loc[table["line_a"] == "total", ["co2e_t_a", "co2e_t_b"]].to_numpy().ravel().tolist()
    published = {(kg or 0.0) / KG_PER_T for kg in published_kg.values()}
    if not {*totals} <= published:
        raise RunError(f"The totals of {output.format} are {totals} t, those of the set {sorted(published)} t",
                       hint="publish again with `carbon run`, then file")


def missing_of(project: Project, company: str, year: int, format: str) -> list[dict[str, str]]:
    """Return what a filing lacks before it can be sent, without writing it. Raises as `file_set`."""
    folder = whole_set(project, company, year)
    missing = filing_of(project, company, year, folder, format, of_set=identity(folder)).missing()
    return [{str(column): str(text) for column, text in line.items()} for line in missing.to_dict("records")]


def made_with(project: Project, company: str, output: Any) -> dict[str, Any]:
    """Return what a filing was made with: the version of its framework, code and recorded plans."""
    return {"framework_version": output.framework_version, "code": code_hash(),
            "plans": FileHashes(project.root).of(plan_files(company, project=project)),
            **({"templates": FileHashes(project.root).of(_templates(project))} if output.attached else {})}


def _templates(project: Project) -> list[Path]:
    return sorted((project.root / "params").glob(TEMPLATES))


def _template(project: Project) -> tuple[str, bytes] | None:
    """Return EFRAG's empty workbook, where the project has one. Raises UsageError: It has several."""
    paths = _templates(project)
    if len(paths) > 1:
        raise UsageError(f"{len(paths)} VSME templates in params/: {', '.join(path.name for path in paths)}",
                         hint="keep the one to fill")
    return (paths[0].name, paths[0].read_bytes()) if paths else None


def published_inventory(project: Project, company: str, year: int, folder: Path) -> tuple[Any, Any]:
    """Return what a filing needs of an inventory and its history, read from a set and checked against its manifest.

    Raises RunError: The params have changed since: the filing would state other choices than the figures were made
    with.
    """
    from carbon.reports.filings.intervals import NO_INTERVALS

    manifest = read_manifest(folder)
    as_published = manifest["dependencies"]["params"]
    now = params_hashes(project, company, FileHashes(project.root))
    if now != as_published:
        raise RunError(f"The params of {company} have changed since {year} was published: "
                       f"{changed_names(as_published, now)}",
                       hint="publish again with `carbon run`, then file")
    tables = {name: published_table(folder, name) for name in TABLES}
    has_intervals = "intervals.parquet" in manifest["outputs"]
    inventory = SimpleNamespace(company=company, year=year, params=load_company(project, company), **tables,
                                table=published_table(folder, "inventory"),
                                intervals=published_table(folder, "intervals") if has_intervals else NO_INTERVALS)
    return inventory, SimpleNamespace(table=published_table(folder, "history"),
                                      recalculated="history_as_reported.parquet" in manifest["outputs"],
                                      unjudged=manifest.get("settings", {}).get(UNJUDGED, {}),
                                      inventories_behind=_base_year(project, inventory))


def _base_year(project: Project, inventory: Any) -> SimpleNamespace:
    """Return the rows of the base year by year; none where it is not published, or this user may not read its rows."""
    year, rows = inventory.params.base_year, {inventory.year: inventory}
    folder = None if year in rows else current_set(project.processed(inventory.company, year))
    if folder is not None:
        with contextlib.suppress(RunError):
            rows[year] = SimpleNamespace(emissions=published_table(folder, "emissions"))
    return SimpleNamespace(inventories=rows)


def _put(staged: Path, target: Path) -> Path:
    """Replace the former filing by the staged folder; killed in between, the filing is absent, never mixed."""
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        # Next to the sets, where the next holder of the lock removes what a dead run left.
        replace(target, staged.parent / f"{ASIDE}{os.getpid()}-{secrets.token_hex(4)}")
    replace(staged, target)
    fsync_folder(target.parent)
    clean_leftovers(staged.parent)
    return target
