"""Emissions by gas: tonnes of the seven gases of the Kyoto basket, their CO2e, and what factors do not split.

CO2e of a gas = tonnes x GWP of the inventory's set; unsplit = CO2e of the rows - sum over gases. A factor published as
CO2e alone is in unsplit, and so is what roundings, another GWP set or a gas without a column leave: the columns add up
to the total.

Source: GHG Protocol, Corporate Standard (2004) ch. 9 and Required Greenhouse Gases in Inventories (2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from carbon.core import gases, units
from carbon.core.columns import distinct_rows
from carbon.core.errors import MethodError
from carbon.reports.tables.sums import tonnes_by

GASES = gases.KYOTO_GASES
REFRIGERANT = "refrigerant."


def gas_sums(rows: pd.DataFrame, by: list[str], inventory: Any) -> pd.DataFrame:
    """Return the sums of some emission rows by group.

    Columns: Indexed by `by`: {gas}_t [t of gas] and {gas}_co2e_t of each gas (NaN where no row states it: that is no
    zero), other_co2e_t (of all but CO2, CH4 and N2O), unsplit_co2e_t, co2e_t, biogenic_co2_t, rows.
    """
    split = _with_gases(rows, inventory.factors, inventory.params.gwp)
    total = tonnes_by(rows, by)
    table = pd.DataFrame(index=total.index)
    for gas in GASES:
        has_gas = split[f"{gas}_kg"].notna()
        for unit in ("", "_co2e"):
            table[f"{gas}{unit}_t"] = tonnes_by(split[has_gas], by, f"{gas}{unit}_kg")
    table["other_co2e_t"] = table[[f"{gas}_co2e_t" for gas in GASES[3:]]].sum(axis=1, min_count=1)
    # To the milligram: below it is what binary sums leave.
    table["unsplit_co2e_t"] = (total - table[[f"{gas}_co2e_t" for gas in GASES]].sum(axis=1)).round(9) + 0.0
    table["co2e_t"] = total
    table["biogenic_co2_t"] = tonnes_by(rows, by, "biogenic_co2_kg")
    table["rows"] = rows.groupby(by, observed=True).size()
    return table


def _with_gases(rows: pd.DataFrame, factors: pd.DataFrame, gwp: str) -> pd.DataFrame:
    """Add {gas}_kg and {gas}_co2e_kg to emission rows; NaN where the factor states no such gas."""
    code, keys = distinct_rows(rows[["factor_id", "unit", "activity"]])
    by_id = factors.set_index("factor_id").to_dict("index")
    contents = [_contents(by_id.get(factor, {}), unit, activity)
                for factor, unit, activity in keys.itertuples(index=False, name=None)]
    methane = np.array([_methane_gwp(by_id.get(factor, {}), gwp) for factor in keys["factor_id"]], dtype=float)[code]
    gwp_of: dict[str, Any] = {"co2": 1.0, "ch4": methane, "n2o": _gwp("N2O", gwp)}
    columns: dict[str, Any] = {}
    for gas in GASES:
        parts = [[(_gwp(name, gwp), kg) for name, kg in of.items() if gases.kyoto_gas(name) == gas] for of in contents]
        kg, co2e = (rows["quantity"] * np.array(per_unit, dtype=float)[code] for per_unit in (
            [sum(part for _, part in of) if of else np.nan for of in parts],
            [sum(weight * part for weight, part in of) for of in parts]))
        if gas in gwp_of:
            kg = kg.fillna(rows[f"{gas}_kg"])
            co2e = co2e.mask(rows[f"{gas}_kg"].notna(), rows[f"{gas}_kg"] * gwp_of[gas])
        columns |= {f"{gas}_kg": kg, f"{gas}_co2e_kg": co2e}
    return rows.assign(**columns)


def _contents(factor: dict[Any, Any], unit: str, activity: str) -> dict[str, float]:
    """Return Kyoto gas -> kg in one unit of a gas or a blend: by the factor's composition, else by its name."""
    name = activity.removeprefix(REFRIGERANT)
    composition = factor.get("composition", "") or (
        f"{name}:1" if factor and activity != name and gases.is_known(name) and gases.kyoto_gas(name) else "")
    if not composition or factor.get("co2_kg") == factor.get("co2_kg"):
        return {}
    per_unit = float(units.ratio(unit, "kg"))
    return {gas: share * per_unit for gas, share in gases.composition(composition).items() if gases.is_kyoto(gas)}


def _methane_gwp(factor: dict[Any, Any], gwp: str) -> float:
    """Return the GWP of the methane of a factor, by its origin; 0 where that is not known: its CO2e stays unsplit."""
    kg = {gas: float(np.nan_to_num(factor.get(f"{gas.lower()}_kg", 0.0)))
          for gas in (gases.CH4_FOSSIL, gases.CH4_NONFOSSIL)}
    total = sum(kg.values())
    return sum(_gwp(gas, gwp) * part for gas, part in kg.items()) / total if total else 0.0


def _gwp(gas: str, gwp: str) -> float:
    """Return a GWP; 0 where the set has none: the CO2e of the factor stays unsplit."""
    try:
        return gases.gwp(gas, gwp)
    except MethodError:
        return 0.0


def gases_table(rows: pd.DataFrame, by: Sequence[str], inventory: Any) -> pd.DataFrame:
    """Return one line a group and gas: gas_t [t of gas; NaN for "unsplit"] and co2e_t."""
    sums = gas_sums(rows, list(by), inventory)
    lines = [(*key, gas, line.get(f"{gas}_t", float("nan")), line[f"{gas}_co2e_t"])
             for key, line in zip(sums.index, sums.to_dict("records"), strict=True) for gas in (*GASES, "unsplit")]
    return pd.DataFrame(lines, columns=[*by, "gas", "gas_t", "co2e_t"])
