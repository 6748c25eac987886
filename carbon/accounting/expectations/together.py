"""Amounts of one kind that moved alike: all accounts at about twice the years before, with as many people.

ratio = median of (amount / expected amount) over the keys of a kind, prices taken out of money, over the growth of
people (never below 1). Travel and freight pause and resume together, and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.bands import EXPECTATIONS, LAST, OWN_PAST, PAUSING, WIDTH
from carbon.accounting.expectations.held import stream_dimension
from carbon.accounting.expectations.measures import WHOLE
from carbon.core.prices import CONTINUED, price_area, price_ratio
from carbon.core.text_columns import Flags, Floats, records_of
from carbon.params.shapes.company import CompanyParams

FEWEST, MOST, NEAR = 5, 0.75, 1.3
"""Keys of a kind, the share of them that is near their median, and how near [factor]."""
MONEY = "purchases"


def with_together(table: pd.DataFrame, params: CompanyParams, year: int, before: Sequence[int]) -> pd.DataFrame:
    """Return the `EXPECTATIONS` with a line for each kind whose keys moved alike since the years before."""
    if not before:
        return table
    before = sorted(before)[-LAST:]
    people = [params.employees.get(y, np.nan) for y in (year, *before)]
    growth = people[0] / np.median(people[1:])
    levels = table[(table["measure"] == m.LEVEL) & ~table["kind"].isin(PAUSING) & (table["basis"] == OWN_PAST)
                   & (table["value"] > 0) & (table["expected"] > 0)]
    lines = []
    for kind, of_kind in levels.groupby("kind", sort=False):
        dimension = stream_dimension(str(kind), {*of_kind["dimension"]})
        keys = of_kind[of_kind["dimension"] == dimension]
        ratio = (keys["value"] / keys["expected"]).to_numpy() / (_prices(params, year, before) if kind == MONEY else 1)
        near_ones = near_their_median(ratio)
        if near_ones.any():
            moved = keys[near_ones].sort_values("co2e_kg", ascending=False, kind="stable")
            lines.append(records_of(moved.head(1))[0] | {
                "dimension": WHOLE, "key": "", "unit": dimension, "expected": 1.0, "low": np.nan,
                "measure": m.ALIKE if growth == growth else m.ALIKE_UNKNOWN, "high": WIDTH[m.LEVEL][-1],
                "value": np.median(ratio) / np.fmax(growth, 1.0),
                **{c: moved[c].sum() for c in ("rows", "co2e_kg", "before_kg")}})
    return pd.concat([table, EXPECTATIONS.of(lines)], ignore_index=True) if lines else table


def near_their_median(ratio: Floats) -> Flags:
    """Flag the ratios near their median; none of them where they are few, or move apart."""
    if len(ratio) < FEWEST:
        return np.zeros(len(ratio), dtype=bool)
    is_near = np.abs(np.log(ratio / np.median(ratio))) <= np.log(NEAR)
    return np.asarray(is_near & (is_near.mean() >= MOST))


def _prices(params: CompanyParams, year: int, before: Sequence[int]) -> float:
    """Return the rise of prices since the years before, as far as published; 1 where none is."""
    years = pd.Series(before)
    rise = price_ratio(pd.Series(price_area(params.country, params.currency), index=years.index), years,
                       pd.Series(year, index=years.index), deflator=CONTINUED)["price_ratio"]
    return float(np.fmax(rise.fillna(1.0).median(), 1.0))
