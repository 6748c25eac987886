"""What a year has no records of at all, and what it has as zero throughout: no stream, band or breach has it.

The kinds are those that a reader of an inventory asks for; one is present where an activity of it, or money spent on
it, is in the year. People imply electricity, purchases and ways to work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.held import stream_dimension
from carbon.accounting.expectations.measures import WHOLE
from carbon.accounting.inventory_tables import InventoryTables

THINGS: Mapping[str, tuple[str, ...]] = {
    "electricity": ("electricity", "purchase.nace.D35"),
    "heat": ("natural_gas", "district_heat", "steam", "heating_oil", "gas_oil", "fuel_oil", "burning_oil", "lpg",
             "propane", "butane", "wood", "biomass", "biogas", "biomethane", "coal", "purchase.nace.D35"),
    "vehicle_fuel": ("diesel", "petrol", "e85", "cng", "lng", "bioethanol", "biodiesel", "kerosene", "marine",
                     "aviation", "purchase.nace.C19"),
    "refrigerants": ("refrigerant",), "purchases": ("purchase.",), "equipment": ("category 2 ", "it."),
    "freight": ("category 4 ", "category 9 "), "waste": ("category 5 ",),
    "flights": ("flight", "purchase.nace.H51"), "trains": ("rail", "purchase.nace.H49"),
    "hotel_nights": ("hotel", "purchase.nace.I"), "cars": ("car", "taxi", "purchase.nace.N77"),
    "commuting": ("commuting", "category 7 "), "homeworking": ("homeworking",), "water": ("water", "purchase.nace.E36"),
}
"""Kind -> how names of its activities begin, or the category whose rows it is."""
SPENT_ON: Mapping[str, tuple[str, ...]] = {
    "crops": ("A",), "food": ("C10",), "textiles": ("C13",), "wood_paper": ("C16", "C17", "C18"),
    "chemicals": ("C20", "C21"), "plastics": ("C22",), "metals": ("B", "C23", "C24", "C25"),
    "machines": ("C26", "C27", "C28"), "vehicles": ("C29", "C30", "G45"), "furniture": ("C31",), "repairs": ("C33",),
    "works": ("F",), "trade": ("G46", "G47"), "transport": ("H",), "hotels": ("I",), "media": ("J58", "J59"),
    "telecom": ("J61",), "software": ("J62",), "banking": ("K64", "K66"), "insurance": ("K65",),
    "rent": ("L", "N77"), "advice": ("M69", "M71", "M72", "M74"), "advertising": ("M73",), "staff": ("N78",),
    "cleaning": ("N80",), "training": ("P",), "health": ("Q",)}
"""Group of purchases -> how its divisions of NACE begin: what a reader looks for in a ledger."""
IMPLIED: Mapping[str, int] = {"electricity": 0, "purchases": 1, "commuting": 7}
"""What people imply, and the category whose exclusion with a reason answers for it (0: none)."""


@dataclass(frozen=True)
class Absent:
    """Kinds without a record; those among them that the people of the year imply; the people; streams of zero.

    zero: kind, dimension, key of streams whose rows sum to nothing; unspent: groups of `SPENT_ON` that no purchase is
    of, of a ledger by NACE.
    """

    kinds: tuple[str, ...]
    implied: tuple[str, ...]
    people: float
    zero: pd.DataFrame
    unspent: tuple[str, ...]


def absent_of(inventory: InventoryTables, expectations: pd.DataFrame) -> Absent:
    """Return what a year has no records of, and what it has as zero.

    Parameters
    ----------
    expectations
        `EXPECTATIONS` of the year.
    """
    params, present = inventory.params, _present(inventory.activities)
    stated = {n for n, of in params.categories.items() if of.status == "excluded"}
    answered = {kind for kind, starts in THINGS.items() if any(f"category {n} " in starts for n in (
        n for n, of in params.categories.items() if of.status in ("excluded", "not relevant")))}
    missing = tuple(kind for kind, starts in THINGS.items() if not any(word.startswith(starts) for word in present))
    people = float(params.employees.get(inventory.year, float("nan")))
    implied = tuple(kind for kind in missing if people > 0 and kind in IMPLIED and IMPLIED[kind] not in stated)
    spent = tuple(word.removeprefix("purchase.nace.") for word in present if word.startswith("purchase.nace."))
    unspent = tuple(name for name, starts in SPENT_ON.items() if spent and not any(s.startswith(starts) for s in spent))
    return Absent(tuple(kind for kind in missing if kind not in (*implied, *answered)), implied, people,
                  _zero(expectations), unspent)


def _present(activities: pd.DataFrame) -> set[str]:
    """Return the words of a year's activities and categories; a car that people commute with is commuting."""
    lines = activities[["kind", "activity", "category"]].drop_duplicates()
    words = {"commuting" if kind == "commuting" else str(activity)
             for kind, activity in zip(lines["kind"], lines["activity"], strict=True)}
    return words | {f"category {n} " for n in lines.loc[lines["kind"] != "homeworking", "category"].unique()}


def _zero(table: pd.DataFrame) -> pd.DataFrame:
    """Return the streams that have rows and sum to nothing."""
    levels = table[(table["measure"] == m.LEVEL) & (table["dimension"] != WHOLE) & (table["rows"] > 0)]
    keys = ["kind", "dimension", "key"]
    size = levels["value"].abs().groupby([levels[c] for c in keys], sort=False).sum()
    zero = size[size == 0].reset_index()[keys]
    present = {str(kind): {*of["dimension"]} for kind, of in levels.groupby("kind")}
    finest = [stream_dimension(kind, present[kind]) for kind in zero["kind"].tolist()]
    return zero[zero["dimension"] == finest].reset_index(drop=True)
