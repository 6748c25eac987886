"""The work of `carbon review` in a child process: run a published notebook again and compare the two sets."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from carbon.core.errors import CarbonError, RunError
from carbon.records.params.load import load_runs
from carbon.records.params.project import Project
from carbon.runs.company_year.job import OK, Job, Outcome
from carbon.runs.company_year.publication import NOTEBOOK, fill_stage
from carbon.runs.company_year.stale import PARTS, changed_names, dependencies
from carbon.runs.publish import Stage
from carbon.runs.publish.hashing import FileHashes
from carbon.runs.publish.parquet import read_table
from carbon.runs.publish.sets import current_set, damage, read_manifest
from carbon.runs.review.causes import CAUSES
from carbon.runs.review.diff import compare_sets
from carbon.runs.review.meaning import RELATIVE, Finding, compare_html, compare_notebooks, compare_tables
from carbon.runs.review.states import figures_of_set
from carbon.runs.review.verify import with_rows

KG_PER_T = 1000.0
WORK = "carbon.runs.review.rerun:review_again"
"""The work of a job of `carbon review`."""


def review_again(job: Job) -> Outcome:
    """Run one published company-year again and return what differs as the summary of the outcome.

    Raises CarbonError: It cannot be compared: no published set, or the notebook does not run any more.
    """
    project = Project(Path(job.root))
    in_force = current_set(project.processed(job.company, job.year))
    if in_force is None:
        raise RunError(f"{job.company}/{job.year} has no published set", hint="publish with `carbon run`")
    problems = with_rows(in_force, damage(in_force))
    depends_on = dependencies(project, load_runs(project), job.company, job.year, hashes=FileHashes(project.root))
    with Stage(Path(job.folder)) as stage:
        template = in_force / NOTEBOOK if _is_unaltered(problems, in_force) else None
        fill_stage(stage, job, project, depends_on, lambda rejects: None, template=template)
        return Outcome(job.company, job.year, OK, summary=_sheet(in_force, stage.path, problems, depends_on))


def _is_unaltered(problems: list[str], in_force: Path) -> bool:
    """Return whether the notebook is, byte for byte, the published one: only then is it executed."""
    return (in_force / NOTEBOOK).is_file() and not any(p.startswith((NOTEBOOK, "manifest.json")) for p in problems)


def _sheet(in_force: Path, now: Path, problems: list[str], depends_on: dict[str, Any]) -> dict[str, Any]:
    findings = [Finding(problem.split(":")[0], "", "as published", problem.partition(": ")[2], "stored output altered")
                for problem in problems]
    try:
        manifest = read_manifest(in_force)
    except CarbonError as error:
        return {"set": in_force.name, "changed": {}, "moved": [], "findings": [f.as_json() for f in [
            *findings, Finding("manifest.json", "", "", str(error.what), "unreadable")]]}
    before = manifest["dependencies"]
    changed = {part: changed_names(before.get(part), depends_on[part]) for part in PARTS
               if before.get(part) != depends_on[part]}
    findings += _notebook_findings(in_force, now) + _page_findings(in_force, now) + _table_findings(in_force, now)
    return {"set": in_force.name, "changed": changed, "moved": _moved(in_force, now, manifest, problems),
            "findings": [finding.as_json() for finding in findings]}


def _notebook_findings(in_force: Path, now: Path) -> list[Finding]:
    try:
        stored = json.loads((in_force / NOTEBOOK).read_bytes())
        return compare_notebooks(stored, json.loads((now / NOTEBOOK).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [Finding(NOTEBOOK, "", "", f"{type(error).__name__}: {error}", "unreadable")]


def _page_findings(in_force: Path, now: Path) -> list[Finding]:
    findings: list[Finding] = []
    for new_page in sorted(now.glob("*.html")):
        try:
            stored = (in_force / new_page.name).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            findings.append(Finding(new_page.name, "", "", f"{type(error).__name__}: {error}", "unreadable"))
            continue
        moved = compare_html(stored, new_page.read_text(encoding="utf-8"))
        findings += [Finding(new_page.name, figure, one, two, "page") for figure, one, two in moved]
    return findings


def _table_findings(in_force: Path, now: Path) -> list[Finding]:
    findings: list[Finding] = []
    for path in sorted(now.glob("*.parquet")):
        try:
            findings += compare_tables(path.stem, read_table(in_force / path.name), read_table(path))
        except CarbonError as error:
            findings.append(Finding(path.name, "", "", error.what, "unreadable"))
    return findings


def _moved(in_force: Path, now: Path, manifest: dict[str, Any], problems: list[str]) -> list[dict[str, Any]]:
    """List the figures that differ from the published ones [t CO2e], by cause where the set is undamaged."""
    old, new = manifest["figures"] if problems else figures_of_set(in_force), figures_of_set(now)
    rows = [{"figure_id": name, "published_t": _tonnes(old.get(name)), "now_t": _tonnes(new.get(name))}
            for name in sorted(old.keys() | new.keys())
            if not _equal(old.get(name), new.get(name))]
    if rows and not problems:
        parts = compare_sets(in_force, now, names=("published", "now")).table.set_index("figure")
        for row in rows:
            name = row["figure_id"].split("/", 2)[2]
            if name in parts.index:
                row["because_t"] = {cause: float(parts.loc[name, f"{cause}_t"]) for cause in CAUSES}
    return rows


def _equal(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return old is new
    return math.isclose(old, new, rel_tol=RELATIVE, abs_tol=1e-9)


def _tonnes(kg: float | None) -> float | None:
    return None if kg is None else kg / KG_PER_T
