"""Text compared without regard to case, accents and spacing."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})


def fold(text: str) -> str:
    """Lower case, no accents, punctuation as one space: "Gare-de-l'Est" -> "gare de l est".

    Composed and decomposed accents are equal.
    """
    if text.isascii() and text.isalpha():
        return text.lower()
    plain = text if text.isascii() else strip_accents(text)
    return _NOT_WORD.sub(" ", plain.casefold()).strip()


def strip_accents(text: str) -> str:
    """The same letters without their accents, case kept; ligatures opened ("œ" -> "oe")."""
    letters = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in letters if not unicodedata.combining(c))
