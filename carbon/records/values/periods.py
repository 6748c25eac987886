"""From the date columns of a file to the first and last day of each row.

Days with two digits for the year, or none, are read where something beyond the column makes them certain: "25/03/24"
may be in 2024 or in 2025. The reporting year settles it, where every cell lies in it by one way of reading and by no
other; or a second column of ISO days, where each row's is the same day. One cell that disagrees leaves all ambiguous.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.vocabulary import named_month
from carbon.params.shapes.company import FilePattern
from carbon.records.grids.cells import TEXT, Column, Grid
from carbon.records.headings.layout import Layout
from carbon.records.kinds.contract import Contract, ProjectContext
from carbon.records.kinds.messages import Warned, problem, refusal, warned
from carbon.records.values.dates import CALENDAR, parse_days, prove_order
from carbon.records.values.fields import Context

DaysOf = npt.NDArray[np.datetime64]
START, END, DATE = "period_start", "period_end", "date"

_REVERSED = problem("period_reversed.two_cells")


def read_periods(columns: dict[str, Column], contract: Contract, context: Context, *,
                 begins: tuple[int, int] = CALENDAR) -> tuple[DaysOf, DaysOf]:
    """Return first and last day of each row, both included; NaT where there is a fault.

    A file has start and end, or one date (a day, or a month, quarter or year with all its days), or a declared period.
    `begins` is the month and day on which the company's year begins.
    """
    if context.options.period is not None:
        begin, end = (np.full(context.faults.rows, np.datetime64(day, "s")) for day in context.options.period)
        return begin, end
    if contract.dated == "open":
        return _open(columns, context)
    present = {c: columns[c] for c in (START, END, DATE) if c in columns}
    order = prove_order(t for c in present.values() for t in c.distinct.texts.to_pylist())
    needed = present if not {START, END} <= present.keys() else {START, END}
    days = {name: _days(name, c, order, context, begins=begins) for name, c in present.items() if name in needed}
    if START in days and END in days:
        first, last = days[START][0], days[END][1]
        reversed_rows = np.flatnonzero(last < first)
        context.faults.add(reversed_rows, END, _REVERSED, columns[END].take(reversed_rows).strings.to_pandas())
    elif DATE in days:
        first, last = days[DATE]
    else:
        raise refusal("columns_missing.no_end" if START in days else "columns_missing.no_start", context.name)
    return first, last


def read_day(name: str, columns: dict[str, Column], context: Context, *, last: bool, is_filled: bool = False,
             periods: bool = True, same_order: Sequence[str] = ()) -> DaysOf:
    """Return a further day of each row, e.g. that of a cancellation; NaT where it is blank or has a fault.

    `last`: a month is its last day, else its first. `is_filled`: a blank is a fault. `periods`: a month is accepted.
    `same_order`: columns whose days are written in one order, so that one may prove that of another.
    """
    order = prove_order(t for c in same_order or (name,) for t in columns[c].distinct.texts.to_pylist())
    days = _days(name, columns[name], order, context, is_filled=is_filled, periods=periods)
    return days[int(last)]


_CLOCK = r"(?P<t>\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp][Mm])?)"


def clocks(column: Column | None) -> pd.Series | None:
    """Return the time of day of each row of a column of days, "" at midnight; None where no row has one.

    Days are all that counts, but two readings of one day at two hours are two readings.
    """
    if column is None or not pc.any(pc.match_substring(column.distinct.texts, ":")).as_py():
        return None
    times = pc.struct_field(pc.extract_regex(column.distinct.texts, _CLOCK), "t").fill_null("")
    times = pc.replace_substring_regex(times, r"(?:^00:00(?::00)?|(?::00))$", "")
    if not pc.any(pc.not_equal(times, "")).as_py():
        return None
    return times.take(pa.array(column.distinct.codes)).to_pandas().astype("str")


def _open(columns: dict[str, Column], context: Context) -> tuple[DaysOf, DaysOf]:
    """Read a period with either end blank: NaT, for "since ever" and "until further notice"."""
    order = prove_order(t for c in (START, END) if c in columns for t in columns[c].distinct.texts.to_pylist())
    never = np.full(context.faults.rows, "NaT", dtype="datetime64[s]")
    ends = [_days(c, columns[c], order, context, is_filled=False)[i] if c in columns else never
            for i, c in enumerate((START, END))]
    reversed_rows = np.flatnonzero(ends[1] < ends[0])
    context.faults.add(reversed_rows, END, _REVERSED, context.raw_cells(END, reversed_rows))
    return ends[0], ends[1]


def _days(name: str, column: Column, order: str, context: Context, *, is_filled: bool = True, periods: bool = True,
          begins: tuple[int, int] = CALENDAR) -> tuple[DaysOf, DaysOf]:
    distinct = column.distinct
    date_format = context.options.date_format
    days = parse_days(distinct, order=order, date_format=date_format, years=periods and not date_format,
                      periods=periods, begins=begins)
    context.faults.add_cells(distinct.codes, distinct.texts, name, days.problems)
    if is_filled:
        context.fault_blank(name, distinct, days.blank, "{column}_missing.day")
    firsts, lasts = (ends.astype("datetime64[s]") for ends in (days.first, days.last))  # a few, before they are many
    first = firsts[distinct.codes]
    whole_days = bool(((firsts == lasts) | np.isnat(firsts)).all())
    return first, first if whole_days else lasts[distinct.codes]


Period = tuple[date, date]
_MAY_BE = r"^\s*\d{1,2}[-/. ]*(?:\d{1,2}|\p{L}+\.?)(?:[-/. \']+(?:\d{2}|\d{4}))?\.?\s*$" \
          r"|^\s*\p{L}+\.?[-/. \']*\d{2}\s*$|^\s*$"
_ISO = r"^\d{4}-\d{2}-\d{2}(?:[T ].*)?$"
_FORMS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})(?:\2(\d{2}|\d{4}))?\.?"
                    r"|(\d{1,2})[-/. ]*([^\W\d_]+)\.?(?:[-/. ']+(\d{2}))?|([^\W\d_]+)\.?[-/. ']*(\d{2})")
_PARTS = (1, 3, 4, 5, 6, 7, 8, 9)
"""Groups of day, month and year in the forms."""
_WORDS = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day", "dm": "day/month",
          "md": "month/day", "my": "month/year", "ym": "year/month"}
"""Orders of the parts of a day or a month."""
_HALF_A_YEAR = 183
"""Days back from which a step between dates without a year is the turn of the year, and no disorder."""


def settled_days(columns: dict[str, Column], body: Grid, layout: Layout, options: FilePattern, project: ProjectContext,
                 name: str) -> tuple[dict[str, Column], list[Warned]]:
    """Return the columns with such days written out, and a warning how they were read; else the columns unchanged."""
    dated = {c: columns[c] for c in (DATE, START, END) if c in columns}
    if not dated or options.date_format or options.period or not all(
            _all_fit(c, _MAY_BE) and (c.kinds == TEXT).all() for c in dated.values()):
        return columns, []
    texts = {t: None for c in dated.values() for t in c.distinct.texts.to_pylist() if t.strip()}
    if not texts or prove_order(texts):
        return columns, []
    settled = _by_year(dated, list(texts), project) or (_by_sibling(dated, body, layout) if len(dated) == 1 else None)
    if settled is None:
        return columns, []
    iso_texts, how = settled
    warning = warned("days_settled", name, example=next(iter(texts)), how=how)
    return {**columns, **iso_texts}, [warning]


def _all_fit(column: Column, pattern: str) -> bool:
    """Return whether all cells of a column have a form."""
    return pc.all(pc.match_substring_regex(column.distinct.texts, pattern)).as_py() is not False


_Settled = tuple[dict[str, Column], str]
"""Date columns written out, and how they were read."""


def _by_year(dated: dict[str, Column], texts: list[str], project: ProjectContext) -> _Settled | None:
    """Read the columns by the one order of parts by which every cell lies in the reporting year. Four digits give their
    year themselves, and days that run past a year's end are of two years.
    """
    year = _reporting_year(project)
    if year is None or any(re.search(r"\d{4}", text) for text in texts):
        return None
    ways = {way: {text: _within(text, way, *year) for text in texts} for way in _WORDS}
    fitting = [way for way, readings in ways.items() if all(readings.values())]
    if len(fitting) != 1:
        return None
    readings = {text: period for text, period in ways[fitting[0]].items() if period is not None}
    if "y" not in fitting[0] and any(_turns(column, readings) for column in dated.values()):
        return None
    iso_texts = {}
    for name, column in dated.items():
        distinct = column.distinct
        days = [readings[t] if t.strip() else None for t in distinct.texts.to_pylist()]
        iso = pa.array(["" if p is None else p[0].isoformat()[:10 if p[0] == p[1] else 7] for p in days], pa.string())
        iso_texts[name] = Column(iso.take(pa.array(distinct.codes)))
    return iso_texts, f"{_WORDS[fitting[0]]}, by which alone all lie between {year[0]} and {year[1]}"


def _reporting_year(project: ProjectContext) -> Period | None:
    if project.first_day is not None and project.last_day is not None:
        return project.first_day.date(), project.last_day.date()
    path = project.from_path.get("year", "")
    return (date(int(path), 1, 1), date(int(path), 12, 31)) if re.fullmatch(r"(19|20)\d{2}", path) else None


def _within(text: str, way: str, first: date, last: date) -> Period | None:
    """Read a cell by one order of parts, if that lies in the reporting year."""
    candidates = [p for y in dict.fromkeys([first.year, last.year]) if (p := _read(" ".join(text.split()), way, y))]
    inside = [p for p in dict.fromkeys(candidates) if first <= p[0] and p[1] <= last]
    return inside[0] if len(inside) == 1 else None


def _turns(column: Column, readings: dict[str, Period]) -> bool:
    """Return whether days without a year run on in order, past a year's end, into the year after or before."""
    distinct = column.distinct
    days = np.array([readings[t][0].toordinal() if t.strip() else 0 for t in distinct.texts.to_pylist()])
    run = days[distinct.codes][days[distinct.codes] > 0]
    steps = [np.diff(r) for r in (run, run[::-1]) if len(r) > 2 and r[-1] < r[0]]
    return any((s < 0).sum() == 1 and s.min() < -_HALF_A_YEAR and (s > 0).any() for s in steps)


def _by_sibling(dated: dict[str, Column], body: Grid, layout: Layout) -> _Settled | None:
    """Read the column as the ISO days of another, where each is that day by one order of parts; two must agree."""
    name, column = next(iter(dated.items()))
    columns_read = set(layout.columns.values())
    settled: dict[str, _Settled] = {}
    for position, heading in enumerate(layout.headings[:len(body.columns)]):
        sibling = body.columns[position]
        if position in columns_read or not heading or not _all_fit(sibling, _ISO):
            continue
        codes = pd.DataFrame({"own": column.distinct.codes, "iso": sibling.distinct.codes}).drop_duplicates()
        texts, iso = column.distinct.texts.to_pylist(), sibling.distinct.texts.to_pylist()
        pairs = [(texts[a], date.fromisoformat(iso[b][:10])) for a, b in codes.itertuples(index=False)]
        ways = [way for way in _WORDS if all(_read(" ".join(t.split()), way, d.year) == (d, d) for t, d in pairs)]
        if ways:
            days = Column(pc.utf8_slice_codeunits(sibling.strings, 0, 10))
            settled[ways[0]] = {name: days}, f"{_WORDS[ways[0]]}, as each is then the day under {heading!r}"
    return next(iter(settled.values())) if len(settled) == 1 else None


def _read(text: str, way: str, year: int) -> Period | None:
    """Read a cell as a day or month by one order of parts; None where it is not one."""
    match = _FORMS.fullmatch(text)
    parts = [match[i] for i in _PARTS if match[i]] if match else []
    if len(parts) != len(way):
        return None
    part_of = dict(zip(way, parts, strict=True))
    number = {key: int(value) for key, value in part_of.items() if value.isdigit()}
    month = number.get("m") or named_month(part_of.get("m", ""))
    if not month or ("d" in part_of and "d" not in number) or ("y" in part_of and len(part_of["y"]) not in (2, 4)):
        return None
    century = 0 if len(part_of.get("y", "")) == 4 else 2000
    full = number["y"] + century if "y" in number else year
    try:
        first = date(full, month, number.get("d", 1))
        return first, first if "d" in part_of else date(full, month, monthrange(full, month)[1])
    except ValueError:
        return None
