"""Checks of purchases: taxes, credits, and amounts whose sign is in another column.

A list of postings may write 30.00 with "C", "H" or "Credit" next to it. Read without its mark, a credit note counts as
a purchase. Debits count as purchases and credits below zero, where the amounts have no sign of their own and every
amount has its mark; anything less is refused.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from carbon.core.columns import Column
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats
from carbon.core.vocabulary import heading_key, holds, is_word, net
from carbon.records.grids.cells import Grid
from carbon.records.headings.layout import Layout
from carbon.records.rules.declared import answered
from carbon.records.rules.sheet import Sheet

VAT_RATES = np.array([2.1, 2.6, 3, 3.7, 3.8, 4, 4.8, 5, 5.5, 6, 6.5, 7, 7.7, 8, 8.1, 9, 9.5, 10, 12, 13, 13.5, 14, 15,
                      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 25.5, 27]) / 100
"""Rates of value added tax in Europe, 2014 to 2025: a list of our own, of no table that is cited. It asks questions;
what counts, the company's params state. A rate that is not listed is known by the words of its line alone.
"""


def is_tax(text: str) -> bool:
    """Return whether a cell names a tax on sales and nothing else."""
    return is_word(re.sub(r"^\d[\d ]* |( \d[\d ]*)?$", "", heading_key(text)), "row tax")


def names_tax(heading: str) -> bool:
    """Return whether a heading holds the name of a tax on sales."""
    return holds(heading_key(heading), "row tax", "word of tax")


def warn_of_taxes(sheet: Sheet) -> None:
    """Add a warning of purchases that are a tax by their category, description, supplier or account, or by a word of a
    column that is not read and in which other rows are something else.
    """
    counted_rows = (sheet.table["amount"] != 0).to_numpy(dtype=bool)
    if (company := fold(sheet.project.company)) and "supplier" in sheet.layout.columns:
        own_rows = sheet.rows_where(sheet.layout.columns["supplier"], lambda text: fold(text) == company)
        sheet.warn_at(own_rows & counted_rows, "own_supplier", company=sheet.project.company)
    places = {c: p for c, p in sheet.layout.columns.items() if c in ("category", "description", "supplier", "account")}
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


def with_signs(sheet: Sheet) -> pd.DataFrame | None:
    """Return the table with the amounts of credits below zero, where other columns mark debits and credits.

    Raises FileRefused: `sign_ambiguous`: credits and debits are marked, and which of them are purchases is not certain.
    """
    found = ((*marked, heading) for position, heading, key in sheet.headed_columns
             if (marked := _marks(key, sheet.body, position)) is not None)
    marks = _two_columns(sheet.body, sheet.layout) or next(found, None)
    return None if marks is None else sheet.table.assign(amount=_settled(*marks, sheet))


def _two_columns(body: Grid, layout: Layout) -> tuple[Flags, Flags, str] | None:
    """Return the rows with a debit and those with a credit, of two columns next to the amount that is read."""
    keys = [heading_key(h) for h in layout.headings[:len(body.columns)]]
    debit, credit = ([i for i, k in enumerate(keys) if is_word(k, f"heading {side}")] for side in ("debit", "credit"))
    read_positions = {*layout.columns.values()}
    if "amount" in layout.joined or len(debit) != 1 or len(credit) != 1 or read_positions & {debit[0], credit[0]}:
        return None
    filled = [~np.asarray(pc.match_substring_regex(d.texts, r"^[\s0.,-]*$")).astype(bool)[d.codes]
              for d in (body.columns[i].distinct for i in (debit[0], credit[0]))]
    return (filled[0], filled[1], layout.headings[credit[0]]) if filled[1].any() else None


def _marks(key: str, body: Grid, position: int) -> tuple[Flags, Flags] | None:
    """Return the rows marked debit and those marked credit by a column; None where it has other words."""
    words, keyed = {*key.split()}, is_word(key, "heading posting key")
    of_marks = all(is_word(w, "heading sign alone", "heading sign side", "heading sign other") for w in words) and (
        holds(key, "heading sign alone") or sum(is_word(w, "heading sign side") for w in words) > 1)
    of_signs = {t.strip() for t in body.columns[position].text[:5].to_pylist()} <= {"+", "-", "−", ""}
    if not (of_marks or keyed or of_signs or is_word(key, "heading any mark")):
        return None
    distinct = body.columns[position].distinct
    cells = [t.strip() if t.strip() in ("+", "-", "−") else fold(t) for t in distinct.texts.to_pylist()]
    debit, credit = (np.array([c in signs or any(is_word(c, name) for name in (
        [f"row {side} key"] if keyed else [f"row {side}", *([f"row short {side}"] if of_marks else [])]))
        for c in cells], dtype=bool) for side, signs in (("debit", ("+",)), ("credit", ("-", "−"))))
    if not credit.any() or not (debit | credit | (np.array(cells) == "")).all():
        return None
    return debit[distinct.codes], credit[distinct.codes]


def _settled(debit: Flags, credit: Flags, heading: str, sheet: Sheet) -> Floats:
    """Return the amounts with the sign of their marks, unchanged where they already have it."""
    values = sheet.table["amount"].to_numpy()
    credit_amounts = values[credit & ~np.isnan(values)]
    if not debit.any():
        sheet.warn_of("all_credits", heading=heading)
        return values
    if (credit_amounts <= 0).all():
        return values
    if (credit_amounts < 0).any() or credit_amounts.sum() > np.nansum(values[debit]):
        raise sheet.refusal("sign_ambiguous", heading=heading)
    sheet.fault(~debit & ~credit & ~np.isnan(values), "amount", "sign_missing")
    sheet.warn_of("credits_marked", rows=len(credit_amounts), heading=heading)
    return np.where(credit, -values, values) + 0.0


def flag_credit_notes(sheet: Sheet) -> None:
    """Add a fault for positive amounts of rows whose type is a credit note, a warning where only the text states it."""
    values = sheet.table[sheet.counted_column].to_numpy()
    with np.errstate(invalid="ignore"):
        positive = values > 0
    typed = np.zeros(len(sheet), dtype=bool)
    for position, heading, key in sheet.headed_columns:
        if is_word(key, "heading note", "heading type"):
            typed |= sheet.rows_stating(position, "credit note") & ~answered(sheet, position, heading)
    positive_notes = typed & positive
    if positive_notes.any() and np.nansum(values[~typed]) > 0:
        sheet.fault(positive_notes, sheet.counted_column, "credit_note_positive")
    if "description" in sheet.layout.columns and not positive_notes.any():
        distinct = sheet.body.columns[sheet.layout.columns["description"]].distinct
        noted = pc.match_substring_regex(distinct.texts, net("begins as a credit note", start=True))
        sheet.warn_at(positive & np.asarray(noted).astype(bool)[distinct.codes], "credit_note_positive.described")
