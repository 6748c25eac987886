"""Days and periods as they are written: unambiguous or declared, never guessed, never rolled over.

"03/04/2024" is March or April. A file that also writes "25/03/2024" in the same way proves that its day comes first;
without proof or declaration every such cell is rejected with both readings. A clock time or a time zone never moves a
day: the day that is written is the day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from carbon.core.text import strip_accents
from carbon.records.grids import cells
from carbon.records.kinds.faults import Problem, cell_error
from carbon.records.kinds.vocabulary import WEEKDAYS, named_month
from carbon.records.values import date_wordings

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""The first year of national inventories, the base year of Kyoto; no record is dated beyond the last."""
DAY_FIRST, MONTH_FIRST = "day first", "month first"
FORMATS = {"day_first": DAY_FIRST, "dmy": DAY_FIRST, "fr": DAY_FIRST, "month_first": MONTH_FIRST, "mdy": MONTH_FIRST,
           "us": MONTH_FIRST, "iso": "iso"}
"""Words accepted for `date_format` in params, as well as strptime patterns such as %d/%m/%Y."""

_TIME = r"(?:[T ]\s*(?P<h>\d{1,2})[:h](?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?" \
        r"\s*(?:Z|[A-Z]{3,4}|[+-]\d{2}:?\d{2}(?:\[[\w/]+\])?)?)?"
_YMD = re.compile(rf"(?P<y>\d{{4}})(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})"
                      r"(?:[T ](?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?(?:Z|[+-]\d{4})?)?")
_SLASHED = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[-/. ])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}}){_TIME}")
_SHORT_YEAR = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[-/.])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{2}}){_TIME}")
_NAMED = re.compile(rf"(?P<d>\d{{1,2}})(?:er|st|nd|rd|th|\.)?[ -]+(?P<name>[^\W\d_]+)\.?,?[ -]+(?P<y>\d{{4}}){_TIME}")
_NAMED_US = re.compile(rf"(?P<name>[^\W\d_]+)\.?[ -]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[ -]+(?P<y>\d{{4}}){_TIME}")
_MONTH = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})|(?P<m2>\d{1,2})[-/.](?P<y2>\d{4})")
_NAMED_MONTH = re.compile(r"(?P<name>[^\W\d_]+)\.?[ -]+(?P<y>\d{4})|(?P<y2>\d{4})[ -]+(?P<name2>[^\W\d_]+)\.?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_NAMED_SHORT = re.compile(r"(?:\d{1,2}[ .-]+)?(?P<name>[^\W\d_]+)\.?[ '-]+\d{2}"
                          r"|(?P<name2>[^\W\d_]+)[ -]+\d{1,2},? \d{2}")
_WEEKDAY = re.compile(r"(?P<weekday>[^\W\d_]+)\.?,?[ ]+(?P<rest>\d.*|[^\W\d_]+\.? \d.*)", re.DOTALL)
_DIGITS = re.compile(r"[0-9]+(?:[.,][0-9]+)?")

_FOREIGN = re.compile(r"(?![0-9])\d")
_CLOCK_ONLY = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")

_WRITE = "write the day as YYYY-MM-DD"


@dataclass(frozen=True)
class Days:
    """First and last day that each distinct cell of a column names; NaT where it is blank or unclear."""

    first: npt.NDArray[np.datetime64]
    last: npt.NDArray[np.datetime64]
    blank: npt.NDArray[np.bool_]
    problems: dict[int, Problem]


def prove_order(texts: Iterable[str]) -> str:
    """Return the order that cells prove of days written a/b/year: "day first", "month first", "mixed" or ""."""
    proved = set()
    for text in (part for cell in texts for part in date_wordings.ends(cell) or (cell,)):
        text = " ".join(text.split())
        worded = _WEEKDAY.fullmatch(text)
        match = _SLASHED.fullmatch(worded["rest"] if worded else text)
        if match:
            a, b = int(match["a"]), int(match["b"])
            proved |= {DAY_FIRST} if a > 12 >= b else {MONTH_FIRST} if b > 12 >= a else set()
    return "mixed" if len(proved) == 2 else next(iter(proved), "")


def parse_days(distinct: cells.Distinct, *, order: str, date_format: str | None = None,
               periods: bool = True) -> Days:
    """Read the distinct cells of one column as days, months or quarters.

    Parameters
    ----------
    order
        What the file proves of days written a/b/year, from `prove_order`; ignored where `date_format` is declared.
    date_format
        A strptime pattern, or one of `FORMATS`.
    periods
        Accept a month ("2024-03", "mars 2024") or a quarter ("2024-Q1") as all its days.
    """
    n = len(distinct.texts)
    first = np.full(n, "NaT", dtype="datetime64[D]")
    last, blank = first.copy(), np.zeros(n, dtype=bool)
    problems: dict[int, Problem] = {}
    order = FORMATS.get(date_format or "", order)
    pattern = date_format if date_format and date_format not in FORMATS else None
    for i, (text, mark) in enumerate(zip(distinct.texts.to_pylist(), distinct.marks.tolist(), strict=True)):
        text = " ".join(text.split())
        if not text.isascii() and _FOREIGN.search(text):
            problems[i] = Problem("date_unreadable", f"{text!r} holds digits of another script", _WRITE)
            continue
        if not text and mark != cells.ERROR:
            blank[i] = True
            continue
        span = _typed(text, mark) or (_declared(text, pattern) if pattern and mark == cells.TEXT
                                      else _written(text, order, periods))
        if isinstance(span, Problem):
            problems[i] = span
        else:
            first[i], last[i] = span
    return Days(first, last, blank, problems)


_Span = tuple[date, date] | Problem


def _typed(text: str, mark: int) -> _Span | None:
    if mark in (cells.TEXT, cells.DAY) or (mark == cells.NUMBER and _COMPACT.fullmatch(text)):
        return None  # 20240115 is no serial, which would lie in the year 57,000
    if mark == cells.ERROR:
        return cell_error(text)
    return Problem("date_serial", f"{text!r} is a number, not a date; serial numbers are not guessed",
                   "format the cells as dates in the workbook, or write YYYY-MM-DD")


def _declared(text: str, pattern: str) -> _Span:
    try:
        return _day(datetime.strptime(text, pattern).date(), text)
    except ValueError:
        return Problem("date_format", f"{text!r} does not fit the declared date_format {pattern!r}",
                       "correct the cell, or `date_format` in the company's params")


def _written(text: str, order: str, periods: bool) -> _Span:
    match = _WEEKDAY.fullmatch(text)
    weekday = WEEKDAYS.get(strip_accents(match["weekday"]).lower()) if match else None
    if match is None or weekday is None:
        return _without_weekday(text, order, periods)
    day = _without_weekday(match["rest"], order, periods)
    if isinstance(day, tuple) and day[0].weekday() != weekday:
        # "Mar 5 2024" names a month in English and a Tuesday in French.
        span = _without_weekday(text, order, periods)
        return span if isinstance(span, tuple) else Problem(
            "date_impossible", f"{text!r}: that day is no {match['weekday']}", _WRITE)
    return day if isinstance(day, tuple) else _without_weekday(text, order, periods)


def _without_weekday(text: str, order: str, periods: bool) -> _Span:
    for pattern in (_YMD, _COMPACT):
        if match := pattern.fullmatch(text):
            return _clocked(match) or _make(int(match["y"]), int(match["m"]), int(match["d"]), text)
    if match := _SLASHED.fullmatch(text):
        return _clocked(match) or _slashed(text, int(match["a"]), int(match["b"]), int(match["y"]), order)
    for pattern in (_NAMED, _NAMED_US):
        if match := pattern.fullmatch(text):
            month = named_month(match["name"])
            if month:
                return _clocked(match) or _make(int(match["y"]), month, int(match["d"]), text)
    if periods and (span := _period(text) or _between(text, order)):
        return span
    again = date_wordings.rewritten(text)
    return _without_weekday(again, order, periods) if again != text else _unreadable(text)


def _between(text: str, order: str) -> _Span | None:
    """Read a period whose two ends are in one cell; None where the cell does not hold two."""
    ends = date_wordings.ends(text)
    if ends is None:
        return None
    first, last = (_without_weekday(end, order, periods=False) for end in ends)
    if isinstance(first, Problem) or isinstance(last, Problem):
        return first if isinstance(first, Problem) else last
    return (first[0], last[1]) if first[0] <= last[1] else Problem(
        "period_reversed", f"{text!r}: the period ends before it starts", "correct the two dates")


def _clocked(match: re.Match[str]) -> Problem | None:
    parts = match.groupdict()
    hour, minute, second = (int(parts.get(k) or 0) for k in ("h", "mi", "s"))
    if hour == 24 and not (minute or second or parts.get("half")):
        return None  # the end of that day, as meters write it (ISO 8601-1:2019 amd 1)
    if hour > 23 or minute > 59 or second > 60 or (parts.get("half") and not 1 <= hour <= 12):
        return Problem("date_impossible", f"{match[0]!r} holds a clock time that does not exist", _WRITE)
    return None


def _slashed(text: str, a: int, b: int, year: int, order: str) -> _Span:
    if order == DAY_FIRST:
        return _make(year, b, a, text)
    if order == MONTH_FIRST:
        return _make(year, a, b, text)
    if order == "iso":
        return Problem("date_format", f"{text!r} does not fit the declared date_format 'iso'", _WRITE)
    if a == b and order != "mixed":
        return _make(year, a, b, text)
    if a > 12 and b > 12:
        return _make(year, b, a, text)
    if order == "mixed":
        return Problem("date_ambiguous", f"{text!r}: the file writes days first and months first",
                       "correct the cells, or declare `date_format` in the company's params")
    return Problem("date_ambiguous", f"{text!r} may be {year}-{b:02d}-{a:02d} or {year}-{a:02d}-{b:02d}; nothing in "
                   "the file decides", "declare `date_format`, e.g. \"%d/%m/%Y\", in the company's params")


def _period(text: str) -> _Span | None:
    if match := _MONTH.fullmatch(text):
        return _months(int(match["y"] or match["y2"]), int(match["m"] or match["m2"]), 1, text)
    if part := date_wordings.part_of_a_year(text):
        return _months(*part, text)
    if match := _NAMED_MONTH.fullmatch(text):
        month = named_month(match["name"] or match["name2"])
        return _months(int(match["y"] or match["y2"]), month, 1, text) if month else None
    week = date_wordings.week(text)
    if week == "":
        return Problem("date_impossible", f"{text!r} is no week of that year", _WRITE)
    return _in_range(*week, text) if isinstance(week, tuple) else None


def whole_years(distinct: cells.Distinct, *, begins: tuple[int, int] = (1, 1)) -> Days | None:
    """Read a column that holds years and nothing else, each as all its days; None for any other column.

    Parameters
    ----------
    begins
        Month and day on which the company's year begins: other than on 1 January "2024" may be either year, which is
        a problem.
    """
    cell_texts = distinct.texts.to_pylist()
    if not all(_YEAR.fullmatch(t.strip().removesuffix(".0")) or not t.strip() for t in cell_texts) or \
            (distinct.marks == cells.ERROR).any():
        return None
    texts = [text.strip().removesuffix(".0") for text in cell_texts]
    blank = np.array([t == "" for t in texts], dtype=bool)
    if blank.all():
        return None
    first = np.array([f"{t}-01-01" if t else "NaT" for t in texts], dtype="datetime64[D]")
    last = np.array([f"{t}-12-31" if t else "NaT" for t in texts], dtype="datetime64[D]")
    problems = {}
    for i in np.flatnonzero(~blank).tolist():
        if begins != (1, 1):
            problems[i] = Problem("date_ambiguous", f"{texts[i]!r} may be the calendar year or the year that begins on "
                                  f"{begins[0]:02d}-{begins[1]:02d}", "declare `period` in the company's params")
        elif not FIRST_YEAR <= int(texts[i]) <= LAST_YEAR:
            problems[i] = Problem("date_out_of_range", f"{texts[i]!r} lies outside {FIRST_YEAR} to {LAST_YEAR}",
                                  "correct the year")
    first[[*problems]] = last[[*problems]] = np.datetime64("NaT", "D")
    return Days(first, last, blank, problems)


def _months(year: int, month: int, count: int, text: str) -> _Span:
    begin = _make(year, month, 1, text)
    if isinstance(begin, Problem):
        return begin
    end = month + count - 1
    return begin[0], date(year, end, monthrange(year, end)[1])


def _make(year: int, month: int, day: int, text: str) -> _Span:
    try:
        return _day(date(year, month, day), text)
    except ValueError:
        return Problem("date_impossible", f"{text!r} is no day of the calendar", _WRITE)


def _day(day: date, text: str) -> _Span:
    return _in_range(day, day, text)


def _in_range(first: date, last: date, text: str) -> _Span:
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        return Problem("date_out_of_range", f"{text!r} lies outside {FIRST_YEAR} to {LAST_YEAR}", "correct the year")
    return first, last


def _unreadable(text: str) -> Problem:
    if match := _SHORT_YEAR.fullmatch(text):
        a, b, y = match["a"], match["b"], match["y"]
        return Problem("date_ambiguous", f"{text!r} may be {a}/{b}/20{y} or {b}/{a}/20{y} or 20{a}/{b}/{y}: "
                       "the year has two digits", "declare `date_format`, e.g. \"%d/%m/%y\", in the company's params")
    match = _NAMED_SHORT.fullmatch(text)
    if match and named_month(match["name"] or match["name2"]):
        return Problem("date_ambiguous", f"{text!r}: the year has two digits",
                       "write four digits, or declare `date_format`, e.g. \"%d-%b-%y\", in the company's params")
    if why := date_wordings.unclear_wording(text):
        return Problem("date_ambiguous", f"{text!r} {why}", _WRITE)
    if _DIGITS.fullmatch(text):
        return Problem("date_serial", f"{text!r} is a number; serials and epochs are not guessed", _WRITE)
    if _CLOCK_ONLY.fullmatch(text):
        return Problem("date_missing", f"{text!r} is a clock time without a day",
                       "declare `period` for this file in the company's params")
    return Problem("date_unreadable", f"{text!r} is not a date", _WRITE)
