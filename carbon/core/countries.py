"""Countries and currencies by their codes (ISO 3166-1, ISO 4217), countries by their names in three languages too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from carbon.core import packaged
from carbon.core.packaged import CORE
from carbon.core.text import fold


@cache
def country_words() -> Mapping[str, str]:
    """Return folded name or code -> ISO 3166-1 alpha-2 code."""
    return {fold(row["word"]): row["country"] for row in packaged.read_rows(CORE, "data/country_names.csv")}


def country_code(word: str) -> str:
    """Return the code of a country from its name, "" for an unknown name: "États-Unis" -> "US"."""
    return country_words().get(fold(word), "")


@cache
def codes() -> frozenset[str]:
    """Return all ISO 3166-1 alpha-2 codes."""
    return frozenset(country_words().values())


@cache
def currency_codes() -> frozenset[str]:
    """Return all currency codes, former ones of the ECB series included."""
    return frozenset(price_areas())


@cache
def price_areas() -> dict[str, str]:
    """Return currency -> region of its general price index; "" where the currency has none or several."""
    return {row["currency"]: row["price_area"] for row in packaged.read_rows(CORE, "data/currencies.csv")}
