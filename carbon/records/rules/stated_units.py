"""Units and currencies stated outside their column: next to a number, in a heading, in a title, by the country."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa

from carbon.core import units, vocabulary
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Texts, text_array
from carbon.core.units import GALLONS, is_bare_gallon
from carbon.records.grids.cells import Column, by_cell
from carbon.records.kinds.contract import CURRENCY, UNIT, Field
from carbon.records.kinds.messages import problem
from carbon.records.rules.sheet import Sheet, has_year

_SHARED_SIGNS = {"¥": ["JPY", "CNY"], "kr": ["SEK", "NOK", "DKK", "ISK"], "Fr.": ["CHF"]}
_MOST_NOTES = 20
_UNIT_OF_ALL = re.compile(r"(?i:\b(?:en|in|unités?|units?|einheit)\b\s*:?\s*)([A-Za-zµ][\w³]*(?: PC[SI])?)")


def take_currencies(sheet: Sheet) -> None:
    """Take the currency of each row from its amount ("€ 5.50"), where the file has no column for it."""
    for column, stated_currencies in list(sheet.stated_units.items()):
        unit, fields = sheet.contract.name_of[column].unit_column, sheet.contract.name_of
        if unit in sheet.arrays or unit not in fields or fields[unit].reads != CURRENCY:
            continue
        currencies = np.array([t if vocabulary.currency(t) else "" for t in stated_currencies], dtype=object)
        sheet.arrays[unit] = text_array(currencies)
        if fields[unit].filled:
            rows = np.flatnonzero(currencies == "")
            sheet.faults.add(rows, unit, problem("{unit}_missing", unit=unit, column=column),
                             sheet.raw_cells(column, rows))


def flag_units_beside_numbers(sheet: Sheet) -> None:
    """Add a fault where a currency or unit next to a number ("5 USD", or a format that shows one) is not the row's."""
    for column, stated_units in sheet.stated_units.items():
        unit = sheet.contract.name_of[column].unit_column or "currency"
        if unit not in sheet.contract.name_of:
            # A column such as amount_eur or distance_km has its unit in its name.
            own_unit = np.char.lower(stated_units.astype(str)) == column.rpartition("_")[2]
            sheet.fault((stated_units != "") & ~own_unit, column, "unit_conflict.no_unit")
            continue
        row_units = np.asarray(sheet.arrays.get(unit, np.full(len(stated_units), "")), dtype=object)
        differs = (stated_units != "") & (stated_units != row_units) & (row_units != "")
        sheet.fault(differs & ~_signs_fit(stated_units, row_units), column, "{unit}_conflict.next_to_number", unit=unit,
                    what=unit.replace('_', ' '), column=column)


def flag_units_of_headings(sheet: Sheet) -> None:
    """Add a fault where a row has another unit than its heading ("Amount (EUR)"): the amount may be converted."""
    for column, stated_unit in sheet.layout.stated_units.items():
        if column not in sheet.table.columns:
            continue
        unit = units.find(stated_unit) if sheet.contract.name_of[column].reads == UNIT else None
        heading_unit = unit.name if unit else stated_unit
        row_units = sheet.table[column].to_numpy(dtype=object)
        differs = (row_units != heading_unit) & (row_units != "")
        # kWh of a heading is kWh PCS of its rows.
        differs &= ~np.char.startswith(row_units.astype(str), f"{heading_unit}_")
        if units.is_bare_gallon(heading_unit):
            differs &= ~np.isin(row_units.astype(str), [*units.GALLONS.values()])
        sheet.fault(differs & ~_signs_fit(np.full(len(row_units), heading_unit, object), row_units), column,
                    "unit_conflict.heading", stated_unit=stated_unit, what=column.replace('_', ' '), column=column)


def flag_unread_units(sheet: Sheet) -> None:
    """Add a fault where a column that is not its unit gives a row another unit of the dimension it counts in."""
    column = sheet.contract.name_of[sheet.counted_column].unit_column if sheet.counted_column else ""
    if column not in sheet.table or column == "currency" or sheet.options.is_sworn("declared_unit"):
        return
    own_units, name_of = sheet.table[column], sheet.contract.name_of
    of_others = {column, *(name_of[c].unit_column for c in sheet.layout.columns)}  # each of its own number
    others = {p for c, p in sheet.layout.columns.items() if c in of_others or name_of[c].reads != UNIT}
    for position, heading, _ in sheet.headed_columns:
        if position not in others and not sheet.rows_where(
                position, lambda text: text.strip() and not units.find(text)).any():
            for name, own_unit in ((n, unit) for n in own_units.unique() if (unit := units.find(n))):
                other = sheet.rows_where(position, partial(_is_another, own_unit))
                sheet.fault_at(other & (own_units == name).to_numpy(dtype=bool), position, "unit_conflict.column",
                               heading=heading, column=column)


def _is_another(own_unit: units.Unit, text: str) -> bool:
    return (unit := units.find(text)) is not None and unit != own_unit and unit.dimension == own_unit.dimension


def warn_of_titles(sheet: Sheet) -> None:
    """Add a warning where the name of the sheet, or a line above or below the table, states what no row does.

    It may be a unit ("in MWh") or a currency of all rows, another year, a plan, or a factor that readings still need.
    """
    titles, name = sheet.layout.first_row - sheet.options.header_rows, sheet.grid.sheet
    above = sheet.grid.head[:max(titles, 0)] if sheet.grid.headings is None else []
    below = [sheet.body.row(row) for row, _ in sheet.excluded.cells_of("note")[:_MOST_NOTES]]
    cells = [name, *(cell for row in above + below for cell in row)]
    measured, unit_column = [*name.split()], sheet.contract.measure[1]
    row_units = {*sheet.table[unit_column].unique()} if unit_column in sheet.table else {}
    field = sheet.contract.name_of[unit_column] if row_units else None
    texts = [*cells, *(match[1] for cell in cells for match in _UNIT_OF_ALL.finditer(cell))]
    for text in texts + measured if field else []:
        unit = units.find(text) if len(text) > 1 or text not in measured else None
        stated = unit.name if field and unit and unit.dimension in field.dimensions else ""
        if field and field.reads == CURRENCY and text.isupper() and text in texts:
            stated = vocabulary.currency(text) or ""
        if stated and stated not in row_units:
            sheet.warn_of("unit_above", stated_unit=text)
            break
    lists = "row budget", "row not actual", *(["word of a factor"] if sheet.contract.kind == "energy" else [])
    for cell in cells:
        of_year = cell is name and re.fullmatch(r"(19|20)\d\d", name) and not has_year(sheet, name)
        if of_year or vocabulary.holds(fold(cell), *lists):
            sheet.warn_of("title_speaks", line=cell[:80])
            return


def _signs_fit(signs: Texts, row_units: Texts) -> Flags:
    """Return where a sign of several currencies fits the row's: "$" any dollar, "kr" any Nordic crown."""
    dollar = (signs == "$") & np.char.endswith(row_units.astype(str), "D")
    for sign, theirs in _SHARED_SIGNS.items():
        dollar |= (signs == sign) & np.isin(row_units.astype(str), theirs)
    return np.asarray(dollar, dtype=bool)


def take_gallons(sheet: Sheet) -> None:
    """Write which gallon a bare one is, where the country of the row, its site's before its own, is one of `GALLONS`.

    A row whose site and own country differ proves neither. A meaning that params give the word goes first. What stays
    bare is rejected with the choices when its cell is read.
    """
    fields = [f for f in sheet.contract.fields if f.reads == UNIT and f.name in sheet.raw
              and (not f.dimensions or "volume" in f.dimensions)]
    bare = {f.name: rows for f in fields if (rows := _bare(f, sheet)).any()}
    if not bare:
        return
    gallon = _proved(sheet)
    raw = dict(sheet.raw)
    for name, rows in bare.items():
        proved = rows & (gallon != "")
        texts = np.array(raw[name].strings.to_pylist(), dtype=object)
        raw[name] = Column(pa.array(np.where(proved, gallon, texts), pa.string()), raw[name].marks)
        for unit in pd.unique(gallon[proved]):
            country = next(c for c, word in GALLONS.items() if word == unit)
            sheet.warn_of("gallons", rows=int((proved & (gallon == unit)).sum()), unit=unit, country=country)
    sheet.raw = raw


def warn_of_foreign_gallons(sheet: Sheet) -> None:
    """Add a warning of gallons that hold for all rows, where some are of a country that sells litres."""
    unit, country, layout = sheet.table["unit"], sheet.table["country"], sheet.layout
    foreign = unit.isin(GALLONS.values()) & (country != "") & (unit != country.map(GALLONS).fillna(""))
    if "unit" not in layout.columns and "country" in layout.columns:
        sheet.warn_at(foreign.to_numpy(dtype=bool), "gallons.abroad", country=country.to_numpy(dtype=object))


def _bare(field: Field, sheet: Sheet) -> Flags:
    """Return the rows whose unit is a gallon of no country, which params give no meaning."""
    meant_words = {fold(word) for word in sheet.meanings(field)}
    return by_cell(sheet.raw[field.name], lambda text: is_bare_gallon(text) and fold(text) not in meant_words, bool)


def _proved(sheet: Sheet) -> Texts:
    """Return the gallon of each row's country, "" where none is proved."""
    nothing = np.full(len(sheet), "", dtype=object)
    own_country, of_site = (
        by_cell(sheet.raw[column], country) if column in sheet.raw else nothing
        for column, country in (("country", lambda text: vocabulary.canonical("country", text) or ""),
                                ("site", lambda text: sheet.project.sites.get(text.strip(), ""))))
    country = np.where(of_site == "", own_country, of_site)
    differs = (of_site != "") & (own_country != "") & (of_site != own_country)
    return np.array([GALLONS.get(c, "") for c in np.where(differs, "", country)], dtype=object)
