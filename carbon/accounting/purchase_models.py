"""Purchases of an inventory by the model that prices them: how the total moves, and the spread as one source."""

from __future__ import annotations

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.inventory_tables import InventoryTables
from carbon.core.columns import Column, Rows, first_places, group_codes
from carbon.core.exact import exact_sum
from carbon.core.periods import factor_year
from carbon.core.text_columns import Values, lines_of, text_array
from carbon.factors.library import Library
from carbon.factors.models import answers_by_model, is_money, moved_by_model, spread_gsd2, totals_by_model

SEVERAL = 2
_KEY = ["activity", "unit", "region", "year"]


class _Asked(NamedTuple):
    """`_KEY` -> key_id; what models answer: key_id, source_id, kg_per_unit; and how many answer for each key_id."""

    keys: dict[tuple[Any, ...], int]
    answers: pd.DataFrame
    models: npt.NDArray[np.int64]


_NOTHING = _Asked({}, pd.DataFrame(), np.zeros(1, dtype=np.int64))
_ASKED: WeakKeyDictionary[InventoryTables, _Asked] = WeakKeyDictionary()


def purchases_by_model(inventory: InventoryTables) -> pd.DataFrame:
    """Return model, chosen_kg (what it prices in the inventory), answered_share [of the money], kg and moved_kg.

    kg: all purchases with this model wherever it has a factor of the country itself, and the chosen factor elsewhere.
    A model without an answer is not in the table.
    """
    money = _money(inventory)
    replies, key_of = _answers(inventory, money)
    if not replies.models.any():
        return pd.DataFrame(columns=["model", "chosen_kg", "answered_share", "kg", "moved_kg"])
    chosen_kg, of_sources = _sums(money, "key_id", key_of), _sums(money, "source_id", money["source_id"])
    table = totals_by_model(replies.answers, chosen_kg)
    of_chosen = dict(zip(of_sources["source_id"].tolist(), of_sources["kg"].tolist(), strict=True))
    return pd.DataFrame({
        "model": table["source_id"], "chosen_kg": [of_chosen.get(model, 0.0) for model in table["source_id"].tolist()],
        "answered_share": table["quantity"] / chosen_kg["quantity"].sum(), "kg": table["kg"],
        "moved_kg": table["moved_kg"]})


def purchases_by_answers(inventory: InventoryTables) -> pd.DataFrame:
    """Return models that answer (0, 1, or `SEVERAL`), money_share and kg of the purchases priced by money; no line
    without a library to ask.

    Where one model answers, no spread between models is in the interval, and where none does, nor is the country's own.
    """
    money = _money(inventory)
    if not len(money) or inventory.library is None:
        return pd.DataFrame({"models": [], "money_share": [], "kg": []})
    replies, key_of = _answers(inventory, money)
    table = _sums(money, "models", replies.models.clip(max=SEVERAL)[key_of])
    return pd.DataFrame({"models": table["models"], "money_share": table["quantity"] / table["quantity"].sum(),
                         "kg": table["kg"]})


def model_words(inventory: InventoryTables, rows: Rows) -> Column:
    """Return for each row "models xG: names" where several models answer for it, "" elsewhere.

    G is the spread (gsd2) of the totals that the models give for these rows, rounded up to a tenth so that years share
    it: one source for all of them.
    """
    flags, words = is_money(rows), [""]
    replies, key_of = _answers(inventory, rows.where(flags))
    several = (replies.models > 1)[key_of]
    flags[flags] = several
    if flags.any():
        money, (keys, number) = rows.where(flags), np.unique(key_of[several], return_inverse=True)
        sums = {name: exact_sum(money[of], number, len(keys)) for name, of in (("quantity",) * 2, ("kg", "co2e_kg"))}
        moved = moved_by_model(replies.answers, {"key_id": keys, **sums}).sums(["source_id"], "moved_kg")
        gsd2 = np.ceil(10 * spread_gsd2(money.total("co2e_kg") + np.array([*moved.values()]))) / 10
        words = ["", f"models x{gsd2:.1f}: {', '.join(moved)}"]
    return Column(flags.astype(np.intp), pd.Index(text_array(words)))


def _money(inventory: InventoryTables) -> Rows:
    rows = Rows(inventory.emissions)
    return rows.where(is_money(rows))


def _sums(money: Rows, name: str, by: Values) -> pd.DataFrame:
    table = pd.DataFrame({name: by, "quantity": money["quantity"], "kg": money["co2e_kg"]}, copy=False)
    return table.groupby(name, as_index=False).sum()


def _answers(inventory: InventoryTables, money: Rows) -> tuple[_Asked, npt.NDArray[np.int64]]:
    """Return what the models answer, asked once, as intervals ask for parts; and the key_id of each row."""
    if inventory.library is not None and inventory not in _ASKED:
        _ASKED[inventory] = _ask(inventory, inventory.library)
    replies = _NOTHING if inventory.library is None else _ASKED[inventory]
    if not replies.keys:
        return replies, np.zeros(len(money), dtype=np.int64)
    groups = money.groups(_KEY)
    return replies, np.array([replies.keys[line] for line in groups.lines()], dtype=np.int64)[groups.number]


def _ask(inventory: InventoryTables, library: Library) -> _Asked:
    money, params = _money(inventory), inventory.params
    if not len(money) or library.table.empty:
        return _NOTHING
    code = group_codes([money.column(name) for name in _KEY])
    n = int(code.max()) + 1
    keys = money.take(first_places(code, n)).assign(scope="3", key_id=np.arange(n))
    years = keys.by_word("year", lambda year: factor_year(int(year), params.reporting_year_starts), np.int64)
    answers = answers_by_model(
        keys.assign(year=years).frame([*_KEY, "scope", "key_id"]), library, policy=params.factors, gwp=params.gwp,
        allow_mixed_gwp=params.allow_mixed_gwp, non_co2=params.travel.non_co2, fx=inventory.fx)
    answers = answers[["key_id", "source_id", "kg_per_unit"]]
    return _Asked(dict(zip(lines_of(keys.frame(_KEY), _KEY), range(n), strict=True)), answers,
                  np.bincount(answers["key_id"].to_numpy(np.int64), minlength=n))
