"""Headings by which the columns of each kind of record are known: the table data/headings.csv."""

from __future__ import annotations

from functools import cache, lru_cache

from carbon.core import packaged
from carbon.core.vocabulary import heading_key


@cache
def rows() -> dict[str, list[dict[str, str]]]:
    """Return the rows of the table by kind; "*" is every kind."""
    of_kinds: dict[str, list[dict[str, str]]] = {}
    for row in packaged.read_rows("carbon.records", "data/headings.csv"):
        of_kinds.setdefault(row["kind"], []).append(row | {"key": heading_key(row["heading"])})
    return of_kinds


@lru_cache(maxsize=64)
def counting_alone(kind: str) -> frozenset[str]:
    """Return the folded headings of a kind that name their column only where no better heading does."""
    return frozenset(row["key"] for group in ("*", kind) for row in rows().get(group, []) if row["alone"])


@lru_cache(maxsize=256)
def headings_of(kind: str, columns: tuple[str, ...]) -> dict[str, str]:
    """Return folded heading -> column, for the columns of one kind; a column's own name is always a heading."""
    known_headings = {row["key"]: row["column"] for group in ("*", kind) for row in rows().get(group, [])
                      if row["column"] in columns}
    return known_headings | {heading_key(c): c for c in columns}
