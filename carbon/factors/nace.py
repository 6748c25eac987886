"""NACE activities of the categories of other economic models, so that a purchase reaches a factor of its country.

purchase.naics.541110 -> purchase.nace.M69_70, by the packaged map of NAICS codes; purchase.ademe2018.education ->
purchase.nace.P85, by data/spend_nace.csv. A category that several industries make has none.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import pandas as pd

from carbon.activities.classification.charts import INCLUDE, load_chart
from carbon.core import packaged
from carbon.core.prices import MONEY
from carbon.core.zones import country_of, supplier_of
from carbon.params.shapes.company import FactorPolicy

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


def in_their_country(
    keys: pd.DataFrame, factors: pd.DataFrame, own_ids: Collection[str], policy: FactorPolicy,
) -> pd.DataFrame:
    """Return keys with the NACE activity of those whose own has no factor in their country, and the NACE one has.

    A factor of the category in the supplier's country, and one of the company wherever its params let it serve, go
    before the industry.
    """
    industries = {name: nace for name in keys["activity"].unique() if (nace := nace_of(name))}
    if not industries:
        return keys
    of_either = factors[factors["activity"].isin({*industries, *industries.values()})]
    places, own_places = ({*zip(rows["activity"], rows["region"], strict=True)}
                          for rows in (of_either, of_either[of_either["factor_id"].isin(own_ids)]))

    def asked(name: str, region: str, scope: str) -> str:
        industry, place = industries.get(name, name), country_of(region)
        is_own = any((name, served) in own_places for served in policy.chain(region, scope))
        of_country = any((name, served) in places for served in (place, supplier_of(region)))
        return name if is_own or of_country or (industry, place) not in places else industry

    names = [asked(*key) for key in zip(*(keys[c].tolist() for c in ("activity", "region", "scope")), strict=True)]
    return keys.assign(activity=pd.array(names, dtype="str"))
