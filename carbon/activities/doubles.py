"""The same energy in two scopes: listed, never changed."""

from __future__ import annotations

import numpy as np

from carbon.core import units
from carbon.core.columns import Rows, group_codes
from carbon.core.errors import UnitError
from carbon.core.text_columns import by_word

_ENERGY = ("energy", "energy_HHV", "energy_LHV")
SHOWN = 10


def kwh_in_two_scopes(activities: Rows) -> list[tuple[str, str]]:
    """Return a remark for each quantity of energy that is listed under two scopes for the same days.

    Same days, the same quantity in kWh and the same site (or none on one side), in different scopes: one bill given
    twice, e.g. as metered electricity and as an activity of leased assets.
    """
    kwh = activities["quantity"] * by_word(activities["unit"], _kwh, np.float64)
    energy = ~np.isnan(kwh) & (kwh != 0)
    rows = activities.where(energy).assign(_kwh=np.round(kwh[energy], 6))
    keys = ["_kwh", "period_start", "period_end"]
    days = group_codes([rows[c] for c in keys])
    first = np.unique(group_codes([days, rows["scope"]]), return_index=True)[1]
    twice = np.bincount(days[first]) > 1
    if not twice.any():
        return []
    several = rows.where(twice[days]).frame()
    pairs = several.merge(several, on=keys, suffixes=("", "_2"), validate="many_to_many")
    same_site = (pairs["site"] == pairs["site_2"]) | (pairs["site"] == "") | (pairs["site_2"] == "")
    pairs = pairs[same_site & (pairs["scope"] < pairs["scope_2"])]
    return [("two_scopes", f"{a.quantity:g} {a.unit} of {a.activity} (scope {a.scope}, {a.source_file}:"
             f"{a.source_line}) is listed again as {a.activity_2} (scope {a.scope_2}, {a.source_file_2}:"
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
