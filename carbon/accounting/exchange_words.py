"""The exchange rates and price levels of emission rows in words: of the amount paid, and of its factor's price."""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.accounting.inventory_tables import InventoryTables
from carbon.core.columns import Rows
from carbon.core.countries import currency_codes
from carbon.core.exact import exact_total
from carbon.core.text_columns import Values, by_word, pick, plain_values
from carbon.core.units import KG_PER_T
from carbon.factors.matching import KEY
from carbon.params.shapes.company import CompanyParams

_OF_MONEY = r"mean of|deflat|prices of"


def with_rates(rows: pd.DataFrame, inventory: InventoryTables) -> pd.DataFrame:
    """Add to `inputs` of rows, by activity_id, part and factor_id, the rates that their kilograms are made with.

    "1,000 USD at 0.923 EUR (ECB, 2024-03-22)": rate, day or days, source; "1 EUR = 1.08 USD (ECB, mean of 2024)".
    """
    inputs: Values = plain_values(rows["inputs"].array)
    for words in (_paid(rows["activity_id"], inventory), _of_factors(rows, inventory)):
        inputs = pick(words == "", inputs, pick(inputs == "", words, inputs + "; " + words))
    return rows.assign(inputs=pd.array(inputs, dtype="str"))


def _paid(ids: pd.Series, inventory: InventoryTables) -> Values:
    """Return the rate of each amount that was paid in another currency, "" for others."""
    activities, own_currency = inventory.activities, inventory.params.currency
    if not {"fx_source", "fx_rate", "amount", "currency"} <= set(activities):
        return np.full(len(ids), "", dtype=object)
    foreign = activities[activities["activity_id"].isin(ids) & activities["fx_source"].isin(["ECB", "company"])]
    columns = ["activity_id", "amount", "currency", "fx_rate", "fx_source", "fx_date"]
    words = {name: f"{amount:,.10g} {currency} at {rate:.6g} {own_currency} ({source}, {day})" for
             name, amount, currency, rate, source, day in foreign[columns].itertuples(index=False, name=None)}
    return np.array([words.get(name, "") for name in ids], dtype=object)


def _of_factors(rows: pd.DataFrame, inventory: InventoryTables) -> Values:
    """Return the exchange rate and price level between a row's money and its factor's, "" where both are one."""
    steps = inventory.resolution[inventory.resolution["steps"].str.contains(_OF_MONEY)]
    if inventory.keys.empty:  # of a published set: a factor with one conversion alone
        lone_steps = steps.drop_duplicates(["factor_id", "steps"]).drop_duplicates("factor_id", keep=False)
        of_factor = dict(zip(lone_steps["factor_id"], lone_steps["steps"], strict=True))
        return np.array(rows["factor_id"].map(of_factor).fillna(""), dtype=object)
    if steps.empty:
        return np.full(len(rows), "", dtype=object)
    activities = inventory.activities[inventory.activities["activity_id"].isin(rows["activity_id"])]
    keyed = activities[["activity_id", *KEY]].astype({c: inventory.keys[c].dtype for c in KEY}).merge(
        inventory.keys, on=KEY, validate="many_to_one")[["activity_id", "key_id"]]
    words = keyed.merge(steps[["key_id", "factor_id", "steps"]], on="key_id", validate="many_to_many")
    of_row = dict(zip(zip(words["activity_id"], words["factor_id"], strict=True), words["steps"], strict=True))
    return np.array([of_row.get(pair, "") for pair in zip(rows["activity_id"], rows["factor_id"], strict=True)],
                    dtype=object)


def rates_of_factors(params: CompanyParams, rows: Rows) -> list[tuple[str, str]]:
    """Return a warning where amounts take the rate of their day, and factors priced in another currency a mean."""
    if params.fx != "transaction_date":
        return []
    currencies = currency_codes()
    is_money = by_word(rows["unit"], currencies.__contains__, bool)
    abroad = rows.where(is_money & (by_word(rows["reason"], lambda reason: "converted" in reason, bool)))
    kg = exact_total(abroad["co2e_kg"]) if len(abroad) else 0.0
    return [("factor_rate_mean", f"{kg / KG_PER_T:,.3g} t of spend have a factor priced in another currency than "
             f"{params.currency}: its rate is the mean of the factor's year, not of each day")] if kg else []
