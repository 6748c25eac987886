"""Kilograms of one row on plain numbers, arrays or Series: what an assurer recomputes with a pencil."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.exact import exact_total
from carbon.core.plain_numbers import refuse_no_number

RAIL_DETOUR, BUS_DETOUR = 1.2, 1.5
"""Way over great circle without a route table: pledge4future/co2calculator, data/detour.csv."""
MOST_DAYS, MOST_HOURS = 366, 24


def row_kg(quantity: Any, kg_per_unit: Any) -> Any:
    """Calculate the emissions of one row and factor part [kg].

    kg = quantity x kg per unit of the part;  a credit note is negative

    References
    ----------
    GHG Protocol, Corporate Standard (2004) ch. 6; parts: Scope 3 Technical Guidance, table 3.1.
    """
    refuse_no_number("emissions of a row", quantity=quantity, kg_per_unit=kg_per_unit)
    return quantity * kg_per_unit


def scope2_location_kg(kwh: Any, *, grid_kg_per_kwh: Any) -> Any:
    """Calculate location-based scope 2 [kg CO2e]; it never depends on contracts.

    kg = kWh x grid factor of the zone and year

    References
    ----------
    GHG Protocol, Scope 2 Guidance (2015), ch. 6.
    """
    refuse_no_number("scope 2", at_least=0, kwh=kwh, grid_kg_per_kwh=grid_kg_per_kwh,
                     hint="exported power is not negative scope 2: report it separately")
    return kwh * grid_kg_per_kwh


def scope2_market_kg(
    metered_kwh: float, *, instrument_kwh: np.ndarray | pd.Series, instrument_kg_per_kwh: np.ndarray | pd.Series,
    residual_kg_per_kwh: float,
) -> float:
    """Calculate market-based scope 2 of one meter and period [kg CO2e].

    kg = sum_j kWh_j x f_j + (metered kWh - sum_j kWh_j) x residual mix;  a zero-carbon contract gives 0

    Parameters
    ----------
    instrument_kwh, instrument_kg_per_kwh
        kWh allocated to the meter from each instrument (`allocated_kwh`), and the factor of each.
    residual_kg_per_kwh
        Residual mix of the zone and year; where none is published the grid average, flagged, never 0.

    Raises
    ------
    MethodError
        Negative energy; instruments for more than was metered; one factor an instrument is not given.

    References
    ----------
    GHG Protocol, Scope 2 Guidance (2015), ch. 6 and 7.
    """
    refuse_no_number("scope 2", at_least=0, metered_kwh=metered_kwh, residual_kg_per_kwh=residual_kg_per_kwh,
                     instrument_kwh=instrument_kwh, instrument_kg_per_kwh=instrument_kg_per_kwh)
    kwh, factors = (np.ravel(np.asarray(v, dtype=float)) for v in (instrument_kwh, instrument_kg_per_kwh))
    if len(kwh) != len(factors) or np.isnan(kwh).any() or np.isnan(factors).any():
        raise MethodError(f"{len(kwh)} volumes and {len(factors)} factors of instruments, or one that is not known",
                          hint="give the kWh and the kg per kWh of each instrument")
    rest = metered_kwh - exact_total(kwh)
    # The last bit of the sum of the instruments must not invent a shortfall.
    if rest < -1e-12 * max(metered_kwh, 1.0):
        raise MethodError(f"instruments cover {exact_total(kwh):g} kWh of {metered_kwh:g} metered",
                          hint="allocate no more than the meter; the rest is unused")
    return float(exact_total(np.r_[kwh * factors, max(rest, 0.0) * residual_kg_per_kwh]))


def allocated_kwh(volume_kwh: float, *, declared_kwh: pd.Series, other_kwh: pd.Series) -> pd.Series:
    """Allocate the volume of one instrument to meters: the declared ones first, then the others pro rata.

    declared: kWh x min(1, volume / sum declared);  others: kWh x min(1, volume left / sum of others); our convention

    Parameters
    ----------
    declared_kwh, other_kwh
        Uncovered kWh by meter; a meter is in one of the two.

    Returns
    -------
    Series
        kWh by meter, declared ones first; never above the volume or the meter.

    Raises
    ------
    MethodError
        Negative kWh; a meter in both.
    """
    refuse_no_number("allocation", at_least=0, volume_kwh=volume_kwh, declared_kwh=declared_kwh, other_kwh=other_kwh)
    if not isinstance(declared_kwh, pd.Series) or not isinstance(other_kwh, pd.Series) or len(
            declared_kwh.index.intersection(other_kwh.index)) or declared_kwh.isna().any() or other_kwh.isna().any():
        raise MethodError("a meter is listed twice, or its kWh are not known",
                          hint="give two Series of kWh by meter: named by the instrument, and others of its zone")
    left, parts = volume_kwh, []
    for kwh in (declared_kwh.astype(float), other_kwh.astype(float)):
        total = exact_total(kwh.to_numpy())
        parts.append(kwh * (min(1.0, left / total) if total > 0 else 0.0))
        left -= min(left, total)
    return pd.concat([p for p in parts if len(p)] or parts).rename("kwh")


def detour_km(great_circle_km: Any, *, detour: float) -> Any:
    """Calculate the way on the ground without a route table [km].

    km = great circle x detour;  rail 1.2 (`RAIL_DETOUR`), bus 1.5 (`BUS_DETOUR`)

    References
    ----------
    pledge4future/co2calculator, data/detour.csv.
    """
    refuse_no_number("way on the ground", over=0, great_circle_km=great_circle_km)
    refuse_no_number("way on the ground", at_least=1, detour=detour)
    return great_circle_km * detour


def car_passenger_km(vehicle_km: Any, *, occupants: Any) -> Any:
    """Calculate the passenger-kilometres of a car: vehicle-km x occupants; both may be fractional."""
    refuse_no_number("car", at_least=0, vehicle_km=vehicle_km)
    refuse_no_number("car", over=0, occupants=occupants)
    return vehicle_km * occupants


def hotel_kg(rooms: Any, nights: Any, *, kg_per_room_night: Any) -> Any:
    """Calculate hotel stays [kg CO2e].

    kg = rooms x nights x factor of the country;  a country without a value has no factor, not a zero

    References
    ----------
    GHG Protocol, Scope 3 Technical Guidance, category 6 (hotel nights are optional: state if they are included).
    """
    refuse_no_number("hotel", at_least=0, rooms=rooms, nights=nights, kg_per_room_night=kg_per_room_night)
    return rooms * nights * kg_per_room_night


def commuting_kg(answers: pd.DataFrame, *, headcount: float) -> float:
    """Calculate the commuting of one group of staff, from its survey [kg CO2e].

    kg = headcount / respondents x sum over answers of (days x km x factor)

    Parameters
    ----------
    answers
        days (a year), km (a day, both ways), kg_per_km: one row a respondent; walking has kg_per_km 0.

    Raises
    ------
    MethodError
        No answer, more answers than people, over 366 days, an unknown or negative number.

    References
    ----------
    GHG Protocol, Scope 3 Technical Guidance, category 7.
    """
    missing = [c for c in ("days", "km", "kg_per_km") if c not in getattr(answers, "columns", ())]
    if missing or not len(answers) or answers[["days", "km", "kg_per_km"]].isna().any(axis=None):
        raise MethodError(f"answers without {', '.join(missing) or 'a row, or with an empty cell'}",
                          hint="one row a respondent: days, km, kg_per_km; a group without answers borrows another's")
    refuse_no_number("commuting", at_least=0, km=answers["km"], kg_per_km=answers["kg_per_km"])
    refuse_no_number("commuting", at_least=0, at_most=MOST_DAYS, days=answers["days"])
    refuse_no_number("commuting", at_least=len(answers), headcount=headcount,
                     hint="the headcount of the group that was asked, at least its respondents")
    kg = exact_total((answers["days"] * answers["km"] * answers["kg_per_km"]).to_numpy(dtype=float))
    return float(headcount / len(answers) * kg)


def homeworking_kg(days: Any, hours: Any, *, equipment_kw: Any, grid_kg_per_kwh: Any, heating_kg_per_hour: Any) -> Any:
    """Calculate the work from home of one person, category 7 [kg CO2e].

    kg = days x hours x (equipment kW x grid + heating increment per hour)

    References
    ----------
    EcoAct, Homeworking Emissions Whitepaper (equipment, heating); homeworking is optional: state if it is included.
    """
    refuse_no_number("homeworking", at_least=0, at_most=MOST_DAYS, days=days)
    refuse_no_number("homeworking", at_least=0, at_most=MOST_HOURS, hours=hours)
    refuse_no_number("homeworking", at_least=0, equipment_kw=equipment_kw, grid_kg_per_kwh=grid_kg_per_kwh,
                     heating_kg_per_hour=heating_kg_per_hour)
    return days * hours * (equipment_kw * grid_kg_per_kwh + heating_kg_per_hour)


def freight_kg(mass_t: Any, distance_km: Any, *, kg_per_tonne_km: Any) -> Any:
    """Calculate freight [kg CO2e].

    kg = mass [t, packaging included] x distance [km] x factor;  the factor must be built on the same kind of distance

    References
    ----------
    ISO 14083 and GLEC framework v3: shortest feasible or great circle distance, empty running sits in the factor.
    """
    refuse_no_number("freight", at_least=0, mass_t=mass_t, distance_km=distance_km, kg_per_tonne_km=kg_per_tonne_km)
    return mass_t * distance_km * kg_per_tonne_km


def waste_kg(mass_t: Any, *, kg_per_tonne: Any) -> Any:
    """Calculate waste of one material and treatment [kg CO2e].

    kg = mass [t] x factor(material, treatment);  avoided emissions are never netted

    References
    ----------
    GHG Protocol, Scope 3 Technical Guidance, category 5.
    """
    refuse_no_number("waste", at_least=0, mass_t=mass_t, kg_per_tonne=kg_per_tonne)
    return mass_t * kg_per_tonne
