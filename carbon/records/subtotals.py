"""
Rows that are no records: totals and subtotals among them, and remarks below them.

A row that says "total" and equals the sum of rows above it is no record. Where it is also incomplete as a record it is
excluded; where it is complete (a supplier may be called Total) the doubt is refused. Rows declared under
`skip_rows_where` never come here.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from carbon.core.words import fold
from carbon.records.faults import Excluded, Faults, Problem
from carbon.records.grids import Grid

Flags = npt.NDArray[np.bool_]

_WORD = r"(?i)\b(?:sub-?)?(?:total|totals|totaux|subtotal|sum|somme|solde|result|résultat|ergebnis|summe|gesamt)\b"
_NOTHING_ELSE = re.compile(
    r"((grand |sub |sous |s )?(total|totals|totaux|subtotal|sum|somme|solde|summe|gesamt)"
    r"( (general|ht|ttc|generale))?( \w+)?)|.+ (result|resultat|ergebnis|total)")
_BEGINS = re.compile(r"(grand |sub |sous )?(total|totals|totaux|subtotal|somme|summe|gesamt\w*)\b.*")
_NEVER_A_NAME = re.compile(r"(grand|sub|sous) ?totals?|total general|sum total|gesamtsumme")
_SOUGHT = 5000
_MOST_NOTES = 20
_PHRASE = re.compile(r"[^\W\d_]{2}.*\s.*[^\W\d_]{2}", re.DOTALL)
_SUSPECTED = Problem("subtotal_suspected", "the row says that it is a total of other rows",
                     "declare it under `skip_rows_where` in the company's params, or delete the row")


def settle_totals(values: npt.NDArray[np.float64], body: Grid, excluded: Excluded, faults: Faults, column: str, *,
                  numbers: set[int]) -> None:
    """
    Exclude totals that are no records; a fault for rows that may be either.

    A complete row is in doubt where it says what no name says ("grand total"), or where some row of the file proves to
    be a total of several.

    Parameters
    ----------
    values
        What each row counts for.
    numbers
        Positions of columns that hold numbers only: no word is sought there.
    """
    bad = faults.bad_rows()
    sayings = _sayings(body, numbers, bad)
    if bad[-1]:
        _exclude_notes(body, faults, excluded)
    candidates = [i for i in sayings if not np.isnan(values[i])][:_SOUGHT]
    candidates = candidates or _silent_total(values, body, numbers, bad & ~excluded.flags)
    if not candidates:
        return
    plain = ~np.isnan(values) & ~excluded.flags
    plain[candidates] = False
    sums, sizes = _sums_above(values, plain, candidates)
    equal = np.isclose(sums, values[candidates][:, None], rtol=1e-12, atol=0.005) & (sizes > 0)
    proved = (equal & (sizes > 1)).any()
    fitting = np.any(equal, axis=1)
    for row, fits in zip(candidates, [bool(f) for f in fitting], strict=True):
        said = sayings.get(row, "nothing")
        named = bool(_NEVER_A_NAME.fullmatch(fold(said)))
        if bad[row] and fits:
            here = np.zeros(len(body), dtype=bool)
            here[row] = True
            excluded.add(here, "subtotal", f"says {said!r} and equals the sum of rows above", column)
        elif not bad[row] and (named or proved):
            faults.add(np.array([row]), column, _SUSPECTED, said)


def _sums_above(values: npt.NDArray[np.float64], plain: Flags,
                candidates: list[int]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """
    Of each candidate: sum and number of the plain rows since the candidate before it, and of all plain rows above.
    """
    at = np.array(candidates)
    running = np.concatenate([[0.0], np.cumsum(np.where(plain, values, 0.0))])[at]
    counts = np.concatenate([[0], np.cumsum(plain)])[at]
    before = np.concatenate([[0], np.arange(len(at) - 1)])
    group = running - np.where(np.arange(len(at)) > 0, running[before], 0.0)
    size = counts - np.where(np.arange(len(at)) > 0, counts[before], 0)
    return np.stack([group, running], axis=1), np.stack([size, counts], axis=1)


def _silent_total(values: npt.NDArray[np.float64], body: Grid, numbers: set[int], bad: Flags) -> list[int]:
    """
    The last row, where it holds nothing but numbers and stands below two others: a total without a word.
    """
    last = len(body) - 1
    if last < 2 or not bad[last] or np.isnan(values[last]):
        return []
    words = [body.columns[i].text[last].as_py().strip() for i in range(len(body.columns)) if i not in numbers]
    return [] if any(words) else [last]


def _exclude_notes(body: Grid, faults: Faults, excluded: Excluded) -> None:
    """
    Exclude what stands below the table: rows at its end whose only cell is a phrase where a day or a number belongs.
    """
    found = faults.table()
    misplaced = set(found.loc[found["code"].isin(["date_unreadable", "not_a_number"]), "row"].tolist())
    for row in range(len(body) - 1, max(len(body) - 1 - _MOST_NOTES, 0), -1):
        cells = [c.text[row].as_py().strip() for c in body.columns]
        filled = [text for text in cells if text]
        if excluded.flags[row]:
            continue
        if row not in misplaced or len(filled) != 1 or not _PHRASE.search(filled[0]):
            return
        here = np.zeros(len(body), dtype=bool)
        here[row] = True
        excluded.add(here, "note", "a remark below the table")


def _sayings(body: Grid, numbers: set[int], bad: Flags) -> dict[int, str]:
    """
    Rows with a cell that says total and nothing else, and what it says; by row.

    A row that is no whole record may say more, e.g. "Total général (2 lignes)".
    """
    found: dict[int, str] = {}
    for position, column in enumerate(body.columns):
        if position in numbers:
            continue
        distinct = column.distinct()
        hits = np.asarray(pc.match_substring_regex(distinct.texts, _WORD)).astype(bool)
        for code in np.flatnonzero(hits).tolist():
            text = distinct.texts[code].as_py()
            whole = bool(_NOTHING_ELSE.fullmatch(fold(text)))
            if whole or _BEGINS.fullmatch(fold(text)):
                for row in np.flatnonzero(distinct.codes == code).tolist():
                    if whole or bad[row]:
                        found.setdefault(row, text.strip())
    return dict(sorted(found.items()))
