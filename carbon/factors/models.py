"""One euro by several models: what each economic model answers for the same purchases, and how far they are apart.

A model is a source of factors per unit of money (SDES, FIGARO, USEEIO, one that the project imported). The company
declares which one counts (`factors.prefer`); the others are evidence on how uncertain it is.

spread: sd = standard deviation of ln(total) over the models that answer; gsd2 = exp(2 sd)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.exact import exact_sum
from carbon.core.prices import MONEY
from carbon.core.text_columns import Flags, Floats
from carbon.core.zones import country_of
from carbon.factors import nace
from carbon.factors.library import OWN_SOURCES
from carbon.factors.matching import answers_of
from carbon.params.shapes.company import FactorPolicy

COMPARED = {"activity": "str", "region": "str", "year": "int64", "source_id": "str", "kg_per_unit": "float64",
            "unit": "str", "factor_id": "str", "factor_year": "int64", "steps": "str"}


def answers_by_model(keys: pd.DataFrame, library: Any, *, policy: FactorPolicy, **choices: Any) -> pd.DataFrame:
    """Return what each model of the country itself answers for keys of money: key_id, source_id and `COMPARED`.

    Parameters
    ----------
    keys, policy, choices
        As in `matching.resolve`; each model is preferred in turn, by the same rules otherwise. A category that the
        policy prices by its NACE industry is asked as that industry.
    """
    rows, bare = Rows(library.table), policy.model_copy(update={"regions": {}})
    if policy.by_country:
        keys = nace.in_their_country(keys, library.table, getattr(library, "overrides", ()), policy)
    places = {place for region in keys["region"].unique() for place in bare.chain(region, "3")}
    is_own = rows.by_word("source_id", lambda name: name.startswith(OWN_SOURCES), np.bool_)
    rows = rows.where(~is_own, activity=keys["activity"], region=places)
    models = rows.groups(["source_id"]).lines()
    # What only the company itself prices is asked as its industry, where another purchase is of that industry.
    asked_keys = nace.in_their_country(keys, rows.frame(), (), policy) if policy.by_country and models else keys
    at = np.tile(np.arange(len(keys)), len(models))
    asked_rows = Rows(asked_keys).take(at).assign(
        key_id=np.arange(len(at)), model=np.repeat(np.array(models, dtype=object), len(keys)))
    parts, _ = answers_of(asked_rows, rows, bare, {*asked_keys["activity"]}, own_ids=(), **choices)
    answered = Rows(parts).where((parts["source_id"] == asked_rows["model"][parts["key_id"]]).to_numpy())
    number, first, group = np.unique(answered["key_id"], return_index=True, return_inverse=True)
    kg_per_unit = exact_sum(answered["co2e_kg"], group, len(number))
    columns = {c: answered[c][first] for c in ("source_id", "factor_id", "factor_year", "steps")}
    columns |= {**Rows(keys).take(at[number]), "kg_per_unit": kg_per_unit}
    return Rows(columns, len(number)).frame(["key_id", *COMPARED])


def compare(activity: str, library: Any, *, regions: list[str], years: list[int], currency: str,
            policy: FactorPolicy, **choices: Any) -> pd.DataFrame:
    """Return one activity of money by model, country and year: `COMPARED`, per unit of the currency of that year."""
    known_regions = library.table.loc[library.table["activity"] == activity, "region"]
    places = regions or sorted({country_of(region) for region in known_regions})
    lines = [(activity, currency, region, year, "3") for region in places for year in years]
    keys = pd.DataFrame(lines, columns=["activity", "unit", "region", "year", "scope"]).astype(
        {"activity": "str", "unit": "str", "region": "str", "year": "int64", "scope": "str"})
    keys = keys.assign(key_id=np.arange(len(keys), dtype="int64"))
    answers = answers_by_model(keys, library, policy=policy, **choices)
    return answers[list(COMPARED)].sort_values(["region", "year", "source_id"]).reset_index(drop=True)


def is_money(rows: Rows) -> Flags:
    """Flag rows whose activity is priced by economic models; each distinct one is looked at once."""
    return rows.by_word("activity", lambda name: name.startswith(MONEY), np.bool_)


def moved_by_model(answers: pd.DataFrame, chosen_lines: Mapping[str, Any]) -> Rows:
    """Return what each answer changes: source_id, moved_kg = quantity x kg per unit - chosen kg, quantity, keys (1).

    answers: Of `answers_by_model`. chosen_lines: key_id, quantity and kg of the same keys as they are in the inventory.
    """
    at = pd.Index(chosen_lines["key_id"]).get_indexer(answers["key_id"])
    rows, (quantity, kg) = Rows(answers).where(at >= 0), (chosen_lines[c][at[at >= 0]] for c in ("quantity", "kg"))
    return rows.assign(moved_kg=quantity * rows["kg_per_unit"] - kg, quantity=quantity, keys=1)


def totals_by_model(answers: pd.DataFrame, chosen_lines: pd.DataFrame) -> pd.DataFrame:
    """Return the purchases as each model has them: source_id, kg, keys and units of money that it answers.

    kg = sum of quantity x kg per unit of the model where it answers, of the chosen factor elsewhere.
    """
    moved = moved_by_model(answers, {name: chosen_lines[name].to_numpy() for name in ("key_id", "quantity", "kg")})
    table = moved.frame(["source_id", "moved_kg", "quantity", "keys"]).groupby("source_id", as_index=False).sum()
    return table.assign(kg=chosen_lines["kg"].sum() + table["moved_kg"])


def spread_gsd2(kg: Floats) -> float:
    """Calculate gsd2 = exp(2 sd), sd = standard deviation of ln(kg) over the models; 1 for a single one."""
    positive = kg[kg > 0]
    return float(np.exp(2 * np.log(positive).std(ddof=1))) if len(positive) > 1 else 1.0
