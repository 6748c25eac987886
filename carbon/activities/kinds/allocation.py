"""Shares of what others run, as plain functions: leased space, shared vehicles and storage, samples, averages.

Source: GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), chapters 4, 8, 13 and 14.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number, share_of


def allocated_share(part: Any, total: Any) -> Any:
    """Calculate the share of something shared: by mass, volume, area, time (m3-days) or pieces.

    share = part of the company / total, both in one unit, from 0 to 1

    Raises
    ------
    MethodError
        A total that is not above zero, a negative part, a part above the total.

    References
    ----------
    Technical Guidance, formulas 4.4 (vehicles), 4.8 (storage), 8.3 (assets of a lessor), 13.1.
    """
    return share_of("allocation", part, total, hint="give both in the same unit, and the part no larger than the whole")


def leased_share(area: Any, total_area: Any, occupied_share: Any) -> Any:
    """Calculate the share of a building without sub-meters that a tenant or franchise answers for.

    share = leased area / (total leasable area x occupied share), both areas in one unit

    The empty part of the building is divided among those who are there. Not valid where the space is metered apart.

    Raises
    ------
    MethodError
        An area or an occupied share that is not above zero, an occupied share above 1 (75 % is 0.75), a leased area
        above the occupied one.

    References
    ----------
    Technical Guidance, formulas 8.2 and 14.2.
    """
    refuse_no_number("leased space", over=0, total_area=total_area)
    refuse_no_number("leased space", over=0, at_most=1, occupied_share=occupied_share,
                     hint="write 75 % as 0.75; 1 where the building is fully let")
    return allocated_share(area, total_area * occupied_share)


def leased_kg(energy: Any, *, kg_per_unit: Any, area: Any, total_area: Any, occupied_share: Any) -> Any:
    """Calculate what leased space emits, from the energy (or refrigerant) of its whole building [kg CO2e].

    kg = quantity of the building x leased area / (total area x occupied share) x kg per unit

    References
    ----------
    Technical Guidance, formulas 8.1, 8.2 and 14.2.
    """
    refuse_no_number("leased space", at_least=0, energy=energy, kg_per_unit=kg_per_unit)
    return energy * leased_share(area, total_area, occupied_share) * kg_per_unit


def allocated_kg(quantity: Any, *, kg_per_unit: Any, part: Any, total: Any) -> Any:
    """Calculate the company's part of what a shared vehicle, store or asset emits [kg CO2e].

    kg = quantity of the whole x part / total x kg per unit;  kg per unit is 1 where the quantity is kg CO2e already

    References
    ----------
    Technical Guidance, formulas 4.4, 4.8, 8.3 and 13.1.
    """
    refuse_no_number("allocation", at_least=0, quantity=quantity, kg_per_unit=kg_per_unit)
    return quantity * allocated_share(part, total) * kg_per_unit


def storage_kg(volume: Any, days: Any, *, kg_per_unit_day: Any) -> Any:
    """Calculate storage by an average [kg CO2e].

    kg = goods stored [m3, m2, pallet or TEU] x mean days stored x kg per unit and day

    References
    ----------
    Technical Guidance, formula 4.9.
    """
    refuse_no_number("storage", at_least=0, volume=volume, days=days, kg_per_unit_day=kg_per_unit_day)
    return volume * days * kg_per_unit_day


def yearly_average_kg(size: Any, *, kg_per_unit_year: Any, share_of_year: Any) -> Any:
    """Calculate buildings, vehicles or franchises by an average a year [kg CO2e].

    kg = floor area or number x kg per m2 or piece and year x share of the year that it was leased or run

    References
    ----------
    Technical Guidance, formulas 8.4, 8.5, 14.4 and 14.5; part of a year: chapters 8 and 13, category description.
    """
    refuse_no_number("yearly average", at_least=0, size=size, kg_per_unit_year=kg_per_unit_year)
    refuse_no_number("yearly average", at_least=0, at_most=1, share_of_year=share_of_year)
    return size * kg_per_unit_year * share_of_year


def extrapolated(quantity: Any, *, sampled: Any, group_size: Any) -> Any:
    """Extrapolate the total of a sample to its group, e.g. franchises of one type [unit of the quantity].

    total of the group = total of the sampled ones x number in the group / number sampled

    Raises
    ------
    MethodError
        A sample that is not above zero, or larger than its group.

    References
    ----------
    Technical Guidance, formula 14.3.
    """
    refuse_no_number("sample", over=0, sampled=sampled, group_size=group_size)
    refuse_no_number("sample", at_least=0, quantity=quantity)
    if np.any(np.asarray(sampled) > np.asarray(group_size)):
        raise MethodError(f"sample: {sampled} sampled of a group of {group_size}",
                          hint="give the number of the whole group, at least the number sampled")
    return quantity * (group_size / sampled)
