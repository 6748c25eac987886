"""Where the identity of a published set is named, and whether each place names the same one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from carbon.core.errors import CarbonError
from carbon.records.params.project import Project
from carbon.reports.page.index import PORTFOLIO
from carbon.runs.company_year.job import PENDING
from carbon.runs.company_year.journal import JOURNAL, SUMMARY, SUMMARY_FIELDS, Journal
from carbon.runs.company_year.stale import NOTEBOOKS, VIEWS
from carbon.runs.company_year.templates import copy_of
from carbon.runs.publish.hashing import code_hash, sha256_file
from carbon.runs.publish.identity import MANIFEST, identity, record_of, recorded, short
from carbon.runs.publish.sets import CURRENT, FIXED_LINKS, OTHER_PAGES, SIGNED, current_set, read_manifest
from carbon.runs.publish.signoff import REVIEWS, SIGNATURES, Signature, in_force, signatures
from carbon.runs.schedule.index_page import INDEX, index_text

_COMPANY = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_LINK_CELLS = re.compile(r'<td class="links">.*?</td>', re.DOTALL)
_ROWS = re.compile("</?tr>")
_ON_INDEX = re.compile(r'data-identity="(\S+/\d+) ([0-9a-f]{64})"')


def company_year_of(manifest: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return the company and year that a manifest names; None where it is not that of a company-year."""
    company, year = manifest.get("company"), manifest.get("year")
    is_named = isinstance(company, str) and _COMPANY.fullmatch(company) and type(year) is int
    parts = (manifest.get("dependencies"), manifest.get("summary", {}))
    return (str(company), int(year or 0)) if is_named and all(isinstance(part, dict) for part in parts) else None


def named_by(project: Project, company: str, year: int, folder: Path) -> dict[str, str]:
    """Return the identity that each place names for a set: {place: SHA-256}; places that are silent are left out."""
    processed = project.root / "data" / "processed"
    current = current_set(project.processed(company, year)) == folder
    places = {record_of(folder).name: recorded(folder),
              JOURNAL: Journal(processed).identities().get(f"{company}/{year}/{folder.name}", "")}
    row = _summary_row(processed, company, year, folder.name)
    places[SUMMARY] = str(row.get("manifest_sha256", ""))
    if current and (processed / INDEX).is_file():
        places[INDEX] = dict(_ON_INDEX.findall(_page(processed))).get(f"{company}/{year}", "")
    places |= dict(_in_ledger(project, company, year, folder.name))
    return {place: sha256 for place, sha256 in places.items() if sha256}


def _page(processed: Path) -> str:
    return (processed / INDEX).read_text("utf-8", errors="replace")


def _summary_rows(processed: Path) -> list[dict[str, Any]]:
    rows = _json(processed / SUMMARY).get("runs", [])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _summary_row(processed: Path, company: str, year: int, set_name: str = "") -> dict[str, Any]:
    """Return the row of a company-year, with a name only that of this set; {} without one."""
    return next((row for row in _summary_rows(processed) if (row.get("company"), row.get("year")) == (company, year)
                 and set_name in ("", row.get("set"))), {})


def _in_ledger(project: Project, company: str, year: int, set_name: str) -> Iterator[tuple[str, str]]:
    """Yield the identities that signatures, reviews and pinned views name."""
    try:
        yield from ((f"{SIGNATURES} of {s.at[:10]}", s.identity) for s in signatures(project, company, year)
                    if s.set == set_name)
    except CarbonError as error:
        yield SIGNATURES, str(error.what)
    for folder in (REVIEWS, VIEWS):
        for path in sorted((project.ledger(company) / folder).glob(f"{year}-*.json")):
            content = _json(path)
            if content.get("set") == set_name:
                yield f"{folder}/{path.name}", str(content.get("identity", ""))


def _json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, RecursionError):
        return {}


def disagreements(project: Project, manifest: dict[str, Any], folder: Path) -> list[str]:
    """List the places that name another identity than a set has, or another summary, and links that lead elsewhere."""
    company, year, sha256 = str(manifest["company"]), int(manifest["year"]), identity(folder)
    problems = [f"{place}: it names the identity {short(its_identity)}, {MANIFEST} has {short(sha256)}"
                for place, its_identity in named_by(project, company, year, folder).items()
                if its_identity != sha256 and place != record_of(folder).name]
    row = _summary_row(project.root / "data" / "processed", company, year, folder.name)
    summary = manifest.get("summary", {})
    other = [name for name in SUMMARY_FIELDS if row and row.get(name) != summary.get(name)]
    if other:
        problems.append(f"{SUMMARY}: {', '.join(other)} of {company}/{year} differ from {MANIFEST}")
    place = project.processed(company, year)
    if place != folder.parent:
        is_inside = folder.is_relative_to(project.root / "data" / "processed")
        return [*problems, *[f"{MANIFEST}: it is that of {company}/{year}, which has another folder"][:is_inside]]
    problems += _kept_for(project, company, year, manifest, folder)
    if current_set(place) == folder:
        problems += _other_set_in_force(project, company, year, folder) + _links(place, folder)
    return problems


def _kept_for(project: Project, company: str, year: int, manifest: Mapping[str, Any], folder: Path) -> list[str]:
    """List what is kept for a set and is not what its name states: the notebook it was made with, and its signature."""
    problems = []
    for sha256 in dict(manifest["dependencies"].get("notebook", {})).values():
        copy = copy_of(project, company, str(sha256))
        if copy.is_file() and sha256_file(copy) != sha256:
            problems.append(f"{NOTEBOOKS}/{copy.name}: its bytes are not those of its name")
    if (folder / SIGNED).is_file():
        try:
            signed = Signature(**_json(folder / SIGNED))
            is_known = signed in signatures(project, company, year) and signed.is_of(folder.name, identity(folder))
        except (CarbonError, TypeError):
            is_known = False
        problems += [] if is_known else [f"{SIGNED}: it is no signature of this set in {SIGNATURES}"]
    return problems


def _other_set_in_force(project: Project, company: str, year: int, folder: Path) -> list[str]:
    """List the places by which another set is the current one, and a journal that lost its line.

    After a kill between the switch and the report, the journal's last word is that the run has begun.
    """
    processed = project.root / "data" / "processed"
    journal, row = Journal(processed), _summary_row(processed, company, year)
    problems = []
    if row.get("set") and row["set"] != folder.name:
        problems.append(f"{SUMMARY}: it names {row['set']}, the current set is {folder.name}")
    if journal.path.exists() or row:
        state = journal.last().get(f"{company}/{year}", {})
        if f"{company}/{year}/{folder.name}" not in journal.identities() and state.get("status") != PENDING:
            problems.append(f"{JOURNAL}: it has no line of {folder.name}")
    try:
        signed = in_force(project, company, year)
    except CarbonError:
        return problems  # named by `named_by`
    if signed is not None and signed.set != folder.name:
        problems.append(f"{SIGNATURES}: {signed.set} is signed and not reopened, the current set is {folder.name}")
    return problems


def missing_sets(project: Project, folders: Iterable[Path]) -> Iterator[tuple[str, int, str]]:
    """Yield the company-years of the run summary whose set is not among the folders of the current sets."""
    here = {place for folder in folders for place in (folder, folder.parent)}
    for row in _summary_rows(project.root / "data" / "processed"):
        company, year = row.get("company"), row.get("year")
        if row.get("set") and isinstance(company, str) and type(year) is int and \
                project.processed(company, year) not in here:
            yield company, year, str(row["set"])


def index_problems(project: Project, company: str, year: int) -> list[str]:
    """Return what is wrong where the index shows anything of a company-year, or around them all, that the run summary
    and the sets do not give.

    A page of another release of carbon is not compared, nor are links: a review or a PDF may be newer.
    """
    processed = project.root / "data" / "processed"
    rows, folder = _json(processed / SUMMARY).get("runs", []), current_set(project.processed(company, year))
    if not (rows and folder and (processed / INDEX).is_file()) or \
            read_manifest(folder)["dependencies"].get("code") != code_hash():
        return []
    page = _page(processed)
    language = "fr" if '<html lang="fr">' in page else "en"
    try:
        remade_page, shown_page = (_LINK_CELLS.sub("", text) for text in (index_text(project, rows, language), page))
    except (KeyError, TypeError, ValueError, AttributeError):
        return [f"{SUMMARY}: it is not as it is written by a run"]
    unlike = set(_ROWS.split(remade_page)) - set(_ROWS.split(shown_page))
    others = {part for part in unlike if "data-identity=" in part and f'data-identity="{company}/{year} ' not in part}
    if remade_page == shown_page or (others and others == unlike):
        return []
    return [f"{INDEX}: it shows what {SUMMARY} and the sets do not give (`carbon run` writes it again)"]


def portfolio_problems(project: Project, company_years: Iterable[tuple[str, int]]) -> list[str]:
    """Return what is wrong where the comparison of companies shows what the run summary does not give.

    A page next to a set of another release of carbon is not compared.
    """
    from carbon.reports.page.portfolio import render_portfolio

    processed = project.root / "data" / "processed"
    folders = [current_set(project.processed(*key)) for key in company_years]
    if not (processed / PORTFOLIO).is_file() or any(
            folder is None or read_manifest(folder)["dependencies"].get("code") != code_hash() for folder in folders):
        return []
    page = (processed / PORTFOLIO).read_text("utf-8", errors="replace")
    try:
        remade_page = render_portfolio(_summary_rows(processed), language="fr" if '<html lang="fr">' in page else "en")
    except (KeyError, TypeError, ValueError, AttributeError):
        return [f"{SUMMARY}: it is not as it is written by a run"]
    return [] if page == remade_page else [
        f"{PORTFOLIO}: it shows what {SUMMARY} does not give (delete it, and `carbon run` writes it again)"]


def _links(year_folder: Path, folder: Path) -> list[str]:
    """List the fixed names next to the sets that are no links into the current one: a page there would be any page."""
    names = {*FIXED_LINKS, *(path.name for path in (*folder.glob(OTHER_PAGES), *year_folder.glob(OTHER_PAGES)))}
    return [f"{name}: next to the sets, it is no link into the current one" for name in sorted(names)
            if (folder / name).is_file() or (year_folder / name).exists()
            if not (year_folder / name).is_symlink()
            or (year_folder / name).readlink() != Path(CURRENT) / name]
