"""Strings: compared without regard to case, accents and spacing, and marked so that no spreadsheet runs them.

Inert strings: one that starts with = + - @ tab, line feed or carriage return (or their full-width forms), after any
number of apostrophes, gets one apostrophe in front. Strings with apostrophes before such a character are marked as
well, so taking the mark away returns the original string. Numbers are never marked.

Source: OWASP ASVS 5, 1.2.10; CWE-1236.
"""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})
MARK = "'"
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


def make_inert(text: str) -> str:
    """Put an apostrophe in front of a string that a spreadsheet could run: "=1+1" -> "'=1+1"."""
    return MARK + text if LIVE.match(text) else text


def as_written(text: str) -> str:
    """Return the string before `make_inert`: "'=1+1" -> "=1+1"; any other string unchanged."""
    return text[1:] if text.startswith(MARK) and LIVE.match(text) else text
