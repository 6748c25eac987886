"""Which column of the contract each heading is: known words, declared headings, and the units that they state."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from carbon.core import units
from carbon.core.errors import FileRefused
from carbon.core.params.company import FilePattern
from carbon.records.kinds import vocabulary
from carbon.records.kinds.contract import CURRENCY, NUMBER, PERSON, UNIT, Contract
from carbon.records.kinds.vocabulary import heading_key

TEMPLATE = re.compile(r"\{([^{}]+)\}")
"""A heading inside a declared text, e.g. "{city}, {country}"."""
BRACKETED = re.compile(r"^(.*?)[\s_]*[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*$", re.DOTALL)
_TRAILING = re.compile(r"^(.*?\w)(?:[\s_]+(?:en|in))?[\s_]+([^\s_]+(?:[\s_](?:PCS|PCI|HHV|LHV|H[SIOU]))?)\s*$",
                       re.DOTALL | re.IGNORECASE)
_SIGNS = ("$", "¥")
_COMMON = frozenset(["EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "JPY", "CAD", "AUD"])
"""Currencies taken from the end of a heading without brackets: other codes may be words there."""
YEARS, MONTHS = frozenset({"year", "annee", "jahr"}), frozenset({"month", "mois", "monat"})
_ONLY_ALONE = YEARS | MONTHS | {
    "period", "periode", "zeitraum", "document date", "doc date", "partner", "net", "text", "memo", "product",
    "produit", "produkt", "commodity", "utility"}
"""Headings that count only where no other heading names their column."""
_LETTER = re.compile(r"[^\W\d_]")
OF_LOCAL = re.compile(r"\b(local|loc|lc|lcurr|company code|hauswahrung|interne)\b")
OF_DOCUMENT = re.compile(r"\b(doc|document|dc|transaction|belegwahrung|piece)\b")


def key_of(heading: str) -> str:
    """A heading as params name it: without a mark of byte order, runs of space and case."""
    return " ".join(heading.replace("\ufeff", "").split()).casefold()


@dataclass(frozen=True)
class Headings:
    """The headings one kind of file may have: known words, and those declared in params."""

    contract: Contract
    options: FilePattern
    _met: dict[str, tuple[str | None, str]] = field(default_factory=dict, repr=False, compare=False)
    """What each cell met so far names: rows are tried with several separators, and their cells repeat."""

    def recognise(self, row: list[str]) -> int:
        """How many columns of the contract a row of cells names."""
        return len(self.match(row)[0])

    def match(self, row: list[str]) -> tuple[dict[str, int], dict[str, str], dict[str, list[int]]]:
        """Column -> position, unit column -> unit said in a heading, and columns that several headings name."""
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
        twice |= _rivals(row, exact, found, units_at, self.contract)
        return {c: p[0] for c, p in places.items()}, self._units(said), twice

    @cached_property
    def _declared(self) -> dict[str, str]:
        """Heading declared in params -> column."""
        return {key_of(h): c for c, h in self.options.columns.items() if not TEMPLATE.search(h)}

    @cached_property
    def _of_kind(self) -> dict[str, str]:
        return vocabulary.headings_of(self.contract.kind, self.contract.columns)

    def _weak(self, cell: str, unit: str) -> bool:
        """Whether a heading counts only where no other names its column, with or without a unit behind it."""
        named = [found[1] for p in (BRACKETED, _TRAILING) if unit and (found := p.match(cell)) and found[2] == unit]
        keys = {heading_key(text) for text in (cell, *named)}
        return heading_key(cell) == heading_key(unit) or bool(keys & _ONLY_ALONE) or \
            any(vocabulary.counts_alone(self.contract.kind, key) for key in keys)

    def _unit_said(self, column: str, cell: str) -> str:
        """The unit that a declared heading says of its column, where params do not say it."""
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
        """The column a heading names, and the unit it says: "Amount (EUR)", "Distance en km", "quantity_kwh", "kWh"."""
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
        """A heading that is a unit and nothing else, where one column of the kind is measured in it."""
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
        """Columns declared as several headings in braces: the pieces of text and the positions between them."""
        places = {key_of(cell): i for i, cell in enumerate(row)}
        return {c: [places.get(key_of(p), -1) if i % 2 else p for i, p in enumerate(TEMPLATE.split(h))]
                for c, h in self.options.columns.items() if TEMPLATE.search(h)}

    def wanted(self, names: list[str], name: str) -> list[int]:
        """Return the positions of the columns to read: those of the contract, and those that say which rows to skip.

        Raises
        ------
        FileRefused
            `columns_ambiguous`: two columns may be the same.
        """
        places, _, twice = self.match(names)
        if twice or len(set(names)) < len(names):
            again = [n for n in names if names.count(n) > 1] or [names[i] for p in twice.values() for i in p]
            raise FileRefused(f"{name}: several columns may be the same: {', '.join(map(repr, again))}",
                              code="columns_ambiguous", what_to_do="declare which one under `columns` in params")
        skipping = {i for i, n in enumerate(names) if n in self.options.skip_rows_where}
        pieces = {p for pieces in self.joined(names).values() for p in pieces if isinstance(p, int) and p >= 0}
        return sorted({*places.values(), *pieces, *skipping})


def _rivals(cells: list[str], exact: dict[str, list[int]], found: dict[str, list[int]], units_at: dict[int, str],
           contract: Contract) -> dict[str, list[int]]:
    """Numbers under their own name that stand under another name too, e.g. "amount" and "montant".

    A second number in a unit of its own, "Amount (EUR)" or "Amount in local currency", is a conversion and no rival.
    """
    twins = {c: [p for p in found[c] if not units_at[p] and not OF_LOCAL.search(heading_key(cells[p]))
                 and not OF_DOCUMENT.search(heading_key(cells[p]))]
             for c in {*exact} & {*found} if c in contract.name_of and contract.name_of[c].reads == NUMBER}
    return {c: [*exact[c], *p] for c, p in twins.items() if p}
