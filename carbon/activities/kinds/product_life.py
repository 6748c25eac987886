"""The life of sold products after their sale, as plain functions: processing, use, end of life.

Source: GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), chapters 10 to 12.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number

SHARES_TOLERANCE = 1e-6
"""By how much shares that must be a whole may differ from 1: the last digits of percentages."""


def processing_kg(quantity: Any, *, kg_per_unit: Any, share: Any) -> Any:
    """Calculate the processing of a sold intermediate product [kg CO2e].

    kg = mass sold (or energy, waste of the processor) x kg per unit x share of the intermediate product

    The share is 1 for an exclusive supplier; else the part of the processed mass that the company sold.

    References
    ----------
    Technical Guidance, formulas 10.1 and 10.2.
    """
    refuse_no_number("processing", at_least=0, quantity=quantity, kg_per_unit=kg_per_unit)
    refuse_no_number("processing", at_least=0, at_most=1, share=share)
    return quantity * kg_per_unit * share


def lifetime_quantity(units_sold: Any, *, lifetime_uses: Any, quantity_per_use: Any, share: Any) -> Any:
    """Calculate what all products sold in the year consume over their lives [unit of the quantity].

    quantity = units sold x uses over the life x quantity per use x share

    share: of the uses in one scenario (40 % of washes at 40 degrees), or of the final product that the sold part is
    (mass of an engine / mass of the aircraft); 1 else.

    Raises
    ------
    MethodError
        Negative units, uses or quantities; a share outside 0 to 1.

    References
    ----------
    Technical Guidance, formulas 11.1, 11.4 and 11.5.
    """
    refuse_no_number("use phase", at_least=0, units_sold=units_sold, lifetime_uses=lifetime_uses,
                     quantity_per_use=quantity_per_use)
    refuse_no_number("use phase", at_least=0, at_most=1, share=share)
    return units_sold * lifetime_uses * quantity_per_use * share


def use_phase_kg(units_sold: Any, *, lifetime_uses: Any, quantity_per_use: Any, kg_per_unit: Any, share: Any) -> Any:
    """Calculate the use of sold products over their lives at one factor, e.g. the grid of the reporting year [kg CO2e].

    kg = units sold x uses over the life x quantity per use x share x kg per unit

    Not valid where the company declares that the grid changes over the life: `use_phase_by_year_kg`.

    References
    ----------
    Technical Guidance, formulas 11.1, 11.4 and 11.5.
    """
    refuse_no_number("use phase", at_least=0, kg_per_unit=kg_per_unit)
    return lifetime_quantity(units_sold, lifetime_uses=lifetime_uses, quantity_per_use=quantity_per_use,
                             share=share) * kg_per_unit


def years_of_life(lifetime_years: float) -> npt.NDArray[np.float64]:
    """Return the share of a life that falls in each of its years: 1 / life each, the last one what is left.

    The first year is that of the sale, for a full year [design]. 2.5 years: 0.4, 0.4, 0.2.

    Raises MethodError: A life of zero or below.
    """
    refuse_no_number("use phase", over=0, lifetime_years=lifetime_years)
    ends = np.append(np.arange(1.0, np.ceil(lifetime_years)), lifetime_years)
    return np.diff(np.append(0.0, ends)) / lifetime_years


def declining_grid(kg_per_kwh: float, *, decline: float, lifetime_years: float) -> npt.NDArray[np.float64]:
    """Calculate the grid factor of each year of a life from a declared yearly decline [kg CO2e/kWh].

    factor of year k = factor of the reporting year x (1 - decline)^k,  k = 0 in the year of the sale

    A declared path is an assumption about the future: the guidance asks that it is reported (chapter 11, box 11.1).

    Raises MethodError: A decline outside 0 to 1.
    """
    refuse_no_number("grid path", at_least=0, kg_per_kwh=kg_per_kwh)
    refuse_no_number("grid path", at_least=0, at_most=1, decline=decline, hint="write 3 % a year as 0.03")
    return np.float64(kg_per_kwh) * (1.0 - decline) ** np.arange(len(years_of_life(lifetime_years)))


def use_phase_by_year_kg(lifetime_kwh: float, *, grid_kg_per_kwh: Any, lifetime_years: float) -> float:
    """Calculate the use of sold products with the grid of each year of their life [kg CO2e].

    kg = sum over years of (lifetime kWh x share of the life in the year x grid factor of the year)

    Parameters
    ----------
    lifetime_kwh
        From `lifetime_quantity` [kWh].
    grid_kg_per_kwh
        Array: the factor of each year of the life, that of the sale first (`declining_grid`, or a published path).

    Raises
    ------
    MethodError
        Fewer or more factors than years of life.

    References
    ----------
    Technical Guidance, formula 11.1 and chapter 11 (factors of the place of use); years apart [design].
    """
    refuse_no_number("use phase", at_least=0, lifetime_kwh=lifetime_kwh, grid_kg_per_kwh=grid_kg_per_kwh)
    shares, factors = years_of_life(lifetime_years), np.ravel(np.asarray(grid_kg_per_kwh, dtype=float))
    if len(shares) != len(factors) or np.isnan(factors).any():
        raise MethodError(f"{len(factors)} grid factors for {len(shares)} years of life, or one that is not known",
                          hint="give the factor of each year, from the year of the sale to the last of the life")
    return float(lifetime_kwh * (shares * factors).sum())


def contained_gas_kg(units_sold: Any, *, gas_kg_per_unit: Any, released_share: Any, gwp: Any) -> Any:
    """Calculate gases contained in products and released over their lives [kg CO2e].

    kg = units sold x kg of gas in each x share released x GWP;  1 where the share is not known

    References
    ----------
    Technical Guidance, formula 11.3.
    """
    refuse_no_number("contained gas", at_least=0, units_sold=units_sold, gas_kg_per_unit=gas_kg_per_unit, gwp=gwp)
    refuse_no_number("contained gas", at_least=0, at_most=1, released_share=released_share)
    return units_sold * gas_kg_per_unit * released_share * gwp


def end_of_life_kg(mass: float, *, shares: Any, kg_per_unit: Any) -> float:
    """Calculate the end of life of sold products of one material [kg CO2e].

    kg = sum over treatments of (mass x share of the treatment x kg per unit of mass);  the shares sum to 1

    Parameters
    ----------
    shares, kg_per_unit
        Arrays: one value a treatment.

    Raises
    ------
    MethodError
        Shares that do not sum to 1, or a treatment without share or factor.

    References
    ----------
    Technical Guidance, formula 12.1.
    """
    refuse_no_number("end of life", at_least=0, mass=mass, kg_per_unit=kg_per_unit)
    refuse_no_number("end of life", at_least=0, at_most=1, shares=shares)
    part, factor = (np.ravel(np.asarray(v, dtype=float)) for v in (shares, kg_per_unit))
    if len(part) != len(factor) or not abs(part.sum() - 1.0) <= SHARES_TOLERANCE:
        raise MethodError(f"end of life: {len(part)} shares, of sum {part.sum():g}, and {len(factor)} factors",
                          hint="give a share and a factor for each treatment; the shares of a material sum to 1")
    return float(mass * (part * factor).sum())
