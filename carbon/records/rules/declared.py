"""Facts that params and a file's path state of rows, and defaults of the company where a file is silent.

A default is taken for a whole column that the file does not have, never for a blank cell, and not where anything in the
file may speak of it. Each is an assumption, listed with its rows and tonnes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from carbon.core import vocabulary
from carbon.core.countries import currency_codes
from carbon.core.errors import FileRefused
from carbon.core.text import fold, strip_accents
from carbon.core.text_columns import Flags, by_word, text_array
from carbon.core.vocabulary import heading_key
from carbon.params.shapes.company import FilePattern
from carbon.records.grids.cells import Column, by_cell
from carbon.records.headings.known import headings_of
from carbon.records.headings.layout import PATH_TIME, days_of, missing_columns
from carbon.records.headings.matching import Headings, key_of
from carbon.records.kinds.contract import NUMBER, Contract, ProjectContext
from carbon.records.kinds.messages import problem, refusal
from carbon.records.rules.sheet import Sheet
from carbon.records.values.fields import constant_array


def take_company(sheet: Sheet) -> None:
    """Give each row the company of the project, with a warning where rows name several; a group keeps the rows' own."""
    company, values = sheet.project.company, sheet.arrays
    if not company or (sheet.project.group and "company" in values):
        return
    names = sorted(name for name in pd.unique(values["company"]) if name) if "company" in values else []
    if len({fold(name) for name in names}) > 1:
        sheet.warn_of("companies_several", names=', '.join(map(repr, names[:5])), company=company)
    values["company"] = constant_array(company, len(sheet))


def located_by_site(contract: Contract, project: ProjectContext) -> bool:
    """Return whether the country of a row without one is its site's."""
    country = contract.name_of.get("country")
    return bool(project.sites) and "site" in contract.name_of and country is not None and country.filled


def take_countries(sheet: Sheet) -> None:
    """Give each row the country that params declare for its site, where the file has no country."""
    values = sheet.arrays
    if "country" in values or not located_by_site(sheet.contract, sheet.project) or "site" not in values:
        return
    countries = by_word(values["site"], lambda site: sheet.project.sites.get(site, ""))
    values["country"], unknown = text_array(countries), countries == ""
    sheet.faults.add(unknown.nonzero()[0], "site", problem("site_unknown"), values["site"][unknown])


def warn_of_path_days(sheet: Sheet) -> None:
    """Add a warning of rows of the reporting year that are entirely outside the year (and month) of the path."""
    project, table = sheet.project, sheet.table
    year, month = project.from_path.get("year", ""), project.from_path.get("month", "1")
    if "period_start" not in table or not (year.isdigit() and month.isdigit()) or project.first_day is None or \
            (project.begins != (1, 1) and "month" not in project.from_path):
        return
    first, last = days_of(year, project.from_path.get("month"))
    starts, ends = table["period_start"], table["period_end"]
    inside = (ends >= project.first_day) & (starts <= project.last_day)
    other = inside & ((ends < pd.Timestamp(first)) | (starts > pd.Timestamp(last)))
    sheet.warn_at(other.to_numpy(dtype=bool), "path_differs")


def flag_path_conflicts(sheet: Sheet) -> None:
    """Add a fault where a column of the file differs from the part of its path that is given for it."""
    column_of_heading = headings_of(sheet.contract.kind, sheet.contract.columns) if sheet.project.from_path else {}
    for position, _, key in sheet.headed_columns if column_of_heading else ():
        column = column_of_heading.get(key, "")
        part = sheet.project.from_path.get(column, "")
        if not part or column in PATH_TIME:
            continue
        words = sheet.contract.name_of[column].words
        distinct = sheet.body.columns[position].distinct
        path_value = _canonical(part, words)
        problems = {i: problem("path_conflict", part=part, column=column) for i, text in enumerate(
            distinct.texts.to_pylist()) if text.strip() and _canonical(text, words) != path_value}
        sheet.faults.add_cells(distinct.codes, distinct.texts, column, problems)


def _canonical(text: str, words: str) -> str:
    return (vocabulary.canonical(words, text) if words else None) or fold(text)


def exclude_declared(sheet: Sheet) -> None:
    """Exclude the rows that params declare to be no records.

    Raises FileRefused: `columns_missing`: the file does not have the column.
    """
    for heading, column, rows in _declared(sheet, "skip_rows_where"):
        sheet.exclude(rows, "subtotal.declared", heading, column.strings.to_pandas())


def exclude_not_available(sheet: Sheet) -> None:
    """Exclude the cells that params declare to be no quantity and no zero, with the reason that they give."""
    layout, column = sheet.options.layout, sheet.counted_column
    cells = sheet.raw.get(column)
    if layout is None or not layout.not_available or cells is None:
        return
    texts = by_cell(cells, key_of)
    for word, why in layout.not_available.items():
        what = repr(word) if word else "an empty cell"
        sheet.exclude(texts == key_of(word), "not_available", column, sheet.raw_cells(column, np.arange(len(sheet))),
                      what=what, why=why)


def with_declared_signs(sheet: Sheet) -> pd.DataFrame | None:
    """Return the table with the rows below zero that params declare so, written above zero.

    Raises FileRefused: `columns_missing`: the file does not have a column of `minus_rows_where` or `count_rows_where`.
    """
    list(_declared(sheet, "count_rows_where"))  # refused where its column is missing, as the others are
    below_zero = np.zeros(len(sheet), dtype=bool)
    for _, _, rows in _declared(sheet, "minus_rows_where"):
        below_zero |= rows
    column = "trips" if "trips" in sheet.table.columns else sheet.counted_column
    if not below_zero.any() or not column:
        return None
    values = sheet.table[column].fillna(1) if column == "trips" else sheet.table[column]
    sheet.fault(below_zero & (values < 0).to_numpy(dtype=bool), column, "minus_already")
    return sheet.table.assign(**{column: values.mask(below_zero & (values > 0).to_numpy(dtype=bool), -values)})


def warn_of_statements(sheet: Sheet) -> None:
    """Add a warning of each statement on the file that params swear to: it is there instead of a guard."""
    for statement in sheet.options.swears:
        sheet.warn_of("sworn", statement=statement)


def answered(sheet: Sheet, position: int, heading: str) -> Flags:
    """Return the rows whose cell in a column params declare to count, as they are or below zero."""
    rows = np.zeros(len(sheet), dtype=bool)
    for declared in (sheet.options.count_rows_where, sheet.options.minus_rows_where):
        patterns = [p for name, texts in declared.items() if heading_key(name) == heading_key(heading) for p in texts]
        if patterns:
            rows |= _matching(sheet.body.columns[position], patterns)
    return rows


def _declared(sheet: Sheet, option: str) -> Iterator[tuple[str, Column, Flags]]:
    declared: Mapping[str, list[str]] = getattr(sheet.options, option)
    for heading, patterns in declared.items():
        columns = [sheet.body.columns[i] for i, _, key in sheet.headed_columns if key == heading_key(heading)]
        column = sheet.raw.get(heading) or next(iter(columns), None)
        if column is None:
            raise refusal("columns_missing.option", "", heading=heading, option=option)
        yield heading, column, _matching(column, patterns)


def _matching(column: Column, patterns: list[str]) -> Flags:
    return by_cell(column, lambda text: any(fnmatchcase(fold_glob(text), fold_glob(p)) for p in patterns), bool)


def fold_glob(text: str) -> str:
    """Fold case and accents of a string; * and ? stay wildcards."""
    return strip_accents(" ".join(text.split())).casefold()


COUNTS = ("passengers", "trips")
"""Counts that are one in every row of most files."""
CABIN, RETURN, WAYS = "cabin_class", "return", "ways"
REASONS = {"currency": "the company's currency", "country": "the only country of the company and its sites",
           "site": "the only site", "passengers": "one person", "trips": "one trip",
           CABIN: "journeys on the ground alone", RETURN: "one way", WAYS: "the way to work, and as far back"}
_AT_HOME = frozenset(("energy", "fuel", "water", "waste", "refrigerants", "homeworking"))
"""Kinds whose rows are at the company's own sites; a hotel, a leased building or an investment may be anywhere."""
_FEW, _MANY = 30, 20
"""Distinct words of a column that may name currencies or countries; people or trips in a row that may be a count."""
_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_SIGNS = {"$": "a dollar", "£": "GBP", "¥": "JPY", "₹": "INR"}


def company_defaults(contract: Contract, project: ProjectContext) -> dict[str, str]:
    """Return the columns that a file of a project may lack, each with what is then taken for all of its rows."""
    if not project.declared:
        return {}
    needed = {name for name, field in contract.name_of.items() if field.needed and not field.soft}
    only = {"currency": project.currency}
    if contract.kind in _AT_HOME:
        only |= {"country": next(iter(project.home)) if len(project.home) == 1 else "",
                 "site": next(iter(project.sites)) if len(project.sites) == 1 else ""}
    counts = dict.fromkeys(COUNTS, "1") if CABIN in needed else {}
    return {c: value for c, value in (only | counts).items() if c in needed and value} | (
        {CABIN: ""} if CABIN in needed else {})


def take_defaults(sheet: Sheet) -> None:
    """Give all rows the company's default of each column that the file does not have.

    Raises FileRefused: `columns_missing`: another column, a heading or a title may speak of it, sites may be in other
    countries, or a flight has no cabin.
    """
    for column, value in company_defaults(sheet.contract, sheet.project).items():
        if column in sheet.arrays:
            continue
        words = {c: {*pd.unique(sheet.arrays[c])} for c in ("mode", "site") if c in sheet.arrays}
        if (column == CABIN and "air" in words.get("mode", ())) or (
                column == "country" and words.get("site", {""}) - {""}):
            raise missing_columns(sheet.name, [column], sheet.layout.headings, sheet.layout.columns, sheet.headings)
        if column == CABIN:  # journeys on the ground need none
            sheet.assumed[column] = "none"
            continue
        for heading in _speakers(sheet, column, value):
            raise _spoken_of(sheet, column, heading, value)
        is_number = sheet.contract.name_of[column].reads == NUMBER
        sheet.arrays[column] = np.full(len(sheet), float(value)) if is_number else \
            constant_array(value, len(sheet))
        sheet.assumed[column] = value
    if sheet.project.declared and RETURN in sheet.contract.name_of and sheet.states("origin") and \
            not sheet.states(RETURN) and not sheet.states("distance"):
        sheet.assumed[RETURN] = "no"  # the kilometres between two towns, once: half of a journey there and back


def take_ways(sheet: Sheet) -> None:
    """Take the distance of a way to work as one way, where a heading that is known states no other.

    Of a file that has `ways`, a row without is asked.

    Raises FileRefused: `columns_missing`: a heading that params declare may be that of both ways, of a day, or a column
    without a name that is known states ways.
    """
    if sheet.contract.kind != "commuting":
        return
    if sheet.states(WAYS):
        is_blank = (np.asarray(sheet.arrays[WAYS], dtype=object) == "") & (sheet.arrays["distance"] > 0)
        sheet.fault(is_blank, WAYS, "{column}_missing.blank", column=WAYS)
        return
    for heading in _speakers(sheet, WAYS, "one_way"):
        raise _spoken_of(sheet, WAYS, heading, "both_ways")
    if "distance" in sheet.options.columns:
        heading = sheet.layout.headings[sheet.layout.columns["distance"]]
        known_headings = Headings(sheet.contract, FilePattern(pattern="*", kind=sheet.contract.kind))
        if "distance" not in known_headings.match([heading])[0]:
            raise _spoken_of(sheet, WAYS, heading, "both_ways")
    sheet.assumed[WAYS] = "one_way"


def _spoken_of(sheet: Sheet, column: str, heading: str, value: str) -> FileRefused:
    return sheet.refusal("columns_missing.speaks", columns=(column,), column=column, heading=heading, value=value,
                         facts={"columns": {column: heading}, "headings": repr(heading)})


def _speakers(sheet: Sheet, column: str, value: str) -> Iterator[str]:
    """Yield headings and titles by which the file may itself state a column that it does not have by name."""
    if column == "currency":
        titles = sheet.grid.head[:max(0, sheet.layout.first_row - sheet.options.header_rows)]
        texts = [cell for row in titles for cell in row]
        texts += [*sheet.layout.headings, sheet.name.rpartition("/")[2], sheet.grid.sheet or ""]
        yield from (text for text in texts if _other_currency(text, value))
    for position, heading, _ in sheet.unread_columns:
        words = sheet.body.columns[position].distinct.texts
        if len(words) > _FEW:
            continue
        texts = [text for text in pc.utf8_trim_whitespace(words).to_pylist() if text]
        if texts and _may_be(column, texts):
            yield heading


def _other_currency(text: str, own_code: str) -> bool:
    named_codes = {code for code in _CODE.findall(text) if code in currency_codes()}
    return bool(named_codes - {own_code}) or any(sign in text for sign, code in _SIGNS.items() if code != own_code)


def _may_be(column: str, texts: list[str]) -> bool:
    """Return whether all words of an unread column are what the column would hold."""
    if column == "currency":
        return all(vocabulary.currency(text) for text in texts)
    if column in ("country", WAYS):
        return all(vocabulary.canonical(column, text) for text in texts)
    return column in COUNTS and all(text.isdigit() and int(text) <= _MANY for text in texts) and set(texts) != {"1"}
