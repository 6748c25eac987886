"""Purchases of an inventory by the model that prices them: how the total moves, and the spread as one source."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.inventory_tables import InventoryTables
from carbon.core.columns import distinct_rows
from carbon.core.periods import factor_year
from carbon.factors.models import answers_by_model, is_money, spread_gsd2, totals_by_model

_KEY = ["activity", "unit", "region", "year"]


def purchases_by_model(inventory: InventoryTables) -> pd.DataFrame:
    """Return model, chosen_kg (what it prices in the inventory), answered_share [of the money], kg and moved_kg.

    kg: all purchases with this model wherever it has a factor of the country itself, and the chosen factor elsewhere.
    A model without an answer is not in the table.
    """
    rows = inventory.emissions
    money = rows[is_money(rows["activity"])]
    answers, chosen, _ = _answers(inventory, money)
    if answers.empty:
        return pd.DataFrame(columns=["model", "chosen_kg", "answered_share", "kg", "moved_kg"])
    table = totals_by_model(answers, chosen)
    of_chosen = money.groupby(money["source_id"].astype("str"))["co2e_kg"].sum()
    return pd.DataFrame({
        "model": table["source_id"], "chosen_kg": table["source_id"].map(of_chosen).fillna(0.0),
        "answered_share": table["quantity"] / chosen["quantity"].sum(), "kg": table["kg"],
        "moved_kg": table["moved_kg"]})


def model_words(inventory: InventoryTables, rows: pd.DataFrame) -> np.ndarray:
    """Return for each row "models xG: names" where several models answer for it, "" elsewhere.

    G is the spread (gsd2) of the totals that the models give for these rows, rounded up to a tenth so that years share
    it: one source for all of them.
    """
    words = np.full(len(rows), "", dtype=object)
    at = np.flatnonzero(is_money(rows["activity"]))
    answers, chosen, key_of = _answers(inventory, rows.iloc[at])
    count = answers.groupby("key_id")["source_id"].nunique() if len(answers) else pd.Series(dtype="int64")
    several = set(count.index[count > 1])
    if not several:
        return words
    answers, chosen = (table[table["key_id"].isin(several)] for table in (answers, chosen))
    gsd2 = np.ceil(10 * spread_gsd2(totals_by_model(answers, chosen)["kg"])) / 10
    words[at[np.isin(key_of, list(several))]] = (
        f"models x{gsd2:.1f}: {', '.join(sorted(answers['source_id'].unique()))}")
    return words


def _answers(inventory: InventoryTables, money: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, Any]:
    """Return answers by model, the chosen quantity and kg of each key, and the key_id of each row."""
    library = inventory.library
    if library is None or money.empty or not library.table["activity"].isin(money["activity"].unique()).any():
        return pd.DataFrame(), pd.DataFrame(), np.zeros(len(money), dtype="int64")
    key_of, keys = distinct_rows(money[_KEY])
    params = inventory.params
    keys = keys.reset_index(drop=True).assign(
        scope="3", key_id=np.arange(len(keys), dtype="int64"),
        year=[factor_year(int(year), params.reporting_year_starts) for year in keys["year"]])
    keys = keys.astype({"scope": "str"})
    chosen = pd.DataFrame({"key_id": key_of, "quantity": money["quantity"].to_numpy("float64"),
                           "kg": money["co2e_kg"].to_numpy("float64")}).groupby("key_id", as_index=False).sum()
    answers = answers_by_model(
        keys, library, policy=params.factors, gwp=params.gwp,
        allow_mixed_gwp=params.allow_mixed_gwp, non_co2=params.travel.non_co2, fx=inventory.fx)
    return answers, chosen, key_of
