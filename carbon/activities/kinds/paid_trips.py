"""Trips known only by what was paid: a taxi without a distance counts by its fare."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pandas as pd

from carbon.activities.classification.charts import PACKAGE
from carbon.activities.draft import Draft
from carbon.activities.kinds.flights import also
from carbon.activities.kinds.purchases import in_company_currency
from carbon.core import packaged
from carbon.core.text_columns import by_word, pick
from carbon.params.shapes.company import CompanyParams

NOTE = "by spend: no distance given"


@cache
def _purchase_of(mode: str) -> dict[str, str]:
    """Return the purchase that a fare of a mode is, by region; "" is any other."""
    table = packaged.read_csv(PACKAGE, "data/travel_activities.csv")
    table = table[(table["mode"] == mode) & (table["spend_activity"] != "")]
    return dict(zip(table["region"], table["spend_activity"], strict=True))


def by_spend(draft: Draft, params: CompanyParams, fx: pd.DataFrame | None) -> Draft:
    """Count fares as spend: quantity = amount x fx_rate [company currency], tier "spend", noted in `quality`.

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
    region = pick(unsaid, params.country, rows["country"])
    activity = np.full(len(rows), "", dtype=object)
    for mode in pd.unique(rows["mode"]):
        of_mode, activity_of_region = rows["mode"] == mode, _purchase_of(mode)
        activity[of_mode] = by_word(region[of_mode], partial(_of_region, activity_of_region))
    note = np.full(len(rows), NOTE, dtype=object)
    return draft.assign(activity=activity, region=region, quantity=rows["amount"] * rows["fx_rate"],
                        unit=params.currency, tier="spend",
                        quality=also(note, pick(unsaid, "country not given: the company's", "")))


def _of_region(activity_of_region: dict[str, str], region: str) -> str:
    return activity_of_region[region if region in activity_of_region else ""]
