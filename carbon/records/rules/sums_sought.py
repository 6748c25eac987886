"""Rows, lines and columns that sum up others of their file: which sums are sought in which kind (data/sums.csv)."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from carbon.core import packaged
from carbon.core.columns import Column, group_codes
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats, Rows, Texts, values_of
from carbon.core.vocabulary import is_word
from carbon.records.kinds.contract import UNIT
from carbon.records.rules import sums
from carbon.records.rules.sheet import DAYS, Sheet, dated, in_unit, read_at

MOST_COMPARED = 400_000_000
"""Rows x lengths of periods that are compared with their sums; of a file with more, nothing is sought."""
_MOST_LINES = 400
"""Lines over which a column is compared with the sums of others: those in which most columns hold something."""
_SEARCHES = packaged.read_rows("carbon.records", "data/sums.csv")


def flag_sums(sheet: Sheet) -> None:
    """Add a fault for rows that are the sum of shorter rows of their series, and for series that are that of others.

    Purchases are summed to the cent, metered quantities as they are rounded.
    """
    column = sheet.counted_column
    rows = np.flatnonzero(sheet.sound_rows & sheet.table[column].notna().to_numpy() & dated(sheet))
    has_whole = False
    for search in _SEARCHES:
        if search["kind"] == sheet.contract.kind and not (has_whole and search["of_all"]):
            sum_rows = (_whole_series if search["cells"] else _longer_rows)(sheet, rows, search)
            sheet.fault(sum_rows, column, search["message"])
            has_whole |= bool(search["of_all"]) and len(sum_rows) > 0


def _amounts(sheet: Sheet, rows: Rows) -> sums.Amounts:
    column = sheet.counted_column
    return sums.Amounts.of(sheet.table[column].to_numpy()[rows], measured=column == "quantity")


def _longer_rows(sheet: Sheet, rows: Rows, search: dict[str, str]) -> Rows:
    """Return the rows that are the sum of two or more shorter rows of their series within their days, at each level. A
    row that no shorter one begins or ends with, and that is not as much as all others of its series, is not compared.
    """
    table, lone_column = sheet.table, search["alone"]
    rows = rows[(table[search["filled"]] != "").to_numpy(dtype=bool)[rows]] if search["filled"] else rows
    first, last = (table[c].to_numpy() for c in DAYS)
    one_day = first == last
    if len(rows) < 3 or one_day.all() or one_day[rows].all():
        return rows[:0]
    first, last = first[rows], last[rows]
    days = (end.astype("datetime64[D]").astype(np.int64) for end in (first, last))
    group = group_codes([sheet.meters[rows] if c == "meters" else values_of(table[c]).take(rows)
                         for c in search["series"].split()])
    is_sum, proved = sums_of_periods(sheet, np.stack([group, *days]), _amounts(sheet, rows))
    if lone_column and (is_sum & ~proved).any():
        twice = np.bincount(group, weights=np.bincount(reading := read_at(sheet, rows))[reading] > 1) > 0
        proved |= is_sum & ((table[lone_column] != "").to_numpy(dtype=bool)[rows] | ~twice[group])
    return rows[proved]


def sums_of_periods(sheet: Sheet, spans: Rows, amounts: sums.Amounts) -> tuple[Flags, Flags]:
    """Return which spans [group, first and last day] are sums of shorter ones, and which no coincidence."""
    group, length = spans[0], spans[2] - spans[1]
    wholes = np.bincount(group, weights=amounts.ticks)[group] == 2.0 * amounts.ticks
    for end in spans[1:]:
        place = group_codes([group, end])
        shortest = np.full(len(group), np.iinfo(np.int64).max)
        np.minimum.at(shortest, place, length)
        wholes |= length > shortest[place]
    wholes &= amounts.ticks != 0
    if (work := len(group) * len(np.unique(length[wholes]))) > MOST_COMPARED:
        sheet.warn_of("sums_not_sought", wholes=int(wholes.sum()), rows=len(group), work=work)
        wholes[:] = False
    return sums.of_shorter_spans(spans, amounts, wholes)


def _whole_series(sheet: Sheet, rows: Rows, search: dict[str, str]) -> Rows:
    """Return the rows of the series (a site, a supplier) that is the sum of all others in each of its cells, if one is.
    A series needs three cells, or a name like "all sites". Of two series that hold the same, neither is the total.
    """
    table = sheet.table
    column = values_of(table[search["series"]])
    if search["of_all"]:  # of millions of rows, a cheap question first
        values = table[sheet.counted_column].to_numpy()
        if len(rows) < len(values):
            values = np.where(np.isin(np.arange(len(values)), rows), values, 0.0)
        if not np.isclose(2 * np.bincount(Column.of(column).codes, weights=values), values.sum(), rtol=1e-9).any():
            return rows[:0]
    series, names = pd.factorize(column.take(rows))
    if len(names) < 3:
        return rows[:0]
    amounts = _amounts(sheet, rows)
    named_totals = np.array([is_word(fold(name), "row all sites", "row is a total") for name in names], dtype=bool)
    for columns in search["cells"].split("|"):
        cell = group_codes([values_of(table[c]).take(rows) for c in columns.split()])
        sum_of_others = sums.whole_series(cell, series, amounts, named=named_totals, by_digits=False)
        if sum_of_others.any():
            return rows[sum_of_others[series]]
    return rows[:0]


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
        amounts, every = sums.Amounts.of(column, measured=True), np.arange(len(column))
        parts = sums.of_rows_beside(amounts, ~np.isnan(column), every, every[:0])[[1, 3]]
        has_amount = amounts.ticks != 0
        is_sum &= (parts > 1) | ~has_amount
        chance *= np.where(has_amount, amounts.chance(), 1.0)
    several = (np.nan_to_num(table) != 0).sum(axis=0) > 1
    return np.flatnonzero(is_sum.any(axis=0) & several & (chance * table.shape[1] < sums.CHANCE)).tolist()


def _flag_columns(sheet: Sheet, rows: Rows, series: Rows, names: Texts, table: Floats) -> None:
    column = sheet.counted_column
    # Most filled lines first; a few hundred prove a sum as well as all.
    chosen_lines = np.argsort(-(np.nan_to_num(table) != 0).sum(axis=0), kind="stable")[:_MOST_LINES]
    at, cell = np.nonzero(~np.isnan(table[:, chosen_lines]))
    if not 2 <= len(names) <= sums.MOST_SERIES or len(chosen_lines) < 2:
        return
    amounts = sums.Amounts.of(table[:, chosen_lines][at, cell], measured=True)
    declared = np.zeros((len(names), len(names)), dtype=bool)
    for whole_column, parts in sums.of_some(cell, at, amounts, declared):
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
