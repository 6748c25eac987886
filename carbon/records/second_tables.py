"""
A second table below the first, in the same columns and under other headings: what was the net amount may be the gross.
"""

from __future__ import annotations

import numpy as np

from carbon.records.contract import Contract
from carbon.records.faults import Excluded, Faults, Problem
from carbon.records.grids import Grid
from carbon.records.heading_faults import SCALED, scaled
from carbon.records.headings import Headings
from carbon.records.layout import Layout

_MISREAD = ("not_a_number", "date_unreadable")
"""Faults that a row of headings has."""
_SOUGHT, _KEPT = 200, 3
_CHANGED = Problem("headings_changed", "a second row of headings above this row gives the column that counts another "
                   "name", "write the two tables to two files")


def flag_second_tables(body: Grid, layout: Layout, headings: Headings, contract: Contract, faults: Faults,
                       excluded: Excluded, name: str) -> None:
    """
    A fault for every row below a second row of headings that keeps the columns but not the one that counts.

    A row of headings that names the same columns in other words is excluded as the headings once more.

    Raises
    ------
    FileRefused
        A row of units right below the headings says "k€".
    """
    measure = contract.measure[0]
    if measure not in layout.columns:
        return
    rows = faults.rows_with(_MISREAD)
    if len(rows) and not rows[0] and SCALED.search(body.row(0)[layout.columns[measure]]):
        raise scaled(name, body.row(0)[layout.columns[measure]], "below")
    for row in rows[~excluded.flags[rows]][:_SOUGHT].tolist():
        cells = body.row(row)
        found, units, _ = headings.match(cells)
        kept = [c for c, at in found.items() if layout.columns.get(c) == at]
        if len(kept) < _KEPT:
            continue
        here = np.arange(len(body))
        if measure in kept and units == {**layout.units, **layout.said}:
            excluded.add(here == row, "header_repeated", "the row of headings once more, in other words")
        else:
            faults.add(np.flatnonzero(here > row), measure, _CHANGED)
            return
