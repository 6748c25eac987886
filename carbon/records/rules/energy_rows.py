"""Rows of energy: units in which a carrier is not metered, days without a reading, and what other rows already hold.

Sub-meters, estimates that were read, replaced bills and repeated readings are each a reject until params name it under
`skip_rows_where`: the same energy is probably there twice, and which of the rows is the record is certain only where
one states that it replaces the other.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged, units
from carbon.core.columns import group_codes
from carbon.core.periods import latest_end_before
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Rows, values_of
from carbon.core.vocabulary import heading_key, holds, is_word
from carbon.records.grids.cells import Grid, by_cell
from carbon.records.kinds.contract import FUEL, UNCERTAINTY
from carbon.records.rules.sheet import METER, MOST_WORDS, Sheet, dated, hours, in_unit, overlapping, read_at
from carbon.records.rules.unread_columns import counted_heading_of
from carbon.records.values.periods import DATE, clocks

_LETTER = re.compile(r"[^\W\d_]")
_VERSIONS = "word of a replacement", "word of a correction"
"""Words of a row that is the full bill once more; that may be it, a difference to it, or its unsigned reversal."""
_AS_MUCH = (0.5, 2.0)
"""A correction over what it corrects, between which it is more likely the whole bill than a difference."""


def flag_stated_elsewhere(sheet: Sheet) -> None:
    """Add a fault for sub-meters of a meter of the file, versions of one reading, and estimates of days with one."""
    known_rows = _known(sheet)
    for position, _, key in sheet.headed_columns:
        column = sheet.body.columns[position]
        if is_word(key, "heading parent meter") and "meter" in sheet.layout.columns:
            folded = {m: fold(m) for m in sheet.table["meter"].unique()}
            meters, parents = {fold(m) for m in folded if m}, by_cell(column, fold)
            below = pd.Series(parents).isin(meters).to_numpy()
            other = sheet.table["meter"].map(folded).astype("str").to_numpy() != parents
            sheet.fault_at(below & known_rows & other, position, "sub_meter")
        if is_word(key, "heading version"):  # two of the same days: either may be right
            rows = np.flatnonzero(known_rows)
            reading = read_at(sheet, rows)
            pairs = np.unique(np.stack([reading, column.distinct.codes[rows]]), axis=1)[0]
            sheet.fault_at(rows[np.bincount(pairs)[reading] > 1], position, "version_repeated")
        if is_word(key, "heading kind of reading"):
            _flag_estimates(sheet, position, known_rows)


def _known(sheet: Sheet) -> Flags:
    return sheet.sound_rows & ~np.isnan(sheet.table["quantity"].to_numpy())


def _flag_estimates(sheet: Sheet, position: int, known_rows: Flags) -> None:
    """Add a fault for estimates of a meter for days that have an actual reading, and no credit of the estimate."""
    estimated, actual = (sheet.rows_stating(position, words) & known_rows for words in ("estimate", "measured"))
    rows = np.flatnonzero(estimated | actual)
    if not estimated.any() or not actual.any():
        return
    reading, quantity = read_at(sheet, rows), sheet.table["quantity"].to_numpy()[rows]
    settled = np.isin(reading, reading[actual[rows]]) & ~np.isin(reading, reading[quantity < 0])
    sheet.fault_at(rows[estimated[rows] & settled], position, "estimate_replaced")


def _repeated(sheet: Sheet, *, of_named_meters: bool = False) -> tuple[Rows, Rows]:
    """Return rows that share meter and days with another, and a number for each meter and days. A reading below zero is
    a credit: its meter and days have nothing to reject.
    """
    known_rows = _known(sheet) & dated(sheet)
    if of_named_meters:
        known_rows &= (sheet.table["meter"] != "").to_numpy(dtype=bool)
    rows = np.flatnonzero(known_rows)
    reading, quantity = read_at(sheet, rows), sheet.table["quantity"].to_numpy()[rows]
    has_credit, counts = np.bincount(reading, weights=quantity < 0) > 0, quantity > 0
    repeated_rows = counts & ~has_credit[reading] & (np.bincount(reading, weights=counts)[reading] > 1)
    return rows[repeated_rows], np.unique(reading[repeated_rows], return_inverse=True)[1].astype(np.intp)


def flag_replaced(sheet: Sheet) -> None:
    """Add a fault for readings that another one replaces, and for those that may be a correction of one."""
    rows, reading = _repeated(sheet)
    quantity = np.abs(sheet.table["quantity"].to_numpy()[rows])
    for position, _, key in sheet.unread_columns if len(rows) else ():
        replaces, corrects, replaced = _marks(sheet.body, position, key, rows)
        if replaced.any():
            sheet.fault(rows[replaced & (np.bincount(reading, weights=~replaced)[reading] > 0)], "quantity",
                        "bill_replaced.as_stated")
        if not (replaces | corrects).any():
            continue
        replacements, originals = (np.bincount(reading, weights=w) for w in (replaces, ~replaces))
        sheet.fault(rows[~replaces & ~replaced & (replacements[reading] > 0)], "quantity", "bill_replaced.by_another")
        corrected, others = (np.bincount(reading, weights=np.where(w, quantity, 0.0)) for w in (corrects, ~corrects))
        as_much = (corrected >= _AS_MUCH[0] * others) & (corrected <= _AS_MUCH[1] * others) & (corrected > 0)
        several = replaces & (replacements[reading] > 1) & (originals[reading] > 0)
        sheet.fault(rows[(as_much & (replacements == 0))[reading] | several], "quantity", "version_repeated")


def _marks(body: Grid, position: int, key: str, rows: Rows) -> tuple[Flags, Flags, Flags]:
    """Return the rows that by a column replace another one, those that correct one, and those that are replaced."""
    distinct = body.columns[position].take(rows).distinct
    words = [fold(t) if _LETTER.search(t) else t.strip() for t in distinct.texts.to_pylist()]
    if is_word(key, "heading replaced bill"):
        names_another = np.array([w != "" and not is_word(w, "row no") for w in words], dtype=bool)[distinct.codes]
        return names_another, np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    given_up = np.array([holds(w, "word of a bill given up") for w in words], dtype=bool)
    if holds(key, *_VERSIONS):
        words = [key if is_word(w, "row yes") else w for w in words]
    statements = ["" if is_word(w, "row of another bill") else w for w in words]
    replaces, corrects = (np.array([holds(w, name) for w in statements], dtype=bool) for name in _VERSIONS)
    return replaces[distinct.codes], (corrects & ~replaces)[distinct.codes], given_up[distinct.codes]


def flag_differing(sheet: Sheet) -> None:
    """Add a fault for readings of a named meter for the same days and hours that differ: either may be wrong.

    Registers, suppliers, and the hour that a clock set back repeats are no repeats. `duplicates: keep` keeps them.
    """
    rows, reading = _repeated(sheet, of_named_meters=True)
    if not len(rows) or sheet.options.duplicates == "keep":
        return
    series = [sheet.table[c].take(rows) for c in ("supplier", "register")]
    reading = group_codes([reading, *series, *_registers(sheet, rows)])
    version = group_codes([reading, *(sheet.table[c].take(rows) for c in ("quantity", "unit", "amount", "currency"))])
    versions = np.bincount(np.unique(np.stack([reading, version]), axis=1)[0], minlength=int(reading.max()) + 1)
    sheet.fault(rows[(versions[reading] > 1) & ~_repeated_hour(sheet, rows)], "quantity", "readings_differ")


def _registers(sheet: Sheet, rows: Rows) -> list[npt.NDArray[np.int32]]:
    """Return the columns that name registers, tariffs or hours, as codes of some rows."""
    register_codes: list[npt.NDArray[np.int32]] = []
    for position, _, key in sheet.unread_columns:
        if holds(key, "word of a bill"):
            continue
        distinct = sheet.body.columns[position].take(rows).distinct
        texts = distinct.texts.to_pylist() if len(distinct.texts) <= MOST_WORDS else []
        if is_word(key, "heading part of a reading") or any(holds(fold(t), "word of a tariff") for t in texts):
            register_codes.append(distinct.codes)
    return register_codes


def _repeated_hour(sheet: Sheet, rows: Rows) -> Flags:
    """Return the rows that a clock set back may repeat: before four on Sundays of April, October and November."""
    clock = hours(sheet)
    if clock is None:
        return np.zeros(len(rows), dtype=bool)
    early = clock.take(rows).str.fullmatch(r"0?[0-3](:.*)?").to_numpy(dtype=bool)
    day = pd.DatetimeIndex(sheet.table["period_start"].take(rows))
    return np.asarray(early & (day.day_of_week == 6) & day.month.isin([4, 10, 11]), dtype=bool)


_CARRIER_UNITS = {row["carrier"]: row["dimensions"].split()
                  for row in packaged.read_rows("carbon.records", "data/carrier_units.csv")}
"""Dimensions in which each carrier is metered; `other`: any without a row."""
_STEAM_POUNDS = ("lb", "klb", "million lb")
"""American bills of steam: a heat content makes energy of them (`core.fuels`); others meter the heat itself."""
_LITRES = ("L", "mL", "cL", "hL", "US gallon", "UK gallon", "bbl")

_READINGS = 12
"""Readings of a meter in a row, none below the one before, that no consumption has by chance (1 in 479 million)."""
_RISING, _STEPS = 6, 5.0
"""Readings that only rise, and how many of their mean steps fit below the first: the states of an index."""
_APART, _LIKE_FIRST, _LONG = np.timedelta64(7, "D"), 0.4, 10_000
"""Days between readings that are months; how near to the first of sums each step is; rows that do not all rise."""


def flag_carrier_units(sheet: Sheet) -> None:
    """Add a fault for units in which a carrier is not metered."""
    (carrier, carriers), (unit, unit_names) = (pd.factorize(values_of(sheet.table[c])) for c in ("carrier", "unit"))
    pair = carrier * max(len(unit_names), 1) + unit
    for one in pd.unique(pair).tolist():
        carrier_name, unit_name = carriers[one // len(unit_names)], unit_names[one % len(unit_names)]
        if not carrier_name or not unit_name or (carrier_name == "steam" and unit_name in _STEAM_POUNDS):
            continue
        dimension = units.unit(unit_name).dimension
        if dimension not in _CARRIER_UNITS.get(carrier_name, _CARRIER_UNITS["other"]) or (
                carrier_name == "natural_gas" and unit_name in _LITRES):
            sheet.fault(pair == one, "unit", "unit_dimension.carrier", carrier=carrier_name, unit=unit_name,
                        dimension=dimension)


def check_risen_registers(sheet: Sheet) -> None:
    """Add a fault for quantities of a meter that never fall in a dozen readings within days of each other.

    Of fewer, or of months, that only rise, by little against the first, a warning: they may be states of its index. Two
    are enough for a fault under a heading that names an index. Of amounts of a supplier (certificates of a contract)
    and distances of a vehicle (its odometer) a warning, where all of them only rise.
    """
    first, quantity = (sheet.table[c].to_numpy() for c in ("period_start", sheet.counted_column))
    metered = sheet.contract.kind == "energy"
    may_rise = sheet.options.is_sworn("consumption") or (not metered and len(sheet) > _LONG)
    rows = np.flatnonzero(sheet.sound_rows & ~np.isnat(first) & ~np.isnan(quantity) & (not may_rise))
    owner = "" if metered else "supplier" if "supplier" in sheet.table else "vehicle"
    meter = group_codes([sheet.meters[rows], sheet.table["unit"].take(rows)] if metered else [
        sheet.table[owner].take(rows)])
    order = np.lexsort([first[rows], meter])
    rows, meter = rows[order], meter[order]
    if not len(rows):
        return
    begins = np.append(True, np.diff(meter) != 0)
    step, is_apart = np.diff(quantity[rows], prepend=0.0), np.diff(first[rows], prepend=first[rows[0]]) > _APART
    # Months of a site that grows may well rise for a year.
    readings, rises, falls, gaps = (np.bincount(meter, weights=flags) for flags in (
        np.ones(len(rows)), ~begins & (step > 0), ~begins & (step < 0), ~begins & is_apart))
    start, rise = quantity[rows[begins]], np.bincount(meter, weights=np.where(begins, 0.0, step))
    is_named = is_word(heading_key(counted_heading_of(sheet) or ""), "row index")
    is_index = (readings >= (2 if is_named else _RISING)) & (rises == readings - 1) & (start * rises > _STEPS * rise)
    is_state = (readings >= _READINGS) & (2 * rises > readings) & (falls + gaps == 0) | (is_index & is_named)
    sheet.fault(rows[is_state[meter] & metered], "quantity", "meter_reading.rising")
    begins |= step < 0  # of a run, which may be the use since a quarter or a year began
    share = step / np.maximum(quantity[rows][begins][np.cumsum(begins) - 1], 1e-9)
    unlike = ~begins & ((share < _LIKE_FIRST) | (share > 1 / _LIKE_FIRST))
    others, runs = (np.bincount(meter, weights=flags) for flags in (unlike, begins))
    if not metered:
        alike = others == 0 if owner == "supplier" else start * rises > _STEPS * rise
        if (alike & (rises == readings - 1) & (readings > 2)).all() and len(rows) >= _RISING - 1:
            at = rows[meter == 0]
            sheet.warn_of("number_rises", of=owner, name=sheet.table[owner].iloc[at[0]], first=quantity[at[0]],
                          last=quantity[at[-1]])
        return
    if (is_running := (others == 0) & (readings >= _RISING) & (readings >= 3 * runs) & ~is_index).any():
        at = rows[meter == int(is_running.argmax())]
        sheet.warn_of("quantity_rises.since", row=sheet.table.iloc[at[0]], first=quantity[at[0]], last=quantity[at[-1]])
    if (is_index := is_index & ~is_state).any():
        at = rows[meter == int(is_index.argmax())]
        sheet.warn_of("quantity_rises", row=sheet.table.iloc[at[0]], first=quantity[at[0]], last=quantity[at[-1]])


def warn_of_meter_days(sheet: Sheet) -> None:
    """Add a warning of days that one meter has twice, or for which it has no reading: listed, never dropped."""
    table = sheet.table
    first, last = (table[c].to_numpy() for c in ("period_start", "period_end"))
    is_fuel = sheet.options.kind == FUEL.kind  # on single days, by many cards: no meter has a gap there
    rows = np.flatnonzero(sheet.not_excluded & ~np.isnat(first) & ~np.isnat(last) & ((last > first) | (not is_fuel)))
    meter, hours = sheet.meters[rows], clocks(sheet.raw.get(DATE))
    _warn_of_repeats(sheet, rows, meter, None if hours is None else hours.take(rows))
    distinct_rows = np.unique(group_codes([meter, first[rows], last[rows]]), return_index=True)[1]
    ranked = distinct_rows[np.lexsort([last[rows[distinct_rows]], first[rows[distinct_rows]], meter[distinct_rows]])]
    rows, above = rows[ranked], latest_end_before(meter[ranked], last[rows[ranked]])
    overlap = rows[first[rows] <= above]
    gap = rows[(first[rows] - above > np.timedelta64(1, "D")) & (not is_fuel)]
    for odd_rows, message in ((overlap, "period_overlap.meter_days"), (gap, "period_gap")):
        if len(odd_rows):
            in_order = table.iloc[odd_rows].sort_values([*METER, "period_start", "period_end"], kind="stable")
            sheet.warn_at(in_order.index.to_numpy(), message)


def _warn_of_repeats(sheet: Sheet, rows: Rows, meter: Rows, hours: pd.Series | None) -> None:
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
