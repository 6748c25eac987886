"""Days with two digits for the year, or none, where something beyond the column makes them certain.

"25/03/24" may be in 2024 or in 2025. Two things settle it: the reporting year, where every cell lies in it by one way
of reading and by no other; and a second column of ISO days, where each row's is the same day by one way of reading.
One cell that disagrees leaves the whole column as it was: ambiguous.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core.params.company import FilePattern
from carbon.records.grids.cells import TEXT, Column
from carbon.records.grids.grid import Grid
from carbon.records.headings.layout import Layout
from carbon.records.kinds.faults import Warned
from carbon.records.kinds.messages import warned
from carbon.records.kinds.project_context import ProjectContext
from carbon.records.kinds.vocabulary import named_month
from carbon.records.values.dates import prove_order
from carbon.records.values.periods import DATE, END, START

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
    texts = {t: None for c in dated.values() for t in c.distinct().texts.to_pylist() if t.strip()}
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
    return pc.all(pc.match_substring_regex(column.distinct().texts, pattern)).as_py() is not False


_Settled = tuple[dict[str, Column], str]
"""Date columns written out, and how they were read."""


def _by_year(dated: dict[str, Column], texts: list[str], project: ProjectContext) -> _Settled | None:
    """Read the columns by the one order of parts by which every cell lies in the reporting year.

    Four digits give their year themselves, and days that run past a year's end are of two years.
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
        distinct = column.distinct()
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
    distinct = column.distinct()
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
        codes = pd.DataFrame({"own": column.distinct().codes, "iso": sibling.distinct().codes}).drop_duplicates()
        texts, iso = column.distinct().texts.to_pylist(), sibling.distinct().texts.to_pylist()
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
