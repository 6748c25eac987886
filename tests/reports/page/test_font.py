"""The font in a page: the characters of both languages, its licence, the same bytes, small."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import re
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from fontTools.ttLib import TTFont

from carbon.reports.page.font import font_face
from carbon.reports.words.language import strings

SCRIPT = Path(__file__).parents[3] / "scripts" / "cut_font.py"


@pytest.fixture(scope="module")
def cutter() -> ModuleType:
    """The script that cuts the font, which is no package."""
    spec = importlib.util.spec_from_file_location("cut_font", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def font() -> TTFont:
    encoded = re.search(r"base64,([A-Za-z0-9+/=]+)\)", font_face()).group(1)
    return TTFont(io.BytesIO(base64.b64decode(encoded)))


def test_every_character_of_every_string_is_in_the_font(cutter):
    """Both languages, with their dashes, spaces and subscripts."""
    needed = {character for texts in strings().values() for text in texts.values() for character in text}
    known = {chr(code) for code in font().getBestCmap()}

    assert len(needed) > 80 and {"₂", "\u202f", "’", "é", "−"} <= known
    assert sorted(needed - known - {"\n"}) == []
    assert len(known) >= 0.95 * len(cutter.CHARACTERS)


def test_the_font_carries_its_notice_and_is_small():
    """Copyright and licence in its own name table; under 40 kB in the page."""
    names = {record.nameID: record.toUnicode() for record in font()["name"].names}

    assert "Bitstream" in names[0] and 13 in names
    assert "Vera" not in names[1]
    assert len(font_face()) < 40_000


def test_the_packaged_font_is_the_one_the_script_cuts(cutter):
    """Table by table, whatever packed them; its citation holds the hash of the file."""
    cut, packaged = TTFont(io.BytesIO(cutter.woff())), TTFont(cutter.FONT)
    citation = yaml.safe_load(cutter.CITATION.read_text(encoding="utf-8"))

    tables = [{tag: made.reader[tag] for tag in made.reader.tables} for made in (cut, packaged)]
    assert tables[0] == tables[1] and "glyf" in tables[0]
    assert citation["font_sha256"] == hashlib.sha256(cutter.FONT.read_bytes()).hexdigest()


def test_two_cuts_are_the_same_bytes(cutter):
    """No time of writing in them."""
    assert cutter.woff() == cutter.woff()
