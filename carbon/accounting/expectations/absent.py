"""What a year has no records of at all, and what it has as zero throughout: no stream, band or breach has it.

The kinds are those that a reader of an inventory asks for; one is present where an activity of it, or money spent on
it, is in the year. People imply electricity, purchases and ways to work.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.held import stream_dimension
from carbon.accounting.expectations.measures import SEPARATOR, WHOLE, Line, key_of
from carbon.accounting.inventory_tables import InventoryTables
from carbon.core import packaged
from carbon.core.columns import Rows
from carbon.core.text import fold
from carbon.core.text_columns import records_of

_NACE = "purchase.nace."
IMPLIED: Mapping[str, int] = {"electricity": 0, "purchases": 1, "commuting": 7}
"""What people imply, and the category whose exclusion with a reason answers for it (0: none)."""
OF_A_SITE = ("electricity", "heat")
"""Kinds that a site has where others have them."""


@dataclass(frozen=True)
class Absent:
    """Kinds without a record; those among them that the people of the year imply; the people; streams of zero.

    zero: kind, dimension, key of streams whose rows sum to nothing; unspent: groups that no purchase is of, of a ledger
    by NACE; without: kind of energy -> sites without a record of it, and what one of the others emits [kg CO2e];
    meters: site -> carrier -> number of meters.
    """

    kinds: tuple[str, ...]
    implied: tuple[str, ...]
    people: float
    zero: list[Line]
    unspent: tuple[str, ...]
    without: Mapping[str, tuple[tuple[str, ...], float]]
    meters: Mapping[str, Mapping[str, int]]


def absent_of(inventory: InventoryTables, lines: Sequence[Line]) -> Absent:
    """Return what a year with these lines of `EXPECTATIONS` has no records of, and what it has as zero."""
    params, present = inventory.params, _present(inventory.activities)
    excluded = {n for n, of in params.categories.items() if of.status == "excluded"}
    answers = {f"category.{n}" for n, of in params.categories.items() if of.status in ("excluded", "not relevant")}
    answered = {kind for kind, words in _looked_for("records").items() if answers.intersection(words)}
    missing = tuple(kind for kind, words in _looked_for("records").items() if not any(
        word == of or word.startswith(f"{of}." if _NACE not in of else of) for word in present for of in words))
    people = float(params.employees.get(inventory.year, float("nan")))
    implied = tuple(kind for kind in missing if people > 0 and kind in IMPLIED and IMPLIED[kind] not in excluded)
    spent = tuple(word.removeprefix(_NACE) for word in present if word.startswith(_NACE))
    unspent = tuple(name for name, begins in _looked_for("spend").items() if spent and not any(
        division.startswith(begins) for division in spent))
    return Absent(tuple(kind for kind in missing if kind not in (*implied, *answered)), implied, people,
                  _zero(lines), unspent, _without(lines, params.sites), _meters(lines))


@lru_cache(maxsize=2)
def _looked_for(name: str) -> dict[str, tuple[str, ...]]:
    """Return the words of each kind of `data/absent.csv`: of "records", or of "spend"."""
    table = packaged.read_csv("carbon.accounting", "data/absent.csv")
    return {str(line["kind"]): tuple(line["words"].split()) for line in records_of(table[table["of"] == name])}


def _present(activities: pd.DataFrame) -> set[str]:
    """Return the words of a year's activities and categories; a car that people commute with is commuting."""
    lines = Rows(activities).groups(["kind", "activity", "category"]).lines()
    words = {"commuting" if kind == "commuting" else activity for kind, activity, _ in lines}
    return words | {f"category.{n}" for kind, _, n in lines if kind != "homeworking"}


def _zero(lines: Sequence[Line]) -> list[Line]:
    """Return the streams that have rows and sum to nothing."""
    present: dict[str, set[str]] = {}
    streams: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        if line["measure"] == m.LEVEL and line["dimension"] != WHOLE and line["rows"] > 0:
            present.setdefault(line["kind"], set()).add(line["dimension"])
            streams.setdefault(key_of(line), []).append(line)
    return [of[0] for (kind, dimension, _), of in streams.items()
            if not any(line["value"] for line in of) and dimension == stream_dimension(kind, present[kind])]


def _of_sites(lines: Sequence[Line], dimension: str) -> list[tuple[list[str], float]]:
    """Return the words and the emissions of each amount of energy that is known by them."""
    return [(line["key"].split(SEPARATOR), line["co2e_kg"]) for line in lines
            if line["dimension"] == dimension and line["measure"] == m.LEVEL and line["kind"] == "energy"]


def _without(lines: Sequence[Line], sites: Iterable[str]) -> dict[str, tuple[tuple[str, ...], float]]:
    """Return which sites of params or of the records have no electricity, or no heat, where others have."""
    energy, found = _of_sites(lines, SEPARATOR.join(("site", "carrier"))), {}
    # A breach of several sites has them as one key: each is among the others already.
    named = [line["key"].split(SEPARATOR)[0] for line in lines
             if line["dimension"].startswith("site") and line["measure"] not in m.LACKING]
    every = {fold(name): name for name in (*sites, *named) if name}
    for kind in OF_A_SITE:
        words = _looked_for("records")[kind]
        of = [(fold(key[0]), kg) for key, kg in energy if key[0] and any(
            key[1] == w or key[1].startswith(f"{w}.") for w in words)]
        others = {site for site, _ in of}
        if others and (lacking := tuple(name for key, name in every.items() if key not in others)):
            found[kind] = lacking, math.fsum(kg for _, kg in of) / len(others)
    return found


def _meters(lines: Sequence[Line]) -> dict[str, Counter[str]]:
    """Return how many meters, or tanks, of each carrier each site has."""
    counts: dict[str, Counter[str]] = {}
    meters = {tuple(key): None for key, _ in _of_sites(lines, SEPARATOR.join(("site", "carrier", "meter")))}
    for site, carrier, *_ in meters:
        counts.setdefault(site, Counter())[carrier] += 1
    return counts
