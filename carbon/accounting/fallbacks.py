"""Factors of a wider place than the record's: waste by another country's factor, electricity by a national average."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.activities.amounts import to_unit
from carbon.activities.kinds.regions import NO_ZONE
from carbon.core import units
from carbon.core.columns import Rows
from carbon.core.ghg_protocol import LOCATION
from carbon.core.text_columns import by_word
from carbon.factors.boundaries import WASTE, boundary_in, boundary_of, country_of

_UNKNOWN = "no packaged publisher"
_NAME = {"US": "eGRID subregion", "PR": "eGRID subregion", "AU": "state", "CA": "province"}


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
    tonnes = float(rows_of["co2e_kg"].sum()) / units.KG_PER_T
    return (f"{waste_t:,.4g} t of waste in {region} ({tonnes:,.3g} t CO2e) are counted by factors of another country "
            f"that hold {used_boundary} ({country}); the country's own boundary: {home}; "
            f"{', '.join(sorted(activities))}: add a factor of the country to params/<company>/factors.csv")


def national_average_warning(emissions: pd.DataFrame) -> list[tuple[str, str]]:
    """Return a warning for each country whose electricity has no grid zone though the country has several.

    Only location-based scope 2: the same kWh are in the market-based figure and in category 3.

    Reference: GHG Protocol, Scope 2 Guidance (2015), ch. 6.6: the emission factor of the most precise grid region that
    is known, the national one only where there is none.
    """
    rows = Rows(emissions[["quality", "scope2_method", "region", "unit", "quantity", "co2e_kg", "part", "activity_id"]])
    coarse = by_word(rows["quality"], lambda text: NO_ZONE in text.split("; "), bool)
    rows = rows.where(coarse & (rows["scope2_method"] == LOCATION))
    warned = []
    for country, kg in sorted(rows.sums(["region"], "co2e_kg").items()):
        of_country = rows.where(rows["region"] == country)
        is_first = ~pd.Series(of_country["activity_id"]).duplicated().to_numpy()  # a factor may have several parts
        per_unit = by_word(of_country["unit"], lambda unit: float(units.ratio(unit, "kWh")), float)
        kwh = float((of_country["quantity"] * per_unit)[is_first].sum())
        other = "`zip`" if country == "US" else "`state`"
        warned.append((
            "zone_missing", f"{kwh:,.0f} kWh of electricity in {country} have no {_NAME.get(country, 'grid zone')} and "
            f"count at the national average ({kg / units.KG_PER_T:,.1f} t CO2e, location-based): give each site its "
            f"`zone` or {other} under `sites` in the company's params"))
    return warned
