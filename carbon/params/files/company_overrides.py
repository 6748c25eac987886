"""Tables that a company keeps as CSV: exchange rates, saved decisions, base-year events, tables of its params.

UTF-8, commas, one row of headings; days like 2024-12-31, numbers with a dot. Nothing is guessed: another heading, an
unreadable cell or a repeated key refuses the file and names the line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from carbon.core import schemas
from carbon.core.errors import FileRefused, ParamsError, TableError
from carbon.core.ledgers import ANY, DECISION_KEYS, DECISIONS, EVENTS
from carbon.core.money import FX
from carbon.core.schemas import Table
from carbon.core.text import as_written
from carbon.params.files.project import DECISIONS_FILE, Project, sha256_of
from carbon.params.shapes.company import CompanyParams

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
    return _typed(project, project.table_file(company, RATES_FILE), FX, "exchange rates",
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

    Raises ParamsError: See `read_cells`.
    """
    path = project.table_file(company, name)
    return read_strings(path, project.name_of(path)) if path.is_file() else pd.DataFrame()


FILE = "base_year_events.csv"


def read_base_year_events(project: Project, company: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read the events of a company, and the sha256 of their file by its path in the project; empty without a file.

    The columns of `core.ledgers.EVENTS` in any order. An empty `delta_kg` is "not known", never zero.

    Raises FileRefused: See `read_table`.
    """
    path = project.ledger(company) / FILE
    if not path.is_file():
        return EVENTS.empty(), {}
    name = project.name_of(path)
    return parse_events(path.read_bytes(), name), {name: sha256_of(path)}


def parse_events(data: bytes, name: str, *, recorded_on: date | None = None) -> pd.DataFrame:
    """Read the events in the bytes of such a file.

    `recorded_on`: for lines that are about to be recorded, whose file has no such column, its day.

    Raises FileRefused: See `read_table`.
    """
    if recorded_on is None:
        return read_table(data, EVENTS, name)
    columns = {c: kind for c, kind in EVENTS.columns.items() if c != "recorded_on"}
    events = read_table(data, replace(EVENTS, columns=columns), name)
    return EVENTS.validate(events.assign(recorded_on=pd.Timestamp(recorded_on).as_unit("s")))


def read_table(data: bytes, table: schemas.Table, name: str, *, optional: Collection[str] = (),
               needed_days: Collection[str] | None = None) -> pd.DataFrame:
    """Read the bytes of a CSV as a table of a contract.

    `name`: How the file is called in errors.
    `optional`: Columns that the file need not have, blank then.
    `needed_days`: Columns of days that may not be blank; None: all.

    Raises FileRefused: See `read_cells`; or other headings, a cell that is not of its kind, a repeated key, a word not
    of the list.
    """
    cells = read_cells(data, name)
    missing = [c for c in table.columns if c not in cells and c not in optional]
    unknown = [c for c in cells if c not in table.columns]
    if missing or unknown:
        raise FileRefused(f"{name}: missing columns {missing}, unknown columns {unknown}", code="columns_unknown",
                          what_to_do=f"use the headings {', '.join(table.columns)}")
    cells = cells.assign(**{c: "" for c in optional if c not in cells})
    typed = pd.DataFrame({c: _typed_column(cells[c], kind, name, needed_days is None or c in needed_days)
                          for c, kind in table.columns.items()})
    try:
        return table.validate(typed)
    except TableError as wrong:
        raise FileRefused(f"{name}: {wrong.what}", code="table_refused", rows=wrong.rows,
                          what_to_do="correct these rows in the file") from None


def read_cells(data: bytes, name: str) -> pd.DataFrame:
    """Return the cells of a CSV as strings under its headings, without outer spaces; the index is their line.

    Raises FileRefused: Not UTF-8, an open quote, no headings or one twice, a row of more or fewer cells.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(f"{name}: not UTF-8 text", code="encoding_unknown",
                          what_to_do="save the file as UTF-8") from None
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
    return pd.DataFrame([[as_written(c.strip()) for c in row] for _, row in rows[1:]], columns=heads, dtype="str",
                        index=[line for line, _ in rows[1:]])


def read_strings(path: Path, name: str) -> pd.DataFrame:
    """Read a CSV of params, every cell a string. Raises ParamsError: No such file, or as `read_cells`."""
    if not path.is_file():
        raise ParamsError(f"{name}: no such file", hint=f"write {name}")
    try:
        return read_cells(path.read_bytes(), name)
    except FileRefused as wrong:
        raise ParamsError(wrong.what, hint=wrong.what_to_do) from None


def _typed_column(texts: pd.Series, kind: str, name: str, is_needed: bool) -> pd.Series:
    values: pd.Series
    if kind == schemas.TEXT:
        return texts
    filled = texts != ""
    if kind == schemas.DAY:
        values = pd.to_datetime(texts.where(filled, None), format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
        bad, requirement = values.isna() & (filled | is_needed), "a date like 2024-12-31"
    else:
        values = pd.to_numeric(texts.where(filled, "nan"), errors="coerce").astype("float64")
        bad = (values.isna() | np.isinf(values)) & (filled | (kind != schemas.NUMBER))
        requirement = "a number with a dot"
        requirement += "" if kind == schemas.NUMBER else ", not empty"
        if kind == schemas.INTEGER and not bad.any():
            bad, requirement = values % 1 != 0, "a whole number"
    if bad.any():
        line, cell = texts.index[bad][0], texts[bad].iloc[0]
        raise FileRefused(f"{name}, line {line}: `{texts.name}` = {cell!r} is not {requirement}",
                          code="cell_unreadable", rows=texts[bad].rename_axis("line").reset_index(),
                          what_to_do=f"write {requirement} in column {texts.name}")
    return values.astype("int64") if kind == schemas.INTEGER else values
