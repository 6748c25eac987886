"""Words that the package wrote itself, in the other language: labels of factors, reasons, remedies, warnings.

    "Purchase of Construction" -> "Achat : construction";  "'n.c.' is not a number" -> "« n.c. » n’est pas un nombre"

Phrases are data (data/phrases.csv, and factor_labels.csv of the factors for the words of publishers' labels). A text is
looked up whole, then against the phrases that hold places ({a} to {g}; {u}, {v} days; {w} to {z} numbers), then piece
by piece between commas, countries by the library. What is not known stays as it was written: the words of a company and
the titles of publications are its own, and are never half translated.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache

from babel import Locale

from carbon.core import packaged
from carbon.reports.words.language import Words, typeset_french

_PLACE = re.compile(r"\{([a-gu-z])\}")
_PLAIN = re.compile(r"[\d\s.,%/–\-]+|(R|HFC|HFE|HCFE|HCFC|CFC|PFC|Halon)-?\d[\w-]*( \([\w-]+\))?|"
                    r"R-\d[\w/()]* \([\d./]+\)")
"""A piece that reads the same in each language: numbers, years, codes of gases, the composition of a blend."""
_BETWEEN = re.compile(r", (?![^()]*\))")
"""Between two pieces of a label: a comma that no parenthesis holds."""
_NUMBERS, _DAYS = frozenset("wxyz"), frozenset("uv")
_QUOTED = re.compile(r"[`']\{([a-g])\}[`']")
"""A place that holds the content of a file, a key or a cell: never translated."""
_GROUPED = re.compile(r"[-+−]?\d{1,3}((,\d{3})+(\.\d+)?( [^\d,]+)?|\.\d+ k?[gt])")
"""A number in groups of three, with its unit: 1,234 kWh would read as a decimal in French, and 1,234.5 as nothing."""
_PERCENT = re.compile(r"(\d+)(?:\.(\d+))?%")
_NUMBER, _ISO_DAY = re.compile(r"[-+]?\d+(\.\d+)?"), re.compile(r"\d{4}-\d\d-\d\d")
Patterns = dict[str, tuple[tuple[str, str, str, frozenset[str]], ...]]
"""First letter -> the phrases with places that may begin with it ("": those that begin with a place): of each its
longest piece between places, its words, its translation, and its quoted places.
"""


@lru_cache(maxsize=2)
def _phrases(language: str) -> tuple[dict[str, str], Patterns]:
    """Return the phrases of the other language without places, and those with places."""
    table = packaged.read_csv("carbon.reports", "data/phrases.csv")
    if language == "fr":
        return _sides(table["en"], table["fr"].map(typeset_french), table["written"] == "en")
    return _sides(table["fr"], table["en"], table["written"] == "fr")


@lru_cache(maxsize=1)
def factor_labels() -> dict[str, str]:
    """Return label of a publisher, or a piece of one -> its French text, from its first letter on in small letters."""
    from carbon.factors.search_terms import french_labels  # loads pandas, which a schedule does without

    return {label: _typeset_label(french) for label, french in french_labels().items()}


def _typeset_label(text: str) -> str:
    """Set a label as any French text; no line breaks before a unit."""
    return re.sub(r"(?<=\d) (?=(t|tpl|EVP|m³|km|°C)\b|°C)", "\u00a0", typeset_french(text))


def _sides(source: object, target: object, language: object) -> tuple[dict[str, str], Patterns]:
    pairs = [(a, b) for a, b, c in zip(source, target, language, strict=True) if c]  # type: ignore[call-overload]
    fixed_phrases = {a: b for a, b in pairs if not _PLACE.search(a)}
    # The longest phrase says most: it is tried first.
    places = sorted(((a, b) for a, b in pairs if _PLACE.search(a)), key=lambda pair: -len(pair[0]))
    entries = []
    for a, b in places:
        parts = _PLACE.split(a)[::2]
        entries.append((parts[0][:1], (max(parts, key=len), a, b, frozenset(_QUOTED.findall(a)))))
    return fixed_phrases, {letter: tuple(entry for first, entry in entries if first in ("", letter))
                   for letter in {"", *(first for first, _ in entries)}}


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    parts = _PLACE.split(phrase)
    expression = "".join(re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+?)" for at, part in enumerate(parts))
    return re.compile(expression, re.DOTALL)


def phrase(text: str, language: str) -> str:
    """Return the text in `language` where the package knows it; else the text itself."""
    return known_phrase(text, language) or text


@lru_cache(maxsize=4096)
def known_phrase(text: str, language: str) -> str:
    """Return the text in `language`, "" where it is not known; page and workbook ask for the same ones."""
    fixed_phrases, patterns = _phrases(language)
    if text in fixed_phrases:
        return fixed_phrases[text]
    if language == "fr" and text in factor_labels():
        return _capital(factor_labels()[text])
    for piece, words, translation, quoted in patterns.get(text[:1], patterns[""]):
        # Few phrases have their longest piece in a text: only those are matched.
        if piece in text and (match := _pattern(words).fullmatch(text)):
            inner = {name: value if name in quoted else _held(name, value, language)
                     for name, value in match.groupdict().items()}
            return _PLACE.sub(lambda place, given=inner: given[place[1]], translation)  # type: ignore[misc]
    pieces = _BETWEEN.split(text)
    # A publisher says a word twice where a table has one row: once is enough.
    translations = list(dict.fromkeys(_piece(piece, fixed_phrases, language) for piece in pieces))
    return _capital(", ".join(translations)) if len(pieces) > 1 and all(translations) else ""


def _held(name: str, value: str, language: str) -> str:
    """Return what a place holds: a number or a day as the language writes it, an energy carrier, else phrases."""
    if name in _NUMBERS and _NUMBER.fullmatch(value):
        show = Words(language).signed if value.startswith("+") else Words(language).number
        return show(float(value), len(value.partition(".")[2]))
    if name in _DAYS and _ISO_DAY.fullmatch(value):
        return Words(language).date(date.fromisoformat(value))
    if language == "fr" and (percent := _PERCENT.fullmatch(value)):
        return ",".join(part for part in percent.groups() if part) + "\u202f%"
    words = Words(language)
    carrier = words.term("carrier", value)
    value = known_phrase(value, language) or (carrier[:1].lower() + carrier[1:] if carrier != value else
                                              words("text.list").join(phrase(p, language) for p in value.split("; ")))
    return value.replace(",", "\u202f").replace(".", ",") if language == "fr" and _GROUPED.fullmatch(value) else value


def _piece(piece: str, fixed_phrases: dict[str, str], language: str) -> str:
    label = factor_labels().get(piece) if language == "fr" else None
    unchanged = piece if _PLAIN.fullmatch(piece) else ""
    return fixed_phrases.get(piece) or label or _countries(language).get(piece) or unchanged


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=2)
def _countries(language: str) -> dict[str, str]:
    """Return name of a country in the other language -> its name in this one (Unicode CLDR)."""
    other = Locale("en" if language == "fr" else "fr").territories
    territories = Locale(language).territories
    return {name: territories[code] for code, name in other.items() if code in territories}
