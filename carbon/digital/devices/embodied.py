"""The formulas of a fleet, on plain numbers or Series; each is listed with its source in the reference.

q units, E embodied kg CO2e a unit (manufacture + distribution + end of life), L life in years, W kWh a year,
g kg CO2e/kWh of the grid.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number

DAYS_PER_YEAR = 365.0
SPREAD, PURCHASE_YEAR = "spread", "purchase_year"
_LIFE = "a life is given in years, over zero"
PRIVATE_SHARE = {"": 1.0, "COPE": 0.8, "BYOD": 0.57}
"""Share of a phone that is work's: company phone with private use, own phone at work (NumEcoEval)."""


def spread_kg(quantity: Any, embodied_kg: Any, lifespan_years: Any) -> Any:
    """Return embodied emissions of one year, spread over life: q E / L [kg CO2e a year].

    Raises MethodError: A life of zero or less; a quantity or footprint that is negative or no number.
    """
    refuse_no_number("spread view", over=0, hint=_LIFE, lifespan_years=lifespan_years)
    refuse_no_number("spread view", at_least=0, quantity=quantity, embodied_kg=embodied_kg)
    return quantity * embodied_kg / lifespan_years


def purchase_year_kg(quantity_bought: Any, embodied_kg: Any) -> Any:
    """Return embodied emissions in the year of purchase: q_bought E [kg CO2e].

    This is the inventory's view (Scope 3 Standard, category 2).
    """
    refuse_no_number("purchase-year view", at_least=0, quantity_bought=quantity_bought, embodied_kg=embodied_kg)
    return quantity_bought * embodied_kg


def yearly_kwh(active_power_w: Any, hours_per_day: Any) -> Any:
    """Return W = active_power_w hours_per_day 365 / 1000 [kWh a year], for a device without a meter."""
    refuse_no_number("kWh a year", at_least=0, active_power_w=active_power_w)
    refuse_no_number("kWh a year", at_least=0, at_most=24, hours_per_day=hours_per_day)
    return active_power_w * hours_per_day * DAYS_PER_YEAR / 1000.0


def use_kg(quantity: Any, kwh_per_year: Any, kg_per_kwh: Any, *, pue: float = 1.0) -> Any:
    """Return q W g [kg CO2e a year], times PUE only inside a data centre.

    Raises MethodError: A PUE under 1.
    """
    refuse_no_number("use", at_least=1, hint="PUE = total energy of the site / energy of its IT", pue=pue)
    refuse_no_number("use", at_least=0, quantity=quantity, kwh_per_year=kwh_per_year, kg_per_kwh=kg_per_kwh)
    return quantity * kwh_per_year * kg_per_kwh * pue


def longer_life_avoided_kg(quantity: Any, embodied_kg: Any, years_before: Any, years_after: Any) -> Any:
    """Return what a longer life avoids: q E (1/L0 - 1/L1) [kg CO2e a year]; negative for a shorter life."""
    refuse_no_number("longer life", over=0, hint=_LIFE, years_before=years_before, years_after=years_after)
    refuse_no_number("longer life", at_least=0, quantity=quantity, embodied_kg=embodied_kg)
    return quantity * embodied_kg * (1.0 / years_before - 1.0 / years_after)


def longer_life_reduction(years_before: float, years_after: float) -> float:
    """Return the share of the spread view that a longer life saves: 1 - L0/L1."""
    refuse_no_number("longer life", over=0, hint=_LIFE, years_before=years_before, years_after=years_after)
    return 1.0 - years_before / years_after


def steady_purchases(stock: Any, lifespan_years: Any) -> Any:
    """Return the purchases of a stock that neither grows nor shrinks: stock / L [units a year]."""
    refuse_no_number("steady purchases", over=0, hint=_LIFE, lifespan_years=lifespan_years)
    refuse_no_number("steady purchases", at_least=0, stock=stock)
    return stock / lifespan_years


def months_between(months: float, orders: int) -> float:
    """Return months in the period / orders; NaN ("no data") without an order."""
    refuse_no_number("months between orders", over=0, months=months)
    refuse_no_number("months between orders", at_least=0, orders=orders)
    return months / orders if orders else math.nan


def payback_years(embodied_new_kg: float, kwh_saved_per_year: float, kg_per_kwh: float) -> float:
    """Return the years in which the power saved by a new device repays its manufacture: E / (kWh saved a year x g).

    Infinite where nothing is saved: then replacement never pays.
    """
    refuse_no_number("payback", at_least=0, embodied_new_kg=embodied_new_kg, kg_per_kwh=kg_per_kwh)
    refuse_no_number("payback", kwh_saved_per_year=kwh_saved_per_year)
    saved = kwh_saved_per_year * kg_per_kwh
    return embodied_new_kg / saved if saved > 0 else math.inf


def replacement_pays(
    embodied_new_kg: float, kwh_saved_per_year: float, kg_per_kwh: float, horizon_years: float
) -> bool:
    """Return whether replacing a device to save power pays: kWh saved a year x g x horizon > E of the new one."""
    refuse_no_number("payback", at_least=0, embodied_new_kg=embodied_new_kg, kg_per_kwh=kg_per_kwh)
    refuse_no_number("payback", kwh_saved_per_year=kwh_saved_per_year)
    refuse_no_number("payback", over=0, hint=_LIFE, horizon_years=horizon_years)
    return kwh_saved_per_year * kg_per_kwh * horizon_years > embodied_new_kg


def asleep_kg(quantity: Any, embodied_kg: Any, age_years: Any, lifespan_years: Any) -> Any:
    """Return the embodied carbon of idle stock that is not yet written off: q E max(0, 1 - age/L) [kg CO2e]."""
    refuse_no_number("carbon asleep", over=0, hint=_LIFE, lifespan_years=lifespan_years)
    refuse_no_number("carbon asleep", at_least=0, quantity=quantity, embodied_kg=embodied_kg, age_years=age_years)
    return quantity * embodied_kg * np.maximum(0.0, 1.0 - age_years / lifespan_years)


def reuse_rate(reused: float, retired: float, older_than_10_years: float) -> float:
    """Return reused / (retired - older than 10 years); NaN ("no data") where nothing younger was retired.

    Source: French decree 2023-266, for public bodies: 25 % in 2023, 35 % in 2024, 50 % from 2025.
    """
    refuse_no_number("reuse rate", at_least=0, reused=reused, retired=retired, older_than_10_years=older_than_10_years)
    base = retired - older_than_10_years
    if base < 0 or reused > base:
        raise MethodError(f"{reused:g} reused of {base:g} retired under 10 years",
                          hint="devices over 10 years are part of the retired and not of the reused")
    return reused / base if base else math.nan


def refurbished_avoided_kg(units: float, years: float, avoided_kg_per_year: float) -> float:
    """Return units x years x avoided a year of use [kg CO2e]: shown apart, never subtracted from a total."""
    refuse_no_number("refurbished", at_least=0, units=units, years=years, avoided_kg_per_year=avoided_kg_per_year)
    return units * years * avoided_kg_per_year
