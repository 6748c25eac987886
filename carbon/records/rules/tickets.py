"""Tickets that were exchanged: the journey that a reissued ticket replaces is flown once."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.text import fold
from carbon.records.grids.grid import Grid
from carbon.records.kinds.faults import Problem
from carbon.records.rules.sheet import SKIP, Sheet

Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

_REPLACED = Problem("ticket_replaced", "another row is the ticket that this one was exchanged for",
                    SKIP)
_TICKET = re.compile(r"(e ?)?ticket( (number|no|nr|num|id))?|(numero|n|no)( de| du)? billet|billet|ticketnummer"
                     r"|document (number|no)")
_ORIGINAL = re.compile(r"(original|exchanged|previous|old|replaced)( (e ?)?ticket| document)( (number|no))?"
                       r"|exchanged (for|from)|billet( d)? (origine|initial|echange|remplace)|urspr.* ticket.*"
                       r"|numero (de |du )?billet (d )?(origine|initial|echange)")
_TYPE = re.compile(r"(.* )?(type|status|statut|transaction|operation|art)( .*)?")
_AGAIN = re.compile(r"(.* )?(re ?issued?|reissuance|exch(ange)?|rebook(ed|ing)|reemission|re ?emis|echange|modification"
                    r"|umbuchung|umtausch|umgebucht)( .*)?")


def flag_tickets(sheet: Sheet) -> None:
    """Add a fault for each journey whose ticket another row reissues: that of the same ends, or all of the ticket where
    no journey has them. A ticket that a negative number takes back is left.
    """
    found: dict[str, int] = {}
    for position, _, key in sheet.headed_columns:
        for name, words in (("ticket", _TICKET), ("original", _ORIGINAL)):
            if words.fullmatch(key):
                found.setdefault(name, position)
    if "ticket" not in found:
        return
    known = sheet.sound_rows
    ticket = _folded(sheet.body, found["ticket"])
    again = _types(sheet) & known
    old = np.full(len(sheet), "", dtype=object)
    if "original" in found:
        old = _folded(sheet.body, found["original"])
        again |= (old != "") & (old != ticket) & known
    if again.any():
        replaced = np.where(old != "", old, ticket)
        rows = _replaced(sheet.table, ticket, replaced, again, known & ~again)
        sheet.fault_at(rows, found["ticket"], _REPLACED)


def _folded(body: Grid, position: int) -> Texts:
    distinct = body.columns[position].distinct()
    return np.array([fold(t) for t in distinct.texts.to_pylist()], dtype=object)[distinct.codes]


def _types(sheet: Sheet) -> Flags:
    """Rows that state by their type that they are a ticket issued again."""
    again = np.zeros(len(sheet), dtype=bool)
    for position, _, key in sheet.headed_columns:
        if _TYPE.fullmatch(key):
            again |= sheet.rows_stating(position, _AGAIN)
    return again


def _replaced(table: pd.DataFrame, ticket: Texts, replaced: Texts, again: Flags,
              first: Flags) -> npt.NDArray[np.intp]:
    back = {t for column in ("trips", "passengers") for t in ticket[(table[column] < 0).to_numpy(dtype=bool)].tolist()}
    origin, destination = (table[c].to_numpy(dtype=object) for c in ("origin", "destination"))
    ends: dict[str, set[tuple[str, str]]] = {}
    for i in np.flatnonzero(again).tolist():
        ends.setdefault(replaced[i], set()).add((origin[i], destination[i]))
    named = pd.Series(ticket).isin([t for t in ends if t and t not in back]).to_numpy()
    own: dict[str, list[int]] = {}
    for i in np.flatnonzero(first & named).tolist():  # only rows of exchanged tickets, which are few
        own.setdefault(ticket[i], []).append(i)
    rows: list[int] = []
    for name, held in own.items():
        same = [i for i in held if (origin[i], destination[i]) in ends[name]]
        rows += same or held
    return np.array(sorted(rows), dtype=np.intp)
