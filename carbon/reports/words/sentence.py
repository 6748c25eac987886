"""Sentences of a first page: each is printed with the numbers that it is made of, and only if they make it true.

Usage::

    sentence(words, "plain.less", "headline total", share=percent(words, 0.05, 1), year=2024,
             behind={"now": 95.0, "then": 100.0})
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from carbon.core.errors import SentenceError, UsageError
from carbon.reports.words.claims import CLAIMS
from carbon.reports.words.language import MINUS, Words

_DIGITS = re.compile(r"(?P<bound>[<>] )?(?P<sign>[+\u2212]?)(?P<number>[\d.,\u202f]+)(?P<percent>\u202f?%)?")
_MARKS = {"en": (",", "."), "fr": ("\u202f", ",")}
"""Marks between groups of digits and before the decimals."""
ROUNDED = 0.005
"""Largest share by which three significant figures differ from the number."""
REPORT = "report it with the company's records: the page is not published"
NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Figure:
    """A number as a sentence prints it, in its own unit: shares as 0.05, tonnes as 43.18."""

    number: float
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Sentence:
    """One sentence of a first page, already tested.

    numbers: printed and behind it, by name; basis: what they are of, and by which method.
    """

    key: str
    text: str
    numbers: Mapping[str, float]
    basis: str

    def __str__(self) -> str:
        return self.text


def tonnes(words: Words, number: float, digits: int, *, sign: bool = False) -> Figure:
    """Return tonnes as `Words.tonnes` prints them."""
    return Figure(number, words.tonnes(number, digits, sign=sign))


def percent(words: Words, share: float, digits: int = 1, *, sign: bool = False) -> Figure:
    """Return a share as `Words.percent` prints it; from 100 % on with three significant figures."""
    printed_share, digits = (float(f"{share:.3g}"), 0) if abs(share) >= 1 else (share, digits)
    return Figure(share, words.percent(printed_share, digits, sign=sign))


def significant(words: Words, number: float) -> Figure:
    """Return a number with three significant figures, whatever its size."""
    return Figure(number, words.significant(number))


def sentence(words: Words, key: str, basis: str, *, behind: Mapping[str, float] = NOTHING,
             **parts: Figure | int | str) -> Sentence:
    """Return the sentence of a key, tested against its numbers by the claim of that key.

    basis: what the numbers are of, and by which method; named where the test fails; behind: numbers that are not
    printed and that the claim needs; parts: what the text takes, by name: figures and years are numbers of the claim as
    well, strings are not. Raises SentenceError: The numbers contradict the sentence, a printed number is not the one
    behind it, or a number is missing; UsageError: The key has no claim.
    """
    if key not in CLAIMS:
        raise UsageError(f"No claim for the sentence {key!r}", hint="add its test to carbon/reports/words/claims.py")
    figures = {name: part for name, part in parts.items() if isinstance(part, Figure)}
    years = {name: float(part) for name, part in parts.items() if isinstance(part, int)}
    numbers = dict(behind) | years | {name: figure.number for name, figure in figures.items()}
    text = words(key, **parts)
    false = [name for name, figure in figures.items() if not prints(figure, words.language)]
    if false or not CLAIMS[key](**numbers):
        reason = f"`{false[0]}` is printed as {figures[false[0]].text!r}" if false else "its numbers contradict it"
        listed = ", ".join(f"{name} = {number:.6g}" for name, number in numbers.items())
        raise SentenceError(f"Not printed, {reason}: {text!r} ({basis}: {listed})", hint=REPORT)
    return Sentence(key, text, MappingProxyType(numbers), basis)


def items(parts: Sequence[object], words: Words) -> str:
    """Join strings or sentences as a list in words: "a, b and c"."""
    texts = [str(part) for part in parts]
    if len(texts) < 2:
        return "".join(texts)
    return words("list.and", first=words("text.list").join(texts[:-1]), last=texts[-1])


def check_printed(figure: Figure, language: str, basis: str) -> Figure:
    """Return a number that is printed alone, as on a card.

    Raises SentenceError: The text is not the number.
    """
    if not prints(figure, language):
        raise SentenceError(f"Not printed: {figure.text!r} is not {figure.number:.6g} ({basis})", hint=REPORT)
    return figure


def prints(figure: Figure, language: str) -> bool:
    """Return whether the printed text is the number, to its last digit or to three significant figures.

    Zero is printed for zero alone; a number that is not known is not printed at all.
    """
    match, number = _DIGITS.fullmatch(figure.text), figure.number
    if match is None or not math.isfinite(number):
        return False
    group, point = _MARKS[language]
    digits = match["number"].replace(group, "").replace(point, ".")
    last_digit = 10.0 ** -len(digits.partition(".")[2]) / (100 if match["percent"] else 1)
    printed = (-1 if match["sign"] == MINUS else 1) * float(digits) / (100 if match["percent"] else 1)
    if match["bound"]:
        return 0 < number < printed if match["bound"] == "< " else printed < number and (number < 0 or printed > 0)
    if printed == 0 or number == 0:
        return printed == number
    return abs(printed - number) <= max(last_digit / 2, ROUNDED * abs(number)) * (1 + 1e-9)
