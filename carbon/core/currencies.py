"""Currency codes (ISO 4217) and, for each, the economy whose price index applies to it."""

from __future__ import annotations

from functools import lru_cache

from carbon.core import packaged


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """Return all currency codes, former ones of the ECB series included."""
    return frozenset(price_areas())


@lru_cache(maxsize=1)
def price_areas() -> dict[str, str]:
    """Return currency -> region of its general price index; "" where the currency has none or several."""
    return {row["currency"]: row["price_area"] for row in packaged.read_rows(packaged.CORE, "data/currencies.csv")}
