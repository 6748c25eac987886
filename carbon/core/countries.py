"""
Countries by their codes and by their names in English, French and German.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from carbon.core import packaged
from carbon.core.packaged import CORE
from carbon.core.words import fold


@cache
def country_words() -> Mapping[str, str]:
    """
    Folded name or code -> ISO 3166-1 alpha-2 code.
    """
    table = packaged.read_csv(CORE, "data/country_names.csv")
    return dict(zip(table["word"].map(fold), table["country"], strict=True))


def country_code(word: str) -> str:
    """
    The code of a country as it is written, "" where the word names none: "États-Unis" -> "US".
    """
    return country_words().get(fold(word), "")
