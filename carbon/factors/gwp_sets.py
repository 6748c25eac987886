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
import numpy.typing as npt
import pandas as pd

from carbon.core import gases, units
from carbon.core.params import GWP_SETS

PUBLISHED, RECOMPUTED, FROZEN = "published", "recomputed from gases", "frozen in another GWP set"
UNSTATED = "unstated"
_TOLERANCE = 0.02
_GASES = ["co2_kg", "ch4_fossil_kg", "ch4_nonfossil_kg", "n2o_kg"]
Floats = npt.NDArray[np.float64]


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
    published = (parts["gwp_set"] == gwp).to_numpy(bool) | _without_gwp(parts)
    recomputed, can = _recomputed(parts, ~published, gwp)
    frozen = ~published & ~can
    methane = parts[["ch4_fossil_kg", "ch4_nonfossil_kg"]].to_numpy("float64")
    own_set = parts["gwp_set"].where(parts["gwp_set"] != "", UNSTATED)
    return parts.assign(
        co2e_kg=np.where(can, recomputed, parts["co2e_kg"]),
        ch4_kg=np.where(np.isnan(methane).all(axis=1), np.nan, np.nansum(methane, axis=1)),
        gwp_used=own_set.where(frozen, gwp), gwp_ok=~frozen | _named(parts, allow_mixed_gwp),
        gwp_note=np.select([can, frozen], [RECOMPUTED, FROZEN], PUBLISHED))


def _recomputed(
    parts: pd.DataFrame, asked: npt.NDArray[np.bool_], gwp: str
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """
    CO2e in `gwp` by gas, and where it may be used; worked out for the rows asked for only.
    """
    full, can = np.full(len(parts), np.nan), np.zeros(len(parts), dtype=bool)
    others = parts[asked]
    gas_kg, blends = _gas_kg(others), _blends(others)
    co2e = _co2e(others, gas_kg, blends, gwp)
    full[asked], can[asked] = co2e, np.isfinite(co2e) & _explained(others, gas_kg, blends)
    return full, can


def _gas_kg(parts: pd.DataFrame) -> Floats:
    """
    Kilograms of `_GASES`; the whole row missing where a gas is (one kind of methane is enough).
    """
    kg = parts[_GASES].to_numpy("float64", copy=True)
    has_methane = np.isfinite(kg[:, 1:3]).any(axis=1)
    kg[:, 1:3] = np.where(has_methane[:, None], np.nan_to_num(kg[:, 1:3]), np.nan)
    return kg


def _blends(parts: pd.DataFrame) -> pd.DataFrame:
    """
    Row number, composition, kilograms a unit, and which gases count: an element with a Kyoto and another row is split.
    """
    rows = parts.assign(row=np.arange(len(parts)))[parts["composition"] != ""]
    if rows.empty:
        return rows
    both = rows.groupby("element_id")["kyoto"].transform("nunique") > 1
    gas = rows["kyoto"].astype("str").where(both, "all")
    return pd.DataFrame({"row": rows["row"], "composition": rows["composition"], "unit": rows["unit"], "gas": gas})


def _co2e(
    parts: pd.DataFrame, gas_kg: Floats, blends: pd.DataFrame, gwp: str, *, one_methane: bool = False
) -> Floats:
    """
    CO2e by the gas columns or the composition; missing where neither is complete.
    """
    fossil, other = ("CH4", "CH4") if one_methane and gwp != "AR6GWP100" else (gases.CH4_FOSSIL, gases.CH4_NONFOSSIL)
    co2e = gas_kg @ np.array([gases.gwp(gas, gwp) for gas in ("CO2", fossil, other, "N2O")])
    if blends.empty:
        return co2e
    for (composition, unit, gas), rows in blends.groupby(["composition", "unit", "gas"], sort=False):
        kyoto = {"True": True, "False": False, "all": None}[str(gas)]
        per_kg = gases.blend_gwp(str(composition), gwp, kyoto=kyoto)
        co2e[rows["row"].to_numpy()] = per_kg * float(units.ratio(str(unit), "kg"))
    return co2e


def _without_gwp(parts: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """
    Rows that no GWP enters: zero, or CO2 alone.
    """
    others = parts[["ch4_fossil_kg", "ch4_nonfossil_kg", "n2o_kg"]].to_numpy("float64")
    co2, co2e = parts["co2_kg"].to_numpy("float64"), parts["co2e_kg"].to_numpy("float64")
    return (co2e == 0) | (((others == 0) | np.isnan(others)).all(axis=1) & (co2 == co2e))


def _explained(parts: pd.DataFrame, gas_kg: Floats, blends: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """
    Whether the gases add up to the published CO2e in the set it was published in (any set, where unstated).
    """
    good, published = np.zeros(len(parts), bool), parts["co2e_kg"].to_numpy()
    for gwp_set in GWP_SETS:
        own = parts["gwp_set"].isin([gwp_set, ""]).to_numpy()
        for one_methane in (False, True) if own.any() else ():
            co2e = _co2e(parts, gas_kg, blends, gwp_set, one_methane=one_methane)
            good |= own & (np.abs(co2e - published) <= _TOLERANCE * np.abs(published))
    return good


def _named(parts: pd.DataFrame, prefixes: list[str]) -> pd.Series:
    allowed = tuple(p for p in prefixes if p)
    if not allowed:
        return pd.Series(False, index=parts.index)
    return parts["source_id"].str.startswith(allowed) | parts["factor_id"].str.startswith(allowed)
