"""
What a record stands for in the ledger: an amount and its unit, the same for every room that counts rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core import units
from carbon.core.errors import UnitError

COUNTED_IN = {"energy": "kWh", "energy_HHV": "kWh_HHV", "energy_LHV": "kWh_LHV", "mass": "kg"}
"""Dimension -> the unit totals are counted in; volumes in m3 for gases, L for liquids."""
_GASES = ("natural_gas", "cng", "lng", "biogas", "biomethane", "propane", "butane")
NIGHTS = "night"


def with_amounts(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """
    The records with `record_amount` [`record_unit`] after their own columns.

    purchases: amount [currency]; energy: quantity [carrier:kWh, :m3, :L ...]; travel: distance x passengers x
    trips [mode:km], NaN where no distance is given, hotel: nights x passengers x trips [hotel:night].
    """
    measure = {"purchases": _money, "energy": _energy, "travel": _travel}[kind]
    amount, unit = measure(table)
    return table.assign(record_amount=np.asarray(amount, dtype=np.float64), record_unit=unit.astype("str"))


def _money(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    return table["amount"], table["currency"]


def _energy(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    return _counted(table["quantity"], table["unit"], table["carrier"])


def _travel(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    km, unit = to_unit(table["distance"], table["distance_unit"].where(table["distance_unit"] != "", "km"), "km")
    hotel = table["mode"] == "hotel"
    amount = km.where(~hotel, table["nights"]) * table["passengers"] * table["trips"]
    return amount, table["mode"] + ":" + unit.where(~hotel, NIGHTS)


def _counted(quantity: pd.Series, unit: pd.Series, carrier: pd.Series) -> tuple[pd.Series, pd.Series]:
    amount, name = quantity.copy(), unit.copy()
    for (written, fuel), rows in unit.groupby([unit, carrier], sort=False).groups.items():
        target = counting_unit(str(written), str(fuel))
        if target:
            amount[rows] = units.convert(quantity[rows], str(written), target)
            name[rows] = target
    return amount, carrier + ":" + name


def counting_unit(written: str, carrier: str) -> str:
    """
    The unit a carrier's quantity is counted in, or "" where the written unit is not known.
    """
    try:
        known = units.unit(written)
    except UnitError:
        return ""
    if known.dimension == "volume":
        return "m3" if carrier in _GASES else "L"
    return COUNTED_IN.get(known.dimension, known.name)


def to_unit(values: pd.Series, written: pd.Series, target: str) -> tuple[pd.Series, pd.Series]:
    """
    Values in `target` where the written unit converts to it, else as they stand; and the unit each then has.
    """
    out, name = values.copy(), written.copy()
    for text, rows in written.groupby(written, sort=False).groups.items():
        if converts(str(text), target):
            out[rows] = units.convert(values[rows], str(text), target)
            name[rows] = target
    return out, name


def converts(written: str, target: str) -> bool:
    """
    Whether a written unit is known and of the target's dimension.
    """
    try:
        return units.unit(written).dimension == units.unit(target).dimension
    except UnitError:
        return False
