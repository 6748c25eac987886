"""
Finding the row of headings, and which column of the contract each heading is.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from carbon.core import units
from carbon.core.errors import FileRefused, UnitError
from carbon.core.params import FilePattern
from carbon.records import vocabulary
from carbon.records.contract import CURRENCY, Contract
from carbon.records.faults import Warned
from carbon.records.grids import Grid
from carbon.records.vocabulary import heading_key

_BRACKETED = re.compile(r"^(.*?)[\s_]*[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*$", re.DOTALL)
_PERIOD = {"period_start", "period_end"}
"""Both stand for a date."""
_TEMPLATE = re.compile(r"\{([^{}]+)\}")
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
        said: dict[str, str] = {}
        declared = {_key(h): c for c, h in self.options.columns.items() if not _TEMPLATE.search(h)}
        known = vocabulary.headings_of(self.contract.kind, self.contract.columns)
        for position, cell in enumerate(row):
            column = declared.get(_key(cell))
            if column is not None:
                exact.setdefault(column, []).append(position)
                continue
            column, unit = self._known(cell, known)
            if column is None or column in self.options.columns or column in self.options.constants:
                continue
            own = heading_key(cell) == heading_key(column)
            (exact if own else found).setdefault(column, []).append(position)
            if unit:
                said[column] = unit
        places = found | exact
        twice = {c: p for c, p in places.items() if len(p) > 1}
        return {c: p[0] for c, p in places.items()}, self._units(said), twice

    def _known(self, cell: str, known: dict[str, str]) -> tuple[str | None, str]:
        if not _LETTER.search(cell):
            return None, ""
        column = known.get(heading_key(cell))
        if column is not None:
            return column, ""
        bracketed = _BRACKETED.match(cell)
        column = known.get(heading_key(bracketed[1])) if bracketed else None
        if column is None or bracketed is None or not self.contract.name_of[column].unit_column:
            return None, ""
        unit = self._unit(self.contract.name_of[column].unit_column, bracketed[2])
        return (column, unit) if unit else (None, "")

    def _unit(self, column: str, text: str) -> str:
        if self.contract.name_of[column].reads == CURRENCY:
            return vocabulary.currency(text) or ""
        try:
            units.parse_unit(text)
        except UnitError:
            return ""
        return text

    def _units(self, said: dict[str, str]) -> dict[str, str]:
        return {self.contract.name_of[c].unit_column: u for c, u in said.items()}

    def joined(self, row: list[str]) -> dict[str, list[str | int]]:
        """
        Columns declared as several headings in braces: the pieces of text and the positions between them.
        """
        places = {_key(cell): i for i, cell in enumerate(row)}
        return {c: [places.get(_key(p), -1) if i % 2 else p for i, p in enumerate(_TEMPLATE.split(h))]
                for c, h in self.options.columns.items() if _TEMPLATE.search(h)}


def _key(heading: str) -> str:
    return " ".join(heading.replace("\ufeff", "").split()).casefold()


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
            raise _no_header(name, rows, headings)
        start = scores.index(best) - (options.header_rows - 1)
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


def _layout(first_row: int, cells: list[str], headings: Headings, name: str, needed: set[str], grid: Grid) -> Layout:
    columns, units_said, twice = headings.match(cells)
    _check_declared(cells, headings, name)
    if twice:
        column, places = next(iter(twice.items()))
        which = ", ".join(f"{cells[p]!r} (column {p + 1})" for p in places)
        raise FileRefused(f"{name}: `{column}` may be any of {which}", code="columns_ambiguous",
                          what_to_do=f"declare which one under `columns: {{{column}: ...}}` in the company's params")
    joined = headings.joined(cells)
    constants = set(headings.options.constants)
    implied = {c: u for c, u in units_said.items() if c not in columns and c not in constants}
    have = set(columns) | set(implied) | set(joined)
    unseen = [c for c, p in columns.items() if p in grid.hidden_columns and c not in headings.options.columns]
    if unseen:
        raise FileRefused(f"{name}: the workbook hides the column of `{unseen[0]}` ({cells[columns[unseen[0]]]!r})",
                          code="hidden_column", what_to_do="show the column, or map it under `columns` in params")
    missing = sorted(needed - have - ({"date"} if have >= _PERIOD else set()))
    if missing:
        raise _missing(name, missing, cells, columns, headings)
    warnings = list(grid.warnings) + _absent(name, cells, columns, have, headings)
    width = len(cells) if grid.widths is None or not first_row else int(grid.widths[first_row - 1])
    return Layout(first_row, cells, columns, width, implied, {c: u for c, u in units_said.items() if c not in implied},
                  joined, warnings)


def _check_declared(cells: list[str], headings: Headings, name: str) -> None:
    have = {_key(c) for c in cells}
    for column, heading in headings.options.columns.items():
        if column not in headings.contract.name_of:
            near = difflib.get_close_matches(column, headings.contract.columns, n=1)
            raise FileRefused(f"{name}: params declare a column {column!r} that {headings.contract.kind} does not have",
                              code="columns_unknown", what_to_do=f"did you mean {near[0]!r}?" if near else
                              f"known: {', '.join(headings.contract.columns)}")
        pieces = _TEMPLATE.findall(heading) or [heading]
        for piece in [p for p in pieces if _key(p) not in have]:
            near = difflib.get_close_matches(piece, cells, n=3, cutoff=0.4)
            raise FileRefused(f"{name}: no heading {piece!r}, which params declare for `{column}`",
                              code="columns_missing", what_to_do=f"nearest headings: {', '.join(map(repr, near))}"
                              if near else f"headings found: {_listed(cells)}")


def _absent(name: str, cells: list[str], columns: dict[str, int], have: set[str], headings: Headings) -> list[Warned]:
    """
    Columns that a declared file may lack, said so that a misspelt heading is seen.
    """
    soft = [f.name for f in headings.contract.fields if f.soft and f.name != "company"]
    absent = [c for c in soft if c not in have and c not in headings.options.constants]
    if not absent:
        return []
    hints = "; ".join(_with_nearest(absent, cells, columns, headings))
    return [Warned("column_absent", f"{name}: no column for {hints}")]


def _missing(name: str, missing: list[str], cells: list[str], columns: dict[str, int],
             headings: Headings) -> FileRefused:
    hints = _with_nearest(missing, cells, columns, headings)
    return FileRefused(
        f"{name}: missing columns: {'; '.join(hints)}. Columns found: {_listed(cells)}", code="columns_missing",
        what_to_do="map the headings under `columns`, or give a value for every row under `constants`, in params")


def _with_nearest(missing: list[str], cells: list[str], columns: dict[str, int], headings: Headings) -> list[str]:
    used = set(columns.values())
    free = [c for i, c in enumerate(cells) if i not in used and c]
    hints = []
    for column in missing:
        words = [w for w, c in vocabulary.headings_of(headings.contract.kind, (column,)).items() if c == column]
        scored = sorted(((max(_likeness(c, w) for w in words), c) for c in free), reverse=True)
        near = [c for score, c in scored[:3] if score > 0.4]
        hints.append(f"{column} (nearest: {', '.join(map(repr, near))})" if near else column)
    return hints


def _likeness(heading: str, known: str) -> float:
    return difflib.SequenceMatcher(None, heading_key(heading), known).ratio()


def _listed(cells: list[str]) -> str:
    shown = [repr(c) for c in cells if c][:30]
    return ", ".join(shown) or "none"


def _no_header(name: str, rows: list[list[str]], headings: Headings) -> FileRefused:
    first = next((r for r in rows if any(r)), [])
    return FileRefused(
        f"{name}: no row of headings for {headings.contract.kind} in the first {len(rows)} rows; the first row is "
        f"{_listed(first)}", code="header_missing",
        what_to_do=f"headings needed: {', '.join(f.name for f in headings.contract.fields if f.needed)}; map others "
        "under `columns` in the company's params")
