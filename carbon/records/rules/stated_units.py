"""Units and currencies stated outside their column: next to a number, in a heading, in a title above the table."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.errors import UnitError
from carbon.core.units import parse_unit
from carbon.records.headings.faults import swear
from carbon.records.kinds import vocabulary
from carbon.records.kinds.contract import CURRENCY, UNIT, Contract
from carbon.records.kinds.faults import Problem
from carbon.records.rules.sheet import Sheet

_SHARED_SIGNS = {"¥": ["JPY", "CNY"], "kr": ["SEK", "NOK", "DKK", "ISK"], "Fr.": ["CHF"]}
_UNIT_OF_ALL = re.compile(r"(?i:\b(?:en|in|unités?|units?|einheit)\b\s*:?\s*)([A-Za-zµ][\w³]*(?: PC[SI])?)")


def take_currencies(sheet: Sheet) -> None:
    """Take the currency of each row from its amount ("€ 5.50"), where the file has no column for it."""
    for column, stated_currencies in list(sheet.stated_units.items()):
        unit, fields = sheet.contract.name_of[column].unit_column, sheet.contract.name_of
        if unit in sheet.series or unit not in fields or fields[unit].reads != CURRENCY:
            continue
        currencies = np.array([t if vocabulary.currency(t) else "" for t in stated_currencies], dtype=object)
        sheet.series[unit] = pd.Series(currencies).astype("str")
        if fields[unit].filled:
            rows = np.flatnonzero(currencies == "")
            sheet.faults.add(rows, unit, Problem(
                f"{unit}_missing", f"there is no `{unit}` and `{column}` names none", f"name it next to the number, or "
                f"declare `{unit}` under `constants` in params"), sheet.raw_cells(column, rows))


def flag_units_beside_numbers(sheet: Sheet) -> None:
    """Add a fault where a currency or unit next to a number ("5 USD", or a format that shows one) is not the row's."""
    for column, stated_units in sheet.stated_units.items():
        unit = sheet.contract.name_of[column].unit_column or "currency"
        if unit not in sheet.contract.name_of:
            sheet.fault(stated_units != "", column, Problem(
                "unit_conflict", "the number has a currency or unit next to it, and its column counts none",
                "write the number alone, or map the right column"))
            continue
        series = sheet.series.get(unit)
        row_units = np.full(len(stated_units), "", object) if series is None else series.to_numpy(dtype=object)
        differs = (stated_units != "") & (stated_units != row_units) & (row_units != "")
        sheet.fault(differs & ~_signs_fit(stated_units, row_units), column, Problem(
            f"{unit}_conflict", f"the number has another {unit.replace('_', ' ')} next to it than the row's",
            f"correct `{column}` or `{unit}`"))


def flag_units_of_headings(sheet: Sheet) -> None:
    """Add a fault where a row has another unit than its heading ("Amount (EUR)"): the amount may be converted."""
    for column, stated_unit in sheet.layout.stated_units.items():
        if column not in sheet.table.columns:
            continue
        heading_unit = _canonical(stated_unit, sheet.contract, column)
        row_units = sheet.table[column].to_numpy(dtype=object)
        differs = (row_units != heading_unit) & (row_units != "")
        # kWh of a heading is kWh PCS of its rows.
        differs &= ~np.char.startswith(row_units.astype(str), f"{heading_unit}_")
        if units.is_bare_gallon(heading_unit):
            differs &= ~np.isin(row_units.astype(str), [*units.GALLONS.values()])
        sheet.fault(differs & ~_signs_fit(np.full(len(row_units), heading_unit, object), row_units), column, Problem(
            "unit_conflict", f"the heading gives {stated_unit}, the row gives another {column.replace('_', ' ')}",
            f"correct `{column}`; or state {swear('declared_unit')}"))


def warn_of_unit_above(sheet: Sheet) -> None:
    """Add a warning where a title above the headings names a unit of the quantities that no row has, e.g. "in MWh"."""
    column, titles = sheet.contract.measure[1], sheet.layout.first_row - sheet.options.header_rows
    if column not in sheet.table.columns or sheet.grid.headings is not None or titles <= 0:
        return
    field = sheet.contract.name_of[column]
    if field.reads != UNIT or not field.dimensions:
        return
    row_units = {*sheet.table[column].unique().tolist()}
    cells = [cell for row in sheet.grid.head()[:titles] for cell in row]
    for stated_unit in [match[1] for cell in cells for match in _UNIT_OF_ALL.finditer(cell)]:
        unit = units.find(stated_unit)
        if unit is not None and unit.dimension in field.dimensions and unit.name not in row_units:
            sheet.warn("unit_above", f"a line above the headings gives {stated_unit!r}, and no row has that unit; the "
                       "rows count in their own")
            return


def _signs_fit(signs: npt.NDArray[np.object_], row_units: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """Return where a sign of several currencies fits the row's: "$" any dollar, "kr" any Nordic crown."""
    dollar = (signs == "$") & np.char.endswith(row_units.astype(str), "D")
    for sign, theirs in _SHARED_SIGNS.items():
        dollar |= (signs == sign) & np.isin(row_units.astype(str), theirs)
    return np.asarray(dollar, dtype=bool)


def _canonical(stated_unit: str, contract: Contract, column: str) -> str:
    if contract.name_of[column].reads != UNIT:
        return stated_unit
    try:
        return parse_unit(stated_unit)
    except UnitError:
        return stated_unit
