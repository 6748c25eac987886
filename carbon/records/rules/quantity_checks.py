"""Checks of water, freight and named activities."""

from __future__ import annotations

import numpy as np

from carbon.records.kinds.contract import UNCERTAINTY
from carbon.records.rules.shared_checks import in_unit, overlapping
from carbon.records.rules.sheet import Sheet

AROUND_THE_EARTH_KM = 40_075
"""No leg of freight is longer, round the Cape or not."""
NEAR = 0.01
"""Share by which tonne-kilometres may differ from mass x distance without a warning."""


def check_uncertainty(sheet: Sheet) -> None:
    """Add a fault for a stated uncertainty that may be a share of one."""
    if UNCERTAINTY in sheet.table:
        percent = sheet.table[UNCERTAINTY].to_numpy(dtype=np.float64)
        sheet.fault((percent > 0) & (percent < 1), UNCERTAINTY, "uncertainty_unclear")


def warn_of_water_days(sheet: Sheet) -> None:
    """Add a warning of days that two rows have for the same water."""
    again = overlapping(sheet.table, ["company", "site", "service", "supplier"], sheet.not_excluded)
    sheet.warn_at(again, "period_overlap.water_days")


def check_freight(sheet: Sheet) -> None:
    """Add a fault for tonne-kilometres that are missing and cannot be calculated, and for impossible distances."""
    table = sheet.table
    km = in_unit(table, "distance", "distance_unit", "km")
    sheet.fault((km < 0) | (km > AROUND_THE_EARTH_KM), "distance", "distance_impossible.freight",
                most=AROUND_THE_EARTH_KM)
    tonnes, stated_work = in_unit(table, "mass", "mass_unit", "t"), table["quantity"].to_numpy()
    ends = ((table["origin"] != "") & (table["destination"] != "")).to_numpy()
    has_length = ~np.isnan(km) | (ends & table["distance"].isna().to_numpy())
    own_fleet = ((table["run_by"] != "") & (table["run_by"] != "hired")).to_numpy()
    carried = ~np.isnan(tonnes) | table["teu"].notna().to_numpy() | table["trips"].notna().to_numpy() | own_fleet
    has_work = ~np.isnan(stated_work) | (carried & has_length)
    sound = ~sheet.faulty("quantity", "unit", "mass", "mass_unit", "distance", "distance_unit", "teu", "trips")
    sheet.fault(~has_work & sound, "quantity", "freight_incomplete")
    stated, computed = in_unit(table, "quantity", "unit", "tonne.km"), tonnes * km
    with np.errstate(invalid="ignore"):
        differs = np.abs(stated - computed) > NEAR * np.abs(computed)
    sheet.warn_at(differs, "freight_differs", stated=stated, computed=computed)


def check_activities(sheet: Sheet) -> None:
    """Add a fault for categories that their scope does not have."""
    table = sheet.table
    category = table["category"].fillna(0).to_numpy(dtype=np.float64)
    third = (table["scope"] == "3").to_numpy()
    fits = np.where(third, (category >= 1) & (category <= 15), category == 0)
    sheet.fault(~fits & ~sheet.faulty("scope", "category"), "category", "category_unknown.activities")
