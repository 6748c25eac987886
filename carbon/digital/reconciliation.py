"""What a company states twice: its digital tables held against its inventory of the same year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.result import Inventory
from carbon.core import units
from carbon.core.schemas import FLAG, NUMBER, TEXT, Table
from carbon.digital.travel_records import PLANE, trips_of

TOLERANCE = 0.02
"""Difference below which two figures of one thing agree: roundings, and meters read on other days."""
RECONCILED = Table("reconciled", {
    "what": TEXT, "item": TEXT, "table": TEXT, "digital": NUMBER, "other": NUMBER, "other_table": TEXT, "unit": TEXT,
    "difference_share": NUMBER, "agrees": FLAG,
}, key=("what", "item"))
"""Two figures of one thing. other_table: where the second is from; difference_share = digital / other - 1."""
_UNCOVERED = ("uncovered", "residual_mix", "supplier_mix")


def metered_kwh(inventory: Inventory) -> dict[str, float]:
    """Return site -> electricity of the inventory's meters and bills [kWh]."""
    rows = inventory.activities[inventory.activities["activity"] == "electricity"]
    kwh: dict[str, float] = {}
    sums = rows.groupby(["site", "unit"], observed=True)["quantity"].sum().reset_index()
    for site, unit, quantity in zip(sums["site"], sums["unit"], sums["quantity"], strict=True):
        if unit and units.unit(unit).dimension == "energy":
            kwh[site] = kwh.get(site, 0.0) + float(units.convert(quantity, unit, "kWh"))
    return kwh


def reconciliation(tables: Mapping[str, pd.DataFrame], inventory: Inventory, days: tuple[pd.Timestamp, pd.Timestamp],
                   contracts: pd.DataFrame | None) -> pd.DataFrame:
    """Hold the digital tables of a year against its inventory, and its lists of devices against one another.

    Parameters
    ----------
    tables
        Name of `core.digital_tables` -> table.
    days
        First and last day of the year.
    contracts
        `digital.electricity.contracts_table` of the year; None where there is none.

    Returns
    -------
    DataFrame
        `RECONCILED`: kWh of contracts and of meters by site, kWh under proof and under the instruments of scope 2,
        devices of the stock list and of the purchases by category, flights of an own list of trips and of the travel
        records. What one of the two does not have is no line: nothing contradicts it.
    """
    lines = [*_electricity(contracts, inventory), *_devices(tables, days), *_flights(tables, inventory, days)]
    table = pd.DataFrame(lines, columns=["what", "item", "table", "digital", "other", "other_table", "unit"])
    difference = table["digital"] / table["other"].where(table["other"] != 0) - 1
    difference = difference.mask((table["digital"] == 0) & (table["other"] == 0), 0.0)
    return RECONCILED.validate(table.assign(
        difference_share=difference.astype("float64"),
        agrees=(difference.abs() <= TOLERANCE).astype("bool")).astype({"digital": "float64", "other": "float64"}))


def _electricity(contracts: pd.DataFrame | None, inventory: Inventory) -> Iterator[tuple[Any, ...]]:
    if contracts is None or contracts.empty:
        return
    meters = metered_kwh(inventory)
    for site, kwh in contracts.groupby("site")["kwh"].sum().items():
        if site in meters:
            yield "electricity", site, "energy_contracts", kwh, meters[str(site)], "energy", "kWh"
    applied = inventory.instruments
    is_covered = (applied["carrier"] == "electricity") & ~applied["instrument"].isin(_UNCOVERED) & \
        ~applied["kind"].isin(_UNCOVERED)
    yield ("renewable electricity", "", "energy_contracts", contracts["renewable_kwh"].sum(),
           applied.loc[is_covered, "allocated_kwh"].sum(), "instruments", "kWh")


def _devices(tables: Mapping[str, pd.DataFrame], days: tuple[pd.Timestamp, pd.Timestamp]) -> Iterator[tuple[Any, ...]]:
    if not {"assets", "it_purchases"} <= tables.keys():
        return
    stock, purchases = tables["assets"], tables["it_purchases"]
    listed = stock[stock["purchased_on"].between(*days)].groupby("category").size()
    ordered = purchases[purchases["date"].between(*days)].groupby("category")["quantity"].sum()
    for category in sorted({*listed.index, *ordered.index}):
        yield ("devices bought", category, "assets", float(listed.get(category, 0)), float(ordered.get(category, 0.0)),
               "it_purchases", "unit")


def _flights(tables: Mapping[str, pd.DataFrame], inventory: Inventory,
             days: tuple[pd.Timestamp, pd.Timestamp]) -> Iterator[tuple[Any, ...]]:
    if "trips" not in tables:
        return
    trips, inventory_trips = tables["trips"], trips_of(inventory, contrails=True)[0]
    own_flights = trips[trips["date"].between(*days) & (trips["mode"] == PLANE)]
    if len(inventory_trips):
        flights = float(np.sum(inventory_trips["mode"] == PLANE))
        yield "flights", "", "trips", float(len(own_flights)), flights, "travel", "trip"
