"""Checks of meters: a unit in which a carrier is not metered, days read twice, days without a reading."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.columns import group_codes
from carbon.core.periods import latest_end_before
from carbon.core.text_columns import values_of
from carbon.records.kinds.faults import Problem
from carbon.records.kinds.registry import ENERGY_UNITS, FUEL
from carbon.records.rules.sheet import METER, Sheet
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
_APART = np.timedelta64(7, "D")
_STATE = Problem("meter_reading", "the quantities of the meter rise with every reading, as a register does",
                 "map the consumption instead of the state of the register; or sum up the differences of two readings")


def flag_carrier_units(sheet: Sheet) -> None:
    """Add a fault for units in which a carrier is not metered."""
    (carrier, carriers), (unit, unit_names) = (pd.factorize(values_of(sheet.table[c])) for c in ("carrier", "unit"))
    pair = carrier * max(len(unit_names), 1) + unit
    for one in pd.unique(pair).tolist():
        carrier_name, unit_name = carriers[one // len(unit_names)], unit_names[one % len(unit_names)]
        problem = _carrier_unit(carrier_name, unit_name) if carrier_name and unit_name else None
        if problem is not None:
            sheet.fault((pair == one) & sheet.not_excluded, "unit", problem)


def _carrier_unit(carrier: str, unit: str) -> Problem | None:
    dimension = units.unit(unit).dimension
    if carrier == "steam" and unit in _STEAM_POUNDS:
        return None
    if dimension not in _CARRIER_UNITS.get(carrier, _LIQUID) or (carrier == "natural_gas" and unit in _LITRES):
        return Problem("unit_dimension", f"{carrier} is not metered in {unit} ({dimension})",
                       "correct the unit or the carrier")
    return None


def flag_risen_registers(sheet: Sheet) -> None:
    """Add a fault for quantities of a meter that never fall in a dozen readings within days of each other."""
    first, quantity = sheet.table["period_start"].to_numpy(), sheet.table["quantity"].to_numpy(dtype=np.float64)
    rows = np.flatnonzero(sheet.sound_rows & ~np.isnat(first) & ~np.isnan(quantity))
    rows = rows[np.lexsort([first[rows], sheet.meters[rows]])]
    if len(rows) < _READINGS:
        return
    meter, step = np.unique(sheet.meters[rows], return_inverse=True)[1], np.diff(quantity[rows])
    step[np.diff(first[rows]) > _APART] = -1  # months of a site that grows may well rise for a year
    step[np.diff(meter) != 0] = 0
    readings, rises, falls = (np.bincount(meter[-len(flags):], weights=flags, minlength=meter[-1] + 1)
                              for flags in (np.ones(len(rows)), step > 0, step < 0))
    sheet.fault(rows[((readings >= _READINGS) & (2 * rises > readings) & (falls == 0))[meter]], "quantity", _STATE)


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
    if len(overlap):
        row = _in_order(table, overlap)
        sheet.warn("period_overlap", f"{len(overlap):,} periods overlap an earlier one of the same meter, e.g. "
                   f"{row['site']} {row['carrier']} from {row['period_start']:%Y-%m-%d}")
    gap = rows[first[rows] - above > np.timedelta64(1, "D")]
    if len(gap) and not is_fuel:
        row = _in_order(table, gap)
        sheet.warn("period_gap", f"{len(gap):,} gaps between periods of a meter, e.g. before "
                   f"{row['period_start']:%Y-%m-%d} at {row['site']} ({row['carrier']})")


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
    if again.any():
        row = table.iloc[rows[np.argmax(again)]]
        sheet.warn("period_repeated", f"{int(again.sum()):,} readings for days that a meter already has, e.g. "
                   f"{row['site']} {row['carrier']} from {row['period_start']:%Y-%m-%d}; name the meters, or check")


def _in_order(table: pd.DataFrame, rows: npt.NDArray[np.intp]) -> pd.Series:
    """Return the first of some rows by meter and days."""
    return table.iloc[rows].sort_values([*METER, "period_start", "period_end"], kind="stable").iloc[0]
