"""Checks of purchases: sums of other rows, taxes, and files that are credits as a whole."""

from __future__ import annotations

import re

import numpy as np

from carbon.core.columns import Column
from carbon.records.kinds.vocabulary import heading_key, holds, is_word
from carbon.records.rules.sheet import Sheet

VAT_RATES = np.array([2.1, 2.6, 3, 3.7, 3.8, 4, 4.8, 5, 5.5, 6, 6.5, 7, 7.7, 8, 8.1, 9, 9.5, 10, 12, 13, 13.5, 14, 15,
                      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 25.5, 27]) / 100
"""Rates of value added tax in Europe, 2014 to 2025: a list of our own, of no table that is cited. It asks questions;
what counts, the company's params state. A rate that is not listed is known by the words of its line alone.
"""


def is_tax(text: str) -> bool:
    """Return whether a cell names a tax on sales and nothing else."""
    return is_word(re.sub(r"( \d[\d ]*)?$", "", heading_key(text)), "row tax")


def names_tax(heading: str) -> bool:
    """Return whether a heading holds the name of a tax on sales."""
    return holds(heading_key(heading), "row tax", "word of tax")


def warn_of_taxes(sheet: Sheet) -> None:
    """Add a warning of purchases that are a tax by their category, description or supplier, or by a word of a column
    that is not read and in which other rows are something else.
    """
    counted_rows = (sheet.table["amount"] != 0).to_numpy(dtype=bool)
    places = {c: p for c, p in sheet.layout.columns.items() if c in ("category", "description", "supplier")}
    places |= {repr(heading): position for position, heading, _ in sheet.unread_columns if not names_tax(heading)}
    for column, position in places.items():
        taxes = sheet.rows_where(position, is_tax) & counted_rows
        if taxes.any() and not (column not in sheet.layout.columns and taxes[counted_rows].all()):
            word = sheet.body.columns[position].text[int(np.flatnonzero(taxes)[0])].as_py()
            sheet.warn_of("tax_row", rows=int(taxes.sum()), column=column, word=word)
            return


def warn_of_net_credits(sheet: Sheet) -> None:
    """Add a warning of a currency whose amounts sum to zero or less: credits, or invoices next to their payments."""
    column, amounts = Column.of(sheet.table["currency"]), sheet.table["amount"].to_numpy()
    if not (amounts < 0).any():
        return
    amounts = np.where(sheet.not_excluded & ~np.isnan(amounts), amounts, 0.0)
    sums, turnover = (np.bincount(column.codes, weights=values, minlength=len(column.words))
                      for values in (amounts, np.abs(amounts)))
    for currency, total, moved in zip(column.words, sums, turnover, strict=True):
        if moved and total <= 1e-9 * moved:
            sheet.warn_of("net_negative", currency=currency or 'no currency', total=total)
