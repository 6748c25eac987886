"""The sources of each emission row: what publishers and the company state, meter, rate, price index, fallbacks.

Rows with the same words share the uncertainty of that source (`emissions.uncertainty.uncertain_rows_of`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.accounting.inventory_tables import InventoryTables
from carbon.accounting.purchase_models import model_words
from carbon.core import units
from carbon.core.columns import Column, Groups, Rows
from carbon.core.text_columns import lines_of, listed, text_array, texts_at
from carbon.emissions.scope2 import GRID_AVERAGE
from carbon.emissions.uncertainty import UncertainRows, uncertain_rows_of
from carbon.emissions.uncertainty.defaults import EXCHANGE, METER, MODEL, PRICES, columns_read
from carbon.emissions.uncertainty.quantity_sources import RECORD

_ASKED = ("factor_id", "unit", "reason", "region", "gwp_used")
_OF_FACTOR, _NO_FACTOR = ("unit", "price_year", "region", "valid_from"), ("",) * 4
_VINTAGES = ("older vintage", "later vintage")
_PERCENT = "uncertainty_pct"
_FROZEN = "frozen in another GWP set"
_GENERATION = re.compile(r".*generation\.(?P<whole>.+)-minus-(?P<part>.+)")
"""The element of a generation that is what its upstream leaves of a published life-cycle factor."""


def uncertain_rows(*parts: tuple[InventoryTables, pd.DataFrame | Rows], split_years: bool = False) -> UncertainRows:
    """Return emission rows of one or several inventories, one after the other, with their sources.

    What one inventory's params state holds for all of them; of several, the last one's.

    parts: Inventory and some of its emission rows, with their origins (`with_origins`) or without.
    split_years: Separate the part of each source that is independent each year.

    Raises MethodError: Rows to which no default applies; the uncertainty of one thing is stated twice.
    """
    percent: dict[str, float] = {}
    elements: dict[str, str] = {}
    rows_of_parts = []
    for inventory, part in parts:
        percent_of, of_element = _facts(inventory)
        percent |= percent_of
        elements |= of_element
        rows = part if isinstance(part, Rows) else Rows(part)
        rows_of_parts.append(rows if METER in rows else rows.assign(**_origins(inventory, rows)))
    rows = rows_of_parts[0] if len(parts) == 1 else _stacked(rows_of_parts)
    return uncertain_rows_of(rows, percent, split_years=split_years, elements=elements,
                             statements=parts[-1][0].params.uncertainty)


def _stacked(parts: Sequence[Rows]) -> Rows:
    """Return the columns of rows that their sources depend on, one part below the other; no string is made."""
    numbers = [name for name in ("co2e_kg", RECORD) if any(name in part for part in parts)]
    columns: dict[str, Any] = {name: np.concatenate([part.get(name, np.full(len(part), np.nan)) for part in parts])
                               for name in numbers}
    for name in columns_read():
        of_parts = [part.column(name) for part in parts]
        words = Column.of(of_parts[0].words.append([column.words for column in of_parts[1:]]).to_series())
        before = np.cumsum([0, *(len(column.words) for column in of_parts)])
        columns[name] = words.take(np.concatenate([column.codes + first for column, first in zip(
            of_parts, before, strict=False)]))
    return Rows(columns, sum(map(len, parts)))


def elements_of(inventory: InventoryTables) -> dict[str, str]:
    """Return factor_id -> the published element it is a part of."""
    return _facts(inventory)[1]


def _facts(inventory: InventoryTables) -> tuple[dict[str, float], dict[str, str]]:
    """Return by factor_id the +- % that a publisher states, and the element it holds for. A life-cycle factor that was
    split in generation and upstream is one element, whose +- holds for their sum.
    """
    table = inventory.factors
    ids, published = listed(table["factor_id"]), table["uncertainty_pct"].tolist()
    element = listed(table["element_id"]) if "element_id" in table else ids
    percent = {name: value for name, value in zip(ids, published, strict=True) if not np.isnan(value)}
    elements = dict(zip(ids, element, strict=True))
    for name, of in list(elements.items()):
        if (match := _GENERATION.fullmatch(of)) and name in percent:
            members = [n for n, e in elements.items() if e == match["part"] and n not in percent]
            for member in [name, *members]:
                elements[member], percent[member] = match["whole"], percent[name]
    return percent, elements


def with_origins(inventory: InventoryTables, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the columns meter, exchange rate, price index and model choice to emission rows; "" where nothing applies;
    and stated_pct where a record states its own uncertainty.

    meter: as the energy records name it. exchange rate: "<basis> USD>EUR" where an amount, or the factor's price, is in
    another currency. price index: whether the spend was converted to the prices of the factor, and their year. model
    choice: the widest of the compromises in choosing the factor that `reason` names, of purchases the spread of the
    models that answer for them; the region of a factor of the company's own is no compromise.
    """
    return rows.assign(**{name: texts_at(listed(values.words), values.codes, like=rows) if isinstance(values, Column)
                          else values for name, values in _origins(inventory, Rows(rows)).items()})


def _origins(inventory: InventoryTables, rows: Rows) -> dict[str, Any]:
    """Return the columns of `with_origins`, worked out once for each different line."""
    groups = Groups.of([*map(rows.column, _ASKED), _paid(inventory, rows), model_words(inventory, rows)])
    records, factors = inventory.records, inventory.factors  # one row a factor_id
    of_factor = dict(zip(listed(factors["factor_id"]), lines_of(factors, _OF_FACTOR), strict=True))
    own_factors = () if inventory.library is None else inventory.library.overrides
    lines = [_words(line, of_factor.get(line[0], _NO_FACTOR), own_factors) for line in groups.lines()]
    columns = dict(zip((EXCHANGE, PRICES, MODEL), zip(*lines, strict=True) if lines else [()] * 3, strict=True))
    return {METER: _meters(records, rows), **{c: Column.of(text_array(words)).take(groups.number)
                                                for c, words in columns.items()}, **_stated(records, rows)}


def _stated(records: Mapping[str, pd.DataFrame], rows: Rows) -> dict[str, Any]:
    """Return the column of what records state of their own uncertainty, where any does."""
    of_record: dict[str, float] = {}
    for table in records.values():
        if _PERCENT in table:
            percents = zip(listed(table["record_id"]), table[_PERCENT].tolist(), strict=True)
            of_record |= {name: percent for name, percent in percents if percent == percent}
    return {RECORD: rows.by_word("record_id", lambda name: of_record.get(name, np.nan), float)} if of_record else {}


def _meters(records: Mapping[str, pd.DataFrame], rows: Rows) -> Column:
    energy = records.get("energy")
    return _of_ids(rows, "record_id", Rows({}, 0) if energy is None else Rows(energy).but(meter=""), "meter")


def _paid(inventory: InventoryTables, rows: Rows) -> Column:
    """Return the exchange rate of an amount paid in another currency; "" for others."""
    own_currency, activities = inventory.params.currency, Rows(inventory.activities)
    if "currency" not in activities:
        return _of_ids(rows, "activity_id", Rows({}, 0), "currency")
    company_rates = set() if inventory.fx is None else set(inventory.fx["currency"])
    foreign = activities.where(unit=own_currency).but(currency=("", own_currency))
    return _of_ids(rows, "activity_id", foreign, "currency").map(lambda currency: currency and (
        f"{'company' if currency in company_rates else inventory.params.fx} {currency}>{own_currency}"))


def _of_ids(rows: Rows, name: str, records: Rows, column: str) -> Column:
    """Return a column of the record of each row, "" for those without; by Arrow, which makes no object of ids."""
    none = pd.Index(text_array([""]))
    if not len(records):
        return Column(np.zeros(len(rows), dtype=np.intp), none)
    ids, keys, values = rows.column(name), records.column(name), records.column(column)
    of_key = np.full(len(keys.words) + 1, len(values.words))
    of_key[keys.codes[::-1]] = values.codes[::-1]
    at = pc.index_in(*(pa.array(words, pa.large_string()) for words in (ids.words, keys.words)))
    place = of_key[at.fill_null(len(keys.words)).to_numpy(zero_copy_only=False)]
    return Column(place[ids.codes], values.words.append(none))


def _words(line: tuple[str, ...], of_factor: tuple[Any, ...], own_factors: Collection[str]) -> tuple[str, str, str]:
    """Return exchange rate, price index and model choice of a line: of the factor's price in another currency than the
    amount, else of the amount; the first compromise that the reason names.
    """
    (name, unit, reason, place, gwp, paid_rate, models), (priced_in, price_year, region, valid_from) = line, of_factor
    spent, priced = (_currency(of) for of in (unit, priced_in))
    exchange = f"year_mean {spent}>{priced}" if spent and priced and spent != priced else paid_rate
    prices = "" if "deflated" not in reason else (
        f"{'not deflated' if 'not deflated' in reason else 'deflated'}, prices of {price_year}")
    choice = (f"region fallback {place}>{region}" if "region fallback" in reason and name not in own_factors else
              f"grid average {place}" if GRID_AVERAGE in reason else
              models if models else
              f"vintage {valid_from}" if any(v in reason for v in _VINTAGES) else
              f"gwp {gwp}" if _FROZEN in reason else "")
    return exchange, prices, choice


def _currency(unit: str) -> str:
    """Return the currency of a unit of money; "" for other units."""
    dimension = units.unit(unit).dimension if unit else ""
    return dimension.removeprefix("currency:") if dimension.startswith("currency:") else ""
