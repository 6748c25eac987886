"""
The climate impact of a service, item by item, with the packaged factors at their value, all low or all high.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from carbon.core.display import Displayed
from carbon.digital import packaged_tables
from carbon.digital import service_formulas as formulas
from carbon.digital.answers import Answered
from carbon.digital.device_factors import CATEGORY, band
from carbon.digital.grid import GridFactor

TERMINALS, NETWORK, DATA_CENTRE = "terminals", "network", "data centre"
TIERS = (TERMINALS, NETWORK, DATA_CENTRE)
EMBODIED, USE, LIFE_CYCLE = "embodied", "use", "life cycle"
STEPS = (EMBODIED, USE, LIFE_CYCLE)
VALUE, LOW, HIGH = "value", "low", "high"
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


def climate(answers: Answered, grids: Grids, *, at: str) -> dict[Key, float]:
    """
    kg CO2e a year of each item; NaN ("not covered") for a network of a zone without a factor.

    Parameters
    ----------
    at
        "value", "low" or "high": the category's band on embodied and network factors, the same way in each row.
        Powers and grid factors are taken as they are.
    """
    return {**_terminals(answers, grids, at), **_networks(answers, at), **_datacentre(answers, grids, at)}


def factor_ids(answers: Answered, grids: Grids) -> dict[Key, str]:
    """
    What each item was computed with.
    """
    ids = {(TERMINALS, EMBODIED, device): f"devices:{device}" for device, _ in answers.devices}
    ids |= {(TERMINALS, USE, device): f"devices:{device}; {grids.users.factor_id}" for device, _ in answers.devices}
    ids |= {(NETWORK, LIFE_CYCLE, name): network_id(answers.network_zone, name)[0] for name in ("fixed", "mobile")}
    ids |= {(DATA_CENTRE, EMBODIED, item): f"datacentre:{item}" for item in ("servers", "gear and room", "disks")}
    return ids | {(DATA_CENTRE, USE, item): grids.datacentre.factor_id for item in ("servers", "disks")}


def network_id(zone: str, network: str) -> tuple[str, float]:
    """
    id and gCO2e per GB of a zone's fixed (with box) or mobile network; ("", NaN) where there is none.
    """
    return _networks_by_zone().get((zone, network), ("", math.nan))


_CACHE: dict[tuple[str, str], tuple[str, float]] = {}


def _networks_by_zone() -> dict[tuple[str, str], tuple[str, float]]:
    if not _CACHE:
        table = packaged_tables.load("network")
        table = table[table["boundary"] != "without box"]
        _CACHE.update({(z, n): (i, float(g)) for i, n, z, g in
                       table[["id", "network", "zone", "g_per_gb"]].itertuples(index=False)})
    return _CACHE


def _scale(at: str, category: str) -> float:
    if at == VALUE:
        return 1.0
    down, up = band(CATEGORY, category)
    return 1.0 / down if at == LOW else up


def _terminals(a: Answered, grids: Grids, at: str) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for device, share in a.devices:
        row = packaged_tables.devices()[device]
        per_hour = formulas.embodied_per_hour(
            row["embodied_kg"] * _scale(at, device), row["lifespan_years"] + a.device_extra_years,
            row["hours_per_day"], allocation=a.allocation)
        found[TERMINALS, EMBODIED, device] = formulas.terminal_embodied(a.users, a.hours_per_user, share, per_hour)
        found[TERMINALS, USE, device] = formulas.terminal_use(
            a.users, a.hours_per_user, share, row["active_power_w"], grids.users.kg_per_kwh)
    return found


def _networks(a: Answered, at: str) -> dict[Key, float]:
    shares = {"fixed": 1 - a.mobile_share, "mobile": a.mobile_share}
    return {(NETWORK, LIFE_CYCLE, name): formulas.network(
        a.users, a.gb_per_user, share, network_id(a.network_zone, name)[1] * _scale(at, ""))
        for name, share in shares.items()}


def _datacentre(a: Answered, grids: Grids, at: str) -> dict[Key, float]:
    figure, scale, g = _figure, _scale(at, ""), grids.datacentre.kg_per_kwh
    gear = [(figure(units), figure(kg) * scale, figure(life)) for units, kg, life in _GEAR]
    disk_power = figure("storage_unit_power")
    return {
        (DATA_CENTRE, EMBODIED, "servers"):
            formulas.server_embodied(a.servers, figure("server_embodied") * scale, a.server_lifespan_years),
        (DATA_CENTRE, EMBODIED, "gear and room"): formulas.gear_embodied(a.servers, gear),
        (DATA_CENTRE, EMBODIED, "disks"): formulas.disk_embodied(
            a.disks, figure("storage_unit_embodied") * scale, figure("storage_unit_lifespan")),
        (DATA_CENTRE, USE, "servers"): formulas.always_on(a.servers, a.server_power_w, a.pue, g),
        (DATA_CENTRE, USE, "disks"): formulas.always_on(a.disks, disk_power, a.pue, g),
    }


def _figure(item: str) -> float:
    return packaged_tables.figure("datacentre", item)
