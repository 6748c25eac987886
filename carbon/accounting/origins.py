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
from carbon.core.columns import distinct_rows
from carbon.core.text_columns import Array, listed, same_text, stack, texts_at, values_of
from carbon.emissions.scope2 import GRID_AVERAGE
from carbon.emissions.uncertainty import UncertainRows, uncertain_rows_of
from carbon.emissions.uncertainty.defaults import EXCHANGE, METER, MODEL, PRICES
from carbon.emissions.uncertainty.quantity_sources import RECORD

Lines = Mapping[Any, list[Any]]
"""Columns of the different rows."""
_VINTAGES = ("older vintage", "later vintage")
_PERCENT = "uncertainty_pct"
_FROZEN = "frozen in another GWP set"
_GENERATION = re.compile(r".*generation\.(?P<whole>.+)-minus-(?P<part>.+)")
"""The element of a generation that is what its upstream leaves of a published life-cycle factor."""


def uncertain_rows(
    *parts: tuple[InventoryTables, pd.DataFrame], split_years: bool = False, correlation: float | None = None
) -> UncertainRows:
    """Return emission rows of one or several inventories, one after the other, with their sources.

    What one inventory's params state holds for all of them; of several, the last one's.

    parts: Inventory and some of its emission rows, with their origins (`with_origins`) or without.
    split_years: Separate the part of each source that is independent each year.
    correlation: 0 to 1: in place of the declared correlation of factors of one publisher's model.

    Raises MethodError: Rows to which no default applies; the uncertainty of one thing is stated twice.
    """
    percent: dict[str, float] = {}
    elements: dict[str, str] = {}
    for inventory, _ in parts:
        percent_of, of_element = _facts(inventory)
        percent |= percent_of
        elements |= of_element
    rows = [part if METER in part else with_origins(inventory, part.reset_index(drop=True))
            for inventory, part in parts]
    return uncertain_rows_of(rows[0] if len(rows) == 1 else stack(rows), percent, split_years=split_years,
                             elements=elements, statements=parts[-1][0].params.uncertainty, correlation=correlation)


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
    factors = inventory.factors  # one row a factor_id
    asked_columns = rows[["factor_id", "unit", "reason", "region", "gwp_used"]].assign(
        paid=_paid(inventory, rows), models=model_words(inventory, rows))
    code, distinct = distinct_rows(asked_columns)
    ids = listed(factors["factor_id"])
    of_factor = {c: dict(zip(ids, listed(factors[c]), strict=True))
                 for c in ("unit", "price_year", "region", "valid_from")}
    lines = distinct.to_dict("list")
    factor = [{c: values_by_id.get(f, "") for c, values_by_id in of_factor.items()} for f in lines["factor_id"]]
    own_factors = () if inventory.library is None else inventory.library.overrides
    sources = {EXCHANGE: _exchange(lines, factor), PRICES: _prices(lines, factor),
               MODEL: _compromise(lines, factor, own_factors)}
    words = {c: texts_at(source_words, code, like=rows) for c, source_words in sources.items()}
    return rows.assign(**{METER: _meters(inventory, rows)}, **words, **_stated(inventory, rows))


def _stated(inventory: InventoryTables, rows: pd.DataFrame) -> dict[str, Any]:
    """Return the column of what records state of their own uncertainty, where any does."""
    tables = [t.loc[t[_PERCENT].notna(), ["record_id", _PERCENT]] for t in inventory.records.values() if _PERCENT in t]
    of_records = pd.concat(tables) if tables else pd.DataFrame()
    if of_records.empty:
        return {}
    return {RECORD: rows["record_id"].map(of_records.set_index("record_id")[_PERCENT]).astype("float64").to_numpy()}


def _meters(inventory: InventoryTables, rows: pd.DataFrame) -> Array:
    energy = inventory.records.get("energy")
    if energy is None:
        return same_text("", len(rows), like=rows)
    with_meter = np.flatnonzero(energy["meter"] != "")
    return _of_ids(rows, "record_id", *(values_of(energy[c]).take(with_meter) for c in ("record_id", "meter")))


def _paid(inventory: InventoryTables, rows: pd.DataFrame) -> Array:
    """Return the exchange rate of an amount paid in another currency; "" for others."""
    own_currency, activities = inventory.params.currency, inventory.activities
    if "currency" not in activities:
        return same_text("", len(rows), like=rows)
    foreign = np.flatnonzero(~activities["currency"].isin(["", own_currency]) & (activities["unit"] == own_currency))
    ids, currency = (values_of(activities[c]).take(foreign) for c in ("activity_id", "currency"))
    company_rates = set() if inventory.fx is None else set(inventory.fx["currency"])
    code, currencies = pd.factorize(currency)
    words = [f"{'company' if c in company_rates else inventory.params.fx} {c}>{own_currency}" for c in currencies]
    return _of_ids(rows, "activity_id", ids, texts_at(words, code, like=rows))


def _of_ids(rows: pd.DataFrame, name: str, known_ids: Any, words: Any) -> Array:
    """Return the word of each id, "" for those without; by Arrow, which makes no object of millions of ids."""
    if not len(known_ids):
        return same_text("", len(rows), like=rows)
    at = pc.index_in(pa.array(rows[name], pa.large_string()), value_set=pa.array(known_ids, pa.large_string()))
    code, distinct_words = pd.factorize(words)
    place = np.append(code, len(distinct_words))[at.fill_null(len(known_ids)).to_numpy(zero_copy_only=False)]
    return texts_at([*distinct_words, ""], place, like=rows)


def _exchange(rows: Lines, factor: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the exchange rate of a factor's price in another currency than the amount; else that of the amount."""
    pairs = [(_currency(unit), _currency(of["unit"])) for unit, of in zip(rows["unit"], factor, strict=True)]
    return [f"year_mean {spent}>{priced}" if spent and priced and spent != priced else paid_rate
            for (spent, priced), paid_rate in zip(pairs, rows["paid"], strict=True)]


def _currency(unit: str) -> str:
    """Return the currency of a unit of money; "" for other units."""
    dimension = units.unit(unit).dimension if unit else ""
    return dimension.removeprefix("currency:") if dimension.startswith("currency:") else ""


def _prices(rows: Lines, factor: Sequence[Mapping[str, Any]]) -> list[str]:
    return ["" if "deflated" not in reason else
            f"{'not deflated' if 'not deflated' in reason else 'deflated'}, prices of {of['price_year']}"
            for reason, of in zip(rows["reason"], factor, strict=True)]


def _compromise(rows: Lines, factor: Sequence[Mapping[str, Any]], own_factors: Collection[str]) -> list[str]:
    """Return the first compromise that the reason names."""
    choices = zip(rows["reason"], rows["region"], rows["gwp_used"], factor, rows["factor_id"], rows["models"],
                  strict=True)
    return [f"region fallback {place}>{of['region']}" if "region fallback" in reason and name not in own_factors else
            f"grid average {place}" if GRID_AVERAGE in reason else
            models if models else
            f"vintage {of['valid_from']}" if any(v in reason for v in _VINTAGES) else
            f"gwp {gwp}" if _FROZEN in reason else "" for reason, place, gwp, of, name, models in choices]
