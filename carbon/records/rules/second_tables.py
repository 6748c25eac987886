"""A second table below the first, in the same columns and under other headings: what was the net amount may be the
gross.
"""

from __future__ import annotations

import numpy as np

from carbon.records.headings.faults import SCALED, scaled
from carbon.records.kinds.faults import Problem
from carbon.records.rules.sheet import Sheet

_MISREAD = ("not_a_number", "date_unreadable")
"""Faults that a row of headings has."""
_SOUGHT, _KEPT = 200, 3
_CHANGED = Problem("headings_changed", "a second row of headings above this row gives the column that counts another "
                   "name", "write the two tables to two files")


def flag_second_tables(sheet: Sheet) -> None:
    """Add a fault for every row below a second row of headings that keeps the columns but not the one that counts.

    A row of headings that names the same columns in other words is excluded as the headings once more.

    Raises
    ------
    FileRefused
        `scale_above`: a row of units right below the headings says "k€".
    """
    layout, body = sheet.layout, sheet.body
    if sheet.counted_column not in layout.columns:
        return
    rows = sheet.faults.rows_with(_MISREAD)
    if len(rows) and not rows[0] and SCALED.search(body.row(0)[layout.columns[sheet.counted_column]]):
        raise scaled(sheet.name, body.row(0)[layout.columns[sheet.counted_column]], "below")
    for row in rows[sheet.not_excluded[rows]][:_SOUGHT].tolist():
        cells = body.row(row)
        found, units, _ = sheet.headings.match(cells)
        same = [c for c, at in found.items() if layout.columns.get(c) == at]
        if len(same) < _KEPT:
            continue
        here = np.arange(len(body))
        if sheet.counted_column in same and units == {**layout.units, **layout.stated_units}:
            sheet.excluded.add(here == row, "header_repeated", "the row of headings once more, in other words")
        else:
            sheet.faults.add(np.flatnonzero(here > row), sheet.counted_column, _CHANGED)
            return
