"""Rows of energy that other rows already hold: sub-meters, estimates that were read, replaced bills, repeated readings.

Each is a reject until params name it under `skip_rows_where`: the same energy is probably there twice, and which of
the rows is the record is certain only where one states that it replaces the other.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.columns import group_codes
from carbon.core.text import fold
from carbon.records.grids.grid import Grid
from carbon.records.kinds.vocabulary import holds, is_word
from carbon.records.rules.sheet import MOST_WORDS, Flags, Rows, Sheet, by_cell, dated, hours, read_at

_LETTER = re.compile(r"[^\W\d_]")
_VERSIONS = "word of a replacement", "word of a correction"
"""Words of a row that is the full bill once more; that may be it, a difference to it, or its unsigned reversal."""
_AS_MUCH = (0.5, 2.0)
"""A correction over what it corrects, between which it is more likely the whole bill than a difference."""


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


def _repeated(sheet: Sheet, *, of_named_meters: bool = False) -> tuple[Rows, Rows]:
    """Return rows that share meter and days with another, and a number for each meter and days.

    A reading below zero is a credit: its meter and days have nothing to reject.
    """
    known_rows = sheet.sound_rows & ~np.isnan(sheet.table["quantity"].to_numpy()) & dated(sheet)
    if of_named_meters:
        known_rows &= (sheet.table["meter"] != "").to_numpy(dtype=bool)
    rows = np.flatnonzero(known_rows)
    reading, quantity = read_at(sheet, rows), sheet.table["quantity"].to_numpy()[rows]
    has_credit = np.bincount(reading, weights=quantity < 0) > 0
    counts = quantity > 0
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
    distinct = body.columns[position].take(rows).distinct()
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
        distinct = sheet.body.columns[position].take(rows).distinct()
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
