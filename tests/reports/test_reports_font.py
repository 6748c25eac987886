"""The font in a page: the characters of both languages, its licence, the same bytes, small."""

from __future__ import annotations

import base64
import io
import re

from fontTools.ttLib import TTFont

from carbon.reports.font import CHARACTERS, font_face
from carbon.reports.words import strings


def font() -> TTFont:
    encoded = re.search(r"base64,([A-Za-z0-9+/=]+)\)", font_face()).group(1)
    return TTFont(io.BytesIO(base64.b64decode(encoded)))


def test_every_character_of_every_string_is_in_the_font():
    """
    Both languages, with their dashes, spaces and subscripts.
    """
    needed = {character for texts in strings().values() for text in texts.values() for character in text}
    known = {chr(code) for code in font().getBestCmap()}

    assert len(needed) > 80 and {"₂", "\u202f", "’", "é", "−"} <= known
    assert sorted(needed - known - {"\n"}) == []
    assert len(known) >= 0.95 * len(CHARACTERS)


def test_the_font_carries_its_notice_and_is_small():
    """
    Copyright and licence in its own name table; under 40 kB in the page.
    """
    names = {record.nameID: record.toUnicode() for record in font()["name"].names}

    assert "Bitstream" in names[0] and 13 in names
    assert "Vera" not in names[1]
    assert len(font_face()) < 40_000


def test_the_font_is_the_same_each_time():
    """
    No time of writing in it.
    """
    first = font_face()
    font_face.cache_clear()

    assert font_face() == first
