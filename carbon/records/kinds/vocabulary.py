"""Words as companies write them: closed lists and headings in English and French, months and weekdays as in Europe."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache

from carbon.core import currencies as money_codes
from carbon.core import packaged
from carbon.core.countries import country_words
from carbon.core.text import fold, strip_accents

_PACKAGE = "carbon.records"
_TWO_MEANINGS = {"mode_detail": {"car"}}
"""Canonical words of a list that a file may mean otherwise: a car is a coach in French."""


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = {}
    for row in packaged.read_rows(_PACKAGE, "data/words.csv"):
        lists.setdefault(row["list"], {})[fold(row["word"])] = row["canonical"]
    for name, words in lists.items():
        # A canonical word is a word of its list, but where it may mean two things in a file.
        for meaning in {*words.values()} - _TWO_MEANINGS.get(name, set()):
            words.setdefault(fold(meaning), meaning)
    return lists | {"country": dict(country_words())}


def is_word(folded: str, *names: str) -> bool:
    """Return whether a folded string is a word of one of some lists.

    In the table `*` is any words or none where it is alone, the rest of a word where it ends one, and `#` is a
    number: "payments *", "gesamt*", "* 2 8 #".
    """
    return any(folded in (words := _words_and_forms(name))[0] or words[1].fullmatch(folded) for name in names)


def holds(folded: str, *names: str) -> bool:
    """Return whether a folded string holds a word of one of some lists among its own."""
    padded = f" {folded} "
    return any(f" {word} " in padded for name in names for word in words_of(name))


@lru_cache(maxsize=1)
def _by_list() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for row in packaged.read_rows(_PACKAGE, "data/words.csv"):
        lists.setdefault(row["list"], []).append(row["word"])
    return lists


@lru_cache(maxsize=128)
def _words_and_forms(name: str) -> tuple[frozenset[str], re.Pattern[str]]:
    """Return the plain words of a list, and the pattern of those that are forms. Raises KeyError: no such list."""
    words = _by_list()[name]
    forms = [word for word in words if "*" in word or "#" in word]
    return (frozenset(fold(word) or word for word in words if word not in forms),
            re.compile("|".join(map(_expression, forms)) or "(?!)"))


def _expression(word: str) -> str:
    """Return the regular expression of a word of the table."""
    parts = [r"\d+" if part == "#" else re.escape(fold(part) or part) + (r"\w*" if part.endswith("*") else "")
             for part in word.split() if part != "*"]
    before, after = "(?:.* )?" if word.startswith("* ") else "", "(?: .*)?" if word.endswith(" *") else ""
    return before + " ".join(parts) + after if parts else ".+"


_FEW = 15
"""Words that a message can list."""


def words_of(name: str) -> dict[str, str]:
    """Return a closed list: folded word -> canonical word."""
    return _lists()[name]


@lru_cache(maxsize=8)
def words_of_language(name: str, language: str) -> dict[str, str]:
    """Return the words of a closed list that are of one language and no other: folded word -> canonical word."""
    rows = [r for r in packaged.read_rows(_PACKAGE, "data/words.csv") if r["list"] == name]
    others = {fold(r["word"]) for r in rows if r["language"] != language}
    own_words = {fold(r["word"]): r["canonical"] for r in rows if r["language"] == language}
    return {word: meaning for word, meaning in own_words.items() if word not in others}


def canonical(name: str, word: str) -> str | None:
    """Return the canonical word of a list, or None where the word is not in it."""
    return words_of(name).get(fold(word))


def is_meaning(name: str, word: str) -> bool:
    """Return whether a word is canonical in its list, and so a meaning that `values` of params may give."""
    return word in words_of(name).values()


def nearest(name: str, word: str) -> list[str]:
    """Return the canonical words of what holds a bare word ("wood": wood.pellets, wood.chips ...), else those
    that a part of it names ("ON EKO diesel"), else up to three whose spelling is nearest.
    """
    known_words = words_of(name)
    bare = fold(word)
    holders = sorted({meaning for known_word, meaning in known_words.items() if bare in known_word.split()})
    if len(holders) > 1 or any(bare in heading_key(meaning).split() for meaning in holders):
        return holders[:_FEW]
    if within := {known_words[part] for part in bare.split() if part in known_words}:
        return sorted(within)[:_FEW]
    close = difflib.get_close_matches(fold(word), known_words, n=5, cutoff=0.7)
    return list(dict.fromkeys(known_words[c] for c in close))[:3]


def few(name: str) -> list[str]:
    """Return the canonical words of a list that is short enough to show whole, else their kinds ("rail" of rail.ter) if
    those are few; else nothing.
    """
    words = sorted(set(words_of(name).values()))
    kinds = sorted({word.split(".")[0] for word in words})
    return next((shown_words for shown_words in (words, kinds) if len(shown_words) <= _FEW), [])


_NO_CURRENCY = frozenset({"XXX", "XTS"})
_SIGNS = {"€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "zł": "PLN", "kč": "CZK", "₹": "INR"}


def currency(text: str) -> str | None:
    """Return the ISO 4217 code a cell names, also as "US Dollar", or None.

    "GBp" is pence and "k€" thousands: neither is a currency.
    """
    if text.lower() in _SIGNS:
        return _SIGNS[text.lower()]
    if " " in text:
        return canonical("currency", text)
    code = text.upper() if text.islower() or text.isupper() else text
    return code if code in money_codes.codes() and code not in _NO_CURRENCY else None


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """Return a heading without case, accents, punctuation and invisible characters, underscores as spaces."""
    visible = text if text.isascii() else "".join(c for c in text if unicodedata.category(c) != "Cf")
    return fold(visible.replace("_", " "))


@lru_cache(maxsize=1)
def _headings() -> dict[str, dict[tuple[str, str], None]]:
    """Return kind -> column and folded heading of each, in the order of the table."""
    kinds: dict[str, dict[tuple[str, str], None]] = {}
    for row in packaged.read_rows(_PACKAGE, "data/headings.csv"):
        kinds.setdefault(row["kind"], {})[row["column"], heading_key(row["heading"])] = None
    return kinds


@lru_cache(maxsize=1)
def _alone() -> frozenset[tuple[str, str]]:
    table = packaged.read_csv(_PACKAGE, "data/headings.csv")
    table = table[table["alone"] == "yes"]
    return frozenset(zip(table["kind"], table["heading"].map(heading_key), strict=True))


def counts_alone(kind: str, heading: str) -> bool:
    """Return whether a folded heading names its column only where no better heading does."""
    return ("*", heading) in _alone() or (kind, heading) in _alone()


@lru_cache(maxsize=256)
def headings_of(kind: str, columns: tuple[str, ...]) -> dict[str, str]:
    """Return folded heading -> column, for the columns of one kind; a column's own name is always a heading."""
    known_headings: dict[str, str] = {}
    for group in ("*", kind):
        known_headings |= {heading: column for column, heading in _headings().get(group, {}) if column in columns}
    return known_headings | {heading_key(c): c for c in columns}


MONTHS = {n: i for i, names in enumerate((
    "january jan janvier janv januar januari enero ene gennaio janeiro",
    "february feb fevrier fevr fev februar februari febrero febbraio fevereiro",
    "march mar mars marz marzo maart mrt marco", "april apr avril avr abril aprile", "may mai mayo maggio maio mei",
    "june jun juin juni junio giugno junho", "july jul juillet juil juli julio luglio julho",
    "august aug aout agosto augustus", "september sep sept septembre septiembre settembre setembro",
    "october oct octobre oktober okt octubre ottobre outubro", "november nov novembre noviembre novembro",
    "december dec decembre dezember dez diciembre dic dicembre dezembro"), start=1) for n in names.split()}
MONTH_NAMES = frozenset(MONTHS)
"""Names of months, folded."""
WEEKDAYS = {n: i for i, names in enumerate((
    "monday mon lundi lun montag mo", "tuesday tue tues mardi mar dienstag di",
    "wednesday wed mercredi mer mittwoch mi",
    "thursday thu thurs jeudi jeu donnerstag do", "friday fri vendredi ven freitag fr",
    "saturday sat samedi sam samstag sa", "sunday sun dimanche dim sonntag so")) for n in names.split()}
"""Names of weekdays, folded, Monday 0: English, French, German."""


def named_month(text: str) -> int:
    """Return the number of a month given by its name alone, "janv." or "January"; 0 for any other string."""
    return MONTHS.get(strip_accents(text.strip().removesuffix(".")).lower(), 0)
