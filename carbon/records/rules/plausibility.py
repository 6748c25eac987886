"""Rows that may be right but look wrong: listed, never changed.

A unit slip (MWh typed as kWh) shows against the meter's own history and against the price of a unit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.core.columns import Column, group_codes
from carbon.core.text_columns import Flags, Floats, Rows, plain_values, values_of
from carbon.records.kinds.measures import labelled_amounts
from carbon.records.rules.sheet import Sheet

SLIP = 300.0
"""Times its usual size from which a quantity looks like a slip of unit (a factor of 1000, less some season)."""
HISTORY = 3
"""Readings of a meter from which it has a history."""
PLAUSIBLE = {"amount": 1e10, "quantity": 1e10, "passengers": 1e4, "trips": 1e4}
_PRICE = ["carrier", "currency"]
_ENDS = ["mode", "origin", "destination", "period_start"]


def warn_of_readings(sheet: Sheet) -> None:
    """Add a warning of readings far from the meter's own history, or far from the usual price of a unit."""
    table, rows, meter = sheet.table, sheet.not_excluded, sheet.meters
    first, last = (table[c].to_numpy() for c in ("period_start", "period_end"))
    dated = np.flatnonzero(rows & ~np.isnat(first) & ~np.isnat(last))
    if len(dated) < HISTORY:
        return
    columns = {c: values_of(table[c]).take(dated) for c in ("quantity", "carrier", "unit")}
    amount, place, labels = labelled_amounts("energy", columns)
    # In one unit, so that a reading typed in MWh among kWh shows as what it is.
    unit = pd.factorize(np.array(labels, dtype=object))[0].take(place)
    days = (last[dated] - first[dated]).astype("timedelta64[D]").astype(np.int64) + 1
    _warn(sheet, dated, np.abs(amount / days), [meter[dated], unit], "unit_slip")
    money = table["amount"].to_numpy()[dated]
    has_price = ~np.isnan(money) & (money != 0)
    priced = [values_of(table[c]).take(dated[has_price]) for c in _PRICE]
    _warn(sheet, dated[has_price], np.abs(amount[has_price] / money[has_price]), [*priced, unit[has_price]],
          "price_slip")


def _warn(sheet: Sheet, rows: Rows, size: Floats, keys: list[Any], message: str) -> None:
    """Add a warning of sizes far from the median of the rows with the same keys."""
    if len(rows) < HISTORY:
        return
    median, count = medians(size, group_codes(keys), size > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = size / median
    odd = (size > 0) & ((ratio > SLIP) | (ratio < 1 / SLIP)) & (count >= HISTORY)
    sheet.warn_at(rows[odd], message, slip=SLIP)


def medians(values: Floats, group: Rows, known_values: Flags) -> tuple[Floats, Rows]:
    """Return median and number of the known values of each value's group; NaN for a group without any."""
    count = np.bincount(group[known_values], minlength=int(group.max(initial=-1)) + 1)
    pairs = np.empty(int(count.sum()) + 1, dtype=np.complex128)  # sorted by the first number, then by the second
    pairs.real, pairs.imag = np.append(group[known_values], len(count)), np.append(values[known_values], np.nan)
    pairs.sort()
    first = np.cumsum(count) - count
    low, high = (pairs.imag[first + at] for at in (np.maximum(count - 1, 0) // 2, count // 2))
    return np.where(count > 0, (low + high) / 2, np.nan)[group], count[group]


def warn_of_returns(sheet: Sheet, rows: Flags) -> None:
    """Add a warning of a return journey that the same file also gives as two one-ways."""
    back = sheet.table["return"].to_numpy()[rows]
    if not back.any() or back.all():
        return
    twice = returns_twice(sheet.table[[*_ENDS, "return"]][rows])
    if len(twice):
        sheet.warn_of("return_twice", rows=len(twice), row=twice.iloc[0])


def returns_twice(trips: pd.DataFrame) -> pd.DataFrame:
    """Return the return journeys that are also listed as two one-ways: mode, origin, destination, period_start."""
    back, code = trips["return"].to_numpy(), group_codes([trips[c] for c in _ENDS])
    is_twice = back & np.isin(code, code[~back])
    if is_twice.any():
        mode, origin, destination = (Column.of(trips[c]) for c in _ENDS[:3])
        places = group_codes([np.r_[plain_values(origin.distinct), plain_values(destination.distinct)]])
        there, here = places[origin.codes], places[len(origin.distinct):][destination.codes]
        way, home = np.split(group_codes([np.tile(mode.codes, 2), np.r_[there, here], np.r_[here, there]]), 2)
        first = trips["period_start"].to_numpy()
        latest = np.full(2 * len(way), np.iinfo(np.int64).min)  # as NaT is stored
        np.maximum.at(latest, way[~back], first[~back].astype(np.int64))
        is_twice &= (latest[home] >= first.astype(np.int64)) & ~np.isnat(first)
    return trips.loc[is_twice, _ENDS]


def warn_of_sizes(sheet: Sheet) -> None:
    """Add a warning of amounts and quantities that no company has."""
    for column, limit in PLAUSIBLE.items():
        if column in sheet.table.columns:
            values = sheet.table[column].to_numpy()
            sheet.warn_at((values > limit) | (values < -limit), "implausible_size", column=column, limit=limit)


def warn_of_negative(sheet: Sheet) -> None:
    """Add a warning of quantities below zero, which net off."""
    sheet.warn_at((sheet.table["quantity"].to_numpy() < 0), "quantity_negative")
