"""
Tickets that were exchanged: the journey that a reissued ticket replaces is flown once.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.words import fold
from carbon.records.contract import Contract
from carbon.records.faults import Problem
from carbon.records.fields import Context
from carbon.records.grids import Grid
from carbon.records.layout import Layout
from carbon.records.row_types import MOST_TYPES
from carbon.records.vocabulary import heading_key

Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

_REPLACED = Problem("ticket_replaced", "another row is the ticket that this one was exchanged for",
                    "delete the row, or name it under `skip_rows_where` in the company's params")
_TICKET = re.compile(r"(e ?)?ticket( (number|no|nr|num|id))?|(numero|n|no)( de| du)? billet|billet|ticketnummer"
                     r"|document (number|no)")
_ORIGINAL = re.compile(r"(original|exchanged|previous|old|replaced)( (e ?)?ticket| document)( (number|no))?"
                       r"|exchanged (for|from)|billet( d)? (origine|initial|echange|remplace)|urspr.* ticket.*"
                       r"|numero (de |du )?billet (d )?(origine|initial|echange)")
_TYPE = re.compile(r"(.* )?(type|status|statut|transaction|operation|art)( .*)?")
_AGAIN = re.compile(r"(.* )?(re ?issued?|reissuance|exch(ange)?|rebook(ed|ing)|reemission|re ?emis|echange|modification"
                    r"|umbuchung|umtausch|umgebucht)( .*)?")


def flag_tickets(table: pd.DataFrame, body: Grid, layout: Layout, contract: Contract, context: Context,
                 skip: Flags) -> None:
    """
    A fault for each journey whose ticket another row reissues: that of the same ends, or all of the ticket where no
    journey has them. A ticket that a negative number takes back is left.
    """
    if contract.kind != "travel":
        return
    found: dict[str, int] = {}
    for position, heading in enumerate(layout.headings[:len(body.columns)]):
        key = heading_key(heading)
        for name, words in (("ticket", _TICKET), ("original", _ORIGINAL)):
            if words.fullmatch(key):
                found.setdefault(name, position)
    if "ticket" not in found:
        return
    known = ~(skip | context.faults.bad_rows())
    ticket = _folded(body, found["ticket"])
    again = _types(body, layout) & known
    old = np.full(len(body), "", dtype=object)
    if "original" in found:
        old = _folded(body, found["original"])
        again |= (old != "") & (old != ticket) & known
    if not again.any():
        return
    replaced = np.where(old != "", old, ticket)
    rows = _replaced(table, ticket, replaced, again, known & ~again)
    context.faults.add(rows, layout.headings[found["ticket"]], _REPLACED,
                       body.columns[found["ticket"]].take(rows).text.cast("string").to_pandas())


def _folded(body: Grid, position: int) -> Texts:
    distinct = body.columns[position].distinct()
    return np.array([fold(t) for t in distinct.texts.to_pylist()], dtype=object)[distinct.codes]


def _types(body: Grid, layout: Layout) -> Flags:
    """
    Rows that say by their type that they are a ticket issued again.
    """
    again = np.zeros(len(body), dtype=bool)
    for position, heading in enumerate(layout.headings[:len(body.columns)]):
        if not _TYPE.fullmatch(heading_key(heading)):
            continue
        distinct = body.columns[position].distinct()
        if len(distinct.texts) <= MOST_TYPES:
            said = [bool(_AGAIN.fullmatch(fold(t))) for t in distinct.texts.to_pylist()]
            again |= np.array(said, dtype=bool)[distinct.codes]
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
