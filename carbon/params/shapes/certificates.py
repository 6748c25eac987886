"""Numbers of certificates: what a registry issued, as ranges that can be compared, so that no certificate counts twice.

A number is a prefix and digits ("GO-DE-000120"); a range is two of them joined by ".." or " to ".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from carbon.core.text import fold

_RANGE = re.compile(r"\s*(?:\.\.+|…|\s(?:to|a|à|bis|-|–)\s)\s*", re.IGNORECASE)
_NUMBER = re.compile(r"^(.*?)(\d*)$", re.DOTALL)
UNIQUE_DIGITS = 12
"""A number of as many digits names one certificate, however two companies spell the name of the registry."""


@dataclass(frozen=True)
class NumberRange:
    """Certificates from `first` to `last` of one prefix, both included."""

    prefix: str
    first: int
    last: int

    def overlaps(self, other: NumberRange) -> bool:
        """Return whether one certificate is in both ranges."""
        return self.prefix == other.prefix and self.first <= other.last and other.first <= self.last


def number_range(text: str) -> NumberRange:
    """Return the certificates of "GO-0001", "GO-0001..GO-0120" or "GO-0001 to 0120".

    Raises ValueError: Blank; a range whose ends differ in more than their last digits, or that ends before it starts.
    """
    ends = _RANGE.split(text.strip())
    if not all(ends) or len(ends) > 2:
        raise ValueError(f"{text!r} is no certificate number: write one, or a range like GO-0001..GO-0120")
    prefix, digits = _parts(ends[0])
    last_prefix, last_digits = _parts(ends[-1])
    last = int(last_digits or 0)
    same_prefix = last_prefix == prefix or (not last_prefix and last_digits != "")
    if len(ends) == 2 and not (same_prefix and digits and last_digits):
        raise ValueError(f"{text!r}: the ends of a range differ in their last digits only, e.g. GO-0001..GO-0120")
    if last < int(digits or 0):
        raise ValueError(f"{text!r} ends before it starts")
    return NumberRange(prefix, int(digits or 0), last)


def how_many(numbers: Iterable[str]) -> int:
    """Return how many certificates some numbers and ranges are."""
    return sum(listed_range.last - listed_range.first + 1 for listed_range in map(number_range, numbers))


def _parts(text: str) -> tuple[str, str]:
    match = _NUMBER.match(text.strip())
    prefix, digits = match.groups() if match else (text, "")
    return fold(prefix), digits


def same_certificates(numbers: Iterable[str], registry: str, others: Iterable[str], other_registry: str) -> str:
    """Return the first number of one list that is in the other as well; "" where none is.

    Registries that are named apart hold different certificates, except for numbers of `UNIQUE_DIGITS` digits or more.
    """
    is_apart = bool(registry and other_registry and fold(registry) != fold(other_registry))
    listed = [number_range(text) for text in others]
    for text in numbers:
        mine = number_range(text)
        long = len(str(mine.last)) >= UNIQUE_DIGITS
        if (long or not is_apart) and any(mine.overlaps(other) for other in listed):
            return text
    return ""
