"""Checks of meters: a unit in which a carrier is not metered, days read twice or not; and of water and freight."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.columns import group_codes
from carbon.core.periods import latest_end_before
from carbon.core.text_columns import values_of
from carbon.records.kinds.contract import ENERGY_UNITS, FUEL, UNCERTAINTY
from carbon.records.rules.sheet import METER, Sheet, in_unit, overlapping
from carbon.records.values.periods import clocks

_HEAT = ("energy",)
_LIQUID = (*ENERGY_UNITS, "volume", "mass")
_GAS = (*ENERGY_UNITS, "volume", "volume_normal", "volume_scf", "mass")
_CARRIER_UNITS = {"electricity": _HEAT, "electricity.solar_pv": _HEAT, "electricity.own": _HEAT,
                  "electricity.own_sold": _HEAT, "electricity.exported": _HEAT, "district_heat": _HEAT,
                  "district_cooling": _HEAT, "steam": _HEAT, "natural_gas": _GAS, "cng": _GAS, "biogas": _GAS,
                  "lng": _GAS}
"""Dimensions in which each carrier is metered; any other carrier is a fuel by energy, volume or mass."""
_STEAM_POUNDS = ("lb", "klb", "million lb")
"""American bills of steam: a heat content makes energy of them (`core.fuels`); others meter the heat itself."""
_LITRES = ("L", "mL", "cL", "hL", "US gallon", "UK gallon", "bbl")

_READINGS = 12
"""Readings of a meter in a row, none below the one before, that no consumption has by chance (1 in 479 million)."""
_RISING, _STEPS = 6, 5.0
"""Readings that only rise, and how many of their mean steps fit below the first: the states of an index."""
_APART = np.timedelta64(7, "D")


def flag_carrier_units(sheet: Sheet) -> None:
    """Add a fault for units in which a carrier is not metered."""
    (carrier, carriers), (unit, unit_names) = (pd.factorize(values_of(sheet.table[c])) for c in ("carrier", "unit"))
    pair = carrier * max(len(unit_names), 1) + unit
    for one in pd.unique(pair).tolist():
        carrier_name, unit_name = carriers[one // len(unit_names)], unit_names[one % len(unit_names)]
        if carrier_name and unit_name and not _is_metered(carrier_name, unit_name):
            sheet.fault(pair == one, "unit", "unit_dimension.carrier", carrier=carrier_name, unit=unit_name,
                        dimension=units.unit(unit_name).dimension)


def _is_metered(carrier: str, unit: str) -> bool:
    return (carrier == "steam" and unit in _STEAM_POUNDS) or (not (carrier == "natural_gas" and unit in _LITRES) and \
        units.unit(unit).dimension in _CARRIER_UNITS.get(carrier, _LIQUID))


def check_risen_registers(sheet: Sheet) -> None:
    """Add a fault for quantities of a meter that never fall in a dozen readings within days of each other.

    Of fewer, or of months, that only rise, by little against the first, a warning: they may be states of its index.
    """
    first, quantity = sheet.table["period_start"].to_numpy(), sheet.table["quantity"].to_numpy(dtype=np.float64)
    rows = np.flatnonzero(sheet.sound_rows & ~np.isnat(first) & ~np.isnan(quantity))
    meter = group_codes([sheet.meters[rows], values_of(sheet.table["unit"]).take(rows)])
    order = np.lexsort([first[rows], meter])
    rows, meter = rows[order], meter[order]
    if not len(rows):
        return
    begins = np.append(True, np.diff(meter) != 0)
    step, is_apart = np.diff(quantity[rows], prepend=0.0), np.diff(first[rows], prepend=first[rows[0]]) > _APART
    # Months of a site that grows may well rise for a year.
    readings, rises, falls, gaps = (np.bincount(meter, weights=flags) for flags in (
        np.ones(len(rows)), ~begins & (step > 0), ~begins & (step < 0), ~begins & is_apart))
    is_state = (readings >= _READINGS) & (2 * rises > readings) & (falls + gaps == 0)
    sheet.fault(rows[is_state[meter]], "quantity", "meter_reading.rising")
    start, rise = quantity[rows[begins]], np.bincount(meter, weights=np.where(begins, 0.0, step))
    is_index = ~is_state & (readings >= _RISING) & (rises == readings - 1) & (start * rises > _STEPS * rise)
    if is_index.any():
        at = rows[meter == int(is_index.argmax())]
        sheet.warn_of("quantity_rises", row=sheet.table.iloc[at[0]], first=quantity[at[0]], last=quantity[at[-1]])


def warn_of_meter_days(sheet: Sheet) -> None:
    """Add a warning of days that one meter has twice, or for which it has no reading: listed, never dropped."""
    table = sheet.table
    first, last = (table[c].to_numpy() for c in ("period_start", "period_end"))
    is_fuel = sheet.options.kind == FUEL.kind  # on single days, by many cards: no meter has a gap there
    rows = np.flatnonzero(sheet.not_excluded & ~np.isnat(first) & ~np.isnat(last) & ((last > first) | (not is_fuel)))
    meter, hours = sheet.meters[rows], clocks(dict(sheet.raw))
    _warn_of_repeats(sheet, rows, meter, None if hours is None else hours.take(rows))
    distinct_rows = np.unique(group_codes([meter, first[rows], last[rows]]), return_index=True)[1]
    ranked = distinct_rows[np.lexsort([last[rows[distinct_rows]], first[rows[distinct_rows]], meter[distinct_rows]])]
    rows, above = rows[ranked], latest_end_before(meter[ranked], last[rows[ranked]])
    overlap = rows[first[rows] <= above]
    gap = rows[(first[rows] - above > np.timedelta64(1, "D")) & (not is_fuel)]
    for odd_rows, message in ((overlap, "period_overlap.meter_days"), (gap, "period_gap")):
        in_order = table.iloc[odd_rows].sort_values([*METER, "period_start", "period_end"], kind="stable")
        sheet.warn_at(in_order.index.to_numpy(), message)


def _warn_of_repeats(sheet: Sheet, rows: npt.NDArray[np.intp], meter: npt.NDArray[np.intp],
                     hours: pd.Series | None) -> None:
    """Add a warning of readings of one meter for the same days and hours; rows that are equal are duplicates."""
    table = sheet.table
    days = [values_of(table[c]).take(rows) for c in ("period_start", "period_end")]
    timed = group_codes([meter, *days, *([] if hours is None else [hours])])
    if len(np.unique(timed)) == len(timed):
        return
    again = pd.Series(timed).duplicated().to_numpy()
    again = again & ~table.iloc[rows].assign(_clock="" if hours is None else hours).duplicated().to_numpy()
    sheet.warn_at(rows[again], "period_repeated")


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
