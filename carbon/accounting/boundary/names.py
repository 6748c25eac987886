"""How alike two names are: singular and plural, abbreviations, initials, other order, a letter wrong, a word more."""

from __future__ import annotations

import re
from functools import lru_cache

from carbon.core.text import fold

ALIKE = 0.75
"""Likeness from which two names may be one."""
_ABBREVIATED = 5
_MISSPELT = 6
"""Letters of a word from which one letter more, less, other or swapped leaves it the same word."""
_ARTICLES = {"the", "le", "la", "les", "der", "die", "das", "el", "il"}
_APOSTROPHE = re.compile("['\u2019]")


@lru_cache(maxsize=65_536)
def likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 1: letters of words that have a partner / letters of all words.

    At least `ALIKE` where all words of the shorter name have a partner; half where some of both names have none: most
    names of a company share a word ("Building North", "Building South"). A word is the partner of an equal one; of one
    that it begins ("site", "sites") or abbreviates ("bldg", "building"); or of words whose initials it is ("hq", "head
    quarters"); or of a long one that differs by a letter ("Bethlam", "Bethlem"). Articles count only where a name is
    nothing else. Single letters and words with digits are equal in both: "Hall 1" and "Hall 12" are two, and so are
    "Hall" and "Hall 2".
    """
    left, right = (fold(_APOSTROPHE.sub("", name)).split() for name in (one, other))
    left, right = ([w for w in words if w not in _ARTICLES] or words for words in (left, right))
    if not left or not right:
        return 0.0
    if sorted(left) == sorted(right) or "".join(left) == "".join(right):
        return 1.0
    if sorted(_numbers(left)) != sorted(_numbers(right)):
        return 0.0
    size, matched = sum(map(len, (*left, *right))), 0
    for short, long in ((left, right), (right, left)):
        initials = "".join(word[0] for word in long)
        if len(short) == 1 and len(long) > 1 and short[0] == initials:
            return 1.0
    rest = list(right)
    for word in sorted(left, key=len, reverse=True):
        partners = [other_word for other_word in rest if _is_partner(word, other_word)]
        if partners:
            partner = max(partners, key=lambda p: (p == word, len(p)))
            rest.remove(partner)
            matched += len(word) + len(partner)
    # All words of the shorter name are in the longer one: "Lyon Hospital" of "Lyon District General Hospital".
    is_within = len(right) - len(rest) == min(len(left), len(right))
    return max(matched / size, ALIKE) if is_within else matched / size / 2


def _numbers(words: list[str]) -> list[str]:
    return [word for word in words if len(word) == 1 or any(c.isdigit() for c in word)]


def _is_partner(one: str, other: str) -> bool:
    """Return whether a word equals another, begins it or abbreviates it; a letter alone equals only itself."""
    short, long = sorted((one, other), key=len)
    if short == long:
        return True
    if len(short) < 2 or any(c.isdigit() for c in short + long) or short[0] != long[0]:
        return False
    letters = iter(long)
    return long.startswith(short) or _is_misspelt(short, long) or (
        len(short) <= _ABBREVIATED and all(letter in letters for letter in short))


def _is_misspelt(short: str, long: str) -> bool:
    if len(short) < _MISSPELT or len(long) - len(short) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    end = next((i for i, (a, b) in enumerate(zip(short[start:][::-1], long[start:][::-1], strict=False)) if a != b),
               len(short) - start)
    parts = short[start:len(short) - end], long[start:len(long) - end]
    return max(map(len, parts)) <= 1 or (parts[0] == parts[1][::-1] and len(parts[0]) == 2)
