"""Rules of tables with several quantities a line: words that are no quantity, a column that is the sum of others."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc

from carbon.core.columns import group_codes
from carbon.records.kinds.contract import UNIT
from carbon.records.rules.shared_checks import in_unit
from carbon.records.rules.sheet import Rows, Sheet
from carbon.records.rules.sums import CHANCE, Amounts, of_rows_beside
from carbon.records.rules.sums_of_some import MOST_SERIES, of_some

Floats = npt.NDArray[np.float64]

_MOST_LINES = 400
"""Lines over which a column is compared with the sums of others: those in which most columns hold something."""


def exclude_not_available(sheet: Sheet) -> None:
    """Exclude the cells that params declare to be no quantity and no zero, with the reason that they give."""
    layout, column = sheet.options.layout, sheet.counted_column
    cells = sheet.raw.get(column)
    if layout is None or not layout.not_available or cells is None:
        return
    distinct = cells.distinct()
    texts = [" ".join(t.split()).casefold() for t in distinct.texts.to_pylist()]
    for word, why in layout.not_available.items():
        hits = np.array([t == " ".join(word.split()).casefold() for t in texts], dtype=bool)
        what = repr(word) if word else "an empty cell"
        sheet.excluded.add(hits[distinct.codes], "not_available", f"{what} is no quantity: {why}", column,
                           sheet.raw_cells(column, np.arange(len(sheet))))


def flag_sum_columns(sheet: Sheet) -> None:
    """Add a fault for the cells of a column that is the sum of others in every line, or another column once more, and
    of a line that is the sum of all lines above or below it in every column.
    """
    column, places, layout = sheet.counted_column, sheet.body.cells, sheet.options.layout
    rows = np.flatnonzero(sheet.sound_rows & sheet.table[column].notna().to_numpy()) if column else np.empty(0, np.intp)
    if layout is None or places is None or not len(rows):
        return
    letters = pc.replace_substring_regex(places, r"\d.*$", "").to_pandas().to_numpy()[rows]
    unit = sheet.contract.name_of[column].unit_column
    values = sheet.table[column].to_numpy(dtype=np.float64)[rows]
    if unit and sheet.contract.name_of[unit].reads == UNIT and (first := sheet.table[unit].iloc[rows[0]]):
        values = in_unit(sheet.table, column, unit, first)[rows]
    series, names = pd.factorize(letters)
    line, lines = pd.factorize(sheet.body.lines[rows], sort=True)
    table = np.full((len(names), len(lines)), np.nan)
    table[series, line] = values
    for total in _sum_lines(table):
        sheet.fault(rows[line == total], column, "subtotal_suspected.lines")
    _flag_columns(sheet, rows, series, np.asarray(names), table)


def _sum_lines(table: Floats) -> list[int]:
    """Return the lines [columns, lines] that are the sum of all lines above, or below, in each of two columns or more.

    No coincidence: the product of their `chance` times the lines tried is below `CHANCE`.
    """
    is_sum, chance = np.ones((2, table.shape[1]), dtype=bool), np.ones(table.shape[1])
    for column in table:
        amounts, every = Amounts.of(column, measured=True), np.arange(len(column))
        parts = of_rows_beside(amounts, ~np.isnan(column), every, every[:0])[[1, 3]]
        has_amount = amounts.ticks != 0
        is_sum &= (parts > 1) | ~has_amount
        chance *= np.where(has_amount, amounts.chance(), 1.0)
    several = (np.nan_to_num(table) != 0).sum(axis=0) > 1
    return np.flatnonzero(is_sum.any(axis=0) & several & (chance * table.shape[1] < CHANCE)).tolist()


def _flag_columns(sheet: Sheet, rows: Rows, series: Rows, names: npt.NDArray[np.object_], table: Floats) -> None:
    column = sheet.counted_column
    # Most filled lines first; a few hundred prove a sum as well as all.
    chosen_lines = np.argsort(-(np.nan_to_num(table) != 0).sum(axis=0), kind="stable")[:_MOST_LINES]
    at, cell = np.nonzero(~np.isnan(table[:, chosen_lines]))
    if not 2 <= len(names) <= MOST_SERIES or len(chosen_lines) < 2:
        return
    amounts = Amounts.of(table[:, chosen_lines][at, cell], measured=True)
    declared = np.zeros((len(names), len(names)), dtype=bool)
    for whole_column, parts in of_some(cell, at, amounts, declared):
        sheet.warn_of("column_is_sum", whole=names[whole_column], parts=', '.join(map(str, names[parts][:6])),
                      lines=table.shape[1])
        sheet.fault(rows[series == whole_column], column, "subtotal_suspected.columns")
    measured = {column, sheet.contract.name_of[column].unit_column, "amount", "currency"}
    key_codes = group_codes([sheet.table[c].take(rows) for c in sheet.table.columns if c not in measured and
                         sheet.table[c].dtype.kind != "f"])
    of_one_thing: dict[frozenset[int], list[int]] = {}
    for i in range(len(names)):
        of_one_thing.setdefault(frozenset(key_codes[series == i].tolist()), []).append(i)
    for one, other in (pair for several in of_one_thing.values() for pair in combinations(several, 2)):
        equal = np.isclose(table[one], table[other], rtol=1e-6, atol=0, equal_nan=True)
        if equal.all() and len(np.unique(table[other][np.nan_to_num(table[other]) != 0])) > 1:
            sheet.fault(rows[series == other], column, "subtotal_suspected.column_again")
