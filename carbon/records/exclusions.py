"""
Rows that are understood and are no records of the year: declared subtotals, repeated headings, other years.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.errors import FileRefused
from carbon.core.params import FilePattern
from carbon.core.words import strip_accents
from carbon.records.cells import Column
from carbon.records.faults import Excluded, Problem
from carbon.records.grids import Grid
from carbon.records.layout import Layout
from carbon.records.vocabulary import heading_key

Flags = npt.NDArray[np.bool_]


def exclude_declared(body: Grid, layout: Layout, columns: dict[str, Column], options: FilePattern,
                     excluded: Excluded) -> None:
    """
    Rows that params declare to be subtotals.
    """
    for heading, patterns in options.skip_rows_where.items():
        column = columns.get(heading) or _by_heading(body, layout, heading)
        if column is None:
            raise FileRefused(f"no column {heading!r}, which `skip_rows_where` names", code="columns_missing",
                              what_to_do="correct `skip_rows_where` in the company's params")
        distinct = column.distinct()
        hit = np.array([any(fnmatchcase(fold_glob(t), fold_glob(p)) for p in patterns)
                        for t in distinct.texts.to_pylist()], dtype=bool)
        excluded.add(hit[distinct.codes], "subtotal", "declared in params not to be a record (skip_rows_where)",
                     heading, distinct.texts.take(pa.array(distinct.codes)).to_pandas())


def fold_glob(text: str) -> str:
    """
    Text without case and accents whose * and ? still mean what they mean in a glob.
    """
    return strip_accents(" ".join(text.split())).casefold()


def _by_heading(body: Grid, layout: Layout, heading: str) -> Column | None:
    at = [i for i, h in enumerate(layout.headings) if heading_key(h) == heading_key(heading) and h]
    return body.columns[at[0]] if at else None


def repeated_headings(body: Grid, layout: Layout) -> Flags:
    """
    Rows that are the row of headings once more.
    """
    same = np.ones(len(body), dtype=bool)
    for heading, column in zip(layout.headings, body.columns, strict=False):
        if heading and same.any():
            same &= column.equals(heading)
    return same


def ruled_lines(body: Grid) -> Flags:
    """
    Rows of dashes and the like, which lists drawn with characters have between their rows.
    """
    ruled = np.zeros(len(body), dtype=bool)
    other = np.zeros(len(body), dtype=bool)
    for column in body.columns:
        distinct = column.distinct()
        drawn = np.asarray(pc.match_substring_regex(distinct.texts, r"^\s*[-=_+]{3,}[-=_+\s]*$")).astype(bool)
        blank = np.asarray(pc.equal(pc.utf8_trim_whitespace(distinct.texts), "")).astype(bool)
        ruled |= drawn[distinct.codes]
        other |= ~(drawn | blank)[distinct.codes]
        if other.all():
            break
    return ruled & ~other


OUT_OF_YEAR = Problem("out_of_year", "outside the reporting year", "move the row to its year, or correct the date")


def rows_of_other_years(table: pd.DataFrame, first: pd.Timestamp | None, last: pd.Timestamp | None) -> Flags:
    """
    Rows wholly outside the reporting year; none where no year is known.
    """
    if first is None or last is None or "period_start" not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return np.asarray((table["period_end"].to_numpy() < first.to_datetime64())
                      | (table["period_start"].to_numpy() > last.to_datetime64()))


def exclude_other_years(table: pd.DataFrame, outside: Flags, excluded: Excluded, first: pd.Timestamp | None,
                        last: pd.Timestamp | None) -> None:
    """
    Exclude the flagged rows, with the day of each.
    """
    if outside.any():
        days = table["period_start"].dt.strftime("%Y-%m-%d").fillna("").astype("str")
        excluded.add(outside, "out_of_year", f"outside the reporting year {first:%Y-%m-%d} to {last:%Y-%m-%d}", "date",
                     days)
