"""What params state of rows by a word in a column: they are no records, they count, or they count below zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd
import pyarrow as pa

from carbon.core.errors import FileRefused
from carbon.core.text import strip_accents
from carbon.records.grids.cells import Column, Distinct
from carbon.records.kinds.faults import Problem
from carbon.records.kinds.vocabulary import heading_key
from carbon.records.rules.sheet import Flags, Sheet

_ALREADY = Problem("minus_already", "params count the row below zero, and what it counts is below zero already",
                   "take its word out of `minus_rows_where` in params, or write the number without a sign")


def exclude_declared(sheet: Sheet) -> None:
    """Exclude the rows that params declare to be no records.

    Raises FileRefused: `columns_missing`: the file does not have the column.
    """
    for heading, distinct, rows in _declared(sheet, "skip_rows_where"):
        sheet.excluded.add(rows, "subtotal", "declared in params not to be a record (skip_rows_where)",
                           heading, distinct.texts.take(pa.array(distinct.codes)).to_pandas())


def with_declared_signs(sheet: Sheet) -> pd.DataFrame | None:
    """Return the table with the rows below zero that params declare so, written above zero.

    Raises FileRefused: `columns_missing`: the file does not have a column of `minus_rows_where` or `count_rows_where`.
    """
    list(_declared(sheet, "count_rows_where"))  # refused where its column is missing, as the others are
    below_zero = np.zeros(len(sheet), dtype=bool)
    for _, _, rows in _declared(sheet, "minus_rows_where"):
        below_zero |= rows
    column = "trips" if "trips" in sheet.table.columns else sheet.counted_column
    if not below_zero.any() or not column:
        return None
    values = sheet.table[column].fillna(1) if column == "trips" else sheet.table[column]
    sheet.fault(below_zero & (values < 0).to_numpy(dtype=bool), column, _ALREADY)
    return sheet.table.assign(**{column: values.mask(below_zero & (values > 0).to_numpy(dtype=bool), -values)})


def warn_of_statements(sheet: Sheet) -> None:
    """Add a warning of each statement on the file that params swear to: it is there instead of a guard."""
    for said in sheet.options.swears:
        sheet.warn("sworn", f"the company states since {said.on}: {said.what}, because {said.reason}")


def answered(sheet: Sheet, position: int, heading: str) -> Flags:
    """Return the rows whose cell in a column params declare to count, as they are or below zero."""
    rows = np.zeros(len(sheet), dtype=bool)
    for declared in (sheet.options.count_rows_where, sheet.options.minus_rows_where):
        patterns = [p for name, given in declared.items() if heading_key(name) == heading_key(heading) for p in given]
        if patterns:
            rows |= _matching(sheet.body.columns[position].distinct(), patterns)
    return rows


def _declared(sheet: Sheet, option: str) -> Iterator[tuple[str, Distinct, Flags]]:
    declared: Mapping[str, list[str]] = getattr(sheet.options, option)
    for heading, patterns in declared.items():
        column = sheet.raw.get(heading) or _by_heading(sheet, heading)
        if column is None:
            raise FileRefused(f"no column {heading!r}, which `{option}` names", code="columns_missing",
                              what_to_do=f"correct `{option}` in the company's params")
        distinct = column.distinct()
        yield heading, distinct, _matching(distinct, patterns)


def _by_heading(sheet: Sheet, heading: str) -> Column | None:
    return next((sheet.body.columns[i] for i, _, key in sheet.headed_columns if key == heading_key(heading)), None)


def _matching(distinct: Distinct, patterns: list[str]) -> Flags:
    hit = np.array([any(fnmatchcase(fold_glob(t), fold_glob(p)) for p in patterns)
                    for t in distinct.texts.to_pylist()], dtype=bool)
    return np.asarray(hit[distinct.codes], dtype=bool)


def fold_glob(text: str) -> str:
    """Fold case and accents of a string; * and ? stay wildcards."""
    return strip_accents(" ".join(text.split())).casefold()
