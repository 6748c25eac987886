"""The formulas of a digital service, on plain numbers [kg CO2e a year, or the unit of the criterion].

A factor that is not known (NaN) makes the figure NaN: "not covered". Answers must be known.
"""

from __future__ import annotations

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number

ACTIVE, CALENDAR = "active_hours", "calendar_hours"
DAYS_PER_YEAR, HOURS_PER_YEAR = 365.0, 8760.0
GRAMS_PER_KG = 1000.0


def embodied_per_hour(embodied: float, lifespan_years: float, hours_per_day: float, *, allocation: str) -> float:
    """Return the embodied impact of one hour of use of a device.

    active_hours: E / (365 L hours_per_day); calendar_hours: E / (8760 L). Their ratio is 24 / hours_per_day.

    Raises MethodError: An unknown allocation, a life or hours of zero.
    """
    if allocation not in (ACTIVE, CALENDAR):
        raise MethodError(f"Unknown allocation {allocation!r}", hint=f"one of {ACTIVE}, {CALENDAR}")
    refuse_no_number("hour of a device", over=0, lifespan_years=lifespan_years)
    refuse_no_number("hour of a device", over=0, at_most=24, hours_per_day=hours_per_day)
    refuse_no_number("hour of a device", missing=True, embodied=embodied)
    hours = DAYS_PER_YEAR * hours_per_day if allocation == ACTIVE else HOURS_PER_YEAR
    return embodied / (hours * lifespan_years)


def terminal_embodied(users: float, hours: float, share: float, per_hour: float) -> float:
    """Return U h m_d x embodied impact of an hour."""
    refuse_no_number("terminals", at_least=0, users=users, hours=hours)
    refuse_no_number("terminals", at_least=0, at_most=1, share=share)
    refuse_no_number("terminals", missing=True, per_hour=per_hour)
    return users * hours * share * per_hour


def terminal_use(users: float, hours: float, share: float, active_power_w: float, per_kwh: float) -> float:
    """Return U h m_d W_d / 1000 x g_user."""
    refuse_no_number("terminals", at_least=0, users=users, hours=hours, active_power_w=active_power_w)
    refuse_no_number("terminals", at_least=0, at_most=1, share=share)
    refuse_no_number("terminals", missing=True, per_kwh=per_kwh)
    return users * hours * share * active_power_w / 1000.0 * per_kwh


def network(users: float, gb_per_user: float, share: float, g_per_gb: float) -> float:
    """Return U V x share of the network x n / 1000 [kg]; n in gCO2e/GB, life cycle."""
    refuse_no_number("network", at_least=0, users=users, gb_per_user=gb_per_user)
    refuse_no_number("network", at_least=0, at_most=1, share=share)
    refuse_no_number("network", missing=True, g_per_gb=g_per_gb)
    return users * gb_per_user * share * g_per_gb / GRAMS_PER_KG


def server_embodied(servers: float, embodied: float, lifespan_years: float) -> float:
    """Return N E / L_srv."""
    refuse_no_number("servers", over=0, lifespan_years=lifespan_years)
    refuse_no_number("servers", at_least=0, servers=servers)
    refuse_no_number("servers", missing=True, embodied=embodied)
    return servers * embodied / lifespan_years


def gear_embodied(servers: float, gear: list[tuple[float, float, float]]) -> float:
    """Return N x sum(units per server x E / L): firewall, switch, router and technical room of a server."""
    refuse_no_number("gear", at_least=0, servers=servers)
    if not isinstance(gear, list | tuple) or any(not isinstance(g, tuple) or len(g) != 3 for g in gear):
        raise MethodError(f"gear is {gear!r}", hint="a list of (units per server, embodied, life in years)")
    for units, embodied, life in gear:
        refuse_no_number("gear", at_least=0, units=units)
        refuse_no_number("gear", over=0, life=life)
        refuse_no_number("gear", missing=True, embodied=embodied)
    return servers * sum(units * embodied / life for units, embodied, life in gear)


def disk_embodied(disks: float, embodied: float, lifespan_years: float) -> float:
    """Return D E / L."""
    refuse_no_number("disks", over=0, lifespan_years=lifespan_years)
    refuse_no_number("disks", at_least=0, disks=disks)
    refuse_no_number("disks", missing=True, embodied=embodied)
    return disks * embodied / lifespan_years


def always_on(units: float, power_w: float, pue: float, per_kwh: float) -> float:
    """Return N P / 1000 x 8760 x PUE x g_dc: servers and disks in use all year."""
    refuse_no_number("always on", at_least=0, units=units, power_w=power_w)
    refuse_no_number("always on", at_least=1, hint="PUE = total energy of the site / energy of its IT", pue=pue)
    refuse_no_number("always on", missing=True, per_kwh=per_kwh)
    return units * power_w / 1000.0 * HOURS_PER_YEAR * pue * per_kwh
