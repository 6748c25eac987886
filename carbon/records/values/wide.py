"""Tables with several quantities a line: each counted cell becomes a row, with its cell for the way back to the file.

A total next to columns of months must be their sum. Columns of numbers that nothing reads are listed, never repeated.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import units
from carbon.core.columns import group_codes
from carbon.core.errors import FileRefused
from carbon.core.params.company import FilePattern
from carbon.core.params.files import WideLayout
from carbon.records.grids import cells
from carbon.records.grids.cells import TEXT, Column
from carbon.records.grids.grid import Grid, filled_cells, letters
from carbon.records.headings.matching import TEMPLATE, Headings, key_of
from carbon.records.kinds.contract import NUMBER, UNCERTAINTY
from carbon.records.kinds.faults import Warned
from carbon.records.values import load_curves
from carbon.records.values.numbers import Numbers, parse_numbers
from carbon.records.values.wide_headings import DATE, TIME, Wide, fits, wide_headings

Rows = npt.NDArray[np.intp]
MOST_WORDS = 500
"""Distinct cells of a column beyond which it does not part the rows of a load curve."""
_FIGURES = r"^\s*[-+(\x{2212}]?\s*[€£$]?\s*\d[\d\s.,'’]*\)?\s*[%€£$]?\s*$"


def unfolded(grid: Grid, headings: Headings, name: str, *, year: str = "",
             sites: Collection[str] = ()) -> tuple[Grid, FilePattern] | None:
    """Return a table with a row for each counted cell, and its options; None where the grid is no such table.

    Rows come column after column, so that a row of totals is still below the rows it sums; those of a load curve are
    one a day. Parameters and errors as of `wide_headings`.

    Raises
    ------
    FileRefused
        Also: a hidden column counts, units below the headings, decimals of two kinds, a total that is not the sum.
    """
    wide = wide_headings(grid, headings, name, year=year, sites=sites)
    if wide is None:
        return None
    hidden = [wide.cells[i] for i in (*wide.counted, *wide.totals) if i in grid.hidden_columns]
    if hidden:
        raise FileRefused(f"{name}: the workbook hides the column {hidden[0]!r}", code="hidden_column",
                          what_to_do="show the column, or delete it")
    body = _body(grid, wide, name)
    _refuse_units_below(wide, body, name)
    _check_totals(wide, body, headings, name)
    columns = _in_one_convention(wide, body, headings, name)
    kept = _kept(wide, headings, body)
    layout = headings.options.layout
    if layout is None or layout.curve is None:
        table = _a_row_a_cell(wide, body, columns, kept, headings, name)
    else:
        table = _a_row_a_day(wide, body, columns, kept, headings, name)
    dated = (layout is not None and layout.curve is not None) or any(DATE in values for values in wide.counted.values())
    have = {key_of(h) for h in table.headings or []}
    return table, headings.options.model_copy(update={
        "header_row": None, "header_rows": 1, "period": None if dated else headings.options.period,
        "columns": {c: h for c, h in headings.options.columns.items() if TEMPLATE.search(h) or key_of(h) in have}})


def _body(grid: Grid, wide: Wide, name: str) -> Grid:
    """Return the rows below the headings that hold anything; refuse those longer than the headings."""
    first = wide.first_row
    columns = [c.below(first) for c in grid.columns]
    rows = np.flatnonzero(filled_cells(columns, len(grid) - first))
    if not len(rows):
        raise FileRefused(f"{name}: headings only, no rows", code="no_rows", what_to_do="ask for the file again")
    body = replace(grid, columns=[c.take(rows) for c in columns], lines=grid.lines[first:][rows],
                   widths=None if grid.widths is None else grid.widths[first:][rows],
                   hidden=None if grid.hidden is None else grid.hidden[first:][rows])
    width = int(grid.widths[first - 1]) if grid.widths is not None and first else len(wide.cells)
    longer = np.flatnonzero(body.widths > width) if body.widths is not None else rows[:0]
    filled = [r for r in longer.tolist() if any(c.text[r].as_py().strip() for c in body.columns[width:])]
    if filled:
        raise FileRefused(f"{name}, line {int(body.lines[filled[0]])}: more cells than headings", code="row_too_long",
                          what_to_do="quote cells that hold the separator, or remove extras")
    return body


def _refuse_units_below(wide: Wide, body: Grid, name: str) -> None:
    """Refuse a row of units right below the headings: each column may have its own.

    Raises FileRefused: `units_below`.
    """
    below = [body.columns[i].text[0].as_py().strip() for i in wide.counted]
    named_units = [text for text in below if text and units.find(text) is not None]
    if named_units and len(named_units) == len([text for text in below if text]):
        raise FileRefused(f"{name}, line {int(body.lines[0])}: units ({', '.join(dict.fromkeys(named_units))}) below "
                          "the headings", code="units_below",
                          what_to_do="declare `header_row` and `header_rows: 2`, so that they belong to the headings")


def _numbers(columns: list[Column], options: FilePattern) -> tuple[npt.NDArray[np.float64], Numbers]:
    """Return the numbers of some columns [columns, rows], read by the convention that they prove together."""
    column = Column(pa.concat_arrays([_text(c) for c in columns]), np.concatenate([_marks(c) for c in columns]))
    distinct = column.distinct()
    parsed = parse_numbers(distinct, decimal=options.decimal, thousands=options.thousands)
    return parsed.numbers[distinct.codes].reshape(len(columns), -1), parsed


def _check_totals(wide: Wide, body: Grid, headings: Headings, name: str) -> None:
    """Refuse a total next to the months that is not their sum, apart from rounding."""
    for total in wide.totals:
        table, _ = _numbers([body.columns[i] for i in (*wide.counted, total)], headings.options)
        sums, stated = np.nansum(table[:-1], axis=0), table[-1]
        comparable = ~np.isnan(stated) & ~np.isnan(table[:-1]).all(axis=0)
        digits = max((len(t.rpartition(".")[2]) if "." in t else 0 for t in map(_decimal, stated[comparable])),
                     default=0)
        unequal = np.flatnonzero(comparable & (np.abs(sums - stated) > 0.51 * 10.0**-digits * len(wide.counted)))
        if len(unequal):
            raise FileRefused(
                f"{name}, line {int(body.lines[unequal[0]])}: {wide.cells[total]!r} is {_decimal(stated[unequal[0]])}, "
                f"the months next to it sum to {_decimal(sums[unequal[0]])}", code="months_not_the_total",
                what_to_do="fill in the missing month, correct the total, or delete that column")


def _decimal(value: float) -> str:
    return f"{value:.10g}"


def _in_one_convention(wide: Wide, body: Grid, headings: Headings, name: str) -> dict[int, Column]:
    """Return the counted columns; where some have a decimal comma and some a point, with their numbers written alike.

    Raises FileRefused: `decimal_mixed`: such columns next to one that has 1.234 and proves neither.
    """
    columns = {i: body.columns[i] for i in wide.counted}
    options = headings.options
    if options.decimal or _numbers([*columns.values()], options)[1].convention != "mixed decimals":
        return columns
    for i, column in columns.items():
        distinct = column.distinct()
        parsed = parse_numbers(distinct, thousands=options.thousands)
        if any(p.code == "number_ambiguous" for p in parsed.problems.values()):
            raise FileRefused(f"{name}: the column {wide.cells[i]!r} has numbers like "
                              f"{distinct.texts[next(iter(parsed.problems))].as_py()!r}, and the others write decimals "
                              "with a comma and with a point", code="decimal_mixed",
                              what_to_do="declare `decimal`, or write all columns alike")
        readable = ~np.isnan(parsed.numbers)
        texts = distinct.texts.to_pylist()
        for at in np.flatnonzero(readable & (distinct.marks == TEXT)).tolist():
            texts[at] = repr(float(parsed.numbers[at])) if at not in parsed.currencies else texts[at]
        marks = np.where(readable & ~np.isin(np.arange(len(texts)), [*parsed.currencies]), cells.NUMBER, distinct.marks)
        columns[i] = Column(pa.array(texts, pa.string()).take(pa.array(distinct.codes)),
                            marks.astype(np.uint8)[distinct.codes])
    return columns


def _kept(wide: Wide, headings: Headings, body: Grid) -> list[int]:
    """Return the positions that each record of a line keeps: columns of the kind but its numbers, declared ones, words.

    A number of the line would be there once for each of its cells.
    """
    options, fields = headings.options, headings.contract.name_of
    out = {*wide.counted, *wide.totals, wide.year_at}
    free = [c if i not in out else "" for i, c in enumerate(wide.cells)]
    matched = {i: c for c, i in headings.match(free)[0].items()}
    named = {key_of(h) for c in options.columns.values() for h in TEMPLATE.findall(c) or [c]}
    for rows_where in ("skip_rows_where", "count_rows_where", "minus_rows_where"):
        named |= {key_of(h) for h in getattr(options, rows_where, None) or {}}

    def keeps(i: int) -> bool:
        column = matched.get(i, UNCERTAINTY)
        if key_of(wide.cells[i]) in named or (i in matched and (fields[column].reads != NUMBER or
                                                               column == UNCERTAINTY)):
            return True
        return i not in matched and (options.layout is None or not _of_figures(body.columns[i]))

    return [i for i in range(min(len(wide.cells), len(body.columns))) if i not in out and keeps(i)]


def unread_figures(wide: Wide, kept: list[int], layout: WideLayout) -> dict[str, str]:
    """Return column letter -> heading of the columns of figures that nothing reads and params do not name."""
    asked = {h for values in wide.counted.values() for value in values.values() for h in TEMPLATE.findall(value)}
    out = {*wide.counted, *wide.totals, *kept, wide.year_at}
    return {letters(i): c for i, c in enumerate(wide.cells) if c and i not in out and
            not any(fits(c, p) for p in (*layout.unread, *asked))}


def _of_figures(column: Column) -> bool:
    """Return whether more than half of the filled cells of a column, each different one once, are figures."""
    texts = column.distinct().texts
    texts = texts.filter(pc.not_equal(pc.utf8_trim_whitespace(texts), ""))
    return 2 * (pc.sum(pc.match_substring_regex(texts, _FIGURES)).as_py() or 0) > len(texts)


def _text(column: Column) -> pa.Array:
    return column.text.cast(pa.string())


def _marks(column: Column) -> npt.NDArray[np.uint8]:
    return np.zeros(len(column), dtype=np.uint8) + TEXT if column.marks is None else column.marks


def _a_row_a_cell(wide: Wide, body: Grid, columns: dict[int, Column], kept: list[int], headings: Headings,
                  name: str) -> Grid:
    """Return the table column after column. A column in which no row holds anything is named, and gives no row.

    A row without any quantity is kept once.
    """
    blank = {i: column.blank() for i, column in columns.items()}
    counted = [i for i in wide.counted if not blank[i].all()]
    if not counted:
        raise FileRefused(f"{name}: headings only, no quantities", code="no_rows", what_to_do="ask for the file again")
    idle = np.logical_and.reduce([blank[i] for i in counted])
    parts = [(i, np.flatnonzero(~idle | (i == counted[-1]))) for i in counted]
    rows = np.concatenate([k for _, k in parts])
    measure, unit_column = headings.contract.measure[0], _unit_column(headings)
    quantity = Column(pa.concat_arrays([_text(columns[i]).take(pa.array(k)) for i, k in parts]),
                      np.concatenate([_marks(columns[i])[k] for i, k in parts]))
    titles = [wide.cells[i] for i in kept]
    unfolded_columns = [body.columns[i].take(rows) for i in kept]
    for column in dict.fromkeys(c for i in counted for c in wide.counted[i] if c != unit_column):
        texts = pa.concat_arrays([_values(wide, body, i, k, column, name) for i, k in parts])
        texts = pc.if_else(pa.array(idle[rows]), "", texts) if column == DATE else texts
        titles, unfolded_columns = [*titles, column], [*unfolded_columns, Column(texts)]
    stated = {wide.units.get(i, "") for i in counted}
    if len(stated) > 1:
        texts = pa.concat_arrays([pa.array([wide.units.get(i, "")] * len(k), pa.string()) for i, k in parts])
        titles, unfolded_columns = [*titles, unit_column], [*unfolded_columns, Column(texts)]
    unit = stated.pop() if len(stated) == 1 else ""
    titles, unfolded_columns = [*titles, f"{measure} ({unit})" if unit else measure], [*unfolded_columns, quantity]
    reach = max(wide.counted) + 1
    widths = None if body.widths is None else np.where(body.widths < reach, len(titles) - 1, len(titles))[rows]
    unread = [wide.cells[i] for i in wide.counted if i not in counted]
    late = [Warned("month_empty", f"{name}: no row holds a quantity for {', '.join(unread)}")] if unread else []
    layout = headings.options.layout
    across = [Warned("months_across", f"{name}: one row of the file gives a record for each of {len(counted)} months")]
    places = [pc.binary_join_element_wise(letters(i), pa.array(body.lines[k]).cast(pa.string()), "") for i, k in parts]
    return Grid(unfolded_columns, body.lines[rows], f"{body.dialect}, {'columns' if layout else 'months'} across",
                sheet=body.sheet, widths=widths, headings=titles,
                hidden=None if body.hidden is None else body.hidden[rows],
                hidden_columns=frozenset(n for n, i in enumerate(kept) if i in body.hidden_columns),
                warnings=[*body.warnings, *([] if layout else across), *late], cells=pa.concat_arrays(places),
                unread=unread_figures(wide, kept, layout) if layout else None)


def _unit_column(headings: Headings) -> str:
    measure = headings.contract.measure[0]
    return headings.contract.name_of[measure].unit_column if measure else ""


def _values(wide: Wide, body: Grid, position: int, rows: Rows, column: str, name: str) -> Any:
    """Return the declared value of a counted column in some rows, or the cell of the column that "{Heading}" names."""
    value = wide.counted[position].get(column, "")
    if column == DATE and wide.year_at is not None:
        years = pc.utf8_trim_whitespace(_text(body.columns[wide.year_at]).take(pa.array(rows)))
        return pc.binary_join_element_wise(pc.replace_substring_regex(years, r"\.0$", ""), value, "")
    if TEMPLATE.fullmatch(value):
        at = [i for i, c in enumerate(wide.cells) if fits(c, value[1:-1])]
        if len(at) != 1:
            raise FileRefused(f"{name}: {len(at)} headings are {value[1:-1]!r}, which `layout` names for `{column}`",
                              code="columns_missing", what_to_do="correct `layout` in the company's params")
        return _text(body.columns[at[0]]).take(pa.array(rows))
    return pa.array([value] * len(rows), pa.string())


def _a_row_a_day(wide: Wide, body: Grid, columns: dict[int, Column], kept: list[int], headings: Headings,
                 name: str) -> Grid:
    """Return the energy of each day of a load curve as a row, and its cells that are no number as rows of their own."""
    layout = headings.options.layout
    curve = layout.curve if layout is not None else None
    assert layout is not None and curve is not None
    matched = headings.match([c if i in kept else "" for i, c in enumerate(wide.cells)])[0]
    stamp_at = matched.get(DATE, matched.get("period_start"))
    if stamp_at is None:
        raise FileRefused(f"{name}: no column of days or stamps for the load curve", code="columns_missing",
                          what_to_do="declare it under `columns: {date: ...}` in the company's params")
    length_at = next((i for i, c in enumerate(wide.cells) if c and curve.step and fits(c, curve.step)), None)
    kept = [i for i in kept if i not in (stamp_at, matched.get("period_end"), length_at)]
    words = {i: body.columns[i] for i in kept if len(body.columns[i].distinct().texts) <= MOST_WORDS or
             i in matched.values()}
    across, stamps = layout.headings == TIME, body.columns[stamp_at]
    steps = load_curves.days_across(stamps, len(wide.counted)) if across else load_curves.steps_down(
        stamps, None if length_at is None else body.columns[length_at], [c for i, c in words.items() if i in matched.values()],
        [c for i, c in words.items() if i not in matched.values()], curve, name)
    parted = group_codes([steps.meter, *(c.distinct().codes for c in words.values())])
    parts, warnings = [], [*body.warnings]
    for series in [[*wide.counted]] if across else [[i] for i in wide.counted]:
        what = f"{name}: {wide.cells[series[0]]!r}"
        cells_of = [columns[i] for i in series]
        values, blank = load_curves.values_of(cells_of, headings.options.decimal, headings.options.thousands)
        if curve.measures == "index":
            energy, warned = load_curves.differences(values, steps, curve, what)
        else:
            energy = load_curves.sums_of_days(values, steps, parted, curve)
            warned = load_curves.missing_steps(values, blank, steps, curve, what)
        warnings += warned
        bad = ~blank & (np.isnan(values) | ~steps.sound)
        parts.append((series[0], load_curves.rows_of(energy, bad, steps, cells_of, [letters(i) for i in series],
                                                     stamps, body)))
    return _of_days(wide, body, [i for i in kept if i in words], parts, warnings, headings)


def _of_days(wide: Wide, body: Grid, kept: list[int], parts: list[tuple[int, dict[str, Any]]], warnings: list[Warned],
             headings: Headings) -> Grid:
    rows = np.concatenate([part["rows"] for _, part in parts])
    measure, unit_column = headings.contract.measure[0], _unit_column(headings)
    titles, columns = [wide.cells[i] for i in kept], [body.columns[i].take(rows) for i in kept]
    values = {i: wide.counted[i] | ({unit_column: wide.units[i]} if i in wide.units else {}) for i, _ in parts}
    for column in dict.fromkeys(c for of_part in values.values() for c in of_part):
        texts = [pa.array([values[i].get(column, "")] * len(part["rows"]), pa.string()) for i, part in parts]
        titles, columns = [*titles, column], [*columns, Column(pa.concat_arrays(texts))]
    for column, key in (("period_start", "start"), ("period_end", "end")):
        titles, columns = [*titles, column], [*columns, Column(pa.concat_arrays([part[key] for _, part in parts]))]
    quantity = Column(pa.concat_arrays([part["quantity"].text for _, part in parts]),
                      np.concatenate([part["quantity"].marks for _, part in parts]))
    return Grid([*columns, quantity], body.lines[rows], f"{body.dialect}, a load curve by days", sheet=body.sheet,
                headings=[*titles, measure], hidden=None if body.hidden is None else body.hidden[rows],
                warnings=warnings, cells=pa.concat_arrays([part["cells"] for _, part in parts]),
                unread=unread_figures(wide, kept, headings.options.layout or WideLayout()))
