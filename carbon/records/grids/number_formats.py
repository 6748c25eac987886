"""How a workbook shows a number: its format may hide the sign, scale the number, or name a unit that no column names.

Source: ECMA-376 part 1, 18.8.30 and 18.8.31 (numFmt): sections for positive, negative and zero, quoted literals,
"_x" and "*x" for spacing, "[$EUR-40C]" for currencies, "%" and trailing commas for scales.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

PERCENT, THOUSANDS, HIDDEN, UNSIGNED, YEAR, STRUCK = (
    "a number as percent", "a number as thousands", "nothing of the number it holds", "a negative number without its "
    "sign", "only the year of its date", "a number that is struck through")

BUILT_IN = {9: "0%", 10: "0.00%", 17: "mmm-yy"}
"""The formats that every workbook has and that show a number otherwise than it is stored."""
_PIECE = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<symbol>[^\]-]*)[^\]]*\]|\[(?P<rule>[^\]]*)\]'
                    r'|(?P<plain>.)', re.DOTALL)
_THOUSANDS = re.compile(r"[0#?],+(?:[^0#?,]|$)")
_DATE = re.compile(r"^(?!general).*[ymdhs]", re.IGNORECASE | re.DOTALL)
_CONDITION = re.compile(r"[<>=]")
_COLOUR = re.compile(r"red|rouge|color ?\d+", re.IGNORECASE)
_NO_WORD = re.compile(r"[\s\-+(){}\u2212\u2013:;.,/'|]+")


@dataclass(frozen=True)
class Shown:
    """How one section of a format shows its number."""

    fault: str = ""
    words: str = ""
    """Words next to the digits: a currency, a unit."""
    digits: int = 0
    """Whole numbers are shown with zeros in front up to so many digits."""
    month: bool = False

    def __bool__(self) -> bool:
        return bool(self.fault or self.words or self.digits > 1 or self.month)


class _Section(NamedTuple):
    code: str
    literal: str
    rule: str


@lru_cache(maxsize=4096)
def shown_as(code: str, sign: int) -> Shown:
    """Return how a format code, or a strike through, shows a positive (1), negative (-1) or zero (0) number."""
    if code == STRUCK:
        return Shown(STRUCK)
    if code.strip().lower() in ("", "general", "@", "standard"):
        return Shown()
    sections, chosen_by_size = _sections(code)
    if chosen_by_size:
        return Shown(THOUSANDS) if any("%" in s.code or _THOUSANDS.search(s.code) for s in sections) else Shown()
    section = sections[1 if sign < 0 and len(sections) > 1 else 2 if sign == 0 and len(sections) > 2 else 0]
    if _DATE.search(section.code) and not re.search(r"[0#?]", section.code.split(".")[0]):
        letters = {*section.code.lower()} & {*"ymdhs"}
        return Shown(month=letters == {"m", "y"}, fault=YEAR if letters == {"y"} else "")
    if sign and not re.search(r"[0#?]|general", section.code, re.IGNORECASE):
        return Shown(HIDDEN)
    if sign < 0 and len(sections) > 1 and not (
            _COLOUR.search(section.rule) or re.search(r"[-(\u2212\u2013]", section.literal + section.code)):
        return Shown(UNSIGNED)
    if "%" in section.code:
        return Shown(PERCENT)
    if _THOUSANDS.search(section.code):
        return Shown(THOUSANDS)
    padded = re.fullmatch(r"0+", section.code.strip())
    return Shown(words=_NO_WORD.sub(" ", section.literal).strip(), digits=len(section.code.strip()) if padded else 0)


def _sections(code: str) -> tuple[list[_Section], bool]:
    """Return the sections of a format, and whether conditions of its own choose between them."""
    sections, conditions = [["", "", ""]], False
    for piece in _PIECE.finditer(code):
        kind, text = piece.lastgroup, piece[piece.lastgroup or 0]
        if kind == "rule" and _CONDITION.search(text):
            conditions = True
        elif kind == "plain" and text == ";":
            sections.append(["", "", ""])
        elif kind in ("quoted", "escaped", "symbol") or (kind == "plain" and text in "€£$¥-+() "):
            sections[-1][1] += text
        elif kind == "plain":
            sections[-1][0] += text
        elif kind == "rule":
            sections[-1][2] += text
    return [_Section(*section) for section in sections], conditions
