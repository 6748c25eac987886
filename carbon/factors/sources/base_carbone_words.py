"""
The French words of a Base Carbone export: numbers, validity, units, places, stages.
"""

from __future__ import annotations

from functools import cache

import babel
import pandas as pd

from carbon.core import units as unit_words
from carbon.core.errors import UnitError

YEARS_OF_TWO_DIGITS = r"(?:^|[^\d])(\d{2})$"
# What the publisher writes after "kgCO2e/", where core.units does not read it.
_UNITS = {
    "keuro": ("EUR", 0.001), "k€": ("EUR", 0.001), "euro": ("EUR", 1.0), "€": ("EUR", 1.0),
    "passager.km": ("passenger.km", 1.0), "peq.km": ("passenger-equivalent.km", 1.0), "t.km": ("tonne.km", 1.0),
    "tonne de déchets": ("t", 1.0), "appareil": ("unit", 1.0), "unité": ("unit", 1.0), "Kg": ("kg", 1.0),
    "kWh PCI": ("kWh_LHV", 1.0), "kWh PCS": ("kWh_HHV", 1.0), "GJ PCI": ("GJ_LHV", 1.0), "GJ PCS": ("GJ_HHV", 1.0),
    "m2": ("m2", 1.0), "m²": ("m2", 1.0), "m2 SHON": ("m2", 1.0), "repas": ("meal", 1.0),
}
_PLACES = {
    "France continentale": "FR", "France": "FR", "Monde": "GLO", "Europe": "EU27", "Union Européenne": "EU27",
    "Guadeloupe": "GP", "Martinique": "MQ", "Guyane": "GF", "La Réunion": "RE", "Réunion": "RE", "Mayotte": "YT",
}
_STAGES = (
    ("combustion", "combustion"), ("amont", "upstream"), ("transport et distribution", "losses"),
    ("fabrication", "manufacture"), ("intrants", "manufacture"), ("energie", "manufacture"),
    ("transport", "manufacture"), ("fin de vie", "end_of_life"), ("utilisation", "use"),
    ("emissions fugitives", "fugitive"), ("fuites", "fugitive"),
)
"""Start of "Type poste" -> part."""


def number(text: pd.Series) -> pd.Series:
    """
    Decimal commas and exponents: "5,92E-3" is 0.00592; NaN where empty.
    """
    return pd.to_numeric(text.str.strip().str.replace(",", "."), errors="coerce")


def years(validity: pd.Series) -> pd.Series:
    """
    Year in a free text: "déc-18", "20/12/2021", "Année 2022", "Décembre 2017", "31-mars-21"; 0 where there is none.
    """
    four = validity.str.extract(r"((?:19|20)\d{2})")[0]
    two = validity.str.extract(YEARS_OF_TWO_DIGITS)[0]
    return pd.to_numeric(four.fillna("20" + two), errors="coerce").fillna(0).astype("int64")


def units(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """
    Canonical unit ("" where unknown) and scale of texts such as "kgCO2e/keuro".
    """
    known = {t: _unit(t) for t in text.unique()}
    return text.map(lambda t: known[t][0]).astype("str"), text.map(lambda t: known[t][1]).astype("float64")


def _unit(text: str) -> tuple[str, float]:
    head, _, per = text.partition("/")
    if head.replace(" ", "").casefold() != "kgco2e" or not per:
        return "", 1.0
    if per.strip() in _UNITS:
        return _UNITS[per.strip()]
    try:
        return unit_words.parse_unit(per.strip()), 1.0
    except UnitError:
        return "", 1.0


def regions(place: pd.Series, subplace: pd.Series) -> pd.Series:
    """
    ISO alpha-2, EU27 or GLO of the two place columns; "" where unknown.
    """
    named = subplace.where(place.str.startswith("Autre pays") | place.eq("Outre-mer"), place)
    # Places are few: one look-up for each distinct word.
    known = {name: _PLACES.get(name, _countries().get(name, "")) for name in named.unique()}
    return named.map(known).astype("str")


def parts(lines: pd.DataFrame) -> pd.Series:
    """
    Part of each stage line; "" where the stage is unknown or mixes two parts.
    """
    stage = lines["stage"].str.casefold()
    part = pd.Series("", index=lines.index, dtype="str")
    for start, name in _STAGES:
        part = part.mask(part.eq("") & stage.str.startswith(start), name)
    named = lines["stage_name"].str.casefold()
    part = part.mask(named.str.contains("condensation"), "contrails")
    part = part.mask(part.eq("manufacture") & named.eq("distribution"), "distribution")
    freight = part.eq("losses") & ~lines["unit_text"].str.contains("kWh")
    return part.mask(freight, "distribution")


@cache
def _countries() -> dict[str, str]:
    territories = babel.Locale("fr").territories
    return {str(name): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
