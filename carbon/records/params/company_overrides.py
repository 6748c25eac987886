"""Tables that a company keeps: exchange rates, saved decisions, base-year events, tables of its params."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd

from carbon.core.errors import FileRefused, ParamsError
from carbon.core.ledgers import ANY, DECISION_KEYS, DECISIONS, EVENTS
from carbon.core.money import FX
from carbon.core.params.company import CompanyParams
from carbon.core.schemas import Table
from carbon.records.grids.sources import sha256_of
from carbon.records.params.project import DECISIONS_FILE, Project
from carbon.records.params.strict_csv import read_strings, read_table

RATES_FILE = "fx.csv"


@dataclass(frozen=True)
class CompanyOverrides:
    """fx: `money.FX`, or None. decisions: current `DECISIONS`, or None. inputs: sha256 of each ledger file by name."""

    fx: pd.DataFrame | None
    decisions: pd.DataFrame | None
    inputs: dict[str, str] = field(default_factory=dict)


def read_overrides(project: Project, params: CompanyParams) -> CompanyOverrides:
    """Read params/<company>/fx.csv, and the decisions of the company and of those in `decisions_from`.

    Where a sister company decided about the same supplier, account and category, or about a part of what the company
    decided as a whole, the company's own decision holds; of several sisters, the one that `decisions_from` names first.

    Raises ParamsError: A file does not have its columns, a cell is no value of its kind, or a company of
    `decisions_from` has none.
    """
    rates = read_rates(project, params.company)
    sisters = [c for c in params.decisions_from if c != params.company]
    absent = [c for c in sisters if not project.decisions_file(c).is_file()]
    if absent:
        raise ParamsError(f"params/{params.company}.yml: decisions_from names {absent[0]!r}, which has none",
                          hint=f"`carbon classify {absent[0]}/YEAR` writes {DECISIONS_FILE}; or take it out")
    tables = [read_decisions(project, company) for company in (params.company, *sisters)]
    # A company's own file may not decide twice (that is refused later); a sister's decision only fills a gap.
    decisions = tables[0]
    for table in tables[1:]:
        decisions = pd.concat([decisions, table[~_covered(decisions, table)]], ignore_index=True)
    files_read = [f for f in (project.decisions_file(c) for c in (params.company, *sisters)) if f.is_file()]
    return CompanyOverrides(rates if len(rates) else None, decisions if len(decisions) else None,
                            {project.name_of(f): sha256_of(f) for f in files_read})


def _covered(decisions: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    """Flag the lines (supplier, account, category) that at least one of the decisions is about."""
    covered = pd.Series(False, index=lines.index)
    for line in decisions[list(DECISION_KEYS)].to_dict("records"):
        covered |= pd.concat([lines[c].isin([line[c]]) | (line[c] == ANY) for c in DECISION_KEYS], axis=1).all(axis=1)
    return covered


def read_rates(project: Project, company: str) -> pd.DataFrame:
    """Read a company's own exchange rates (`money.FX`), empty without a file.

    Raises ParamsError: Other columns than currency, period, per_eur, evidence, or a rate that is no number.
    """
    return _typed(project, _params_file(project, company, RATES_FILE), FX, "exchange rates",
                  f"columns {', '.join(FX.columns)}; per_eur like 4.9723 (units for one euro)")


def read_decisions(project: Project, company: str) -> pd.DataFrame:
    """Read the saved decisions of a company, empty without a file.

    Raises ParamsError: The file does not have the columns of `DECISIONS`, or a value that is not one.
    """
    return _typed(project, project.decisions_file(company), DECISIONS, "decisions",
                  "`carbon classify` writes it; restore it from version control")


def _typed(project: Project, path: Path, table: Table, what: str, hint: str) -> pd.DataFrame:
    if not path.is_file():
        return table.empty()
    try:
        return read_table(path.read_bytes(), table, project.name_of(path))
    except FileRefused as wrong:
        raise ParamsError(f"{project.name_of(path)} is not a table of {what}: {wrong.what}", rows=wrong.rows,
                          hint=hint) from None


def read_params_table(project: Project, company: str, name: str) -> pd.DataFrame:
    """Read one CSV of params/<company>/, else of params/shared/, every cell a string; no columns without a file.

    Raises ParamsError: See `strict_csv.read_cells`.
    """
    path = _params_file(project, company, name)
    return read_strings(path, project.name_of(path)) if path.is_file() else pd.DataFrame()


def _params_file(project: Project, company: str, name: str) -> Path:
    own, shared = project.params_folder(company) / name, project.root / "params" / "shared" / name
    return own if own.is_file() else shared


FILE = "base_year_events.csv"


def read_base_year_events(project: Project, company: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read the events of a company, and the sha256 of their file by its path in the project; empty without a file.

    The columns of `core.ledgers.EVENTS` in any order. An empty `delta_kg` is "not known", never zero.

    Raises FileRefused: See `strict_csv.read_table`.
    """
    path = project.ledger(company) / FILE
    if not path.is_file():
        return EVENTS.empty(), {}
    name = project.name_of(path)
    return parse_events(path.read_bytes(), name), {name: sha256_of(path)}


def parse_events(data: bytes, name: str, *, recorded_on: date | None = None) -> pd.DataFrame:
    """Read the events in the bytes of such a file.

    `recorded_on`: for lines that are about to be recorded, whose file has no such column, its day.

    Raises FileRefused: See `strict_csv.read_table`.
    """
    if recorded_on is None:
        return read_table(data, EVENTS, name)
    columns = {c: kind for c, kind in EVENTS.columns.items() if c != "recorded_on"}
    events = read_table(data, replace(EVENTS, columns=columns), name)
    return EVENTS.validate(events.assign(recorded_on=pd.Timestamp(recorded_on).as_unit("s")))
