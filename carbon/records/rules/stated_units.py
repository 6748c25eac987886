"""Units and currencies stated outside their column: beside a number, in a heading, in a title above the table."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.errors import UnitError
from carbon.core.units import parse_unit
from carbon.records.kinds import vocabulary
from carbon.records.kinds.contract import CURRENCY, UNIT, Contract
from carbon.records.kinds.faults import Problem
from carbon.records.rules.sheet import Sheet

_SHARED_SIGNS = {"¥": ["JPY", "CNY"], "kr": ["SEK", "NOK", "DKK", "ISK"], "Fr.": ["CHF"]}
_UNIT_OF_ALL = re.compile(r"(?i:\b(?:en|in|unités?|units?|einheit)\b\s*:?\s*)([A-Za-zµ][\w³]*(?: PC[SI])?)")


def take_currencies(sheet: Sheet) -> None:
    """Take the currency of each row from its amount ("€ 5.50"), where the file has no column for it."""
    for column, said in list(sheet.stated_units.items()):
        unit, fields = sheet.contract.name_of[column].unit_column, sheet.contract.name_of
        if unit in sheet.series or unit not in fields or fields[unit].reads != CURRENCY:
            continue
        known = np.array([t if vocabulary.currency(t) else "" for t in said], dtype=object)
        sheet.series[unit] = pd.Series(known).astype("str")
        if fields[unit].filled:
            rows = np.flatnonzero(known == "")
            sheet.faults.add(rows, unit, Problem(
                f"{unit}_missing", f"there is no `{unit}` and `{column}` names none", f"name it beside the number, or "
                f"declare `{unit}` under `constants` in params"), sheet.raw_cells(column, rows))


def flag_units_beside_numbers(sheet: Sheet) -> None:
    """Add a fault where a currency or unit beside a number ("5 USD", or a format that shows one) is not the row's
    own.
    """
    for column, said in sheet.stated_units.items():
        unit = sheet.contract.name_of[column].unit_column or "currency"
        if unit not in sheet.contract.name_of:
            sheet.fault(said != "", column, Problem(
                "unit_conflict", "the number stands beside a currency or unit, and its column counts none",
                "write the number alone, or map the right column"))
            continue
        own = sheet.series[unit].to_numpy(dtype=object) if unit in sheet.series else np.full(len(said), "", object)
        sheet.fault((said != "") & (said != own) & (own != "") & ~_signs_fit(said, own), column, Problem(
            f"{unit}_conflict", f"the number stands beside another {unit.replace('_', ' ')} than the row's",
            f"correct `{column}` or `{unit}`"))


def flag_units_of_headings(sheet: Sheet) -> None:
    """Add a fault where a row has another unit than its heading ("Amount (EUR)"): converted amounts are not
    another's.
    """
    for column, said in sheet.layout.stated_units.items():
        if column not in sheet.table.columns:
            continue
        wanted, own = _canonical(said, sheet.contract, column), sheet.table[column].to_numpy(dtype=object)
        wrong = (own != wanted) & (own != "") & ~_signs_fit(np.full(len(own), wanted, object), own)
        sheet.fault(wrong, column, Problem(
            "unit_conflict", f"the heading says {said}, the row says another {column.replace('_', ' ')}",
            f"map the right column under `columns`, or declare `{column}`, in the company's params"))


def warn_of_unit_above(sheet: Sheet) -> None:
    """Add a warning where a title above the headings names a unit of the quantities that no row has, e.g. "in MWh"."""
    column, titles = sheet.contract.measure[1], sheet.layout.first_row - sheet.options.header_rows
    if column not in sheet.table.columns or sheet.grid.headings is not None or titles <= 0:
        return
    field = sheet.contract.name_of[column]
    if field.reads != UNIT or not field.dimensions:
        return
    own = {*sheet.table[column].unique().tolist()}
    cells = [cell for row in sheet.grid.head()[:titles] for cell in row]
    for said in [found[1] for cell in cells for found in _UNIT_OF_ALL.finditer(cell)]:
        unit = units.find(said)
        if unit is not None and unit.dimension in field.dimensions and unit.name not in own:
            sheet.warn("unit_above", f"a line above the headings says {said!r}, and no row has that unit; the rows "
                       "count in their own")
            return


def _signs_fit(said: npt.NDArray[np.object_], own: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """Signs of several currencies beside one of theirs: "$" beside any dollar, "kr" beside any crown of the North."""
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
