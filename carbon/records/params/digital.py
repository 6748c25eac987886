"""Records of a company's digital estate: the tables of data/raw/<company>/digital/ and their parameter files.

Each table is a `strict_csv` with the headings of `core.digital_tables`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from carbon.core import schemas
from carbon.core.digital_tables import DIGITAL_TABLES, NEEDED_DAYS, OPTIONAL
from carbon.core.display import as_html, one_line
from carbon.core.errors import FileRefused, UsageError
from carbon.core.params.company import CompanyParams, Model
from carbon.core.params.digital import DigitalPolicies, FleetParams, ServiceAnswers
from carbon.records.grids.sources import sha256_of
from carbon.records.params.load import check_params, load_company
from carbon.records.params.project import Project, find_project
from carbon.records.params.strict_csv import read_table
from carbon.records.params.strict_yaml import read_yaml

FOLDER = "digital"
_MODELS: dict[str, type[Model]] = {"fleet": FleetParams, "digital_policies": DigitalPolicies,
                                   "service": ServiceAnswers}


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
        """Return one table by name. Raises UsageError: The company keeps no such table."""
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
    stated = {stem: path for stem in (*_MODELS, "indicators")
              if (path := project.params_folder(company) / f"{stem}.yml").is_file()}
    yaml = {stem: read_yaml(path, project.name_of(path)) for stem, path in stated.items()}
    settings: dict[str, Any] = {stem: check_params(yaml[stem], model)
                                for stem, model in _MODELS.items() if stem in yaml}
    return DigitalRecords(
        company=company, params=load_company(project, company), tables=tables, fleet=settings.get("fleet"),
        policies=settings.get("digital_policies"), service=settings.get("service"),
        indicators=yaml["indicators"].values if "indicators" in yaml else None,  # noqa: PD011 (no frame)
        inputs={project.name_of(p): sha256_of(p) for p in (*files, *stated.values())})


def read_answers(path: Path) -> ServiceAnswers:
    """Read the ten answers about a service from a YAML file of their own.

    Raises ParamsError: The file is refused: file, line, key and value are named.
    """
    return check_params(read_yaml(path, path.name), ServiceAnswers)


def read_digital_table(path: Path, table: schemas.Table, *, name: str = "") -> pd.DataFrame:
    """Read one table from a CSV, called `name` in errors, default its own. Raises FileRefused: See `read_table`."""
    return read_table(path.read_bytes(), table, name or path.name, optional=OPTIONAL.get(table.name, ()),
                      needed_days=NEEDED_DAYS.get(table.name, ()))
