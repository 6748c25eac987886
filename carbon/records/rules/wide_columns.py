"""Rules of tables with several quantities a line: words that are no quantity, a column that is the sum of others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from carbon.records.kinds.contract import UNIT
from carbon.records.kinds.faults import Problem
from carbon.records.rules.shared_checks import in_unit
from carbon.records.rules.sheet import Sheet
from carbon.records.rules.sums import Amounts
from carbon.records.rules.sums_of_some import MOST_SERIES, of_some

_MOST_LINES = 400
"""Lines over which a column is compared with the sums of others: those where most columns hold something."""
_SUM = Problem("subtotal_suspected", "the column is the sum of other counted columns in every line",
               "name it under `layout: {unread: [...]}` in the company's params, or take it out of `columns`")


def exclude_not_available(sheet: Sheet) -> None:
    """Exclude the cells that params declare to be no quantity and no zero, with the reason that they give."""
    layout, column = sheet.options.layout, sheet.counted_column
    cells = sheet.raw.get(column)
    if layout is None or cells is None:
        return
    distinct = cells.distinct()
    texts = [" ".join(t.split()).casefold() for t in distinct.texts.to_pylist()]
    for word, why in layout.not_available.items():
        hits = np.array([t == " ".join(word.split()).casefold() for t in texts], dtype=bool)
        sheet.excluded.add(hits[distinct.codes], "not_available", f"{word or 'an empty cell'!r} is no quantity: {why}",
                           column, sheet.raw_cells(column, np.arange(len(sheet))))


def flag_sum_columns(sheet: Sheet) -> None:
    """Add a fault for each row of a column that is the sum of other columns in every line: a total among carriers."""
    column, places = sheet.counted_column, sheet.body.cells
    if sheet.options.layout is None or places is None or sheet.options.layout.curve is not None or not column:
        return
    rows = np.flatnonzero(sheet.sound_rows & sheet.table[column].notna().to_numpy())
    letters = pc.replace_substring_regex(places, r"\d+$", "").to_pandas().to_numpy()[rows]
    unit = sheet.contract.name_of[column].unit_column
    values = sheet.table[column].to_numpy(dtype=np.float64)[rows]
    if unit and sheet.contract.name_of[unit].reads == UNIT and len(rows):
        first = sheet.table[unit].iloc[rows[0]]
        values = in_unit(sheet.table, column, unit, first)[rows] if first else values
    series, names = pd.factorize(letters)
    line, lines = pd.factorize(sheet.body.lines[rows])
    if not 3 <= len(names) <= MOST_SERIES or len(lines) < 2:
        return
    filled = np.bincount(line, weights=(values != 0) & ~np.isnan(values))
    chosen = np.isin(line, np.argsort(-filled, kind="stable")[:_MOST_LINES]) & ~np.isnan(values)
    amounts = Amounts.of(values[chosen], measured=True)
    declared = np.zeros((len(names), len(names)), dtype=bool)
    for whole, parts in of_some(pd.factorize(line[chosen])[0], series[chosen], amounts, declared):
        sheet.warn("column_is_sum", f"the column {names[whole]} is the sum of the columns "
                   f"{', '.join(map(str, names[parts][:6]))} in {len(lines):,} lines, and is rejected")
        sheet.fault(rows[series == whole], column, _SUM)
