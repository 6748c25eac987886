"""What a year has no records of at all, and what it has as zero throughout: no stream, band or breach has it.

The kinds are those that a reader of an inventory asks for; one is present where an activity of it, or money spent on
it, is in the year. People imply electricity, purchases and ways to work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.held import stream_dimension
from carbon.accounting.expectations.measures import SEPARATOR, WHOLE
from carbon.accounting.inventory_tables import InventoryTables
from carbon.core import packaged
from carbon.core.text import fold
from carbon.core.text_columns import lines_of, records_of

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
    zero: pd.DataFrame
    unspent: tuple[str, ...]
    without: Mapping[str, tuple[tuple[str, ...], float]]
    meters: Mapping[str, Mapping[str, int]]


def absent_of(inventory: InventoryTables, expectations: pd.DataFrame) -> Absent:
    """Return what a year with these `EXPECTATIONS` has no records of, and what it has as zero."""
    params, present = inventory.params, _present(inventory.activities)
    stated = {n for n, of in params.categories.items() if of.status == "excluded"}
    answers = {f"category.{n}" for n, of in params.categories.items() if of.status in ("excluded", "not relevant")}
    answered = {kind for kind, words in _looked_for("records").items() if answers.intersection(words)}
    missing = tuple(kind for kind, words in _looked_for("records").items() if not any(
        word == of or word.startswith(f"{of}." if _NACE not in of else of) for word in present for of in words))
    people = float(params.employees.get(inventory.year, float("nan")))
    implied = tuple(kind for kind in missing if people > 0 and kind in IMPLIED and IMPLIED[kind] not in stated)
    spent = tuple(word.removeprefix(_NACE) for word in present if word.startswith(_NACE))
    unspent = tuple(name for name, begins in _looked_for("spend").items() if spent and not any(
        division.startswith(begins) for division in spent))
    return Absent(tuple(kind for kind in missing if kind not in (*implied, *answered)), implied, people,
                  _zero(expectations), unspent, _without(expectations, params.sites), _meters(expectations))


@lru_cache(maxsize=2)
def _looked_for(name: str) -> dict[str, tuple[str, ...]]:
    """Return the words of each kind of `data/absent.csv`: of "records", or of "spend"."""
    table = packaged.read_csv("carbon.accounting", "data/absent.csv")
    return {str(line["kind"]): tuple(line["words"].split()) for line in records_of(table[table["of"] == name])}


def _present(activities: pd.DataFrame) -> set[str]:
    """Return the words of a year's activities and categories; a car that people commute with is commuting."""
    lines = activities[["kind", "activity", "category"]].drop_duplicates()
    words = {"commuting" if kind == "commuting" else str(activity)
             for kind, activity in zip(lines["kind"], lines["activity"], strict=True)}
    return words | {f"category.{n}" for n in lines.loc[lines["kind"] != "homeworking", "category"].unique()}


def _zero(table: pd.DataFrame) -> pd.DataFrame:
    """Return the streams that have rows and sum to nothing."""
    levels = table[(table["measure"] == m.LEVEL) & (table["dimension"] != WHOLE) & (table["rows"] > 0)]
    keys = ["kind", "dimension", "key"]
    size = levels["value"].abs().groupby([levels[c] for c in keys], sort=False).sum()
    zero = size[size == 0].reset_index()[keys]
    present = {str(kind): {*of["dimension"]} for kind, of in levels.groupby("kind")}
    finest = [stream_dimension(kind, present[kind]) for kind in zero["kind"].tolist()]
    return zero[zero["dimension"] == finest].reset_index(drop=True)


def _of_sites(table: pd.DataFrame, dimension: str) -> list[tuple[list[str], float]]:
    """Return the words and the emissions of each amount of energy that is known by them."""
    of = table[(table["dimension"] == dimension) & (table["measure"] == m.LEVEL) & (table["kind"] == "energy")]
    return [(key.split(SEPARATOR), kg) for key, kg in lines_of(of, ["key", "co2e_kg"])]


def _without(table: pd.DataFrame, sites: Iterable[str]) -> dict[str, tuple[tuple[str, ...], float]]:
    """Return which sites of params or of the records have no electricity, or no heat, where others have."""
    energy, found = _of_sites(table, SEPARATOR.join(("site", "carrier"))), {}
    # A breach of several sites has them as one key: each is among the others already.
    one_site = table[~table["measure"].isin(m.LACKING)]
    named = [key.split(SEPARATOR)[0] for dimension, key in zip(one_site["dimension"], one_site["key"], strict=True)
             if dimension.startswith("site")]
    every = {fold(name): name for name in (*sites, *named) if name}
    for kind in OF_A_SITE:
        words = _looked_for("records")[kind]
        of = [(fold(key[0]), kg) for key, kg in energy if key[0] and any(
            key[1] == w or key[1].startswith(f"{w}.") for w in words)]
        others = {site for site, _ in of}
        if others and (lacking := tuple(name for key, name in every.items() if key not in others)):
            found[kind] = lacking, float(np.sum([kg for _, kg in of])) / len(others)
    return found


def _meters(table: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return how many meters, or tanks, of each carrier each site has."""
    counts: dict[str, dict[str, int]] = {}
    meters = {tuple(key): None for key, _ in _of_sites(table, SEPARATOR.join(("site", "carrier", "meter")))}
    for site, carrier, *_ in meters:
        counts.setdefault(site, {}).setdefault(carrier, 0)
        counts[site][carrier] += 1
    return counts
