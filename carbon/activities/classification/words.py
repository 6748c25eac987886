"""Words of ledgers: which phrase of a list some words are, where the phrases cover all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from carbon.core.text import fold
from carbon.core.vocabulary import MONTHS

_SMALL = frozenset([
    "a", "an", "and", "at", "au", "aux", "by", "d", "de", "des", "du", "en", "et", "for", "from", "in", "l", "la",
    "le", "les", "of", "on", "or", "par", "per", "pour", "sur", "the", "to", "with"])
_FILLERS = frozenset([
    "account", "achat", "annual", "bill", "charge", "contract", "cost", "council", "depense", "direct",
    "expenditure", "expense", "external", "fee", "frai", "general", "local", "miscellaneous", "other", "payment",
    "purchase", "purchased", "service", "sundry", "supply", "utility", "various"])
"""Words that name no good or service on their own: they need no phrase."""


def significant(text: str) -> frozenset[str]:
    """Return the words of a string without small words, months, numbers and plural endings."""
    return frozenset(_stem(w) for w in fold(text).split()
                     if not (w in _SMALL or any(c.isdigit() for c in w) or w in MONTHS))


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")) else word


@dataclass
class Phrases:
    """Phrases and what each means; the words of a phrase may come in any order, a star is any ending.

    Attributes
    ----------
    phrases
        The words of each phrase.
    meanings
        What each phrase means; phrases of one meaning may come together ("electricity and gas").
    """

    phrases: Sequence[str]
    meanings: Sequence[Any]
    _by_word: dict[str, list[int]] = field(default_factory=dict)
    _words: list[frozenset[str]] = field(default_factory=list)
    _starred: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number, phrase in enumerate(self.phrases):
            starred = frozenset(f"{fold(w)}*" for w in phrase.split() if w.endswith("*"))
            words = significant(" ".join(w for w in phrase.split() if not w.endswith("*"))) | starred
            self._words.append(words)
            for word in words - starred if not starred else ():
                self._by_word.setdefault(word, []).append(number)
            if starred:
                self._starred.append(number)

    def read(self, text: str) -> int | None:
        """Return the number of the longest phrase of a string; None where the phrases leave a word, or disagree.

        A phrase within a longer one does not count: "water testing" is no water.
        """
        longest = self._said(text)
        if not longest or significant(text) - _FILLERS - frozenset().union(*longest.values()):
            return None
        if len(self.said(text)) != 1:
            return None
        return max(longest, key=lambda n: (len(longest[n]), -n))

    def said(self, text: str) -> set[Any]:
        """Return what the phrases of a string mean, though they may leave words over."""
        return {self.meanings[n] for n in self._said(text)}

    def _said(self, text: str) -> dict[int, frozenset[str]]:
        """Return the longest phrases whose words are all there, with the words that each covers."""
        words = significant(text)
        numbers: Iterable[int] = {n for w in words for n in self._by_word.get(w, ())}.union(self._starred)
        covered = {n: [_fitting(word, words) for word in self._words[n]] for n in numbers}
        covering = {n: frozenset().union(*parts) for n, parts in covered.items() if all(parts)}
        return {n: words for n, words in covering.items() if not any(words < other for other in covering.values())}


def _fitting(word: str, words: frozenset[str]) -> frozenset[str]:
    if word.endswith("*"):
        return frozenset(w for w in words if w.startswith(word[:-1]))
    return words & {word}
