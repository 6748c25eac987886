"""Tables with a column a month: one row a meter, twelve columns of quantities. Each month becomes a row.

A heading names its month in full ("2024-01", "01/2024", "janv. 2024"), or the year stands once in a column of years, in
a title above the table or in params. A total beside the months must be their sum. Anything less is left as it is, and
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
from carbon.core.words import fold
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
    """Where a table has its headings, its months ("2024-01", or "-01" for a month without a year) and its totals."""

    first_row: int
    cells: list[str]
    months: dict[int, str]
    unit: str
    totals: list[int]
    year_at: int | None


def months_down(grid: Grid, headings: Headings, name: str, *, year: str = "") -> Grid | None:
    """A table with a column a month as one with a row a month; None where the grid is no such table.

    Parameters
    ----------
    year
        The year that the file's path says; "" where it says none.

    Raises
    ------
    FileRefused
        Months without a year, in several units, twice, or whose sum is not the total beside them.
    """
    contract = headings.contract
    measure = contract.measure[0]
    if measure != "quantity" or contract.name_of[contract.measure[1]].reads != UNIT:
        return None
    found = _find(grid, headings)
    if found is None:
        return None
    found = _with_year(found, grid, headings, name, year)
    _check_months(found, name)
    hidden = [found.cells[i] for i in found.months if i in grid.hidden_columns]
    if hidden:
        raise FileRefused(f"{name}: the workbook hides the column {hidden[0]!r}", code="hidden_column",
                          what_to_do="show the column, or delete it")
    body = [c.below(found.first_row) for c in grid.columns]
    _check_totals(found, body, grid, headings, name)
    return _unfolded(found, body, grid, headings, name)


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
    said = {unit for _, unit in months.values()}
    if len(said) != 1:
        return None
    first = 0 if grid.headings is not None else best + 1
    return _Across(first, cells, {i: month for i, (month, _) in months.items()}, said.pop(), totals, year_at)


def _check_months(found: _Across, name: str) -> None:
    """Refuse months with a gap, and columns beside them that may be a month, a day or a quarter."""
    numbers = sorted({12 * int(m[:-3] or 0) + int(m[-2:]) for m in found.months.values()})
    if len(numbers) < len(found.months):
        raise FileRefused(f"{name}: two columns are of the same month", code="columns_ambiguous",
                          what_to_do="write every heading as YYYY-MM, and delete copies")
    beside = [c for i, c in enumerate(found.cells) if c and i not in (*found.months, *found.totals, found.year_at)]
    odd = [c for c in beside if may_be_a_period(c)]
    if odd or numbers[-1] - numbers[0] + 1 > len(numbers):
        what = f"{odd[0]!r} stands beside columns of months" if odd else "a month is lacking between the others"
        raise FileRefused(f"{name}: {what}; which columns count is not certain", code="months_unclear",
                          what_to_do="write the heading of every month as YYYY-MM; delete other columns of quantities")


def _with_year(found: _Across, grid: Grid, headings: Headings, name: str, told: str) -> _Across:
    """The months with their year, where the headings do not say it.

    Raises
    ------
    FileRefused
        No year.
    """
    bare = [m for m in found.months.values() if m.startswith("-")]
    if bare and len(bare) < len(found.months):
        raise FileRefused(f"{name}: some headings name a month with its year and some without",
                          code="months_without_year", what_to_do="write every heading as YYYY-MM")
    if bare != sorted(bare):
        raise FileRefused(f"{name}: the columns are months of two years, which the headings do not say",
                          code="months_without_year", what_to_do="write the headings as YYYY-MM")
    if not bare or found.year_at is not None:
        return found if bare else replace(found, year_at=None)
    year = _declared_year(headings) or told or _year_above(grid, found.first_row)
    if not year:
        first = found.cells[next(iter(found.months))]
        raise FileRefused(f"{name}: the columns are months ({first!r} ...) of a year that the file does not say",
                          code="months_without_year",
                          what_to_do="write the headings as YYYY-MM, add a column `year`, or declare `period` in the "
                                     "company's params")
    return replace(found, months={i: f"{year}{m}" for i, m in found.months.items()})


def _declared_year(headings: Headings) -> str:
    """The calendar year that params declare as the file's period."""
    begin, end = headings.options.period or (None, None)
    whole = begin is not None and end is not None and begin.year == end.year
    return str(begin.year) if whole and begin is not None else ""


def _year_above(grid: Grid, first_row: int) -> str:
    """The one year that titles above the table name: alone in a cell, or with a word such as "Consommations 2024"."""
    years = set()
    for row in grid.head()[:max(first_row - 1, 0)]:
        for cell in filter(None, row):
            found = _YEAR.findall(cell)
            if found and (cell.strip() in found or _OF_A_TABLE.search(fold(cell))):
                years |= set(found)
    return years.pop() if len(years) == 1 else ""


def _check_totals(found: _Across, body: list[Column], grid: Grid, headings: Headings, name: str) -> None:
    """Refuse a total beside the months that is not their sum, but for what rounding explains."""
    places = [*found.months]
    for total in found.totals:
        cells = pa.concat_arrays([_text(body[i]) for i in (*places, total)])
        marks = np.concatenate([_marks(body[i]) for i in (*places, total)])
        column = Column(cells, marks).distinct()
        numbers = parse_numbers(column, decimal=headings.options.decimal, thousands=headings.options.thousands).numbers
        table = numbers[column.codes].reshape(len(places) + 1, -1)
        sums, said = np.nansum(table[:-1], axis=0), table[-1]
        known = ~np.isnan(said) & ~np.isnan(table[:-1]).all(axis=0)
        digits = max((len(t.rpartition(".")[2]) if "." in t else 0 for t in map(_decimal, table[-1][known])), default=0)
        wrong = np.flatnonzero(known & (np.abs(sums - said) > 0.51 * 10.0**-digits * len(places)))
        if len(wrong):
            line = int(grid.lines[found.first_row + wrong[0]])
            raise FileRefused(
                f"{name}, line {line}: {found.cells[total]!r} is {_decimal(said[wrong[0]])}, the months beside it sum "
                f"to {_decimal(sums[wrong[0]])}", code="months_not_the_total",
                what_to_do="fill in the missing month, correct the total, or delete that column")


def _decimal(value: float) -> str:
    return f"{value:.10g}"


def _text(column: Column) -> pa.Array:
    return column.text.cast(pa.string())


def _marks(column: Column) -> npt.NDArray[np.uint8]:
    return np.zeros(len(column), dtype=np.uint8) + TEXT if column.marks is None else column.marks


def _unfolded(found: _Across, body: list[Column], grid: Grid, headings: Headings, name: str) -> Grid:
    """The table month after month, so that a row of totals still stands below the rows it sums.

    A month in which no row holds anything has not been yet. A row without any quantity is kept once.
    """
    blank = {i: body[i].blank() for i in found.months}
    months = [i for i in found.months if not blank[i].all()]
    if not months:
        raise FileRefused(f"{name}: headings only, no quantities", code="no_rows", what_to_do="ask for the file again")
    idle = np.logical_and.reduce([blank[i] for i in months])
    kept = [np.flatnonzero(~idle | (i == months[-1])) for i in months]
    rows = np.concatenate(kept)
    others = [i for i in range(len(found.cells)) if i not in found.months and i not in found.totals and
              i != found.year_at]
    columns = [body[i].take(rows) for i in others]
    quantity = Column(pa.concat_arrays([_text(body[i]).take(pa.array(k)) for i, k in zip(months, kept, strict=True)]),
                      np.concatenate([_marks(body[i])[k] for i, k in zip(months, kept, strict=True)]))
    dates = pa.concat_arrays([_dates(found, body, i, k) for i, k in zip(months, kept, strict=True)])
    dates = pc.if_else(pa.array(idle[rows]), "", dates)
    cells = [found.cells[i] for i in others] + ["date", f"quantity ({found.unit})" if found.unit else "quantity"]
    lines = grid.lines[found.first_row:][rows]
    widths = None
    if grid.widths is not None:
        own = grid.widths[found.first_row:]
        named = int(grid.widths[found.first_row - 1]) if found.first_row else len(found.cells)
        _refuse_long(own, named, body, grid, found, name)
        reach = max(found.months) + 1
        widths = np.where(own < reach, len(cells) - 1, len(cells))[rows]
    hidden = None if grid.hidden is None else grid.hidden[found.first_row:][rows]
    gone = frozenset(n for n, i in enumerate(others) if i in grid.hidden_columns)
    said = Warned("months_across", f"{name}: one row of the file gives a record for each of {len(months)} months")
    unread = [found.cells[i] for i in found.months if i not in months]
    late = [Warned("month_empty", f"{name}: no row holds a quantity for {', '.join(unread)}")] if unread else []
    return Grid([*columns, Column(dates), quantity], lines, f"{grid.dialect}, months across", sheet=grid.sheet,
                widths=widths, headings=cells, hidden=hidden, hidden_columns=gone,
                warnings=[*grid.warnings, said, *late])


def _dates(found: _Across, body: list[Column], month: int, rows: npt.NDArray[np.intp]) -> pa.Array:
    if found.year_at is None:
        return pa.array([found.months[month]] * len(rows), pa.string())
    years = pc.utf8_trim_whitespace(_text(body[found.year_at]).take(pa.array(rows)))
    years = pc.replace_substring_regex(years, r"\.0$", "")
    return pc.binary_join_element_wise(years, found.months[month], "")


def _refuse_long(widths: npt.NDArray[np.int64], named: int, body: list[Column], grid: Grid, found: _Across,
                 name: str) -> None:
    longer = np.flatnonzero(widths > named)
    filled = [r for r in longer.tolist() if any(c.text[r].as_py().strip() for c in body[named:])]
    if filled:
        raise FileRefused(f"{name}, line {int(grid.lines[found.first_row + filled[0]])}: more cells than headings",
                          code="row_too_long", what_to_do="quote cells that hold the separator, or remove extras")


def months_named(cells: list[str]) -> dict[int, tuple[str, str]]:
    """Position -> month ("2024-01" or "-01") and unit said, of the headings that name one.

    "janv-24" counts where months so written follow one another without a gap: no days do.
    """
    found, short = {}, {}
    for position, cell in enumerate(cells):
        bracketed = BRACKETED.match(cell)
        text, unit = (bracketed[1], bracketed[2]) if bracketed else (cell, "")
        month = _month(" ".join(text.split()))
        brief = _SHORT.fullmatch(" ".join(text.split()))
        if month:
            found[position] = (month, unit)
        elif brief and named_month(brief[1]):
            short[position] = (f"20{brief[2]}-{named_month(brief[1]):02d}", unit)
    return found or (short if _in_a_row([m for m, _ in short.values()]) else {})


def _month(text: str) -> str:
    alone = named_month(text)
    if alone:
        return f"-{alone:02d}"
    first, last = _days(text)
    if np.isnat(first):
        return ""
    month = first.astype("datetime64[M]")
    after = (month + np.timedelta64(1, "M")).astype("datetime64[D]")
    whole = first == month.astype("datetime64[D]") and last + np.timedelta64(1, "D") == after
    stamp = first == last and str(first).endswith("-01")  # a date cell that is shown as a month
    return str(first)[:7] if whole or stamp else ""


def _days(text: str) -> tuple[np.datetime64, np.datetime64]:
    days = parse_days(Column(pa.array([text])).distinct(), order="iso")
    return days.first[0], days.last[0]


def _in_a_row(months: list[str]) -> bool:
    """Months that follow one another, each once."""
    numbers = [12 * int(m[:4]) + int(m[5:]) for m in months]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False


def may_be_a_period(cell: str) -> bool:
    """Whether a heading is a day or a quarter, or resembles the name of a month."""
    words = [w for w in fold(cell).split() if w not in _NO_MONTH]
    return bool(_QUARTER.fullmatch(fold(cell))) or not np.isnat(_days(cell)[0]) or \
        any(difflib.get_close_matches(w, MONTH_NAMES, n=1, cutoff=0.85) for w in words)
