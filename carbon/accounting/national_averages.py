"""Electricity counted at a national average where its country has grid zones: the kWh and the tonnes at stake."""

from __future__ import annotations

import pandas as pd

from carbon.activities.kinds.regions import NO_ZONE
from carbon.core import units
from carbon.core.columns import Rows
from carbon.core.ghg_protocol import LOCATION
from carbon.core.text_columns import by_word

_NAME = {"US": "eGRID subregion", "PR": "eGRID subregion", "AU": "state", "CA": "province"}


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
