"""
From a grid to a records table: every row ends accepted, excluded or rejected, and nothing is lost on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from carbon.core.errors import FileRefused
from carbon.core.params import FilePattern
from carbon.core.words import strip_accents
from carbon.records import periods
from carbon.records.cells import Column, constant
from carbon.records.contracts import FLAG, NUMBER, PERSON, TEXT, WHOLE, Contract
from carbon.records.faults import Excluded, Faults, Problem, Warned
from carbon.records.fields import Context, constant_text, read_field
from carbon.records.grids import Grid, check_field, filled_cells
from carbon.records.headings import Headings, Layout, find_layout
from carbon.records.kind_checks import check_rows, completed
from carbon.records.subtotals import settle_totals
from carbon.records.vocabulary import heading_key

Flags = npt.NDArray[np.bool_]
_TOO_LONG = Problem("row_too_long", "more cells than headings", "quote cells that hold the separator, or remove extras")
_TOO_SHORT = Problem("row_too_short", "fewer cells than headings", "restore the missing cells of the row")
_HIDDEN = Problem("hidden_row", "the workbook hides this row: it may be a subtotal or filtered out",
                  "show the row, or delete it")


@dataclass(frozen=True)
class Told:
    """
    What a project says beyond the file: nothing where a file is checked alone.
    """

    company: str = ""
    first_day: pd.Timestamp | None = None
    last_day: pd.Timestamp | None = None
    sites: dict[str, str] = field(default_factory=dict)
    declared: bool = False
    from_path: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TableRead:
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
    headings = Headings(contract, _with_path(options, told))
    layout = find_layout(grid, headings, name, _needed(contract, headings.options, told))
    body, warnings = body_of(grid, layout, name)
    faults = Faults(len(body))
    columns = _columns(body, layout, contract, headings.options)
    context = Context(name, headings.options, faults, warnings, columns)
    excluded = Excluded(len(body))
    _exclude_declared(body, layout, columns, headings.options, excluded)
    excluded.add(_repeated_headings(body, layout), "header_repeated", "the row of headings once more")
    row_faults(body, layout, faults)
    table = _table(columns, contract, context, told, len(body))
    if contract.measure[0]:
        settle_totals(table[contract.measure[0]].to_numpy(), body, excluded, faults, contract.measure[0],
                      numbers=_number_columns(layout, contract, faults))
    skip = excluded.flags.copy()
    check_rows(contract.kind, table, context, skip)
    table = completed(contract.kind, table)
    found = faults.table()
    found = found[~skip[found["row"].to_numpy(dtype=np.intp)]].reset_index(drop=True)
    rejected = np.zeros(len(body), dtype=bool)
    rejected[found["row"].to_numpy(dtype=np.intp)] = True
    exclude_other_years(table, rejected, excluded, told)
    return TableRead(contract, grid.sheet, table, body.lines, excluded.table(), found, rejected, warnings,
                     grid.dialect)


def _with_path(options: FilePattern, told: Told) -> FilePattern:
    if not told.from_path:
        return options
    return options.model_copy(update={"constants": {**told.from_path, **options.constants}})


def _needed(contract: Contract, options: FilePattern, told: Told) -> set[str]:
    """
    Columns the file itself must have.
    """
    needed = {f.name for f in contract.fields if f.needed and not (f.soft and told.declared)}
    needed -= set(options.constants)
    if told.sites and contract.kind == "energy":
        needed.discard("country")
    if options.period is not None:
        needed.discard("date")
    return needed


def body_of(grid: Grid, layout: Layout, name: str) -> tuple[Grid, list[Warned]]:
    """
    The rows below the headings that hold anything.
    """
    rows = np.arange(layout.first_row, len(grid))
    columns = [c.take(rows) for c in grid.columns] if layout.first_row else grid.columns
    filled = filled_cells(columns, len(rows))
    if not filled.any():
        raise FileRefused(f"{name}: headings only, no rows", code="no_rows",
                          what_to_do="ask for the file again, or remove it; no rows are not zero emissions")
    if not filled.all():
        columns = [c.take(filled) for c in columns]
    keep = rows[filled]
    for column in columns:
        check_field(column, name)
    body = replace(grid, columns=columns, lines=grid.lines[keep], headings=layout.headings,
                   widths=None if grid.widths is None else grid.widths[keep],
                   hidden=None if grid.hidden is None else grid.hidden[keep])
    return body, list(layout.warnings)


def _number_columns(layout: Layout, contract: Contract, faults: Faults) -> set[int]:
    """
    Positions of the columns that were read as numbers throughout.
    """
    faulty = faults.columns()
    return {i for c, i in layout.columns.items() if contract.name_of[c].reads == NUMBER and c not in faulty}


def _columns(body: Grid, layout: Layout, contract: Contract, options: FilePattern) -> dict[str, Column]:
    """
    Column of the contract -> its cells: from the file, from a heading's unit, or declared for every row.
    """
    rows = len(body)
    columns = {c: body.columns[i] for c, i in layout.columns.items()}
    columns |= {c: constant(unit, rows) for c, unit in layout.units.items()}
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
    if contract.dated in ("date", "period"):
        values["period_start"], values["period_end"] = periods.read_periods(columns, contract, context)
    for column in contract.fields:
        if column.name in columns and column.name not in (periods.DATE, periods.START, periods.END):
            values[column.name] = read_field(column, columns[column.name], context)
    if told.company:
        values["company"] = constant_text(told.company, rows)
    _site_country(values, contract, context, told, rows)
    _check_currency_signs(values, context)
    nothing: dict[str, pd.Series] = {}
    for column in _value_columns(contract):
        if column not in values:
            # One column of nothing stands for all that are absent: they share its memory.
            kind = _absent_kind(contract, column)
            if kind not in nothing:
                nothing[kind] = _absent(kind, rows)
            values[column] = nothing[kind]
    return pd.DataFrame({c: values[c] for c in _value_columns(contract)}, copy=False)


def _value_columns(contract: Contract) -> list[str]:
    origin = ("record_id", "kind", "source_file", "source_sheet", "source_line")
    return [c for c in contract.table.columns if c not in origin]


def _absent_kind(contract: Contract, column: str) -> str:
    spec = contract.name_of.get(column)
    return NUMBER if spec and spec.reads in (NUMBER, WHOLE) else FLAG if spec and spec.reads == FLAG else TEXT


def _absent(kind: str, rows: int) -> pd.Series:
    """
    A column the file does not have: no text, no number, no flag.
    """
    if kind == NUMBER:
        return pd.Series(np.full(rows, np.nan))
    return pd.Series(np.zeros(rows, dtype=bool)) if kind == FLAG else constant_text("", rows)


def _site_country(values: dict[str, pd.Series], contract: Contract, context: Context, told: Told, rows: int) -> None:
    """
    The country of a site declared in params, where the file does not give one.
    """
    if "country" in values or not told.sites or contract.kind != "energy" or "site" not in values:
        return
    values["country"] = values["site"].map(told.sites).fillna("").astype("str")
    unknown = (values["country"] == "").to_numpy()
    context.faults.add(np.flatnonzero(unknown), "site", Problem(
        "site_unknown", "the site is not among `sites` in params, and the row has no country",
        "add the site under `sites` in the company's params, or correct its name"), values["site"][unknown])


def _check_currency_signs(values: dict[str, pd.Series], context: Context) -> None:
    """
    A currency written in the amount must be the row's own.
    """
    for column, said in context.said.items():
        own = values["currency"].to_numpy(dtype=object) if "currency" in values else np.full(len(said), "", object)
        wrong = (said != "") & (said != own) & ~((said == "$") & np.char.endswith(own.astype(str), "D")) \
            & ~((said == "¥") & np.isin(own.astype(str), ["JPY", "CNY"])) & (own != "")
        rows = np.flatnonzero(wrong)
        context.faults.add(rows, column, Problem(
            "currency_conflict", "the amount names another currency than the row", "correct the amount or the currency"
        ), context.raw_cells(column, rows))


def _exclude_declared(body: Grid, layout: Layout, columns: dict[str, Column], options: FilePattern,
                      excluded: Excluded) -> None:
    """
    Rows that params declare to be subtotals.
    """
    for heading, patterns in options.skip_rows_where.items():
        column = columns.get(heading) or _by_heading(body, layout, heading)
        if column is None:
            raise FileRefused(f"no column {heading!r}, which `skip_rows_where` names", code="columns_missing",
                              what_to_do="correct `skip_rows_where` in the company's params")
        distinct = column.distinct()
        hit = np.array([any(fnmatchcase(fold_glob(t), fold_glob(p)) for p in patterns)
                        for t in distinct.texts.to_pylist()], dtype=bool)
        excluded.add(hit[distinct.codes], "subtotal", "declared in params not to be a record (skip_rows_where)",
                     heading, distinct.texts.take(pa.array(distinct.codes)).to_pandas())


def fold_glob(text: str) -> str:
    """
    Text without case and accents whose * and ? still mean what they mean in a glob.
    """
    return strip_accents(" ".join(text.split())).casefold()


def _by_heading(body: Grid, layout: Layout, heading: str) -> Column | None:
    at = [i for i, h in enumerate(layout.headings) if heading_key(h) == heading_key(heading) and h]
    return body.columns[at[0]] if at else None


def _repeated_headings(body: Grid, layout: Layout) -> Flags:
    same = np.ones(len(body), dtype=bool)
    for heading, column in zip(layout.headings, body.columns, strict=False):
        if heading and same.any():
            same &= column.equals(heading)
    return same


def exclude_other_years(table: pd.DataFrame, rejected: Flags, excluded: Excluded, told: Told) -> None:
    """
    Rows wholly outside the reporting year.
    """
    if told.first_day is None or told.last_day is None or "period_start" not in table.columns:
        return
    outside = ((table["period_end"] < told.first_day) | (table["period_start"] > told.last_day)).to_numpy() & ~rejected
    if outside.any():
        days = table["period_start"].dt.strftime("%Y-%m-%d").fillna("").astype("str")
        excluded.add(outside, "out_of_year", f"outside the reporting year {told.first_day:%Y-%m-%d} to "
                     f"{told.last_day:%Y-%m-%d}", "date", days)
