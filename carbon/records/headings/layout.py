"""The row of headings of a grid, where each column of the contract is below it, and what the path of a file states."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate

from carbon.core.params.company import FilePattern
from carbon.records.grids.cells import Grid
from carbon.records.headings import faults
from carbon.records.headings.faults import unknown_column
from carbon.records.headings.matching import MONTHS, YEARS, Headings, units_in_cells
from carbon.records.kinds.contract import Contract
from carbon.records.kinds.messages import Warned, refusal
from carbon.records.kinds.vocabulary import heading_key

_PERIOD = {"period_start", "period_end"}
"""Together they replace a date."""


@dataclass(frozen=True)
class Layout:
    """Position of each column of the contract in the grid, and the units in the headings."""

    first_row: int
    headings: list[str]
    columns: dict[str, int]
    width: int
    """Cells in the row of headings as written."""
    units: dict[str, str] = field(default_factory=dict)
    stated_units: dict[str, str] = field(default_factory=dict)
    """Unit column that the file has -> the unit that a heading names as well."""
    joined: dict[str, list[str | int]] = field(default_factory=dict)
    """Column -> strings and positions whose cells make it up, e.g. "{city}, {country}"."""
    warnings: list[Warned] = field(default_factory=list)


def find_layout(grid: Grid, headings: Headings, name: str, needed: set[str]) -> Layout:
    """Find the row of headings of a grid, and its columns.

    `needed`: Columns the file must have.

    Raises FileRefused: No row of headings, a needed column missing (the columns found and the nearest are named), a
    column twice.
    """
    options = headings.options
    if grid.headings is not None:
        return _layout(0, grid.headings, headings, name, needed, grid)
    rows = grid.head()
    stop, cells, best = heading_row(grid, options, name, headings.recognise)
    if options.header_row is None:
        if best < min(2, len(needed)):
            raise faults.no_header(name, rows, headings)
        faults.refuse_scale(rows[:max(stop - options.header_rows, 0)], headings, name, rows[stop - 1])
    return _layout(stop, cells, headings, name, needed, grid)


def heading_row(grid: Grid, options: FilePattern, name: str,
                score: Callable[[list[str]], int]) -> tuple[int, list[str], int]:
    """Return the first row below the headings, the headings, and the best score: declared, or the row that scores best.

    Raises FileRefused: `header_missing`: no such row as params declare.
    """
    if grid.headings is not None:
        return 0, grid.headings, score(grid.headings)
    rows = grid.head()
    if options.header_row is not None:
        at = [i for i, line in enumerate(grid.lines.tolist()[:len(rows)]) if line == options.header_row]
        if not at:
            raise refusal("header_missing.declared", name, line=options.header_row)
        start, best = at[0], 0
    else:
        scores = [score(row) for row in rows]
        best = max(scores, default=0)
        start = (scores.index(best) if scores else 0) - (options.header_rows - 1)
    stop = start + options.header_rows
    return stop, _joined(rows[max(start, 0):stop]) if rows else [], best


def _joined(rows: list[list[str]]) -> list[str]:
    """Join several heading rows into one: upper titles reach over the empty cells to their right."""
    titles: list[Iterator[str]] = [accumulate(row, lambda reach, cell: cell or reach) for row in rows[:-1]]
    return [" ".join(filter(None, parts)) for parts in zip(*titles, rows[-1], strict=True)]


def _year_and_month(cells: list[str], columns: dict[str, int],
                    twice: dict[str, list[int]]) -> dict[str, list[str | int]]:
    """Join a date that a file gives as a year and a month in two columns, e.g. "2024-3"."""
    places = twice.get("date", [])
    year = [p for p in places if heading_key(cells[p]) in YEARS]
    month = [p for p in places if heading_key(cells[p]) in MONTHS]
    if len(places) != 2 or len(year) != 1 or len(month) != 1:
        return {}
    del twice["date"], columns["date"]
    return {"date": ["", year[0], "-", month[0], ""]}


def _layout(first_row: int, cells: list[str], headings: Headings, name: str, needed: set[str], grid: Grid) -> Layout:
    columns, units_said, twice = headings.match(cells)
    faults.check_declared(cells, headings, name)
    faults.refuse_mapped_amount(headings, name)
    returns = faults.column_of_returns(grid, first_row, columns, headings.contract)
    columns |= {"return": returns} if returns is not None and "return" not in headings.options.constants else {}
    joined = headings.joined(cells) | _year_and_month(cells, columns, twice)
    units_said |= headings.summed_units(joined, cells, name)
    if twice:
        column, places = next(iter(twice.items()))
        which = ", ".join(f"{cells[p]!r} (column {p + 1})" for p in places)
        raise refusal("columns_ambiguous", name, column=column, which=which, columns=(column,),
                      facts={"column": column, "headings": which})
    faults.refuse_other_currency(cells, columns, headings, name)
    constants = set(headings.options.constants)
    implied = {c: u for c, u in units_said.items() if c not in columns and c not in constants}
    have = set(columns) | set(implied) | set(joined)
    unseen = [c for c, p in columns.items() if p in grid.hidden_columns and c not in headings.options.columns]
    if unseen:
        raise refusal("hidden_column", name, column=unseen[0], heading=cells[columns[unseen[0]]])
    signed = units_in_cells(grid, first_row, columns, headings.contract, needed - have)
    missing = sorted(needed - have - signed - ({"date"} if have >= _PERIOD else set()))
    if missing:
        raise faults.missing_columns(name, missing, cells, columns, headings)
    warnings = [*grid.warnings, *faults.absent_columns(name, cells, columns, have, headings),
                *faults.unread_headings(name, cells, columns, have, headings)]
    width = len(cells) if grid.widths is None or not first_row else int(grid.widths[first_row - 1])
    return Layout(first_row, cells, columns, width, implied, {c: u for c, u in units_said.items() if c not in implied},
                  joined, warnings)


PATH_TIME = ("year", "month")


def with_path(options: FilePattern, parts: dict[str, str], contract: Contract, name: str) -> FilePattern:
    """Return the options with the named parts of the path as constants; declared options outrank the path.

    Raises FileRefused: `constants` or `values` name a column that the kind does not have.
    """
    for key, group in (("constants", options.constants), ("values", options.model_dump()["values"])):
        for column in group:
            if column not in contract.name_of:
                raise unknown_column(f"`{key}` in params name", column, contract, name)
    of_path = {k: v for k, v in parts.items() if k in contract.name_of and k not in PATH_TIME}
    return options.model_copy(update={"constants": {**of_path, **options.constants}}) if of_path else options


def dated_by_path(options: FilePattern, parts: dict[str, str], layout: Layout, name: str) -> FilePattern:
    """Return the options with the path's year (and month) as the period, where the file has no dates of its own."""
    dated = {"date", "period_start"} & {*layout.columns, *layout.joined}
    if "year" not in parts or options.period is not None or dated:
        return options
    if not re.fullmatch(r"(19|20)\d{2}", parts["year"]) or not re.fullmatch(r"0?[1-9]|1[0-2]", parts.get("month", "1")):
        raise refusal("path_unfit", name, year=parts["year"], month=parts.get("month", ""))
    return options.model_copy(update={"period": days_of(parts["year"], parts.get("month"))})


def days_of(year: str, month: str | None) -> tuple[date, date]:
    """Return first and last day of a year, or of one month of it."""
    first, last = (1, 12) if month is None else (int(month), int(month))
    return date(int(year), first, 1), date(int(year), last, monthrange(int(year), last)[1])
