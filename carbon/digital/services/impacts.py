"""The impacts of a service, item by item, in climate change and in further criteria.

Climate change takes the packaged factors, at their value, all low or all high; another criterion takes a user's
factors. An item without a factor is "not covered" (NaN), in its cell and in every sum above it; it is never zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from carbon.core.digital_tables import MULTICRITERIA
from carbon.core.display import Displayed
from carbon.core.errors import AmbiguousFactorError, TableError
from carbon.digital import packaged_tables
from carbon.digital.devices.factors import CATEGORY, band
from carbon.digital.electricity import GridFactor
from carbon.digital.services import formulas
from carbon.digital.services.answers import Answered

TERMINALS, NETWORK, DATA_CENTRE = "terminals", "network", "data centre"
TIERS = (TERMINALS, NETWORK, DATA_CENTRE)
EMBODIED, USE, LIFE_CYCLE = "embodied", "use", "life cycle"
STEPS = (EMBODIED, USE, LIFE_CYCLE)
VALUE, LOW, HIGH = "value", "low", "high"
CLIMATE = "climate_change"
ELECTRICITY, SERVER, DISK = "electricity", "server", "disk"
_EMBODIED_STEPS = ("manufacture", "distribution", "end_of_life")
_PER = {"use": ("kWh", "GB"), "manufacture": ("unit", "m2"), "distribution": ("unit", "m2"),
        "end_of_life": ("unit", "m2")}
_GEAR = (("firewall_per_server", "firewall_embodied", "network_gear_lifespan"),
         ("switch_per_server", "switch_embodied", "network_gear_lifespan"),
         ("router_per_server", "router_embodied", "network_gear_lifespan"),
         ("it_room_area_per_server", "support_equipment_embodied", "support_equipment_lifespan"))


@dataclass(frozen=True, repr=False)
class Grids(Displayed):
    """The grid of the users, and that of the data centre."""

    users: GridFactor
    datacentre: GridFactor


Key = tuple[str, str, str]
"""(tier, step, item)."""


@dataclass(frozen=True, repr=False)
class _Factors(Displayed):
    """Factors of one criterion: (embodied of one, life in years) of devices and disks, per kWh, per GB, per server."""

    devices: Mapping[str, tuple[float, float]]
    users_kwh: float
    datacentre_kwh: float
    networks: Mapping[str, float]
    server: float
    gear: list[tuple[float, float, float]]
    disk: tuple[float, float]


def climate(answers: Answered, grids: Grids, *, at: str) -> dict[Key, float]:
    """Return the kg CO2e a year of each item; NaN ("not covered") for a network of a zone without a factor.

    at: "value", "low" or "high": the category's band on embodied and network factors, the same way in each row. Powers
    and grid factors are taken as they are.
    """
    scale, devices = _scale(at, ""), packaged_tables.devices()
    return _items(answers, _Factors(
        devices={d: (devices[d]["embodied_kg"] * _scale(at, d), devices[d]["lifespan_years"])
                 for d, _ in answers.devices},
        users_kwh=grids.users.kg_per_kwh, datacentre_kwh=grids.datacentre.kg_per_kwh,
        networks={item: network_id(zone, name)[1] * scale for item, name, zone, _ in answers.networks},
        server=answers.server_embodied_kg * scale,
        gear=[(_figure(units), _figure(kg) * scale, _figure(life)) for units, kg, life in _GEAR],
        disk=(_figure("storage_unit_embodied") * scale, _figure("storage_unit_lifespan"))))


def impacts(answers: Answered, table: pd.DataFrame, criterion: str) -> dict[Key, float]:
    """Return one criterion of each item [its unit a year]; NaN where the user's table has no factor for it.

    table: From `checked_factors`. Items: the devices, "server", "disk", "electricity" (per kWh, by region).
    """
    rows, devices = table[table["criterion"] == criterion], packaged_tables.devices()
    return _items(answers, _Factors(
        devices={d: _embodied(rows, d, devices[d]["lifespan_years"]) for d, _ in answers.devices},
        users_kwh=math.fsum(share * _per_kwh(rows, zone) for zone, share in answers.zones),
        datacentre_kwh=_per_kwh(rows, answers.datacentre_zone),
        # No open factor for networks, switches, routers and rooms in another criterion than climate change.
        networks={item: math.nan for item, *_ in answers.networks}, server=_embodied(rows, SERVER, math.nan)[0],
        gear=[(1.0, math.nan, 1.0)], disk=_embodied(rows, DISK, _figure("storage_unit_lifespan"))))


def datacentre_kwh(a: Answered) -> float:
    """Return the electricity of a service's servers and disks with that of their rooms, by PUE [kWh a year]."""
    disks = formulas.always_on(a.disks, _figure("storage_unit_power"), a.pue, 1.0) if a.disks else 0.0
    return formulas.always_on(a.servers, a.server_power_w, a.pue, 1.0) + disks


def _items(a: Answered, factors: _Factors) -> dict[Key, float]:
    items: dict[Key, float] = {}
    for device, share in a.devices:
        packaged, (embodied, life) = packaged_tables.devices()[device], factors.devices[device]
        per_hour = formulas.embodied_per_hour(embodied, life + a.device_extra_years, packaged["hours_per_day"],
                                              allocation=a.allocation)
        items[TERMINALS, EMBODIED, device] = formulas.terminal_embodied(a.users, a.hours_per_user, share, per_hour)
        items[TERMINALS, USE, device] = formulas.terminal_use(
            a.users, a.hours_per_user, share, packaged["active_power_w"], factors.users_kwh)
    for item, _, _, share in a.networks:
        items[NETWORK, LIFE_CYCLE, item] = formulas.network(a.users, a.gb_per_user, share, factors.networks[item])
    # No gear and no disks have no impact, whether or not their factor is known.
    return items | {
        (DATA_CENTRE, EMBODIED, "servers"):
            formulas.server_embodied(a.servers, factors.server, a.server_lifespan_years),
        (DATA_CENTRE, EMBODIED, "gear and room"): formulas.gear_embodied(a.servers, factors.gear) if a.servers else 0.0,
        (DATA_CENTRE, EMBODIED, "disks"): formulas.disk_embodied(a.disks, *factors.disk) if a.disks else 0.0,
        (DATA_CENTRE, USE, "servers"): formulas.always_on(a.servers, a.server_power_w, a.pue, factors.datacentre_kwh),
        (DATA_CENTRE, USE, "disks"): formulas.always_on(
            a.disks, _figure("storage_unit_power"), a.pue, factors.datacentre_kwh) if a.disks else 0.0}


def factor_ids(answers: Answered, grids: Grids) -> dict[Key, str]:
    """Return the ids of the factors of each item."""
    ids = {(TERMINALS, EMBODIED, device): f"devices:{device}" for device, _ in answers.devices}
    ids |= {(TERMINALS, USE, device): f"devices:{device}; {grids.users.factor_id}" for device, _ in answers.devices}
    ids |= {(NETWORK, LIFE_CYCLE, item): network_id(zone, name)[0] for item, name, zone, _ in answers.networks}
    ids |= {(DATA_CENTRE, EMBODIED, item): f"datacentre:{item}" for item in ("servers", "gear and room", "disks")}
    return ids | {(DATA_CENTRE, USE, item): grids.datacentre.factor_id for item in ("servers", "disks")}


def network_id(zone: str, network: str) -> tuple[str, float]:
    """Return id and gCO2e per GB of a zone's fixed (with box) or mobile network; ("", NaN) if it has none."""
    return _networks_by_zone().get((zone, network), ("", math.nan))


@cache
def _networks_by_zone() -> dict[tuple[str, str], tuple[str, float]]:
    table = packaged_tables.load("network")
    table = table[table["boundary"] != "without box"]
    columns = ["id", "network", "zone", "g_per_gb"]
    return {(zone, name): (id_, float(g)) for id_, name, zone, g in table[columns].itertuples(index=False)}


def _scale(at: str, category: str) -> float:
    if at == VALUE:
        return 1.0
    down, up = band(CATEGORY, category)
    return 1.0 / down if at == LOW else up


def _figure(item: str) -> float:
    return packaged_tables.figure("datacentre", item)


def checked_factors(table: pd.DataFrame) -> pd.DataFrame:
    """Return a user's factors_multicriteria table, if every word of it is known.

    Raises TableError: An unknown step, criterion or per; another unit than the criterion's; no source or licence. Never
    skipped.
    """
    table = MULTICRITERIA.validate(table)
    units = packaged_tables.load("planetary_boundaries").set_index("criterion")["unit"]
    faults = {
        "unknown criteria": ~table["criterion"].isin(units.index),
        "another unit than the criterion's": table["unit"] != table["criterion"].map(units).fillna(table["unit"]),
        "no source or licence": (table["source"] == "") | (table["licence"] == ""),
        "a `per` that does not go with the step": ~pd.Series(
            [p in (*_PER[s], "server-year") for s, p in zip(table["step"], table["per"], strict=True)],
            index=table.index, dtype=bool),
    }
    for what, bad in faults.items():
        if bad.any():
            raise TableError(f"factors_multicriteria: {what} in {int(bad.sum())} rows", rows=table[bad],
                             hint=f"criteria: {', '.join(units.index)}; see docs/how-to/responsible-digital.md")
    return table


def criteria_of(table: pd.DataFrame) -> list[str]:
    """Return the criteria other than climate change that the table has factors for."""
    return sorted(set(table["criterion"]) - {CLIMATE})


def _embodied(rows: pd.DataFrame, item: str, default_life: float) -> tuple[float, float]:
    """Return manufacture + distribution + end of life per unit, and its life; NaN without a manufacture row."""
    item_rows = rows[(rows["item"] == item) & rows["step"].isin(_EMBODIED_STEPS) & (rows["per"] == "unit")]
    _one_region(item_rows, item)
    if not (item_rows["step"] == "manufacture").any():
        return math.nan, default_life
    life = float(item_rows["lifespan_years"].max())
    return float(item_rows["value"].sum()), life if math.isfinite(life) else default_life


def _per_kwh(rows: pd.DataFrame, zone: str) -> float:
    grid_rows = rows[(rows["item"] == ELECTRICITY) & (rows["per"] == "kWh") & (rows["region"] == zone)]
    return float(grid_rows["value"].item()) if len(grid_rows) == 1 else math.nan


def _one_region(rows: pd.DataFrame, item: str) -> None:
    if rows.duplicated(["step"]).any():
        raise AmbiguousFactorError(f"{item}: several regions have a factor for one step", rows=rows,
                                   hint="keep one row a step in factors_multicriteria.csv")
