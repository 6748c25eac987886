"""
What params and a file's path say of every row of a file.
"""

from __future__ import annotations

import difflib
import re
from calendar import monthrange
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.errors import FileRefused, UnitError
from carbon.core.params import FilePattern
from carbon.core.units import parse_unit
from carbon.core.words import fold
from carbon.records import vocabulary
from carbon.records.contract import CURRENCY, UNIT, Contract
from carbon.records.faults import Problem, Warned
from carbon.records.fields import Context
from carbon.records.grids import Grid
from carbon.records.layout import Layout
from carbon.records.told import Told

_SHARED_SIGNS = {"¥": ["JPY", "CNY"], "kr": ["SEK", "NOK", "DKK", "ISK"], "Fr.": ["CHF"]}
_PATH_TIME = ("year", "month")


def with_path(options: FilePattern, parts: dict[str, str], contract: Contract, name: str) -> FilePattern:
    """
    The options with the named parts of the path as constants; what is declared outranks the path.

    Raises
    ------
    FileRefused
        `constants` or `values` name a column that the kind does not have.
    """
    for key, group in (("constants", options.constants), ("values", options.model_dump()["values"])):
        for column in group:
            if column not in contract.name_of:
                near = difflib.get_close_matches(column, contract.columns, n=1)
                raise FileRefused(
                    f"{name}: `{key}` in params name a column {column!r} that {contract.kind} does not have",
                    code="columns_unknown",
                    what_to_do=f"did you mean {near[0]!r}?" if near else f"known: {', '.join(contract.columns)}")
    known = {k: v for k, v in parts.items() if k in contract.name_of and k not in _PATH_TIME}
    return options.model_copy(update={"constants": {**known, **options.constants}}) if known else options


def dated_by_path(options: FilePattern, parts: dict[str, str], layout: Layout, name: str) -> FilePattern:
    """
    The options with the year (and month) of the path as the period, where the file has no dates of its own.
    """
    dated = {"date", "period_start"} & {*layout.columns, *layout.joined}
    if "year" not in parts or options.period is not None or dated:
        return options
    if not re.fullmatch(r"(19|20)\d{2}", parts["year"]) or not re.fullmatch(r"0?[1-9]|1[0-2]", parts.get("month", "1")):
        raise FileRefused(f"{name}: {parts['year']!r} {parts.get('month', '')!r} in the path is no year and month",
                          code="path_unfit", what_to_do="correct `from_path`, or declare `period`, in params")
    return options.model_copy(update={"period": _days_of(parts["year"], parts.get("month"))})


def _days_of(year: str, month: str | None) -> tuple[date, date]:
    """
    First and last day of a year, or of one month of it.
    """
    first, last = (1, 12) if month is None else (int(month), int(month))
    return date(int(year), first, 1), date(int(year), last, monthrange(int(year), last)[1])


def check_path(table: pd.DataFrame, told: Told, layout: Layout, body: Grid, contract: Contract,
               context: Context) -> None:
    """
    A fault where a column of the file says otherwise than the part of its path that stands for it; a remark on days.
    """
    _warn_of_path_days(table, told, context)
    known = vocabulary.headings_of(contract.kind, contract.columns)
    for place, heading in enumerate(layout.headings if told.from_path else ()):
        column = known.get(vocabulary.heading_key(heading), "")
        part = told.from_path.get(column, "")
        if not part or column in _PATH_TIME:
            continue
        words = contract.name_of[column].words
        distinct = body.columns[place].distinct()
        wanted = _meant(part, words)
        wrong = {i: Problem("path_conflict", f"the path says {part!r}", f"move the row, or take `{column}` out of "
                            "`from_path` in the company's params")
                 for i, text in enumerate(distinct.texts.to_pylist()) if text.strip() and _meant(text, words) != wanted}
        context.faults.add_cells(distinct.codes, distinct.texts, column, wrong)


def _meant(text: str, words: str) -> str:
    return (vocabulary.canonical(words, text) if words else None) or fold(text)


def _warn_of_path_days(table: pd.DataFrame, told: Told, context: Context) -> None:
    """
    Rows of the reporting year that lie wholly outside the year (and month) that the path names.
    """
    year, month = told.from_path.get("year", ""), told.from_path.get("month", "1")
    if "period_start" not in table or not (year.isdigit() and month.isdigit()) or told.first_day is None or \
            (told.begins != (1, 1) and "month" not in told.from_path):
        return
    first, last = _days_of(year, told.from_path.get("month"))
    starts, ends = table["period_start"], table["period_end"]
    inside = (ends >= told.first_day) & (starts <= told.last_day)
    other = inside & ((ends < pd.Timestamp(first)) | (starts > pd.Timestamp(last)))
    if other.any():
        context.warnings.append(Warned("path_differs", f"{context.name}: {int(other.sum()):,} rows are of other days "
                                       f"than the path names, e.g. {starts[other].iloc[0]:%Y-%m-%d}; they count"))


def warn_of_companies(said: pd.Series | None, company: str, context: Context) -> None:
    """
    Rows that name several companies, where nothing declares a group: all of them count as the one company's.
    """
    names = [] if said is None else sorted(name for name in said.astype("str").unique() if name)
    if len({fold(name) for name in names}) > 1:
        context.warnings.append(Warned(
            "companies_several", f"{context.name}: `company` names {', '.join(map(repr, names[:5]))}; every row counts "
            f"as one of {company}. Leave out what is not (`skip_rows_where`), or declare a file of kind entities"))


def check_units_said(layout: Layout, table_units: dict[str, np.ndarray], contract: Contract, context: Context) -> None:
    """
    A unit in a heading ("Amount (EUR)") must be the unit of each row: a column of converted amounts is not another's.
    """
    for column, said in layout.said.items():
        if column not in table_units:
            continue
        wanted = _canonical(said, contract, column)
        own = table_units[column]
        wrong = np.flatnonzero((own != wanted) & (own != "") & ~signs_fit(np.full(len(own), wanted, object), own))
        context.faults.add(wrong, column, Problem(
            "unit_conflict", f"the heading says {said}, the row says another {column.replace('_', ' ')}",
            f"map the right column under `columns`, or declare `{column}`, in the company's params"),
            context.raw_cells(column, wrong))


_UNIT_OF_ALL = re.compile(r"(?i:\b(?:en|in|unités?|units?|einheit)\b\s*:?\s*)([A-Za-zµ][\w³]*(?: PC[SI])?)")


def warn_of_unit_above(rows: list[list[str]], own: np.ndarray, contract: Contract, context: Context) -> None:
    """
    A warning where a title above the headings names a unit of the quantities that no row has, e.g. "in MWh".
    """
    column = contract.measure[1]
    if not column or contract.name_of[column].reads != UNIT or not contract.name_of[column].dimensions:
        return
    for said in [found[1] for row in rows for cell in row for found in _UNIT_OF_ALL.finditer(cell)]:
        unit = units.find(said)
        if unit is not None and unit.dimension in contract.name_of[column].dimensions and \
                unit.name not in {*own.tolist()}:
            context.warnings.append(Warned("unit_above", f"{context.name}: a line above the headings says {said!r}, "
                                           "and no row has that unit; the rows count in their own"))
            return


def check_said(values: dict[str, pd.Series], contract: Contract, context: Context) -> None:
    """
    A currency or unit written beside a number ("5 USD", or a format that shows one) must be the row's own.
    """
    for column, said in context.said.items():
        unit = contract.name_of[column].unit_column or "currency"
        if unit not in contract.name_of:
            rows = np.flatnonzero(said != "")
            context.faults.add(rows, column, Problem(
                "unit_conflict", "the number stands beside a currency or unit, and its column counts none",
                "write the number alone, or map the right column"), context.raw_cells(column, rows))
            continue
        own = values[unit].to_numpy(dtype=object) if unit in values else np.full(len(said), "", object)
        wrong = (said != "") & (said != own) & (own != "") & ~signs_fit(said, own)
        rows = np.flatnonzero(wrong)
        context.faults.add(rows, column, Problem(
            f"{unit}_conflict", f"the number stands beside another {unit.replace('_', ' ')} than the row's",
            f"correct `{column}` or `{unit}`"), context.raw_cells(column, rows))


def currency_said(values: dict[str, pd.Series], contract: Contract, context: Context) -> None:
    """
    The currency of each row from its amount ("€ 5.50"), where the file has no column for it.
    """
    for column, said in list(context.said.items()):
        unit = contract.name_of[column].unit_column
        if unit in values or unit not in contract.name_of or contract.name_of[unit].reads != CURRENCY:
            continue
        known = np.array([t if vocabulary.currency(t) else "" for t in said], dtype=object)
        values[unit] = pd.Series(known).astype("str")
        if contract.name_of[unit].filled:
            rows = np.flatnonzero(known == "")
            context.faults.add(rows, unit, Problem(
                f"{unit}_missing", f"there is no `{unit}` and `{column}` names none", f"name it beside the number, or "
                f"declare `{unit}` under `constants` in params"), context.raw_cells(column, rows))


def signs_fit(said: npt.NDArray[np.object_], own: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """
    Signs of several currencies beside one of theirs: "$" beside any dollar, "kr" beside any crown of the North.
    """
    dollar = (said == "$") & np.char.endswith(own.astype(str), "D")
    for sign, theirs in _SHARED_SIGNS.items():
        dollar |= (said == sign) & np.isin(own.astype(str), theirs)
    return np.asarray(dollar, dtype=bool)


def _canonical(said: str, contract: Contract, column: str) -> str:
    if contract.name_of[column].reads != UNIT:
        return said
    try:
        return parse_unit(said)
    except UnitError:
        return said


def located_by_site(contract: Contract, told: Told) -> bool:
    """
    The country of a row without one is its site's.
    """
    country = contract.name_of.get("country")
    return bool(told.sites) and "site" in contract.name_of and country is not None and country.filled


def site_country(values: dict[str, pd.Series], contract: Contract, context: Context, told: Told, rows: int) -> None:
    """
    The country of a site declared in params, where the file does not give one.
    """
    if "country" in values or not located_by_site(contract, told) or "site" not in values:
        return
    values["country"] = values["site"].astype("str").map(told.sites).fillna("").astype("str")
    unknown = (values["country"] == "").to_numpy()
    context.faults.add(np.flatnonzero(unknown), "site", Problem(
        "site_unknown", "the site is not among `sites` in params, and the row has no country",
        "add the site under `sites` in the company's params, or correct its name"), values["site"][unknown])
