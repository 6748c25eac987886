"""The readers' table of business travel: by mode, in tonnes CO2e, with what was travelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.ghg_protocol import LOCATION
from carbon.core.units import KG_PER_T
from carbon.reports.tables.sums import counted_rows, largest_first, table_of, tonnes

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory


_MODES = {"flight": "air", "rail": "rail", "car": "car", "motorbike": "car", "taxi": "taxi", "bus": "bus",
          "coach": "bus", "freight": "car", "ferry": "ferry", "hotel_night": "hotel"}
_CATEGORY = 6
_NIGHT = "room.night"


def travel_table(inventory: Inventory) -> pd.DataFrame:
    """Return business travel by mode, with the warming of contrails in a column of its own.

    Columns: mode, lines (of the travel records), trips (people x journeys, a return is two), km (passenger-km or
    vehicle-km, as the factor counts), nights, co2e_t, contrails_t (part of co2e_t; NaN for modes that have none),
    kg_per_km.
    """
    travel_rows = _with_modes(Rows(inventory.activities))
    rows = _with_modes(counted_rows(inventory.emissions, LOCATION))
    pairs = _by_record(travel_rows).groups(["mode"])
    records = dict(zip(pairs.lines(), pairs.counts(), strict=True))
    parts = {"trips": _journeys(inventory, travel_rows.but(unit=_NIGHT)),
             "km": travel_rows.where(unit=("passenger.km", "km")).sums(["mode"], "quantity"),
             "nights": travel_rows.where(unit=_NIGHT).sums(["mode"], "quantity"), "co2e_t": tonnes(rows, ["mode"]),
             "contrails_t": tonnes(rows.where(part="contrails"), ["mode"])}
    lines = [(name, n, *(part.get(name, np.nan) for part in parts.values())) for name, n in records.items()]
    table = table_of(largest_first(lines, 2 + list(parts).index("co2e_t")),
                     {"mode": "str", "lines": "int64", **dict.fromkeys(parts, "float64")})
    table["kg_per_km"] = table["co2e_t"] * KG_PER_T / table["km"]
    return table


def _with_modes(rows: Rows) -> Rows:
    """Return rows of business travel, with their mode; vehicles of the company are in scopes 1 to 3, not here."""
    rows = rows.where(kind="travel")
    rows = rows.where(rows["category"] == _CATEGORY)
    return rows.assign(mode=rows.column("activity").map(mode_of))


def _by_record(travel_rows: Rows) -> Rows:
    """Return the first row of each record and mode."""
    return travel_rows.where(~travel_rows.frame(["mode", "record_id"]).duplicated().to_numpy())


def _journeys(inventory: Inventory, moved: Rows) -> dict[str, float]:
    """Return people x journeys by mode, of records that became activities; NaN where no record gives them."""
    records = inventory.records.get("travel")
    if records is None or records.empty:
        return {}
    back, people, trips = (records[c].to_numpy() for c in ("return", "passengers", "trips"))
    journeys = np.append(np.where(back, 2.0, 1.0) * people * trips, np.nan)  # the last: of no record
    rows = _by_record(moved)
    rows = rows.assign(journeys=journeys[pd.Index(records["record_id"]).get_indexer(pd.Index(rows["record_id"]))])
    return rows.where(~np.isnan(rows["journeys"])).sums(["mode"], "journeys")


def mode_of(activity: str) -> str:
    """Return the travel mode of an activity key: "flight.short_haul.economy" is air."""
    if activity.startswith(("rail.metro", "rail.underground")):
        return "metro"
    head = activity.partition(".")[0]
    return _MODES.get(head, head)
