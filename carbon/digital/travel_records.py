"""Trips by train and plane from the travel records of an inventory: typed once, and judged with the same kilograms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.result import Inventory
from carbon.activities.kinds.travel import train_between
from carbon.core.columns import Rows
from carbon.core.digital_tables import TRIP
from carbon.core.exact import exact_sum
from carbon.core.periods import factor_year
from carbon.core.places import locate
from carbon.core.text_columns import Floats, Texts, lines_of, pick, text_array
from carbon.factors.matching import resolve

CONTRAILS = "contrails"
_URBAN = ("rail.suburban", "rail.rer")
PLANE, TRAIN = "plane", "train"


def trips_of(inventory: Inventory, *, contrails: bool) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the trips of an inventory by train or plane (`TRIP`), one way a row, with the kilograms that it counts for
    them; and reason -> trips that no row holds: without two places, in no total of the inventory, or no whole number of
    them.

    A record of several travellers, trips or a way back is as many rows, with equal parts of its kilograms; `contrails`:
    whether those that the inventory counts are in them.
    """
    rows = Rows(inventory.records.get("travel", pd.DataFrame({"mode": []})))
    rows = rows.where(rows.by_word("mode", _is_judged, bool))
    if not len(rows):
        return TRIP.empty(), {}
    number = rows["passengers"] * rows["trips"] * np.where(rows["return"].astype(bool), 2.0, 1.0)
    placed = (rows["origin"] != "") & (rows["destination"] != "")
    emitted = Rows(inventory.emissions).where(kind="travel")
    kg = _of_records(emitted if contrails else emitted.but(part=CONTRAILS), "co2e_kg", rows["record_id"])
    is_whole = (number > 0) & (number % 1 == 0)
    unheld = {"without two places": ~placed, "in no total of the inventory": placed & np.isnan(kg),
              "no whole number of trips": placed & ~np.isnan(kg) & ~is_whole}
    left = {reason: int(flags.sum()) for reason, flags in unheld.items() if flags.any()}
    kept_rows = np.flatnonzero(placed & ~np.isnan(kg) & is_whole)
    times = number[kept_rows].astype(np.intp)
    at, first = np.repeat(kept_rows, times), np.repeat(np.cumsum(times) - times, times)
    of, share = rows.take(at), 1.0 / np.repeat(times, times)
    km = _of_records(Rows(inventory.activities).where(unit="passenger.km"), "quantity", rows["record_id"])
    place = "/" + (np.arange(len(at)) - first).astype(str).astype(object)
    trips = of.assign(
        trip_id=of["record_id"] + pick(share < 1, place, ""), date=of["period_start"], traveller_id="",
        mode=pick(of["mode"] == "air", PLANE, TRAIN), distance_km=km[at] * share, amount_eur=np.nan, nights=np.nan,
        co2e_kg=kg[at] * share, **{"class": ""})
    return TRIP.validate(trips.arrays(TRIP.columns)), left


def _is_judged(mode: str) -> bool:
    return mode in ("air", "rail") or (mode.startswith("rail.") and mode not in _URBAN)


def _of_records(rows: Rows, column: str, records: Texts) -> Floats:
    """Return the exact sum of a column for each record; NaN where it has no row."""
    at = pd.Index(records).get_indexer(pd.Index(rows["record_id"]))
    sums = exact_sum(rows[column][at >= 0], at[at >= 0], len(records))
    return np.where(np.bincount(at[at >= 0], minlength=len(records)) > 0, sums, np.nan)


def with_trains(trips: pd.DataFrame, inventory: Inventory) -> pd.DataFrame:
    """Return the trips with `train_kg_per_km` of each flight: that of a train between its ends in the inventory.

    NaN where an end is not found, or the inventory's factors have no such train.
    """
    params = inventory.params
    ways = [way if mode == PLANE else None for mode, *way in lines_of(trips, ["mode", "origin", "destination"])]
    country = {name: locate(name, air=True, home=params.home).country for way in ways for name in way or ()}
    pairs = [(country[way[0]], country[way[1]]) if way else None for way in ways]
    choices = {pair: train_between(*pair, params) for pair in dict.fromkeys(pairs) if pair and all(pair)}
    by_train = {pair: choice for pair, choice in choices.items() if choice.activity}
    if not by_train or inventory.library is None:
        return trips.assign(train_kg_per_km=np.nan)
    n = len(by_train)
    keys = pd.DataFrame({
        "key_id": range(n), "activity": text_array([c.activity for c in by_train.values()]),
        "unit": text_array(["passenger.km"] * n), "region": text_array(
            [c.region or pair[0] for pair, c in by_train.items()]), "scope": text_array(["3"] * n),
        "year": factor_year(inventory.year, params.reporting_year_starts)})
    answers = resolve(keys, inventory.library, policy=params.factors, gwp=params.gwp, fx=inventory.fx,
                      allow_mixed_gwp=params.allow_mixed_gwp, non_co2=params.travel.non_co2)
    per_km = Rows(vars(answers)["table"]).sums(["key_id"], "co2e_kg")  # only read
    factor: dict[Any, float] = {pair: per_km.get(n, np.nan) for n, pair in enumerate(by_train)}
    return trips.assign(train_kg_per_km=np.array([factor.get(pair, np.nan) for pair in pairs], dtype=np.float64))
