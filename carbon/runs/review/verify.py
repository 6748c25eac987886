"""`carbon verify`: recompute every hash of the current sets; name the file and, of a table, the row that changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from carbon.params.files.project import Project
from carbon.runs.company_year.journal import SUMMARY
from carbon.runs.company_year.stale import digest
from carbon.runs.publish.identity import MANIFEST, identity
from carbon.runs.publish.row_hashes import ROW_HASHES, first_changed_row, is_table
from carbon.runs.publish.sets import CHANGED, SET, damage, read_manifest, sets_in_force
from carbon.runs.review.identities import Places, company_year_of, disagreements, missing_sets, named_by, page_problems


def verify(project: Project, path: Path | None = None) -> list[dict[str, Any]]:
    """Recompute the hashes of sets, and compare the identity of each with every place that names it.

    Of a whole project whose sets are whole, the index is compared with the page that they give.

    Returns one row a set: path, company, year, identity, named_by (the places that agree), whole, problems by file.
    """
    folders, places = sets_in_force(project, path), Places(project)
    rows = [_verify_one(places, folder) for folder in folders]
    if path is None:
        rows += [{"path": project.name_of(project.processed(company, year)), "company": company, "year": year,
                  "identity": "", "named_by": [], "whole": False, "problems": [f"{name}: {SUMMARY} names it, and it is "
                                                                               "not the current set of any folder"]}
                 for company, year, name in missing_sets(places, folders)]
    if path is None and all(row["whole"] for row in rows):
        problems = page_problems(places, [(row["company"], row["year"]) for row in rows])
        for row in rows:
            row["problems"] = problems.get((row["company"], row["year"]), [])
            row["whole"] = not row["problems"]
    return rows


def _verify_one(places: Places, folder: Path) -> dict[str, Any]:
    problems = damage(folder) if (folder / MANIFEST).exists() else [f"{MANIFEST}: missing"]
    row: dict[str, Any] = {"path": places.project.name_of(folder), "company": "", "year": 0, "identity": "",
                           "named_by": []}
    if not any(problem.startswith(f"{MANIFEST}: missing") for problem in problems):
        manifest, sha256 = read_manifest(folder), identity(folder)
        named_year = company_year_of(manifest)
        if named_year is None:
            problems.append(f"{MANIFEST}: it names no company-year")
            return {**row, "identity": sha256, "whole": False, "problems": problems}
        company, year = named_year
        set_digest = digest(company, year, manifest["dependencies"])
        if folder.name != f"{SET}{set_digest}" or manifest["digest"] != set_digest:
            problems.append(f"{MANIFEST}: its dependencies give {SET}{set_digest}, the folder is {folder.name}")
        places_named = named_by(places, company, year, folder)
        problems += disagreements(places, manifest, folder)
        row |= {"company": company, "year": year, "identity": sha256,
                "named_by": [place for place, name in places_named.items() if name == sha256]}
    return {**row, "whole": not problems, "problems": with_rows(folder, problems)}


def with_rows(folder: Path, problems: list[str]) -> list[str]:
    """Add to problems of tables the first row that differs, where the row hashes are as published."""
    if any(problem.startswith(ROW_HASHES) for problem in problems):
        return problems
    names = [problem.partition(": ")[0] if problem.endswith(CHANGED) else "" for problem in problems]
    rows = [first_changed_row(folder, name) if is_table(name) else "" for name in names]
    return [f"{problem}; {row}" if row else problem for problem, row in zip(problems, rows, strict=True)]
