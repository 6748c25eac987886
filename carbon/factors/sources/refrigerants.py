"""Refrigerants by the library's own words, and the composition of a single gas."""

from __future__ import annotations

from functools import lru_cache

from carbon.core import gases
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import GWP_SETS

# How the publishers write gases whose name core.gases does not read.
_GASES = {
    "Carbon dioxide": "CO2", "Nitrous oxide": "N2O", "Sulfur hexafluoride": "SF6", "Sulphur hexafluoride (SF6)": "SF6",
    "Nitrogen trifluoride": "NF3", "PFC-31-10": "C4F10", "PFC-41-12": "C5F12", "PFC-51-14": "C6F14",
    "PFC-91-18": "C10F18", "PFC-9-1-18": "C10F18", "PFC-3-1-10": "C4F10", "PFC-4-1-12": "C5F12",
    "PFC-5-1-14": "C6F14", "HFC-43-I0mee": "HFC-43-10mee", "Perfluorocyclopropane": "cC3F6",
    "Carbon tetrachloride": "CCl4", "Methyl bromide": "CH3Br", "Methyl chloroform": "CH3CCl3",
    "Methylene chloride": "CH2Cl2", "Methyl chloride": "CH3Cl",
    "Trifluoromethyl sulphur pentafluoride": "SF5CF3",
}
_WORDS = {"CO2": "co2", "N2O": "n2o", "SF6": "sf6", "NF3": "nf3", "HFC-43-10mee": "hfc4310mee"}
# ASHRAE numbers of single gases, which sellers print.
ASHRAE = {
    "hfc23": "r23", "hfc32": "r32", "hfc125": "r125", "hfc134a": "r134a", "hfc143a": "r143a", "hfc152a": "r152a",
    "hfc227ea": "r227ea", "hfc236fa": "r236fa", "hfc245fa": "r245fa", "hfc365mfc": "r365mfc", "pfc14": "r14",
    "pfc116": "r116", "pfc218": "r218", "co2": "r744", "hcfc22": "r22", "hcfc123": "r123", "hcfc124": "r124",
    "hcfc141b": "r141b", "hcfc142b": "r142b", "cfc11": "r11", "cfc12": "r12",
}


@lru_cache(maxsize=1024)
def known(name: str) -> bool:
    """Return whether every GWP set has this gas under this name."""
    try:
        for gwp_set in GWP_SETS:
            gases.gwp(name, gwp_set)
    except MethodError:
        return False
    return True


def pure(label: str) -> str:
    """Return the composition of a single gas ("HFC-32:1"); "" for methane, or where the GWP sets do not have it."""
    name = _gas(label)
    return f"{name}:1" if known(name) else ""


def word(label: str) -> str:
    """Return the library's word for a refrigerant: "R-410A" is r410a, "Perfluoromethane (PFC-14)" is pfc14."""
    name = _gas(label)
    return _WORDS.get(name, "".join(c for c in name.lower() if c.isalnum()))


def _gas(label: str) -> str:
    if label in _GASES:
        return _GASES[label]
    inside = label[label.find("(PFC") + 1: label.rfind(")")] if "(PFC" in label else label
    first = inside.split(" = ")[0].split("/")[0].split(" (")[0].strip(" *")
    return _GASES.get(first, first)
