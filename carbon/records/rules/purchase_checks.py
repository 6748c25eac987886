"""Checks of purchases: sums of other rows, taxes, and files that are credits as a whole."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from carbon.core.columns import group_codes
from carbon.core.text import fold
from carbon.core.text_columns import values_of
from carbon.records.kinds.vocabulary import is_word
from carbon.records.rules.shared_checks import DAYS, sums_of_periods, total_series
from carbon.records.rules.sheet import MOST_WORDS, Rows, Sheet
from carbon.records.rules.sums import Amounts

_BOUGHT = ["company", "supplier", "category", "currency"]

VAT_RATES = np.array([2.1, 2.6, 3, 3.7, 3.8, 4, 4.8, 5, 5.5, 6, 6.5, 7, 7.7, 8, 8.1, 9, 9.5, 10, 12, 13, 13.5, 14, 15,
                      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 25.5, 27]) / 100
"""Rates of value added tax in Europe, 2014 to 2025: a list of our own, of no table that is cited. It asks questions;
what counts, the company's params state. A rate that is not listed is known by the words of its line alone.
"""


def is_tax(text: str) -> bool:
    """Return whether a cell names a tax on sales and nothing else."""
    return is_word(re.sub(r"( \d[\d ]*)?$", "", fold(text)), "row tax")


def warn_of_taxes(sheet: Sheet) -> None:
    """Add a warning of purchases that are a tax by their category or description."""
    for column in ("category", "description"):
        texts = sheet.table[column].unique()
        words = {w for w in texts if is_tax(w)} if len(texts) <= MOST_WORDS else set()
        taxes = sheet.table[column].isin(words) & (sheet.table["amount"] != 0)
        if taxes.any():
            sheet.warn_of("tax_row", rows=int(taxes.sum()), column=column, word=min(words))
            return


def warn_of_net_credits(sheet: Sheet) -> None:
    """Add a warning of a currency whose amounts sum below zero: credit notes, or what is owed written as a credit."""
    codes, currencies = pd.factorize(sheet.table["currency"], sort=True)
    amounts = np.where(sheet.not_excluded, sheet.table["amount"].fillna(0.0), 0.0)
    for currency, total in zip(currencies, np.bincount(codes, weights=amounts, minlength=len(currencies)), strict=True):
        if total >= 0:
            continue
        sheet.warn_of("net_negative", currency=currency or 'no currency', total=total)


def flag_sums_of_purchases(sheet: Sheet) -> None:
    """Add a fault for each purchase that equals, to the cent, the sum of others of its supplier and category.

    The others lie within its days and cover them, or are all there are.
    """
    table = sheet.table
    known_rows = sheet.sound_rows & table["amount"].notna().to_numpy()
    _flag_series(sheet, np.flatnonzero(known_rows))
    for column in ("period_start", "period_end"):
        known_rows &= table[column].notna().to_numpy()
    rows = np.flatnonzero(known_rows & (table["supplier"] != "").to_numpy(dtype=bool))
    first, last = (table[c].to_numpy()[rows] for c in ("period_start", "period_end"))
    if len(rows) < 3 or (first == last).all():
        return
    group = group_codes([values_of(table[c]).take(rows) for c in _BOUGHT])
    proved = sums_of_periods(sheet, rows, group, Amounts.of(table["amount"].to_numpy()[rows]))[1]
    sheet.fault(rows[proved], "amount", "subtotal_suspected.periods_of_supplier")


def _flag_series(sheet: Sheet, rows: Rows) -> None:
    """Add a fault for purchases of a supplier or category that is the sum of all others, period by period."""
    table = sheet.table
    values = table["amount"].to_numpy()[rows]
    for column, others in (("supplier", "category"), ("category", "supplier")):
        series = pd.factorize(values_of(table[column]).take(rows))[0]
        if not np.isclose(2 * np.bincount(series, weights=values), values.sum(), rtol=1e-9).any():
            continue  # of millions of rows, a cheap question first: a total is half of all
        amounts = Amounts.of(values)
        for cells in (("company", "currency", *DAYS), ("company", "currency", *DAYS, others)):
            total = total_series(table[column], rows, amounts, [table[c] for c in cells])
            sheet.fault(total, "amount", "subtotal_suspected.suppliers")
            if len(total):
                return
