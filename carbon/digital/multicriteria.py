"""
Further criteria of a service (acidification, particles, minerals ...), by the same formulas, from a user's factors.

What has no factor is "not covered": in its cell, in every sum above it and in the chart. It is never zero.
"""

from __future__ import annotations

import math

import pandas as pd

from carbon.core.digital_tables import MULTICRITERIA
from carbon.core.errors import AmbiguousFactorError, TableError
from carbon.digital import packaged_tables
from carbon.digital import service_formulas as formulas
from carbon.digital.answers import Answered
from carbon.digital.service_climate import DATA_CENTRE, EMBODIED, LIFE_CYCLE, NETWORK, TERMINALS, USE, Key

CLIMATE = "climate_change"
ELECTRICITY, SERVER, DISK = "electricity", "server", "disk"
_STEPS = ("manufacture", "distribution", "end_of_life")
_PER = {"use": ("kWh", "GB"), "manufacture": ("unit", "m2"), "distribution": ("unit", "m2"),
        "end_of_life": ("unit", "m2")}


def checked_factors(table: pd.DataFrame) -> pd.DataFrame:
    """
    A user's factors_multicriteria table, if every word of it is known.

    Raises
    ------
    TableError
        An unknown step, criterion or per; another unit than the criterion's; no source or licence. Never skipped.
    """
    table = MULTICRITERIA.validate(table)
    known = packaged_tables.load("planetary_boundaries").set_index("criterion")["unit"]
    faults = {
        "unknown criteria": ~table["criterion"].isin(known.index),
        "another unit than the criterion's": table["unit"] != table["criterion"].map(known).fillna(table["unit"]),
        "no source or licence": (table["source"] == "") | (table["licence"] == ""),
        "a `per` that does not go with the step": ~pd.Series(
            [p in (*_PER[s], "server-year") for s, p in zip(table["step"], table["per"], strict=True)],
            index=table.index, dtype=bool),
    }
    for what, bad in faults.items():
        if bad.any():
            raise TableError(f"factors_multicriteria: {what} in {int(bad.sum())} rows", rows=table[bad],
                             hint=f"criteria: {', '.join(known.index)}; see docs/how-to/responsible-digital.md")
    return table


def criteria_of(table: pd.DataFrame) -> list[str]:
    """
    Criteria other than climate change that the table has factors for.
    """
    return sorted(set(table["criterion"]) - {CLIMATE})


def impacts(answers: Answered, table: pd.DataFrame, criterion: str) -> dict[Key, float]:
    """
    One criterion of each item [its unit a year]; NaN where the user's table has no factor for it.

    Parameters
    ----------
    table
        From `checked_factors`. Items: the devices, "server", "disk", "electricity" (per kWh, by region).
    """
    rows = table[table["criterion"] == criterion]
    found: dict[Key, float] = {}
    for device, share in answers.devices:
        packaged = packaged_tables.devices()[device]
        embodied, life = _embodied(rows, device)
        life = life if math.isfinite(life) else packaged["lifespan_years"]
        per_hour = formulas.embodied_per_hour(embodied, life + answers.device_extra_years, packaged["hours_per_day"],
                                              allocation=answers.allocation)
        found[TERMINALS, EMBODIED, device] = formulas.terminal_embodied(
            answers.users, answers.hours_per_user, share, per_hour)
        found[TERMINALS, USE, device] = formulas.terminal_use(
            answers.users, answers.hours_per_user, share, packaged["active_power_w"], _per_kwh(rows, answers.zone))
    return found | {(NETWORK, LIFE_CYCLE, n): math.nan for n in ("fixed", "mobile")} | _datacentre(answers, rows)


def _datacentre(a: Answered, rows: pd.DataFrame) -> dict[Key, float]:
    server, _ = _embodied(rows, SERVER)
    disk, life = _embodied(rows, DISK)
    life = life if math.isfinite(life) else packaged_tables.figure("datacentre", "storage_unit_lifespan")
    per_kwh = _per_kwh(rows, a.datacentre_zone)
    disk_power = packaged_tables.figure("datacentre", "storage_unit_power")
    return {
        (DATA_CENTRE, EMBODIED, "servers"): formulas.server_embodied(a.servers, server, a.server_lifespan_years),
        # No open factor for switches, routers and rooms in another criterion than climate.
        (DATA_CENTRE, EMBODIED, "gear and room"): 0.0 if a.servers == 0 else math.nan,
        (DATA_CENTRE, EMBODIED, "disks"): formulas.disk_embodied(a.disks, disk, life) if a.disks else 0.0,
        (DATA_CENTRE, USE, "servers"): formulas.always_on(a.servers, a.server_power_w, a.pue, per_kwh),
        (DATA_CENTRE, USE, "disks"): formulas.always_on(a.disks, disk_power, a.pue, per_kwh) if a.disks else 0.0,
    }


def _embodied(rows: pd.DataFrame, item: str) -> tuple[float, float]:
    """
    Manufacture + distribution + end of life per unit, and the life it comes with; NaN without a manufacture row.
    """
    own = rows[(rows["item"] == item) & rows["step"].isin(_STEPS) & (rows["per"] == "unit")]
    _one_region(own, item)
    if not (own["step"] == "manufacture").any():
        return math.nan, math.nan
    return float(own["value"].sum()), float(own["lifespan_years"].max())


def _per_kwh(rows: pd.DataFrame, zone: str) -> float:
    own = rows[(rows["item"] == ELECTRICITY) & (rows["per"] == "kWh") & (rows["region"] == zone)]
    return float(own["value"].item()) if len(own) == 1 else math.nan


def _one_region(rows: pd.DataFrame, item: str) -> None:
    if rows.duplicated(["step"]).any():
        raise AmbiguousFactorError(f"{item}: several regions have a factor for one step", rows=rows,
                                   hint="keep one row a step in factors_multicriteria.csv")
