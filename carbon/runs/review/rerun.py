"""The work of `carbon review` in a child process: run the notebook that a set names again and compare the two sets.

The notebook is the project's own, or the copy that was kept when the set was published; code of a set never runs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from carbon.core.errors import CarbonError, RunError
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.runs.company_year.job import OK, Job, Outcome
from carbon.runs.company_year.publication import fill_stage
from carbon.runs.company_year.stale import PARTS, changed_names, dependencies
from carbon.runs.company_year.templates import template_of
from carbon.runs.publish import Stage
from carbon.runs.publish.hashing import FileHashes
from carbon.runs.publish.identity import MANIFEST, identity
from carbon.runs.publish.parquet import read_table
from carbon.runs.publish.sets import NOTEBOOK, current_set, damage, read_manifest
from carbon.runs.review.causes import CAUSES
from carbon.runs.review.cells import changed_cells
from carbon.runs.review.diff import compare_sets, figures_of_set
from carbon.runs.review.exact import byte_findings, manifest_findings
from carbon.runs.review.files import file_findings, filing_findings, other_code
from carbon.runs.review.identities import Places, disagreements
from carbon.runs.review.meaning import RELATIVE, Finding, compare_html, compare_notebooks, compare_tables
from carbon.runs.review.verify import with_rows

KG_PER_T = 1000.0
ALTERED = "stored output altered"
LESS = "markup and metadata, which other versions write otherwise"
WORK = "carbon.runs.review.rerun:review_again"
"""The work of a job of `carbon review`."""


def review_again(job: Job) -> Outcome:
    """Run one published company-year again and return what differs as the summary of the outcome.

    Where cells of the published notebook are not the template's, they are the findings, and nothing is executed.

    Raises CarbonError: It cannot be compared: no published set, or its notebook is nowhere or does not run any more.
    """
    project = Project(Path(job.root))
    in_force = current_set(project.processed(job.company, job.year))
    if in_force is None:
        raise RunError(f"{job.company}/{job.year} has no published set", hint="publish with `carbon run`")
    problems = with_rows(in_force, damage(in_force))
    depends_on = dependencies(project, load_runs(project), job.company, job.year, hashes=FileHashes(project.root))
    manifest = _manifest(in_force)
    if manifest is None:
        return Outcome(job.company, job.year, OK, summary=found_unexecuted(in_force, problems))
    problems += disagreements(Places(project), manifest, in_force)
    template = template_of(project, job.company, manifest)
    altered = altered_cells(template, manifest, in_force)
    if altered:
        return Outcome(job.company, job.year, OK, summary=found_unexecuted(in_force, problems, altered))
    with Stage(Path(job.folder)) as stage:
        fill_stage(stage, job, project, depends_on, lambda rejects: None, template=template)
        comparison = compared(project, (job.company, job.year), in_force, stage.path, problems)
        return Outcome(job.company, job.year, OK, summary={**comparison, "executed": project.name_of(template)})


def _manifest(in_force: Path) -> dict[str, Any] | None:
    try:
        return read_manifest(in_force)
    except CarbonError:
        return None


def altered_cells(template: Path, manifest: Mapping[str, Any], in_force: Path) -> list[Finding]:
    """List the cells of the published notebook that are not its template's: then nothing is executed."""
    try:
        stored = json.loads((in_force / NOTEBOOK).read_bytes())
        return changed_cells(template, manifest["dependencies"]["parameters"], stored)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [Finding(NOTEBOOK, "", "", f"{type(error).__name__}: {error}", "unreadable")]


def found_unexecuted(in_force: Path, problems: list[str], findings: Sequence[Finding] = ()) -> dict[str, Any]:
    """Return what is known of a set without executing anything."""
    every = [*(Finding(problem.split(":")[0], "", "as published", problem.partition(": ")[2], ALTERED)
               for problem in problems), *findings]
    return {"set": in_force.name, "identity": identity(in_force) if (in_force / MANIFEST).is_file() else "",
            "executed": "", "changed": {}, "moved": [], "findings": [finding.as_json() for finding in every]}


def compared(project: Project, key: tuple[str, int], in_force: Path, now: Path, problems: list[str]) -> dict[str, Any]:
    """Return what changed in what a set depends on, the figures that a second run moves, and where it shows."""
    manifest, depends_on = read_manifest(in_force), read_manifest(now)["dependencies"]
    before = manifest["dependencies"]
    changed = {part: changed_names(before.get(part), depends_on[part]) for part in PARTS
               if before.get(part) != depends_on[part]}
    if by_other_code := other_code(in_force):
        changed["filings"] = f"made by other code: {by_other_code}"
    drawings = "packages" not in changed
    exact = drawings and "code" not in changed
    findings = (_notebook_findings(in_force, now, drawings=drawings) + _page_findings(in_force, now, drawings=drawings)
                + _table_findings(in_force, now) + file_findings(in_force, now)
                + filing_findings(project, *key, in_force, now, exact=exact))
    if exact:
        named_files = {NOTEBOOK if f.where.startswith(("cell ", "notebook")) else f.where.split()[0] for f in findings}
        findings += byte_findings(in_force, now, named_files) + manifest_findings(in_force, now)
    return {**found_unexecuted(in_force, problems, findings), "changed": changed,
            "not_compared": "" if exact else LESS if drawings else f"drawings and {LESS}",
            "moved": _moved(in_force, now, manifest, problems)}


def _notebook_findings(in_force: Path, now: Path, *, drawings: bool) -> list[Finding]:
    try:
        stored = json.loads((in_force / NOTEBOOK).read_bytes())
        return compare_notebooks(stored, json.loads((now / NOTEBOOK).read_bytes()), drawings=drawings)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [Finding(NOTEBOOK, "", "", f"{type(error).__name__}: {error}", "unreadable")]


def _page_findings(in_force: Path, now: Path, *, drawings: bool) -> list[Finding]:
    """Compare the pages; their drawings too where the same versions have drawn both."""
    findings: list[Finding] = []
    for new_page in sorted(now.glob("*.html")):
        try:
            stored = (in_force / new_page.name).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            findings.append(Finding(new_page.name, "", "", f"{type(error).__name__}: {error}", "unreadable"))
            continue
        moved = compare_html(stored, new_page.read_text(encoding="utf-8"), drawings=drawings)
        findings += [Finding(new_page.name, figure, one, two, "page") for figure, one, two in moved]
    return findings


def _table_findings(in_force: Path, now: Path) -> list[Finding]:
    findings: list[Finding] = []
    for path in sorted(now.glob("*.parquet")):
        stored = in_force / path.name
        if stored.is_file() and stored.read_bytes() == path.read_bytes():
            continue
        try:
            findings += compare_tables(path.stem, read_table(stored), read_table(path))
        except CarbonError as error:
            findings.append(Finding(path.name, "", "", error.what, "unreadable"))
    return findings


def _moved(in_force: Path, now: Path, manifest: dict[str, Any], problems: list[str]) -> list[dict[str, Any]]:
    """List the figures that differ from the published ones [t CO2e], by cause where the set is undamaged."""
    old, new = manifest["figures"] if problems else figures_of_set(in_force), figures_of_set(now)
    rows = [{"figure_id": name, "published_t": _tonnes(old.get(name)), "now_t": _tonnes(new.get(name))}
            for name in sorted(old.keys() | new.keys())
            if not same_kg(old.get(name), new.get(name))]
    if rows and not problems:
        parts = compare_sets(in_force, now, names=("published", "now")).table.set_index("figure")
        for row in rows:
            name = row["figure_id"].split("/", 2)[2]
            if name in parts.index:
                row["because_t"] = {cause: float(parts.loc[name, f"{cause}_t"]) for cause in CAUSES}
    return rows


def same_kg(old: float | None, new: float | None) -> bool:
    """Return whether two figures are the same but for rounding; none is the same as none alone."""
    if old is None or new is None:
        return old is new
    return math.isclose(old, new, rel_tol=RELATIVE, abs_tol=1e-9)


def _tonnes(kg: float | None) -> float | None:
    return None if kg is None else kg / KG_PER_T
