"""Limits: published bands of prices, distances, nights and amounts a person, which need no earlier year of the company.

low = published_low / times,   high = published_high x times,   expected = sqrt(low x high), high / 10 without a low,
low x 10 without a high

`times` is our own convention [design]: how far an honest company may be from the published means. Nothing is claimed
where records lack the second quantity (money, people, a distance).

Prices have a band for each country with figures, that of all countries elsewhere: above never wider than that, below
the country's own, for some sell fuel far below the others.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.core import packaged
from carbon.core.schemas import NUMBER, TEXT, Table
from carbon.core.text_columns import records_of

LIMITS = Table("limits", {
    "kind": TEXT, "measure": TEXT, "unit": TEXT, "word": TEXT, "base": TEXT, "low": NUMBER, "high": NUMBER,
    "expected": NUMBER, "times": NUMBER, "source": TEXT, "place": TEXT, "licence": TEXT, "note": TEXT, "country": TEXT,
}, key=("kind", "measure", "unit"))
"""One published band. word: carrier, mode or item that it holds for; base: unit of the amount, where it has one;
country: ISO code, where it holds for one.
"""
_PUBLISHED = {"published_low": NUMBER, "published_high": NUMBER, "times": NUMBER}


@lru_cache(maxsize=1)
def limits() -> pd.DataFrame:
    """Return the packaged bands (`LIMITS`), widened."""
    table = _widened(packaged.read_csv("carbon.accounting", "data/limits.csv", _PUBLISHED)).assign(country="")
    return LIMITS.validate(pd.concat([table, _by_country(table)], ignore_index=True)[list(LIMITS.columns)])


@lru_cache(maxsize=1)
def limits_by_key() -> dict[tuple[str, str, str], dict[Any, Any]]:
    """Return (kind, measure, unit) -> its line of `limits`."""
    return {(line["kind"], line["measure"], line["unit"]): line for line in records_of(limits())}


def _widened(table: pd.DataFrame) -> pd.DataFrame:
    """Return published bands with their ends and middle."""
    low = table["published_low"].to_numpy() / table["times"].to_numpy()
    high = (table["published_high"] * table["times"]).to_numpy()
    expected = np.where(np.isnan(low), high / 10, np.where(np.isnan(high), low * 10, np.sqrt(
        np.nan_to_num(low, nan=1.0) * high)))
    return table.assign(low=np.nan_to_num(low), high=high, expected=expected)


def _by_country(table: pd.DataFrame) -> pd.DataFrame:
    """Return the bands of prices of each country: of a market and of the ledger's bills."""
    prices = _widened(packaged.read_csv("carbon.accounting", "data/energy_prices.csv", _PUBLISHED))
    of_all = table.loc[table["measure"].isin([m.MARKET_PRICE, m.LEDGER_PRICE]),
                       ["kind", "measure", "unit", "word", "base", "low", "high", "licence"]]
    bounds = of_all.merge(prices, left_on="word", right_on="carrier", suffixes=("_of_all", ""))
    unit = bounds["unit"] + " in " + bounds["country"]
    return bounds.assign(unit=unit, high=bounds[["high_of_all", "high"]].min(axis=1), note="")
