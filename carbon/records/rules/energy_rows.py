"""Rows of energy that other rows already hold: sub-meters, sums over months or sites, estimates replaced by a reading.

Each is a reject until params name it under `skip_rows_where`: the same energy is probably there twice, and which of
the rows is the record is not certain.
"""

from __future__ import annotations

import numpy as np

from carbon.core.columns import group_codes
from carbon.core.text import fold
from carbon.core.text_columns import values_of
from carbon.records.kinds.vocabulary import is_word
from carbon.records.rules.shared_checks import dated, read_at
from carbon.records.rules.sheet import Flags, Sheet, by_cell
from carbon.records.values.fields import LONG

_RISING, _STEPS = 6, 5.0
"""Readings of a meter that only rise, and how many of their steps fit below the first: the states of its index."""


def flag_stated_elsewhere(sheet: Sheet) -> None:
    """Add a fault for sub-meters of a meter of the file, versions of one reading, and estimates of days with one."""
    known_rows = _known(sheet)
    for position, _, key in sheet.headed_columns:
        if is_word(key, "heading parent meter") and "meter" in sheet.layout.columns:
            _flag_children(sheet, position, known_rows)
        if is_word(key, "heading version"):
            _flag_versions(sheet, position, known_rows)
        if is_word(key, "heading kind of reading"):
            _flag_estimates(sheet, position, known_rows)


def _known(sheet: Sheet) -> Flags:
    return sheet.sound_rows & ~np.isnan(sheet.table["quantity"].to_numpy())


def _flag_children(sheet: Sheet, position: int, known_rows: Flags) -> None:
    """Add a fault for meters whose parent is a meter of the file."""
    folded = {m: fold(m) for m in sheet.table["meter"].unique()}
    meters, parents = {fold(m) for m in folded if m}, by_cell(sheet.body.columns[position], fold)
    below = by_cell(sheet.body.columns[position], lambda text: fold(text) in meters, bool)
    other = sheet.table["meter"].map(folded).astype("str").to_numpy() != parents
    sheet.fault_at(below & known_rows & other, position, "sub_meter")


def _flag_versions(sheet: Sheet, position: int, known_rows: Flags) -> None:
    """Add a fault for readings of a meter for the same days under two versions or more: either may be right."""
    rows = np.flatnonzero(known_rows)
    version = sheet.body.columns[position].distinct().codes[rows]
    reading = read_at(sheet, rows)
    pairs = np.unique(np.stack([reading, version]), axis=1)[0]
    sheet.fault_at(rows[np.bincount(pairs)[reading] > 1], position, "version_repeated")


def _flag_estimates(sheet: Sheet, position: int, known_rows: Flags) -> None:
    """Add a fault for estimates of a meter for days that have an actual reading, and no credit of the estimate."""
    estimated, actual = (sheet.rows_stating(position, words) & known_rows for words in ("estimate", "measured"))
    rows = np.flatnonzero(estimated | actual)
    if not estimated.any() or not actual.any():
        return
    reading = read_at(sheet, rows)
    quantity = sheet.table["quantity"].to_numpy()[rows]
    settled = np.isin(reading, reading[actual[rows]]) & ~np.isin(reading, reading[quantity < 0])
    sheet.fault_at(rows[estimated[rows] & settled], position, "estimate_replaced")


def warn_of_states(sheet: Sheet) -> None:
    """Add a warning where quantities of a meter only rise, by little: they may be its index, and no consumption."""
    table, rows = sheet.table, np.flatnonzero(_known(sheet) & dated(sheet))
    if len(rows) > LONG:
        return
    meter = group_codes([sheet.meters[rows], values_of(table["unit"]).take(rows)])
    order = np.lexsort([table["period_start"].to_numpy()[rows], meter])
    meter, quantity = meter[order], table["quantity"].to_numpy()[rows[order]]
    begin, count = np.unique(meter, return_index=True, return_counts=True)[1:]
    for first, size in zip(begin[count >= _RISING].tolist(), count[count >= _RISING].tolist(), strict=True):
        readings = quantity[first:first + size]
        step = np.diff(readings)
        if (step > 0).all() and readings[0] > _STEPS * np.median(step):
            example = table.iloc[rows[order[first]]]
            sheet.warn_of("quantity_rises", row=example, first=readings[0], last=readings[-1])
            return
