"""NACE activities of the categories of other economic models, so that a purchase reaches a factor of its country.

purchase.naics.541110 -> purchase.nace.M69_70, by the packaged map of NAICS codes; purchase.ademe2018.education ->
purchase.nace.P85, by data/spend_nace.csv. A category that several industries make has none.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from carbon.activities.classification.charts import INCLUDE, load_chart
from carbon.core import packaged
from carbon.core.prices import MONEY
from carbon.core.zones import country_of

_NAICS = f"{MONEY}naics."


@cache
def nace_of(activity: str) -> str:
    """Return the NACE activity of a category of another model; "" where it has none."""
    if not activity.startswith(_NAICS):
        return _of_categories().get(activity, "")
    code, lines = activity.removeprefix(_NAICS), load_chart("naics").lines
    of_code = {line_code: name if outcome == INCLUDE else "" for line_code, outcome, name in zip(
        lines["code"], lines["outcome"], lines["activity"], strict=True)}
    return next((of_code[code[:n]] for n in range(len(code), 0, -1) if code[:n] in of_code), "")


@cache
def _of_categories() -> dict[str, str]:
    return {row["activity"]: row["nace"] for row in packaged.read_rows("carbon.factors", "data/spend_nace.csv")}


def in_their_country(keys: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    """Return keys with the NACE activity of those whose own has no factor in their country, and the NACE one has."""
    industries = {name: nace for name in keys["activity"].unique() if (nace := nace_of(name))}
    if not industries:
        return keys
    of_either = factors[factors["activity"].isin({*industries, *industries.values()})]
    places = {*zip(of_either["activity"], of_either["region"], strict=True)}
    asked_names = [
        industries[name] if name in industries and (name, place) not in places and (industries[name], place) in places
        else name for name, place in zip(keys["activity"], keys["region"].map(country_of), strict=True)]
    return keys.assign(activity=pd.array(asked_names, dtype="str"))
