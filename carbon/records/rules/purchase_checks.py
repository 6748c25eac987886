"""Checks of purchases: sums of other rows, taxes, and files that are credits as a whole."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from carbon.core.text import fold
from carbon.records.kinds.vocabulary import is_word
from carbon.records.rules.sheet import MOST_WORDS, Sheet

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
