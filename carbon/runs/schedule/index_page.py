"""data/processed/index.html: every company-year of the run summary with its pages, files, reviews and sign-off.

Next to it portfolio.html, which compares companies.

Rebuilt by each run and by each sign-off. The pages of signatures are private; the index has no names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from carbon.core.errors import CarbonError
from carbon.core.ghg_protocol import CALENDAR
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project
from carbon.reports.page.index import FILES, PORTFOLIO, render_index
from carbon.reports.page.multiples import Small
from carbon.reports.words.figure_ids import CHART
from carbon.reports.words.language import Words
from carbon.runs.company_year.journal import SUMMARY, is_good
from carbon.runs.company_year.trend import TREND
from carbon.runs.publish import write_atomic
from carbon.runs.publish.durable import PRIVATE
from carbon.runs.publish.identity import MANIFEST, identity
from carbon.runs.publish.sets import OTHER_PAGES, STARTS, current_set, is_as_published, read_manifest
from carbon.runs.publish.signoff import ACCEPTED, QUESTIONED, WHOLE, Signature, signatures

INDEX, SIGNOFF = "index.html", "signoff.html"
NONE, EARLIER, CHANGED, UNREADABLE = "not signed", "signed on an earlier set", "changed since signed", "unreadable"
HISTORY = "history"


def write_index(project: Project, rows: Iterable[Mapping[str, Any]], *, language: str, changed: bool = True) -> str:
    """Write the index, the page of the portfolio and the pages of signatures; returns the path of the index.

    changed: A report was published since the last time; else the page of the portfolio stays, whose tables take as long
    to load as a run with nothing to do. A single company has none.
    """
    given_rows = list(rows)
    for row in given_rows:
        _write_signatures(project, str(row["company"]), int(row["year"]), language)
    folder = project.root / "data" / "processed"
    page = folder / PORTFOLIO
    if len({str(row["company"]) for row in given_rows if is_good(str(row["status"]))}) < 2:
        page.unlink(missing_ok=True)
    elif changed or not page.exists():
        from carbon.reports.page.portfolio import render_portfolio

        write_atomic(page, render_portfolio(given_rows, language=language).encode())
    write_atomic(folder / INDEX, index_text(project, given_rows, language).encode())
    return f"data/processed/{INDEX}"


def index_text(project: Project, rows: Iterable[Mapping[str, Any]], language: str) -> str:
    """Return the index of the rows of a run summary and of what is published and signed now."""
    shown_rows = [{**row, **_side_files(project, str(row["company"]), int(row["year"]))} for row in rows]
    in_order = sorted(shown_rows, key=lambda row: int(row["year"]))
    latest = {str(row["company"]): int(row["year"]) for row in in_order if is_good(str(row["status"]))}
    drawn = {company: small for company, year in latest.items()
             if (small := drawing_of(project, company, year, language))}
    return render_index(shown_rows, language=language, smalls=drawn)


def refresh_index(project: Project) -> None:
    """Write the index again from the last run summary, if there is one."""
    summary = project.root / "data" / "processed" / SUMMARY
    if summary.is_file():
        write_index(project, json.loads(summary.read_bytes())["runs"], language=load_runs(project).language)


def state_of(signed: list[Signature], in_force: str, sha256: str) -> str:
    """Return the state of a company-year by its signatures: accepted is the current set as a whole."""
    of = deciding(signed)
    if of is None or of.state != ACCEPTED or of.is_of(in_force, sha256):
        return NONE if of is None else of.state
    return CHANGED if of.set == in_force else EARLIER


def deciding(signed: list[Signature]) -> Signature | None:
    """Return the signature that gives the state: the whole accepted, else the last question, else a reopening."""
    of_whole, last = [s for s in signed if s.figure == WHOLE], {s.figure: s for s in signed}
    if of_whole and of_whole[-1].state == ACCEPTED:
        return of_whole[-1]
    questions = [s for s in signed if s.state == QUESTIONED and s is last[s.figure]]
    return next(reversed(questions or of_whole), None)


def _side_files(project: Project, company: str, year: int) -> dict[str, Any]:
    folder = project.processed(company, year)
    in_force = current_set(folder)
    if in_force is None:
        return {}
    pages = [path.name.split(".")[1] for path in in_force.glob(OTHER_PAGES)]
    files = [kind for kind, name in FILES if (folder / name).is_file() and (
        not name.endswith(".pdf") or _printed_from(folder / f"{name}.json") == in_force.name)]
    sheets = sorted(path.name for path in (project.ledger(company) / "reviews").glob(f"{year}-*.html"))
    return {"pages": pages, "files": files, "review": sheets[-1] if sheets else "",
            **sign_off_of(project, company, year, in_force)}


def _printed_from(stamp_file: Path) -> str:
    """Return the set that a PDF was printed from; "" where that is not known."""
    try:
        return str(json.loads(stamp_file.read_bytes())["set"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def sign_off_of(project: Project, company: str, year: int, in_force: Path) -> dict[str, Any]:
    """Return the identity of the set, the state and number of its signatures, and the day of the deciding one."""
    sha256, signed = _signed(project, company, year, in_force)
    if signed is None:
        return {"identity": sha256, "signoff": UNREADABLE}
    of = deciding(signed)
    return {"identity": sha256, "signoff": state_of(signed, in_force.name, sha256), "signatures": len(signed),
            "signed_on": of.at[:10] if of else ""}


def _signed(project: Project, company: str, year: int, in_force: Path) -> tuple[str, list[Signature] | None]:
    """Return the identity of a set, and the signatures of its year; None where they cannot be read."""
    sha256 = identity(in_force) if (in_force / MANIFEST).is_file() else ""
    try:
        return sha256, signatures(project, company, year)
    except CarbonError:
        return sha256, None


def _write_signatures(project: Project, company: str, year: int, language: str) -> None:
    folder = project.processed(company, year)
    in_force = current_set(folder)
    sha256, signed = ("", None) if in_force is None else _signed(project, company, year, in_force)
    if not (signed and in_force):
        return
    from carbon.reports.page.signoff import render_signoff

    lines = [{**asdict(s), "current": s.is_of(in_force.name, sha256)} for s in signed]
    page = render_signoff(company, year, state_of(signed, in_force.name, sha256), lines, language=language).encode()
    path = folder / SIGNOFF
    if not (path.is_file() and path.read_bytes() == page):
        write_atomic(path, page, mode=PRIVATE)


def drawing_of(project: Project, company: str, year: int, language: str) -> Small | None:
    """Return the company's totals by year from its latest set; None without them."""
    folder = current_set(project.processed(company, year))
    if folder is None:
        return None
    try:
        manifest = read_manifest(folder)
        if not is_as_published(folder, f"{HISTORY}.parquet", manifest):
            return None
        numbers, settings = manifest[TREND], manifest["settings"]
        label = Words(language).term("figure", numbers["figure"])
        tonnes, pathway = _by_year(numbers["tonnes"]), _by_year(numbers["pathway"] or {}) or None
        return Small(label, tonnes, frozenset(numbers["reported"]), pathway,
                     f"{company}/{year}/{CHART}scopes_by_year", settings.get(STARTS, CALENDAR))
    except (CarbonError, KeyError, ValueError, TypeError, AttributeError):
        # A set without a history, or a damaged one: only the drawing is left out.
        return None


def _by_year(numbers: Mapping[str, float | None]) -> dict[int, float]:
    """Return the years that have a figure: nothing is drawn at zero for the others."""
    return {int(year): float(value) for year, value in numbers.items() if value is not None}
