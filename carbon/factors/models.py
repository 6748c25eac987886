"""One euro by several models: what each economic model answers for the same purchases, and how far they are apart.

A model is a source of factors per unit of money (SDES, FIGARO, USEEIO, one that the project imported). The company
declares which one counts (`factors.prefer`); the others are evidence on how uncertain it is.

spread: sd = standard deviation of ln(total) over the models that answer; gsd2 = exp(2 sd)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.columns import Rows
from carbon.core.exact import exact_sum, exact_total
from carbon.core.prices import MONEY
from carbon.core.schemas import retyped
from carbon.core.text_columns import Flags, by_word, lines_of
from carbon.core.zones import country_of
from carbon.factors import nace
from carbon.factors.library import OWN_SOURCES, Library
from carbon.factors.matching import resolve
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
    table, bare = library.table, policy.model_copy(update={"regions": {}})
    keys = nace.in_their_country(keys, table, getattr(library, "overrides", ()), policy) if policy.by_country else keys
    places = {place for region in keys["region"].unique() for place in bare.chain(region, "3")}
    rows = Rows(table)
    is_own = rows.by_word("source_id", lambda name: name.startswith(OWN_SOURCES), np.bool_)
    table = table[rows.column("activity").among(keys["activity"]) & rows.column("region").among(places) & ~is_own]
    asked_library = Library(policy.release, table, pd.DataFrame())
    lines = [line for source in sorted(table["source_id"].unique())
             for line in _of_model(keys, asked_library, source, policy, choices)]
    return retyped(pd.DataFrame(lines, columns=["key_id", *COMPARED]), {"key_id": "int64", **COMPARED})


def _of_model(keys: pd.DataFrame, library: Library, source: str, policy: FactorPolicy,
              choices: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield key_id and `COMPARED` of each key that a model answers."""
    preferring = policy.model_copy(update={"prefer": [source, *policy.prefer], "regions": {}})
    resolved = resolve(keys, library, policy=preferring, **choices, optional={*keys["activity"]})  # no words of a miss
    parts: dict[int, list[tuple[Any, ...]]] = {}
    for key, name, *part in lines_of(resolved.table, [
            "key_id", "source_id", "co2e_kg", "factor_id", "factor_year", "steps"]):
        if name == source:
            parts.setdefault(key, []).append(tuple(part))
    for key, activity, region, year, unit in lines_of(resolved.keys, ["key_id", "activity", "region", "year", "unit"]):
        if key in parts:
            kg, (_, *of_factor) = math.fsum(part[0] for part in parts[key]), parts[key][0]
            yield key, activity, region, year, source, kg, unit, *of_factor


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
    return by_word(activity, lambda name: str(name).startswith(MONEY), np.bool_)


def totals_by_model(answers: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return the purchases as each model has them: source_id, kg, keys and units of money that it answers.

    kg = sum of quantity x kg per unit of the model where it answers, of the chosen factor elsewhere.

    answers: Of `answers_by_model`. chosen: key_id, quantity and kg of the same keys as they are in the inventory.
    """
    at = pd.Index(chosen["key_id"]).get_indexer(answers["key_id"])
    rows, (quantity, kg) = Rows(answers).where(at >= 0), (chosen[c].to_numpy()[at[at >= 0]] for c in ("quantity", "kg"))
    groups = rows.groups(["source_id"])
    answered, moved_kg = (exact_sum(values, groups.number, len(groups))
                          for values in (quantity, quantity * rows["kg_per_unit"] - kg))
    return pd.DataFrame({"source_id": groups.keys()[0].array(), "moved_kg": moved_kg, "quantity": answered,
                         "keys": groups.counts(), "kg": exact_total(chosen["kg"].to_numpy()) + moved_kg}, copy=False)


def spread_gsd2(kg: pd.Series) -> float:
    """Calculate gsd2 = exp(2 sd), sd = standard deviation of ln(kg) over the models; 1 for a single one."""
    positive = kg[kg > 0].to_numpy()
    return float(np.exp(2 * np.log(positive).std(ddof=1))) if len(positive) > 1 else 1.0
