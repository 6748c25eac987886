"""Rows that state in a column of their own that they are no records: cancelled, budgeted, paid, fed into the grid.

Nothing else in such a row is odd, and read with the others it would count. It is a reject until params state of its
word whether it counts (`rules.declared`). The marks are a table (data/marks.csv), their words and headings lists of the
table of words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from carbon.core import packaged
from carbon.core.text import fold
from carbon.records.kinds.vocabulary import is_word
from carbon.records.rules.declared import answered
from carbon.records.rules.sheet import Flags, Sheet

ANY = "*"
"""Any other word of the column without a part that is one of the mark's: "Card payment" is a payment too."""


@dataclass(frozen=True)
class Mark:
    """Words of a column of types or states by which a row is no record; `kinds` "" are all."""

    kinds: str
    heading: str
    words: str
    """List of words; "": any cell that does not state no."""
    beside: str
    """Words that other cells of the column must have for the mark to apply; ANY: any words; "": no condition."""
    only: str
    """yes: no cell of the column may hold other words."""
    message: str

    def heads(self, sheet: Sheet, key: str) -> bool:
        """Return whether a column of this heading may hold the words."""
        return (not self.kinds or sheet.contract.kind in self.kinds.split()) and \
            is_word(key, f"heading {self.heading}")

    def states(self, text: str) -> bool:
        """Return whether a cell holds one of the words."""
        word = fold(text) or text.strip()
        return is_word(word, f"row {self.words}") if self.words else bool(word) and not is_word(word, "row no")


MARKS = tuple(Mark(**row) for row in packaged.read_rows("carbon.records", "data/marks.csv"))


def flag_row_types(sheet: Sheet) -> None:
    """Add a fault for each row that counts for something and states by its type or status that it is no record."""
    for position, heading, key in sheet.headed_columns:
        for mark in MARKS:
            if mark.heads(sheet, key) and (hits := _marked(sheet, position, mark)).any():
                sheet.fault_at(hits & counting_rows(sheet) & ~answered(sheet, position, heading), position,
                               mark.message)


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
