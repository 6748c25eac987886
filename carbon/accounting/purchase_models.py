"""Purchases of an inventory by the model that prices them: how the total moves, and the spread as one source."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from carbon.accounting.inventory_tables import InventoryTables
from carbon.core.columns import distinct_rows
from carbon.core.periods import factor_year
from carbon.core.text_columns import lines_of
from carbon.factors.library import Library
from carbon.factors.models import answers_by_model, is_money, spread_gsd2, totals_by_model

SEVERAL = 2
_KEY = ["activity", "unit", "region", "year"]
_ASKED: WeakKeyDictionary[InventoryTables, tuple[pd.DataFrame, pd.DataFrame]] = WeakKeyDictionary()


def purchases_by_model(inventory: InventoryTables) -> pd.DataFrame:
    """Return model, chosen_kg (what it prices in the inventory), answered_share [of the money], kg and moved_kg.

    kg: all purchases with this model wherever it has a factor of the country itself, and the chosen factor elsewhere.
    A model without an answer is not in the table.
    """
    money = _money(inventory.emissions)
    answers, chosen_kg, _ = _answers(inventory, money)
    if answers.empty:
        return pd.DataFrame(columns=["model", "chosen_kg", "answered_share", "kg", "moved_kg"])
    table = totals_by_model(answers, chosen_kg)
    of_chosen = money.groupby(money["source_id"].astype("str"))["co2e_kg"].sum()
    return pd.DataFrame({
        "model": table["source_id"], "chosen_kg": table["source_id"].map(of_chosen).fillna(0.0),
        "answered_share": table["quantity"] / chosen_kg["quantity"].sum(), "kg": table["kg"],
        "moved_kg": table["moved_kg"]})


def purchases_by_answers(inventory: InventoryTables) -> pd.DataFrame:
    """Return models that answer (0, 1, or `SEVERAL`), money_share and kg of the purchases priced by money; no line
    without a library to ask.

    Where one model answers, no spread between models is in the interval, and where none does, nor is the country's own.
    """
    money = _money(inventory.emissions)
    if money.empty or inventory.library is None:
        return pd.DataFrame({"models": [], "money_share": [], "kg": []})
    answers, _, key_of = _answers(inventory, money)
    of_key = answers.groupby("key_id")["source_id"].nunique() if len(answers) else pd.Series(dtype="int64")
    models = pd.Series(key_of).map(of_key).fillna(0).clip(upper=SEVERAL).astype("int64").to_numpy()
    table = pd.DataFrame({"models": models, "money_share": money["quantity"].to_numpy("float64"),
                          "kg": money["co2e_kg"].to_numpy("float64")}).groupby("models", as_index=False).sum()
    return table.assign(money_share=table["money_share"] / table["money_share"].sum())


def model_words(inventory: InventoryTables, rows: pd.DataFrame) -> np.ndarray:
    """Return for each row "models xG: names" where several models answer for it, "" elsewhere.

    G is the spread (gsd2) of the totals that the models give for these rows, rounded up to a tenth so that years share
    it: one source for all of them.
    """
    words = np.full(len(rows), "", dtype=object)
    at = np.flatnonzero(is_money(rows["activity"]))
    answers, chosen_kg, key_of = _answers(inventory, rows[[*_KEY, "quantity", "co2e_kg"]].take(at))
    count = answers.groupby("key_id")["source_id"].nunique() if len(answers) else pd.Series(dtype="int64")
    several = set(count.index[count > 1])
    if not several:
        return words
    answers, chosen_kg = (table[table["key_id"].isin(several)] for table in (answers, chosen_kg))
    gsd2 = np.ceil(10 * spread_gsd2(totals_by_model(answers, chosen_kg)["kg"])) / 10
    words[at[np.isin(key_of, list(several))]] = (
        f"models x{gsd2:.1f}: {', '.join(sorted(answers['source_id'].unique()))}")
    return words


def _money(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.loc[is_money(rows["activity"]), [*_KEY, "source_id", "quantity", "co2e_kg"]]


def _answers(inventory: InventoryTables, money: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, Any]:
    """Return answers by model, the chosen quantity and kg of each key, and the key_id of each row."""
    keys, answers = _answers_of_all(inventory)
    if answers.empty or money.empty:
        return pd.DataFrame(), pd.DataFrame(), np.zeros(len(money), dtype="int64")
    of_row, asked_keys = distinct_rows(money[_KEY])
    key_ids = dict(zip(lines_of(keys, _KEY), keys["key_id"].tolist(), strict=True))
    key_of = np.array([key_ids[line] for line in lines_of(asked_keys, _KEY)], dtype="int64")[of_row]
    chosen_kg = pd.DataFrame({"key_id": key_of, "quantity": money["quantity"].to_numpy("float64"),
                           "kg": money["co2e_kg"].to_numpy("float64")}).groupby("key_id", as_index=False).sum()
    return answers[answers["key_id"].isin(chosen_kg["key_id"])], chosen_kg, key_of


def _answers_of_all(inventory: InventoryTables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the keys of an inventory's money and what each model answers; asked once, as intervals ask for parts."""
    if inventory.library is None:
        return pd.DataFrame(), pd.DataFrame()
    if inventory not in _ASKED:
        _ASKED[inventory] = _ask(inventory, inventory.library)
    return _ASKED[inventory]


def _ask(inventory: InventoryTables, library: Library) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows, params = inventory.emissions, inventory.params
    money = rows.loc[is_money(rows["activity"]), _KEY]
    if money.empty or library.table.empty:
        return pd.DataFrame(), pd.DataFrame()
    keys = distinct_rows(money)[1].reset_index(drop=True)
    keys = keys.assign(scope="3", key_id=np.arange(len(keys), dtype="int64")).astype({"scope": "str"})
    answers = answers_by_model(
        keys.assign(year=[factor_year(int(year), params.reporting_year_starts) for year in keys["year"]]), library,
        policy=params.factors, gwp=params.gwp, allow_mixed_gwp=params.allow_mixed_gwp, non_co2=params.travel.non_co2,
        fx=inventory.fx)
    return keys[[*_KEY, "key_id"]], answers
