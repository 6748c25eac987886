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

from carbon.core.prices import MONEY
from carbon.core.text_columns import Flags
from carbon.core.zones import country_of
from carbon.factors import nace
from carbon.factors.library import OWN_SOURCES, Library
from carbon.factors.matching import resolve
from carbon.params.shapes.company import FactorPolicy

COMPARED = ("activity", "region", "year", "source_id", "kg_per_unit", "unit", "factor_id", "factor_year", "steps")


def answers_by_model(keys: pd.DataFrame, library: Any, *, policy: FactorPolicy, **choices: Any) -> pd.DataFrame:
    """Return what each model of the country itself answers for keys of money: key_id, source_id and `COMPARED`.

    Parameters
    ----------
    keys, policy, choices
        As in `matching.resolve`; each model is preferred in turn, by the same rules otherwise. A category that the
        policy prices by its NACE industry is asked as that industry.
    """
    table, bare = library.table, policy.model_copy(update={"regions": {}})
    keys = nace.in_their_country(keys, table, getattr(library, "overrides", ()), policy) if policy.by_country else keys
    places = {place for region in keys["region"].unique() for place in bare.chain(region, "3")}
    table = table[table["activity"].isin(keys["activity"]) & table["region"].isin(places)
                  & ~table["source_id"].str.startswith(OWN_SOURCES)]
    asked_library = Library(policy.release, table, pd.DataFrame())
    sources = sorted(table["source_id"].unique())
    answers = [_of_model(keys, asked_library, source, policy, choices) for source in sources]
    columns = ["key_id", *COMPARED]
    return pd.concat(answers, ignore_index=True)[columns] if answers else pd.DataFrame(columns=columns)


def _of_model(
    keys: pd.DataFrame, library: Library, source: str, policy: FactorPolicy, choices: Mapping[str, Any]
) -> pd.DataFrame:
    preferring = policy.model_copy(update={"prefer": [source, *policy.prefer], "regions": {}})
    resolved_keys = resolve(keys, library, policy=preferring, **choices)
    rows = resolved_keys.table[resolved_keys.table["source_id"] == source]
    kg, first = rows.groupby("key_id")["co2e_kg"].sum(), rows.drop_duplicates("key_id")
    answers = first[["key_id", "source_id", "factor_id", "factor_year", "steps"]].assign(
        kg_per_unit=kg.reindex(first["key_id"]).to_numpy())
    return resolved_keys.keys.merge(answers, on="key_id")


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


def is_money(activity: pd.Series) -> Flags:
    """Flag activities that are priced by economic models; each distinct one is looked at once."""
    code, words = pd.factorize(activity)
    return np.array([str(word).startswith(MONEY) for word in words], dtype=bool)[code] if len(words) else code >= 0


def totals_by_model(answers: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return the purchases as each model has them: source_id, kg, keys and units of money that it answers.

    kg = sum of quantity x kg per unit of the model where it answers, of the chosen factor elsewhere.

    answers: Of `answers_by_model`. chosen: key_id, quantity and kg of the same keys as they are in the inventory.
    """
    at = pd.Index(chosen["key_id"]).get_indexer(answers["key_id"])
    quantity, kg = (chosen[c].to_numpy()[at[at >= 0]] for c in ("quantity", "kg"))
    both = pd.DataFrame({"moved": quantity * answers["kg_per_unit"].to_numpy()[at >= 0] - kg, "quantity": quantity})
    of_source = both.groupby(answers["source_id"].array[at >= 0])
    table = of_source.sum().assign(keys=of_source.size()).rename_axis("source_id").reset_index()
    return table.rename(columns={"moved": "moved_kg"}).assign(kg=chosen["kg"].sum() + table["moved"])


def spread_gsd2(kg: pd.Series) -> float:
    """Calculate gsd2 = exp(2 sd), sd = standard deviation of ln(kg) over the models; 1 for a single one."""
    positive = kg[kg > 0]
    return float(np.exp(2 * np.log(positive).std(ddof=1))) if len(positive) > 1 else 1.0
