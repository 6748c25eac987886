"""Facts that params and a file's path state of every row: the company, the country of a site, parts of the path."""

from __future__ import annotations

import pandas as pd

from carbon.core.text import fold
from carbon.records.headings.file_options import PATH_TIME, days_of
from carbon.records.kinds import vocabulary
from carbon.records.kinds.contract import Contract
from carbon.records.kinds.faults import Problem
from carbon.records.kinds.project_context import ProjectContext
from carbon.records.rules.sheet import Sheet
from carbon.records.values.fields import constant_text


def take_company(sheet: Sheet) -> None:
    """Give each row the company of the project, with a warning where rows name several; a group keeps the rows' own."""
    company, values = sheet.project.company, sheet.series
    if not company or (sheet.project.group and "company" in values):
        return
    names = sorted(name for name in values["company"].astype("str").unique() if name) if "company" in values else []
    if len({fold(name) for name in names}) > 1:
        sheet.warn("companies_several", f"`company` names {', '.join(map(repr, names[:5]))}; every row counts as one "
                   f"of {company}. Leave out what is not (`skip_rows_where`), or declare a file of kind entities")
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
    sheet.faults.add(unknown.nonzero()[0], "site", Problem(
        "site_unknown", "the site is not among `sites` in params, and the row has no country",
        "add the site under `sites` in the company's params, or correct its name"), values["site"][unknown])


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
    if other.any():
        sheet.warn("path_differs", f"{int(other.sum()):,} rows are of other days than the path names, e.g. "
                   f"{starts[other].iloc[0]:%Y-%m-%d}; they count")


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
        problems = {i: Problem("path_conflict", f"the path gives {part!r}", f"move the row, or take `{column}` out of "
                               "`from_path` in the company's params")
                    for i, text in enumerate(distinct.texts.to_pylist())
                    if text.strip() and _canonical(text, words) != path_value}
        sheet.faults.add_cells(distinct.codes, distinct.texts, column, problems)


def _canonical(text: str, words: str) -> str:
    return (vocabulary.canonical(words, text) if words else None) or fold(text)
