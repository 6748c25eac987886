"""Which importer reads a file that was given to another one."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from carbon.core.errors import FileRefused
from carbon.factors.sources import import_source
from carbon.factors.sources.recognised import importer_of


def book(path: Path, *sheets: str) -> Path:
    """Write a workbook with sheets of these names."""
    made = Workbook()
    made.active.title = sheets[0]
    for name in sheets[1:]:
        made.create_sheet(name)
    made.save(path)
    return path


def test_the_importer_of_the_file_at_hand_is_named(tmp_path: Path):
    """A flat file given to the importer of the full set, and the reverse: the hint is the command that works."""
    flat, full = book(tmp_path / "flat.xlsx", "Front page", "Factors by Category"), book(
        tmp_path / "full.xlsx", "Index", "Fuels", "WTT- fuels")
    with pytest.raises(FileRefused, match=r"carbon factors import desnz_flat flat\.xlsx"):
        import_source("desnz", flat)
    with pytest.raises(FileRefused, match=r"carbon factors import desnz full\.xlsx"):
        import_source("desnz_flat", full)


@pytest.mark.parametrize(("content", "importer"), [
    ('"Type Ligne";"Total poste non décomposé"'.encode("cp1252"), "base_carbone"),
    ('"Type Ligne";"Total poste non décomposé"'.encode(), "base_carbone"),
    ('"Code AGB","Changement climatique - Agriculture"'.encode("utf-8-sig"), "agribalyse"),
    (b"Entity,Code,Year,Carbon intensity", "ember"), (b"a,b,c", ""), (b"", ""), (b"PK\x03\x04 broken", ""),
    (b"Code AGB,Score unique EF", ""), (b"2017 NAICS Code,Title", ""),
])
def test_texts_are_known_by_their_columns_in_either_encoding(tmp_path: Path, content: bytes, importer: str):
    """A file of no known layout, an empty or a broken one has no importer: none is guessed."""
    (tmp_path / "f").write_bytes(content)
    assert importer_of(tmp_path / "f") == importer
