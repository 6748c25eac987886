"""
What must hold between the columns of one row, kind by kind.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.columns import group_codes
from carbon.core.periods import latest_end_before
from carbon.core.places import locate
from carbon.core.text_columns import values_of
from carbon.core.words import fold
from carbon.records.contracts import ENERGY_UNITS
from carbon.records.faults import Problem, Warned
from carbon.records.fields import Context
from carbon.records.further_checks import FURTHER, fault, warn_of_negative
from carbon.records.further_kinds import FUEL
from carbon.records.measures import by_litres, paid_only
from carbon.records.periods import clocks
from carbon.records.plausibility import (
    distances_km,
    warn_of_energy,
    warn_of_flights,
    warn_of_returns,
    warn_of_sizes,
)

Flags = npt.NDArray[np.bool_]

_HEAT = ("energy",)
_LIQUID = (*ENERGY_UNITS, "volume", "mass")
_GAS = (*ENERGY_UNITS, "volume", "volume_normal", "volume_scf", "mass")
_CARRIER_UNITS = {"electricity": _HEAT, "electricity.solar_pv": _HEAT, "district_heat": _HEAT,
                  "district_cooling": _HEAT, "steam": _HEAT, "natural_gas": _GAS, "cng": _GAS, "biogas": _GAS,
                  "lng": _GAS}
"""Dimensions in which each carrier is metered; any other carrier is a fuel by energy, volume or mass."""
_METER = ["company", "site", "carrier", "meter", "register", "contract"]
_LITRES = ("L", "mL", "cL", "hL", "US gallon", "UK gallon", "bbl")
LONGEST_KM = 20_040
"""Half the Earth's circumference: no leg between two places is longer."""


def check_rows(kind: str, table: pd.DataFrame, context: Context, skip: Flags) -> None:
    """
    Faults between columns; rows flagged in `skip` already end elsewhere.
    """
    check = _CHECKS.get(kind)
    if check is not None:
        check(table, context, skip)
    warn_of_sizes(table, context, ~skip)


def completed(kind: str, table: pd.DataFrame) -> pd.DataFrame:
    """
    A night in a hotel is one trip of one room where the file leaves both blank: nights are its quantity. So is a fare.
    """
    if kind != "travel":
        return table
    # A fare is what it is, however many shared the taxi.
    one = (table["mode"] == "hotel").to_numpy() | paid_only(table)
    blank = {c: one & np.isnan(table[c].to_numpy()) for c in ("passengers", "trips")}
    return table.assign(**{c: np.where(at, 1.0, table[c].to_numpy()) for c, at in blank.items() if at.any()})


_TRAIN_CLASSES = frozenset(["1", "2", "1st", "2nd", "1re", "1ere", "2e", "2de", "2nde", "2eme", "seconde", "premiere",
                            "standard"])


def without_idle_faults(kind: str, table: pd.DataFrame, found: pd.DataFrame, context: Context) -> pd.DataFrame:
    """
    Faults less those of classes of trains, which change nothing: "2nde" is a remark. A class unknown stays a reject.
    """
    if kind != "travel" or found.empty:
        return found
    (mode, modes), (value, values) = (pd.factorize(values_of(column), use_na_sentinel=False)
                                      for column in (table["mode"], found["value"]))
    ground = np.array([m not in ("", "air") for m in modes], dtype=bool)[mode]
    idle = (found["code"] == "cabin_class_unknown").to_numpy() & ground[found["row"].to_numpy(dtype=np.intp)]
    idle &= np.array([fold(v) in _TRAIN_CLASSES for v in values], dtype=bool)[value]
    if idle.any():
        first = found.loc[idle, "value"].iloc[0]
        context.warnings.append(Warned("class_unread", f"{context.name}: {int(idle.sum()):,} classes of trips that are "
                                       f"no flights were not read, e.g. {first!r}; they change nothing"))
    return found[~idle]


def _check_energy(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    (carrier, carriers), (unit, written) = (pd.factorize(values_of(table[c])) for c in ("carrier", "unit"))
    pair = carrier * max(len(written), 1) + unit
    for one in pd.unique(pair).tolist():
        named, metered = carriers[one // len(written)], written[one % len(written)]
        problem = _carrier_unit(named, metered) if named and metered else None
        if problem is not None:
            fault(context, (pair == one) & ~skip, "unit", problem)
    meter = group_codes([table[c] for c in _METER])
    _flag_overlaps(table, meter, context, skip)
    warn_of_energy(table, meter, context, ~skip)
    warn_of_negative(table, context, skip)


def _carrier_unit(carrier: str, unit: str) -> Problem | None:
    dimension = units.unit(unit).dimension
    if dimension not in _CARRIER_UNITS.get(carrier, _LIQUID) or (carrier == "natural_gas" and unit in _LITRES):
        return Problem("unit_dimension", f"{carrier} is not metered in {unit} ({dimension})",
                       "correct the unit or the carrier")
    return None


def _flag_overlaps(table: pd.DataFrame, meter: npt.NDArray[np.intp], context: Context, skip: Flags) -> None:
    """
    The same meter read twice for the same days, or days without a reading: listed, never dropped.
    """
    first, last = (table[c].to_numpy() for c in ("period_start", "period_end"))
    bought = context.options.kind == FUEL.kind  # on single days, by many cards: no meter has a gap there
    rows = np.flatnonzero(~skip & ~np.isnat(first) & ~np.isnat(last) & ((last > first) | (not bought)))
    meter, hours = meter[rows], clocks(dict(context.raw))
    _warn_of_repeats(table, rows, meter, None if hours is None else hours.take(rows), context)
    once = np.unique(group_codes([meter, first[rows], last[rows]]), return_index=True)[1]
    ranked = once[np.lexsort([last[rows[once]], first[rows[once]], meter[once]])]
    rows, above = rows[ranked], latest_end_before(meter[ranked], last[rows[ranked]])
    overlap = rows[first[rows] <= above]
    if len(overlap):
        told = _in_order(table, overlap)
        context.warnings.append(Warned(
            "period_overlap", f"{context.name}: {len(overlap):,} periods overlap an earlier one of the same "
            f"meter, e.g. {told['site']} {told['carrier']} from {told['period_start']:%Y-%m-%d}"))
    gap = rows[first[rows] - above > np.timedelta64(1, "D")]
    if len(gap) and not bought:
        told = _in_order(table, gap)
        context.warnings.append(Warned(
            "period_gap", f"{context.name}: {len(gap):,} gaps between periods of a meter, e.g. before "
            f"{told['period_start']:%Y-%m-%d} at {told['site']} ({told['carrier']})"))


def _warn_of_repeats(table: pd.DataFrame, rows: npt.NDArray[np.intp], meter: npt.NDArray[np.intp],
                     hours: pd.Series | None, context: Context) -> None:
    """
    Readings of one meter for the same days and hours; whole rows that are the same are duplicates, and not these.
    """
    days = [values_of(table[c]).take(rows) for c in ("period_start", "period_end")]
    timed = group_codes([meter, *days, *([] if hours is None else [hours])])
    if len(np.unique(timed)) == len(timed):
        return
    again = pd.Series(timed).duplicated().to_numpy()
    again = again & ~table.iloc[rows].assign(_clock="" if hours is None else hours).duplicated().to_numpy()
    if again.any():
        told = table.iloc[rows[np.argmax(again)]]
        context.warnings.append(Warned(
            "period_repeated", f"{context.name}: {int(again.sum()):,} readings for days that a meter already has, e.g. "
            f"{told['site']} {told['carrier']} from {told['period_start']:%Y-%m-%d}; name the meters, or check"))


def _in_order(table: pd.DataFrame, rows: npt.NDArray[np.intp]) -> pd.Series:
    """
    The first of some rows by meter and days.
    """
    return table.iloc[rows].sort_values([*_METER, "period_start", "period_end"], kind="stable").iloc[0]


_UNIT_MISSING = Problem("distance_unit_missing", "a distance without its unit", "write km or mi in distance_unit")
_TOO_FAR = Problem("distance_impossible", f"no journey of one leg is zero, negative or longer than {LONGEST_KM:,} km",
                   "correct the distance or its unit")
DRIVEN = ("car", "motorbike")
"""Modes whose fuel may be given in the place of a distance."""
_NOT_DRIVEN = Problem("unit_dimension", "litres are a distance of no journey but one by a car of its own fuel",
                      "give the distance in km, or correct the mode")
_NO_FUEL = Problem("fuel_missing", "litres of which fuel is not said", "name the fuel: diesel, petrol, lpg")
_LITRES_OF_WHAT = Problem("litres_ambiguous", "the litres may be those of one way or of the whole return journey",
                          "give the litres of the whole journey and `return` no")
_NO_LITRES = Problem("distance_impossible", "no journey burns zero or fewer litres", "correct the litres")
_REFUNDED = Problem("refund_suspected", "the fare is below zero and the journey counts as any other",
                    "write a refund as a negative number of trips, or delete it with the ticket it takes back")
_NO_NIGHTS = Problem("nights_missing", "a hotel row without nights", "fill in `nights`")
_NOT_POSITIVE = Problem("nights_impossible", "nights must be more than zero", "correct `nights`")


_MOST = 1e9
_NO_COUNT = Problem("count_impossible", "more than a thousand million, or passengers and trips are both negative",
                    "correct the number; a refund is one negative number of trips")


def _check_travel(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    hotel = (table["mode"] == "hotel").to_numpy()
    going = ~hotel & ~skip & (table["mode"] != "").to_numpy()
    given = table["distance"].notna().to_numpy()
    faulty = _faulty(context, "distance")
    moving = going & ~(paid_only(table) & ~faulty)
    _check_places(table, context, moving & ~given & ~faulty)
    _check_fuel(table, context, moving & given)
    fault(context, moving & given & (table["distance_unit"] == "").to_numpy() & ~_faulty(context, "distance_unit"),
         "distance_unit", _UNIT_MISSING)
    km = distances_km(table)
    impossible = moving & given & ((km <= 0) | (km > LONGEST_KM))  # NaN, and so neither, of litres
    fault(context, impossible, "distance", _TOO_FAR)
    warn_of_flights(table, km, context, moving & ~impossible)
    warn_of_returns(table, context, moving)
    paid = table["amount"].to_numpy()
    if (paid > 0).any():
        counts = (table["trips"] > 0) & (table["passengers"] > 0) & ((table["distance"] > 0) | ~given)
        fault(context, moving & counts.to_numpy() & (paid < 0), "amount", _REFUNDED)
    nights = table["nights"].to_numpy()
    staying = hotel & ~skip & ~_faulty(context, "nights")
    fault(context, staying & np.isnan(nights), "nights", _NO_NIGHTS)
    fault(context, staying & (nights <= 0), "nights", _NOT_POSITIVE)
    odd = staying & (nights != np.trunc(nights)) & ~np.isnan(nights)
    if odd.any():
        context.warnings.append(Warned("nights_odd", f"{context.name}: {int(odd.sum()):,} rows whose nights are not "
                                       "whole"))
    for column in ("passengers", "trips"):
        _check_count(column, table, context, moving)


def _check_fuel(table: pd.DataFrame, context: Context, rows: Flags) -> None:
    """
    Litres instead of a distance: only of a car's own fuel, which must be named, and of the whole journey.
    """
    fuel = rows & by_litres(table)
    if not fuel.any():
        return
    driven = table["mode"].isin(DRIVEN).to_numpy()
    fault(context, fuel & ~driven, "distance_unit", _NOT_DRIVEN)
    fuel &= driven
    fault(context, fuel & (table["fuel"] == "").to_numpy() & ~_faulty(context, "fuel"), "fuel", _NO_FUEL)
    fault(context, fuel & table["return"].to_numpy(), "return", _LITRES_OF_WHAT)
    fault(context, fuel & (table["distance"] <= 0).to_numpy(), "distance", _NO_LITRES)


def _check_count(column: str, table: pd.DataFrame, context: Context, moving: Flags) -> None:
    values = table[column].to_numpy()
    blank = moving & np.isnan(values) & ~_faulty(context, column)
    fault(context, blank, column, Problem(f"{column}_missing", f"`{column}` is blank", f"fill in `{column}`"))
    negative = (table["passengers"] < 0).to_numpy() & (table["trips"] < 0).to_numpy()
    fault(context, moving & ((np.abs(values) > _MOST) | negative), column, _NO_COUNT)
    odd = moving & ((values <= 0) | (values != np.trunc(values))) & ~np.isnan(values)
    if odd.any():
        context.warnings.append(Warned(f"{column}_odd", f"{context.name}: {int(odd.sum()):,} rows whose {column} are "
                                       "zero, negative or not whole"))


def _faulty(context: Context, column: str) -> Flags:
    return context.faults.in_column(column)


def _check_places(table: pd.DataFrame, context: Context, rows: Flags) -> None:
    """
    Where no distance is given both ends must be places whose distance can be computed.
    """
    if not rows.any():
        return
    air = (table["mode"] == "air").to_numpy()
    bad = np.zeros(len(table), dtype=bool)
    for column in ("origin", "destination"):
        code, names = pd.factorize(values_of(table[column]), use_na_sentinel=False)
        for flying in (True, False):
            here = rows & (air == flying)
            for one in pd.unique(code[here]).tolist():
                place = locate(names[one], air=flying, home=context.home, namesakes=context.namesakes)
                if not place.found:
                    at = here & (code == one)
                    fault(context, at, column, Problem(place.code or "place_unknown", place.reason,
                                                      "write an IATA code or \"Town, CC\", or give the distance"))
                    bad |= at
    both = np.flatnonzero(rows & ~bad)
    ends = (np.asarray(values_of(table[c]).take(both), dtype=object) for c in ("origin", "destination"))
    same = np.zeros(len(table), dtype=bool)
    same[both] = np.equal(*ends)
    fault(context, same, "destination", Problem("distance_impossible", "both ends are the same place",
                                               "correct one end, or give the distance"))


def _check_purchases(table: pd.DataFrame, context: Context, skip: Flags) -> None:
    """
    A currency whose amounts sum below zero: credit notes, or an export that writes what is owed as a credit.
    """
    kept = table.loc[~skip, ["currency", "amount"]]
    sums = kept.groupby(kept["currency"].astype("str"))["amount"].sum()
    for currency, total in sums[sums < 0].items():
        context.warnings.append(Warned(
            "net_negative", f"{context.name}: the amounts in {currency or 'no currency'} sum to {total:,.2f}; where "
            "the export writes purchases as credits, declare `columns: {amount: \"-{heading}\"}` in params"))


_CHECKS: dict[str, Callable[[pd.DataFrame, Context, Flags], None]] = {
    "purchases": _check_purchases, "energy": _check_energy, "travel": _check_travel, **FURTHER}

