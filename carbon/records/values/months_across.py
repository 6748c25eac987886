"""Tables with a column a month: one row a meter, twelve columns of quantities. Each month becomes a row.

A heading names its month in full ("2024-01", "01/2024", "janv. 2024"), or the year is in a column of years, in a title
above the table or in params. A total next to the months must be their sum. Any other table is left as it is, and
refused for what it lacks.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.errors import FileRefused
from carbon.core.text import fold
from carbon.records.grids.cells import TEXT, Column
from carbon.records.grids.grid import Grid
from carbon.records.headings.matching import BRACKETED, YEARS, Headings
from carbon.records.kinds.contract import UNIT
from carbon.records.kinds.faults import Warned
from carbon.records.kinds.vocabulary import MONTH_NAMES, heading_key, named_month
from carbon.records.values.dates import parse_days
from carbon.records.values.numbers import parse_numbers

_FEWEST = 3
"""Months that make a table one of months."""
_YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d{2}(?![\d./-])")
_OF_A_TABLE = re.compile(r"\b(annees?|years?|jahr|exercice|period|periode|consommations?|consumption|verbrauch|"
                         r"energies?|energy|releves?|bilan|months?|mois)\b")
_TOTAL = re.compile(r"(total|totals|somme|sum|summe|cumul|annual|annuel|ytd|gesamt)\b.*|.*\b(total|totale|annuelle)")
_SHORT = re.compile(r"([^\W\d_]+)\.?[ '-]+(\d{2})")
_QUARTER = re.compile(r"[qtsh] ?[1-4]\b.*|trim\w* ?\d.*|(quarter|quartal|semestre).*")
_NO_MONTH = frozenset({"marche", "marches", "market", "date"})


@dataclass(frozen=True)
class _Across:
    """Positions of a table's headings, months ("2024-01", or "-01" for a month without a year) and totals."""

    first_row: int
    cells: list[str]
    months: dict[int, str]
    unit: str
    totals: list[int]
    year_at: int | None


def months_down(grid: Grid, headings: Headings, name: str, *, year: str = "") -> Grid | None:
    """Return a table with a column a month as one with a row a month; None where the grid is not such a table.

    Parameters
    ----------
    year
        The year in the file's path; "" where there is no year.

    Raises
    ------
    FileRefused
        Months without a year, in several units, twice, or whose sum is not the total next to them.
    """
    contract = headings.contract
    measure = contract.measure[0]
    if measure != "quantity" or contract.name_of[contract.measure[1]].reads != UNIT:
        return None
    across = _find(grid, headings)
    if across is None:
        return None
    across = _with_year(across, grid, headings, name, year)
    _check_months(across, name)
    hidden = [across.cells[i] for i in across.months if i in grid.hidden_columns]
    if hidden:
        raise FileRefused(f"{name}: the workbook hides the column {hidden[0]!r}", code="hidden_column",
                          what_to_do="show the column, or delete it")
    body = [c.below(across.first_row) for c in grid.columns]
    _check_totals(across, body, grid, headings, name)
    return _unfolded(across, body, grid, headings, name)


def _find(grid: Grid, headings: Headings) -> _Across | None:
    rows = [grid.headings] if grid.headings is not None else grid.head()
    scores = [len(months_named(row)) + headings.recognise(row) for row in rows]
    best = scores.index(max(scores)) if scores else None
    months = {} if best is None else months_named(rows[best])
    if best is None or len(months) < _FEWEST:
        return None
    cells = rows[best]
    columns, _, _ = headings.match([c if i not in months else "" for i, c in enumerate(cells)])
    year_at = columns.pop("date", None)
    if year_at is not None and heading_key(cells[year_at]) not in YEARS:
        return None
    if {"period_start", "period_end"} & set(columns):
        return None
    totals = [i for i, c in enumerate(cells) if i not in months and (_TOTAL.fullmatch(fold(c)) or
                                                                     i == columns.get("quantity"))]
    stated_units = {unit for _, unit in months.values()}
    if len(stated_units) != 1:
        return None
    first = 0 if grid.headings is not None else best + 1
    return _Across(first, cells, {i: month for i, (month, _) in months.items()}, stated_units.pop(), totals, year_at)


def _check_months(across: _Across, name: str) -> None:
    """Refuse months with a gap, and columns next to them that may be a month, a day or a quarter."""
    numbers = sorted({12 * int(m[:-3] or 0) + int(m[-2:]) for m in across.months.values()})
    if len(numbers) < len(across.months):
        raise FileRefused(f"{name}: two columns are of the same month", code="columns_ambiguous",
                          what_to_do="write every heading as YYYY-MM, and delete copies")
    placed = {*across.months, *across.totals, across.year_at}
    odd = [c for i, c in enumerate(across.cells) if c and i not in placed and may_be_a_period(c)]
    if odd or numbers[-1] - numbers[0] + 1 > len(numbers):
        what = f"{odd[0]!r} is next to columns of months" if odd else "a month is lacking between the others"
        raise FileRefused(f"{name}: {what}; which columns count is not certain", code="months_unclear",
                          what_to_do="write the heading of every month as YYYY-MM; delete other columns of quantities")


def _with_year(across: _Across, grid: Grid, headings: Headings, name: str, path_year: str) -> _Across:
    """Return the months with their year, where the headings do not give it.

    Raises FileRefused: No year.
    """
    bare = [m for m in across.months.values() if m.startswith("-")]
    if bare and len(bare) < len(across.months):
        raise FileRefused(f"{name}: some headings name a month with its year and some without",
                          code="months_without_year", what_to_do="write every heading as YYYY-MM")
    if bare != sorted(bare):
        raise FileRefused(f"{name}: the columns are months of two years, which the headings do not give",
                          code="months_without_year", what_to_do="write the headings as YYYY-MM")
    if not bare or across.year_at is not None:
        return across if bare else replace(across, year_at=None)
    year = _declared_year(headings) or path_year or _year_above(grid, across.first_row)
    if not year:
        first = across.cells[next(iter(across.months))]
        raise FileRefused(f"{name}: the columns are months ({first!r} ...) of a year that the file does not give",
                          code="months_without_year",
                          what_to_do="write the headings as YYYY-MM, add a column `year`, or declare `period` in the "
                                     "company's params")
    return replace(across, months={i: f"{year}{m}" for i, m in across.months.items()})


def _declared_year(headings: Headings) -> str:
    """Return the calendar year that params declare as the file's period."""
    begin, end = headings.options.period or (None, None)
    one_year = begin is not None and end is not None and begin.year == end.year
    return str(begin.year) if one_year and begin is not None else ""


def _year_above(grid: Grid, first_row: int) -> str:
    """Return the one year in the titles above the table: alone in a cell, or as in "Consommations 2024"."""
    years = set()
    for row in grid.head()[:max(first_row - 1, 0)]:
        for cell in filter(None, row):
            cell_years = _YEAR.findall(cell)
            if cell_years and (cell.strip() in cell_years or _OF_A_TABLE.search(fold(cell))):
                years |= set(cell_years)
    return years.pop() if len(years) == 1 else ""


def _check_totals(across: _Across, body: list[Column], grid: Grid, headings: Headings, name: str) -> None:
    """Refuse a total next to the months that is not their sum, apart from rounding."""
    places = [*across.months]
    for total in across.totals:
        cells = pa.concat_arrays([_text(body[i]) for i in (*places, total)])
        marks = np.concatenate([_marks(body[i]) for i in (*places, total)])
        column = Column(cells, marks).distinct()
        numbers = parse_numbers(column, decimal=headings.options.decimal, thousands=headings.options.thousands).numbers
        table = numbers[column.codes].reshape(len(places) + 1, -1)
        sums, stated_totals = np.nansum(table[:-1], axis=0), table[-1]
        comparable = ~np.isnan(stated_totals) & ~np.isnan(table[:-1]).all(axis=0)
        digits = max((len(t.rpartition(".")[2]) if "." in t else 0 for t in map(_decimal, table[-1][comparable])),
                     default=0)
        unequal = np.flatnonzero(comparable & (np.abs(sums - stated_totals) > 0.51 * 10.0**-digits * len(places)))
        if len(unequal):
            line = int(grid.lines[across.first_row + unequal[0]])
            raise FileRefused(
                f"{name}, line {line}: {across.cells[total]!r} is {_decimal(stated_totals[unequal[0]])}, the months "
                f"next to it sum to {_decimal(sums[unequal[0]])}", code="months_not_the_total",
                what_to_do="fill in the missing month, correct the total, or delete that column")


def _decimal(value: float) -> str:
    return f"{value:.10g}"


def _text(column: Column) -> pa.Array:
    return column.text.cast(pa.string())


def _marks(column: Column) -> npt.NDArray[np.uint8]:
    return np.zeros(len(column), dtype=np.uint8) + TEXT if column.marks is None else column.marks


def _unfolded(across: _Across, body: list[Column], grid: Grid, headings: Headings, name: str) -> Grid:
    """Return the table month after month, so that a row of totals is still below the rows it sums.

    A month in which no row holds anything is still to come. A row without any quantity is kept once.
    """
    blank = {i: body[i].blank() for i in across.months}
    months = [i for i in across.months if not blank[i].all()]
    if not months:
        raise FileRefused(f"{name}: headings only, no quantities", code="no_rows", what_to_do="ask for the file again")
    idle = np.logical_and.reduce([blank[i] for i in months])
    rows_of_month = [np.flatnonzero(~idle | (i == months[-1])) for i in months]
    rows = np.concatenate(rows_of_month)
    others = [i for i in range(len(across.cells)) if i not in across.months and i not in across.totals and
              i != across.year_at]
    columns = [body[i].take(rows) for i in others]
    parts = [*zip(months, rows_of_month, strict=True)]
    quantity = Column(pa.concat_arrays([_text(body[i]).take(pa.array(k)) for i, k in parts]),
                      np.concatenate([_marks(body[i])[k] for i, k in parts]))
    dates = pa.concat_arrays([_dates(across, body, i, k) for i, k in parts])
    dates = pc.if_else(pa.array(idle[rows]), "", dates)
    cells = [across.cells[i] for i in others] + ["date", f"quantity ({across.unit})" if across.unit else "quantity"]
    lines = grid.lines[across.first_row:][rows]
    widths = None
    if grid.widths is not None:
        row_widths = grid.widths[across.first_row:]
        heading_width = int(grid.widths[across.first_row - 1]) if across.first_row else len(across.cells)
        _refuse_long(row_widths, heading_width, body, grid, across, name)
        reach = max(across.months) + 1
        widths = np.where(row_widths < reach, len(cells) - 1, len(cells))[rows]
    hidden = None if grid.hidden is None else grid.hidden[across.first_row:][rows]
    hidden_columns = frozenset(n for n, i in enumerate(others) if i in grid.hidden_columns)
    warning = Warned("months_across", f"{name}: one row of the file gives a record for each of {len(months)} months")
    unread = [across.cells[i] for i in across.months if i not in months]
    late = [Warned("month_empty", f"{name}: no row holds a quantity for {', '.join(unread)}")] if unread else []
    return Grid([*columns, Column(dates), quantity], lines, f"{grid.dialect}, months across", sheet=grid.sheet,
                widths=widths, headings=cells, hidden=hidden, hidden_columns=hidden_columns,
                warnings=[*grid.warnings, warning, *late])


def _dates(across: _Across, body: list[Column], month: int, rows: npt.NDArray[np.intp]) -> pa.Array:
    if across.year_at is None:
        return pa.array([across.months[month]] * len(rows), pa.string())
    years = pc.utf8_trim_whitespace(_text(body[across.year_at]).take(pa.array(rows)))
    years = pc.replace_substring_regex(years, r"\.0$", "")
    return pc.binary_join_element_wise(years, across.months[month], "")


def _refuse_long(widths: npt.NDArray[np.int64], heading_width: int, body: list[Column], grid: Grid, across: _Across,
                 name: str) -> None:
    longer = np.flatnonzero(widths > heading_width)
    filled = [r for r in longer.tolist() if any(c.text[r].as_py().strip() for c in body[heading_width:])]
    if filled:
        raise FileRefused(f"{name}, line {int(grid.lines[across.first_row + filled[0]])}: more cells than headings",
                          code="row_too_long", what_to_do="quote cells that hold the separator, or remove extras")


def months_named(cells: list[str]) -> dict[int, tuple[str, str]]:
    """Return position -> month ("2024-01" or "-01") and unit, of the headings that name a month.

    "janv-24" counts where months so written follow one another without a gap: no days do.
    """
    named_months, short = {}, {}
    for position, cell in enumerate(cells):
        bracketed = BRACKETED.match(cell)
        text, unit = (bracketed[1], bracketed[2]) if bracketed else (cell, "")
        month = _month(" ".join(text.split()))
        brief = _SHORT.fullmatch(" ".join(text.split()))
        if month:
            named_months[position] = (month, unit)
        elif brief and named_month(brief[1]):
            short[position] = (f"20{brief[2]}-{named_month(brief[1]):02d}", unit)
    return named_months or (short if _in_a_row([m for m, _ in short.values()]) else {})


def _month(text: str) -> str:
    bare_month = named_month(text)
    if bare_month:
        return f"-{bare_month:02d}"
    first, last = _days(text)
    if np.isnat(first):
        return ""
    month = first.astype("datetime64[M]")
    after = (month + np.timedelta64(1, "M")).astype("datetime64[D]")
    full_month = first == month.astype("datetime64[D]") and last + np.timedelta64(1, "D") == after
    stamp = first == last and str(first).endswith("-01")  # a date cell that is shown as a month
    return str(first)[:7] if full_month or stamp else ""


def _days(text: str) -> tuple[np.datetime64, np.datetime64]:
    days = parse_days(Column(pa.array([text])).distinct(), order="iso")
    return days.first[0], days.last[0]


def _in_a_row(months: list[str]) -> bool:
    """Return whether months follow one another, each once."""
    numbers = [12 * int(m[:4]) + int(m[5:]) for m in months]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False


def may_be_a_period(cell: str) -> bool:
    """Return whether a heading is a day or a quarter, or resembles the name of a month."""
    words = [w for w in fold(cell).split() if w not in _NO_MONTH]
    return bool(_QUARTER.fullmatch(fold(cell))) or not np.isnat(_days(cell)[0]) or \
        any(difflib.get_close_matches(w, MONTH_NAMES, n=1, cutoff=0.85) for w in words)
