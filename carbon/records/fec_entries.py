"""
What whole entries of a FEC are: opening balances, the closing of accounts, assets bought.
"""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.words import fold

Flags = npt.NDArray[np.bool_]

_OPENING = re.compile(r"(AN|ANV|ANOUV|RAN|AN0*1|REPORT|OUV|OUVERTURE)")
_OPENING_WORDS = re.compile(r"\b(a nouveaux?|reports? a nouveau|ouverture|bilan d ouverture)\b")
_CLOSING_WORDS = re.compile(r"\b(cloture|solde des comptes de (charges|gestion))\b")
_ASSETS = ("20", "21", "22", "23")


def opening(lines: pd.DataFrame, entry: npt.NDArray[np.intp]) -> Flags:
    """
    Lines of an opening journal, balances that say so, and entries with capital (class 1) all of whose lines say so.
    """
    journal = lines["JournalCode"].str.upper().str.strip().str.fullmatch(_OPENING.pattern)
    label = _says(lines["JournalLib"], _OPENING_WORDS)
    said = _says(lines["EcritureLib"], _OPENING_WORDS)
    account = lines["CompteNum"]
    silent = sums((~said).to_numpy().astype(np.int64), entry)
    capital = sums(account.str.startswith("1").to_numpy().astype(np.int64), entry)
    whole = (silent == 0) & (capital > 0)
    return (journal | label | (said & account.str.match("[1-5]"))).to_numpy(dtype=bool) | whole


def _says(texts: pd.Series, words: re.Pattern[str]) -> pd.Series:
    said = {t: bool(words.search(fold(t))) for t in texts.unique()}
    return texts.map(said).astype(bool)


def closing(lines: pd.DataFrame, entry: npt.NDArray[np.intp]) -> Flags:
    """
    Entries that carry charges and income to the result (account 12): nothing else in them, or they say closing.
    """
    said = (_says(lines["JournalLib"], _CLOSING_WORDS) | _says(lines["EcritureLib"], _CLOSING_WORDS)).to_numpy()
    result = lines["CompteNum"].str.startswith("12").to_numpy()
    other = ~result & ~lines["CompteNum"].str.match("[67]").to_numpy()
    has_result = sums(result.astype(np.int64), entry) > 0
    return has_result & ((sums(said.astype(np.int64), entry) > 0) | (sums(other.astype(np.int64), entry) == 0))


def acquisitions(lines: pd.DataFrame, entry: npt.NDArray[np.intp]) -> Flags:
    """
    Lines on assets bought: entries whose other side is not another asset, depreciation or a disposal.
    """
    account = lines["CompteNum"]
    asset = account.str.startswith(_ASSETS).to_numpy()
    moved = (asset & (lines["amount"] < 0).to_numpy()) | account.str.startswith(("28", "29", "675", "775")).to_numpy()
    third = account.str.startswith(("40", "51", "53", "46", "45", "421", "467")).to_numpy()
    bought = (sums(moved.astype(np.int64), entry) == 0) & asset
    returned = asset & (sums(third.astype(np.int64), entry) > 0) & (
        sums((asset & (lines["amount"] > 0).to_numpy()).astype(np.int64), entry) == 0) & (
        sums(account.str.startswith(("28", "675", "775")).to_numpy().astype(np.int64), entry) == 0)
    return bought | returned


def sums(values: npt.NDArray[np.int64], groups: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """
    Sum of the values of each row's group, in whole numbers.
    """
    sums = np.zeros(int(groups.max(initial=0)) + 1, dtype=np.int64)
    np.add.at(sums, groups, values)
    return sums[groups]


def decimal_differences(debit: npt.NDArray[np.float64], credit: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """
    debit - credit of the decimals that the amounts were written as, once for each distinct pair: 0.3 - 0.1 is 0.2.
    """
    pairs, at = np.unique(np.stack([debit, credit]), axis=1, return_inverse=True)
    net = [float(Decimal(repr(d)) - Decimal(repr(c))) for d, c in zip(*pairs.tolist(), strict=True)]
    return np.array(net)[np.ravel(at)]
