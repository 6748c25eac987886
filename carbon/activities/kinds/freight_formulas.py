"""Transport of goods on plain numbers: fuel of vehicles, their empty way back, and containers.

Source: GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), chapter 4, formulas 4.1 to 4.7.
"""

from __future__ import annotations

from typing import Any

from carbon.core.plain_numbers import refuse_no_number


def transport_fuel_kg(quantity: Any, *, kg_per_unit: Any) -> Any:
    """Calculate the fuel, electricity or refrigerant of vehicles, one amount or several of them [kg CO2e each].

    kg = fuel [L], electricity [kWh] or refrigerant lost [kg] x kg per unit

    References
    ----------
    Technical Guidance, formula 4.1.
    """
    refuse_no_number("fuel of transport", at_least=0, quantity=quantity, kg_per_unit=kg_per_unit)
    return quantity * kg_per_unit


def fuel_from_spend(amount: Any, *, price_per_unit: Any) -> Any:
    """Calculate the fuel that an amount of money bought [L]: fuel = amount / mean price, both in one currency.

    References
    ----------
    Technical Guidance, formula 4.2.
    """
    refuse_no_number("fuel from spend", at_least=0, amount=amount)
    refuse_no_number("fuel from spend", over=0, price_per_unit=price_per_unit)
    return amount / price_per_unit


def fuel_from_distance(distance_km: Any, *, fuel_per_km: Any) -> Any:
    """Calculate the fuel of a distance, full or empty [L]: fuel = distance [km] x consumption [L/km].

    References
    ----------
    Technical Guidance, formula 4.3, and 4.5 with the consumption of the unladen vehicle.
    """
    refuse_no_number("fuel from distance", at_least=0, distance_km=distance_km, fuel_per_km=fuel_per_km)
    return distance_km * fuel_per_km


def empty_km(distance_km: Any, *, trips: Any, empty_share: Any) -> Any:
    """Calculate the empty way back of vehicles [km]: km = distance of one way x journeys x share driven back empty.

    References
    ----------
    Technical Guidance, formula 4.5 (optional; a factor of average load may hold empty running already).
    """
    refuse_no_number("empty way back", at_least=0, distance_km=distance_km, trips=trips)
    refuse_no_number("empty way back", at_least=0, at_most=1, empty_share=empty_share)
    return distance_km * trips * empty_share


def container_tonnes(teu: Any, *, t_per_teu: Any) -> Any:
    """Calculate the mass in containers [t]: mass = number of TEU x mean mass of one.

    References
    ----------
    Technical Guidance, table 4.2, which takes 10 t for one TEU where nothing better is known.
    """
    refuse_no_number("containers", at_least=0, teu=teu)
    refuse_no_number("containers", over=0, t_per_teu=t_per_teu)
    return teu * t_per_teu


def transport_spend_kg(amount: Any, *, kg_per_amount: Any) -> Any:
    """Calculate transport by what was paid for it [kg CO2e]: kg = amount x kg per unit of money, in one currency.

    References
    ----------
    Technical Guidance, formula 4.7.
    """
    refuse_no_number("transport by spend", at_least=0, amount=amount, kg_per_amount=kg_per_amount)
    return amount * kg_per_amount
