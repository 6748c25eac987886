"""Rows that are not records of the year, or are incomplete: headings, ruled lines, hidden rows, other years."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from carbon.core.arrays import Flags
from carbon.records.grids.cells import filled_cells
from carbon.records.headings.faults import is_scaled, scaled
from carbon.records.rules.sheet import Sheet


def exclude_repeated_headings(sheet: Sheet) -> None:
    """Exclude the rows that are the row of headings once more."""
    is_heading = np.ones(len(sheet), dtype=bool)
    for heading, column in zip(sheet.layout.headings, sheet.body.columns, strict=False):
        if heading and is_heading.any():
            is_heading &= column.equals(heading)
    sheet.exclude(is_heading, "header_repeated")


def exclude_ruled_lines(sheet: Sheet) -> None:
    """Exclude the rows of dashes and the like, which lists drawn with characters have between their rows."""
    ruled = np.zeros(len(sheet), dtype=bool)
    other = np.zeros(len(sheet), dtype=bool)
    for column in sheet.body.columns:
        distinct = column.distinct
        drawn = np.asarray(pc.match_substring_regex(distinct.texts, r"^\s*[-=_+]{3,}[-=_+\s]*$")).astype(bool)
        blank = np.asarray(pc.equal(pc.utf8_trim_whitespace(distinct.texts), "")).astype(bool)
        if not (drawn | blank).any():
            return
        ruled |= drawn[distinct.codes]
        other |= ~(drawn | blank)[distinct.codes]
        if other.all():
            break
    sheet.exclude(ruled & ~other, "ruled_line")


def flag_widths(sheet: Sheet) -> None:
    """Add a fault for rows with fewer or more cells than headings."""
    body, layout = sheet.body, sheet.layout
    if body.widths is None:
        return
    last_heading = max((i + 1 for i, h in enumerate(layout.headings) if h), default=0)
    sheet.fault(body.widths < last_heading, "", "row_too_short")
    longer = body.widths > layout.width
    if longer.any():
        extra = filled_cells(body.columns[layout.width:], len(body))
        sheet.fault(longer & extra, "", "row_too_long")


def flag_hidden(sheet: Sheet) -> None:
    """Add a fault for rows that the workbook hides; or, as `hidden_rows` of params states, exclude or count them."""
    hidden = sheet.body.hidden
    if hidden is None or not hidden.any():
        return
    if sheet.options.hidden_rows is None:
        sheet.fault(hidden, "", "hidden_row")
    elif sheet.options.hidden_rows == "exclude":
        sheet.exclude(hidden, "hidden_row.excluded")
    else:
        sheet.warn_of("hidden_row.counted", rows=int(hidden.sum()))


def _of_other_years(sheet: Sheet) -> Flags:
    """Return the rows entirely outside the reporting year; none where no year is known."""
    first, last, table = sheet.project.first_day, sheet.project.last_day, sheet.table
    if first is None or last is None or "period_start" not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return np.asarray((table["period_end"].to_numpy() < first.to_datetime64())
                      | (table["period_start"].to_numpy() > last.to_datetime64()))


def reject_other_years(sheet: Sheet) -> None:
    """Add a fault for rows of other years, where params declare `out_of_year: reject`."""
    if sheet.options.out_of_year == "reject":
        sheet.fault(_of_other_years(sheet), "date", "out_of_year")


def drop_faults_of_excluded(sheet: Sheet) -> None:
    """Drop the faults of excluded rows."""
    lines = sheet.fault_lines
    sheet.fault_lines = lines[sheet.not_excluded[lines["row"].to_numpy(dtype=np.intp)]].reset_index(drop=True)


def exclude_other_years(sheet: Sheet) -> None:
    """Exclude the rows of other years that are no rejects, with the day of each."""
    outside = _of_other_years(sheet) & ~sheet.rejected
    if outside.any():
        days = sheet.table["period_start"].dt.strftime("%Y-%m-%d").fillna("").astype("str")
        sheet.exclude(outside, "out_of_year.excluded", "date", days, project=sheet.project)


_MISREAD = ("not_a_number", "date_unreadable")
"""Faults of a row of headings that is read as a record."""
_SOUGHT, _KEPT = 200, 3


def flag_second_tables(sheet: Sheet) -> None:
    """Add a fault for every row below a second row of headings that keeps the columns but not the one that counts.

    A row of headings that names the same columns in other words is excluded as the headings once more.

    Raises FileRefused: `scale_above`: a row of units right below the headings states "k€".
    """
    layout, body = sheet.layout, sheet.body
    if sheet.counted_column not in layout.columns:
        return
    rows = sheet.faults.rows_with(_MISREAD)
    if len(rows) and not rows[0] and is_scaled(body.row(0)[layout.columns[sheet.counted_column]]):
        raise scaled(sheet.name, body.row(0)[layout.columns[sheet.counted_column]], "below")
    for row in rows[sheet.not_excluded[rows]][:_SOUGHT].tolist():
        cells = body.row(row)
        matched_columns, units, _ = sheet.headings.match(cells)
        kept_columns = [c for c, at in matched_columns.items() if layout.columns.get(c) == at]
        if len(kept_columns) < _KEPT:
            continue
        row_numbers = np.arange(len(body))
        if sheet.counted_column in kept_columns and units == {**layout.units, **layout.stated_units}:
            sheet.exclude(row_numbers == row, "header_repeated.in_other_words")
        else:
            sheet.fault(row_numbers > row, sheet.counted_column, "headings_changed")
            return
