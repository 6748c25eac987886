"""
GWP by the name that a refrigerant goes by: one gas, or a blend whose composition the factor library holds.
"""

from __future__ import annotations

import re

from carbon.core import gases
from carbon.core.errors import MethodError
from carbon.factors.library import Library, load


def gwp(gas: str, gwp_set: str, library: Library | None = None) -> float:
    """
    GWP of a gas or of a blend over 100 years [kg CO2e per kg].

    of a blend: sum over its gases of mass share x GWP

    Parameters
    ----------
    gas
        A gas ("CO2", "CH4_fossil", "N2O", "HFC-134a", "SF6") or a blend by its number ("R-410A", "R407C").
    gwp_set
        "AR4GWP100", "AR5GWP100" or "AR6GWP100".
    library
        Where the composition stands; without one, the newest release.

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
        found = composition(gas, library)
        if found:
            return gases.blend_gwp(found, gwp_set)
        if (library or load()).table["activity"].eq(_activity(gas)).any():
            raise MethodError(f"The library has the published CO2e of {gas}, not its composition",
                              hint=f'see carbon.factors.search("{gas}"), or give the composition to '
                                   'carbon.core.gases.blend_gwp, e.g. "HFC-32:0.5;HFC-125:0.5"')
    return gases.gwp(gas, gwp_set)


def composition(blend: str, library: Library | None = None) -> str:
    """
    Composition of a blend by its number, "HFC-32:0.5;HFC-125:0.5" for "R-410A"; "" where the library has none.
    """
    rows = (library or load()).table
    mine = rows[(rows["activity"] == _activity(blend)) & (rows["composition"] != "")]
    return str(mine["composition"].iloc[-1]) if len(mine) else ""


def _activity(gas: str) -> str:
    return "refrigerant." + re.sub(r"[^0-9a-z]", "", str(gas).casefold())
