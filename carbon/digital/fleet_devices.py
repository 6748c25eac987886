"""
Each device of a stock list with its age, life, footprint and state in one year.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from carbon.digital import device_factors, embodied, lifetimes
from carbon.digital.fleet_checks import checked_assets

DAYS_PER_MONTH = embodied.DAYS_PER_YEAR / 12
_FACTOR = ["tier", "embodied_kg", "low_kg", "high_kg", "range_from", "default_years", "active_power_w",
           "hours_per_day", "source_id"]


def devices_of(
    assets: pd.DataFrame, *, first: pd.Timestamp, last: pd.Timestamp, lifespan_rule: str, idle_months: float,
    planned: Mapping[str, float], factors: pd.DataFrame | None, spend_kg_per_eur: float | None,
) -> pd.DataFrame:
    """
    One row a device that was there at any time up to `last`.

    in_stock: bought (or without date) and not retired by `last`; bought, retired: within first ... last, so a device
    bought and retired in one year counts in both. idle: in stock, never in service, bought over `idle_months` ago.
    """
    table = checked_assets(assets)
    table = table[~(table["purchased_on"] > last)].reset_index(drop=True)
    table = _with_factors(table, factors, spend_kg_per_eur)
    gone = table["retired_on"] <= last
    age = lifetimes.age_years(table["purchased_on"], table["retired_on"], last)
    given = table["planned_lifespan_years"].fillna(table["category"].map(pd.Series(dict(planned), dtype="float64")))
    default = table["default_years"]
    waiting = table["in_service_on"].isna() & (table["status"] == "in stock")
    months = (last - table["purchased_on"]).dt.days / DAYS_PER_MONTH
    return table.assign(
        in_stock=~gone, bought=table["purchased_on"] >= first, retired=gone & (table["retired_on"] >= first),
        age_years=age, planned_years=given.fillna(default.fillna(lifetimes.FALLBACK_YEARS)),
        lifespan_years=lifetimes.lifespan_years(age, gone, given, default, rule=lifespan_rule),
        idle=~gone & waiting & (months > idle_months),
        work_share=table["private_use"].map(embodied.PRIVATE_SHARE).astype("float64"),
        kwh=embodied.yearly_kwh(table["active_power_w"], table["hours_per_day"]))


def _with_factors(table: pd.DataFrame, own: pd.DataFrame | None, spend_kg_per_eur: float | None) -> pd.DataFrame:
    pairs = table[["category", "model"]].drop_duplicates()
    found = device_factors.match_devices(pairs, own).rename(columns={"lifespan_years": "default_years"})
    joined = table.merge(found[["category", "model", *_FACTOR]], on=["category", "model"], how="left",
                         validate="many_to_one")
    if spend_kg_per_eur is None:
        return joined
    priced = (joined["tier"] == device_factors.NONE) & joined["amount_eur"].notna()
    kg = joined["amount_eur"] * spend_kg_per_eur
    down, up = device_factors.band(device_factors.SPEND, "")
    values = {"embodied_kg": kg, "low_kg": kg / down, "high_kg": kg * up}
    filled = {c: joined[c].where(~priced, v) for c, v in values.items()}
    return joined.assign(tier=joined["tier"].where(~priced, device_factors.SPEND), **filled,
                         range_from=joined["range_from"].where(~priced, "assumed"))


def age_pyramid(devices: pd.DataFrame) -> pd.DataFrame:
    """
    Devices in stock by whole years of age and category; "no purchase date" is a line of its own.
    """
    stock = devices.loc[devices["in_stock"], ["category", "age_years"]]
    table = stock.assign(years=np.floor(stock["age_years"]).fillna(np.inf))
    table = table.groupby(["category", "years"], as_index=False).size().rename(columns={"size": "units"})
    dated = np.isfinite(table["years"])
    label = table["years"].where(dated, 0).astype("int64").astype("str").where(dated, "no purchase date")
    return table.assign(age=label)[["category", "age", "units"]]
