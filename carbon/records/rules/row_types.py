"""Rows that state in a column of their own that they are no records: cancelled, budgeted, paid, fed into the grid.

Nothing else in such a row is odd, and read with the others it would count. It is a reject until params state of its
word whether it counts (`rules.declared_rows`). Words and headings are lists of the table of words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from carbon.core.text import fold
from carbon.records.kinds.faults import Problem
from carbon.records.kinds.vocabulary import is_word
from carbon.records.rules.declared import answered
from carbon.records.rules.sheet import SKIP, Flags, Sheet

ANY = "*"
"""Any other word of the column without a part that is one of the mark's: "Card payment" is a payment too."""


@dataclass(frozen=True)
class Mark:
    """Words of a column of types or states by which a row is no record; `kinds` "" are all."""

    kinds: str
    heading: str
    words: str
    """List of words; "": any cell that does not state no."""
    problem: Problem
    beside: str = ""
    """Words that other cells of the column must have for the mark to apply; ANY: any words; "": no condition."""
    only: bool = False
    """No cell of the column may hold other words."""

    def heads(self, sheet: Sheet, key: str) -> bool:
        """Return whether a column of this heading may hold the words."""
        return (not self.kinds or sheet.contract.kind in self.kinds.split()) and \
            is_word(key, f"heading {self.heading}")

    def states(self, text: str) -> bool:
        """Return whether a cell holds one of the words."""
        word = fold(text) or text.strip()
        return is_word(word, f"row {self.words}") if self.words else bool(word) and not is_word(word, "row no")


_WITHDRAWN = Problem("row_withdrawn", "the row states that it is cancelled, void or a draft, and may be no record",
                     SKIP)
_PAID = Problem("payment_row", "the row is the payment of an invoice by its type, and invoices may be in other rows",
                SKIP)
_NOT_ACTUAL = Problem("row_not_actual", "the row is a budget or a forecast by its type", SKIP)
_FED_IN = Problem("not_consumption", "the row is energy produced or fed into the grid, and no consumption", SKIP)
_REACTIVE = Problem("not_consumption", "the row is reactive energy by its register, and no consumption", SKIP)
_PRIVATE = Problem("row_private", "the row is a private journey or a commute by its purpose, and no business travel",
                   SKIP)
_ORDERED = Problem("order_row", "the row is an order or an offer by its type, and invoices are in other rows", SKIP)
_PART = Problem("part_row", "the row states that it is a part of another row", SKIP)
_STATE = Problem("meter_reading", "the row is the state of a meter by its type, and no consumption", SKIP)
_ROOMS = Problem("rooms_unread", "the row is of several rooms, and its nights may be those of one",
                 "write nights x rooms in `nights`, and take the column of rooms out of the file")
_TAXED = Problem("amount_with_tax", "the row states that its amount holds the tax, other amounts are without",
                 "write the amount without tax")
_ABOVE_LINES = Problem("subtotal_suspected", "the row states that it sums up other rows", SKIP)
SUB_METER = Problem("sub_meter", "the row is a sub-meter, whose energy its main meter reads as well", SKIP)

MARKS = (
    Mark("", "text", "part", _PART),
    Mark("", "status", "withdrawn", _WITHDRAWN),
    Mark("", "cancelled", "yes", _WITHDRAWN),
    Mark("", "replaced by", "", _WITHDRAWN),
    Mark("travel hotel_nights", "type", "withdrawn of travel", _WITHDRAWN),
    Mark("travel hotel_nights", "status", "not travelled", _WITHDRAWN),
    Mark("", "level", "total", _ABOVE_LINES),
    Mark("purchases", "line", "head of lines", _ABOVE_LINES, "line"),
    Mark("travel", "purpose", "private", _PRIVATE),
    Mark("travel", "private", "yes", _PRIVATE),
    Mark("energy", "meter type", "sub-meter", SUB_METER, "main meter"),
    Mark("purchases", "type", "payment", _PAID, ANY),
    Mark("purchases", "type", "order", _ORDERED, "invoice"),
    Mark("purchases", "tax basis", "gross", _TAXED),
    Mark("purchases", "with tax", "yes", _TAXED),
    Mark("travel", "refunded", "yes", _WITHDRAWN),
    Mark("travel hotel_nights", "day of cancellation", "", _WITHDRAWN),
    Mark("travel", "rooms", "several", _ROOMS),
    Mark("energy", "reading", "index", _STATE, "consumption"),
    Mark("", "scenario", "not actual", _NOT_ACTUAL, "actual"),
    Mark("", "budget", "budget", _NOT_ACTUAL),
    Mark("energy", "energy text", "fed in text", _FED_IN),
    Mark("energy", "register", "export channel", _FED_IN, "import channel"),
    Mark("energy", "register", "reactive channel", _REACTIVE, "import channel"),
    Mark("energy", "energy direction", "fed in", _FED_IN),
    Mark("energy", "energy flow", "produced", _FED_IN, "drawn", only=True),
)


def flag_row_types(sheet: Sheet) -> None:
    """Add a fault for each row that counts for something and states by its type or status that it is no record."""
    for position, heading, key in sheet.headed_columns:
        for mark in MARKS:
            if mark.heads(sheet, key) and (hits := _marked(sheet, position, mark)).any():
                sheet.fault_at(hits & counting_rows(sheet) & ~answered(sheet, position, heading), position,
                               mark.problem)


def counting_rows(sheet: Sheet) -> Flags:
    """Return the rows that would add to a total: a refund, a negative number of trips, subtracts as it should."""
    column = sheet.counted_column
    counts = (sheet.table[column] != 0).to_numpy(dtype=bool) if column else np.ones(len(sheet), dtype=bool)
    for column in {"passengers", "trips"} & {*sheet.table.columns}:
        counts = counts & ~(sheet.table[column] < 0).to_numpy(dtype=bool)
    return counts


def _marked(sheet: Sheet, position: int, mark: Mark) -> Flags:
    hits = sheet.rows_where(position, mark.states)
    if mark.beside and hits.any():
        texts = sheet.body.columns[position].distinct().texts.to_pylist()
        other_matches = [not any(map(mark.states, fold(t).split())) if mark.beside == ANY else
                         is_word(fold(t), f"row {mark.beside}") for t in texts if fold(t) and not mark.states(t)]
        if not any(other_matches) or (mark.only and not all(other_matches)):
            return np.zeros(len(sheet), dtype=bool)
    return hits
