"""Headings of a table with several quantities a line: what each column counts, as `layout` declares or months name.

A heading names its month in full ("2024-01", "01/2024", "janv. 2024"), or the year is in a column of years, in a title
above the table, in the path or in params. Nothing but months is understood without a declaration.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pyarrow as pa

from carbon.core import units, vocabulary
from carbon.core.errors import FileRefused
from carbon.core.text import fold, spelled_like
from carbon.core.vocabulary import MONTHS, heading_key, named_month
from carbon.params.shapes.files import WideLayout
from carbon.records.grids.cells import Column, Grid, letters
from carbon.records.headings.layout import heading_row
from carbon.records.headings.matching import YEARS, Headings, bracketed, key_of
from carbon.records.kinds.contract import UNIT, WORD
from carbon.records.kinds.messages import refusal
from carbon.records.values.dates import parse_days

DATE, TIME = "date", "time"
_FEWEST = 3
"""Months that make a table one of months where nothing is declared."""
_YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d{2}(?![\d./-])")
_TOTAL = re.compile(r"(total|totals|somme|sum|summe|cumul|annual|annuel|ytd|gesamt)\b.*|.*\b(total|totale|annuelle)")
_SHORT = re.compile(r"([^\W\d_]+)\.?[ '-]+(\d{2})")
_QUARTER = re.compile(r"[qtsh] ?[1-4]\b.*|trim\w* ?\d.*|(quarter|quartal|semestre).*")
_STEP = re.compile(r"(\D*?)(\d{1,2})[:hH](\d{2})(?::00)?(?:\s*[-–]\s*\d{1,2}[:hH]\d{2}(?::00)?)?|(\D*?)(\d{1,3})")
STEPS_A_DAY = (24, 48, 96, 144, 288)
_OF_NO_ENERGY = re.compile(r"[kMG]?va(r|h|rh)?", re.IGNORECASE)
"""Reactive and apparent power: no energy in any unit."""


@dataclass(frozen=True)
class Wide:
    """Positions of the counted columns with the values and the unit of each; totals next to them; a column of years."""

    first_row: int
    cells: list[str]
    counted: dict[int, dict[str, str]]
    units: dict[int, str]
    totals: list[int] = field(default_factory=list)
    year_at: int | None = None


def fits(heading: str, pattern: str) -> bool:
    """Return whether a heading is the declared one, or fits its pattern with *; blind to case and runs of space."""
    return fnmatchcase(key_of(heading), key_of(pattern).replace("[", "[[]").replace("?", "[?]"))


def wide_headings(grid: Grid, headings: Headings, name: str, *, year: str = "",
                  sites: Collection[str] = ()) -> Wide | None:
    """Return what the columns of a table count; None where nothing is declared and its columns are no months.

    `year`: The year in the file's path; "" where there is no year.
    `sites`: Sites of the company, which headings may name.

    Raises FileRefused: A declared heading is missing, twice or of another unit; months without a year, twice or apart.
    """
    layout = headings.options.layout
    if layout is None:
        return _of_months(grid, headings, name, year)
    if not headings.contract.measure[0]:
        raise refusal("columns_unknown.no_quantity", name, kind=headings.contract.kind)
    first, cells, _ = heading_row(grid, headings.options, name, lambda row: (
        headings.recognise(row) + sum(bool(places(row, h)) for h in layout.columns)
        + (len(months_named(row)) if layout.headings == DATE else 0)))
    counted_columns = _declared(cells, layout, headings, name)
    out = {*counted_columns, *(i for i, c in enumerate(cells) if any(fits(c, p) for p in layout.unread))}
    free = [c if i not in out else "" for i, c in enumerate(cells)]
    wide = Wide(first, cells, counted_columns, {})
    if layout.headings == DATE:
        wide = _with_months(wide, free, grid, headings, name, year)
    elif layout.headings == TIME:
        wide = replace(wide, counted=counted_columns | {i: {} for i in _steps(free, name)})
    elif layout.headings:
        wide = replace(wide, counted=counted_columns | _named(free, layout.headings, headings, sites))
    elif not counted_columns:
        column = headings.contract.measure[0]
        wide = replace(wide, counted={i: {} for c, i in headings.match(free)[0].items() if c == column})
    if not wide.counted:
        raise refusal("columns_missing.layout", name, listed=", ".join(repr(c) for c in cells if c)[:300])
    named_units = {i: _unit(cells[i], values, headings, name) for i, values in wide.counted.items()}
    return replace(wide, units={i: unit for i, unit in named_units.items() if unit})


def places(cells: list[str], heading: str) -> list[int]:
    """Return the positions of a declared heading, or of those that fit its pattern."""
    return [i for i, c in enumerate(cells) if c and fits(c, heading)]


def _declared(cells: list[str], layout: WideLayout, headings: Headings, name: str) -> dict[int, dict[str, str]]:
    counted_columns: dict[int, dict[str, str]] = {}
    for heading, values in layout.columns.items():
        at = places(cells, heading)
        if not at:
            similar = ", ".join(map(repr, spelled_like(heading, [c for c in cells if c], cutoff=0.4)))
            raise refusal("columns_missing.of_layout" if similar else "columns_missing.of_layout_unlike", name,
                          heading=heading, similar=similar)
        if (len(at) > 1 and "*" not in heading) or {*at} & {*counted_columns}:
            which = ", ".join(f"{letters(i)} {cells[i]!r}" for i in at)
            raise refusal("columns_ambiguous.layout", name, which=which)
        counted_columns |= dict.fromkeys(at, values)
    for column in {c for values in layout.columns.values() for c in values} - {*headings.contract.columns}:
        raise refusal("columns_unknown.layout", name, column=column, kind=headings.contract.kind,
                      listed=", ".join(headings.contract.columns))
    return counted_columns


def _named(free: list[str], column: str, headings: Headings, sites: Collection[str]) -> dict[int, dict[str, str]]:
    """Return the columns whose headings are words of a column's list, sites of the company, or declared in `values`."""
    declared = {fold(word): meaning for word, meaning in dict(headings.options.values).get(column, {}).items()}
    spec = headings.contract.name_of.get(column)
    known_sites = {fold(site): site for site in sites} if column == "site" else {}
    counted_columns = {}
    for position, cell in enumerate(free):
        match = bracketed(cell)
        for text in (cell, match[0]) if match else (cell,):
            word = declared.get(fold(text)) or known_sites.get(fold(text)) or (
                vocabulary.canonical(spec.words, text) if spec is not None and spec.reads == WORD else None)
            if text and word:
                counted_columns[position] = {column: word}
    return counted_columns


def _steps(free: list[str], name: str) -> list[int]:
    """Return the columns that are the steps of a day: 24, 48, 96 ... and those of the hour that autumn repeats."""
    matched = {i: m for i, c in enumerate(free) if (m := _STEP.fullmatch(c.strip()))}
    clocks = [i for i, m in matched.items() if m[3]]
    prefixes = [m[4] for m in matched.values() if m[5]]
    common = max(set(prefixes), key=prefixes.count, default="")
    numbered = [i for i, m in matched.items() if m[5] and m[4] == common]
    steps = clocks or numbered
    in_order = clocks or [int(matched[i][5]) for i in numbered] in (
        [*range(len(numbered))], [*range(1, len(numbered) + 1)])
    if not in_order or steps_a_day(len(steps)) == 0:
        raise refusal("steps_unclear", name, count=len(steps))
    return steps


def steps_a_day(columns: int) -> int:
    """Return the steps of a day of 24 hours that so many columns are, with or without the 25th hour; else 0."""
    return next((n for n in STEPS_A_DAY if columns in (n, n + n // 24)), 0)


def _unit(cell: str, values: dict[str, str], headings: Headings, name: str) -> str:
    """Return the unit of a counted column: declared for it, or stated by its heading."""
    measure = headings.contract.measure[0]
    column = headings.contract.name_of[measure].unit_column
    if not column:
        return ""
    declared = values.get(column, headings.options.constants.get(column, ""))
    spec = headings.contract.name_of[column]
    curve = headings.options.layout.curve if headings.options.layout is not None else None
    of_power = curve is not None and curve.measures == "power"
    fitting = ("power",) if of_power else spec.dimensions
    stated_unit = _stated_unit(cell, fitting)
    unit = units.find(stated_unit) if stated_unit else None
    is_wrong = stated_unit and spec.reads == UNIT and (unit is None or (fitting and unit.dimension not in fitting))
    if is_wrong or (stated_unit and spec.reads != UNIT and vocabulary.currency(stated_unit) is None):
        raise refusal("unit_dimension.layout", name, cell=cell, stated_unit=stated_unit, measure=measure)
    if stated_unit and declared and _bare(stated_unit) != _bare(declared):
        raise refusal("unit_conflict.layout", name, cell=cell, stated_unit=stated_unit, declared=declared)
    if of_power and (power := units.find(declared or stated_unit)) is not None:
        if power.dimension != "power":
            raise refusal("unit_dimension.no_power", name, cell=cell, unit=declared or stated_unit)
        return f"{power.name}h"
    return values.get(column, stated_unit if not declared else "")


def _stated_unit(cell: str, fitting: tuple[str, ...]) -> str:
    """Return the unit at the end of a heading, "" for none; "kWh/m²" and "000 kWh" whole, which are no units. kWh/a and
    kWh 2024 are kWh. One letter without brackets ("Hall A") is a unit where it fits alone.
    """
    match = bracketed(cell)
    text = match[1] if match else next(iter(cell.replace("_", " ").split()[-1:]), "")
    pieces = [p for p in re.split(r"[\s*·×]+|(/)", text) if p and not _YEAR.fullmatch(p)]
    unit_pieces = [p for p in (text, *pieces) if units.find(p) or vocabulary.currency(p) or p in ("$", "¥") or
                   _OF_NO_ENERGY.fullmatch(p)]
    unit = units.find(text)
    if not unit_pieces or (not match and len(text) == 1 and (unit is None or unit.dimension not in fitting)):
        return ""
    rest = "".join(pieces).replace(unit_pieces[0], "")
    a_year = "/" not in pieces or vocabulary.is_word(fold(pieces[-1]), "word of each year")
    is_whole = len({*unit_pieces}) == 1 and a_year and not re.search(r"\d", rest)
    return unit_pieces[0] if unit_pieces[0] == text or is_whole else text


def _bare(text: str) -> str:
    """Return a unit without its calorific basis, or a currency."""
    unit = units.find(text)
    return unit.name.split("_")[0] if unit else vocabulary.currency(text) or text


def _of_months(grid: Grid, headings: Headings, name: str, year: str) -> Wide | None:
    """Return a table of months that nothing declares: three months or more, in quantities of one unit."""
    contract = headings.contract
    if contract.measure[0] != "quantity" or contract.name_of[contract.measure[1]].reads != UNIT:
        return None
    first, cells, _ = heading_row(grid, headings.options, name, lambda r: len(months_named(r)) + headings.recognise(r))
    months = months_named(cells)
    if len(months) < _FEWEST or len({unit for _, unit in months.values()}) != 1:
        return None
    columns = headings.match([c if i not in months else "" for i, c in enumerate(cells)])[0]
    year_at = columns.get(DATE)
    if {"period_start", "period_end"} & {*columns} or (
            year_at is not None and heading_key(cells[year_at]) not in YEARS):
        return None
    wide = _with_months(Wide(first, cells, {}, {}), cells, grid, headings, name, year)
    return replace(wide, units={i: unit for i, (_, unit) in months.items() if unit})


def _with_months(wide: Wide, free: list[str], grid: Grid, headings: Headings, name: str, year: str) -> Wide:
    """Return the months or days that headings name, with their year, and the totals next to them."""
    months = {i: month for i, (month, _) in months_named(free).items()}
    days = {} if months else {i: str(day) for i, c in enumerate(free) if c and not np.isnat(day := _days(c)[0])}
    columns = headings.match([c if i not in months and i not in days else "" for i, c in enumerate(free)])[0]
    year_at = columns.get(DATE)
    totals = [i for i, c in enumerate(free) if c and i not in months and i not in days and (
        _TOTAL.fullmatch(fold(c)) or i == columns.get(headings.contract.measure[0]))]
    if months:
        months = _with_year(months, wide, year_at, grid, headings, name, year)
        _check_months(months, free, {*months, *totals, year_at, *columns.values()}, name)
    dated = {i: {DATE: text} for i, text in (months or days).items()}
    bare = any(text.startswith("-") for text in months.values())
    return replace(wide, counted=wide.counted | dated, totals=totals, year_at=year_at if bare else None)


def _check_months(months: dict[int, str], cells: list[str], placed: Collection[int | None], name: str) -> None:
    """Refuse months with a gap, and columns next to them that may be a month, a day or a quarter."""
    numbers = sorted({12 * int(m[:-3] or 0) + int(m[-2:]) for m in months.values()})
    if len(numbers) < len(months):
        raise refusal("columns_ambiguous.months", name)
    odd = [c for i, c in enumerate(cells) if c and i not in placed and may_be_a_period(c)]
    if odd or numbers[-1] - numbers[0] + 1 > len(numbers):
        raise refusal("months_unclear" if odd else "months_unclear.gap", name, heading=next(iter(odd), ""))


def _with_year(months: dict[int, str], wide: Wide, year_at: int | None, grid: Grid, headings: Headings, name: str,
               path_year: str) -> dict[int, str]:
    """Return the months with their year, where the headings do not give it. Raises FileRefused: No year."""
    bare = [m for m in months.values() if m.startswith("-")]
    if bare and len(bare) < len(months):
        raise refusal("months_without_year", name)
    begin, end = headings.options.period or (None, None)
    if bare and begin is not None and end is not None and year_at is None:  # a year from April has two calendar years
        begun = {i: begin.year + (int(m[1:]) < begin.month) for i, m in months.items()}
        dated = {i: f"{begun[i]}{m}" for i, m in months.items()}
        if [*dated.values()] == sorted(dated.values()) and max(dated.values()) <= f"{end:%Y-%m}":
            return dated
    if bare != sorted(bare):
        raise refusal("months_without_year.two", name)
    if not bare or year_at is not None:
        return months
    year = path_year or _year_above(grid, wide.first_row)
    if not year:
        first = wide.cells[next(iter(months))]
        raise refusal("months_without_year.path", name, first=first)
    return {i: f"{year}{m}" for i, m in months.items()}


def _year_above(grid: Grid, first_row: int) -> str:
    """Return the one year in the titles above the table: alone in a cell, or as in "Consommations 2024"."""
    cells = [cell for row in grid.head[:max(first_row - 1, 0)] for cell in row if cell]
    years = {year for cell in cells for year in _YEAR.findall(cell)
             if cell == year or vocabulary.holds(fold(cell), "title of a table")}
    return years.pop() if len(years) == 1 else ""


def months_named(cells: list[str]) -> dict[int, tuple[str, str]]:
    """Return position -> month ("2024-01" or "-01") and unit, of the headings that name a month.

    "janv-24" counts where months so written follow one another without a gap: no days do.
    """
    named_months, short = {}, {}
    for position, cell in enumerate(cells):
        text, unit = bracketed(cell) or (cell, "")
        month = _month(" ".join(text.split()))
        brief = _SHORT.fullmatch(" ".join(text.split()))
        if month:
            named_months[position] = (month, unit)
        elif brief and named_month(brief[1]):
            short[position] = (f"20{brief[2]}-{named_month(brief[1]):02d}", unit)
    numbers = [12 * int(month[:4]) + int(month[5:]) for month, _ in short.values()]
    return named_months or (short if numbers == [*range(min(numbers, default=0), max(numbers, default=-1) + 1)] else {})


def _month(text: str) -> str:
    bare_month = named_month(text)
    if bare_month:
        return f"-{bare_month:02d}"
    first, last = _days(text)
    if np.isnat(first) or not str(first).endswith("-01"):
        return ""
    after = (first.astype("datetime64[M]") + np.timedelta64(1, "M")).astype("datetime64[D]")
    # A date cell that is shown as a month is its first day.
    return str(first)[:7] if last in (first, after - np.timedelta64(1, "D")) else ""


def _days(text: str) -> tuple[np.datetime64, np.datetime64]:
    days = parse_days(Column(pa.array([text])).distinct, order="iso")
    return days.first[0], days.last[0]


def may_be_a_period(cell: str) -> bool:
    """Return whether a heading is a day or a quarter, or resembles the name of a month."""
    words = [w for w in fold(cell).split() if not vocabulary.is_word(w, "word of no month")]
    return bool(_QUARTER.fullmatch(fold(cell))) or not np.isnat(_days(cell)[0]) or \
        any(spelled_like(w, MONTHS, n=1, cutoff=0.85) for w in words)


def layouts_named(row: list[str], headings: Headings, sites: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return the layouts that a row of headings may be of: months, steps of a day, carriers, sites."""
    spec = headings.contract.name_of.get("carrier")
    carriers = [c for c in row if c and spec is not None and vocabulary.canonical(spec.words, (bracketed(c) or [c])[0])]
    hours = [c for c in row if (m := _STEP.fullmatch(c.strip())) and m[3]]
    named_sites = {*map(fold, row)} & {*map(fold, sites)} if "site" in headings.contract.name_of else ()
    return [*([{"headings": DATE}] if len(months_named(row)) >= _FEWEST else []),
            *({"headings": TIME, "curve": {"measures": m}} for m in ("energy", "power") if steps_a_day(len(hours))),
            *({"headings": c} for c, cells in (("carrier", carriers), ("site", named_sites)) if len(cells) > 1)]


def fitting_layout(grid: Grid, headings: Headings, refused: FileRefused) -> FileRefused:
    """Return the refusal of a table with the `layout` that fits headings of months, carriers or hours."""
    best = max(grid.head, key=lambda row: sum(map(bool, row)), default=[])
    layouts = layouts_named(best, headings)
    if not layouts or headings.options.layout is not None:
        return refused
    return FileRefused(refused.what, code=refused.code, what_to_do="where each cell of a line is a quantity, declare "
                       "`layout: {}` for the file in params".format(json.dumps(layouts[0]).replace('"', "")),
                       columns=refused.columns, facts={"layout": layouts[0], "answered_by": "layout_fits"})
