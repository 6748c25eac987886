"""Factor rows in the inventory's own GWP set.

1. published in that set: the published CO2e is used;
2. gas columns or a composition that explain the published CO2e: co2e_kg = sum of gas_kg x GWP(gas, set);
3. else frozen in its own (or an unstated) set: used only where `allow_mixed_gwp` names the factor or its source.

CO2 never moves with the set. Step 2 checks that the gas columns add up to the published CO2e in the factor's set
(within 2 %), so that a gas without a column (SF6, HFC in a sector's total) is not lost by recomputing.

`gwp` gives the GWP of one gas, or of a blend whose composition the library has.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import gases, units
from carbon.core.columns import Rows
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import GWP_SETS
from carbon.core.text_columns import Flags, Values, among, pick
from carbon.factors.library import Library, load

PUBLISHED, RECOMPUTED, FROZEN = "published", "recomputed from gases", "frozen in another GWP set"
UNSTATED = "unstated"
_TOLERANCE = 0.02
"""Share by which gases, in a GWP set, may miss the published CO2e that they explain: its rounding."""
_GASES = ["co2_kg", "ch4_fossil_kg", "ch4_nonfossil_kg", "n2o_kg"]
Floats = npt.NDArray[np.float64]
_Blend = tuple[int, str, str, bool | None]


def in_set(parts: pd.DataFrame, *, gwp: str, allow_mixed_gwp: list[str]) -> pd.DataFrame:
    """Return factor rows with co2e_kg in `gwp`, ch4_kg (both kinds), gwp_used, gwp_note and gwp_ok.

    Parameters
    ----------
    parts
        Rows of `schemas.FACTORS`.
    gwp
        The inventory's GWP set. Required: the choice changes the result.
    allow_mixed_gwp
        Prefixes of factor_id or source_id whose frozen CO2e is accepted.
    """
    return parts.assign(**columns_in_set(Rows(parts), gwp=gwp, allow_mixed_gwp=allow_mixed_gwp))


def columns_in_set(parts: Rows, *, gwp: str, allow_mixed_gwp: list[str]) -> dict[str, Values]:
    """Return the columns that `in_set` replaces or adds."""
    as_published = (parts["gwp_set"] == gwp) | _without_gwp(parts)
    by_gas, can = _recomputed(parts, ~as_published, gwp)
    is_frozen = ~as_published & ~can
    methane = _side_by_side(parts, ["ch4_fossil_kg", "ch4_nonfossil_kg"])
    own_set = pick(parts["gwp_set"] == "", UNSTATED, parts["gwp_set"])
    return {
        "co2e_kg": np.where(can, by_gas, parts["co2e_kg"]),
        "ch4_kg": np.where(np.isnan(methane).all(axis=1), np.nan, np.nansum(methane, axis=1)),
        "gwp_used": pick(is_frozen, own_set, gwp), "gwp_ok": ~is_frozen | _named(parts, allow_mixed_gwp),
        "gwp_note": pick(can, RECOMPUTED, pick(is_frozen, FROZEN, np.full(len(parts), PUBLISHED, dtype=object)))}


def _side_by_side(parts: Rows, names: list[str]) -> Floats:
    return np.array([parts[c] for c in names]).T


def _recomputed(parts: Rows, rows: Flags, gwp: str) -> tuple[Floats, Flags]:
    """Return CO2e in `gwp` by gas, and where it may be used; only for the rows asked for."""
    full, can = np.full(len(parts), np.nan), np.zeros(len(parts), dtype=bool)
    others = parts.where(rows)
    gas_kg, blends = _gas_kg(others), _blends(others)
    co2e = _co2e(gas_kg, blends, gwp)
    full[rows], can[rows] = co2e, np.isfinite(co2e) & _explained(others, gas_kg, blends)
    return full, can


def _gas_kg(parts: Rows) -> Floats:
    """Return kilograms of `_GASES`; all missing where one gas is (one kind of methane is enough)."""
    kg = _side_by_side(parts, _GASES)
    has_methane = np.isfinite(kg[:, 1]) | np.isfinite(kg[:, 2])
    kg[:, 1:3] = np.where(has_methane[:, None], np.nan_to_num(kg[:, 1:3]), np.nan)
    return kg


def _blends(parts: Rows) -> list[_Blend]:
    """Return row number, composition, unit, and which gases count (None: all; an element with two rows is split)."""
    at = np.flatnonzero(np.asarray(parts["composition"] != "", dtype=bool))
    blend_rows = parts.take(at)
    records = list(zip(*(blend_rows[c].tolist() for c in ("element_id", "composition", "unit", "kyoto")), strict=True))
    kinds: dict[str, set[bool]] = {}
    for element, _, _, kyoto in records:
        kinds.setdefault(element, set()).add(kyoto)
    return [(row, composition, unit, kyoto if len(kinds[element]) > 1 else None)
            for row, (element, composition, unit, kyoto) in zip(at.tolist(), records, strict=True)]


def _co2e(gas_kg: Floats, blends: list[_Blend], gwp: str, *, one_methane: bool = False) -> Floats:
    """Return CO2e by the gas columns or the composition; missing where neither is complete."""
    fossil, other = ("CH4", "CH4") if one_methane and gwp != "AR6GWP100" else (gases.CH4_FOSSIL, gases.CH4_NONFOSSIL)
    co2e = gas_kg @ np.array([gases.gwp(gas, gwp) for gas in ("CO2", fossil, other, "N2O")])
    for row, composition, unit, kyoto in blends:
        co2e[row] = gases.blend_gwp(composition, gwp, kyoto=kyoto) * float(units.ratio(unit, "kg"))
    return co2e


def _without_gwp(parts: Rows) -> Flags:
    """Flag rows that no GWP enters: zero, or CO2 alone."""
    others = _side_by_side(parts, ["ch4_fossil_kg", "ch4_nonfossil_kg", "n2o_kg"])
    co2, co2e = parts["co2_kg"], parts["co2e_kg"]
    return (co2e == 0) | (((others == 0) | np.isnan(others)).all(axis=1) & (co2 == co2e))


def _explained(parts: Rows, gas_kg: Floats, blends: list[_Blend]) -> Flags:
    """Flag rows whose gases add up to the published CO2e in the set it was published in (any set, where unstated)."""
    explains, co2e_kg = np.zeros(len(parts), bool), parts["co2e_kg"]
    for gwp_set in GWP_SETS:
        of_set = among(parts["gwp_set"], (gwp_set, ""))
        for one_methane in (False, True) if of_set.any() else ():
            co2e = _co2e(gas_kg, blends, gwp_set, one_methane=one_methane)
            explains |= of_set & (np.abs(co2e - co2e_kg) <= _TOLERANCE * np.abs(co2e_kg))
    return explains


def _named(parts: Rows, prefixes: list[str]) -> Flags:
    starts = tuple(p for p in prefixes if p)
    names = zip(parts["source_id"].tolist(), parts["factor_id"].tolist(), strict=True)
    return np.array([source.startswith(starts) or factor.startswith(starts) for source, factor in names], dtype=bool)


def gwp(gas: str, gwp_set: str, library: Library | None = None) -> float:
    """Return the GWP of a gas or of a blend over 100 years [kg CO2e per kg].

    of a blend: sum over its gases of mass share x GWP

    Parameters
    ----------
    gas
        A gas ("CO2", "CH4_fossil", "N2O", "HFC-134a", "SF6") or a blend by its number ("R-410A", "R407C").
    gwp_set
        "AR4GWP100", "AR5GWP100" or "AR6GWP100".
    library
        The library with the composition; by default the newest release.

    Raises
    ------
    MethodError
        Unknown set, gas or blend, "CH4" alone in AR6, or a gas of the blend without a GWP in the set.

    Source: IPCC AR4 WG1 table 2.14, AR5 WG1 table 8.A.1, AR6 WG1 tables 7.15 and 7.SM.7; composition of blends: the
    factor's source (US EPA, Emission Factors Hub, table 12).

    Examples
    --------
    >>> gwp("SF6", "AR5GWP100")
    23500.0
    """
    if not gases.is_known(gas):
        blend = composition(gas, library)
        if blend:
            return gases.blend_gwp(blend, gwp_set)
        if (library or load()).table["activity"].eq(_activity(gas)).any():
            raise MethodError(f"The library has the published CO2e of {gas}, not its composition",
                              hint=f'see carbon.factors.search("{gas}"), or give the composition to '
                                   'carbon.core.gases.blend_gwp, e.g. "HFC-32:0.5;HFC-125:0.5"')
    return gases.gwp(gas, gwp_set)


def composition(blend: str, library: Library | None = None) -> str:
    """Return the composition of a blend: "HFC-32:0.5;HFC-125:0.5" for "R-410A"; "" where the library has none."""
    rows = (library or load()).table
    mine = rows[(rows["activity"] == _activity(blend)) & (rows["composition"] != "")]
    return str(mine["composition"].iloc[-1]) if len(mine) else ""


def _activity(gas: str) -> str:
    return "refrigerant." + re.sub(r"[^0-9a-z]", "", str(gas).casefold())
