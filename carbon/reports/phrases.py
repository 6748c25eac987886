"""
Words that the package wrote itself, in the other language: labels of factors, reasons, remedies, warnings.

    "Purchase of Construction" -> "Achat : construction";  "'n.c.' is not a number" -> "« n.c. » n’est pas un nombre"

Phrases are data (data/phrases.csv). A text is looked up whole, then against the phrases that hold a place ({a}, {b}),
then piece by piece between commas, countries by the library. What is not known stays as it was written: the texts of a
company and the titles of publications are its own, and are never half translated.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale

from carbon.core import packaged
from carbon.reports.words import typeset_french

_PLACE = re.compile(r"\{([ab])\}")
_PLAIN = re.compile(r"[\d\s.,%/–\-]+")
"""A piece that reads the same in each language: numbers and years."""
Patterns = tuple[tuple[re.Pattern[str], str], ...]


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[dict[str, str], Patterns]]:
    """
    Language -> whole phrases of the other language, and those with places.
    """
    table = packaged.read_csv("carbon.reports", "data/phrases.csv")
    return {"fr": _sides(table["en"], table["fr"].map(typeset_french), table["written"] == "en"),
            "en": _sides(table["fr"], table["en"], table["written"] == "fr")}


def _sides(written: object, wanted: object, chosen: object) -> tuple[dict[str, str], Patterns]:
    pairs = [(a, b) for a, b, c in zip(written, wanted, chosen, strict=True) if c]  # type: ignore[call-overload]
    whole = {a: b for a, b in pairs if not _PLACE.search(a)}
    # The longest phrase says most: it is tried first.
    places = sorted(((a, b) for a, b in pairs if _PLACE.search(a)), key=lambda pair: -len(pair[0]))
    return whole, tuple((_pattern(a), b) for a, b in places)


def _pattern(phrase: str) -> re.Pattern[str]:
    parts = _PLACE.split(phrase)
    made = "".join(re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+?)" for at, part in enumerate(parts))
    return re.compile(made, re.DOTALL)


@lru_cache(maxsize=4096)
def phrase(text: str, language: str) -> str:
    """
    The text in `language` where the package knows it; else the text itself.
    """
    return known_phrase(text, language) or text


def known_phrase(text: str, language: str) -> str:
    """
    The text in `language`, "" where it is not known.
    """
    whole, patterns = _phrases()[language]
    if text in whole:
        return whole[text]
    for pattern, wanted in patterns:
        if found := pattern.fullmatch(text):
            inner = {name: phrase(value, language) for name, value in found.groupdict().items()}
            return _PLACE.sub(lambda place, given=inner: given[place[1]], wanted)  # type: ignore[misc]
    pieces = text.split(", ")
    known = [_piece(piece, whole, language) for piece in pieces]
    if len(pieces) > 1 and all(known):
        return ", ".join([known[0][:1].upper() + known[0][1:], *known[1:]])
    return ""


def _piece(piece: str, whole: dict[str, str], language: str) -> str:
    return whole.get(piece) or _countries(language).get(piece) or (piece if _PLAIN.fullmatch(piece) else "")


@lru_cache(maxsize=2)
def _countries(language: str) -> dict[str, str]:
    """
    Name of a country in the other language -> its name in this one (Unicode CLDR).
    """
    other = Locale("en" if language == "fr" else "fr").territories
    own = Locale(language).territories
    return {name: own[code] for code, name in other.items() if code in own}
