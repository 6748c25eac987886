"""Checks of the digital estate: days in order, shares, one row a key, the criteria of an audit."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from carbon.core.columns import group_codes
from carbon.core.params.digital import shares_of
from carbon.records.kinds.vocabulary import canonical
from carbon.records.rules.shared_checks import overlapping
from carbon.records.rules.sheet import Sheet

RGAA_CRITERIA = 106
_COUNTS = ["compliant", "non_compliant", "not_applicable", "untested"]
_IN_ORDER = (("purchased_on", "retired_on"), ("purchased_on", "in_service_on"), ("hired_on", "left_on"),
             ("delivered_on", "retired_on"), ("delivered_on", "last_commit_on"), ("period_start", "period_end"))
"""Pairs of days: the second is not before the first."""
_SHARED = {"devices": "device", "zone": "country"}
"""Column of services -> the list of the words that it has, one or several with shares."""
_MIDDLE = pd.Timestamp(2050, 1, 1)


def check_digital(sheet: Sheet) -> None:
    """Add a fault for days in the wrong order, impossible shares, a key twice and audits of other criteria."""
    table = sheet.table
    for first, then in _IN_ORDER:
        if {first, then} <= {*table.columns}:
            sheet.fault((table[then] < table[first]).to_numpy(), then, "days_reversed", first=first, then=then)
    for column, words in _SHARED.items() if sheet.contract.kind == "services" else ():
        wrong = table[column].map(partial(_shares_fault, words=words))
        sheet.fault(wrong.to_numpy(dtype=bool), column, "shares_wrong", column=column)
    if sheet.contract.kind == "rgaa_audits":
        counts = table[_COUNTS].sum(axis=1, skipna=False)
        sheet.fault((counts.notna() & (counts != RGAA_CRITERIA)).to_numpy(), "untested", "criteria_missing")
    _check_keys(sheet, table)


def _shares_fault(text: str, words: str) -> bool:
    """Return whether several words are neither one name of a list nor names with shares that sum to one."""
    if len(text.split()) < 2 or canonical(words, text):
        return False
    try:
        return abs(sum(shares_of(text).values()) - 1.0) > 1e-6
    except ValueError:
        return True


def _check_keys(sheet: Sheet, table: pd.DataFrame) -> None:
    """Add a fault for a key that an earlier row has, also where the two rows differ; for periods, on any common day.

    Of two periods that differ nobody knows which one is true: both have the fault.
    """
    key = [c for c in sheet.contract.table.key if c != "period_start"]
    if not key:
        return
    rows = np.flatnonzero(sheet.not_excluded)
    twice = np.zeros(len(table), dtype=bool)
    if "period_start" in sheet.contract.table.key:
        twice[rows] = table.iloc[rows].duplicated().to_numpy()
        different = sheet.not_excluded & ~twice
        later = overlapping(table, key, different)
        twice |= later | overlapping(_reversed(table), key, different[::-1])[::-1]
    else:
        twice[rows] = pd.Series(group_codes([table[c].take(rows) for c in key])).duplicated().to_numpy()
    sheet.fault(twice, key[0], "duplicate.digital", key=", ".join(key))


def _reversed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows from last to first in reversed time: what overlaps a later row here overlaps an earlier one."""
    start, end = (_MIDDLE - (table[c] - _MIDDLE) for c in ("period_end", "period_start"))
    return table.assign(period_start=start, period_end=end).iloc[::-1]
