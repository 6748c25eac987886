"""Tables with several quantities a line: each counted cell becomes a row, with its cell for the way back to the file.

A total next to columns of months must be their sum. Columns of numbers that nothing reads are listed, never repeated.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import units
from carbon.core.columns import group_codes
from carbon.params.shapes.company import FilePattern
from carbon.params.shapes.files import Curve, WideLayout
from carbon.records.grids import cells
from carbon.records.grids.cells import TEXT, Column, Grid, letters
from carbon.records.headings.matching import TEMPLATE, Headings, key_of
from carbon.records.kinds.contract import NUMBER, UNCERTAINTY
from carbon.records.kinds.messages import refusal, warned
from carbon.records.values import load_curves
from carbon.records.values.contract_columns import joined_cells
from carbon.records.values.load_curves import Part
from carbon.records.values.numbers import parse_numbers, parse_together
from carbon.records.values.wide_headings import DATE, TIME, Wide, fits, places, wide_headings

MOST_WORDS = 500
"""Distinct cells of a column beyond which it does not part the rows of a load curve."""
_FIGURES = r"^\s*[-+(\x{2212}]?\s*[€£$]?\s*\d[\d\s.,'’]*\)?\s*[%€£$]?\s*$"


def unfolded(grid: Grid, headings: Headings, name: str, *, year: str = "",
             sites: Collection[str] = ()) -> tuple[Grid, FilePattern] | None:
    """Return a table with a row for each counted cell, and its options; None where the grid is no such table.

    Rows come column after column, so that a row of totals is still below the rows it sums; those of a load curve are
    one a day. Parameters and errors as of `wide_headings`.

    Raises FileRefused: Also: a hidden column counts, units below headings, decimals of two kinds, a total is no sum.
    """
    wide = wide_headings(grid, headings, name, year=year, sites=sites)
    if wide is None:
        return None
    if hidden := [wide.cells[i] for i in (*wide.counted, *wide.totals) if i in grid.hidden_columns]:
        raise refusal("hidden_column.wide", name, hidden=hidden[0])
    body = _body(grid, wide, name)
    _refuse_units_below(wide, body, name)
    _check_totals(wide, body, headings, name)
    columns = _in_one_convention(wide, body, headings, name)
    kept_at = _kept(wide, headings, body)
    layout = headings.options.layout
    curve = layout.curve if layout is not None else None
    table = _a_row_a_cell(wide, body, columns, kept_at, headings, name) if layout is None or curve is None else \
        _a_row_a_day(wide, body, columns, kept_at, headings, layout, curve, name)
    dated = curve is not None or any({DATE, "period_start"} & {*of_column} for of_column in wide.counted.values())
    have = {key_of(h) for h in table.headings or []}
    of_power = curve is not None and curve.measures == "power"
    options = headings.options
    constants = {c: v for c, v in options.constants.items() if not (of_power and c == headings.contract.measure[1])}
    mapped = {c: h for c, h in options.columns.items() if {*map(key_of, TEMPLATE.findall(h) or [h])} <= have}
    return table, options.model_copy(update={
        "date_format": options.date_format if curve is None else None, "period": None if dated else options.period,
        "constants": constants, "columns": mapped, "header_row": None, "header_rows": 1})


def _body(grid: Grid, wide: Wide, name: str) -> Grid:
    """Return the rows below the headings that hold anything; refuse those longer than the headings."""
    first = wide.first_row
    body = grid.filled_below(first, name)
    width = int(grid.widths[first - 1]) if grid.widths is not None and first else len(wide.cells)
    longer = np.flatnonzero(body.widths > width) if body.widths is not None else np.empty(0, np.intp)
    if filled := [r for r in longer.tolist() if any(c.text[r].as_py().strip() for c in body.columns[width:])]:
        raise refusal("row_too_long.wide", f"{name}, line {int(body.lines[filled[0]])}")
    return body


def _refuse_units_below(wide: Wide, body: Grid, name: str) -> None:
    """Refuse a row of units right below the headings: each column may have its own."""
    below = [body.columns[i].text[0].as_py().strip() for i in wide.counted]
    named_units = [text for text in below if text and units.find(text) is not None]
    if named_units and len(named_units) == len([text for text in below if text]):
        raise refusal("units_below", f"{name}, line {int(body.lines[0])}", units=", ".join(dict.fromkeys(named_units)))


def _check_totals(wide: Wide, body: Grid, headings: Headings, name: str) -> None:
    """Refuse a total next to the months that is not their sum, apart from rounding."""
    for total in wide.totals:
        codes, _, parsed = parse_together([body.columns[i] for i in (*wide.counted, total)], headings.options)
        table = parsed.numbers[codes]
        sums, stated_values = np.nansum(table[:-1], axis=0), table[-1]
        comparable = ~np.isnan(stated_values) & ~np.isnan(table[:-1]).all(axis=0)
        digits = max((len(f"{v:.10g}".partition(".")[2]) for v in stated_values[comparable]), default=0)
        unequal = np.flatnonzero(comparable & (np.abs(sums - stated_values) > 0.51 * 10.0**-digits * len(wide.counted)))
        if len(unequal):
            at = unequal[0]
            raise refusal("months_not_the_total", f"{name}, line {int(body.lines[at])}", heading=wide.cells[total],
                          stated=stated_values[at], sum=sums[at])


def _in_one_convention(wide: Wide, body: Grid, headings: Headings, name: str) -> dict[int, Column]:
    """Return the counted columns; where some have a decimal comma and some a point, with numbers written alike."""
    columns = {i: body.columns[i] for i in wide.counted}
    options = headings.options
    if options.decimal or parse_together([*columns.values()], options)[2].convention != "mixed decimals":
        return columns
    for i, column in columns.items():
        distinct = column.distinct
        parsed = parse_numbers(distinct, thousands=options.thousands)
        if any(p.code == "number_ambiguous" for p in parsed.problems.values()):
            raise refusal("decimal_mixed", name, heading=wide.cells[i],
                          example=distinct.texts[next(iter(parsed.problems))].as_py())
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
    named_keys = {key_of(h) for c in options.columns.values() for h in TEMPLATE.findall(c) or [c]}
    named_keys |= _keys_of_rows(options)

    def keeps(i: int) -> bool:
        column = matched.get(i, UNCERTAINTY)
        if key_of(wide.cells[i]) in named_keys or (i in matched and (fields[column].reads != NUMBER or
                                                               column == UNCERTAINTY)):
            return True
        return i not in matched and (options.layout is None or not _of_figures(body.columns[i]))

    return [i for i in range(min(len(wide.cells), len(body.columns))) if i not in out and keeps(i)]


def _keys_of_rows(options: FilePattern) -> set[str]:
    """Return the keys of the headings by which params choose rows."""
    return {key_of(h) for r in (options.skip_rows_where, options.count_rows_where, options.minus_rows_where) for h in r}


def unread_figures(wide: Wide, kept_at: list[int], layout: WideLayout) -> dict[str, str]:
    """Return column letter -> heading of the columns of figures that nothing reads and params do not name."""
    asked_keys = {h for values in wide.counted.values() for value in values.values() for h in TEMPLATE.findall(value)}
    out = {*wide.counted, *wide.totals, *kept_at, wide.year_at}
    return {letters(i): c for i, c in enumerate(wide.cells) if c and i not in out and
            not any(fits(c, p) for p in (*layout.unread, *asked_keys))}


def _of_figures(column: Column) -> bool:
    """Return whether more than half of the filled cells of a column, each different one once, are figures."""
    texts = column.distinct.texts
    texts = texts.filter(pc.not_equal(pc.utf8_trim_whitespace(texts), ""))
    return 2 * (pc.sum(pc.match_substring_regex(texts, _FIGURES)).as_py() or 0) > len(texts)


def _a_row_a_cell(wide: Wide, body: Grid, columns: dict[int, Column], kept_at: list[int], headings: Headings,
                  name: str) -> Grid:
    """Return the table column after column. A column in which no row holds anything is named, and gives no row. A row
    without any quantity is kept once.
    """
    blank = {i: column.blank() for i, column in columns.items()}
    counted_at = [i for i in wide.counted if not blank[i].all()]
    if not counted_at:
        raise refusal("no_rows.wide", name)
    idle = np.logical_and.reduce([blank[i] for i in counted_at])
    lines = pa.array(body.lines).cast(pa.string())
    rows_of = {i: np.flatnonzero(~idle | (i == counted_at[-1])) for i in counted_at}
    parts = [Part(i, rows, columns[i].take(rows),
                   pc.binary_join_element_wise(letters(i), lines.take(pa.array(rows)), ""))
             for i, rows in rows_of.items()]
    warnings = [warned("months_across", name, count=len(counted_at))] if headings.options.layout is None else [
        warned("column_is_sum.unread", name, heading=wide.cells[i]) for i in wide.totals]
    empty = [wide.cells[i] for i in wide.counted if i not in counted_at]
    warnings += [warned("month_empty", name, listed=", ".join(empty))] if empty else []
    grid = _joined(wide, body, kept_at, parts, headings, name)
    reach = max(wide.counted) + 1
    rows, width = np.concatenate([*rows_of.values()]), len(grid.columns)
    for at in range(len(kept_at), width - 1) if idle.any() else ():  # a line without a quantity may be a remark
        grid.columns[at] = Column(pc.if_else(pa.array(idle[rows]), "", grid.columns[at].text))
    return replace(grid, dialect=f"{body.dialect}, {'columns' if headings.options.layout else 'months'} across",
                   warnings=[*body.warnings, *warnings], widths=None if body.widths is None else
                   np.where(body.widths < reach, width - 1, width)[rows])


def _joined(wide: Wide, body: Grid, kept_at: list[int], parts: list[Part], headings: Headings, name: str) -> Grid:
    """Return the rows of all parts: the kept columns, the declared values of each part, its days, unit and quantity."""
    measure, layout = headings.contract.measure[0], headings.options.layout
    unit_column = headings.contract.name_of[measure].unit_column
    rows = np.concatenate([part.rows for part in parts])
    table = [(wide.cells[i], body.columns[i].take(rows)) for i in kept_at]
    names = dict.fromkeys(c for part in parts for c in wide.counted[part.position] if c != unit_column)
    table += [(c, Column(pa.concat_arrays([_values(wide, body, part, c, name) for part in parts]))) for c in names]
    table += [(c, Column(pa.concat_arrays([part.days[c] for part in parts]))) for c in parts[0].days]
    if layout is not None and layout.curve is not None and layout.curve.measures == "power":
        of_unit = headings.match([title for title, _ in table])[0].get(unit_column)
        table = [(t, _as_energy(c) if i == of_unit else c) for i, (t, c) in enumerate(table)]
    stated_values = {wide.units.get(part.position, "") for part in parts}
    if len(stated_values) > 1:
        texts = [pa.array([wide.units.get(part.position, "")] * len(part.rows), pa.string()) for part in parts]
        table.append((unit_column, Column(pa.concat_arrays(texts))))
    unit = stated_values.pop() if len(stated_values) == 1 else ""
    table.append((f"{measure} ({unit})" if unit else measure, Column.stacked([part.quantity for part in parts])))
    return Grid([column for _, column in table], body.lines[rows], body.dialect, sheet=body.sheet,
                headings=[title for title, _ in table], hidden=None if body.hidden is None else body.hidden[rows],
                hidden_columns=frozenset(n for n, i in enumerate(kept_at) if i in body.hidden_columns),
                warnings=body.warnings, cells=pa.concat_arrays([part.cells for part in parts]),
                unread=None if layout is None else unread_figures(wide, kept_at, layout))


def _as_energy(column: Column) -> Column:
    """Return units of power as those of energy, kW as kWh; any other is no unit of power, and is made no unit."""
    distinct = column.distinct
    matched_units = [(t, units.find(t.strip())) for t in distinct.texts.to_pylist()]
    texts = [f"{u.name}h" if u and u.dimension == "power" else f"{t} of power" if u else t for t, u in matched_units]
    return Column(pa.array(texts, pa.string()).take(pa.array(distinct.codes)))


def _values(wide: Wide, body: Grid, part: Part, column: str, name: str) -> Any:
    """Return the declared value of a counted column in its rows, or the cell of the column that "{Heading}" names."""
    value = wide.counted[part.position].get(column, "")
    if column == DATE and wide.year_at is not None:
        years = pc.utf8_trim_whitespace(body.columns[wide.year_at].take(part.rows).strings)
        return pc.binary_join_element_wise(pc.replace_substring_regex(years, r"\.0$", ""), value, "")
    if TEMPLATE.fullmatch(value):
        at = places(wide.cells, value[1:-1])
        if len(at) != 1:
            raise refusal("columns_missing.template", name, count=len(at), heading=value[1:-1], column=column)
        return body.columns[at[0]].take(part.rows).strings
    return pa.array([value] * len(part.rows), pa.string())


def _a_row_a_day(wide: Wide, body: Grid, columns: dict[int, Column], kept_at: list[int], headings: Headings,
                 layout: WideLayout, curve: Curve, name: str) -> Grid:
    """Return the energy of each day of a load curve as a row, and its cells that are no number as rows of their own."""
    matched = headings.match([c if i in kept_at else "" for i, c in enumerate(wide.cells)])[0]
    stamp_at, pieces = matched.get(DATE, matched.get("period_start")), headings.joined(wide.cells).get(DATE)
    if stamp_at is None and (pieces is None or -1 in pieces):
        raise refusal("columns_missing.stamps", name)
    length_at = next((i for i, c in enumerate(wide.cells) if c and curve.step and fits(c, curve.step)), None)
    out = (stamp_at, matched.get("period_end"), length_at, *(pieces or ()))
    own_at = [i for i in matched.values() if i in kept_at and i not in out]
    words = [i for i in kept_at if i not in (*own_at, *out) and len(body.columns[i].distinct.texts) <= MOST_WORDS]
    of_own, of_words = ([body.columns[i] for i in some] for some in (own_at, words))
    stamps = joined_cells(body, pieces) if pieces else body.columns[stamp_at or 0]  # {Day} {Time}
    across = layout.headings == TIME
    lengths = None if length_at is None else body.columns[length_at]
    steps = load_curves.days_across(stamps, len(wide.counted), headings.options.date_format) if across else \
        load_curves.steps_down(stamps, lengths, of_own, of_words, curve, headings.options.date_format, name)
    parting = [i for i in words if key_of(wide.cells[i]) in _keys_of_rows(headings.options)]
    parted = group_codes([steps.meter, *(body.columns[i].distinct.codes for i in parting)])
    # A word of single steps, "estimated", is none of its day.
    words = [i for i in words if load_curves.is_of_days(body.columns[i], parted, steps)]
    parts, warnings = [], [*body.warnings]
    for series in [[*wide.counted]] if across else [[i] for i in wide.counted]:
        part, of_curve = load_curves.energy_of({i: columns[i] for i in series}, steps, parted, curve, body.lines,
                                             headings.options, f"{name}: {wide.cells[series[0]]!r}")
        warnings += of_curve
        raw = stamps.take(part.rows).strings  # 2024-01 is a month, and no stamp of a step
        unread_stamps = pc.if_else(pc.equal(raw, ""), raw, pc.binary_join_element_wise("stamp", raw, " "))
        parts.append(replace(part, days={c: pc.if_else(pa.array(steps.sound[part.rows]), text, unread_stamps)
                                         for c, text in part.days.items()}))
    return replace(_joined(wide, body, sorted([*own_at, *words]), parts, headings, name), warnings=warnings,
                   dialect=f"{body.dialect}, a load curve by days",
                   unread=unread_figures(wide, [*kept_at, *(i for i in out if isinstance(i, int))], layout))
