"""Records of a company's digital estate: the files of data/raw/<company>/digital/, each read as its kind.

An entry of `files:` in params with one of these kinds claims its files there; any other file is read as the kind that
its name states; a timetable (GTFS) is the user's own, and none is packaged. A row that cannot be read is a reject; a
file that cannot is refused, and costs what is made of it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pandas as pd

from carbon.core import schemas, vocabulary
from carbon.core.digital_tables import DIGITAL_TABLES, OPTIONAL
from carbon.core.display import as_html, one_line
from carbon.core.errors import FileRefused, ParamsError, UsageError
from carbon.params.files.company_overrides import read_table
from carbon.params.files.load import check_params, load_company
from carbon.params.files.project import Project, find_project, sha256_of
from carbon.params.files.strict_yaml import read_yaml
from carbon.params.shapes.commitments import Commitments
from carbon.params.shapes.company import CompanyParams, FilePattern, Model
from carbon.params.shapes.digital import DigitalPolicies, FleetParams, ServiceAnswers, shares_of
from carbon.records.files.company import context_of, inside
from carbon.records.files.file import read_file, refused_with_hint
from carbon.records.files.file_read import FileRead, Outcome
from carbon.records.kinds.contract import DIGITAL, KINDS
from carbon.records.kinds.messages import refusal

FOLDER, GTFS = "digital", "gtfs.zip"
_CODED = {**dict.fromkeys([("hosting", "location"), ("energy_contracts", "zone"), ("service_uses", "zone"), *(
    ("services", place) for place in ("zone", "network_zone", "datacentre_zone"))], "country"),
          ("services", "devices"): "device", ("service_uses", "unit"): "counted thing"}
"""Kind and column -> the list of words that its cells may be of; others stay as they are: a region, an own unit."""
_MODELS: dict[str, type[Model]] = {"fleet": FleetParams, "digital_policies": DigitalPolicies, "service": ServiceAnswers}
_ORIGIN = ["source_file", "source_line"]
_OF_PARAMS = ("rail_times", "device_factors", "factors_multicriteria")


@dataclass(frozen=True, repr=False)
class DigitalRecords:
    """One company's digital tables and parameters; parameter files that it does not have are None."""

    company: str
    params: CompanyParams
    tables: Mapping[str, pd.DataFrame]
    """Name of `core.digital_tables` -> table; a table the company does not keep is absent, never empty."""
    fleet: FleetParams | None
    policies: DigitalPolicies | None
    service: ServiceAnswers | None
    indicators: Any
    """The values of params/<company>/indicators.yml as text, for `carbon.scorecards`."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """sha256 of every file read, by its path in the project."""
    reads: tuple[FileRead, ...] = ()
    """Every file of the folder as it was read: its rejects, warnings and source."""
    refused: Mapping[str, FileRefused] = field(default_factory=dict)
    """Kind -> why no table of it is there: a file of it cannot be read."""
    gtfs: Path | None = None
    """params/<company>/gtfs.zip, a timetable of the company's own."""
    commitments: Commitments | None = None
    origins: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Kind -> source_file and source_line of each row of its table, in order."""

    def table(self, name: str) -> pd.DataFrame:
        """Return one table by name.

        Raises FileRefused: A file of it cannot be read; UsageError: The company keeps no such table.
        """
        if name in self.refused:
            raise self.refused[name]
        if name not in self.tables:
            raise UsageError(f"{self.company} keeps no table {name!r} in data/raw/{self.company}/{FOLDER}/",
                             hint=f"it keeps: {', '.join(sorted(self.tables)) or 'none'}")
        return self.tables[name]

    def keeps(self, name: str) -> bool:
        """Return whether the company keeps a table, be it one that cannot be read."""
        return name in self.tables or name in self.refused

    @property
    def rejects(self) -> pd.DataFrame:
        """Return one line a fault of a row that is in no table (`schemas.REJECTS`)."""
        lines = [file_read.rejects for file_read in self.reads if len(file_read.rejects)]
        return pd.concat(lines, ignore_index=True) if lines else schemas.REJECTS.empty()

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {len(table):,}" for name, table in sorted(self.tables.items()))
        faults = f"; {len(self.rejects):,} faults" if len(self.rejects) else ""
        return one_line(f"DigitalRecords({self.company}: {rows or 'no tables'}{faults})")

    def _repr_html_(self) -> str:
        table = pd.DataFrame([(n, len(t), ", ".join(t.columns[:6])) for n, t in sorted(self.tables.items())],
                             columns=["table", "rows", "first columns"])
        return as_html(repr(self), table)


def read_digital(company: str, *, project: Project | None = None,
                 params: CompanyParams | None = None) -> DigitalRecords:
    """Read every digital table and parameter file of one company; `params`: those of params/<company>.yml, if read.

    Raises ParamsError: A parameter file is refused; FileRefused: A table of params breaks its contract.
    """
    project = project or find_project()
    params = params or load_company(project, company)
    outcomes = digital_files(project, params)
    reads = tuple(outcome for *_, outcome in outcomes if isinstance(outcome, FileRead))
    refused = {options.kind: why for _, options, why in outcomes if options and isinstance(why, FileRefused)}
    tables = _joined(reads, refused)
    # A file of which every row is rejected has no origin of any.
    origins = {kind: pd.concat([r.records[_ORIGIN] for r in reads if r.kind == kind and len(r.records)] or [
        pd.DataFrame(columns=_ORIGIN)], ignore_index=True) for kind in tables}
    extra = [path for stem in _OF_PARAMS if (path := project.params_folder(company) / f"{stem}.csv").is_file()]
    tables |= {p.stem: read_digital_table(p, DIGITAL_TABLES[p.stem], name=project.name_of(p)) for p in extra}
    gtfs = project.params_folder(company) / GTFS
    settings_files = {stem: path for stem in (*_MODELS, "indicators", "commitments")
              if (path := project.params_folder(company) / f"{stem}.yml").is_file()}
    yaml = {stem: read_yaml(path, project.name_of(path)) for stem, path in settings_files.items()}
    settings: dict[str, Any] = {s: check_params(yaml[s], model) for s, model in _MODELS.items() if s in yaml}
    try:
        if "commitments" in yaml:
            settings["commitments"] = check_params(yaml["commitments"], Commitments)
    except ParamsError as wrong:  # it moves no figure: its verdicts are missing, and the page states why
        refused["commitments"] = FileRefused(f"params/{company}/commitments.yml: {wrong.what}", code="params_refused",
                                             what_to_do=wrong.hint)
    folder = project.digital(company)
    files = inside(folder) if folder.is_dir() else []
    return DigitalRecords(
        company=company, params=params, tables=tables, fleet=settings.get("fleet"),
        policies=settings.get("digital_policies"), commitments=settings.get("commitments"),
        service=settings.get("service"),
        indicators=yaml["indicators"].values if "indicators" in yaml else None,  # noqa: PD011 (no frame)
        inputs={project.name_of(p): sha256_of(p) for p in (
            *files, *extra, *settings_files.values(), *([gtfs] if gtfs.is_file() else []))},
        reads=reads, refused=refused, origins=origins, gtfs=gtfs if gtfs.is_file() else None)


def digital_files(project: Project, params: CompanyParams) -> list[Outcome]:
    """Return every file of a company's digital folder, read as the kinds that params or its name state.

    The entry of a file that no other claims is the one that its name makes.
    """
    folder = project.digital(params.company)
    outcomes: list[Outcome] = []
    for path in inside(folder) if folder.is_dir() else []:
        name, below = project.name_of(path), path.relative_to(folder).as_posix()
        claims = [f for f in params.files if f.kind in DIGITAL and fnmatchcase(below, f.pattern)]
        named_kind = vocabulary.canonical("digital file", path.stem.replace("_", " "))
        by_name = FilePattern(pattern=below, kind=named_kind or "")
        if not claims and named_kind is None:
            outcomes.append((name, by_name, refusal("kind_unknown", name, kinds=", ".join(sorted(DIGITAL)),
                                                    below=below, company=params.company)))
            continue
        for options in claims or [by_name]:
            try:
                outcome: FileRead | FileRefused = read_file(path, name, options, context_of(params, None),
                                                            record_prefix=f"{FOLDER}/{below}")
            except FileRefused as refused:
                if refused.code == "no_rows":
                    continue  # headings alone: a table that is not kept yet
                outcome = refused_with_hint(refused, path, options, project)
            outcomes.append((name, options, outcome))
    return outcomes


def _joined(reads: tuple[FileRead, ...], refused: dict[str, FileRefused]) -> dict[str, pd.DataFrame]:
    """Return the table of each kind over its files; a kind with a refused file has none: it would lack rows. A key that
    two files have refuses the kind.
    """
    tables: dict[str, pd.DataFrame] = {}
    for kind in dict.fromkeys(file_read.kind for file_read in reads):
        if kind in refused:
            continue
        of_kind, contract = [r for r in reads if r.kind == kind], KINDS[kind].table
        table = pd.concat([r.records for r in of_kind], ignore_index=True)
        key = list(contract.key)
        if key and len(of_kind) > 1 and (twice := table.duplicated(key)).any():
            refused[kind] = refusal("duplicate.files", of_kind[-1].name, rows=int(twice.sum()), kind=kind,
                                    example=", ".join(map(str, table.loc[twice, key].iloc[0])))
        else:
            for column in [c for of, c in _CODED if of == kind]:
                words = _CODED[kind, column]
                table[column] = table[column].map(lambda text, words=words: coded(text, words)).astype("str")
            tables[kind] = contract.validate(table[list(contract.columns)])
    return tables


def coded(text: str, words: str) -> str:
    """Return a word by its code in a list, "Belgique" as BE; of several with their shares each of them."""
    if code := vocabulary.canonical(words, text):
        return code
    try:
        stated_shares = shares_of(text)
    except ValueError:
        return text
    shares: dict[str, float] = {}
    for name, share in stated_shares.items():  # "gsm" and "smartphone" are one device
        code = vocabulary.canonical(words, name) or name
        shares[code] = shares.get(code, 0.0) + share
    if {*shares} == {*stated_shares} or abs(sum(shares.values()) - 1.0) > 1e-6:
        return text  # "eu-west 1" is a region, "prompts 1000" a unit
    return "; ".join(f"{name} {share!r}" for name, share in shares.items())


def read_answers(path: Path) -> ServiceAnswers:
    """Read the ten answers about a service from a YAML file of their own.

    Raises ParamsError: The file is refused: file, line, key and value are named.
    """
    return check_params(read_yaml(path, path.name), ServiceAnswers)


def read_digital_table(path: Path, table: schemas.Table, *, name: str = "") -> pd.DataFrame:
    """Read one table of params from a CSV, called `name` in errors, default its own.

    Raises FileRefused: See `read_table`.
    """
    return read_table(path.read_bytes(), table, name or path.name, optional=OPTIONAL.get(table.name, ()),
                      needed_days=())


RAIL = frozenset({2, *range(100, 118)})
"""Route types of trains: 2, and 100 to 117 of the extended list (reference of GTFS)."""
_NEEDED = {"stops": ["stop_id", "stop_lat", "stop_lon"], "trips": ["trip_id", "route_id"],
           "routes": ["route_id", "route_type"],
           "stop_times": ["trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"]}


def read_gtfs(path: Path) -> pd.DataFrame:
    """Read the stops of every train of a GTFS folder or zip.

    Columns: trip_id, stop_sequence, latitude, longitude, arrival, departure [minutes after midnight of the day of the
    trip; NaN where a train does not stop]. Sorted by trip and sequence.

    Raises FileRefused: A file or column of GTFS is missing, a value of it cannot be read, or no route of it is by rail.
    """
    tables = {name: _table(path, name, columns) for name, columns in _NEEDED.items()}
    kinds = pd.to_numeric(tables["routes"]["route_type"], errors="coerce")
    routes = tables["routes"].loc[kinds.isin(RAIL), "route_id"]
    if routes.empty:
        stated_types = ", ".join(sorted(set(tables["routes"]["route_type"]))) or "none"
        raise refusal("gtfs_no_rail", path.name, stated=stated_types)
    trips = tables["trips"].loc[tables["trips"]["route_id"].isin(routes), "trip_id"]
    times = tables["stop_times"][tables["stop_times"]["trip_id"].isin(trips)]
    stops = tables["stops"].drop_duplicates("stop_id").set_index("stop_id")
    frame = pd.DataFrame({
        "trip_id": times["trip_id"], "stop_sequence": pd.to_numeric(times["stop_sequence"], errors="coerce"),
        "latitude": pd.to_numeric(times["stop_id"].map(stops["stop_lat"]), errors="coerce"),
        "longitude": pd.to_numeric(times["stop_id"].map(stops["stop_lon"]), errors="coerce"),
        "arrival": _minutes(times["arrival_time"], path), "departure": _minutes(times["departure_time"], path)})
    if frame[["stop_sequence", "latitude", "longitude"]].isna().any(axis=None):
        raise refusal("gtfs_unreadable", path.name)
    return frame.sort_values(["trip_id", "stop_sequence"], ignore_index=True)


def _table(path: Path, name: str, columns: list[str]) -> pd.DataFrame:
    try:
        content = _content(path, f"{name}.txt")
        table = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, KeyError, zipfile.BadZipFile, ValueError) as error:
        raise refusal("gtfs_unreadable.table", path.name, table=name, error=error) from None
    if missing := sorted(set(columns) - set(table.columns)):
        raise refusal("gtfs_unreadable.columns", path.name, table=name, missing=", ".join(missing))
    return table[columns]


def _content(path: Path, name: str) -> bytes:
    if path.is_dir():
        return (path / name).read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(next((n for n in archive.namelist() if n.rsplit("/", 1)[-1] == name), name))


def _minutes(times: pd.Series, path: Path) -> pd.Series:
    """Return the minutes of "07:05:00"; hours go beyond 24 after midnight; a blank is no stop."""
    written_times = times.str.strip()
    parts = written_times.str.extract(r"^(\d+):([0-5]\d):([0-5]\d)$").astype("float64")
    bad = (written_times != "") & parts[0].isna()
    if bad.any():
        raise refusal("gtfs_unreadable.time", path.name, count=f"{int(bad.sum()):,}", column=times.name,
                      value=times[bad].iloc[0], line=int(times.index[bad][0]) + 2)
    return parts[0] * 60.0 + parts[1] + parts[2] / 60.0
