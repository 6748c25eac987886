"""Trips by train and plane from the travel records of an inventory: typed once, and judged with the same kilograms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.accounting.result import Inventory
from carbon.activities.kinds.travel import train_between
from carbon.core.digital_tables import TRIP
from carbon.core.periods import factor_year
from carbon.core.places import locate
from carbon.core.text_columns import lines_of
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
    travel = inventory.records.get("travel", pd.DataFrame({"mode": []}))
    mode = travel["mode"].astype("str")
    by_rail = ((mode == "rail") | mode.str.startswith("rail.")) & ~mode.isin(_URBAN)
    rows = travel[(mode == "air") | by_rail]
    if rows.empty:
        return TRIP.empty(), {}
    number = (rows["passengers"] * rows["trips"] * np.where(rows["return"], 2, 1)).to_numpy(dtype=np.float64)
    placed = ((rows["origin"] != "") & (rows["destination"] != "")).to_numpy()
    emissions = inventory.emissions if contrails else inventory.emissions[inventory.emissions["part"] != CONTRAILS]
    kg = rows["record_id"].map(emissions.groupby("record_id", observed=True)["co2e_kg"].sum()).to_numpy(np.float64)
    is_whole = (number > 0) & (number % 1 == 0)
    left = {"without two places": ~placed, "in no total of the inventory": placed & np.isnan(kg),
            "no whole number of trips": placed & ~np.isnan(kg) & ~is_whole}
    kept_rows = np.flatnonzero(placed & ~np.isnan(kg) & is_whole)
    times = number[kept_rows].astype(np.intp)
    table = rows.iloc[np.repeat(kept_rows, times)].reset_index(drop=True)
    share = np.repeat(1.0 / times, times)
    moved = inventory.activities[inventory.activities["unit"] == "passenger.km"]
    kilometres = moved.groupby("record_id", observed=True)["quantity"].sum()
    km = table["record_id"].map(kilometres).to_numpy(np.float64) * share
    place = table.groupby("record_id", observed=True).cumcount().astype("str")
    ids = table["record_id"].astype("str") + ("/" + place).where(np.repeat(times, times) > 1, "")
    return TRIP.validate(pd.DataFrame({
        "trip_id": ids.astype("str"), "date": table["period_start"], "traveller_id": "", "origin": table["origin"],
        "destination": table["destination"], "mode": np.where(table["mode"] == "air", PLANE, TRAIN), "class": "",
        "distance_km": km, "amount_eur": np.nan, "nights": np.nan, "co2e_kg": np.repeat(kg[kept_rows], times) * share,
    }).astype(dict.fromkeys(("traveller_id", "origin", "destination", "mode", "class"), "str"))), {
        reason: int(flags.sum()) for reason, flags in left.items() if flags.any()}


def with_trains(trips: pd.DataFrame, inventory: Inventory) -> pd.DataFrame:
    """Return the trips with `train_kg_per_km` of each flight: that of a train between its ends in the inventory.

    NaN where an end is not found, or the inventory's factors have no such train.
    """
    params, flown = inventory.params, (trips["mode"] == PLANE).to_numpy()
    flights = lines_of(trips[flown], ["origin", "destination"])
    country = {name: locate(name, air=True, home=params.home).country for flight in flights for name in flight}
    pairs = [(country[a], country[b]) for a, b in flights]
    choices = {pair: train_between(*pair, params) for pair in dict.fromkeys(pairs) if all(pair)}
    by_train = {pair: choice for pair, choice in choices.items() if choice.activity}
    if not by_train or inventory.library is None:
        return trips.assign(train_kg_per_km=np.nan)
    keys = pd.DataFrame({
        "key_id": range(len(by_train)), "activity": [c.activity for c in by_train.values()], "unit": "passenger.km",
        "region": [c.region or pair[0] for pair, c in by_train.items()], "scope": "3",
        "year": factor_year(inventory.year, params.reporting_year_starts)})
    keys = keys.astype(dict.fromkeys(("activity", "unit", "region", "scope"), "str"))
    table = resolve(keys, inventory.library, policy=params.factors, gwp=params.gwp, fx=inventory.fx,
                    allow_mixed_gwp=params.allow_mixed_gwp, non_co2=params.travel.non_co2).table
    per_km = table.groupby("key_id")["co2e_kg"].sum()
    factor = {pair: float(per_km.get(n, np.nan)) for n, pair in enumerate(by_train)}
    per_trip = np.full(len(trips), np.nan)
    per_trip[flown] = [factor.get(pair, np.nan) for pair in pairs]
    return trips.assign(train_kg_per_km=per_trip)
