"""Waste counted by another country's factor whose boundary is not that of the country's own publisher."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.activities.amounts import to_unit
from carbon.core.columns import Rows
from carbon.factors.boundaries import WASTE, boundary_in, boundary_of, country_of

_UNKNOWN = "no packaged publisher"
_KG_PER_TONNE = 1000


def boundary_fallbacks(emissions: pd.DataFrame) -> list[str]:
    """Return a sentence for each country, publisher and boundary, with the tonnes [t CO2e] and the activities.

    A factor of another country is a fallback across boundaries where its boundary differs from that of the country's
    own publisher for the same treatment, or where none is known for the country.
    """
    rows = Rows(emissions)
    groups = rows.groups(["region", "source_id", "activity"])
    crossed: dict[tuple[str, str, str, str], list[str]] = {}
    for region, source, activity in groups.lines():
        used_rows, home = boundary_of(source, activity), boundary_in(region, activity)
        if activity.startswith(WASTE) and used_rows and country_of(source) != region and used_rows != home:
            crossed.setdefault((region, country_of(source), used_rows, home or _UNKNOWN), []).append(activity)
    return [_sentence(rows, *place, activities) for place, activities in sorted(crossed.items())]


def _sentence(rows: Rows, region: str, country: str, used_boundary: str, home: str, activities: list[str]) -> str:
    used_rows = rows.where(region=[region], activity=activities)
    sources = {source for source in used_rows.groups(["source_id"]).lines() if country_of(source) == country}
    rows_of = used_rows.where(source_id=list(sources))
    waste_t = float(np.nansum(to_unit(rows_of["quantity"], rows_of["unit"], "t")))
    tonnes = float(rows_of["co2e_kg"].sum()) / _KG_PER_TONNE
    return (f"{waste_t:,.4g} t of waste in {region} ({tonnes:,.3g} t CO2e) are counted by factors of another country "
            f"that hold {used_boundary} ({country}); the country's own boundary: {home}; "
            f"{', '.join(sorted(activities))}: add a factor of the country to params/<company>/factors.csv")
