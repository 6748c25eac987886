"""
What a record stands for in the ledger, and quantities in another unit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core import units
from carbon.core.errors import UnitError
from carbon.records.measures import ledger_amounts

UNMEASURED = ("homeworking", "commuting")
"""Kinds whose rows stand for people: they are counted in rows alone."""


def with_amounts(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """
    The records with `record_amount` [`record_unit`] after their own columns, labelled file by file as the reader does.

    Purchases by currency, energy by carrier and unit, travel in km, nights, litres or fares by mode; NaN and "" where
    the record itself gives no amount.
    """
    if table.empty or kind in UNMEASURED:
        blank = pd.Series("", index=table.index, dtype="str")
        return table.assign(record_amount=np.full(len(table), np.nan), record_unit=blank)
    readable = _readable(table, kind)
    file, files = pd.factorize(table["source_file"])
    if len(files) == 1 and readable.all():
        found = ledger_amounts(kind, table)
    else:
        parts = [ledger_amounts(kind, table[readable & (file == one)]) for one in range(len(files))]
        found = pd.concat(parts).reindex(table.index).fillna({"unit": ""})
    return table.assign(record_amount=found["amount"], record_unit=found["unit"])


def _readable(table: pd.DataFrame, kind: str) -> pd.Series:
    """
    Rows whose unit the reader's measure can take; the others have no amount in the ledger.
    """
    if kind == "energy":
        return table["unit"].isin([u for u in table["unit"].unique() if _dimension(u)])
    if kind == "travel":
        lengths = [u for u in table["distance_unit"].unique() if u == "" or converts(u, "km") or converts(u, "L")]
        return table["distance_unit"].isin(lengths)
    return pd.Series(True, index=table.index)


def to_unit(values: pd.Series, written: pd.Series, target: str) -> pd.Series:
    """
    Values in `target` where the written unit converts to it, else missing.
    """
    out = pd.Series(np.nan, index=values.index)
    for text in written.unique():
        if converts(text, target):
            out = out.mask(written == text, units.convert(values, text, target))
    return out


def converts(written: str, target: str) -> bool:
    """
    Whether a written unit is known and of the target's dimension.
    """
    return _dimension(written) == units.unit(target).dimension


def _dimension(text: str) -> str:
    try:
        return units.unit(text).dimension
    except UnitError:
        return ""
