"""A French ledger export (fichier des écritures comptables): 18 columns, tab, ISO-8859-15, decimal comma.

Layout: Livre des procédures fiscales, art. A. 47 A-1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from examples import write

HEADER = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
JOURNALS = {
    "AN": "A nouveaux",
    "AC": "Achats",
    "VE": "Ventes",
    "BQ": "Banque",
    "OD": "Opérations diverses",
    "PA": "Paie",
}


@dataclass(frozen=True)
class Line:
    """One line of an entry; `cents` is positive for a debit, negative for a credit."""

    account: str
    label: str
    cents: int
    aux: tuple[str, str] = ("", "")


@dataclass
class Book:
    """The entries of one fiscal year, balanced one by one."""

    rows: list[tuple[date, int, list[str]]] = field(default_factory=list)
    entries: int = 0

    def add(self, day: date, journal: str, piece: str, text: str, lines: list[Line]) -> None:
        """Add one entry; an entry that does not balance is a fault of the script."""
        if sum(line.cents for line in lines) != 0:
            raise ValueError(f"{journal} {piece} of {day} does not balance: {lines}")
        self.entries += 1
        for line in lines:
            self.rows.append((day, self.entries, _row(day, journal, piece, text, line)))

    def save(self, path: Path) -> None:
        """Write the book in order of date, entries numbered in that order, as the law asks."""
        ordered = sorted(self.rows, key=lambda r: (r[0], r[1]))
        numbers: dict[int, int] = {}
        for _, entry, _ in ordered:
            numbers.setdefault(entry, len(numbers) + 1)
        rows = [[*row[:2], str(numbers[entry]), *row[2:]] for _, entry, row in ordered]
        write.text_file(path, HEADER, rows, separator="\t", encoding="iso-8859-15")


def _row(day: date, journal: str, piece: str, text: str, line: Line) -> list[str]:
    stamp = day.strftime("%Y%m%d")
    debit, credit = (line.cents, 0) if line.cents >= 0 else (0, -line.cents)
    return [
        journal,
        JOURNALS[journal],
        stamp,
        line.account,
        line.label,
        *line.aux,
        piece,
        stamp,
        text,
        _comma(debit),
        _comma(credit),
        "",
        "",
        stamp,
        "",
        "",
    ]


def _comma(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"
