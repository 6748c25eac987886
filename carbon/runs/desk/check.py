"""Read files, account for every row, calculate nothing: the object that `carbon check --json` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from carbon.core import periods
from carbon.core.errors import CarbonError, FileRefused, ParamsError, UsageError
from carbon.core.text import instead
from carbon.params.files.load import check_company, check_params, companies, load_company, load_runs, readable_part
from carbon.params.files.project import Project, find_project, sha256_of
from carbon.params.files.sources import read_extended
from carbon.params.files.strict_yaml import read_yaml
from carbon.params.shapes.company import CompanyParams, FilePattern, RunParams
from carbon.params.shapes.files import kind_names
from carbon.records.files import claims
from carbon.records.files import company as company_files
from carbon.records.files.company import CompanyRecords, assign_files, collected, read_assigned, read_reported_files
from carbon.records.files.digital import digital_files
from carbon.records.files.duplicates import across_files, copies, settle_duplicates, strangers, unread_columns
from carbon.records.files.file import read_file, read_with_hint, refused_with_hint
from carbon.records.files.file_read import FileRead, Outcome
from carbon.records.grids.sources import is_data_file
from carbon.records.kinds.contract import INSTRUMENTS, ProjectContext
from carbon.records.kinds.messages import Warned, refusal, warned
from carbon.records.rules.statement_checks import instrument_of_record
from carbon.records.values.dates import FIRST_YEAR, LAST_YEAR
from carbon.runs.desk.checked import Checked, as_object, empty, plain_exclusions, refused_file, sound_text

PARAMS, OF_PARAMS = "params", "params_refused"
"""Kind of parameter files in the result, and the code of one that is refused."""


def check_paths(paths: Sequence[str | Path], kind: str, *, company: str | None = None,
                year: int | None = None) -> Checked:
    """Check files or folders as one kind, and return the object of the public contract: files, rejects, warnings.

    Nothing is declared: whatever is unclear is refused, and no project is needed. "params": parameter files, those of
    the paths and of `company`; a file that is refused is listed as such.

    Raises UsageError: An unknown kind, or nothing to check.
    """
    if kind == PARAMS:
        return _check_params_files(paths, company)
    if kind not in kind_names():
        raise UsageError(f"Unknown kind {kind!r}", hint=instead(kind, (*kind_names(), PARAMS)))
    return _check_alone([Path(p) for p in paths], kind, year)


@dataclass(frozen=True)
class CheckedYear:
    """The files of a company-year, checked; and its records, if all of its files were asked for."""

    company: str
    year: int
    checked: Checked
    records: CompanyRecords | None = None
    """Of the files that are not refused; None where a part of the files was asked for, or `error` states why not."""
    error: CarbonError | None = None
    patterns: Mapping[str, FilePattern] = field(default_factory=dict)
    """Name of each file -> its entry of params."""


def check_company_years(paths: Sequence[str | Path], company: str | None, year: int | None,
                        project: Project) -> Iterator[CheckedYear]:
    """Check the files of company-years of a project one after the other.

    `paths`: Files or folders; none: all raw files of `company` and `year`, or of every company-year of runs.yml.

    Raises UsageError: The project does not declare a path.
    """
    for name, when, chosen_paths in _company_years(project, paths, company, year):
        yield _check_company_year(project, name, when, chosen_paths)


def _check_alone(paths: Sequence[Path], kind: str, year: int | None) -> Checked:
    if not paths:
        raise UsageError("No path to check", hint=f"carbon check FILE --kind {kind}")
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        raise UsageError(f"No reporting year {year}", hint=f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    first, last = periods.reporting_year(year, "01-01") if year is not None else (None, None)
    context = ProjectContext(first_day=first, last_day=last)
    options = FilePattern(pattern="*", kind=kind)
    outcomes: list[Outcome] = []
    notices: list[Warned] = []
    files = list(dict.fromkeys(_files_of(paths, outcomes, notices)))
    outcomes += [(path.as_posix(), None, _outcome(partial(read_file, path, path.as_posix(), options, context), path,
                                                  options)) for path in files]
    # A file alone is no other file's copy: of millions of rows, its hash is a tenth of the time.
    settled, _ = _settled(outcomes, Path() if len(outcomes) > 1 else None)
    notices += across_files(_read_of(settled))
    notices += [n for file_read in _read_of(outcomes) if file_read.kind == "travel" for n in _unmeasured(file_read)]
    return sound_text(plain_exclusions(as_object(settled, kind, notices=notices)))


def _unmeasured(file_read: FileRead) -> Iterator[Warned]:
    """Warn of trips without a distance, which no total holds, and of those without two known ends: rejects."""
    records, rejects = file_read.records, file_read.rejects
    unmeasured = records["distance"].isna() & (records["mode"] != "hotel") & records["amount"].isna()
    if unmeasured.any():
        yield warned("distance_computed", file_read.name, count=int(unmeasured.sum()))
    of_ends = rejects["column"].isin(["origin", "destination"]) & rejects["amount"].isna()
    lost_trips = rejects.loc[of_ends, ["source_sheet", "source_line"]].drop_duplicates()
    if len(lost_trips):
        yield warned("distance_unknown", file_read.name, count=len(lost_trips))


def _files_of(paths: Iterable[Path], outcomes: list[Outcome], notices: list[Warned]) -> Iterator[Path]:
    """Yield the given files and the data files of folders; any other file of a folder is a notice."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        try:
            files = company_files.inside(path)
        except FileRefused as refused:
            outcomes.append((path.as_posix(), None, refused))
            continue
        data = [p for p in files if is_data_file(p)]
        if not data:
            outcomes.append((path.as_posix(), None, refusal("folder_empty", path.as_posix())))
        yield from data
        notices += [Warned("file_skipped", f"{p.as_posix()} is no data file and was not read") for p in files
                    if not is_data_file(p)]


def _outcome(read: Callable[[], FileRead], path: Path, options: FilePattern,
             project: Project | None = None) -> FileRead | FileRefused:
    try:
        return read_with_hint(read(), path, options, project)
    except FileRefused as refused:
        return refused_with_hint(refused, path, options, project)
    except CarbonError as wrong:
        return FileRefused(wrong.what, code="refused", what_to_do=wrong.hint)


def _settled(outcomes: list[Outcome], root: Path | None) -> tuple[list[Outcome], dict[str, str]]:
    """Refuse files sent twice and cells counted twice, and flag or reject rows sent twice; the hashes of files below
    `root`, without which none is taken, are returned as well.
    """
    reads = [(options or FilePattern(pattern="*", kind=file_read.kind), file_read) for _, options, file_read in outcomes
             if isinstance(file_read, FileRead)]
    hashes = {file_read.name: sha256_of(root / file_read.name) if root is not None else "" for _, file_read in reads}
    refused = copies(reads, hashes)
    settled = iter(settle_duplicates([pair for pair in reads if pair[1].name not in refused], hashes))
    return [(name, options, refused[name] if name in refused else next(settled) if isinstance(outcome, FileRead) else
             outcome) for name, options, outcome in outcomes], hashes


def _read_of(outcomes: list[Outcome]) -> list[FileRead]:
    return [file_read for *_, file_read in outcomes if isinstance(file_read, FileRead)]


def _company_years(project: Project, paths: Sequence[str | Path], company: str | None,
                   year: int | None) -> list[tuple[str, int, list[Path]]]:
    """Return company, year and chosen files (none: all of them)."""
    if paths:
        grouped: dict[tuple[str, int], list[Path]] = {}
        for path in map(Path, paths):
            grouped.setdefault(_owner(project, path, company, year), []).append(path.absolute())
        return [(c, y, chosen_paths) for (c, y), chosen_paths in grouped.items()]
    if company is not None and year is not None:
        return [(company, year, [])]
    try:
        pairs = [(r.company, y) for r in load_runs(project).runs for y in r.years]
    except ParamsError:  # stated by `refused_runs`
        pairs = [(c, y) for c in companies(project) for y in claims.years_of(project, c)]
    if company is not None:
        pairs = [p for p in pairs if p[0] == company]
    elif year is not None:
        pairs = [p for p in pairs if p[1] == year]
    return [(c, y, []) for c, y in pairs]


def refused_runs(project: Project) -> list[dict[str, Any]]:
    """Return params/runs.yml as a refused file where it cannot be read, else nothing."""
    try:
        load_runs(project)
    except ParamsError as wrong:
        return [refused_file(project.name_of(project.runs_file), PARAMS, wrong, OF_PARAMS)]
    return []


def _owner(project: Project, path: Path, company: str | None, year: int | None) -> tuple[str, int]:
    if company is not None and year is not None:
        return company, year
    parts = Path(project.name_of(path)).parts
    if parts[:2] == ("data", "raw") and len(parts) > 3 and parts[3].isdigit():
        return parts[2], int(parts[3])
    raise UsageError(f"{path}: the kind of its records is not known",
                     hint="one company/year, --company alone, --kind, or a path below data/raw/<company>/<year>/")


def _check_company_year(project: Project, company: str, year: int, chosen_paths: list[Path]) -> CheckedYear:
    """Check the files of a company-year, or those that are asked for."""
    folder = project.raw(company, year)
    name = project.name_of(folder)

    def refused_year(refused: FileRefused) -> CheckedYear:
        return CheckedYear(company, year, as_object([(name, None, refused)], company=company))
    params, unsound = _usable(project, company)
    if params is None or (unsound and not folder.is_dir()):
        return CheckedYear(company, year, as_object(unsound, PARAMS, company=company))
    if not folder.is_dir():
        years = sorted(path.name for path in folder.parent.glob("[0-9]*") if path.is_dir())
        remedy = f"{instead(folder.name, years)}; else put the files in {name}" if years else f"put the files in {name}"
        return refused_year(refusal("folder_missing", "", company=company, year=year, name=name, remedy=remedy))
    try:
        assigned, notices, refused = assign_files(project, params, folder, year)
    except FileRefused as wrong_link:
        return refused_year(wrong_link)
    assigned = [(path, pattern) for path, pattern in assigned if pattern.kind]  # no kind: an entry that is refused
    if not assigned and not refused and not unsound:
        return refused_year(refusal("folder_empty.of_year", "", name=name, year=year))
    to_check = [(path, pattern) for path, pattern in assigned if not chosen_paths or any(
        path.absolute() == c or c in path.absolute().parents for c in chosen_paths)]
    outcomes: list[Outcome] = [(file_name, None, why) for file_name, why in refused.items()]
    outcomes += [(project.name_of(path), pattern, _outcome(
        partial(read_assigned, project, params, path, pattern, year, folder), path, pattern, project))
        for path, pattern in to_check]
    settled, hashes = _settled(outcomes, project.root)
    patterns = {project.name_of(p): o for p, o in assigned}
    year_read = _checked(project, params, year, patterns, settled, hashes, notices,
                         is_whole=not unsound and len(to_check) == len(assigned))
    of_params, of_digital = as_object(unsound, PARAMS, company=company), empty()
    if not chosen_paths and year == max(claims.years_of(project, company), default=year):  # of no year: listed once
        of_digital = as_object(digital_files(project, params), company=company, currency=params.currency)
    return replace(year_read, checked={key: of_params[key] + lines + of_digital[key]
                                       for key, lines in year_read.checked.items()})


def _usable(project: Project, company: str) -> tuple[CompanyParams | None, list[Outcome]]:
    """Return the params of a company, or the part of them that reads records, and the files of params with causes."""
    try:
        return load_company(project, company), []
    except ParamsError:
        params, causes = readable_part(project, company)
        return params, [(name, None, FileRefused(wrong.what, code=OF_PARAMS, what_to_do=wrong.hint))
                        for name, wrong in causes]


def _checked(project: Project, params: CompanyParams, year: int, patterns: dict[str, FilePattern],
             settled: list[Outcome], hashes: dict[str, str], notices: list[Warned], *, is_whole: bool) -> CheckedYear:
    """Return the outcomes of files, compared with one another; of a whole year its records as well."""
    reads, records, error = _read_of(settled), None, None
    notices = notices + unread_columns(reads) + across_files(reads)
    if is_whole:
        notices += strangers(reads, (params.company, *params.name.values()))
        reported = read_reported_files(project, params)
        settled += reported
        notices += _claims(project, params, year, _read_of(settled))
        try:
            records = collected(project, params, year, reads, _read_of(reported), [], hashes) if reads else None
        except CarbonError as wrong:
            error = wrong
    checked = as_object(settled, notices=notices, company=params.company, currency=params.currency)
    return CheckedYear(params.company, year, checked, records, error, patterns)


def _claims(project: Project, params: CompanyParams, year: int, reads: list[FileRead]) -> list[Warned]:
    """Warn of certificates that another company or year of the project claims as well."""
    mine = [*params.instruments, *(instrument_of_record(line) for r in reads if r.kind == INSTRUMENTS.kind
                                   for line in r.records.to_dict("records"))]
    if not mine:
        return []
    try:
        earlier, unread = company_files.earlier_claims(project, params, year), []
    except FileRefused as refused:
        earlier, unread = [], [Warned("claims_unread", f"instruments of an earlier year: {refused.what}")]
    return [*unread, *company_files.marked_claims(project, params, mine, earlier)[1]]


def _check_params_files(paths: Sequence[str | Path], company: str | None) -> Checked:
    """Validate parameter files; the parsed values of the last sound one are returned under "params"."""
    if company is not None:
        paths = [*paths, find_project().params_file(company)]
    if not paths:
        raise UsageError("No parameter file to check", hint="carbon check params/<company>.yml --kind params")
    checked = empty() | {"params": None}
    for path in map(Path, paths):
        name = path.as_posix()
        try:
            sound = (check_params(read_yaml(path, name), RunParams) if path.name == "runs.yml" else
                     check_company(read_extended(path, Project(path.absolute().parent.parent), name), path.stem))
            checked["params"] = sound.model_dump(mode="json")
            entry = refused_file(name, PARAMS, CarbonError(""), "") | {"refused": None}
        except ParamsError as wrong:
            entry = refused_file(name, PARAMS, wrong, OF_PARAMS)
        checked["files"].append(entry)
    return plain_exclusions(checked)
