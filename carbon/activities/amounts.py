"""The amount of a record in the ledger, and quantities in another unit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.core import units
from carbon.core.columns import Rows
from carbon.core.errors import UnitError
from carbon.core.text_columns import Flags, Floats, Values, by_word, text_array, values_of
from carbon.records.kinds.measures import MEASURED, Codes, Columns, labelled_amounts

UNMEASURED = ("homeworking", "commuting")
"""Kinds whose rows are people: they are counted in rows alone."""
PLACE = "_place"
"""Column of each row's place among those read, which is their order."""


def amounts_read(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the amount of each record: kind, amount [unit], unit, labelled file by file as the reader does.

    Purchases by currency, energy by carrier and unit, travel in km, nights, litres or fares by mode; NaN and "" where
    the record itself gives no amount.
    """
    amount, unit, labels = _amounts(table, kind)
    return pd.DataFrame({"kind": table["kind"].array, "amount": amount, "unit": text_array(labels).take(unit)},
                        copy=False)


def opened(table: pd.DataFrame, kind: str) -> Rows:
    """Return the rows of some records with the columns of `amounts_read`: `record_amount` [`record_unit`]."""
    rows = Rows(table)
    amount, unit, labels = _amounts(rows, kind)
    return rows.assign(record_amount=amount, record_unit=np.array(labels, dtype=object).take(unit),
                       **{PLACE: np.arange(len(table))})


def _amounts(table: Columns, kind: str) -> tuple[Floats, Codes, list[str]]:
    """Return the amount of each row and the place of its unit among the labels."""
    size = len(table["source_file"])
    if not size or kind in UNMEASURED:
        return np.full(size, np.nan), np.zeros(size, dtype=np.intp), [""]
    readable = _readable(table, kind, size)
    file, files = pd.factorize(table["source_file"])
    if len(files) == 1 and readable.all():
        return labelled_amounts(kind, table)
    amount, unit, labels = np.full(size, np.nan), np.zeros(size, dtype=np.intp), [""]
    for one in range(len(files)):
        at = np.flatnonzero(readable & (file == one))
        part = {c: values_of(table[c]).take(at) for c in ("source_file", *MEASURED) if c in table}
        amount[at], place, file_labels = labelled_amounts(kind, part)
        unit[at] = place + len(labels)
        labels += file_labels
    return amount, unit, labels


def _readable(table: Columns, kind: str, size: int) -> Flags:
    """Return the rows whose unit the reader can measure; the others have no amount in the ledger."""
    if kind == "energy":
        return by_word(table["unit"], lambda u: _dimension(u) != "", np.bool_)
    if kind == "travel":
        return (of_unit(table["distance_unit"], "km", "L")) | np.asarray(table["distance_unit"] == "", dtype=bool)
    return np.ones(size, dtype=bool)


def to_unit(values: Values, unit_texts: Values, target: str) -> Floats:
    """Convert values to `target` where the written unit converts to it; NaN where it does not."""
    out = np.full(len(values), np.nan)
    for text in pd.unique(unit_texts):
        if converts(text, target):
            of_text = unit_texts == text
            out[of_text] = units.convert(values[of_text], text, target)
    return out


def of_unit(unit_texts: Values | pd.Series, *targets: str) -> Flags:
    """Return whether each written unit converts to one of some units."""
    return by_word(unit_texts, lambda text: any(converts(text, target) for target in targets), np.bool_)


def converts(unit_text: str, target: str) -> bool:
    """Return whether a written unit is known and of the target's dimension."""
    return _dimension(unit_text) == units.unit(target).dimension


def _dimension(text: str) -> str:
    try:
        return units.unit(text).dimension
    except UnitError:
        return ""
