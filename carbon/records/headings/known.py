"""Headings by which the columns of each kind of record are known: the table data/headings.csv."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from carbon.core import packaged
from carbon.core.vocabulary import heading_key


@cache
def _rows() -> dict[str, list[dict[str, str]]]:
    """Return the rows of the table by kind; "*" is every kind."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in packaged.read_rows("carbon.records", "data/headings.csv"):
        rows.setdefault(row["kind"], []).append(row | {"key": heading_key(row["heading"])})
    return rows


def headings_in(language: str, kind: str, columns: Iterable[str]) -> list[str]:
    """Return the first heading of each column of a kind in a language, else in English, where there is one."""
    first: dict[tuple[str, str], str] = {}
    for row in _rows().get(kind, []):
        first.setdefault((row["column"], row["language"]), row["heading"])
    named = [first.get((column, language)) or first.get((column, "en")) for column in columns]
    return [heading for heading in named if heading]


@lru_cache(maxsize=64)
def counting_alone(kind: str) -> frozenset[str]:
    """Return the folded headings of a kind that name their column only where no better heading does."""
    return frozenset(row["key"] for group in ("*", kind) for row in _rows().get(group, []) if row["alone"])


@lru_cache(maxsize=256)
def headings_of(kind: str, columns: tuple[str, ...]) -> dict[str, str]:
    """Return folded heading -> column, for the columns of one kind; a column's own name is always a heading."""
    known_headings = {row["key"]: row["column"] for group in ("*", kind) for row in _rows().get(group, [])
                      if row["column"] in columns}
    return known_headings | {heading_key(c): c for c in columns}
