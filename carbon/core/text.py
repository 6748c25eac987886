"""Strings: compared without regard to case, accents and spacing, and marked so that no spreadsheet runs them.

Inert strings: one that starts with = + - @ tab, line feed or carriage return (or their full-width forms), after any
number of apostrophes, gets one apostrophe in front. Strings with apostrophes before such a character are marked as
well, so taking the mark away returns the original string. Numbers are never marked.

Source: OWASP ASVS 5, 1.2.10; CWE-1236.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_NOT_WORD = re.compile(r"[^\w]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})
MARK = "'"
SHOWN = 12
"""Names of a hint that lists what is known."""
LIVE = re.compile(r"^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""Start of a string that could become a formula."""


def fold(text: str) -> str:
    """Convert to lower case without accents, punctuation as one space: "Gare-de-l'Est" -> "gare de l est".

    Composed and decomposed accents are equal.
    """
    if text.isascii() and text.isalpha():
        return text.lower()
    letters = text if text.isascii() else strip_accents(text)
    return _NOT_WORD.sub(" ", letters.casefold()).strip()


def strip_accents(text: str) -> str:
    """Remove the accents of letters, with their case; open ligatures ("œ" -> "oe")."""
    letters = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in letters if not unicodedata.combining(c))


def code_key(text: str) -> str:
    """Return what codes of sites and meters are compared by: without case, outer blanks and runs of space."""
    return " ".join(text.split()).casefold()


def spelled_like(word: str, names: Iterable[str], *, n: int = 3, cutoff: float = 0.6) -> list[str]:
    """Return up to `n` names whose spelling is nearest to a word, without regard to case; [] where none is near."""
    spelled = {name.casefold(): name for name in reversed(list(names))}
    return [spelled[match] for match in get_close_matches(word.casefold(), spelled, n=n, cutoff=cutoff)]


def instead(word: str, names: Iterable[str], *, otherwise: str = "") -> str:
    """Return what to write for a name that nothing has: "did you mean a or b?"; where none is near `otherwise`, or
    without it the first names that are known.
    """
    known_names = list(dict.fromkeys(names))
    if near_names := spelled_like(word, known_names):
        return f"did you mean {' or '.join(near_names)}?"
    more = f", ... ({len(known_names)} in all)" if len(known_names) > SHOWN else ""
    return otherwise or f"known: {', '.join(known_names[:SHOWN]) or 'none'}{more}"


def make_inert(text: str) -> str:
    """Put an apostrophe in front of a string that a spreadsheet could run: "=1+1" -> "'=1+1"."""
    return MARK + text if LIVE.match(text) else text


def as_written(text: str) -> str:
    """Return the string before `make_inert`: "'=1+1" -> "=1+1"; any other string unchanged."""
    return text[1:] if text.startswith(MARK) and LIVE.match(text) else text


def from_difference(one: str, two: str, width: int) -> tuple[str, str]:
    """Return two strings, each on one line of at most `width` characters, from a few words before their difference."""
    first, second = (" ".join(text.split()) for text in (one, two))
    start = next((at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
                 min(len(first), len(second)))
    at, word = start, first.rfind(" ", 0, start) + 1
    start = first.rfind(" ", 0, max(0, at - width // 3)) + 1
    if at - start > width // 2 or at - word > width // 4:  # a hash, a list without blanks: from within the word
        start = max(word, at - width // 4)
    return _piece(first, start, width), _piece(second, start, width)


def _piece(text: str, start: int, width: int) -> str:
    piece = ("…" if start else "") + text[start:]
    return piece if len(piece) <= width else f"{piece[:width - 1]}…"
