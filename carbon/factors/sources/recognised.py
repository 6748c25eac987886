"""Which importer reads a file: by the sheets of a workbook or the first lines of a file."""

from __future__ import annotations

import gzip
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

SIGNS = {
    "desnz_flat": ("Factors by Category",), "desnz": ("Fuels", "WTT- fuels"), "epa_hub": ("Emission Factors Hub",),
    "base_carbone": ("Type Ligne", "Total poste non décomposé"),
    "agribalyse": ("Code AGB", "Changement climatique - Agriculture"),
    "car_labelling": ("Libellé modèle", "CO2 vitesse mixte"),
    "epa_supply_chain": ("Supply Chain Emission Factors", "NAICS"),
    "ember": ("Entity,Code,Year",),
}
"""Importer -> the words that its files alone have all of: names of sheets, or of columns."""


def importer_of(path: Path) -> str:
    """Return the importer whose format a file has; "" where it is of none, or cannot be opened."""
    try:
        words = _words(Path(path))
    except (OSError, CalamineError, EOFError):
        return ""
    return next((name for name, signs in SIGNS.items() if all(sign in words for sign in signs)), "")


def _words(path: Path) -> str:
    content = path.read_bytes()
    if content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0":
        book = CalamineWorkbook.from_path(str(path))
        first = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=1)
        return "\n".join([*book.sheet_names, *(str(cell) for row in first for cell in row)])
    content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    # Accents are spelled in two encodings: a file that is no UTF-8 is read in the other one.
    return content[:20_000].decode("utf-8-sig" if _is_utf8(content[:2000]) else "cp1252", errors="ignore")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as fault:
        return fault.start > len(content) - 4
    return True
