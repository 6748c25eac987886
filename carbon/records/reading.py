"""
From a grid to a records table: every row ends accepted, excluded or rejected, and nothing is lost on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import schemas
from carbon.core.display import Displayed
from carbon.core.errors import FileRefused
from carbon.core.params import FilePattern
from carbon.records import periods
from carbon.records.cell_units import split_units
from carbon.records.cells import Column, constant
from carbon.records.columns_beside import check_columns_beside
from carbon.records.contract import CURRENCY, DAY, NUMBER, PERSON, TEXT, UNIT, WORD, Contract
from carbon.records.days_in_doubt import settled_days
from carbon.records.debit_marks import with_signs
from carbon.records.declared import (
    check_path,
    check_said,
    check_units_said,
    currency_said,
    dated_by_path,
    located_by_site,
    site_country,
    warn_of_companies,
    warn_of_unit_above,
    with_path,
)
from carbon.records.energy_rows import flag_energy_rows
from carbon.records.exclusions import (
    OUT_OF_YEAR,
    exclude_declared,
    exclude_other_years,
    repeated_headings,
    rows_of_other_years,
    ruled_lines,
)
from carbon.records.faults import Excluded, Faults, Problem, Warned
from carbon.records.fields import Context, constant_text, read_field
from carbon.records.grids import Grid, check_field, filled_cells
from carbon.records.headings import Headings
from carbon.records.joined import difference, is_difference, joined
from carbon.records.kind_checks import check_rows, completed, without_idle_faults
from carbon.records.layout import Layout, find_layout
from carbon.records.percent import in_parts
from carbon.records.period_sums import flag_sums_of_purchases
from carbon.records.registers import with_registers
from carbon.records.row_types import flag_row_types
from carbon.records.second_tables import flag_second_tables
from carbon.records.straight_lines import check_straight_lines
from carbon.records.subtotals import remarks_said, settle_totals
from carbon.records.tickets import flag_tickets
from carbon.records.told import Told

Flags = npt.NDArray[np.bool_]
_TOO_LONG = Problem("row_too_long", "more cells than headings", "quote cells that hold the separator, or remove extras")
_TOO_SHORT = Problem("row_too_short", "fewer cells than headings", "restore the missing cells of the row")
_HIDDEN = Problem("hidden_row", "the workbook hides this row: it may be a subtotal or filtered out",
                  "show the row, or delete it")


@dataclass(frozen=True, repr=False)
class TableRead(Displayed):
    """
    One table of a file: every row read, in order, with what became of it.

    `table` has the contract's columns for all rows; `excluded` and `rejected` flag rows, `faults` says why.
    """

    contract: Contract
    sheet: str
    table: pd.DataFrame
    lines: npt.NDArray[np.int64]
    excluded: pd.DataFrame
    """row, code, reason, column, value of each excluded row."""
    faults: pd.DataFrame
    rejected: Flags
    warnings: list[Warned]
    dialect: str
    clocks: pd.Series | None = None
    """Time of day of each row, where the file has one (`periods.clocks`)."""

    @property
    def accepted(self) -> Flags:
        """
        Rows understood, with those that are excluded.
        """
        return ~self.rejected

    @property
    def subtotals(self) -> Flags:
        """
        Excluded rows that repeat others: subtotals and headings.
        """
        flags = np.zeros(len(self.table), dtype=bool)
        repeats = self.excluded["code"].isin(["subtotal", "header_repeated"])
        flags[self.excluded.loc[repeats, "row"].to_numpy(dtype=np.intp)] = True
        return flags

    @property
    def kept(self) -> Flags:
        """
        Rows understood that go on.
        """
        kept = ~self.rejected
        kept[self.excluded["row"].to_numpy(dtype=np.intp)] = False
        return kept


def read_grid(grid: Grid, contract: Contract, options: FilePattern, told: Told, name: str) -> TableRead:
    """
    Read one grid as a kind of record.

    Raises
    ------
    FileRefused
        Headings missing or ambiguous, no rows below them.
    """
    options = with_path(options, told.from_path, contract, name)
    headings = Headings(contract, options)
    layout = find_layout(grid, headings, name, _needed(contract, options, told))
    options = dated_by_path(options, told.from_path, layout, name)
    body, warnings = body_of(grid, layout, name)
    faults = Faults(len(body))
    columns = split_units(_columns(body, layout, contract, options), contract, faults)
    columns, settled = settled_days(in_parts(columns, layout, contract, faults), body, layout, options, told, name)
    warnings += settled
    context = Context(name, options, faults, warnings, columns, home=told.home, namesakes=told.namesakes)
    excluded = Excluded(len(body))
    exclude_declared(body, layout, columns, options, excluded)
    excluded.add(repeated_headings(body, layout), "header_repeated", "the row of headings once more")
    excluded.add(ruled_lines(body), "ruled_line", "a line of dashes")
    row_faults(body, layout, faults)
    table = with_signs(_table(columns, contract, context, told, len(body)), body, layout, contract, context)
    check_path(table, told, layout, body, contract, context)
    _judge(table, body, layout, headings, context, excluded)
    if contract.measure[0]:
        settle_totals(table[contract.measure[0]].to_numpy(), body, excluded, faults, contract.measure[0],
                      numbers=_number_columns(layout, contract, faults), quiet=_quiet(layout, contract))
    warnings += remarks_said(excluded, body, headings, name)
    skip = excluded.flags.copy()
    table = with_registers(table, body, layout, contract, context, skip)
    _check(table, body, layout, contract, context, skip)
    _check_above(grid, table, layout, contract, context)
    outside = rows_of_other_years(table, told.first_day, told.last_day)
    if options.out_of_year == "reject":
        faults.add(np.flatnonzero(outside), "date", OUT_OF_YEAR)
    table = completed(contract.lands_in, table)
    found = without_idle_faults(contract.lands_in, table, faults.table(), context)
    found = found[~skip[found["row"].to_numpy(dtype=np.intp)]].reset_index(drop=True)
    rejected = np.zeros(len(body), dtype=bool)
    rejected[found["row"].to_numpy(dtype=np.intp)] = True
    exclude_other_years(table, outside & ~rejected, excluded, told.first_day, told.last_day)
    return TableRead(contract, grid.sheet, table, body.lines, excluded.table(), found, rejected, warnings,
                     grid.dialect, periods.clocks(columns))


def _judge(table: pd.DataFrame, body: Grid, layout: Layout, headings: Headings, context: Context,
           excluded: Excluded) -> None:
    """
    What other columns and rows say of those that are read: cents and tariffs, cancelled rows, a second table.
    """
    check_columns_beside(table, body, layout, headings.contract, context)
    flag_row_types(table, body, layout, headings.contract, context)
    flag_second_tables(body, layout, headings, headings.contract, context.faults, excluded, context.name)


def _check(table: pd.DataFrame, body: Grid, layout: Layout, contract: Contract, context: Context,
           skip: Flags) -> None:
    """
    What the columns of a row, and rows of one meter, supplier, ticket or journey, must say together.
    """
    check_rows(contract.lands_in, table, context, skip)
    flag_energy_rows(table, body, layout, contract, context, skip)
    flag_sums_of_purchases(table, contract, context, skip)
    flag_tickets(table, body, layout, contract, context, skip)
    check_straight_lines(table, contract, context, skip)
    units = {c: table[c].to_numpy(dtype=object) for c in layout.said if c in table.columns}
    check_units_said(layout, units, contract, context)


def _check_above(grid: Grid, table: pd.DataFrame, layout: Layout, contract: Contract, context: Context) -> None:
    titles = layout.first_row - context.options.header_rows
    if contract.measure[1] in table.columns and grid.headings is None and titles > 0:
        warn_of_unit_above(grid.head()[:titles], table[contract.measure[1]].unique(), contract, context)


def _needed(contract: Contract, options: FilePattern, told: Told) -> set[str]:
    """
    Columns the file itself must have.
    """
    needed = {f.name for f in contract.fields if f.needed and not (f.soft and told.declared)}
    needed -= set(options.constants)
    if located_by_site(contract, told):
        needed.discard("country")
    if options.period is not None or "year" in told.from_path:
        needed.discard("date")
    return needed


def body_of(grid: Grid, layout: Layout, name: str) -> tuple[Grid, list[Warned]]:
    """
    The rows below the headings that hold anything.
    """
    below: slice | npt.NDArray[np.intp] = slice(layout.first_row, None)
    columns = [c.below(layout.first_row) for c in grid.columns] if layout.first_row else grid.columns
    filled = filled_cells(columns, len(grid) - layout.first_row)
    if not filled.any():
        raise FileRefused(f"{name}: headings only, no rows", code="no_rows",
                          what_to_do="write rows under the headings, ask for the file again, or remove it; no rows are "
                                     "not zero emissions")
    if not filled.all():
        columns = [c.take(filled) for c in columns]
        below = layout.first_row + np.flatnonzero(filled)
    for column in columns:
        check_field(column, name)
    body = replace(grid, columns=columns, lines=grid.lines[below], headings=layout.headings,
                   widths=None if grid.widths is None else grid.widths[below],
                   hidden=None if grid.hidden is None else grid.hidden[below])
    return body, list(layout.warnings)


def _number_columns(layout: Layout, contract: Contract, faults: Faults) -> set[int]:
    """
    Positions of the columns that were read as numbers throughout.
    """
    faulty = faults.columns()
    return {i for c, i in layout.columns.items() if contract.name_of[c].reads == NUMBER and c not in faulty}


def _quiet(layout: Layout, contract: Contract) -> set[int]:
    """
    Positions of the columns that a row of totals may fill as a record does: days, the company, units.
    """
    return {i for c, i in layout.columns.items()
            if c == "company" or contract.name_of[c].reads in (DAY, CURRENCY, UNIT)}


def _columns(body: Grid, layout: Layout, contract: Contract, options: FilePattern) -> dict[str, Column]:
    """
    Column of the contract -> its cells: from the file, from a heading's unit, or declared for every row.
    """
    rows = len(body)
    columns = {c: body.columns[i] for c, i in layout.columns.items()}
    # A text of our own export wears the mark that kept it from being a formula; in every form of file alike.
    columns = {c: cells.as_written() if contract.name_of[c].reads in (TEXT, WORD, PERSON) else cells
               for c, cells in columns.items()}
    columns |= {c: constant(unit, rows) for c, unit in layout.units.items()}
    columns |= {c: difference(body, pieces) if contract.name_of[c].reads == NUMBER and is_difference(pieces)
                else joined(body, pieces) for c, pieces in layout.joined.items()}
    columns |= {c: constant(text, rows) for c, text in options.constants.items() if c in contract.name_of}
    person = [f.name for f in contract.fields if f.reads == PERSON and f.name not in options.columns]
    return {c: column for c, column in columns.items() if c not in person}


def row_faults(body: Grid, layout: Layout, faults: Faults) -> None:
    """
    Rows with fewer or more cells than headings, and rows that the workbook hides.
    """
    if body.widths is not None:
        named = max((i + 1 for i, h in enumerate(layout.headings) if h), default=0)
        faults.add(np.flatnonzero(body.widths < named), "", _TOO_SHORT)
        longer = body.widths > layout.width
        if longer.any():
            extra = filled_cells(body.columns[layout.width:], len(body))
            faults.add(np.flatnonzero(longer & extra), "", _TOO_LONG)
    if body.hidden is not None:
        faults.add(np.flatnonzero(body.hidden), "", _HIDDEN)


def _table(columns: dict[str, Column], contract: Contract, context: Context, told: Told, rows: int) -> pd.DataFrame:
    values: dict[str, pd.Series] = {}
    if contract.dated in ("date", "period", "open"):
        values["period_start"], values["period_end"] = periods.read_periods(
            columns, contract, context, begins=told.begins)
    for column in contract.fields:
        if column.name in columns and column.name not in (periods.DATE, periods.START, periods.END):
            values[column.name] = read_field(column, columns[column.name], context)
    values |= {c: constant_text(text, rows) for c, text in contract.constants.items()}
    if told.company and not (told.group and "company" in values):
        warn_of_companies(values.get("company"), told.company, context)
        values["company"] = constant_text(told.company, rows)
    site_country(values, contract, context, told, rows)
    currency_said(values, contract, context)
    check_said(values, contract, context)
    nothing: dict[str, pd.Series] = {}
    for name in _value_columns(contract):
        if name not in values:
            # One column of nothing stands for all that are absent: they share its memory.
            kind = contract.table.columns[name]
            if kind not in nothing:
                nothing[kind] = _absent(kind, rows)
            values[name] = nothing[kind]
    return pd.DataFrame({c: values[c].array for c in _value_columns(contract)}, copy=False)


def _value_columns(contract: Contract) -> list[str]:
    origin = ("record_id", "kind", "source_file", "source_sheet", "source_line")
    return [c for c in contract.table.columns if c not in origin]


def _absent(kind: str, rows: int) -> pd.Series:
    """
    A column the file does not have: no text, no number, no flag, no day.
    """
    if kind == schemas.FLAG:
        return pd.Series(np.zeros(rows, dtype=bool))
    if kind == schemas.DAY:
        return pd.Series(np.full(rows, "NaT", dtype="datetime64[s]"))
    return constant_text("", rows) if kind == schemas.TEXT else pd.Series(np.full(rows, np.nan))
