"""
Factor rows in the inventory's own GWP set.

1. published in that set: the published CO2e stands;
2. gas columns or a composition that explain the published CO2e: co2e_kg = sum of gas_kg x GWP(gas, set);
3. else frozen in its own (or an unstated) set: used only where `allow_mixed_gwp` names the factor or its source.

CO2 never moves with the set. Step 2 checks that the gas columns add up to the published CO2e in the factor's set
(within 2 %), so that a gas without a column (SF6, HFC in a sector's total) is not lost by recomputing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core import gases, units
from carbon.core.params import GWP_SETS

PUBLISHED, RECOMPUTED, FROZEN = "published", "recomputed from gases", "frozen in another GWP set"
UNSTATED = "unstated"
_TOLERANCE = 0.02


def in_set(parts: pd.DataFrame, *, gwp: str, allow_mixed_gwp: list[str]) -> pd.DataFrame:
    """
    Factor rows with co2e_kg in `gwp`, ch4_kg (both kinds), gwp_used, gwp_note and gwp_ok.

    Parameters
    ----------
    parts
        Rows of `schemas.FACTORS`.
    gwp
        The inventory's GWP set. Required: the choice changes the result.
    allow_mixed_gwp
        Prefixes of factor_id or source_id whose frozen CO2e is accepted.
    """
    recomputed = _co2e(parts, gwp)
    published = (parts["gwp_set"] == gwp) | _without_gwp(parts)
    can = ~published & recomputed.notna() & _explained(parts)
    frozen = ~published & ~can
    ch4 = parts["ch4_fossil_kg"].fillna(0) + parts["ch4_nonfossil_kg"].fillna(0)
    no_ch4 = parts["ch4_fossil_kg"].isna() & parts["ch4_nonfossil_kg"].isna()
    own_set = parts["gwp_set"].where(parts["gwp_set"] != "", UNSTATED)
    return parts.assign(
        co2e_kg=recomputed.where(can, parts["co2e_kg"]), ch4_kg=ch4.where(~no_ch4),
        gwp_used=own_set.where(frozen, gwp), gwp_ok=~frozen | _named(parts, allow_mixed_gwp),
        gwp_note=np.select([can, frozen], [RECOMPUTED, FROZEN], PUBLISHED))


def _co2e(parts: pd.DataFrame, gwp: str, *, one_methane: bool = False) -> pd.Series:
    """
    CO2e by the gas columns or the composition; missing where neither is complete.
    """
    ch4 = parts[["ch4_fossil_kg", "ch4_nonfossil_kg"]]
    complete = parts["co2_kg"].notna() & ch4.notna().any(axis=1) & parts["n2o_kg"].notna()
    gas_kg = parts[["co2_kg", "ch4_fossil_kg", "ch4_nonfossil_kg", "n2o_kg"]].fillna({
        "ch4_fossil_kg": 0.0, "ch4_nonfossil_kg": 0.0})
    if one_methane and gwp != "AR6GWP100":
        gas_kg = gas_kg.assign(ch4_kg=ch4.sum(axis=1)).drop(columns=["ch4_fossil_kg", "ch4_nonfossil_kg"])
    by_columns = gases.to_co2e(gas_kg, gwp=gwp).where(complete)
    return by_columns.where(parts["composition"] == "", _blends(parts, gwp))


def _blends(parts: pd.DataFrame, gwp: str) -> pd.Series:
    """
    CO2e of a unit of gas by its composition. An element with a Kyoto and a non-Kyoto row is split by gas.
    """
    rows = parts[parts["composition"] != ""]
    both = rows.groupby("element_id")["kyoto"].transform("nunique") > 1
    values = {}
    for row in rows.assign(both=both).itertuples():
        kyoto = bool(row.kyoto) if row.both else None
        per_kg = gases.blend_gwp(str(row.composition), gwp, kyoto=kyoto)
        values[row.Index] = per_kg * float(units.ratio(str(row.unit), "kg"))
    return pd.Series(values, dtype="float64").reindex(parts.index)


def _without_gwp(parts: pd.DataFrame) -> pd.Series:
    """
    Rows that no GWP enters: zero, or CO2 alone.
    """
    others = parts[["ch4_fossil_kg", "ch4_nonfossil_kg", "n2o_kg"]].fillna(0).eq(0).all(axis=1)
    return (parts["co2e_kg"] == 0) | (others & (parts["co2_kg"] == parts["co2e_kg"]))


def _explained(parts: pd.DataFrame) -> pd.Series:
    """
    Whether the gases add up to the published CO2e in the set it was published in (any set, where unstated).
    """
    good = pd.Series(False, index=parts.index)
    for gwp_set in GWP_SETS:
        own = (parts["gwp_set"] == gwp_set) | (parts["gwp_set"] == "")
        for one_methane in (False, True):
            near = (_co2e(parts, gwp_set, one_methane=one_methane) / parts["co2e_kg"] - 1).abs() <= _TOLERANCE
            good |= own & near
    return good


def _named(parts: pd.DataFrame, prefixes: list[str]) -> pd.Series:
    allowed = tuple(p for p in prefixes if p)
    if not allowed:
        return pd.Series(False, index=parts.index)
    return parts["source_id"].str.startswith(allowed) | parts["factor_id"].str.startswith(allowed)
