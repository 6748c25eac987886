"""The words of a question: normalised, without stop words, joined to phrases, and the activities each may name.

Words are compared without case, accents and plural endings, in English and French.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from carbon.core import packaged, units
from carbon.core.text import fold

FRENCH, ENGLISH = "fr", "en"
_SMALL = frozenset([
    "a", "and", "at", "au", "aux", "avec", "by", "d", "dans", "de", "des", "du", "en", "et", "for", "from", "in", "l",
    "la", "le", "les", "of", "on", "ou", "or", "par", "per", "pour", "sur", "the", "to", "un", "une", "with"])
_FRENCH_SMALL = frozenset(["au", "aux", "avec", "dans", "de", "des", "du", "et", "la", "le", "les", "par", "pour",
                           "sur", "une"])
_JOINTS = str.maketrans("_.-/", "    ")
_LONGEST = 4
_COOLANT = re.compile(
    r"\b(r|hfc|hcfc|cfc|pfc|hfo)[-_ ](\d{2,4}[a-z]{0,2})\b(?!-|/(?!(?:19|20)\d\d\b)\d)", re.IGNORECASE)
"""A refrigerant's number is one word, however it is joined: "R-410A"; in the formula of a blend, "R-32/125", it is a
part of it; a year after it, "R-410A/2024", is no part."""


@dataclass(frozen=True)
class Term:
    """One word or known phrase of a question, the unit it may name, and the words as they were typed."""

    text: str
    typed: str
    unit: str = ""

    @property
    def is_content(self) -> bool:
        """Whether it names the activity, not only a place, a year or a unit."""
        return self.text in synonyms() or not (self.unit or self.text in countries() or self.text.isdigit())


def stem(word: str) -> str:
    """Return a folded word without its plural ending: "servers" -> "server", "eaux" -> "eau", "gas" stays."""
    if len(word) > 3 and (word.endswith(("eaux", "eux")) or (word.endswith("s") and not word.endswith(("ss", "us")))):
        return word[:-1]
    return word


@lru_cache(maxsize=65536)
def stems(text: str) -> str:
    """Fold a string and take the plural ending off each word."""
    return " ".join(stem(word) for word in fold(text).split())


def terms(words: str) -> list[Term]:
    """Return the terms of a question: units with their basis ("kWh PCS"), then known phrases, then single words."""
    split_words = _COOLANT.sub(r"\1\2", words).translate(_JOINTS).replace("'", " ").replace("\u2019", " ").split()
    remaining = [w for w in split_words if fold(w) not in _SMALL] or split_words
    result: list[Term] = []
    while remaining:
        size = next((n for n in range(min(_LONGEST, len(remaining)), 1, -1) if _is_phrase(remaining[:n])), 1)
        text = " ".join(remaining[:size])
        if stems(text):
            result.append(Term(stems(text), text, _unit(text)))
        remaining = remaining[size:]
    return result


def _is_phrase(words: list[str]) -> bool:
    text = stems(" ".join(words))
    return text in synonyms() or text in countries() or bool(_unit(" ".join(words)))


def _unit(text: str) -> str:
    unit = units.find(text)
    return unit.name if unit else ""


def language(words: str) -> str:
    """Return the language of a question; "" where it is unclear.

    French by its accents, its small words or words that only French labels have.
    """
    folded_words = fold(words.translate(_JOINTS)).split()
    if fold(words) != words.casefold() and any(c in words.casefold() for c in "àâçéèêëîïôùûœ"):
        return FRENCH
    if any(w in _FRENCH_SMALL for w in folded_words):
        return FRENCH
    word_stems = {stem(w) for w in folded_words}
    french, english = _vocabularies()
    return FRENCH if word_stems & french else ENGLISH if word_stems & english else ""


def in_french(label: str) -> str:
    """Return the French words of a publisher's label, all of it or piece by piece; "" where none is known."""
    labels = french_labels()
    return labels.get(label) or " ".join(labels.get(piece.strip(), "") for piece in label.split(","))


@lru_cache(maxsize=4096)
def undamaged(label: str) -> str:
    """Restore the letters that a publisher's file has lost: "photovoltaéque" -> "photovoltaïque".

    Only where the French text of a piece differs from it in nothing but an é; a cut release keeps the bytes it has.
    """
    return ", ".join(_undamaged(piece) for piece in label.split(", "))


def _undamaged(piece: str) -> str:
    french = french_labels().get(piece, "")
    french = piece[:1] + french[1:] if french[:1].casefold() == piece[:1].casefold() else french
    differs_by_accents = len(french) == len(piece) and all(a in (b, "é") for a, b in zip(piece, french, strict=True))
    return french if differs_by_accents else piece


@lru_cache(maxsize=1)
def synonyms() -> dict[str, list[str]]:
    """Return phrase -> activities it names (data/synonyms.csv); phrases as `stems` writes them, without small words."""
    lines = packaged.read_csv("carbon.factors", "data/synonyms.csv")
    phrases = lines["words"].map(lambda text: " ".join(stem(w) for w in fold(text).split() if w not in _SMALL))
    return {str(w): list(a) for w, a in lines["activity"].groupby(phrases)}


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Return name or code of a country, as `stems` writes it -> its code."""
    import babel  # for questions only: an inventory that misses no factor asks none

    names = {stems(str(name)): code for language in ("en", "fr")
             for code, name in babel.Locale(language).territories.items() if len(code) == 2 and code.isalpha()}
    codes = {code.lower(): code for code in names.values()}
    return codes | names | {"europe": "EU27", "world": "GLO", "monde": "GLO", "uk": "GB", "usa": "US", "us": "US"}


def _label_table() -> pd.DataFrame:
    return packaged.read_csv("carbon.factors", "data/factor_labels.csv")


@lru_cache(maxsize=1)
def french_labels() -> dict[str, str]:
    """Return label of a publisher, or a piece of one -> its French words."""
    table = _label_table()
    return dict(zip(table["written"], table["fr"], strict=True))


@lru_cache(maxsize=1)
def _vocabularies() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that only French labels have, and those that only English ones have."""
    table = _label_table()
    of_ademe = table["publisher"] == "ADEME"
    french = _words_of([*table["fr"], *table.loc[of_ademe, "written"]])
    english = _words_of(table.loc[~of_ademe, "written"])
    return french - english, english - french


def _words_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for text in texts for word in fold(text).split() if len(word) > 2)
