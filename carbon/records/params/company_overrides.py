"""Overrides of how a company's records count: its own exchange rates and saved decisions, and tables of its params."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from carbon.core.errors import ParamsError, TableError
from carbon.core.ledgers import DECISION_KEYS, DECISIONS
from carbon.core.money import FX
from carbon.core.params.company import CompanyParams
from carbon.core.text import as_written
from carbon.records.grids.sources import sha256_of
from carbon.records.params.project import DECISIONS_FILE, Project

RATES_FILE = "fx.csv"


@dataclass(frozen=True)
class CompanyOverrides:
    """fx: `money.FX`, or None. decisions: current `DECISIONS`, or None. inputs: sha256 of each ledger file by name."""

    fx: pd.DataFrame | None
    decisions: pd.DataFrame | None
    inputs: dict[str, str] = field(default_factory=dict)


def read_overrides(project: Project, params: CompanyParams) -> CompanyOverrides:
    """Read params/<company>/fx.csv, and the decisions of the company and of those in `decisions_from`.

    Where a sister company decided about the same supplier, account and category, the company's own decision holds;
    of several sisters, the one that `decisions_from` names first.

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
        decision_keys = pd.MultiIndex.from_frame(decisions[list(DECISION_KEYS)])
        fills = ~pd.MultiIndex.from_frame(table[list(DECISION_KEYS)]).isin(decision_keys)
        decisions = pd.concat([decisions, table[fills]], ignore_index=True)
    files_read = [f for f in (project.decisions_file(c) for c in (params.company, *sisters)) if f.is_file()]
    return CompanyOverrides(rates if len(rates) else None, decisions if len(decisions) else None,
                            {project.name_of(f): sha256_of(f) for f in files_read})


def read_rates(project: Project, company: str) -> pd.DataFrame:
    """Read a company's own exchange rates (`money.FX`), empty without a file.

    Raises ParamsError: Other columns than currency, period, per_eur, evidence, or a rate that is no number.
    """
    table = read_params_table(project, company, RATES_FILE)
    if table.empty:
        return FX.empty()
    rate = pd.to_numeric(table["per_eur"], errors="coerce") if "per_eur" in table else pd.Series(dtype="float64")
    if sorted(table.columns) != sorted(FX.columns) or not np.isfinite(rate).all():
        raise ParamsError(f"{RATES_FILE} of {company} is not a table of exchange rates", rows=table,
                          hint=f"columns {', '.join(FX.columns)}; per_eur like 4.9723 (units for one euro)")
    return FX.validate(table.assign(per_eur=rate.astype("float64")))


def read_decisions(project: Project, company: str) -> pd.DataFrame:
    """Read the saved decisions of a company, empty without a file.

    Raises ParamsError: The file does not have the columns of `DECISIONS`, or a value that is not one.
    """
    path = project.decisions_file(company)
    if not path.is_file():
        return DECISIONS.empty()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        lines = list(reader)
    uneven = [n for n, line in enumerate(lines, start=2) if None in line or None in line.values()]
    if uneven:
        raise ParamsError(f"{project.name_of(path)}: row {uneven[0]} has more or fewer cells than the headings",
                          hint="restore it from version control; `carbon classify` writes it")
    cells = [{k: as_written(v) for k, v in line.items()} for line in lines]
    table = pd.DataFrame(cells, columns=list(reader.fieldnames or ()), dtype="str")
    try:
        return DECISIONS.validate(table.assign(
            scope3_category=table["scope3_category"].astype("int64"),
            decided_on=pd.to_datetime(table["decided_on"], format="%Y-%m-%d").astype("datetime64[s]")))
    except (KeyError, ValueError, TableError) as error:
        raise ParamsError(f"{project.name_of(path)} is not a table of decisions: {error}",
                          hint="`carbon classify` writes it; restore it from version control") from error


def read_params_table(project: Project, company: str, name: str) -> pd.DataFrame:
    """Read one CSV of params/<company>/, else of params/shared/, every cell a string; no columns without a file.

    Parameters
    ----------
    name
        File name, e.g. "fx.csv" or "entities.csv".

    Raises
    ------
    ParamsError
        The file is not UTF-8 comma separated text with one row of headings and as many cells in each row.
    """
    for folder in (project.params_folder(company), project.root / "params" / "shared"):
        path = folder / name
        if path.is_file():
            return _read_table(path, project.name_of(path))
    return pd.DataFrame()


def _read_table(path: Path, name: str) -> pd.DataFrame:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ParamsError(f"{name}: not UTF-8 text", hint="save the file as UTF-8") from None
    rows = [r for r in csv.reader(io.StringIO(text, newline=""), strict=True) if any(c.strip() for c in r)]
    if not rows or len(set(rows[0])) != len(rows[0]):
        raise ParamsError(f"{name}:1: no headings, or one twice", hint="start the file with one row of headings")
    uneven = [i for i, r in enumerate(rows) if len(r) != len(rows[0])]
    if uneven:
        raise ParamsError(f"{name}: row {uneven[0] + 1} has {len(rows[uneven[0]])} cells, the headings {len(rows[0])}",
                          hint="use commas, and quotes around cells that hold one")
    return pd.DataFrame(rows[1:], columns=[h.strip() for h in rows[0]], dtype="str")
