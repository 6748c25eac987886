"""Days and periods as they are written: unambiguous or declared, never guessed, never rolled over.

"03/04/2024" is March or April. A file that also writes "25/03/2024" in the same way proves that its day comes first;
without proof or declaration every such cell is rejected with both readings. A clock time or a time zone never moves a
day: the day that is written is the day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from carbon.core.text import fold, strip_accents
from carbon.core.text_columns import Flags
from carbon.core.vocabulary import WEEKDAYS, named_month, words_of
from carbon.records.grids import cells
from carbon.records.kinds.messages import Problem, cell_error, problem

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""The first year of national inventories, the base year of Kyoto; no record is dated beyond the last."""
DAY_FIRST, MONTH_FIRST = "day first", "month first"
CALENDAR = (1, 1)
"""Month and day on which a calendar year begins."""
PART_OF_A_YEAR, _MONTHS_OF = "date part of a year", {"quarter": 3, "half": 6}
FORMATS = {"day_first": DAY_FIRST, "dmy": DAY_FIRST, "fr": DAY_FIRST, "month_first": MONTH_FIRST, "mdy": MONTH_FIRST,
           "us": MONTH_FIRST, "iso": "iso"}
"""Words accepted for `date_format` in params, as well as strptime patterns such as %d/%m/%Y."""

_TIME = r"(?:[T ]\s*(?P<h>\d{1,2})[:h](?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?" \
        r"\s*(?:Z|[A-Z]{3,4}|[+-]\d{2}:?\d{2}(?:\[[\w/]+\])?)?)?"
_Y, _M, _D, _NAME = r"(?P<y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})", r"(?P<name>[^\W\d_]+)"
_SLASHED = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[-/. ])(?P<b>\d{{1,2}})(?P=sep){_Y}{_TIME}")
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})"
                      r"(?:[T ](?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?(?:Z|[+-]\d{4})?)?")
_DAY_FORMS = (re.compile(rf"{_Y}(?P<sep>[-/.]){_M}(?P=sep){_D}{_TIME}"), _COMPACT, _SLASHED, *map(re.compile, (
    rf"{_D}(?:er|st|nd|rd|th|\.)?[ -]+{_NAME}\.?,?[ -]+{_Y}{_TIME}",
    rf"{_NAME}\.?[ -]+{_D}(?:st|nd|rd|th)?,?[ -]+{_Y}{_TIME}",
    rf"{_Y}年{_M}月{_D}日", rf"{_Y}[. ]+{_M}[. ]+{_D}\.", rf"{_D}[/.]{_NAME}\.?[/.]{_Y}",
    rf"{_D} de {_NAME} (?:de|del) {_Y}", rf"{_Y}(?: m)?\.? {_NAME}\.? {_D}(?: d)?\.?",
    rf"{_Y}\. gada {_D}\. {_NAME}")))
_ORDINAL = r"(?:st|nd|rd|th|er|re|eme|e|o|\.)?"
_YEAR = re.compile(r"(?:19|20)\d{2}")
_SHORT_YEAR = re.compile(rf"(?P<a>\d{{1,2}})(?P<sep>[-/.])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{2}}){_TIME}")
_NAMED_SHORT = re.compile(r"(?:\d{1,2}[ .-]+)?(?P<name>[^\W\d_]+)\.?[ '-]+\d{2}"
                          r"|(?P<name2>[^\W\d_]+)[ -]+\d{1,2},? \d{2}")
_WEEKDAY = re.compile(r"(?P<weekday>[^\W\d_]+)\.?,?[ ]+(?P<rest>\d.*|[^\W\d_]+\.? \d.*)", re.DOTALL)
_DIGITS = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_CLOCK_ONLY = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_UNCLEAR = (
    (re.compile(r"(?i)(?:(?:week|wk|w)[ .]*\d{1,2}[ ,./-]+(?:20)?\d{2}|20\d{2}[ ,./-]+(?:week|wk)[ .]*\d{1,2})"),
     "date_ambiguous.week"), (re.compile(r"(?i)s[12][ /-]*(?:20)?\d{2}|20\d{2}[ /-]*s[12]"), "date_ambiguous.semester"),
    (re.compile(r"(?i)(?:fy|exercice|gj|ej)[ ']*(?:20)?\d{2}(?:[/-](?:20)?\d{2})?|20\d{2}[/-](?:20)?\d{2}"),
     "date_ambiguous.year_of_accounts"))


@cache
def _period_forms() -> tuple[re.Pattern[str], ...]:
    """Return the forms of months, quarters, halves and weeks, with the words of the table."""
    part, week = (rf"(?P<{of}>(?i:{'|'.join(words_of(name))}))" for of, name in (("part", PART_OF_A_YEAR),
                                                                               ("week", "date iso week")))
    n, w = r"(?P<n>[1-4])", r"(?P<w>\d{1,2})"
    return tuple(map(re.compile, (
        rf"{_Y}[-/.]{_M}", rf"{_M}[-/.]{_Y}", rf"{_Y}年{_M}月", rf"{_Y}M(?P<m>\d{{2}})",
        rf"{n}(?i:{_ORDINAL}) ?{part}[ /-]*{_Y}", rf"{part}[. ]?{n}[ /-]*{_Y}", rf"{_Y}[ /-]*{part}[. ]?{n}",
        rf"{_NAME}\.?[ -]+{_Y}", rf"{_Y}[ -]+{_NAME}\.?", rf"{_NAME} (?:de|del) {_Y}", rf"{_NAME}\.?/{_Y}",
        rf"{_Y}-?W(?P<w>\d{{2}})(?:-?(?P<wd>[1-7]))?", rf"{week}[ .]*{w}[ ./-]+{_Y}", rf"{_Y}[ /-]+{week}[ .]*{w}")))


@cache
def _between() -> re.Pattern[str]:
    since, until = ("|".join(words_of(name)) for name in ("date since", "date until"))
    return re.compile(rf"(?:(?:{since})[ :]+)?(\d\S*)\s+(?:-|–|—|/|->|→|{until})\s+(?:le )?(\d\S*)"
                      r"|([\d/.]+)-([\d/.]+)|([\d-]+)/([\d-]+)|([\d/.-]+)–([\d/.-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Days:
    """First and last day that each distinct cell of a column names; NaT where it is blank or unclear."""

    first: npt.NDArray[np.datetime64]
    last: npt.NDArray[np.datetime64]
    blank: Flags
    problems: dict[int, Problem]


def prove_order(texts: Iterable[str]) -> str:
    """Return the order that cells prove of days written a/b/year: "day first", "month first", "mixed" or ""."""
    proved = set()
    for text in (part for cell in texts for part in ends(cell) or (cell,)):
        text = " ".join(text.split())
        worded = _WEEKDAY.fullmatch(text)
        match = _SLASHED.fullmatch(worded["rest"] if worded else text)
        if match:
            a, b = int(match["a"]), int(match["b"])
            proved |= {DAY_FIRST} if a > 12 >= b else {MONTH_FIRST} if b > 12 >= a else set()
    return "mixed" if len(proved) == 2 else next(iter(proved), "")


def ends(text: str) -> tuple[str, str] | None:
    """Split a period written in one cell into its two days, "01/01/2024 - 31/01/2024", "2024-01-01/2024-01-31".

    None for any other string. Both are full days: six to eight digits each.
    """
    match = _between().fullmatch(strip_accents(text)) if len(text) >= 17 else None
    parts = [part for part in match.groups() if part] if match else []
    return (parts[0], parts[1]) if parts and all(6 <= sum(map(str.isdigit, p)) <= 8 for p in parts) else None


def parse_days(distinct: cells.Distinct, *, order: str | None = None, date_format: str | None = None,
               periods: bool = True, years: bool = False, begins: tuple[int, int] = CALENDAR) -> Days:
    """Read the distinct cells of one column as days, months or quarters.

    `order`: What the file proves of days written a/b/year, from `prove_order`; None: what these cells prove. A
    `date_format` goes first.
    `date_format`: A strptime pattern, or one of `FORMATS`.
    `periods`: Accept a month ("2024-03", "mars 2024"), quarter ("2024-Q1") or week as all its days. A week is read
    where its numbering is certain: "2024-W07" (ISO 8601), "KW 7 2024" (DIN), "semaine 7 2024" (NF), Monday to Sunday.
    `years`: Read a column that holds years and nothing else, each as all its days.
    `begins`: Month and day on which the company's year begins: other than on 1 January "Q1 2024" may be of either year.
    """
    n = len(distinct.texts)
    first = np.full(n, "NaT", dtype="datetime64[D]")
    last, blank = first.copy(), np.zeros(n, dtype=bool)
    problems: dict[int, Problem] = {}
    pattern = date_format if date_format and date_format not in FORMATS else None
    cell_texts = [" ".join(text.split()) for text in distinct.texts.to_pylist()]
    order = FORMATS.get(date_format or "", prove_order(cell_texts) if order is None else order)
    of_years = years and not (distinct.marks == cells.ERROR).any() and all(
        _YEAR.fullmatch(text.removesuffix(".0")) or not text for text in cell_texts)
    for i, (text, mark) in enumerate(zip(cell_texts, distinct.marks.tolist(), strict=True)):
        if not text.isascii() and any(c.isdigit() and not c.isascii() for c in text):
            problems[i] = problem("date_unreadable.script", text=text)
            continue
        if not text and mark != cells.ERROR:
            blank[i] = True
            continue
        span = _year(text.removesuffix(".0"), begins) if of_years else _typed(text, mark) or (
            _declared(text, pattern) if pattern and mark == cells.TEXT else _written(text, order, periods, begins))
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
    return problem("date_serial", text=text)


def _declared(text: str, pattern: str) -> _Span:
    try:
        day = datetime.strptime(text, pattern).date()
    except ValueError:
        return problem("date_format", text=text, pattern=pattern)
    return _in_range(day, day, text)


def _written(text: str, order: str, periods: bool, begins: tuple[int, int]) -> _Span:
    match = _WEEKDAY.fullmatch(text)
    weekday = WEEKDAYS.get(strip_accents(match["weekday"]).lower()) if match else None
    if match is None or weekday is None:
        return _without_weekday(text, order, periods, begins)
    day = _without_weekday(match["rest"], order, periods, begins)
    if isinstance(day, tuple) and day[0].weekday() == weekday:
        return day
    # "Mar 5 2024" names a month in English and a Tuesday in French.
    span = _without_weekday(text, order, periods, begins)
    return span if isinstance(span, tuple) or isinstance(day, Problem) else problem(
        "date_impossible.weekday", text=text, weekday=match["weekday"])


def _without_weekday(text: str, order: str, periods: bool, begins: tuple[int, int] = CALENDAR) -> _Span:
    unaccented = text if text.isascii() else strip_accents(text)
    for form in (*_DAY_FORMS, *(_period_forms() if periods else ())):
        if (match := form.fullmatch(unaccented)) and (span := _span(match, text, order, begins)):
            return span
    parts = ends(text) if periods else None
    if parts is None:
        return _unreadable(text)
    first, last = (_without_weekday(end, order, periods=False) for end in parts)
    if isinstance(first, Problem) or isinstance(last, Problem):
        return first if isinstance(first, Problem) else last
    return (first[0], last[1]) if first[0] <= last[1] else problem("period_reversed.cell", text=text)


def _span(match: re.Match[str], text: str, order: str, begins: tuple[int, int]) -> _Span | None:
    """Return the days of a string by the form that it fits; None where its word is not the name of a month."""
    of = match.groupdict()
    year = int(of["y"])
    if "part" in of:
        months, number = _MONTHS_OF[words_of(PART_OF_A_YEAR)[fold(of["part"])]], int(of["n"])
        if months * number > 12:
            return None
        return _months(year, months * (number - 1) + 1, months, text) if begins == CALENDAR else problem(
            "date_ambiguous.part_of_a_year", text=text, month=begins[0], day=begins[1])
    if "w" in of:
        try:
            first = date.fromisocalendar(year, int(of["w"]), int(of.get("wd") or 1))
        except ValueError:
            return problem("date_impossible.week", text=text)
        return _in_range(first, first if of.get("wd") else first + timedelta(days=6), text)
    bad_clock = _clocked(of, match[0])
    if "a" in of:
        return bad_clock or _slashed(text, int(of["a"]), int(of["b"]), year, order)
    month = named_month(of["name"]) if "name" in of else int(of["m"])
    if "name" in of and not month:
        return None
    return _months(year, month, 1, text) if "d" not in of else bad_clock or _make(year, month, int(of["d"]), text)


def _clocked(of: Mapping[str, str | None], text: str) -> Problem | None:
    if not of.get("h"):
        return None
    hour, minute, second = (int(of.get(k) or 0) for k in ("h", "mi", "s"))
    if hour == 24 and not (minute or second or of.get("half")):
        return None  # the end of that day, as meters write it (ISO 8601-1:2019 amd 1)
    if hour > 23 or minute > 59 or second > 60 or (of.get("half") and not 1 <= hour <= 12):
        return problem("date_impossible.clock", text=text)
    return None


def _slashed(text: str, a: int, b: int, year: int, order: str) -> _Span:
    if order == DAY_FIRST:
        return _make(year, b, a, text)
    if order == MONTH_FIRST:
        return _make(year, a, b, text)
    if order == "iso":
        return problem("date_format.iso", text=text)
    if a == b and order != "mixed":
        return _make(year, a, b, text)
    if a > 12 and b > 12:
        return _make(year, b, a, text)
    if order == "mixed":
        return problem("date_ambiguous.both_orders", text=text)
    return problem("date_ambiguous.order", text=text, year=year, b=b, a=a)


def _year(text: str, begins: tuple[int, int]) -> _Span:
    if begins != CALENDAR:
        return problem("date_ambiguous.fiscal_year", text=text, month=begins[0], day=begins[1])
    return _in_range(date(int(text), 1, 1), date(int(text), 12, 31), text)


def _months(year: int, month: int, count: int, text: str) -> _Span:
    begin = _make(year, month, 1, text)
    if isinstance(begin, Problem):
        return begin
    end = month + count - 1
    return begin[0], date(year, end, monthrange(year, end)[1])


def _make(year: int, month: int, day: int, text: str) -> _Span:
    try:
        whole_day = date(year, month, day)
    except ValueError:
        return problem("date_impossible", text=text)
    return _in_range(whole_day, whole_day, text)


def _in_range(first: date, last: date, text: str) -> _Span:
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        return problem("date_out_of_range", text=text, first_year=FIRST_YEAR, last_year=LAST_YEAR)
    return first, last


def _unreadable(text: str) -> Problem:
    if match := _SHORT_YEAR.fullmatch(text):
        a, b, y = match["a"], match["b"], match["y"]
        return problem("date_ambiguous.short_year", text=text, a=a, b=b, y=y)
    match = _NAMED_SHORT.fullmatch(text)
    if match and named_month(match["name"] or match["name2"]):
        return problem("date_ambiguous.named_short_year", text=text)
    if why := next((why for pattern, why in _UNCLEAR if pattern.fullmatch(text)), ""):
        return problem(why, text=text)
    if _DIGITS.fullmatch(text):
        return problem("date_serial.number", text=text)
    return problem("date_missing" if _CLOCK_ONLY.fullmatch(text) else "date_unreadable", text=text)
