"""Words as companies write them: closed lists in English and French, months and weekdays as in Europe."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from carbon.core import packaged
from carbon.core.countries import country_words, currency_codes
from carbon.core.text import fold, spelled_like, strip_accents

_TWO_MEANINGS = {"mode_detail": {"car"}}
"""Canonical words of a list that a file may mean otherwise: a car is a coach in French."""


@lru_cache(maxsize=1)
def _rows() -> dict[str, list[dict[str, str]]]:
    """Return the rows of the table of words by list."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in packaged.read_rows(packaged.CORE, "data/words.csv"):
        rows.setdefault(row["list"], []).append(row)
    return rows


_FORM, _TOKEN = re.compile(r"[*#?{\[]"), re.compile(r"[\[\]]|\{[^}]*\}|[^\s\[\]{}]+")
_GROUPS = {"[": "(?:", "]": ")?", "*": r"(?: \S+)*", "?": r" \S+", "##": r"(?: \d+)+"}


def lists_of(beginning: str) -> list[str]:
    """Return the lists whose names begin so."""
    return [name for name in _rows() if name.startswith(beginning)]


def is_word(folded: str, *names: str) -> bool:
    """Return whether a folded string is a word of one of some lists.

    A word of the table may be a form: `*` is any words or none, `?` one word, `#` a number, `##` some; `*` and `#` that
    end a word are the rest of it. `[...]` may be left out, `{list}` is a word of another list: "[grand] {total} *".
    """
    words, forms = _words_and_forms(*names)
    return folded in words or forms.fullmatch(f" {folded}") is not None


def holds(folded: str, *names: str) -> bool:
    """Return whether a folded string holds a word of one of some lists among its own."""
    return any(_within(name).search(f" {folded}") for name in names)


def form_of(folded: str, name: str) -> str:
    """Return the canonical word of the first word or form of a list that a folded string is, else ""."""
    return next((row["canonical"] for row in _rows()[name] if _form(row["word"]).fullmatch(f" {folded}")), "")


@lru_cache(maxsize=256)
def _words_and_forms(*names: str) -> tuple[frozenset[str], re.Pattern[str]]:
    """Return the plain words of some lists, and the pattern of those that are forms. Raises KeyError: no such list."""
    words = [row["word"] for name in names for row in _rows()[name]]
    forms = [word for word in words if _FORM.search(word)]
    return (frozenset(fold(word) or word for word in words if not _FORM.search(word)),
            re.compile("|".join(map(_expression, forms)) or "(?!)"))


@lru_cache(maxsize=64)
def _within(name: str) -> re.Pattern[str]:
    words = "|".join(map(_expression, [*words_of(name), *(row["word"] for row in _rows()[name])]))
    return re.compile(f"(?:{words})(?= |$)")


@lru_cache(maxsize=4096)
def _form(word: str) -> re.Pattern[str]:
    return re.compile(_expression(word))


def _expression(word: str) -> str:
    """Return the regular expression of a word or form of the table, with the blank before each of its words."""
    return "".join(_GROUPS.get(token) or _of_token(token) for token in _TOKEN.findall(word))


def _of_token(token: str) -> str:
    if token[0] == "{":
        return f"(?:{'|'.join(_expression(row['word']) for row in _rows()[token[1:-1]])})"
    rest = {"*": r"\w*", "#": r"\d+"}.get(token[-1], "")
    bare = fold(token.rstrip("*#")) if rest else fold(token) or token
    return f" {re.escape(bare)}{rest}"


@lru_cache(maxsize=16)
def net(*names: str, start: bool = False) -> str:
    """Return an Arrow pattern that meets every cell with a word or form of some lists, at its start or anywhere.

    A cheap question about millions of cells, before they are folded: what it meets is looked at.
    """
    words = sorted({_cells(literal) for name in names for row in _rows()[name] for literal in _literals(row["word"])})
    return rf"(?i){'^[^A-Za-z]*' if start else '(?:^|[^A-Za-z])'}(?:{'|'.join(words)})"


def _literals(word: str) -> Iterator[str]:
    """Yield what a form cannot be without: its longest words in a row, or those of a list; "*" where they go on."""
    bare = re.sub(r"\[[^\]]*\]", "?", word)
    if runs := [run.strip() for run in re.split(r"\{[^}]*\}|(?<!\w)\*|[?#]", bare) if run.strip()]:
        yield max(runs, key=len)
    else:
        other_list = re.findall(r"\{([^}]*)\}", bare)[0]
        yield from (literal for row in _rows()[other_list] for literal in _literals(row["word"]))


def _cells(literal: str) -> str:
    """Return the expression of a string as cells have it: in any case, with accents or without, and any spacing."""
    letters = [c if c.isascii() and c.isalnum() else rf"(?:{c}|{strip_accents(c)}[\x{{300}}-\x{{36f}}]?)" if c.isalpha()
               else "[^0-9A-Za-z]+" for c in literal.lower().removesuffix("*")]
    return "".join(letters) + ("" if literal.endswith("*") else "(?:[^A-Za-z]|$)")


_FEW = 15
"""Words that a message can list."""


@cache
def words_of(name: str) -> dict[str, str]:
    """Return a closed list: folded word -> canonical word."""
    if name == "country":
        return dict(country_words())
    words = {fold(row["word"]): row["canonical"] for row in _rows()[name]}
    # A canonical word is a word of its list, but where it may mean two things in a file.
    for meaning in {*words.values()} - _TWO_MEANINGS.get(name, set()):
        words.setdefault(fold(meaning), meaning)
    return words


@lru_cache(maxsize=8)
def words_of_language(name: str, language: str) -> dict[str, str]:
    """Return the words of a closed list that are of one language and no other: folded word -> canonical word."""
    rows = _rows()[name]
    others = {fold(r["word"]) for r in rows if r["language"] != language}
    own_words = {fold(r["word"]): r["canonical"] for r in rows if r["language"] == language}
    return {word: meaning for word, meaning in own_words.items() if word not in others}


def canonical(name: str, word: str) -> str | None:
    """Return the canonical word of a list, or None where the word is not in it."""
    return words_of(name).get(fold(word))


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
    close = spelled_like(fold(word), known_words, n=5, cutoff=0.7)
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
    return code if code in currency_codes() and code not in _NO_CURRENCY else None


@lru_cache(maxsize=4096)
def heading_key(text: str) -> str:
    """Return a heading without case, accents, punctuation and invisible characters, underscores as spaces."""
    visible = text if text.isascii() else "".join(c for c in text if unicodedata.category(c) != "Cf")
    return fold(visible.replace("_", " "))


def _places(name: str) -> dict[str, int]:
    """Return folded word -> the place of its meaning in the list."""
    meanings = [*dict.fromkeys(row["canonical"] for row in _rows()[name])]
    return {word: meanings.index(meaning) for word, meaning in words_of(name).items()}


WEEKDAYS = _places("weekday")
"""Names of weekdays, folded, Monday 0: English, French, German."""
MONTHS = {word: place + 1 for word, place in _places("month").items()}
"""Names of months, folded."""
_OF_DATES = MONTHS | {word: place + 1 for word, place in _places("month of a date").items()}
"""Also those of other languages. Many of them are other words outside a date: "out" is October in Galician."""


def named_month(text: str) -> int:
    """Return the number of a month given by its name alone, "janv." or "January"; 0 for any other string."""
    return _OF_DATES.get(strip_accents(text.strip().removesuffix(".")).casefold(), 0)
