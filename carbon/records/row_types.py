"""
Rows that say in a column of their own that they are no records: cancelled, budgeted, paid, fed into the grid.

Nothing else in such a row is odd, and read with the others it would count. It is a reject until params say under
`skip_rows_where` that it is no record, or the column is taken out of the file.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.words import fold
from carbon.records.contract import Contract
from carbon.records.faults import Warned
from carbon.records.fields import Context
from carbon.records.grids import Grid
from carbon.records.layout import Layout
from carbon.records.row_rules import RULES, Rule
from carbon.records.vocabulary import heading_key

Flags = npt.NDArray[np.bool_]

MOST_TYPES = 500
"""Distinct words of a column beyond which it is no column of types."""
_TAX = re.compile(r"(tva|vat|mwst|ust|umsatzsteuer|vorsteuer|iva|sales tax|input tax|input vat)"
                  r"( deductible| recuperable| recoverable)?( \d[\d ]*)?")


def flag_row_types(table: pd.DataFrame, body: Grid, layout: Layout, contract: Contract, context: Context) -> None:
    """
    A fault for each row that counts for something and says by its type or status that it is no record; a warning of
    purchases that are a tax.
    """
    measure = contract.measure[0]
    for position, heading in enumerate(layout.headings[:len(body.columns)]):
        key = heading_key(heading)
        for rule in RULES:
            if rule.heads(key) and (not rule.kinds or contract.kind in rule.kinds):
                found = _saying(body, position, rule) & _counting(table, measure)
                rows = np.flatnonzero(found)
                if len(rows):
                    said = body.columns[position].take(rows).text.cast("string").to_pandas()
                    context.faults.add(rows, heading, rule.problem, said)
    if contract.kind == "purchases":
        _warn_of_taxes(table, context)


def _warn_of_taxes(table: pd.DataFrame, context: Context) -> None:
    for column in ("category", "description"):
        said = table[column].unique()
        words = {w for w in said if _TAX.fullmatch(fold(w))} if len(said) <= MOST_TYPES else set()
        taxes = table[column].isin(words) & (table["amount"] != 0)
        if taxes.any():
            context.warnings.append(Warned("tax_row", f"{context.name}: {int(taxes.sum()):,} rows are a tax by their "
                                           f"{column}, e.g. {min(words)!r}; what is recovered is no purchase"))
            return


def _counting(table: pd.DataFrame, measure: str) -> Flags:
    """
    Rows that would add to a total: a refund of a trip, by a negative number of it, takes off as it should.
    """
    counts = np.ones(len(table), dtype=bool) if not measure else (table[measure] != 0).to_numpy(dtype=bool)
    for column in {"passengers", "trips"} & {*table.columns}:
        counts = counts & ~(table[column] < 0).to_numpy(dtype=bool)
    return counts


def _saying(body: Grid, position: int, rule: Rule) -> Flags:
    distinct = body.columns[position].distinct()
    if len(distinct.texts) > MOST_TYPES:
        return np.zeros(len(body), dtype=bool)
    words = [fold(t) for t in distinct.texts.to_pylist()]
    said = np.array([bool(rule.words.fullmatch(w)) for w in words], dtype=bool)
    if not said.any():
        return np.zeros(len(body), dtype=bool)
    if rule.beside is not None:
        others = [w for w, hit in zip(words, said.tolist(), strict=True) if w and not hit]
        beside = [bool(rule.beside.fullmatch(w)) for w in others]
        if not any(beside) or (rule.only and not all(beside)):
            return np.zeros(len(body), dtype=bool)
    return said[distinct.codes]
