"""Checks of water, refrigerants, freight and named activities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from carbon.records.kinds.contract import UNCERTAINTY
from carbon.records.rules.shared_checks import fix, in_unit, outside, overlapping
from carbon.records.rules.sheet import Sheet

AROUND_THE_EARTH_KM = 40_075
"""No leg of freight is longer, round the Cape or not."""
NEAR = 0.01
"""Share by which tonne-kilometres may differ from mass x distance without a warning."""


def check_uncertainty(sheet: Sheet) -> None:
    """Add a fault for a stated uncertainty that is no percentage: below zero, above 1,000, or a share of one."""
    if UNCERTAINTY not in sheet.table:
        return
    outside(sheet, UNCERTAINTY, fix(
        "uncertainty_impossible", "an uncertainty is +- 0 to 1,000 % at 95 %", "write 5 for +- 5 %"), most=1000.0)
    percent = sheet.table[UNCERTAINTY].to_numpy(dtype=np.float64)
    sheet.fault((percent > 0) & (percent < 1) & sheet.not_excluded, UNCERTAINTY, fix(
        "uncertainty_unclear", "0.05 may be 5 % or a twentieth of a percent", "write 5 for +- 5 %, at least 1"))


def warn_of_water_days(sheet: Sheet) -> None:
    """Add a warning of days that two rows have for the same water."""
    again = overlapping(sheet.table, ["company", "site", "service", "supplier"], sheet.not_excluded)
    if again.any():
        first = sheet.table.iloc[int(np.argmax(again))]
        sheet.warn("period_overlap", f"{int(again.sum()):,} periods hold days that another row has for the same water, "
                   f"e.g. {first['site']} {first['service']} from {first['period_start']:%Y-%m-%d}: two meters, or a "
                   "bill that counts twice")


def check_refrigerants(sheet: Sheet) -> None:
    """Add a fault for refilled gas below zero."""
    outside(sheet, "quantity", fix(
        "refrigerant_negative", "recovered gas is not a negative emission", "give the net loss of the balance"))


def check_freight(sheet: Sheet) -> None:
    """Add a fault for tonne-kilometres that are missing and cannot be calculated, and for impossible distances."""
    table = sheet.table
    km = in_unit(table, "distance", "distance_unit", "km")
    sheet.fault(((km < 0) | (km > AROUND_THE_EARTH_KM)) & sheet.not_excluded, "distance", fix(
        "distance_impossible", f"no leg is negative or longer than {AROUND_THE_EARTH_KM:,} km: tonnes x the kilometres "
        "of many journeys would be far too much", "give one row a journey, or tonne.km"))
    tonnes, stated_work = in_unit(table, "mass", "mass_unit", "t"), table["quantity"].to_numpy()
    ends = ((table["origin"] != "") & (table["destination"] != "")).to_numpy()
    has_length = ~np.isnan(km) | (ends & table["distance"].isna().to_numpy())
    own_fleet = ((table["run_by"] != "") & (table["run_by"] != "hired")).to_numpy()
    carried = ~np.isnan(tonnes) | table["teu"].notna().to_numpy() | table["trips"].notna().to_numpy() | own_fleet
    has_work = ~np.isnan(stated_work) | (carried & has_length)
    sound = ~sheet.faulty("quantity", "unit", "mass", "mass_unit", "distance", "distance_unit", "teu", "trips")
    sheet.fault(~has_work & sound & sheet.not_excluded, "quantity", fix(
        "freight_incomplete", "neither tonne.km, nor mass and a distance or both ends",
        "give tonne.km, mass or TEU and a distance with their units, km of a whole vehicle, or its fuel"))
    _warn_of_work(in_unit(table, "quantity", "unit", "tonne.km"), tonnes * km, sheet)


def _warn_of_work(stated_work: npt.NDArray[np.float64], computed_work: npt.NDArray[np.float64], sheet: Sheet) -> None:
    with np.errstate(invalid="ignore"):
        odd = (np.abs(stated_work - computed_work) > NEAR * np.abs(computed_work)) & sheet.not_excluded
    if odd.any():
        at = int(np.argmax(odd))
        sheet.warn("freight_differs", f"{int(odd.sum()):,} rows whose tonne.km are not their mass x distance, e.g. "
                   f"{stated_work[at]:,.6g} given, {computed_work[at]:,.6g} worked out; what is given counts")


def check_activities(sheet: Sheet) -> None:
    """Add a fault for categories that their scope does not have."""
    table = sheet.table
    category = table["category"].fillna(0).to_numpy(dtype=np.float64)
    third = (table["scope"] == "3").to_numpy()
    fits = np.where(third, (category >= 1) & (category <= 15), category == 0)
    sheet.fault(~fits & sheet.not_excluded & ~sheet.faulty("scope", "category"), "category", fix(
        "category_unknown", "scope 3 has the categories 1 to 15, scopes 1 and 2 have none"))
