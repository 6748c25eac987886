"""Where the identity of a published set is named, and whether each place names the same one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from carbon.core.errors import CarbonError
from carbon.params.files.project import Project, sha256_of
from carbon.reports.page.index import PORTFOLIO
from carbon.runs.company_year.job import PENDING
from carbon.runs.company_year.journal import JOURNAL, SUMMARY, SUMMARY_FIELDS, Journal
from carbon.runs.company_year.stale import NOTEBOOKS, VIEWS
from carbon.runs.company_year.templates import copy_of
from carbon.runs.publish.hashing import code_hash
from carbon.runs.publish.identity import MANIFEST, identity, record_of, recorded, short
from carbon.runs.publish.sets import CURRENT, FIXED_LINKS, OTHER_PAGES, SIGNED, current_set, read_manifest
from carbon.runs.publish.signoff import REVIEWS, SIGNATURES, Signature, in_force, signatures
from carbon.runs.schedule.index_page import INDEX, index_text

_COMPANY = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_LINK_CELLS = re.compile(r'<td class="links">.*?</td>', re.DOTALL)
_ROWS = re.compile("</?tr>")
_SHOWN = re.compile(r'data-identity="(\S+/\d+) ')
_ON_INDEX = re.compile(r'data-identity="(\S+/\d+) ([0-9a-f]{64})"')


def company_year_of(manifest: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return the company and year that a manifest names; None where it is not that of a company-year."""
    company, year = manifest.get("company"), manifest.get("year")
    is_named = isinstance(company, str) and _COMPANY.fullmatch(company) and type(year) is int
    parts = (manifest.get("dependencies"), manifest.get("summary", {}))
    return (str(company), int(year or 0)) if is_named and all(isinstance(part, dict) for part in parts) else None


class Places:
    """Journal, run summary and index of a project, each read once for all the sets that they name."""

    def __init__(self, project: Project) -> None:
        self.project, self.processed = project, project.root / "data" / "processed"
        journal, index = Journal(self.processed), self.processed / INDEX
        self.has_journal = journal.path.exists()
        self.journalled, self.last = journal.identities(), journal.last()
        self.page = index.read_text("utf-8", errors="replace") if index.is_file() else ""
        self.indexed = dict(_ON_INDEX.findall(self.page))
        self.rows = _json(self.processed / SUMMARY).get("runs", [])
        self.by_year: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for row in self.rows if isinstance(self.rows, list) else ():
            if isinstance(row, dict) and isinstance(row.get("company"), str) and type(row.get("year")) is int:
                self.by_year.setdefault((row["company"], row["year"]), []).append(row)

    def row(self, company: str, year: int, set_name: str = "") -> dict[str, Any]:
        """Return the summary's row of a company-year, with a name only that of this set; {} without one."""
        return next((row for row in self.by_year.get((company, year), ()) if set_name in ("", row.get("set"))), {})


def named_by(places: Places, company: str, year: int, folder: Path) -> dict[str, str]:
    """Return the identity that each place names for a set: {place: SHA-256}; places that are silent are left out."""
    row = places.row(company, year, folder.name)
    places_named = {record_of(folder).name: recorded(folder),
                    JOURNAL: places.journalled.get(f"{company}/{year}/{folder.name}", ""),
                    SUMMARY: str(row.get("manifest_sha256", ""))}
    if current_set(places.project.processed(company, year)) == folder:
        places_named[INDEX] = places.indexed.get(f"{company}/{year}", "")
    places_named |= dict(_in_ledger(places.project, company, year, folder.name))
    return {place: sha256 for place, sha256 in places_named.items() if sha256}


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


def disagreements(places: Places, manifest: dict[str, Any], folder: Path) -> list[str]:
    """List the places that name another identity than a set has, or another summary, and links that lead elsewhere."""
    project, sha256 = places.project, identity(folder)
    company, year = str(manifest["company"]), int(manifest["year"])
    problems = [f"{place}: it names the identity {short(its_identity)}, {MANIFEST} has {short(sha256)}"
                for place, its_identity in named_by(places, company, year, folder).items()
                if its_identity != sha256 and place != record_of(folder).name]
    row = places.row(company, year, folder.name)
    summary = manifest.get("summary", {})
    other = [name for name in SUMMARY_FIELDS if row and row.get(name) != summary.get(name)]
    if other:
        problems.append(f"{SUMMARY}: {', '.join(other)} of {company}/{year} differ from {MANIFEST}")
    place = project.processed(company, year)
    if place != folder.parent:
        is_inside = folder.is_relative_to(places.processed)
        return [*problems, *[f"{MANIFEST}: it is that of {company}/{year}, which has another folder"][:is_inside]]
    problems += _kept_for(project, company, year, manifest, folder)
    if current_set(place) == folder:
        problems += _other_set_in_force(places, company, year, folder) + _links(place, folder)
    return problems


def _kept_for(project: Project, company: str, year: int, manifest: Mapping[str, Any], folder: Path) -> list[str]:
    """List what is kept for a set and is not what its name states: the notebook it was made with, and its signature."""
    problems = []
    for sha256 in dict(manifest["dependencies"].get("notebook", {})).values():
        copy = copy_of(project, company, str(sha256))
        if copy.is_file() and sha256_of(copy) != sha256:
            problems.append(f"{NOTEBOOKS}/{copy.name}: its bytes are not those of its name")
    if (folder / SIGNED).is_file():
        try:
            signed = Signature(**_json(folder / SIGNED))
            is_known = signed in signatures(project, company, year) and signed.is_of(folder.name, identity(folder))
        except (CarbonError, TypeError):
            is_known = False
        problems += [] if is_known else [f"{SIGNED}: it is no signature of this set in {SIGNATURES}"]
    return problems


def _other_set_in_force(places: Places, company: str, year: int, folder: Path) -> list[str]:
    """List the places by which another set is the current one; a journal may end in the beginning of a killed run."""
    row, times = places.row(company, year), len(places.by_year.get((company, year), ()))
    problems = [f"{SUMMARY}: it has {company}/{year} {times} times"] if times > 1 else []
    if row.get("set") and row["set"] != folder.name:
        problems.append(f"{SUMMARY}: it names {row['set']}, the current set is {folder.name}")
    if places.has_journal or row:
        state = places.last.get(f"{company}/{year}", {})
        if f"{company}/{year}/{folder.name}" not in places.journalled and state.get("status") != PENDING:
            problems.append(f"{JOURNAL}: it has no line of {folder.name}")
    try:
        signed = in_force(places.project, company, year)
    except CarbonError:
        return problems  # named by `named_by`
    if signed is not None and signed.set != folder.name:
        problems.append(f"{SIGNATURES}: {signed.set} is signed and not reopened, the current set is {folder.name}")
    return problems


def missing_sets(places: Places, folders: Iterable[Path]) -> Iterator[tuple[str, int, str]]:
    """Yield the company-years of the run summary whose set is not among the folders of the current sets."""
    here = {place for folder in folders for place in (folder, folder.parent)}
    for (company, year), rows in places.by_year.items():
        if places.project.processed(company, year) not in here:
            yield from ((company, year, str(row["set"])) for row in rows if row.get("set"))


def page_problems(places: Places, company_years: Sequence[tuple[str, int]]) -> dict[tuple[str, int], list[str]]:
    """Return what is wrong on the index and on the comparison of companies, by the company-year that shows it.

    Each page is made once, from the run summary and the sets. What is wrong around the lines of the index is named at
    every company-year, the comparison at the first. A page next to a set of another release of carbon is not compared,
    nor are links: a review or a PDF may be newer.
    """
    same_code = [key for key in company_years if _is_of_this_code(places.project, *key)]
    try:
        unlike = _unlike_lines(places) if same_code else set()
        is_other = len(same_code) == len(company_years) > 0 and _is_other_portfolio(places)
    except (KeyError, TypeError, ValueError, AttributeError):
        return {key: [f"{SUMMARY}: it is not as it is written by a run"] for key in same_code}
    years_shown = {name for line in unlike for name in _SHOWN.findall(line) or [""]}
    index = f"{INDEX}: it shows what {SUMMARY} and the sets do not give (`carbon run` writes it again)"
    portfolio = f"{PORTFOLIO}: it shows what {SUMMARY} does not give (delete it, and `carbon run` writes it again)"
    problems = {key: [index] for key in same_code if years_shown & {"", f"{key[0]}/{key[1]}"}}
    return problems | {key: [*problems.get(key, []), portfolio] for key in company_years[:is_other]}


def _is_of_this_code(project: Project, company: str, year: int) -> bool:
    folder = current_set(project.processed(company, year))
    return folder is not None and read_manifest(folder)["dependencies"].get("code") == code_hash()


def _unlike_lines(places: Places) -> set[str]:
    """Return the lines that the index should have and has not; "" where it has others only."""
    if not (places.rows and places.page):
        return set()
    remade_page, shown_page = (_LINK_CELLS.sub("", text) for text in (
        index_text(places.project, places.rows, _language(places.page)), places.page))
    return set() if remade_page == shown_page else ({*_ROWS.split(remade_page)} - {*_ROWS.split(shown_page)}) or {""}


def _is_other_portfolio(places: Places) -> bool:
    from carbon.reports.page.portfolio import render_portfolio

    path = places.processed / PORTFOLIO
    page = path.read_text("utf-8", errors="replace") if path.is_file() else ""
    rows = [row for row in places.rows if isinstance(row, dict)]
    return bool(page) and page != render_portfolio(rows, language=_language(page))


def _language(page: str) -> str:
    return "fr" if '<html lang="fr">' in page else "en"


def _links(year_folder: Path, folder: Path) -> list[str]:
    """List the fixed names next to the sets that are no links into the current one: a page there would be any page."""
    names = {*FIXED_LINKS, *(path.name for path in (*folder.glob(OTHER_PAGES), *year_folder.glob(OTHER_PAGES)))}
    return [f"{name}: next to the sets, it is no link into the current one" for name in sorted(names)
            if (folder / name).is_file() or (year_folder / name).exists()
            if not (year_folder / name).is_symlink()
            or (year_folder / name).readlink() != Path(CURRENT) / name]
