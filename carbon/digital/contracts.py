"""
Electricity contracts: both scope 2 figures side by side, and the renewable share under contract. No offset enters.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from carbon.core.digital_tables import ENERGY_CONTRACT
from carbon.core.errors import MissingFactorError, TableError
from carbon.core.plain_numbers import refuse_no_number
from carbon.digital.grid import GridFactor

GRAMS_PER_KG = 1000.0


def location_kg(kwh: float, kg_per_kwh: float) -> float:
    """
    Location-based: kWh x grid factor of the place [kg CO2e]. A contract never lowers it.
    """
    refuse_no_number("location-based", at_least=0, kwh=kwh, kg_per_kwh=kg_per_kwh)
    return kwh * kg_per_kwh


def market_kg(kwh: float, g_per_kwh: float) -> float:
    """
    Market-based: kWh x the contract's own factor / 1000 [kg CO2e].
    """
    refuse_no_number("market-based", at_least=0, kwh=kwh, g_per_kwh=g_per_kwh)
    return kwh * g_per_kwh / GRAMS_PER_KG


def contracts_table(contracts: pd.DataFrame, grids: Mapping[str, GridFactor]) -> pd.DataFrame:
    """
    Each contract with its location- and market-based kg, one beside the other.

    Returns
    -------
    DataFrame
        site, supplier, kwh, renewable_kwh (under proof), location_co2e_kg, market_co2e_kg (NaN where the supplier
        states none), method, proof.

    Raises
    ------
    TableError
        A market figure without the label of its method: one supplier published 7.0 and 12.4 g/kWh for one year by
        two methods. A share beyond 0 to 1.
    MissingFactorError
        No grid factor of a contract's zone was given.
    """
    table = ENERGY_CONTRACT.validate(contracts)
    unnamed = table["market_g_per_kwh"].notna() & (table["method"] == "")
    _refuse(table, unnamed, "market-based figures without a method", "name in `method` how the supplier computed it")
    _refuse(table, ~table["renewable_share"].between(0, 1) | (table["kwh"] < 0), "shares or kWh out of range",
            "a share lies between 0 and 1, kWh are not negative")
    missing = sorted(set(table["zone"]) - set(grids))
    if missing:
        raise MissingFactorError(f"No grid factor of zone {', '.join(missing) or '(none given)'}",
                                 hint="fill `zone` in energy_contracts.csv, and resolve its factor")
    per_kwh = table["zone"].map({zone: g.kg_per_kwh for zone, g in grids.items()})
    proved = table["renewable_share"].where(table["proof"] != "", 0.0)
    return table.assign(
        renewable_kwh=table["kwh"] * proved, location_co2e_kg=table["kwh"] * per_kwh,
        market_co2e_kg=table["kwh"] * table["market_g_per_kwh"] / GRAMS_PER_KG,
    )[["site", "supplier", "kwh", "renewable_kwh", "location_co2e_kg", "market_co2e_kg", "method", "proof"]]


def _refuse(table: pd.DataFrame, bad: pd.Series, what: str, hint: str) -> None:
    if bad.any():
        raise TableError(f"energy_contracts: {int(bad.sum())} {what}", rows=table[bad], hint=hint)
