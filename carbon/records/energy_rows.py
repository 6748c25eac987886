"""
Rows of energy that other rows hold already: sub-meters, sums over months or sites, estimates that a reading replaced.

Each is a reject until params name it under `skip_rows_where`: that the same energy stands twice is likely, and which of
the rows is the record is not certain.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.words import fold
from carbon.core.words_coded import group_codes, values_of
from carbon.records.contract import Contract
from carbon.records.energy_repeats import VERSIONED, flag_differing, flag_replaced, hours
from carbon.records.faults import Problem, Warned
from carbon.records.fields import LONG, Context
from carbon.records.grids import Grid
from carbon.records.layout import Layout
from carbon.records.period_sums import sums_of_periods
from carbon.records.row_rules import SUB_METER
from carbon.records.row_types import MOST_TYPES
from carbon.records.total_words import EVERYTHING, NOTHING_ELSE
from carbon.records.vocabulary import heading_key

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

_METER = ["company", "site", "carrier", "meter", "register", "contract"]
_RISING, _STEPS = 6, 5.0
"""Readings of a meter that only rise, and how many of their steps fit below the first: the states of its index."""
_PERIODS = 3
"""Periods in which one site must be the sum of all the others to be their total."""
_SKIP = "delete the row, or name it under `skip_rows_where` in the company's params"
_SUM_OF_PERIODS = Problem("subtotal_suspected", "the row equals the sum of other rows of its meter within its days",
                          _SKIP)
_SUM_OF_SITES = Problem("subtotal_suspected", "the row equals the sum of all other sites in the same days", _SKIP)
_REPLACED = Problem("estimate_replaced", "the row is an estimate for days of which the meter has an actual reading too",
                    _SKIP)
_PARENTS = frozenset(map(fold, (
    "parent meter", "parent", "parent id", "parent meter id", "main meter", "master meter", "compteur père",
    "compteur parent", "compteur principal", "compteur général", "compteur amont", "Hauptzähler",
    "übergeordneter Zähler")))
_VERSIONS = frozenset(map(fold, ("version", "revision", "révision", "rev", "release", "Fassung", "reading version")))
_READINGS = frozenset(map(fold, (
    "reading type", "read type", "type of reading", "reading status", "read status", "type de relève", "type de relevé",
    "type de lecture", "nature", "nature du relevé", "nature de la relève", "nature de la consommation", "quality",
    "qualité", "data quality", "Ableseart", "Art der Ablesung", "type", "status", "statut", "estimated")))
_ESTIMATE = re.compile(r"estim(ated?|ate|ation|ee?s?)|est|e|geschatzt|schatzung|schatzwert|provisional|provisoire")
_ACTUAL = re.compile(r"actual|real|reel(le)?s?|releve(e|es)?|a|r|customer|measured|mesuree?s?|gemessen|abgelesen|final"
                     r"|definiti(f|ve|vo)|read|billed")


def flag_energy_rows(table: pd.DataFrame, body: Grid, layout: Layout, contract: Contract, context: Context,
                     skip: Flags) -> None:
    """
    A fault for each reading that other rows hold already; of kinds other than energy none.
    """
    if contract.kind != "energy":
        return
    known = ~(skip | context.faults.bad_rows()) & ~np.isnan(table["quantity"].to_numpy())
    meter = group_codes([table[c] for c in _METER])
    for position, heading in enumerate(layout.headings[:len(body.columns)]):
        key = heading_key(heading)
        if key in _PARENTS and "meter" in layout.columns:
            _flag_children(table, body, position, context, known)
        if key in _VERSIONS:
            _flag_versions(table, meter, body, position, context, known)
        if key in _READINGS:
            _flag_estimates(table, meter, body, position, context, known)
    known &= _dated(table)
    for flag in (flag_replaced, flag_differing):
        dated = np.flatnonzero(known & ~context.faults.bad_rows())
        flag(table, body, layout, context, dated, _read_at(table, meter, context, dated))
    dated = np.flatnonzero(known & ~context.faults.bad_rows())
    group = group_codes([meter[dated], values_of(table["unit"]).take(dated)])
    sums = sums_of_periods(table, dated, group, table["quantity"].to_numpy()[dated], loose=1e-4,
                           context=context)
    _add(context, sums, _SUM_OF_PERIODS)
    _flag_all_sites(table, context, dated)
    if len(dated) <= LONG:
        _warn_of_states(table, group, context, dated)


def _dated(table: pd.DataFrame) -> Flags:
    return ~(np.isnat(table["period_start"].to_numpy()) | np.isnat(table["period_end"].to_numpy()))


def _flag_children(table: pd.DataFrame, body: Grid, position: int, context: Context, known: Flags) -> None:
    """
    Meters whose parent is a meter of the file.
    """
    meters = {fold(m) for m in table["meter"].unique() if m}
    distinct = body.columns[position].distinct()
    parents = [fold(t) for t in distinct.texts.to_pylist()]
    below = np.array([p in meters for p in parents], dtype=bool)[distinct.codes]
    own = table["meter"].map({m: fold(m) for m in table["meter"].unique()}).astype("str").to_numpy()
    rows = np.flatnonzero(below & known & (own != np.array(parents, dtype=object)[distinct.codes]))
    _add_said(context, body, position, rows, SUB_METER)


def _read_at(table: pd.DataFrame, meter: Rows, context: Context, rows: Rows) -> Rows:
    """
    One number for the readings of a meter for the same days and hours.
    """
    clock = hours(context)
    days = [table[c].to_numpy()[rows] for c in ("period_start", "period_end")]
    return group_codes([meter[rows], *days, *([] if clock is None else [clock.take(rows)])])


def _flag_versions(table: pd.DataFrame, meter: Rows, body: Grid, position: int, context: Context, known: Flags) -> None:
    """
    Readings of a meter for the same days under two versions or more: which of them holds is not said.
    """
    rows = np.flatnonzero(known)
    version = body.columns[position].distinct().codes[rows]
    same = _read_at(table, meter, context, rows)
    pairs = np.unique(np.stack([same, version]), axis=1)[0]
    _add_said(context, body, position, rows[np.bincount(pairs)[same] > 1], VERSIONED)


def _flag_estimates(table: pd.DataFrame, meter: Rows, body: Grid, position: int, context: Context,
                    known: Flags) -> None:
    """
    Estimates of a meter for days that have an actual reading, and nothing that takes the estimate off.
    """
    distinct = body.columns[position].distinct()
    if len(distinct.texts) > MOST_TYPES:
        return
    words = [fold(t) for t in distinct.texts.to_pylist()]
    guessed, read = (np.array([bool(p.fullmatch(w)) for w in words], dtype=bool)[distinct.codes] & known
                     for p in (_ESTIMATE, _ACTUAL))
    rows = np.flatnonzero(guessed | read)
    if not guessed.any() or not read.any():
        return
    same = _read_at(table, meter, context, rows)
    quantity = table["quantity"].to_numpy()[rows]
    settled = np.isin(same, same[read[rows]]) & ~np.isin(same, same[quantity < 0])
    _add_said(context, body, position, rows[guessed[rows] & settled], _REPLACED)


def _flag_all_sites(table: pd.DataFrame, context: Context, rows: Rows) -> None:
    """
    Sites that hold in each period what all other sites hold together: in three periods, or under a name of all.
    """
    site, sites = pd.factorize(table["site"].take(rows))
    if len(sites) < 3:
        return
    quantity = table["quantity"].to_numpy()[rows]
    cell = np.zeros(len(rows), dtype=np.int64)
    for column in ("carrier", "unit", "period_start", "period_end"):
        cell = pd.factorize(cell * len(rows) + pd.factorize(table[column].take(rows))[0])[0].astype(np.int64)
    at, cells = pd.factorize(cell * len(sites) + site)
    held = np.bincount(at, weights=quantity)
    period, own = cells // len(sites), cells % len(sites)
    whole = np.bincount(period, weights=held)[period]
    total = np.isclose(2 * held, whole, rtol=1e-9, atol=0.005) & (held != 0) & (np.bincount(period)[period] > 2)
    hits, seen = (np.bincount(own, weights=w, minlength=len(sites)) for w in (total, np.ones(len(own))))
    named = np.array([bool(p.fullmatch(fold(s))) for p in (EVERYTHING, NOTHING_ELSE) for s in sites], dtype=bool)
    sums = (hits == seen) & ((hits >= _PERIODS) | (named.reshape(2, -1).any(axis=0) & (hits > 0)))
    if sums.sum() == 1:  # of two sites that hold the same, neither is the other's total
        _add(context, rows[sums[site]], _SUM_OF_SITES)


def _warn_of_states(table: pd.DataFrame, meter: Rows, context: Context, rows: Rows) -> None:
    """
    Meters whose quantities only rise, by little: they may be the states of the meter, and no consumption.
    """
    order = np.lexsort([table["period_start"].to_numpy()[rows], meter])
    meter, quantity = meter[order], table["quantity"].to_numpy()[rows[order]]
    begin, count = np.unique(meter, return_index=True, return_counts=True)[1:]
    for first, size in zip(begin[count >= _RISING].tolist(), count[count >= _RISING].tolist(), strict=True):
        read = quantity[first:first + size]
        step = np.diff(read)
        if (step > 0).all() and read[0] > _STEPS * np.median(step):
            told = table.iloc[rows[order[first]]]
            context.warnings.append(Warned(
                "quantity_rises", f"{context.name}: the quantities of a meter only rise, e.g. {told['site']} "
                f"{told['carrier']}: {read[0]:,.10g} to {read[-1]:,.10g}; they may be its index, and no consumption"))
            return


def _add(context: Context, rows: Rows, problem: Problem) -> None:
    context.faults.add(rows, "quantity", problem, context.raw_cells("quantity", rows))


def _add_said(context: Context, body: Grid, position: int, rows: Rows, problem: Problem) -> None:
    heading = body.headings[position] if body.headings is not None else ""
    context.faults.add(rows, heading, problem, body.columns[position].take(rows).text.cast("string").to_pandas())
