"""Seeded draws: the same key gives the same numbers, whatever else was drawn before.

Money is drawn in whole cents, so that every total is exact.
"""

from __future__ import annotations

import zlib
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Cents = npt.NDArray[np.int64]
Texts = npt.NDArray[np.str_]


def generator(*key: object) -> np.random.Generator:
    """A generator of its own for each key, e.g. ("petit-studio", 2024, "travel").

    One stream a topic: adding a row to one file leaves the other files as they were.
    """
    return np.random.Generator(np.random.PCG64(zlib.crc32("/".join(map(str, key)).encode())))


def split_cents(rng: np.random.Generator, total_eur: float, lines: int, *, spread: float) -> Cents:
    """`lines` positive amounts [cents] that sum to `total_eur`, log-normal with the given spread (0: equal parts)."""
    weights = np.exp(spread * rng.standard_normal(lines))
    cents = np.maximum(np.round(weights / weights.sum() * total_eur * 100).astype(np.int64), 1)
    cents[np.argmax(cents)] += round(total_eur * 100) - int(cents.sum())
    return cents


def days(rng: np.random.Generator, year: int, count: int) -> list[date]:
    """`count` sorted days of the year."""
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return [date(year, 1, 1) + timedelta(days=int(n)) for n in np.sort(rng.integers(0, length, count))]


def month_end(year: int, month: int) -> date:
    """Last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def months(year: int) -> list[tuple[date, date]]:
    """First and last day of the twelve months."""
    return [(date(year, m, 1), month_end(year, m)) for m in range(1, 13)]


SUMMER_LOW = np.array([1.9, 1.7, 1.4, 1.0, 0.6, 0.25, 0.2, 0.2, 0.4, 0.95, 1.5, 1.9])
"""Share of a year's heating by month, before scaling [design]."""
FLAT = np.array([1.1, 1.05, 1.05, 0.98, 0.95, 0.95, 0.9, 0.8, 0.97, 1.02, 1.08, 1.15])
"""Share of a year's electricity by month of an office, before scaling [design]."""


def by_month(
    rng: np.random.Generator, yearly: float, shape: npt.NDArray[np.float64], *, decimals: int
) -> list[float]:
    """A year's consumption by month: the shape, and 4 % of chance."""
    weights = shape * (1 + 0.04 * rng.standard_normal(12))
    return [round(float(q), decimals) for q in weights / weights.sum() * yearly]
