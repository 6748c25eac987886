"""Records of a company's digital estate: the tables of data/raw/<company>/digital/ and their parameter files.

Each table is a UTF-8 CSV with commas, dots and dates like 2024-12-31, with the headings of `core.digital_tables`.
Nothing is guessed: another heading, an unreadable cell or a repeated key refuses the file and names the line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.core.digital_tables import DIGITAL_TABLES, NEEDED_DAYS, OPTIONAL
from carbon.core.display import as_html, one_line
from carbon.core.errors import FileRefused, TableError, UsageError
from carbon.core.params.company import CompanyParams, Model
from carbon.core.params.digital import DigitalPolicies, FleetParams, ServiceAnswers
from carbon.records.params.load import check_params, load_company
from carbon.records.params.project import Project, find_project
from carbon.records.params.strict_yaml import read_yaml

FOLDER = "digital"
_LINE = "line"


@dataclass(frozen=True, repr=False)
class DigitalRecords:
    """One company's digital tables and parameters.

    Attributes
    ----------
    tables
        Name of `core.digital_tables` -> table; a table the company does not keep is absent, never empty.
    fleet, policies, service
        Checked parameter files; None where the company has none.
    indicators
        The values of params/<company>/indicators.yml as text, for `carbon.scorecards`; None without the file.
    inputs
        sha256 of every file read, by its path in the project.
    """

    company: str
    params: CompanyParams
    tables: Mapping[str, pd.DataFrame]
    fleet: FleetParams | None
    policies: DigitalPolicies | None
    service: ServiceAnswers | None
    indicators: Any
    inputs: Mapping[str, str] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        """Return one table by name.

        Raises UsageError: The company keeps no such table.
        """
        if name not in self.tables:
            raise UsageError(f"{self.company} keeps no table {name!r} in data/raw/{self.company}/{FOLDER}/",
                             hint=f"it keeps: {', '.join(sorted(self.tables)) or 'none'}")
        return self.tables[name]

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {len(table):,}" for name, table in sorted(self.tables.items()))
        return one_line(f"DigitalRecords({self.company}: {rows or 'no tables'})")

    def _repr_html_(self) -> str:
        table = pd.DataFrame([(n, len(t), ", ".join(t.columns[:6])) for n, t in sorted(self.tables.items())],
                             columns=["table", "rows", "first columns"])
        return as_html(repr(self), table)


def read_digital(company: str, *, project: Project | None = None) -> DigitalRecords:
    """Read every digital table and parameter file of one company.

    Raises FileRefused: A table that breaks its contract: file, line, column and value are named; an unknown file;
    ParamsError: A parameter file is refused.
    """
    project = project or find_project()
    folder = project.root / "data" / "raw" / company / FOLDER
    files = sorted(p for p in folder.glob("*") if p.is_file() and p.name[0] != ".") if folder.is_dir() else []
    unknown = [p for p in files if p.suffix != ".csv" or p.stem not in DIGITAL_TABLES]
    if unknown:
        raise FileRefused(f"{project.name_of(unknown[0])}: not a digital table", code="kind_unknown",
                          what_to_do=f"name it one of {', '.join(sorted(DIGITAL_TABLES))} with .csv, or move it")
    extra = [project.params_folder(company) / f"{stem}.csv" for stem in ("rail_times", "device_factors",
                                                                         "factors_multicriteria")]
    files += [p for p in extra if p.is_file()]
    tables = {p.stem: read_digital_table(p, DIGITAL_TABLES[p.stem], name=project.name_of(p)) for p in files}
    settings = {stem: _settings(project, company, stem) for stem in _MODELS}
    indicators = project.params_folder(company) / "indicators.yml"
    paths_read = [*files, *(project.params_folder(company) / f"{s}.yml" for s in _MODELS), indicators]
    return DigitalRecords(
        company=company, params=load_company(project, company), tables=tables, fleet=settings["fleet"],
        policies=settings["digital_policies"], service=settings["service"],
        indicators=_plain(project, indicators),
        inputs={project.name_of(p): sha256(p.read_bytes()).hexdigest() for p in paths_read if p.is_file()})


_MODELS: dict[str, type[Model]] = {"fleet": FleetParams, "digital_policies": DigitalPolicies,
                                   "service": ServiceAnswers}


def _settings(project: Project, company: str, stem: str) -> Any:
    path = project.params_folder(company) / f"{stem}.yml"
    return check_params(read_yaml(path, project.name_of(path)), _MODELS[stem]) if path.is_file() else None


def _plain(project: Project, path: Path) -> Any:
    if not path.is_file():
        return None
    file = read_yaml(path, project.name_of(path))
    return file.values  # noqa: PD011 (a mapping, not a frame)


def read_answers(path: Path) -> ServiceAnswers:
    """Read the ten answers about a service from a YAML file of their own.

    Raises ParamsError: The file is refused: file, line, key and value are named.
    """
    return check_params(read_yaml(path, path.name), ServiceAnswers)


def read_digital_table(path: Path, table: schemas.Table, *, name: str = "") -> pd.DataFrame:
    """Read one table from a CSV.

    Parameters
    ----------
    name
        How the file is called in errors; its own name by default.

    Raises
    ------
    FileRefused
        Not UTF-8, other headings, a cell that is not of its kind, a repeated key, a word that is not of the list.
    """
    name = name or path.name
    cells = _cells(path, name)
    optional = OPTIONAL.get(table.name, ())
    missing = [c for c in table.columns if c not in cells and c not in optional]
    unknown = [c for c in cells if c not in table.columns and c != _LINE]
    if missing or unknown:
        raise FileRefused(f"{name}: missing columns {missing}, unknown columns {unknown}", code="columns_unknown",
                          what_to_do=f"use the headings {', '.join(table.columns)}")
    cells = cells.assign(**{c: "" for c in optional if c not in cells})
    typed = pd.DataFrame({c: _column(cells, c, kind, table.name, name) for c, kind in table.columns.items()})
    try:
        return table.validate(typed)
    except TableError as wrong:
        raise FileRefused(f"{name}: {wrong.what}", code="table_refused", rows=wrong.rows,
                          what_to_do="correct these rows in the file") from None


def _cells(path: Path, name: str) -> pd.DataFrame:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(f"{name}: not UTF-8 text", code="encoding_unknown", what_to_do="save as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(c.strip() for c in row)]
    except csv.Error as wrong:
        raise FileRefused(f"{name}, line {reader.line_num}: {wrong}", code="quote_open",
                          what_to_do="double or remove the quotes near that line") from None
    if not rows:
        raise FileRefused(f"{name}: no rows", code="file_empty", what_to_do="write the headings, or remove the file")
    heads = [h.strip() for h in rows[0][1]]
    uneven = [line for line, row in rows[1:] if len(row) != len(heads)]
    if uneven or len(set(heads)) != len(heads):
        where = f"line {uneven[0]}: not as many cells as headings" if uneven else "line 1: a heading twice"
        raise FileRefused(f"{name}, {where}", code="row_length", what_to_do="quote cells that hold a comma")
    table = pd.DataFrame([row for _, row in rows[1:]], columns=heads, dtype="str")
    return table.apply(lambda column: column.str.strip()).assign(**{_LINE: [line for line, _ in rows[1:]]})


def _column(cells: pd.DataFrame, column: str, kind: str, table: str, name: str) -> Any:
    texts = cells[column]
    if kind == schemas.TEXT:
        return texts
    if kind == schemas.DAY:
        days = pd.to_datetime(texts.where(texts != "", None), format="%Y-%m-%d", errors="coerce")
        needed = column in NEEDED_DAYS.get(table, ())
        _refuse(cells, column, days.isna() & ((texts != "") | needed), "a date like 2024-12-31", name)
        return days.astype("datetime64[s]")
    numbers = pd.to_numeric(texts.where(texts != "", "nan"), errors="coerce").astype("float64")
    bad = ~pd.Series(np.isfinite(numbers), index=texts.index) & ((texts != "") | (kind != schemas.NUMBER))
    _refuse(cells, column, bad, "a number with a dot" + ("" if kind == schemas.NUMBER else ", not empty"), name)
    if kind == schemas.INTEGER:
        _refuse(cells, column, numbers % 1 != 0, "a whole number", name)
        return numbers.astype("int64")
    return numbers


def _refuse(cells: pd.DataFrame, column: str, bad: pd.Series, requirement: str, name: str) -> None:
    if bad.any():
        first = cells[bad].iloc[0]
        raise FileRefused(f"{name}, line {first[_LINE]}: `{column}` = {first[column]!r} is not {requirement}",
                          code="cell_unreadable", rows=cells.loc[bad, [_LINE, column]],
                          what_to_do=f"write {requirement} in column {column}")

