"""
Energy of one meter twice for the same days: bills that replace another, and readings that differ.

Which of two readings holds is only certain where one of them says that it replaces the other; else both are rejects.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.words import fold
from carbon.core.words_coded import group_codes
from carbon.records.columns_beside import TARIFFS
from carbon.records.faults import Problem
from carbon.records.fields import Context
from carbon.records.grids import Grid
from carbon.records.layout import Layout
from carbon.records.periods import DATE, START, clocks
from carbon.records.row_types import MOST_TYPES
from carbon.records.vocabulary import heading_key

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

_SKIP = "delete the row, or name it under `skip_rows_where` in the company's params"
VERSIONED = Problem("version_repeated", "the row is one of several versions of a reading of the same meter and days",
                    _SKIP)
_REPLACED = Problem("bill_replaced", "another row of the same meter and days says that it replaces this one", _SKIP)
_GIVEN_UP = Problem("bill_replaced", "the row says that another bill replaces it", _SKIP)
_DIFFERING = Problem("readings_differ", "the meter has another reading for the same days",
                     "keep the one that holds; where both count, tell them apart by their meter in params, e.g. "
                     "`columns: {meter: \"{Meter} {Register}\"}`")
_REPLACES = re.compile(
    r".*\b(revised|revisee?|amended|restated|rebill(ed)?|re ?issued?|supersedes|rectified|rectifiee?|rectificati(f|ve)"
    r"|annule et remplace|(replaces|remplace|ersetzt) (the |la |le |die )?(bill|invoice|facture|rechnung|releve)"
    r"|korrekturrechnung|rechnungskorrektur|berichtigungsrechnung|berichtigte?|korrigierte?)\b.*")
_CORRECTS = re.compile(
    r".*\b(correct(ed|ion|ive)|corrigee?|korrektur|storno(rechnung)?|stornierung|adjust(ed|ment)|ajustement"
    r"|regularisation|reversal|annulation)\b.*")
"""What may be the whole bill once more, a difference to it, or its reversal without a sign."""
_NAMES_IT = re.compile(
    r"(annule et )?(replaces|remplace|ersetzt)( .*)?"
    r"|(original|initial|replaced|corrected|previous) (bill|invoice)( .*)?"
    r"|(numero )?(de )?facture (d )?(origine|initiale|remplacee|rectifiee)( .*)?|(ursprungs|bezugs|original)rechnung.*")
"""Headings of columns in which a bill names the one that it replaces."""
_INVOICE = re.compile(r".*\b(facture|invoice|bill|rechnung)\b.*")
_NO = frozenset(["", "no", "n", "non", "nein", "false", "faux", "0"])
_LETTER = re.compile(r"[^\W\d_]")
_GONE = re.compile(r".*\b(replaced|superseded|corrected|remplacee?|corrigee?|annulee?|rectifiee?|ersetzt|korrigiert)"
                   r" (by|par|durch)\b.*|.*\b(voir|see|siehe|cf)\b.*\b(rectificati(f|ve)|revised|correct(ed|ion|ive)"
                   r"|korrekturrechnung)\b.*")
"""Words of a bill that another one replaces."""
_OF_ELSE = re.compile(r"(not|non|no|nicht|kein)\b.*|.*\b(by|par|durch|meter|compteur|zahler|voir|see|siehe|cf)\b.*")
_YES = frozenset(["yes", "y", "oui", "o", "ja", "j", "true", "vrai", "wahr", "1", "x"])
_AS_MUCH = (0.5, 2.0)
"""A correction over what it corrects, between which it is more likely the whole bill than a difference."""
_PARTS = re.compile(
    r"register|cadran|tariff?( period| code)?|(time )?band|time of use|tou|rate( type)?|plage( horaire)?"
    r"|periode tarifaire|poste (horosaisonnier|tarifaire)|classe temporelle|obis( code| kennzahl)?|zahlwerk|kanal"
    r"|channel|tarif(zone|art|stufe)|(start |end )?time|hour|heure|horaire|uhrzeit|zeit|stunde|intervall?e?"
    r"|settlement period|slot|timestamp|horodate|from|to|de|a|von|bis")
"""Headings of columns that tell apart what a meter counts in the same days: registers and hours."""


def hours(context: Context) -> pd.Series | None:
    """
    The time of day of each row, from its date or the start of its period; None where no row has one.
    """
    for name in (DATE, START):
        if name in context.raw:
            return clocks({DATE: context.raw[name]})
    return None


def flag_replaced(table: pd.DataFrame, body: Grid, layout: Layout, context: Context, rows: Rows, same: Rows) -> None:
    """
    Rows of which another one of the same meter and days says that it replaces them, and what may be its correction.

    A reading below zero takes off what was billed: its meter and days have nothing to reject.
    """
    rows, same = _several(table, rows, same)
    if not len(rows):
        return
    free = {*range(min(len(layout.headings), len(body.columns)))} - {*layout.columns.values()}
    quantity = np.abs(table["quantity"].to_numpy()[rows])
    for position in sorted(free):
        replaces, corrects, gone = _marks(body, position, heading_key(layout.headings[position]), rows)
        if gone.any():
            _add(context, rows[gone & (np.bincount(same, weights=~gone)[same] > 0)], _GIVEN_UP)
        if not (replaces | corrects).any():
            continue
        sure, first = (np.bincount(same, weights=w) for w in (replaces, ~replaces))
        _add(context, rows[~replaces & ~gone & (sure[same] > 0)], _REPLACED)
        own, others = (np.bincount(same, weights=np.where(w, quantity, 0.0)) for w in (corrects, ~corrects))
        as_much = (own >= _AS_MUCH[0] * others) & (own <= _AS_MUCH[1] * others) & (own > 0) & (sure == 0)
        _add(context, rows[as_much[same] | (replaces & (sure[same] > 1) & (first[same] > 0))], VERSIONED)


def _add(context: Context, rows: Rows, problem: Problem) -> None:
    context.faults.add(rows, "quantity", problem, context.raw_cells("quantity", rows))


def _several(table: pd.DataFrame, rows: Rows, same: Rows) -> tuple[Rows, Rows]:
    """
    The rows that share meter and days with another, and nothing below zero; with new numbers for what they share.
    """
    quantity = table["quantity"].to_numpy()[rows]
    taken = np.bincount(same, weights=quantity < 0) > 0
    counts = quantity > 0
    chosen = counts & ~taken[same] & (np.bincount(same, weights=counts)[same] > 1)
    return rows[chosen], np.unique(same[chosen], return_inverse=True)[1].astype(np.intp)


def _marks(body: Grid, position: int, key: str, rows: Rows) -> tuple[Flags, Flags, Flags]:
    """
    Which rows say in a column that they replace another one, that they correct one, and that another replaces them.
    """
    distinct = body.columns[position].take(rows).distinct()
    words = [fold(t) if _LETTER.search(t) else t.strip() for t in distinct.texts.to_pylist()]
    if _NAMES_IT.fullmatch(key):
        named = np.array([w not in _NO for w in words], dtype=bool)[distinct.codes]
        return named, np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    given_up = np.array([bool(_GONE.fullmatch(w)) for w in words], dtype=bool)
    if _REPLACES.fullmatch(key) or _CORRECTS.fullmatch(key):
        words = [key if w in _YES else w for w in words]
    said = ["" if _OF_ELSE.fullmatch(w) else w for w in words]
    sure, doubt = (np.array([bool(p.fullmatch(w)) for w in said], dtype=bool) for p in (_REPLACES, _CORRECTS))
    return sure[distinct.codes], (doubt & ~sure)[distinct.codes], given_up[distinct.codes]


def flag_differing(table: pd.DataFrame, body: Grid, layout: Layout, context: Context, rows: Rows, same: Rows) -> None:
    """
    Readings of a named meter for the same days and hours that are not the same row once more: both are in doubt.

    Registers, suppliers, and the hour that a clock set back repeats are told apart. `duplicates: keep` keeps them.
    """
    named = (table["meter"].take(rows) != "").to_numpy(dtype=bool)
    rows, same = _several(table, rows[named], same[named])
    if not len(rows) or context.options.duplicates == "keep":
        return
    apart = [table[c].take(rows) for c in ("supplier", "register")]
    same = group_codes([same, *apart, *_registers(body, layout, rows)])
    whole = group_codes([same, *(table[c].take(rows) for c in ("quantity", "unit", "amount", "currency"))])
    versions = np.bincount(np.unique(np.stack([same, whole]), axis=1)[0], minlength=int(same.max()) + 1)
    _add(context, rows[(versions[same] > 1) & ~_repeated_hour(table, context, rows)], _DIFFERING)


def _registers(body: Grid, layout: Layout, rows: Rows) -> list[npt.NDArray[np.int32]]:
    """
    Columns that tell registers, tariffs or hours apart, as codes of some rows.
    """
    found: list[npt.NDArray[np.int32]] = []
    for position, heading in enumerate(layout.headings[:len(body.columns)]):
        if position in layout.columns.values() or _INVOICE.fullmatch(heading_key(heading)):
            continue
        distinct = body.columns[position].take(rows).distinct()
        texts = distinct.texts.to_pylist() if len(distinct.texts) <= MOST_TYPES else []
        if _PARTS.fullmatch(heading_key(heading)) or any(TARIFFS.fullmatch(fold(t)) for t in texts):
            found.append(distinct.codes)
    return found


def _repeated_hour(table: pd.DataFrame, context: Context, rows: Rows) -> Flags:
    """
    Hours before four on Sundays of the months in which clocks are set back: each of them may be there twice.
    """
    clock = hours(context)
    if clock is None:
        return np.zeros(len(rows), dtype=bool)
    early = clock.take(rows).str.fullmatch(r"0?[0-3](:.*)?").to_numpy(dtype=bool)
    day = pd.DatetimeIndex(table["period_start"].take(rows))
    return np.asarray(early & (day.day_of_week == 6) & day.month.isin([4, 10, 11]), dtype=bool)
