"""Defaults of the company where a file is silent: currency, only country and site, one person, one trip, one way.

A default is taken for a whole column that the file does not have, never for a blank cell, and not where anything in the
file may speak of it. Each is an assumption, listed with its rows and tonnes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from carbon.core import currencies
from carbon.core.params.company import FilePattern
from carbon.records.headings.faults import missing_columns
from carbon.records.headings.matching import Headings
from carbon.records.kinds import vocabulary
from carbon.records.kinds.contract import NUMBER, Contract
from carbon.records.kinds.project_context import ProjectContext
from carbon.records.rules.sheet import Sheet
from carbon.records.values.fields import constant_text

COUNTS = ("passengers", "trips")
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
        if column in sheet.series:
            continue
        if column == CABIN:  # journeys on the ground need none
            if "mode" in sheet.series and (sheet.series["mode"].astype("str") == "air").any():
                raise missing_columns(sheet.name, [CABIN], sheet.layout.headings, sheet.layout.columns, sheet.headings)
            sheet.assumed[column] = "none"
            continue
        if column == "country" and "site" in sheet.series and (sheet.series["site"].astype("str") != "").any():
            raise missing_columns(sheet.name, [column], sheet.layout.headings, sheet.layout.columns, sheet.headings)
        for heading in _speakers(sheet, column, value):
            raise sheet.refusal("columns_missing.speaks", columns=(column,), column=column, heading=heading,
                                value=value, facts={"columns": {column: heading}, "headings": repr(heading)})
        is_number = sheet.contract.name_of[column].reads == NUMBER
        sheet.series[column] = pd.Series(np.full(len(sheet), float(value))) if is_number else \
            constant_text(value, len(sheet))
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
        is_blank = (sheet.series[WAYS].fillna("").astype("str") == "") & (sheet.series["distance"] > 0)
        sheet.fault(is_blank.to_numpy(dtype=bool), WAYS, "{column}_missing.blank", column=WAYS)
        return
    for heading in _speakers(sheet, WAYS, "one_way"):
        raise sheet.refusal("columns_missing.speaks", columns=(WAYS,), column=WAYS, heading=heading, value="both_ways",
                            facts={"columns": {WAYS: heading}, "headings": repr(heading)})
    if "distance" in sheet.options.columns:
        heading = sheet.layout.headings[sheet.layout.columns["distance"]]
        known_headings = Headings(sheet.contract, FilePattern(pattern="*", kind=sheet.contract.kind))
        if "distance" not in known_headings.match([heading])[0]:
            raise sheet.refusal("columns_missing.speaks", columns=(WAYS,), column=WAYS, heading=heading,
                                value="both_ways", facts={"columns": {WAYS: heading}, "headings": repr(heading)})
    sheet.assumed[WAYS] = "one_way"


def _speakers(sheet: Sheet, column: str, value: str) -> Iterator[str]:
    """Yield headings and titles by which the file may itself state a column that it does not have by name."""
    if column == "currency":
        titles = sheet.grid.head()[:max(0, sheet.layout.first_row - sheet.options.header_rows)]
        texts = [cell for row in titles for cell in row]
        texts += [*sheet.layout.headings, sheet.name.rpartition("/")[2], sheet.grid.sheet or ""]
        yield from (text for text in texts if _other_currency(text, value))
    for position, heading, _ in sheet.unread_columns:
        words = sheet.body.columns[position].distinct().texts
        if len(words) > _FEW:
            continue
        texts = [text for text in pc.utf8_trim_whitespace(words).to_pylist() if text]
        if texts and _may_be(column, texts):
            yield heading


def _other_currency(text: str, own_code: str) -> bool:
    named_codes = {code for code in _CODE.findall(text) if code in currencies.codes()}
    return bool(named_codes - {own_code}) or any(sign in text for sign, code in _SIGNS.items() if code != own_code)


def _may_be(column: str, texts: list[str]) -> bool:
    """Return whether all words of an unread column are what the column would hold."""
    if column == "currency":
        return all(vocabulary.currency(text) for text in texts)
    if column == "country":
        return all(vocabulary.canonical("country", text) for text in texts)
    if column == WAYS:
        return all(vocabulary.canonical("ways", text) for text in texts)
    return column in COUNTS and all(text.isdigit() and int(text) <= _MANY for text in texts) and set(texts) != {"1"}
