"""
Trips known only by what was paid: a taxi without a distance counts by its fare.
"""

from __future__ import annotations

import pandas as pd

from carbon.activities.draft import Draft
from carbon.activities.flights import also
from carbon.activities.purchases import in_company_currency
from carbon.activities.rules import PACKAGE
from carbon.core import packaged
from carbon.core.params import CompanyParams

NOTE = "by spend: no distance given"


def activity_of(modes: pd.DataFrame, regions: pd.Series, mode: str) -> pd.Series:
    """
    The purchase that a fare of a mode is, by region: the region's own, else that of any other.
    """
    table = modes[(modes["mode"] == mode) & (modes["spend_activity"] != "")]
    named = dict(zip(table["region"], table["spend_activity"], strict=True))
    return regions.map(named).astype("str").where(regions.isin(list(named)), named[""])


def by_spend(draft: Draft, params: CompanyParams, fx: pd.DataFrame | None) -> Draft:
    """
    Fares as spend: quantity = amount x fx_rate [company currency], tier "spend", said in `quality`.

    The factor is that of the sector (land transport; in the United States, taxi service) in kg CO2e per unit of money:
    a fare also pays for waiting and for the driver, so a distance is better wherever there is one. A currency that is
    unknown or has no rate rejects the row.

    References
    ----------
    GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), category 6, spend-based method.
    """
    draft = in_company_currency(draft, params, fx)
    rows = draft.rows
    unsaid = rows["country"] == ""
    region = rows["country"].mask(unsaid, params.country)
    modes = packaged.read_csv(PACKAGE, "data/travel_modes.csv")
    activity = pd.Series("", index=rows.index, dtype="str")
    for mode in rows["mode"].unique():
        here = rows["mode"] == mode
        activity = activity.mask(here, activity_of(modes, region, str(mode)))
    note = pd.Series(NOTE, index=rows.index, dtype="str")
    country = pd.Series("", index=rows.index, dtype="str").mask(unsaid, "country not given: the company's")
    return draft.assign(activity=activity, region=region, quantity=rows["amount"] * rows["fx_rate"],
                        unit=params.currency, tier="spend", quality=also(note, country))
