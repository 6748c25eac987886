"""Headings that name a month: "2024-01", "01/2024", "janv. 2024", "janv-24", "Janvier"."""

from __future__ import annotations

import difflib
import re

import numpy as np
import pyarrow as pa

from carbon.core.text import fold
from carbon.records.grids.cells import Column
from carbon.records.headings.matching import BRACKETED
from carbon.records.kinds.calendar_words import MONTH_NAMES, named_month
from carbon.records.values.dates import parse_days

_SHORT = re.compile(r"([^\W\d_]+)\.?[ '-]+(\d{2})")
_QUARTER = re.compile(r"[qtsh] ?[1-4]\b.*|trim\w* ?\d.*|(quarter|quartal|semestre).*")
_NO_MONTH = frozenset({"marche", "marches", "market", "date"})


def months_named(cells: list[str]) -> dict[int, tuple[str, str]]:
    """Position -> month ("2024-01" or "-01") and unit said, of the headings that name one.

    "janv-24" counts where months so written follow one another without a gap: no days do.
    """
    found, short = {}, {}
    for position, cell in enumerate(cells):
        bracketed = BRACKETED.match(cell)
        text, unit = (bracketed[1], bracketed[2]) if bracketed else (cell, "")
        month = _month(" ".join(text.split()))
        brief = _SHORT.fullmatch(" ".join(text.split()))
        if month:
            found[position] = (month, unit)
        elif brief and named_month(brief[1]):
            short[position] = (f"20{brief[2]}-{named_month(brief[1]):02d}", unit)
    return found or (short if _in_a_row([m for m, _ in short.values()]) else {})


def _month(text: str) -> str:
    alone = named_month(text)
    if alone:
        return f"-{alone:02d}"
    first, last = _days(text)
    if np.isnat(first):
        return ""
    month = first.astype("datetime64[M]")
    after = (month + np.timedelta64(1, "M")).astype("datetime64[D]")
    whole = first == month.astype("datetime64[D]") and last + np.timedelta64(1, "D") == after
    stamp = first == last and str(first).endswith("-01")  # a date cell that is shown as a month
    return str(first)[:7] if whole or stamp else ""


def _days(text: str) -> tuple[np.datetime64, np.datetime64]:
    days = parse_days(Column(pa.array([text])).distinct(), order="iso")
    return days.first[0], days.last[0]


def _in_a_row(months: list[str]) -> bool:
    """Months that follow one another, each once."""
    numbers = [12 * int(m[:4]) + int(m[5:]) for m in months]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False


def may_be_a_period(cell: str) -> bool:
    """Whether a heading is a day or a quarter, or resembles the name of a month."""
    words = [w for w in fold(cell).split() if w not in _NO_MONTH]
    return bool(_QUARTER.fullmatch(fold(cell))) or not np.isnat(_days(cell)[0]) or \
        any(difflib.get_close_matches(w, MONTH_NAMES, n=1, cutoff=0.85) for w in words)
