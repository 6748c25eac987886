"""A stock list, checked, and each of its devices with age, life, footprint and state in one year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from carbon.core.digital_tables import ASSET
from carbon.core.errors import TableError
from carbon.digital.devices import embodied, lifetimes
from carbon.digital.devices.factors import NONE, SPEND, band, match_devices

DAYS_PER_MONTH = embodied.DAYS_PER_YEAR / 12
_FACTOR = ["tier", "embodied_kg", "low_kg", "high_kg", "range_from", "default_years", "active_power_w",
           "hours_per_day", "source_id"]
_SHOWN = ["asset_id", "category", "purchased_on", "retired_on", "status", "exit_route"]


@dataclass(frozen=True)
class Usage:
    """How devices are used: the grid's kg CO2e a kWh, by site where it is another; what a company measured or states.

    `kwh_per_year` and `hours_per_day` are by category, `work_share` by private use (COPE, BYOD).
    """

    kg_per_kwh: float
    site_kg_per_kwh: Mapping[str, float] = field(default_factory=dict)
    kwh_per_year: Mapping[str, float] = field(default_factory=dict)
    hours_per_day: Mapping[str, float] = field(default_factory=dict)
    work_share: Mapping[str, float] = field(default_factory=dict)


def checked_assets(assets: pd.DataFrame) -> pd.DataFrame:
    """Return the stock list, if its dates and states agree.

    Raises TableError: A serial number twice, a device retired before it was bought, a status that its dates contradict,
    an exit route of a device that has not left, private use of something else than a phone.
    """
    table = ASSET.validate(assets, extra=True)
    retired = table["retired_on"].notna()
    faults = {
        "devices retired before they were bought": table["retired_on"] < table["purchased_on"],
        "devices with status \"retired\" and no date": (table["status"] == "retired") & ~retired,
        "devices with a date of retirement and another status": retired & (table["status"] != "retired"),
        "devices with a way out that have not left": (table["exit_route"] != "") & ~retired,
        "devices in service before they were bought": table["in_service_on"] < table["purchased_on"],
        "devices other than phones with private use":
            (table["private_use"] != "") & (table["category"] != "smartphone"),
        "devices with a planned life of zero or less": table["planned_lifespan_years"] <= 0,
    }
    for what, bad in faults.items():
        if bad.any():
            raise TableError(f"{int(bad.sum())} {what}", rows=table.loc[bad, _SHOWN],
                             hint="correct the stock list (assets.csv); nothing is assumed")
    return table


def devices_of(
    assets: pd.DataFrame, *, first: pd.Timestamp, last: pd.Timestamp, lifespan_rule: str, idle_months: float,
    planned: Mapping[str, float], factors: pd.DataFrame | None, spend_kg_per_eur: float | None, usage: Usage,
) -> pd.DataFrame:
    """Return one row for each device that was there at any time up to `last`.

    in_stock: bought (or without date) and not retired by `last`; bought, retired: within first ... last, so a device
    bought and retired in one year counts in both. idle: in stock, never in service, bought over `idle_months` ago.
    """
    table = checked_assets(assets)
    table = table[~(table["purchased_on"] > last)].reset_index(drop=True)
    table = _with_factors(table, factors, spend_kg_per_eur)
    has_left = table["retired_on"] <= last
    age = lifetimes.age_years(table["purchased_on"], table["retired_on"], last)
    by_category = table["category"].map(pd.Series(dict(planned), dtype="float64"))
    planned_years = table["planned_lifespan_years"].fillna(by_category)
    default = table["default_years"]
    waiting = table["in_service_on"].isna() & (table["status"] == "in stock")
    months = (last - table["purchased_on"]).dt.days / DAYS_PER_MONTH
    return table.assign(
        in_stock=~has_left, bought=table["purchased_on"] >= first, retired=has_left & (table["retired_on"] >= first),
        age_years=age, planned_years=planned_years.fillna(default.fillna(lifetimes.FALLBACK_YEARS)),
        lifespan_years=lifetimes.lifespan_years(age, has_left, planned_years, default, rule=lifespan_rule),
        idle=~has_left & waiting & (months > idle_months),
        work_share=table["private_use"].map(embodied.PRIVATE_SHARE | dict(usage.work_share)).astype("float64"),
        kwh=_kwh(table, usage), kg_per_kwh=table["site"].map(dict(usage.site_kg_per_kwh)).astype("float64").fillna(
            usage.kg_per_kwh))


def _kwh(table: pd.DataFrame, usage: Usage) -> pd.Series:
    """Return the kWh of each device a year: measured ones of its category, else power x hours of use."""
    measured, hours = (table["category"].map(dict(given)).astype("float64") for given in (
        usage.kwh_per_year, usage.hours_per_day))
    calculated = embodied.yearly_kwh(table["active_power_w"], hours.fillna(table["hours_per_day"]))
    return pd.Series(measured.fillna(calculated), index=table.index)


def _with_factors(
    table: pd.DataFrame, company_factors: pd.DataFrame | None, spend_kg_per_eur: float | None
) -> pd.DataFrame:
    pairs = table[["category", "model"]].drop_duplicates()
    matches = match_devices(pairs, company_factors).rename(columns={"lifespan_years": "default_years"})
    devices = table.merge(matches[["category", "model", *_FACTOR]], on=["category", "model"], how="left",
                          validate="many_to_one")
    if spend_kg_per_eur is None:
        return devices
    has_price = (devices["tier"] == NONE) & devices["amount_eur"].notna()
    kg = devices["amount_eur"] * spend_kg_per_eur
    down, up = band(SPEND, "")
    values = {"embodied_kg": kg, "low_kg": kg / down, "high_kg": kg * up}
    by_price = {c: devices[c].where(~has_price, v) for c, v in values.items()}
    return devices.assign(tier=devices["tier"].where(~has_price, SPEND), **by_price,
                          range_from=devices["range_from"].where(~has_price, "assumed"))


def age_pyramid(devices: pd.DataFrame) -> pd.DataFrame:
    """Return devices in stock by whole years of age and category; "no purchase date" is a line of its own."""
    stock = devices.loc[devices["in_stock"], ["category", "age_years"]]
    table = stock.assign(years=np.floor(stock["age_years"]).fillna(np.inf))
    table = table.groupby(["category", "years"], as_index=False).size().rename(columns={"size": "units"})
    dated = np.isfinite(table["years"])
    label = table["years"].where(dated, 0).astype("int64").astype("str").where(dated, "no purchase date")
    return table.assign(age=label)[["category", "age", "units"]]
