"""Which column of the contract each heading is: known words, declared headings, and the units in them or in cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import units, vocabulary
from carbon.core.text_columns import Flags, Texts
from carbon.core.vocabulary import heading_key
from carbon.params.shapes.company import FilePattern
from carbon.records.grids.cells import MAX_COLUMNS, TEXT, Column, Grid, many
from carbon.records.headings.known import counting_alone, headings_of
from carbon.records.kinds.contract import CURRENCY, NUMBER, UNIT, Contract, Field
from carbon.records.kinds.faults import Faults
from carbon.records.kinds.messages import problem, refusal

TEMPLATE = re.compile(r"\{([^{}]+)\}")
"""A heading inside a declared value, e.g. "{city}, {country}"."""
_SUM = re.compile(r"\s*[-+\u2212]\s*")
_PIECE = re.compile(r"[^\s_]+")
_OF_UNIT = re.compile(r"PCS|PCI|HHV|LHV|H[SIOU]", re.IGNORECASE)
"""The second word of a unit, "kWh PCS": a calorific value."""
_SIGNS = ("$", "¥")
_COMMON = frozenset(["EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "JPY", "CAD", "AUD"])
"""Currencies taken from the end of a heading without brackets: other codes may be words there."""
YEARS, MONTHS = (frozenset(vocabulary.words_of(f"heading {name}")) for name in ("year", "month"))
_LETTER = re.compile(r"[^\W\d_]")
OF_LOCAL, OF_DOCUMENT = "word of an amount of the company", "word of an amount of the document"


@lru_cache(maxsize=4096)
def key_of(heading: str) -> str:
    """Return a heading as params name it: without byte order mark, runs of space and case."""
    return " ".join(heading.replace("\ufeff", "").split()).casefold()


def bracketed(cell: str) -> tuple[str, str] | None:
    """Return the words before brackets at the end of a heading, and what is in them; None without any."""
    text = cell.rstrip()
    start = max(text.rfind("("), text.rfind("["))
    inner = text[start + 1:-1]
    if start < 0 or text[-1] not in ")]" or not inner or ")" in inner or "]" in inner:
        return None
    pieces = [piece.end() for piece in _PIECE.finditer(text, 0, start)]
    return text[:pieces[-1] if pieces else 0], inner.strip()


def _trailing(cell: str) -> tuple[str, str] | None:
    """Return the words before the unit at the end of a heading, and the unit: "Distance en km", "quantity_kwh"."""
    text = cell.rstrip()
    pieces = [] if text.endswith("_") else list(_PIECE.finditer(text))
    for size in (2, 1):
        before = pieces[:-size]
        if not before or (size == 2 and not _OF_UNIT.fullmatch(pieces[-1][0])):
            continue
        for last in before[-2 if before[-1][0].casefold() in ("en", "in") else -1:]:
            words = text[:last.end()].rstrip(" ,|:")
            if words and (words[-1].isalnum() or words[-1] == "_"):
                return words, text[pieces[-size].start():]
    return None


def signs_of(pieces: list[str | int]) -> list[str]:
    """Return "+" or "-" of each heading of a sum, "{Debit} - {Credit}", "{HP} + {HC}", "-{Net}"; else nothing."""
    *before, last = [p for p in pieces if p != ""] or [""]
    between = before if before and not isinstance(before[0], int) else ["+", *before]
    signs, headings = between[::2], [*between[1::2], last]
    if before and all(isinstance(h, int) for h in headings) and all(_SUM.fullmatch(str(s)) for s in signs):
        return [str(s).strip().replace("\u2212", "-") for s in signs]
    return []


_SPLITS = (bracketed, _trailing)
_DAY = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}([-/.])\d{1,2}\1\d{1,2}")
_AMOUNT = re.compile(r"-?[\d\s.,']*\d[.,]\d\d")
"""A day, and an amount with cents: of a row of the body, unless a layout has a column for each day. Blanks around them
are cut before: two runs of blanks in one pattern take the square of their number.
"""
_DAYS_OF_A_ROW = 2


@dataclass(frozen=True)
class Headings:
    """The headings one kind of file may have: known words, and those declared in params."""

    contract: Contract
    options: FilePattern
    _met: dict[str, tuple[str | None, str]] = field(default_factory=dict, repr=False, compare=False)
    """What each cell met so far names: rows are tried with several separators, and their cells repeat."""

    def recognise(self, row: list[str]) -> int:
        """Count the columns of the contract, and those of a declared layout, that a row of cells names; all headings
        that `columns` declares outweigh any number.
        """
        columns = self.match(row)[0]
        cells = [cell.strip() for cell in row] if len(columns) == 1 else []
        days = sum(map(bool, map(_DAY.fullmatch, cells)))
        is_body = any(map(_AMOUNT.fullmatch, cells)) or 0 < days <= _DAYS_OF_A_ROW
        if is_body and not self.has_declared(row):
            return 0  # a row of a ledger that has "Salaries" in it
        layout = self.options.layout
        wide = {key_of(h) for h in layout.columns} & {key_of(c) for c in row} if layout is not None else ()
        return len(columns) + len(wide) + MAX_COLUMNS * self.has_declared(row)

    def has_declared(self, row: list[str]) -> bool:
        """Return whether a row has every heading that params declare, alone or within braces."""
        return bool(self._pieces) and self._pieces <= {key_of(cell) for cell in row}

    @cached_property
    def _pieces(self) -> set[str]:
        return {key_of(p) for h in self.options.columns.values() for p in TEMPLATE.findall(h) or [h]}

    def match(self, row: list[str]) -> tuple[dict[str, int], dict[str, str], dict[str, list[int]]]:
        """Return column -> position, unit column -> unit in a heading, and columns that several headings name."""
        similar: dict[str, list[int]] = {}
        exact: dict[str, list[int]] = {}
        weak: dict[str, list[int]] = {}
        units_at: dict[int, str] = {}
        declared, of_kind = self._declared, self._of_kind
        for position, cell in enumerate(row):
            column = declared.get(key_of(cell)) if declared else None
            if column is not None:
                exact.setdefault(column, []).append(position)
                units_at[position] = "" if self.options.is_sworn("declared_unit") else self.unit_in(column, cell)
                continue
            column, unit = self._met.get(cell) or self._met.setdefault(cell, self._named_column(cell, of_kind))
            if column is None or column in self.options.columns or column in self.options.constants:
                continue
            own_name, is_weak = heading_key(cell) == heading_key(column), self._weak(cell, unit)
            (exact if own_name else weak if is_weak else similar).setdefault(column, []).append(position)
            units_at[position] = unit
        places = weak | similar | exact
        if not places:
            return {}, {}, {}  # as most rows of a file: they are no headings
        units_of = {c: units_at[p[0]] for c, p in places.items() if units_at.get(p[0])}
        # Who travelled is read only where params ask for it: two headings of persons are not ambiguous.
        columns_read = set(self.contract.columns) - self.contract.unread_persons(())
        twice = {c: p for c, p in places.items() if len(p) > 1 and c in columns_read | set(self.options.columns)}
        twice |= _rivals(row, exact, similar, units_at, self.contract)
        columns_of_units = {self.contract.name_of[c].unit_column: u for c, u in units_of.items()}
        return {c: p[0] for c, p in places.items()}, columns_of_units, twice

    @cached_property
    def _declared(self) -> dict[str, str]:
        """Heading declared in params -> column."""
        return {key_of(h): c for c, h in self.options.columns.items() if not TEMPLATE.search(h)}

    @cached_property
    def _of_kind(self) -> dict[str, str]:
        return headings_of(self.contract.kind, self.contract.columns)

    def _weak(self, cell: str, unit: str) -> bool:
        """Return whether a heading counts only where no other names its column, with or without its unit."""
        heads = [match[0] for split in _SPLITS if unit and (match := split(cell)) and match[1] == unit]
        keys = {heading_key(text) for text in (cell, *heads)}
        return heading_key(cell) == heading_key(unit) or not keys.isdisjoint(counting_alone(self.contract.kind))

    def summed_units(self, joined: dict[str, list[str | int]], row: list[str], name: str) -> dict[str, str]:
        """Return unit column -> unit in the headings of a sum, where every one of them names it.

        Raises FileRefused: `unit_conflict`: they name several units.
        """
        units_of = {c: [self.unit_in(c, row[p]) for p in pieces if isinstance(p, int)]
                    for c, pieces in joined.items() if signs_of(pieces) and c in self.contract.name_of}
        for column, words in units_of.items():
            if len({units.find(u) or u for u in words if u}) > 1:
                raise refusal("unit_conflict.sum", name, column=column, units=' and '.join(dict.fromkeys(words)))
        return {self.contract.name_of[c].unit_column: words[0] for c, words in units_of.items() if all(words)}

    def unit_in(self, column: str, cell: str) -> str:
        """Return the unit in a heading of a column."""
        unit_column = self.contract.name_of[column].unit_column if column in self.contract.name_of else ""
        if not unit_column:
            return ""
        for split in _SPLITS:
            match = split(cell)
            unit = self._unit(unit_column, match[1], loose=split is bracketed) if match else ""
            if unit:
                return unit
        return ""

    def _named_column(self, cell: str, column_of: dict[str, str]) -> tuple[str | None, str]:
        """Return the column and the unit a heading names: "Amount (EUR)", "Distance en km", "quantity_kwh", "kWh"."""
        if not _LETTER.search(cell):
            return None, ""
        whole_column = column_of.get(heading_key(cell))
        if whole_column is not None and self.contract.name_of[whole_column].reads == UNIT:
            return whole_column, ""  # "part_unit" is no part measured in pieces
        for split in _SPLITS:
            match = split(cell)
            column = column_of.get(heading_key(match[0])) if match else None
            if match is None or column is None or not self.contract.name_of[column].unit_column:
                continue
            unit = self._unit(self.contract.name_of[column].unit_column, match[1], loose=split is bracketed)
            if unit:
                return column, unit
            if not heading_key(match[1]):
                return None, ""  # "Amount ($)": which currency is not known
        twins = {column_of.get(heading_key(p)) for p in (cell.split("/") if "/" in cell else [])}  # "Datum / Date"
        column = column_of.get(heading_key(cell)) or (twins.pop() if len(twins) == 1 else None)
        return (column, self.unit_in(column, cell)) if column is not None else self._unit_alone(cell)  # "Nb km"

    def _unit_alone(self, cell: str) -> tuple[str | None, str]:
        """Return column and unit of a heading that is a unit alone, where a column of the kind is measured in it."""
        column, unit_column = self.contract.measure
        field = self.contract.name_of.get(unit_column)
        is_measured = field is not None and field.reads == UNIT and bool(field.dimensions)
        unit = self._unit(unit_column, cell, loose=False) if is_measured else ""
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
            return text if units.is_bare_gallon(text) and "volume" in field.dimensions else ""
        return text if loose or not field.dimensions or unit.dimension in field.dimensions else ""

    def joined(self, row: list[str]) -> dict[str, list[str | int]]:
        """Return columns declared as several headings in braces: the strings and the positions between them."""
        places = {key_of(cell): i for i, cell in enumerate(row)}
        return {c: [places.get(key_of(p), -1) if i % 2 else p for i, p in enumerate(TEMPLATE.split(h))]
                for c, h in self.options.columns.items() if TEMPLATE.search(h)}

    def wanted(self, names: list[str], name: str) -> list[int]:
        """Return the positions of the columns to read: those of the contract, and those by which rows are skipped.

        Raises FileRefused: `columns_ambiguous`: two columns may be the same.
        """
        if self.options.layout is not None:
            return [*range(len(names))]
        places, _, twice = self.match(names)
        if twice or len(set(names)) < len(names):
            again = [n for n in names if names.count(n) > 1] or [names[i] for p in twice.values() for i in p]
            raise refusal("columns_ambiguous.several", name, found_headings=', '.join(map(repr, again)))
        answered = {*self.options.skip_rows_where, *self.options.count_rows_where, *self.options.minus_rows_where}
        skipping = {i for i, n in enumerate(names) if n in answered}
        pieces = {p for pieces in self.joined(names).values() for p in pieces if isinstance(p, int) and p >= 0}
        return sorted({*places.values(), *pieces, *skipping})


def _rivals(cells: list[str], exact: dict[str, list[int]], similar: dict[str, list[int]], units_at: dict[int, str],
           contract: Contract) -> dict[str, list[int]]:
    """Return numbers that are under their own name and under another name too, e.g. "amount" and "montant". A second
    number in a unit of its own, "Amount (EUR)" or "Amount in local currency", is a conversion and no rival.
    """
    twins = {c: [p for p in similar[c] if not units_at[p]
                 and not vocabulary.holds(heading_key(cells[p]), OF_LOCAL, OF_DOCUMENT)]
             for c in {*exact} & {*similar} if c in contract.name_of and contract.name_of[c].reads == NUMBER}
    return {c: [*exact[c], *p] for c, p in twins.items() if p}


HINT = r"[0-9)\x{2212}-][\s\x{a0}\x{202f}\x{2009}\x{2007}]*[A-Za-z\x{b5}]"
"""What a cell holds that may name its unit."""
_NUMBER_AND_UNIT = re.compile(r"([-+−–(]?\s*[0-9][0-9.,'’ \u00a0\u202f\u2009\u2007]*[)−–-]?)\s*([^\W\d_].*)", re.DOTALL)

_DOUBT = re.compile(r"[*?~!≈]")
"""Marks of uncertainty and of footnotes behind a unit: the number is no plain one."""


def split_unit(text: str) -> tuple[str, str]:
    """Split a cell into number and unit; return the cell and "" where no unit follows the number."""
    match = _NUMBER_AND_UNIT.fullmatch(text.strip())
    if match is None or _DOUBT.search(match[2]) or not units.is_written_unit(match[2]):
        return text, ""
    return match[1].strip(), match[2].strip()


def units_in_cells(grid: Grid, first_row: int, columns: dict[str, int], contract: Contract,
                 lacking: set[str]) -> set[str]:
    """Return the columns of currencies or units that are in the cells of their number: "€ 1,234.50", "1 234 kWh"."""
    columns_named = set()
    for spec in contract.fields:
        if spec.unit_column not in lacking or spec.name not in columns:
            continue
        column = grid.columns[columns[spec.name]].below(first_row)
        if contract.name_of[spec.unit_column].reads == CURRENCY:
            texts = column.distinct.texts
            cells_named = pc.sum(pc.match_substring_regex(texts, r"[€£$¥]|\b[A-Z]{3}\b|zł|Kč|₹")).as_py() or 0
            if cells_named * 2 > len(texts):
                columns_named.add(spec.unit_column)
        elif _is_measured(spec, contract):
            filled = [t for t in column.distinct.texts.to_pylist() if t.strip()]
            if 2 * sum(bool(split_unit(t)[1]) for t in filled) > len(filled):
                columns_named.add(spec.unit_column)
    return columns_named


def split_units(columns: dict[str, Column], contract: Contract, faults: Faults) -> dict[str, Column]:
    """Return the columns with the unit of a cell in the unit's column, and the number alone in its own.

    A unit in the cell that is not the one of its row is a fault.
    """
    result = dict(columns)
    for spec in contract.fields:
        if _is_measured(spec, contract) and spec.name in columns and not many(columns[spec.name]):
            _split(spec, result, faults)
    return result


def _is_measured(field: Field, contract: Contract) -> bool:
    """Return whether a field is a number in units of known dimensions."""
    unit = contract.name_of.get(field.unit_column)
    return field.reads == NUMBER and unit is not None and unit.reads == UNIT and bool(unit.dimensions)


def _split(field: Field, columns: dict[str, Column], faults: Faults) -> None:
    distinct = columns[field.name].distinct
    hints = np.asarray(pc.match_substring_regex(distinct.texts, HINT)).astype(bool) & (distinct.marks == TEXT)
    if not hints.any():
        return
    texts = distinct.texts.to_pylist()
    parts = [split_unit(t) if hint else (t, "") for t, hint in zip(texts, hints.tolist(), strict=True)]
    if not any(unit for _, unit in parts):
        return
    codes = pa.array(distinct.codes)
    cell_units = np.array([unit for _, unit in parts], dtype=object)[distinct.codes]
    columns[field.name] = Column(pa.array([n for n, _ in parts], pa.string()).take(codes),
                                 distinct.marks[distinct.codes])
    unit_cells = columns.get(field.unit_column)
    row_units = np.full(len(cell_units), "", dtype=object) if unit_cells is None else np.array(
        [t.strip() for t in unit_cells.strings.to_pylist()], dtype=object)
    conflicts = np.flatnonzero((cell_units != "") & (row_units != "") & ~_alike(cell_units, row_units))
    raw = columns[field.name].take(conflicts).strings.to_pandas() + " " + cell_units[conflicts]
    unit = field.unit_column
    faults.add(conflicts, field.name,
               problem("{unit}_conflict.cell", unit=unit, what=unit.replace("_", " "), column=field.name), raw)
    columns[field.unit_column] = Column(pa.array(np.where(row_units == "", cell_units, row_units), pa.string()))


def _alike(cell_units: Texts, row_units: Texts) -> Flags:
    pairs = {(a, b) for a, b in zip(cell_units.tolist(), row_units.tolist(), strict=True)}
    equal = {(a, b) for a, b in pairs if a == b or (units.find(a) is not None and units.find(a) == units.find(b))}
    return np.array([pair in equal for pair in zip(cell_units.tolist(), row_units.tolist(), strict=True)], dtype=bool)
