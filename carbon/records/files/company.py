"""Everything a company sent for one year: each file read as params declare it, every row accounted for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from carbon.core import periods, schemas
from carbon.core.display import as_html, one_line
from carbon.core.errors import FileRefused, UsageError
from carbon.core.text_columns import stack, text_table
from carbon.params.files.company_overrides import read_overrides
from carbon.params.files.load import load_company, params_files
from carbon.params.files.project import Project, find_project, sha256_of
from carbon.params.shapes.company import CompanyParams, FilePattern
from carbon.params.shapes.instrument import Instrument
from carbon.records.files import claims
from carbon.records.files.duplicates import meters_across, settle_duplicates, unread_columns
from carbon.records.files.file import read_file, refused_with_hint
from carbon.records.files.file_read import FileRead, Outcome
from carbon.records.files.statements import ledger_of_statements, with_statements
from carbon.records.grids.sources import OF_SYSTEMS, is_data_file
from carbon.records.kinds import contract
from carbon.records.kinds.contract import KINDS, UNCERTAINTY, ProjectContext, lands_in
from carbon.records.kinds.measures import difference
from carbon.records.kinds.messages import Warned, refusal
from carbon.records.rules.statement_checks import instrument_of_record


@dataclass(frozen=True)
class CompanyRecords:
    """What a company sent for one year, read.

    `records` holds a table of `schemas.RECORDS` a kind; `ledger` the rows that ended at the reader (excluded and
    rejected); read = records + ledger, in rows and in amounts.
    """

    company: str
    year: int
    params: CompanyParams
    records: dict[str, pd.DataFrame]
    ledger: pd.DataFrame
    rejects: pd.DataFrame
    sources: pd.DataFrame
    reported: pd.DataFrame
    warnings: pd.DataFrame
    inputs: dict[str, str]
    statements: dict[str, pd.DataFrame] = field(default_factory=dict)
    """What describes the company: headcount, instruments, entities."""
    fx: pd.DataFrame | None = None
    """The company's own exchange rates (`money.FX`)."""
    decisions: pd.DataFrame | None = None
    """Saved decisions of the classification desk (`core.ledgers.DECISIONS`)."""
    assumed: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    """File, kind and assumption of each default of the company that it takes (`FileRead.assumptions`)."""

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(t):,} {k}" for k, t in self.records.items())
        return one_line(f"CompanyRecords({self.company} {self.year}: {counts or 'no records'}; "
                        f"{len(self.ledger):,} rows ended)")

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.sources.drop(columns="sha256"))


def read_company(company: str, year: int, *, project: Project | None = None) -> CompanyRecords:
    """Read data/raw/<company>/<year>/ as params/<company>.yml declares it.

    Raises UsageError: Unknown company, a year that is no whole number, or no folder for it; ParamsError: A parameter
    file is refused; FileRefused: A file cannot be read with certainty, is not declared, or misses its control total.
    """
    if not isinstance(year, Integral):
        raise UsageError(f"The year of {company} is {year!r}, not a whole number",
                         hint=f'write it without quotes: read_company("{company}", 2024)')
    project = project or find_project()
    params, folder = load_company(project, company), project.raw(company, year)
    if not folder.is_dir():
        have = sorted(p.name for p in folder.parent.glob("[0-9]*")) if folder.parent.is_dir() else []
        raise UsageError(f"No records of {company} for {year}: {project.name_of(folder)} does not exist",
                         hint=f"put the files there; years here: {', '.join(have) or 'none'}")
    assigned, notices, refused = assign_files(project, params, folder, year)
    for undeclared in refused.values():
        raise undeclared
    if not assigned:
        raise UsageError(f"{project.name_of(folder)} holds no data files",
                         hint=f"put the files of {year} there, or take the year out of params/runs.yml")
    reads = [(options, read_assigned(project, params, path, options, year, folder)) for path, options in assigned]
    hashes = {file_read.name: sha256_of(path) for (path, _), (_, file_read) in zip(assigned, reads, strict=True)}
    settled = settle_duplicates(reads, hashes)
    notices += unread_columns([file_read for _, file_read in reads])
    notices += meters_across([file_read for file_read in settled if file_read.kind == contract.ENERGY.kind])
    reported: list[FileRead] = []
    for *_, file_read in read_reported_files(project, params):
        if isinstance(file_read, FileRefused):
            raise file_read
        reported.append(file_read)
    return collected(project, params, year, settled, reported, notices, hashes)


def collected(project: Project, params: CompanyParams, year: int, reads: list[FileRead], reported: list[FileRead],
              notices: list[Warned], hashes: dict[str, str]) -> CompanyRecords:
    """Return the records of files already read, `hashes` by name, with what params, rates and decisions add to them.

    Raises ParamsError, FileRefused: A table of the company, or an instrument of another year, is refused.
    """
    hashes = hashes | {r.name: sha256_of(project.root / r.name) for r in reported}
    files = [*reads, *reported]
    kinds = [k for k in KINDS if any(lands_in(r.kind) == k for r in reads)]
    records = {k: _joined([r.records for r in reads if lands_in(r.kind) == k]) for k in kinds}
    statements = {k: t for k, t in records.items() if k in contract.STATEMENTS}
    warned = dict.fromkeys([*notices, *(w for r in files for w in r.warnings)])
    inputs = hashes | {project.name_of(p): sha256_of(p) for p in params_files(project, params.company)}
    overrides = read_overrides(project, params)
    return _with_claims(CompanyRecords(
        params.company, year, with_statements(params, statements),
        {k: t for k, t in records.items() if k not in contract.STATEMENTS},
        _joined([*(r.ledger for r in files), ledger_of_statements(statements, params)]),
        _joined([*(r.rejects for r in files), schemas.REJECTS.empty()]),
        _sources(files, hashes), _joined([*(r.records for r in reported), contract.REPORTED.table.empty()]),
        text_table([(w.code, w.text) for w in warned], ["code", "text"]),
        dict(sorted((inputs | overrides.inputs).items())), statements,
        overrides.fx, overrides.decisions, tuple(
            (r.name, lands_in(r.kind), line) for r in reads for line in r.assumptions)), project)


_Assigned = list[tuple[Path, FilePattern]]


def assign_files(project: Project, params: CompanyParams, folder: Path,
                 year: int) -> tuple[_Assigned, list[Warned], dict[str, FileRefused]]:
    """Return each data file with the entries of params that claim it; notices; files that no or two patterns claim."""
    assigned: _Assigned = []
    notices: list[Warned] = []
    refused: dict[str, FileRefused] = {}
    for path in inside(folder):
        name = path.relative_to(folder).as_posix()
        claims = claims_of(params, name, year)
        if len({c.pattern for c in claims}) == 1:  # a file of several kinds has an entry for each
            assigned += [(path, claim) for claim in claims]
        elif claims:
            refused[project.name_of(path)] = refusal("pattern_ambiguous", project.name_of(path), count=len(claims),
                                                     patterns=[c.pattern for c in claims])
        elif is_data_file(path):
            undeclared = refusal("file_undeclared", project.name_of(path), company=params.company)
            refused[project.name_of(path)] = refused_with_hint(
                undeclared, path, FilePattern(pattern="*", kind=""), project)
        else:
            notices.append(Warned("file_skipped", f"{project.name_of(path)} is no data file and was not read"))
    notices += [Warned("file_skipped", f"{project.name_of(path)} is hidden or a lock and was not read")
                for path in inside(folder, hidden=True)]
    return assigned, notices, refused


def claims_of(params: CompanyParams, name: str, year: int) -> list[FilePattern]:
    """Return the entries of params that claim a file of a year's folder, by its path there."""
    return [f for f in params.files if f.kind not in (contract.REPORTED.kind, *contract.DIGITAL) and (
        fnmatchcase(name, f.pattern.replace("{year}", str(year)))
        or (f.from_path is not None and f.pattern in ("*", "**") and path_parts(f.from_path, name) is not None))]


def context_of(params: CompanyParams, year: int | None, parts: dict[str, str] | None = None) -> ProjectContext:
    """Return what a company's params state about its files of a year; `parts` are those of a file's path."""
    first, last = periods.reporting_year(year, params.reporting_year_starts) if year else (None, None)
    return ProjectContext(params.company, first, last, {name: site.country for name, site in params.sites.items()},
                          declared=True, from_path=parts or {}, home=params.home, currency=params.currency,
                          namesakes=params.travel.namesakes,
                          group=any(f.kind == contract.ENTITIES.kind for f in params.files))


def inside(folder: Path, *, hidden: bool = False) -> list[Path]:
    """Return the files below a folder that may be read; a link that leaves the folder is refused.

    `hidden`: those that are never read: hidden ones, locks such as ~$ledger.xlsx, and what a system leaves there.
    """
    files = [path for path in sorted(folder.rglob("*")) if not path.is_dir() and hidden == (
        path.name.casefold() in OF_SYSTEMS or any(
            part.startswith((".", "~$")) for part in path.relative_to(folder).parts))]
    if outside := [path for path in files if not hidden and not path.resolve().is_relative_to(folder.resolve())]:
        raise refusal("link_outside", outside[0].name)
    return files


def path_parts(pattern: str, name: str) -> dict[str, str] | None:
    """Return the named parts of a file's path, e.g. "{site}/{carrier}/{year}.csv"; None where the path does not fit."""
    pieces = re.split(r"\{(\w+)\}", pattern)
    regex = "".join(f"(?P<{p}>[^/]+?)" if i % 2 else re.escape(p).replace(r"\*", "[^/]*") for i, p in enumerate(pieces))
    match = re.fullmatch(regex, name)
    return match.groupdict() if match else None


def read_assigned(project: Project, params: CompanyParams, path: Path, options: FilePattern, year: int,
                  folder: Path) -> FileRead:
    """Read one file of a company's year, as its pattern declares it.

    Raises FileRefused: The file cannot be read with certainty, or misses its control total.
    """
    below = path.relative_to(folder).as_posix()
    parts = path_parts(options.from_path, below) if options.from_path else {}
    if parts is None:
        raise refusal("path_unfit.from_path", project.name_of(path), pattern=options.from_path)
    file_read = read_file(path, project.name_of(path), options, context_of(params, year, parts),
                          record_prefix=f"{year}/{below}")
    _check_controls(file_read, options)
    return file_read


def instrument_files(project: Project, params: CompanyParams, year: int) -> _Assigned:
    """Return the files of a company's year that state instruments."""
    folder = project.raw(params.company, year)
    is_stated = folder.is_dir() and any(f.kind == contract.INSTRUMENTS.kind for f in params.files)
    assigned = assign_files(project, params, folder, year)[0] if is_stated else []
    return [(path, options) for path, options in assigned if options.kind == contract.INSTRUMENTS.kind]


def instruments_stated(project: Project, params: CompanyParams, year: int) -> list[tuple[str, Instrument]]:
    """Read the instruments that a company's files of one year state, with the name of the file.

    Raises FileRefused: See `read_assigned`.
    """
    files = [read_assigned(project, params, path, options, year, project.raw(params.company, year))
             for path, options in instrument_files(project, params, year)]
    return [(r.name, instrument_of_record(line)) for r in files for line in r.records.to_dict("records")]


def earlier_claims(project: Project, params: CompanyParams, year: int) -> list[claims.Claim]:
    """Return the claims of a company's own files of the years before. Raises FileRefused: See `read_assigned`."""
    return [claims.Claim(params.company, name, it) for before in claims.years_of(project, params.company, before=year)
            for name, it in instruments_stated(project, params, before)]


def marked_claims(project: Project, params: CompanyParams, instruments: list[Instrument],
                  earlier: list[claims.Claim]) -> tuple[list[Instrument], list[Warned]]:
    """Return instruments, marked where another claim is of the same certificates, and warnings of these."""
    elsewhere, unread = claims.claims_elsewhere(project, params.company, partial(instruments_stated, project))
    marked = claims.marked(instruments, params.company, earlier, elsewhere)
    twice = [Warned("certificate_claimed_twice", f"{it.kind} {it.id} of {params.company} is also claimed by "
                    f"{it.also_claimed}: it is not applied; keep it where its certificates were cancelled for")
             for it in marked if it.also_claimed]
    return marked, [*unread, *twice]


def _with_claims(records: CompanyRecords, project: Project) -> CompanyRecords:
    """Mark the instruments that another company or year of the project claims as well."""
    company, mine = records.company, records.params.instruments
    if not mine:
        return records
    earlier = earlier_claims(project, records.params, records.year)
    marked, warned = marked_claims(project, records.params, mine, earlier)
    files = claims.claim_files(project, company, lambda p, y: [f for f, _ in instrument_files(project, p, y)])
    return replace(
        records, params=records.params.model_copy(update={"instruments": marked}),
        warnings=pd.concat([records.warnings, text_table([(w.code, w.text) for w in warned], ["code", "text"])],
                           ignore_index=True) if warned else records.warnings,
        inputs=dict(sorted((records.inputs | {project.name_of(f): sha256_of(f) for f in files}).items())))


def _check_controls(file_read: FileRead, options: FilePattern) -> None:
    """Compare the rows and the sum of a file with those that params declare for it."""
    if options.control_rows is not None and file_read.rows_read != options.control_rows:
        raise refusal("control_rows", file_read.name, rows_read=file_read.rows_read, control_rows=options.control_rows)
    if options.control_total is not None and (problem := difference(options.control_total, file_read.read_totals)):
        raise FileRefused(f"{file_read.name}: {problem}", code="control_total",
                          what_to_do="ask for the missing rows, or correct `control_total`")


def read_reported_files(project: Project, params: CompanyParams) -> list[Outcome]:
    """Read the files of a company's `reported` folder: inventories known only as totals."""
    folder = project.reported(params.company)
    outcomes: list[Outcome] = []
    for path in inside(folder) if folder.is_dir() else []:
        if is_data_file(path):
            name, below = project.name_of(path), path.relative_to(folder).as_posix()
            options = next((f for f in params.files if f.kind == contract.REPORTED.kind and (
                fnmatchcase(below, f.pattern) or f.pattern.endswith(f"/{below}"))),
                FilePattern(pattern="*", kind=contract.REPORTED.kind))
            context = ProjectContext(params.company, declared=True)
            try:
                file_read = read_file(path, name, options, context, record_prefix=f"reported/{below}")
                outcomes.append((name, None, file_read))
            except FileRefused as refused:
                outcomes.append((name, None, refused))
    return outcomes


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Join tables of one contract: each was validated when it was made, and no key spans them."""
    filled = [t for t in tables if len(t)] or tables[:1]
    if any(UNCERTAINTY in t for t in filled):
        filled = [t if UNCERTAINTY in t else t.assign(**{UNCERTAINTY: float("nan")}) for t in filled]
    return filled[0] if len(filled) == 1 else stack(filled)


def _sources(files: list[FileRead], hashes: dict[str, str]) -> pd.DataFrame:
    counts: dict[tuple[str, ...], Any] = {}
    for r in files:  # entries of one kind that share a file are one source
        key = (r.name, r.kind, hashes[r.name], r.dialect)
        counts[key] = np.add(counts.get(key, 0), [r.rows_read, r.rows_accepted, r.rows_excluded, r.rows_rejected])
    table = pd.DataFrame([(*key, *rows) for key, rows in counts.items()], columns=list(schemas.SOURCES.columns))
    return schemas.SOURCES.validate(schemas.retyped(table, schemas.SOURCES.dtypes))
