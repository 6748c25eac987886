"""Greenhouse gases and their global warming potentials (GWP, 100 years).

co2e_kg = sum over gases of gas_kg x GWP(gas, set);   GWP(blend) = sum over its gases of weight x GWP(gas, set)

Values come from the package globalwarmingpotentials (IPCC AR4, AR5, AR6) and, for what it lacks, from
data/added_gwp.csv: unsaturated HFC and hydrocarbons of blends, and methane by its origin, because a carbon atom from a
fossil reservoir still becomes CO2 after the methane is gone:

- AR6: fossil 29.8, non-fossil 27.0, and no value for "CH4" alone: its origin must be stated.
- AR5: fossil 30, non-fossil 28 (table 8.A.1). National inventories, DESNZ and EPA use 28 for all methane; that is the
  "CH4" of this module, and the figure to divide by when a publisher's "kg CO2e of CH4" becomes kg of gas. A factor
  published in the inventory's own set keeps the publisher's CO2e, so the convention of 28 stays in DESNZ figures;
  fossil 30 enters only where fugitive or process methane is known in kg and is declared fossil.
- AR4: 25 for both.

Methane from combustion counts as non-fossil: its carbon is already in the CO2 of the same fuel. Sources: IPCC AR4 WG1
table 2.14, AR5 WG1 table 8.A.1, AR6 WG1 tables 7.15 and 7.SM.7; GHG Protocol, IPCC GWP Values (2024).
"""

from __future__ import annotations

import re
from functools import lru_cache

import pandas as pd

from carbon.core import packaged
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import GWP_SETS
from carbon.core.text import spelled_like

CH4_FOSSIL, CH4_NONFOSSIL = "CH4_fossil", "CH4_nonfossil"
_BLEND = re.compile(r"^(hfc|r)?[45]\d\d[a-h]?$")
"""Numbers of ASHRAE 34 for zeotropic (4xx) and azeotropic (5xx) blends."""
_WEIGHT_TOLERANCE = 1e-6
_OTHER_NAMES = {
    "CH4 biogenic": CH4_NONFOSSIL, "CH4 non-fossil": CH4_NONFOSSIL, "R-744": "CO2", "R-50": "CH4",
    "R-22": "HCFC22", "R-123": "HCFC123", "R-124": "HCFC124", "R-141b": "HCFC141b", "R-142b": "HCFC142b",
    "R-11": "CFC11", "R-12": "CFC12", "R-13": "CFC13", "R-113": "CFC113", "R-114": "CFC114", "R-115": "CFC115",
    "R-23": "HFC23", "R-32": "HFC32", "R-41": "HFC41", "R-125": "HFC125", "R-134a": "HFC134a", "R-143a": "HFC143a",
    "R-152a": "HFC152a", "R-227ea": "HFC227ea", "R-236fa": "HFC236fa", "R-245fa": "HFC245fa",
    "R-365mfc": "HFC365mfc", "R-14": "CF4", "PFC-14": "CF4", "R-116": "C2F6", "PFC-116": "C2F6", "R-218": "C3F8",
    "PFC-218": "C3F8", "RC-318": "cC4F8", "PFC-318": "cC4F8", "HFC-43-10mee": "HFC4310mee",
}
_PFC = frozenset({"CF4", "C2F6", "C3F8", "cC3F6", "cC4F8", "C4F10", "C5F12", "C6F14", "C7F16", "C8F18", "C10F18"})
_KYOTO = {"CO2": "co2", "CH4": "ch4", CH4_FOSSIL: "ch4", CH4_NONFOSSIL: "ch4", "N2O": "n2o", "SF6": "sf6",
          "NF3": "nf3"} | dict.fromkeys(_PFC, "pfc")
KYOTO_GASES = ("co2", "ch4", "n2o", "hfc", "pfc", "sf6", "nf3")
"""The seven of the Kyoto basket; HFC and PFC are families."""


def gwp(gas: str, gwp_set: str) -> float:
    """Return the GWP of one gas over 100 years [kg CO2e per kg].

    Parameters
    ----------
    gas
        e.g. "CO2", "CH4_fossil", "CH4_nonfossil", "N2O", "HFC-134a", "R32", "SF6".
    gwp_set
        "AR4GWP100", "AR5GWP100" or "AR6GWP100".

    Raises
    ------
    MethodError
        Unknown set or gas, or "CH4" alone in AR6.
    """
    values = _set(gwp_set)
    name = gas_name(gas)
    if name in values:
        return values[name]
    if name == "CH4":
        raise MethodError(f"{gwp_set} has no single methane",
                          hint=f"name {CH4_FOSSIL} (fugitive, process) or {CH4_NONFOSSIL} (combustion, biogenic)")
    raise MethodError(f"{gwp_set} has no GWP for {gas}")


def gas_name(gas: str) -> str:
    """Return one name for each gas, whatever its hyphens and case: "HFC-134a", "hfc134a" and "R134a" are HFC134a.

    Raises MethodError: The gas is in no GWP set.
    """
    folded = _folded(gas)
    if folded not in _names():
        raise MethodError(f"Unknown gas {gas!r}", hint=_instead(folded))
    return _names()[folded]


def is_known(gas: str) -> bool:
    """Return whether a string names one gas of a GWP set; a blend ("R-410A") is not one."""
    return _folded(gas) in _names()


def _instead(folded: str) -> str:
    if _BLEND.match(folded):
        return ('the IPCC tables have no GWP of blends: carbon.gwp knows the blends of the factor library, '
                'blend_gwp takes a composition, e.g. "HFC-32:0.5;HFC-125:0.5"')
    similar = spelled_like(folded, _names())
    return f"the nearest known: {', '.join(_names()[n] for n in similar)}" if similar else ""


def is_kyoto(gas: str) -> bool:
    """Return whether a gas is one of the seven of the Kyoto basket; HCFC and CFC are listed outside the scopes."""
    return kyoto_gas(gas) != ""


def kyoto_gas(gas: str) -> str:
    """Return which of `KYOTO_GASES` a gas is: "HFC-134a" is hfc, CF4 is pfc; "" for a gas outside the basket."""
    name = gas_name(gas)
    return "hfc" if name.startswith("HFC") else _KYOTO.get(name, "")


def composition(text: str) -> dict[str, float]:
    """Read the mass share of each gas of a blend written "HFC-32:0.5;HFC-125:0.5".

    Raises MethodError: Unreadable, an unknown gas, a gas twice, a share that is not positive, or shares that do not sum
    to 1.
    """
    if not isinstance(text, str):
        raise MethodError(f"{text!r} is no blend", hint='write it as "HFC-32:0.5;HFC-125:0.5"')
    shares: dict[str, float] = {}
    for part in text.split(";"):
        gas, _, share = part.partition(":")
        name = gas_name(gas.strip())
        if name in shares:
            raise MethodError(f"Blend {text!r} names {name} twice")
        shares[name] = _share(share, text)
    if abs(sum(shares.values()) - 1) > _WEIGHT_TOLERANCE:
        raise MethodError(f"Blend {text!r}: mass shares sum to {sum(shares.values()):.6g}, not to 1")
    return shares


def _share(text: str, blend: str) -> float:
    try:
        share = float(text)
    except ValueError:
        raise MethodError(f"Blend {blend!r}: {text!r} is not a mass share") from None
    if not 0 < share <= 1:
        raise MethodError(f"Blend {blend!r}: {text} is not between 0 and 1")
    return share


def blend_gwp(blend: str, gwp_set: str, *, kyoto: bool | None = None) -> float:
    """Calculate the GWP of a blend [kg CO2e per kg of blend]: sum of mass share x GWP.

    Parameters
    ----------
    kyoto
        True: only its Kyoto gases; False: only the others; None: all.

    Raises
    ------
    MethodError
        See `composition` and `gwp`.

    Source: IPCC GWP tables; composition from the factor's source.
    """
    parts = composition(blend).items()
    return sum(share * gwp(gas, gwp_set) for gas, share in parts if kyoto is None or is_kyoto(gas) == kyoto)


def to_co2e(gas_kg: pd.DataFrame, *, gwp: str) -> pd.Series:
    """Convert columns of gas to CO2 equivalent [kg CO2e]: sum over columns of gas_kg x GWP.

    Parameters
    ----------
    gas_kg
        Columns named by gas with or without `_kg`, e.g. co2_kg, ch4_fossil_kg, n2o_kg. Missing gives missing.
    gwp
        GWP set. Required: the choice changes the result.

    Raises
    ------
    MethodError
        A column is no gas (co2e_kg among them: CO2 and CO2e are never added), or the set is unknown.
    """
    weights = {column: _gwp(str(column).removesuffix("_kg"), gwp) for column in gas_kg.columns}
    return gas_kg.mul(pd.Series(weights, dtype="float64"), axis=1).sum(axis=1, skipna=False)


def _set(gwp_set: str) -> dict[str, float]:
    if gwp_set not in GWP_SETS:
        raise MethodError(f"Unknown GWP set {gwp_set!r}", hint=f"one of {', '.join(GWP_SETS)}")
    return _sets()[gwp_set]


@lru_cache(maxsize=1)
def _sets() -> dict[str, dict[str, float]]:
    import globalwarmingpotentials  # here, because it costs 10 ms that most imports do not need

    data = globalwarmingpotentials.data
    sets = {name: {"CO2": 1.0, **{gas: v for gas, v in data[name].items() if gas != "CH4"}} for name in GWP_SETS}
    added = packaged.read_csv(packaged.CORE, "data/added_gwp.csv", {"gwp": "amount"})
    for gwp_set, gas, value in zip(added["gwp_set"], added["gas"], added["gwp"], strict=True):
        sets[gwp_set][gas] = float(value)
    return sets


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names = {gas for values in _sets().values() for gas in values}
    return {_folded(gas): gas for gas in sorted(names)} | {_folded(k): v for k, v in _OTHER_NAMES.items()}


def _folded(gas: str) -> str:
    return re.sub(r"[^0-9a-z()]", "", str(gas).casefold())


_gwp = gwp  # `to_co2e` has a keyword of the same name
