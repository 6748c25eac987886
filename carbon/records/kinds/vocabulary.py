"""Closed lists of words as companies write them, English and French, and the headings of their columns."""

from __future__ import annotations

import difflib
import unicodedata
from functools import lru_cache

from carbon.core import currencies as money_codes
from carbon.core import packaged
from carbon.core.countries import country_words
from carbon.core.text import fold

_PACKAGE = "carbon.records"


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = {}
    for row in packaged.read_rows(_PACKAGE, "data/words.csv"):
        lists.setdefault(row["list"], {})[fold(row["word"])] = row["canonical"]
    return lists | {"country": dict(country_words())}


def words_of(name: str) -> dict[str, str]:
    """Folded word -> canonical word of one list."""
    return _lists()[name]


def canonical(name: str, word: str) -> str | None:
    """The canonical word of a list, or None where the word is not in it."""
    return words_of(name).get(fold(word))


def nearest(name: str, word: str) -> list[str]:
    """Up to three canonical words whose spelling is nearest."""
    known = words_of(name)
    close = difflib.get_close_matches(fold(word), known, n=5, cutoff=0.7)
    return list(dict.fromkeys(known[c] for c in close))[:3]


_NO_CURRENCY = frozenset({"XXX", "XTS"})
_SIGNS = {"€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "zł": "PLN", "kč": "CZK", "₹": "INR"}


def currency(text: str) -> str | None:
    """ISO 4217 code a cell names, or None. "GBp" is pence and "k€" thousands: neither is a currency here."""
    if text.lower() in _SIGNS:
        return _SIGNS[text.lower()]
    code = text.upper() if text.islower() or text.isupper() else text
    return code if code in money_codes.codes() and code not in _NO_CURRENCY else None


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """A heading without case, accents, punctuation and invisible characters, underscores as spaces."""
    seen = text if text.isascii() else "".join(c for c in text if unicodedata.category(c) != "Cf")
    return fold(seen.replace("_", " "))


@lru_cache(maxsize=1)
def _headings() -> dict[str, dict[tuple[str, str], None]]:
    """Kind -> column and folded heading of each, in the order of the table."""
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
    """Whether a folded heading names its column only where no other heading does: what exports say beside better
    words.
    """
    return ("*", heading) in _alone() or (kind, heading) in _alone()


@lru_cache(maxsize=256)
def headings_of(kind: str, columns: tuple[str, ...]) -> dict[str, str]:
    """Folded heading -> column, for the columns of one kind. A column's own name is always a heading."""
    known: dict[str, str] = {}
    for group in ("*", kind):
        known |= {heading: column for column, heading in _headings().get(group, {}) if column in columns}
    return known | {heading_key(c): c for c in columns}
