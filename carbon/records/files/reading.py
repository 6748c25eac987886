"""From a grid to a records table: every row ends accepted, excluded or rejected, and nothing is lost on the way.

The rules of `rules.registry` decide which rows count; this module reads the columns between the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa

from carbon.core import schemas
from carbon.core.arrays import Flags, Ints
from carbon.core.display import Displayed
from carbon.core.params.company import FilePattern
from carbon.records.grids.cells import Column, Grid, check_field, letters
from carbon.records.headings.layout import Layout, dated_by_path, find_layout, with_path
from carbon.records.headings.matching import Headings, split_units
from carbon.records.kinds.contract import DAY, UNCERTAINTY, Contract, ProjectContext
from carbon.records.kinds.faults import Excluded, Faults
from carbon.records.kinds.messages import Warned
from carbon.records.rules.declared import company_defaults, located_by_site
from carbon.records.rules.registry import Stage, apply_rules
from carbon.records.rules.sheet import Sheet
from carbon.records.values import periods
from carbon.records.values.contract_columns import CODES, as_declared, columns_of, in_parts
from carbon.records.values.fields import constant_text, read_field
from carbon.records.values.periods import settled_days

_ORIGIN = ("record_id", "kind", "source_file", "source_sheet", "source_line")


@dataclass(frozen=True, repr=False)
class TableRead(Displayed):
    """One table of a file: every row read, in order, with its outcome.

    `table` has the contract's columns for all rows; `excluded` and `rejected` flag rows, `faults` gives the reasons.
    """

    contract: Contract
    sheet: str
    table: pd.DataFrame
    lines: Ints
    excluded: pd.DataFrame
    """row, code, reason, column, value of each excluded row."""
    faults: pd.DataFrame
    rejected: Flags
    warnings: list[Warned]
    dialect: str
    clocks: pd.Series | None = None
    """Time of day of each row, where the file has one (`periods.clocks`)."""
    cells: pa.Array | None = None
    """Cell of each row, where a line holds several."""
    unread: dict[str, str] | None = None
    """Column letter -> heading of the columns of numbers that nothing reads, where params declare a layout."""
    counted: str = ""
    """Letter of the column that counts, where a line is one record."""
    assumed: Mapping[str, str] = field(default_factory=dict)
    """Column that the file does not have -> the default of the company that all rows take."""


    @property
    def subtotals(self) -> Flags:
        """Excluded rows that repeat others: subtotals and headings."""
        flags = np.zeros(len(self.table), dtype=bool)
        repeats = self.excluded["code"].isin(["subtotal", "header_repeated"])
        flags[self.excluded.loc[repeats, "row"].to_numpy(dtype=np.intp)] = True
        return flags

    @property
    def kept(self) -> Flags:
        """Rows understood that go on."""
        flags = ~self.rejected
        flags[self.excluded["row"].to_numpy(dtype=np.intp)] = False
        return flags


def read_grid(grid: Grid, contract: Contract, options: FilePattern, project: ProjectContext, name: str) -> TableRead:
    """Read one grid as a kind of record.

    Raises FileRefused: Headings missing or ambiguous, no rows below them, or a rule by which the whole file is unclear.
    """
    options = with_path(options, project.from_path, contract, name)
    headings = Headings(contract, options)
    layout = find_layout(grid, headings, name, _needed(contract, options, project))
    options = dated_by_path(options, project.from_path, layout, name)
    body, warnings = body_of(grid, layout, name)
    faults = Faults(len(body))
    columns = split_units(columns_of(body, layout, contract, options, faults), contract, faults)
    columns, settled = settled_days(in_parts(columns, layout, contract, faults), body, layout, options, project, name)
    sheet = Sheet(name, options, faults, warnings + settled, columns, grid=grid, body=body, layout=layout,
                  headings=headings, project=project, excluded=Excluded(len(body)))
    apply_rules(sheet, Stage.CELLS)
    _read_values(sheet)
    apply_rules(sheet, Stage.VALUES)
    sheet.table = _table(sheet)
    apply_rules(sheet, Stage.TABLE)
    apply_rules(sheet, Stage.RECORDS)
    return table_read(sheet, contract, periods.clocks(columns))


def table_read(sheet: Sheet, contract: Contract, clocks: pd.Series | None = None) -> TableRead:
    """Return the outcome of every row, after the rules of the last stage."""
    sheet.fault_lines = sheet.faults.table()
    at = None if sheet.body.cells is not None else sheet.layout.columns.get(sheet.counted_column)
    apply_rules(sheet, Stage.VERDICTS)
    return TableRead(contract, sheet.grid.sheet, sheet.table, sheet.body.lines, sheet.excluded.table(),
                     sheet.fault_lines, sheet.rejected, sheet.warnings, sheet.grid.dialect, clocks,
                     sheet.body.cells, sheet.grid.unread, "" if at is None else letters(at), sheet.assumed)


def _needed(contract: Contract, options: FilePattern, project: ProjectContext) -> set[str]:
    """Return the columns the file itself must have."""
    needed = {f.name for f in contract.fields if f.needed and not (f.soft and project.declared)}
    needed -= set(options.constants)
    if located_by_site(contract, project):
        needed.discard("country")
    needed -= set(company_defaults(contract, project))
    if options.period is not None or "year" in project.from_path:
        needed.discard("date")
    return needed


def body_of(grid: Grid, layout: Layout, name: str) -> tuple[Grid, list[Warned]]:
    """Return the rows below the headings that hold anything."""
    body = grid.filled_below(layout.first_row, name)
    for column in body.columns:
        check_field(column, name)
    return replace(body, headings=layout.headings), list(layout.warnings)


def _read_values(sheet: Sheet) -> None:
    """Read each column that the sheet has, cell by cell."""
    columns, contract, values = dict(sheet.raw), sheet.contract, sheet.series
    columns |= {c: as_declared(c, columns[c], sheet.project.sites if c == "site" else (), sheet)
                for c in CODES if c in columns and c in contract.name_of}
    has_period = contract.dated in ("date", "period", "open")
    if has_period:
        values["period_start"], values["period_end"] = periods.read_periods(
            columns, contract, sheet, begins=sheet.project.begins)
    # Days of a list without a period of its own are those of one software: 31/12 in one column proves 05/03 in another.
    same_order = [] if has_period else [f.name for f in contract.fields if f.reads == DAY and f.name in columns]
    for column in contract.fields:
        if column.name in columns and not (has_period and column.name in (periods.DATE, periods.START, periods.END)):
            values[column.name] = (
                periods.read_day(column.name, columns, sheet, last=column.name.endswith(("_to", "_end")),
                                 is_filled=column.filled, same_order=same_order)
                if column.reads == DAY else read_field(column, columns[column.name], sheet))
    if not has_period and periods.DATE in values and periods.START in contract.table.columns:
        _take_months(sheet, columns, values)
    values |= {c: constant_text(text, len(sheet)) for c, text in contract.constants.items()}


def _take_months(sheet: Sheet, columns: dict[str, Column], values: dict[str, pd.Series]) -> None:
    """Take the months of one column as the periods of a list without a start or an end: a host's monthly statement.

    Of a single day nobody knows which days its amount is of; without a period it would count in every year.
    """
    first, last = values[periods.DATE], periods.read_day(periods.DATE, columns, sheet, last=True)
    if not {periods.START, periods.END} & {*columns}:
        values[periods.START], values[periods.END] = first, last
        sheet.fault((first == last).to_numpy(dtype=bool), periods.DATE, "{column}_missing", column=periods.START)


def _table(sheet: Sheet) -> pd.DataFrame:
    """Return the columns of the kind: those that were read, and blanks for the others."""
    values, rows = sheet.series, len(sheet)
    # What records state of their own error is a column of its tables only where the file has it.
    types = sheet.contract.table.columns
    names = [*(c for c in types if c not in _ORIGIN), *({UNCERTAINTY} & {*values})]

    @cache  # all absent columns of one type share the memory of one blank column
    def absent(kind: str) -> pd.Series:
        return constant_text("", rows) if kind == schemas.TEXT else pd.Series(
            np.zeros(rows, dtype=bool) if kind == schemas.FLAG else
            np.full(rows, "NaT", dtype="datetime64[s]") if kind == schemas.DAY else np.full(rows, np.nan))

    values |= {name: absent(types[name]) for name in names if name not in values}
    return pd.DataFrame({c: values[c].array for c in names}, copy=False)
