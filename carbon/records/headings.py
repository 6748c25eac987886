"""
Finding the row of headings, and which column of the contract each heading is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from carbon.core import units
from carbon.core.errors import FileRefused
from carbon.core.params import FilePattern
from carbon.records import vocabulary
from carbon.records.cell_units import named_beside
from carbon.records.contract import CURRENCY, PERSON, UNIT, Contract
from carbon.records.faults import Warned
from carbon.records.grids import Grid
from carbon.records.heading_faults import (
    TEMPLATE,
    absent,
    check_declared,
    column_of_returns,
    key_of,
    missing_columns,
    no_header,
    refuse_other_currency,
    refuse_scale,
    rivals,
    unread,
)
from carbon.records.vocabulary import heading_key

BRACKETED = re.compile(r"^(.*?)[\s_]*[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*$", re.DOTALL)
_TRAILING = re.compile(r"^(.*?\w)(?:[\s_]+(?:en|in))?[\s_]+([^\s_]+(?:[\s_](?:PCS|PCI|HHV|LHV|H[SIOU]))?)\s*$",
                       re.DOTALL | re.IGNORECASE)
_SIGNS = ("$", "¥")
_COMMON = frozenset(["EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "JPY", "CAD", "AUD"])
"""Currencies taken from the end of a heading without brackets: other codes may be words there."""
YEARS, _MONTHS = frozenset({"year", "annee", "jahr"}), frozenset({"month", "mois", "monat"})
_ONLY_ALONE = YEARS | _MONTHS | {
    "period", "periode", "zeitraum", "document date", "doc date", "partner", "net", "text", "memo", "product",
    "produit", "produkt", "commodity", "utility"}
"""Headings that count only where no other heading names their column."""
_PERIOD = {"period_start", "period_end"}
"""Both stand for a date."""
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Layout:
    """
    Where each column of the contract stands in the grid, and what the headings say of units.
    """

    first_row: int
    headings: list[str]
    columns: dict[str, int]
    width: int
    """Cells in the row of headings as written."""
    units: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    """Unit column that the file has -> the unit that a heading says as well."""
    joined: dict[str, list[str | int]] = field(default_factory=dict)
    """Column -> texts and positions whose cells make it up, e.g. "{city}, {country}"."""
    warnings: list[Warned] = field(default_factory=list)


@dataclass(frozen=True)
class Headings:
    """
    The headings one kind of file may have: known words, and those declared in params.
    """

    contract: Contract
    options: FilePattern
    _met: dict[str, tuple[str | None, str]] = field(default_factory=dict, repr=False, compare=False)
    """What each cell met so far names: rows are tried with several separators, and their cells repeat."""

    def recognise(self, row: list[str]) -> int:
        """
        How many columns of the contract a row of cells names.
        """
        return len(self.match(row)[0])

    def match(self, row: list[str]) -> tuple[dict[str, int], dict[str, str], dict[str, list[int]]]:
        """
        Column -> position, unit column -> unit said in a heading, and columns that several headings name.
        """
        found: dict[str, list[int]] = {}
        exact: dict[str, list[int]] = {}
        weak: dict[str, list[int]] = {}
        units_at: dict[int, str] = {}
        declared, known = self._declared, self._of_kind
        for position, cell in enumerate(row):
            column = declared.get(key_of(cell)) if declared else None
            if column is not None:
                exact.setdefault(column, []).append(position)
                units_at[position] = self._unit_said(column, cell)
                continue
            column, unit = self._met.get(cell) or self._met.setdefault(cell, self._known(cell, known))
            if column is None or column in self.options.columns or column in self.options.constants:
                continue
            own = heading_key(cell) == heading_key(column)
            alone = self._weak(cell, unit)
            (exact if own else weak if alone else found).setdefault(column, []).append(position)
            units_at[position] = unit
        places = weak | found | exact
        if not places:
            return {}, {}, {}  # as most rows of a file: they are no headings
        said = {c: units_at[p[0]] for c, p in places.items() if units_at.get(p[0])}
        # Who travelled is read only where params ask for it: two headings of persons are no doubt.
        asked = set(self.contract.columns) - {f.name for f in self.contract.fields if f.reads == PERSON}
        twice = {c: p for c, p in places.items() if len(p) > 1 and c in asked | set(self.options.columns)}
        twice |= rivals(row, exact, found, units_at, self.contract)
        return {c: p[0] for c, p in places.items()}, self._units(said), twice

    @cached_property
    def _declared(self) -> dict[str, str]:
        """
        Heading declared in params -> column.
        """
        return {key_of(h): c for c, h in self.options.columns.items() if not TEMPLATE.search(h)}

    @cached_property
    def _of_kind(self) -> dict[str, str]:
        return vocabulary.headings_of(self.contract.kind, self.contract.columns)

    def _weak(self, cell: str, unit: str) -> bool:
        """
        Whether a heading counts only where no other names its column, with or without a unit behind it.
        """
        named = [found[1] for p in (BRACKETED, _TRAILING) if unit and (found := p.match(cell)) and found[2] == unit]
        keys = {heading_key(text) for text in (cell, *named)}
        return heading_key(cell) == heading_key(unit) or bool(keys & _ONLY_ALONE) or \
            any(vocabulary.counts_alone(self.contract.kind, key) for key in keys)

    def _unit_said(self, column: str, cell: str) -> str:
        """
        The unit that a declared heading says of its column, where params do not say it.
        """
        unit_column = self.contract.name_of[column].unit_column if column in self.contract.name_of else ""
        if not unit_column or {unit_column} & {*self.options.constants, *self.options.columns}:
            return ""
        for pattern in (BRACKETED, _TRAILING):
            found = pattern.match(cell)
            unit = self._unit(unit_column, found[2], loose=pattern is BRACKETED) if found else ""
            if unit:
                return unit
        return ""

    def _known(self, cell: str, known: dict[str, str]) -> tuple[str | None, str]:
        """
        The column a heading names, and the unit it says: "Amount (EUR)", "Distance en km", "quantity_kwh", "kWh".
        """
        if not _LETTER.search(cell):
            return None, ""
        for pattern in (BRACKETED, _TRAILING):
            found = pattern.match(cell)
            column = known.get(heading_key(found[1])) if found else None
            if found is None or column is None or not self.contract.name_of[column].unit_column:
                continue
            unit = self._unit(self.contract.name_of[column].unit_column, found[2], loose=pattern is BRACKETED)
            if unit:
                return column, unit
            if not heading_key(found[2]):
                return None, ""  # "Amount ($)": what the sign says is not known
        twins = {known.get(heading_key(part)) for part in (cell.split("/") if "/" in cell else [])}  # "Datum / Date"
        column = known.get(heading_key(cell)) or (twins.pop() if len(twins) == 1 else None)
        return (column, "") if column is not None else self._unit_alone(cell)

    def _unit_alone(self, cell: str) -> tuple[str | None, str]:
        """
        A heading that is a unit and nothing else, where one column of the kind is measured in it.
        """
        column = self.contract.measure[0]
        unit_column = self.contract.name_of[column].unit_column if column else ""
        if not unit_column or self.contract.name_of[unit_column].reads != UNIT:
            return None, ""
        if not self.contract.name_of[unit_column].dimensions:
            return None, ""
        unit = self._unit(unit_column, cell, loose=False)
        return (column, unit) if unit else (None, "")

    def _unit(self, column: str, text: str, *, loose: bool) -> str:
        field = self.contract.name_of[column]
        if field.reads == CURRENCY:
            if text in _SIGNS:
                return text
            code = vocabulary.currency(text)
            return code if code and (loose or code in _COMMON) else ""
        unit = units.find(text)
        if unit is None:
            return ""
        return text if loose or not field.dimensions or unit.dimension in field.dimensions else ""

    def _units(self, said: dict[str, str]) -> dict[str, str]:
        return {self.contract.name_of[c].unit_column: u for c, u in said.items()}

    def joined(self, row: list[str]) -> dict[str, list[str | int]]:
        """
        Columns declared as several headings in braces: the pieces of text and the positions between them.
        """
        places = {key_of(cell): i for i, cell in enumerate(row)}
        return {c: [places.get(key_of(p), -1) if i % 2 else p for i, p in enumerate(TEMPLATE.split(h))]
                for c, h in self.options.columns.items() if TEMPLATE.search(h)}


def find_layout(grid: Grid, headings: Headings, name: str, needed: set[str]) -> Layout:
    """
    The row of headings of a grid, and its columns.

    Parameters
    ----------
    needed
        Columns the file must have.

    Raises
    ------
    FileRefused
        No row of headings, a needed column missing (the columns found and the nearest are named), a column twice.
    """
    options = headings.options
    if grid.headings is not None:
        return _layout(0, grid.headings, headings, name, needed, grid)
    rows = grid.head()
    if options.header_row is not None:
        at = [i for i, line in enumerate(grid.lines.tolist()[:len(rows)]) if line == options.header_row]
        if not at:
            raise FileRefused(f"{name}: no row {options.header_row} for the declared header_row", code="header_missing",
                              what_to_do="correct `header_row` in the company's params")
        start = at[0]
    else:
        scores = [headings.recognise(row) for row in rows]
        best = max(scores, default=0)
        if best < min(2, len(needed)):
            raise no_header(name, rows, headings)
        start = scores.index(best) - (options.header_rows - 1)
        refuse_scale(rows[:max(start, 0)], headings, name, rows[start])
    stop = start + options.header_rows
    return _layout(stop, _joined(rows[max(start, 0):stop]), headings, name, needed, grid)


def _joined(rows: list[list[str]]) -> list[str]:
    """
    Several heading rows as one: upper titles reach over the empty cells to their right.
    """
    if len(rows) == 1:
        return rows[0]
    titles = []
    for row in rows[:-1]:
        reach = ""
        spread = []
        for cell in row:
            reach = cell or reach
            spread.append(reach)
        titles.append(spread)
    return [" ".join(filter(None, parts)) for parts in zip(*titles, rows[-1], strict=True)]


def _year_and_month(cells: list[str], columns: dict[str, int],
                    twice: dict[str, list[int]]) -> dict[str, list[str | int]]:
    """
    A date that a file gives as a year and a month in two columns: both joined, e.g. "2024-3".
    """
    places = twice.get("date", [])
    year = [p for p in places if heading_key(cells[p]) in YEARS]
    month = [p for p in places if heading_key(cells[p]) in _MONTHS]
    if len(places) != 2 or len(year) != 1 or len(month) != 1:
        return {}
    del twice["date"], columns["date"]
    return {"date": ["", year[0], "-", month[0], ""]}


def _layout(first_row: int, cells: list[str], headings: Headings, name: str, needed: set[str], grid: Grid) -> Layout:
    columns, units_said, twice = headings.match(cells)
    check_declared(cells, headings, name)
    returns = column_of_returns(grid, first_row, columns, headings.contract)
    columns |= {"return": returns} if returns is not None and "return" not in headings.options.constants else {}
    joined = headings.joined(cells) | _year_and_month(cells, columns, twice)
    if twice:
        column, places = next(iter(twice.items()))
        which = ", ".join(f"{cells[p]!r} (column {p + 1})" for p in places)
        raise FileRefused(f"{name}: `{column}` may be any of {which}", code="columns_ambiguous",
                          what_to_do=f"declare which one under `columns: {{{column}: ...}}` in the company's params")
    refuse_other_currency(cells, columns, headings, name)
    constants = set(headings.options.constants)
    implied = {c: u for c, u in units_said.items() if c not in columns and c not in constants}
    have = set(columns) | set(implied) | set(joined)
    unseen = [c for c, p in columns.items() if p in grid.hidden_columns and c not in headings.options.columns]
    if unseen:
        raise FileRefused(f"{name}: the workbook hides the column of `{unseen[0]}` ({cells[columns[unseen[0]]]!r})",
                          code="hidden_column", what_to_do="show the column, or map it under `columns` in params")
    signed = named_beside(grid, first_row, columns, headings.contract, needed - have)
    missing = sorted(needed - have - signed - ({"date"} if have >= _PERIOD else set()))
    if missing:
        raise missing_columns(name, missing, cells, columns, headings)
    warnings = [*grid.warnings, *absent(name, cells, columns, have, headings),
                *unread(name, cells, columns, have, headings)]
    width = len(cells) if grid.widths is None or not first_row else int(grid.widths[first_row - 1])
    return Layout(first_row, cells, columns, width, implied, {c: u for c, u in units_said.items() if c not in implied},
                  joined, warnings)
