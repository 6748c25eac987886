"""Facts that params and a file's path state of rows: company, country of a site, and which words of a column count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd
import pyarrow as pa

from carbon.core.text import fold, strip_accents
from carbon.records.grids.cells import Column
from carbon.records.headings.file_options import PATH_TIME, days_of
from carbon.records.headings.matching import key_of
from carbon.records.kinds import vocabulary
from carbon.records.kinds.contract import Contract
from carbon.records.kinds.messages import problem, refusal
from carbon.records.kinds.project_context import ProjectContext
from carbon.records.kinds.vocabulary import heading_key
from carbon.records.rules.sheet import Flags, Sheet, by_cell
from carbon.records.values.fields import constant_text


def take_company(sheet: Sheet) -> None:
    """Give each row the company of the project, with a warning where rows name several; a group keeps the rows' own."""
    company, values = sheet.project.company, sheet.series
    if not company or (sheet.project.group and "company" in values):
        return
    names = sorted(name for name in values["company"].astype("str").unique() if name) if "company" in values else []
    if len({fold(name) for name in names}) > 1:
        sheet.warn_of("companies_several", names=', '.join(map(repr, names[:5])), company=company)
    values["company"] = constant_text(company, len(sheet))


def located_by_site(contract: Contract, project: ProjectContext) -> bool:
    """Return whether the country of a row without one is its site's."""
    country = contract.name_of.get("country")
    return bool(project.sites) and "site" in contract.name_of and country is not None and country.filled


def take_countries(sheet: Sheet) -> None:
    """Give each row the country that params declare for its site, where the file has no country."""
    values = sheet.series
    if "country" in values or not located_by_site(sheet.contract, sheet.project) or "site" not in values:
        return
    values["country"] = values["site"].astype("str").map(sheet.project.sites).fillna("").astype("str")
    unknown = (values["country"] == "").to_numpy()
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
    column_of_heading = vocabulary.headings_of(
        sheet.contract.kind, sheet.contract.columns) if sheet.project.from_path else {}
    for position, _, key in sheet.headed_columns if column_of_heading else ():
        column = column_of_heading.get(key, "")
        part = sheet.project.from_path.get(column, "")
        if not part or column in PATH_TIME:
            continue
        words = sheet.contract.name_of[column].words
        distinct = sheet.body.columns[position].distinct()
        path_value = _canonical(part, words)
        problems = {i: problem("path_conflict", part=part, column=column)
                    for i, text in enumerate(distinct.texts.to_pylist())
                    if text.strip() and _canonical(text, words) != path_value}
        sheet.faults.add_cells(distinct.codes, distinct.texts, column, problems)


def _canonical(text: str, words: str) -> str:
    return (vocabulary.canonical(words, text) if words else None) or fold(text)


def exclude_declared(sheet: Sheet) -> None:
    """Exclude the rows that params declare to be no records.

    Raises FileRefused: `columns_missing`: the file does not have the column.
    """
    for heading, column, rows in _declared(sheet, "skip_rows_where"):
        sheet.exclude(rows, "subtotal.declared", heading, column.text.cast(pa.string()).to_pandas())


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
