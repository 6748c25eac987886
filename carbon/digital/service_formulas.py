"""
The formulas of a digital service, on plain numbers [kg CO2e a year, or the unit of the criterion].
"""

from __future__ import annotations

from carbon.core.errors import MethodError

ACTIVE, CALENDAR = "active_hours", "calendar_hours"
DAYS_PER_YEAR, HOURS_PER_YEAR = 365.0, 8760.0
GRAMS_PER_KG = 1000.0


def embodied_per_hour(embodied: float, lifespan_years: float, hours_per_day: float, *, allocation: str) -> float:
    """
    Embodied impact of one hour of use of a device.

    active_hours: E / (365 L hours_per_day); calendar_hours: E / (8760 L). Their ratio is 24 / hours_per_day.

    Raises
    ------
    MethodError
        An unknown allocation, a life or hours of zero.
    """
    if allocation not in (ACTIVE, CALENDAR):
        raise MethodError(f"Unknown allocation {allocation!r}", hint=f"one of {ACTIVE}, {CALENDAR}")
    hours = DAYS_PER_YEAR * hours_per_day if allocation == ACTIVE else HOURS_PER_YEAR
    if not (lifespan_years > 0 and hours > 0):
        raise MethodError("A device needs a life and hours of use over zero")
    return embodied / (hours * lifespan_years)


def terminal_embodied(users: float, hours: float, share: float, per_hour: float) -> float:
    """
    U h m_d x embodied impact of an hour.
    """
    return users * hours * share * per_hour


def terminal_use(users: float, hours: float, share: float, active_power_w: float, per_kwh: float) -> float:
    """
    U h m_d W_d / 1000 x g_user.
    """
    return users * hours * share * active_power_w / 1000.0 * per_kwh


def network(users: float, gb_per_user: float, share: float, g_per_gb: float) -> float:
    """
    U V x share of the network x n / 1000 [kg]; n in gCO2e/GB, life cycle.
    """
    return users * gb_per_user * share * g_per_gb / GRAMS_PER_KG


def server_embodied(servers: float, embodied: float, lifespan_years: float) -> float:
    """
    N E / L_srv.
    """
    if not lifespan_years > 0:
        raise MethodError("A server needs a life over zero")
    return servers * embodied / lifespan_years


def gear_embodied(servers: float, gear: list[tuple[float, float, float]]) -> float:
    """
    N x sum(units per server x E / L): firewall, switch, router and technical room of a server.
    """
    return servers * sum(units * embodied / life for units, embodied, life in gear)


def disk_embodied(disks: float, embodied: float, lifespan_years: float) -> float:
    """
    D E / L.
    """
    return disks * embodied / lifespan_years


def always_on(units: float, power_w: float, pue: float, per_kwh: float) -> float:
    """
    N P / 1000 x 8760 x PUE x g_dc: servers and disks in use all year.
    """
    return units * power_w / 1000.0 * HOURS_PER_YEAR * pue * per_kwh
