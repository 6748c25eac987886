"""Entries of a FEC by type: opening balances, the closing of accounts, assets bought."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.text import fold
from carbon.core.text_columns import by_word, values_of

Flags = npt.NDArray[np.bool_]

_OPENING = re.compile(r"(J?AN\d*|ANV|ANOUV\w*|J?RAN|REPORT|OUV|OUVERTURE)")
_OPENING_WORDS = re.compile(r"\b(a ?nouveaux?|reports? a nouveau|ouverture|bilan d ouverture)\b")
_OPENING_JOURNAL = re.compile(r"(journal (des? )?)?(a ?n|r ?a ?n)( \d{4})?")
_OTHER_JOURNAL = re.compile(r"\b(achats?|ventes?|banques?|caisse|frais|paies?|salaires?|annexes?|analytique)\b")
"""What a journal of a code like AN is called where it is no opening: achats Nantes."""
_CLOSING_WORDS = re.compile(r"\b(cloture|solde des comptes de (charges|gestion))\b")
_ASSETS = ("20", "21", "22", "23")


class Accounts:
    """The account of each line, tested once for each different one."""

    def __init__(self, accounts: pd.Series) -> None:
        self._codes, distinct = pd.factorize(values_of(accounts))
        self._numbers = [str(number) for number in np.asarray(distinct, dtype=object)]

    def begin(self, *prefixes: str) -> Flags:
        """Return the lines whose account begins with one of some digits."""
        return np.array([number.startswith(prefixes) for number in self._numbers], dtype=bool).take(self._codes)

    @property
    def blank(self) -> Flags:
        """Lines without an account."""
        return np.array([number == "" for number in self._numbers], dtype=bool).take(self._codes)


def opening(lines: pd.DataFrame, account: Accounts, entry: npt.NDArray[np.intp]) -> Flags:
    """Return the lines of opening balances.

    They are those of an opening journal, balances whose label names an opening, and entries with capital (class 1)
    all of whose labels do.
    """
    journal = by_word(values_of(lines["JournalCode"]), lambda c: bool(_OPENING.fullmatch(c.upper().strip())), np.bool_)
    journal &= ~_has_words(lines["JournalLib"], _OTHER_JOURNAL)
    journal |= _has_words(lines["JournalLib"], _OPENING_JOURNAL, full_match=True)
    opening_lines = _has_words(lines["EcritureLib"], _OPENING_WORDS)
    silent = sums((~opening_lines).astype(np.int64), entry)
    capital = sums(account.begin("1").astype(np.int64), entry)
    opening_entries = (silent == 0) & (capital > 0)
    journal |= _has_words(lines["JournalLib"], _OPENING_WORDS)
    return journal | (opening_lines & account.begin(*"12345")) | opening_entries


_folded = lru_cache(maxsize=16_384)(fold)
"""Each label is compared with several lists of words."""


def _has_words(texts: pd.Series, words: re.Pattern[str], *, full_match: bool = False) -> Flags:
    test = words.fullmatch if full_match else words.search
    return by_word(values_of(texts), lambda text: test(_folded(text)) is not None, np.bool_)


def closing(lines: pd.DataFrame, account: Accounts, entry: npt.NDArray[np.intp]) -> Flags:
    """Return the entries that carry charges and income to the result or the closing balance (accounts 12 and 89).

    They hold nothing else, or their label names a closing.
    """
    closing_lines = _has_words(lines["JournalLib"], _CLOSING_WORDS) | _has_words(lines["EcritureLib"], _CLOSING_WORDS)
    result = account.begin("12", "89")
    other = ~result & ~account.begin("6", "7")
    has_result = sums(result.astype(np.int64), entry) > 0
    return has_result & ((sums(closing_lines.astype(np.int64), entry) > 0) | (sums(other.astype(np.int64), entry) == 0))


def acquisitions(lines: pd.DataFrame, account: Accounts, entry: npt.NDArray[np.intp]) -> Flags:
    """Return the lines of assets bought.

    The other side of their entry is not another asset, depreciation, a disposal, or capital and the opening balance.
    The account of a sole trader (108) pays as a bank does.
    """
    amount = lines["amount"].to_numpy()
    asset = account.begin(*_ASSETS)
    capital = account.begin("10", "11", "12", "89") & ~account.begin("108")
    moved = (asset & (amount < 0)) | account.begin("28", "29", "675", "775") | capital
    third = account.begin("40", "51", "53", "46", "45", "421", "467")
    bought_assets = (sums(moved.astype(np.int64), entry) == 0) & asset
    returned = asset & (sums(third.astype(np.int64), entry) > 0) & (
        sums((asset & (amount > 0)).astype(np.int64), entry) == 0) & (
        sums(account.begin("28", "675", "775").astype(np.int64), entry) == 0)
    return bought_assets | returned


def sums(values: npt.NDArray[np.int64], groups: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Return the sum of the values of each row's group, in whole numbers."""
    sums = np.zeros(int(groups.max(initial=0)) + 1, dtype=np.int64)
    np.add.at(sums, groups, values)
    return sums[groups]
