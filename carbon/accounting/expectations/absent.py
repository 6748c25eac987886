"""What a year has no records of at all, and what it has as zero throughout: no stream, band or breach has it.

The kinds are those that a reader of an inventory asks for; one is present where an activity of it, or money spent on
it, is in the year. People imply electricity, purchases and ways to work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.held import stream_dimension
from carbon.accounting.expectations.measures import WHOLE
from carbon.accounting.inventory_tables import InventoryTables
from carbon.core import packaged

_NACE = "purchase.nace."
IMPLIED: Mapping[str, int] = {"electricity": 0, "purchases": 1, "commuting": 7}
"""What people imply, and the category whose exclusion with a reason answers for it (0: none)."""


@dataclass(frozen=True)
class Absent:
    """Kinds without a record; those among them that the people of the year imply; the people; streams of zero.

    zero: kind, dimension, key of streams whose rows sum to nothing; unspent: groups that no purchase is of, of a ledger
    by NACE.
    """

    kinds: tuple[str, ...]
    implied: tuple[str, ...]
    people: float
    zero: pd.DataFrame
    unspent: tuple[str, ...]


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
                  _zero(expectations), unspent)


@lru_cache(maxsize=2)
def _looked_for(name: str) -> dict[str, tuple[str, ...]]:
    """Return the words of each kind of `data/absent.csv`: of "records", or of "spend"."""
    table = packaged.read_csv("carbon.accounting", "data/absent.csv")
    return {str(line["kind"]): tuple(line["words"].split()) for line in table[table["of"] == name].to_dict("records")}


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
