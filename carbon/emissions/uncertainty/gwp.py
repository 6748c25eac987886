"""The uncertainty of the global warming potentials themselves, next to an interval that takes them as fixed.

A GWP set is a convention: two inventories in one set compare, and IPCC inventories hold it fixed. How far CO2e measures
warming is a question of its own: var += sum over gases of (kg CO2e of the gas x c)^2, all rows of a gas sharing its
error, c = half width / GWP / 1.645.

Source: IPCC AR6 WG1 (2021), table 7.15, GWP-100 with 5 to 95 % ranges: fossil CH4 29.8 +- 11, non-fossil 27.0 +- 11,
N2O 273 +- 130, HFC-32 771 +- 292, whose share is used for all fluorinated gases.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core import gases
from carbon.core.columns import Rows
from carbon.core.exact import exact_total
from carbon.core.ghg_protocol import GWP_SETS

_Z90 = 1.6448536269514722
RELATIVE_SD = {"CH4": 11 / 29.8 / _Z90, "N2O": 130 / 273 / _Z90, "F": 292 / 771 / _Z90}
"""Gas -> relative standard deviation of its GWP-100; F: fluorinated gases."""
_FUGITIVE = "refrigerant."


def gas_kg(emissions: pd.DataFrame | Rows) -> dict[str, float]:
    """Return the kilograms of CO2e of each gas in `schemas.EMISSIONS`, as far as its factor gives gases apart.

    Keys: CH4, N2O, F, and "not split": CO2e of rows whose factor does not split it.
    """
    sums = dict.fromkeys([*RELATIVE_SD, "not split"], 0.0)
    rows = emissions if isinstance(emissions, Rows) else Rows(emissions)
    fluorinated = rows.by_word("activity", lambda name: name.startswith(_FUGITIVE), bool)
    split = ~(fluorinated | np.isnan(rows["ch4_kg"]) | np.isnan(rows["n2o_kg"]))
    sums["F"] = exact_total(rows["co2e_kg"][fluorinated])
    sums["not split"] = exact_total(rows["co2e_kg"][~fluorinated & ~split])
    methane_kg, nitrous_kg = (rows.where(split).sums(["gwp_used"], name) for name in ("ch4_kg", "n2o_kg"))
    for gwp_set in sorted({*methane_kg} & {*GWP_SETS}):
        # Methane in columns of gas is mostly of combustion; fossil methane differs by a tenth of this uncertainty.
        methane = "CH4_nonfossil" if gwp_set.startswith("AR6") else "CH4"
        sums["CH4"] += methane_kg[gwp_set] * gases.gwp(methane, gwp_set)
        sums["N2O"] += nitrous_kg[gwp_set] * gases.gwp("N2O", gwp_set)
    return sums


def gwp_sd(rows: pd.DataFrame | Rows) -> float:
    """Calculate the standard deviation that the GWPs' own uncertainty adds to the sum of some rows [kg CO2e]."""
    sums = gas_kg(rows)
    return float(np.sqrt(sum((sums[gas] * c) ** 2 for gas, c in RELATIVE_SD.items())))
