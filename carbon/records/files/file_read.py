"""From a grid to a records table, and one file as it was read: every row ends accepted, excluded or rejected.

The rules of `rules.registry` decide which rows count; columns are read between the rules. Records go on; every row that
does not has a line in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import schemas
from carbon.core.display import Displayed
from carbon.core.errors import FileRefused
from carbon.core.text_columns import Flags, Ints, Rows, Texts, same_text, text_array, values_of
from carbon.params.shapes.company import FilePattern
from carbon.params.shapes.files import FEC
from carbon.records.grids.cells import Column, Grid, check_field, letters
from carbon.records.headings.layout import Layout, dated_by_path, find_layout, with_path
from carbon.records.headings.matching import Headings, split_units
from carbon.records.kinds.contract import DAY, PERSON, UNCERTAINTY, WHOLE, Contract, ProjectContext
from carbon.records.kinds.faults import Excluded, Faults
from carbon.records.kinds.measures import MEASURED, labelled_amounts, ledger_amounts, totals
from carbon.records.kinds.messages import Warned
from carbon.records.rules.declared import REASONS, company_defaults, located_by_site
from carbon.records.rules.registry import Stage, apply_rules
from carbon.records.rules.sheet import Sheet
from carbon.records.values import periods
from carbon.records.values.contract_columns import CODES, as_declared, columns_of, in_parts
from carbon.records.values.fields import constant_array, read_field
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

    @cached_property
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
    return table_read(sheet, contract, periods.clocks(columns.get(periods.DATE, columns.get(periods.START))))


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
    columns, contract, values = dict(sheet.raw), sheet.contract, sheet.arrays
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
    values |= {c: constant_array(text, len(sheet)) for c, text in contract.constants.items()}


def _take_months(sheet: Sheet, columns: dict[str, Column], values: dict[str, Any]) -> None:
    """Take the months of one column as the periods of a list without a start or an end: a host's monthly statement. Of
    a single day nobody knows which days its amount is of; without a period it would count in every year.
    """
    first, last = values[periods.DATE], periods.read_day(periods.DATE, columns, sheet, last=True)
    if not {periods.START, periods.END} & {*columns}:
        values[periods.START], values[periods.END] = first, last
        sheet.fault(first == last, periods.DATE, "{column}_missing", column=periods.START)


def _table(sheet: Sheet) -> pd.DataFrame:
    """Return the columns of the kind: those that were read, and blanks for the others."""
    values, rows = sheet.arrays, len(sheet)
    # What records state of their own error is a column of its tables only where the file has it.
    types = sheet.contract.table.columns
    names = [*(c for c in types if c not in _ORIGIN), *({UNCERTAINTY} & {*values})]

    @cache  # all absent columns of one type share the memory of one blank column
    def absent(kind: str) -> Any:
        return constant_array("", rows) if kind == schemas.TEXT else np.zeros(rows, dtype=bool) \
            if kind == schemas.FLAG else np.full(rows, "NaT", dtype="datetime64[s]") \
            if kind == schemas.DAY else np.full(rows, np.nan)

    values |= {name: absent(types[name]) for name in names if name not in values}
    return pd.DataFrame({c: values[c] for c in names}, copy=False)


@dataclass(frozen=True, repr=False)
class FileRead(Displayed):
    """One input file. Read = accepted + rejected; accepted holds what is excluded.

    `repeated` flags kept rows that another row of the company-year repeats and params count once; `why` the reason.
    """

    name: str
    kind: str
    prefix: str
    reads: list[TableRead]
    warnings: list[Warned] = field(default_factory=list)
    repeated: Flags | None = None
    why: Texts | None = None
    source: str = ""
    """Label of the source profile that it was read by (`params.sources`)."""

    @property
    def dialect(self) -> str:
        """Form, encoding and separator of the file, in words, and the source profile that it was read by."""
        return self.reads[0].dialect + (f"; source {self.source}" if self.source else "")

    @property
    def assumptions(self) -> list[dict[str, Any]]:
        """Defaults of the company for columns that the file does not have: column, value, reason, rows that take it."""
        rows: dict[tuple[str, str], int] = {}
        for table_read in self.reads:
            for assumed in table_read.assumed.items():
                rows[assumed] = rows.get(assumed, 0) + int(table_read.kept.sum())
        return [{"column": column, "value": value, "reason": REASONS[column], "rows": count}
                for (column, value), count in rows.items()]

    @property
    def rows_read(self) -> int:
        """Rows found in the file."""
        return sum(len(r.lines) for r in self.reads)

    @property
    def rows_excluded(self) -> int:
        """Rows understood that do not enter the inventory; a part of the accepted ones."""
        return sum(len(r.excluded) for r in self.reads)

    @property
    def rows_rejected(self) -> int:
        """Rows rejected, with those that another row repeats and params count once."""
        again = 0 if self.repeated is None else int(self.repeated.sum())
        return sum(int(r.rejected.sum()) for r in self.reads) + again

    @property
    def rows_accepted(self) -> int:
        """Rows understood: read - rejected."""
        return self.rows_read - self.rows_rejected

    @cached_property
    def kept_rows(self) -> pd.DataFrame:
        """The kept rows without their origin, in which duplicates are sought."""
        tables = [r.table if r.kept.all() else r.table[r.kept].reset_index(drop=True) for r in self.reads]
        return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)

    @property
    def clocks(self) -> pd.Series | None:
        """Time of day of each kept row; None where the file has none."""
        if all(r.clocks is None for r in self.reads):
            return None
        parts = [pd.Series("", range(int(r.kept.sum())), dtype="str") if r.clocks is None else r.clocks[r.kept]
                 for r in self.reads]
        return pd.concat(parts, ignore_index=True)

    @property
    def totals(self) -> dict[str, str]:
        """Exact sums of the records by unit; of a FEC, of its class 6 accounts only."""
        counted_rows = self.kept_rows if self.repeated is None else self.kept_rows[~self.repeated]
        if self.kind == FEC:
            counted_rows = counted_rows[counted_rows["account"].str.startswith("6")]
        return totals(self.reads[0].contract.lands_in, counted_rows)

    @property
    def read_totals(self) -> dict[str, str]:
        """Sums over every row read that is no subtotal: what a control total is compared with."""
        every = pd.concat([r.table[~r.subtotals] for r in self.reads], ignore_index=True)
        return totals(self.reads[0].contract.lands_in, every)

    @cached_property
    def records(self) -> pd.DataFrame:
        """The rows that go on, as the kind's table."""
        contract = self.reads[0].contract
        if not len(self.kept_rows):
            return contract.table.validate(contract.table.empty())
        rows = pd.concat([self._kept_origin(), self.kept_rows], axis=1)
        if self.repeated is not None:
            rows = rows[~self.repeated].reset_index(drop=True)
        # Ids are unique by construction (file and line); looking for a second one in ten million costs seconds.
        unkeyed = contract.table if contract.kind == "reported_inventories" else replace(contract.table, key=())
        # A blank whole number is none: category 0 of scope 1 and 2.
        whole = {f.name: np.nan_to_num(rows[f.name]).astype(np.int64) for f in contract.fields if f.reads == WHOLE}
        return unkeyed.validate(rows.assign(**whole) if whole else rows, extra=True)

    def _kept_origin(self) -> pd.DataFrame:
        parts = [pd.DataFrame(_origin(r, self, np.flatnonzero(r.kept)), copy=False) for r in self.reads]
        return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)

    @cached_property
    def rejects(self) -> pd.DataFrame:
        """One line a fault."""
        tables = [_ended(r, self, r.faults, schemas.REJECTS) for r in self.reads if len(r.faults)]
        if self.repeated is not None and self.why is not None:
            rows = self.kept_rows[self.repeated].reset_index(drop=True)
            origin = self._kept_origin()[self.repeated].reset_index(drop=True)
            amounts = ledger_amounts(self.reads[0].contract.lands_in, rows)
            tables.append(pd.concat([origin, amounts], axis=1).assign(
                code="duplicate", reason=self.why[self.repeated], column="", value="", stage="reader", counts_row=True,
                what_to_do="keep one of the two, or declare `duplicates: keep` for the file in params"))
        return _joined(tables, schemas.REJECTS)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """One line for each row that ended here: excluded or rejected."""
        lines = [_ended(r, self, r.excluded, schemas.LEDGER) for r in self.reads if len(r.excluded)]
        rejected = self.rejects
        if len(rejected):
            first_lines = rejected if rejected["counts_row"].all() else rejected[rejected["counts_row"]]
            lines.append(first_lines.assign(outcome="rejected"))
        return _joined(lines, schemas.LEDGER)


Outcome = tuple[str, FilePattern | None, FileRead | FileRefused]
"""Name of a file, its entry of params, and the file as it was read or why it is refused."""


def _origin(table_read: TableRead, file: FileRead, rows: Rows) -> dict[str, Any]:
    """Return record_id, kind, source_file, source_sheet, source_line of some rows, column by column."""
    start = f"{file.prefix}#{table_read.sheet}:" if table_read.sheet else f"{file.prefix}:"
    lines = table_read.lines[rows].astype(np.int64)
    places = pa.array(lines).cast(pa.string()) if table_read.cells is None else table_read.cells.take(pa.array(rows))
    ids = pc.binary_join_element_wise(start, places, "")
    constants = {"kind": table_read.contract.lands_in, "source_file": file.name, "source_sheet": table_read.sheet}
    return {"record_id": text_array(ids), **{c: constant_array(t, len(rows)) for c, t in constants.items()},
            "source_line": lines}


def _ended(table_read: TableRead, file: FileRead, lines: pd.DataFrame, contract: schemas.Table) -> pd.DataFrame:
    """Return the lines of rows that ended here, rejected or excluded; the cells of persons are not shown."""
    rows = lines["row"].to_numpy(dtype=np.intp)
    of_person = lines["column"].isin([f.name for f in table_read.contract.fields if f.reads == PERSON])
    measured = {c: values_of(table_read.table[c]).take(rows) for c in MEASURED if c in table_read.table.columns}
    measured["source_line"] = table_read.lines[rows]
    amount, unit, units = labelled_amounts(table_read.contract.lands_in, measured)
    columns = {"what_to_do": same_text("", len(rows)), **{str(c): lines[c].array for c in lines}}
    columns["value"] = lines["value"].mask(of_person & (lines["value"] != ""), "***").array
    columns |= {**_origin(table_read, file, rows), "amount": amount, "unit": text_array(units).take(unit),
                "stage": same_text("reader", len(rows)), "outcome": same_text("excluded", len(rows)),
                "counts_row": ~pd.Series(rows).duplicated().to_numpy()}
    return pd.DataFrame({c: columns[c] for c in contract.columns})


def _joined(tables: list[pd.DataFrame], contract: schemas.Table) -> pd.DataFrame:
    names = list(contract.columns)
    filled = [t if t.columns.tolist() == names else t[names] for t in tables if len(t)]
    if not filled:
        return contract.empty()
    table = filled[0] if len(filled) == 1 else pd.concat(filled, ignore_index=True)
    return contract.validate(schemas.retyped(table, contract.dtypes))
