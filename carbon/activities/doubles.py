"""
The same energy in two scopes: found and listed, never changed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core import units
from carbon.core.errors import UnitError

_ENERGY = ("energy", "energy_HHV", "energy_LHV")
SHOWN = 10


def kwh_in_two_scopes(activities: pd.DataFrame) -> list[tuple[str, str]]:
    """
    A remark for each quantity of energy that stands under two scopes for the same days.

    Same days, the same quantity in kWh and the same site (or none on one side), in different scopes: one bill given
    twice, e.g. as metered electricity and as an activity of leased assets.
    """
    sizes = {u: _kwh(str(u)) for u in activities["unit"].unique()}
    kwh = activities["quantity"].to_numpy() * activities["unit"].map(sizes).to_numpy(dtype=np.float64)
    energy = ~np.isnan(kwh) & (kwh != 0)
    keys = ["_kwh", "period_start", "period_end"]
    days = pd.DataFrame({"_kwh": np.round(kwh, 6), **{c: activities[c].array for c in ("scope", *keys[1:])}})[energy]
    if not days.drop_duplicates().duplicated(keys).any():
        return []
    rows = activities[energy].assign(_kwh=days["_kwh"].to_numpy())
    several = rows[rows.groupby(keys)["scope"].transform("nunique") > 1]
    pairs = several.merge(several, on=keys, suffixes=("", "_2"), validate="many_to_many")
    alike = (pairs["site"] == pairs["site_2"]) | (pairs["site"] == "") | (pairs["site_2"] == "")
    pairs = pairs[alike & (pairs["scope"] < pairs["scope_2"])]
    return [("two_scopes", f"{a.quantity:g} {a.unit} of {a.activity} (scope {a.scope}, {a.source_file}:"
             f"{a.source_line}) stands again as {a.activity_2} (scope {a.scope_2}, {a.source_file_2}:"
             f"{a.source_line_2}) for the same days: take one of the two out")
            for a in pairs.head(SHOWN).itertuples(index=False)]


def _kwh(text: str) -> float:
    try:
        unit = units.unit(text)
    except UnitError:
        return float("nan")
    if unit.dimension not in _ENERGY:
        return float("nan")
    return float(units.ratio(text, {"energy": "kWh", "energy_HHV": "kWh_HHV", "energy_LHV": "kWh_LHV"}[unit.dimension]))
