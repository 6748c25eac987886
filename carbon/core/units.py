"""Units: one table with exact ratios, one spelling inside, and no conversion that needs an assumption.

value_to = value x ratio(from) / ratio(to), with the ratios as exact fractions (data/units.csv). The calorific basis
is part of the unit: kWh_HHV (PCS, gross) and kWh_LHV (PCI, net) are two dimensions, and a bare kWh (electricity, heat)
is a third. Mass, volume and energy of a fuel convert only when the fuel is named (`core.fuels`).

Sources: BIPM, SI Brochure (9th ed.); NIST SP 811, app. B; international yard and pound agreement (1959).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import fuels, packaged
from carbon.core.countries import currency_codes
from carbon.core.display import Displayed
from carbon.core.errors import UnitError
from carbon.core.text import spelled_like

Value = TypeVar("Value", float, np.ndarray, pd.Series)
KG_PER_T = 1000.0

BASES = {"HHV": "HHV", "GCV": "HHV", "PCS": "HHV", "GROSSCV": "HHV", "LHV": "LHV", "NCV": "LHV", "PCI": "LHV",
         "NETCV": "LHV", "HS": "HHV", "HO": "HHV", "BRENNWERT": "HHV", "HI": "LHV", "HU": "LHV", "HEIZWERT": "LHV"}
"""Words for the calorific basis: higher (gross, PCS) or lower (net, PCI) heating value. Hs and Hi are the symbols of
EN ISO 6976 (superior, inferior), Ho and Hu those of earlier German bills (oberer, unterer).
"""
_BASIS_WORD = r"(?:HHV|GCV|PCS|LHV|NCV|PCI|gross ?CV|net ?CV|Brennwert|Heizwert|H[soiu])"
_BASIS = re.compile(rf"^(.*?)[\s._-]*\(?\s*({_BASIS_WORD})(?:\s*/\s*({_BASIS_WORD}))?\s*\)?$", re.IGNORECASE)
_LONGEST = 80
_SEPARATORS = re.compile(r"[\s.·⋅×*_\-‐‑‒–—()]+")
_AMBIGUOUS = {
    "ton": ("t", "short ton", "long ton"), "tons": ("t", "short ton", "long ton"),
    "gal": ("US gallon", "UK gallon"), "gallon": ("US gallon", "UK gallon"), "gallons": ("US gallon", "UK gallon"),
    "gals": ("US gallon", "UK gallon"),
    "ton.mile": ("tonne.mile", "short ton.mile"), "$": ("USD", "CAD", "AUD"), "£": ("GBP",), "mt": ("t", "Mt"),
    "mbtu": ("kBtu", "mmBtu"), "mlb": ("klb", "million lb"), "mlbs": ("klb", "million lb"),
    "mwh": ("MWh", "milliwatt-hour"), "mw": ("MW", "milliwatt"), "mj": ("MJ", "millijoule"),
}
"""Spellings with more than one meaning, folded; they raise an error with the choices."""
GALLONS = {"US": "US gallon", "GB": "UK gallon"}
"""Country -> the gallon of its trade; in others a bare gallon is either, or none.

US: 231 cubic inches (NIST Handbook 44, app. C). GB: 4.54609 L (Weights and Measures Act 1985, sch. 1).
"""
_WORD_LENGTH = 4  # from here on a spelling is a word, and its case carries no meaning


@dataclass(frozen=True, repr=False)
class Unit(Displayed):
    """One unit: its canonical name, its dimension, and how many base units of the dimension it is, exactly."""

    name: str
    dimension: str
    ratio: Fraction


def unit(text: str) -> Unit:
    """Return the unit that a string names, in any of the known spellings.

    Raises UnitError: Blank, unknown, or with more than one meaning ("ton", "gallon"); the nearest known units are
    named.
    """
    matched_unit = _lookup(text) if isinstance(text, str) else None
    if matched_unit is None:
        raise _unknown(text)
    return matched_unit


def find(text: str) -> Unit | None:
    """Return the unit that a string names, else None; without the search for similar units that `unit` does."""
    return _lookup(text)


def is_written_unit(text: str) -> bool:
    """Return whether a string names a unit, also with several meanings ("tons", "mWh"), for which `unit` raises."""
    return _lookup(text) is not None or bool(_meanings(text))


def is_bare_gallon(text: str) -> bool:
    """Return whether a string names a gallon without a country, which one of `GALLONS` may prove."""
    return _meanings(text) == tuple(GALLONS.values())


def parse_unit(text: str) -> str:
    """Return the canonical name of a unit: "kWh PCS" -> "kWh_HHV", "m³" -> "m3", "k€" -> "kEUR".

    Case counts where a prefix changes the value: "GB" and "Gb" differ. "mWh", "mW" and "mJ" raise an error: they
    mean milli, and a bill that has them usually means mega.

    Raises UnitError: Blank, unknown, or with more than one meaning; the nearest known units are named.
    """
    return unit(text).name


def convert(
    value: Value, from_unit: str, to_unit: str, *, fuel: str | None = None, year: int | None = None,
    country: str = fuels.FALLBACK, own_fuels: Sequence[fuels.Fuel] = (),
) -> Value:
    """Convert a quantity to another unit: value x ratio(from) / ratio(to), rounded once.

    Parameters
    ----------
    value
        Number, array or Series in `from_unit`; in an array or Series missing (NaN) stays missing.
    fuel
        Names the bridge between mass, volume and energy, and between HHV and LHV, e.g. "natural_gas".
    year
        Edition of the fuel's properties: the latest not after it. Without it the newest packaged edition.
    country
        Whose properties of the fuel are used: EPA's for "US"; where it has none, those of DESNZ for "GB".
    own_fuels
        Properties that go before the published ones: `factors.own_fuels` of a company's params.

    Raises
    ------
    UnitError
        Unknown unit, another dimension, no calorific basis, an unknown fuel, a fuel without the property, or a single
        number that is not finite.

    Examples
    --------
    >>> convert(2.0, "MWh", "kWh")
    2000.0
    """
    if value is None or isinstance(value, str | list | tuple | dict):
        raise UnitError(f"{value!r} is not a quantity", hint="give a number, an array or a Series of numbers")
    if isinstance(value, int | float) and not isfinite(value):
        raise UnitError(f"A quantity must be a finite number, is {value!r}")
    return scale(value, ratio(from_unit, to_unit, fuel=fuel, year=year, country=country, own_fuels=own_fuels))


def kwh_of(text: str) -> float:
    """Return kWh per unit, by the heating value that the unit states; NaN for a unit of no energy."""
    try:
        dimension = unit(text).dimension
    except UnitError:
        return float("nan")
    target = {"energy": "kWh", "energy_HHV": "kWh_HHV", "energy_LHV": "kWh_LHV"}.get(dimension)
    return float(ratio(text, target)) if target else float("nan")


def ratio(
    from_unit: str, to_unit: str, *, fuel: str | None = None, year: int | None = None, country: str = fuels.FALLBACK,
    own_fuels: Sequence[fuels.Fuel] = (), record: fuels.Fuel | None = None,
) -> Fraction:
    """Return the exact number of `to_unit` in one `from_unit`; parameters and errors as in `convert`.

    `record`: the properties of the fuel to use, instead of those of `fuel`, `year` and `country`.
    """
    start, end = unit(from_unit), unit(to_unit)
    if start.dimension == end.dimension:
        return start.ratio / end.ratio
    dimensions = {start.dimension, end.dimension}
    same_kind = dimensions <= set(fuels.VOLUMES) or dimensions <= {"energy", "energy_HHV"} or \
        dimensions <= {"energy", "energy_LHV"}
    bridged = dimensions <= set(fuels.DIMENSIONS) and not same_kind
    if not bridged or (fuel is None and record is None):
        raise _refusal(start, end, bridged)
    if record is None:
        record = fuels.bridging(str(fuel), start.dimension, end.dimension, year=year, country=country,
                                own_fuels=own_fuels)
    record = record or fuels.properties(str(fuel), year)  # raises: which property it lacks
    return start.ratio * record.bridge(start.dimension, end.dimension) / end.ratio


def exact(number: float) -> Fraction:
    """Return a number as the decimal it is written as: 11.2 -> 56/5."""
    return Fraction(repr(float(number)))


def scale(value: Value, factor: Fraction) -> Value:
    """Multiply value x factor, rounded once (to half a unit in the last place), for numbers, arrays and Series."""
    if isinstance(value, pd.Series):
        return pd.Series(_scaled(value.to_numpy("float64"), factor), index=value.index, name=value.name)
    if isinstance(value, np.ndarray):
        return _scaled(value.astype("float64"), factor)
    if isinstance(value, bool | str) or value is None:
        raise UnitError(f"A quantity must be a number, is {value!r}")
    return float(_scaled(np.array([value], "float64"), factor)[0])


def _scaled(values: npt.NDArray[np.float64], factor: Fraction) -> npt.NDArray[np.float64]:
    # The factor as a sum of two floats and the product with its rounding error (Veltkamp, Dekker): without it
    # there and back would miss by several units in the last place.
    high = float(factor)
    low = float(factor - Fraction(high))
    product = values * high
    with np.errstate(over="ignore", invalid="ignore"):
        error = _rounding_error(values, high, product)
        exact = product + (error + values * low)
    return np.where(np.isfinite(exact), exact, product)


def _rounding_error(a: npt.NDArray[np.float64], b: float, product: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    split = 134217729.0  # 2^27 + 1
    a_high = split * a - (split * a - a)
    b_high = split * b - (split * b - b)
    a_low, b_low = a - a_high, b - b_high
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def table() -> pd.DataFrame:
    """Return all units: unit, dimension, ratio to the dimension's base unit (exact, as a string)."""
    return pd.DataFrame(
        [(u.name, u.dimension, str(u.ratio)) for u in _units().values()], columns=["unit", "dimension", "ratio"]
    )


@lru_cache(maxsize=1)
def _units() -> dict[str, Unit]:
    units = [Unit(row["unit"], row["dimension"], Fraction(row["ratio"]))
             for row in packaged.read_rows(packaged.CORE, "data/units.csv")]
    fuels_energy = [Unit(f"{u.name}_{b}", f"energy_{b}", u.ratio) for b in ("HHV", "LHV")
                    for u in units if u.dimension == "energy"]
    money = [Unit(f"{prefix}{code}", f"currency:{code}", Fraction(size)) for code in currency_codes()
             for prefix, size in (("", 1), ("k", 1000), ("M", 1000000))]
    return {u.name: u for u in [*units, *fuels_energy, *money]}


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    spellings = {"€": "EUR", "euro": "EUR", "euros": "EUR", "k€": "kEUR", "K€": "kEUR", "KEUR": "kEUR", "keuro": "kEUR",
             "keuros": "kEUR", "M€": "MEUR"}
    for row in packaged.read_rows(packaged.CORE, "data/units.csv"):
        spellings |= {_folded(word): row["unit"] for word in [row["unit"], *filter(None, row["aliases"].split("|"))]}
    spellings |= {name: name for name, unit in _units().items() if unit.dimension.startswith("currency")}
    return spellings


def _folded(text: str) -> str:
    """Return one spelling for separators and superscripts; words lose case and accents, symbols keep their case."""
    spelling = _SEPARATORS.sub(".", unicodedata.normalize("NFKC", text).strip()).strip(".")
    if spelling in currency_codes():
        return spelling
    return ".".join(_word(part) for part in spelling.split("."))


def _word(part: str) -> str:
    letters = "".join(c for c in unicodedata.normalize("NFD", part) if not unicodedata.combining(c))
    return letters.casefold() if len(letters) >= _WORD_LENGTH and letters.isalpha() else letters


def _with_basis(text: str) -> re.Match[str] | None:
    """Return unit and basis, "kWh (PCS)"; None for what is longer than any: runs of blanks would cost their cube."""
    spelling = " ".join(unicodedata.normalize("NFKC", text).split())
    return _BASIS.match(spelling) if len(spelling) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _lookup(text: str) -> Unit | None:
    if text in _units():
        return _units()[text]
    spelled = _spellings().get(_folded(text))
    if spelled is not None:
        return _units()[spelled]
    basis = _with_basis(text)
    if basis is None:
        return None
    words = {BASES[word.upper().replace(" ", "")] for word in basis.groups()[1:] if word}
    energy = _spellings().get(_folded(basis.group(1)))
    return _units().get(f"{energy}_{words.pop()}") if len(words) == 1 else None


def _unknown(text: object) -> UnitError:
    if not isinstance(text, str) or not text.strip():
        return UnitError(f"The unit is blank: {text!r}", hint="name the unit, e.g. kWh, L, kg, EUR")
    if _meanings(text):
        return UnitError(f"The unit {text!r} has more than one meaning", hint=remedy(text))
    return UnitError(f"Unknown unit {text!r}", hint=remedy(text))


def _meanings(text: str) -> tuple[str, ...]:
    basis = _with_basis(text)
    return _AMBIGUOUS.get(_folded(basis.group(1) if basis else text).casefold(), ())


def remedy(text: str, dimensions: Collection[str] = ()) -> str:
    """Return what to write instead of an unclear unit: its meanings, or the nearest units of these dimensions."""
    if choices := _meanings(text):
        return f"write one of: {', '.join(choices)}"
    similar = nearest(text, dimensions)
    return f"the nearest known: {', '.join(similar)}" if similar else ""


def nearest(text: str, dimensions: Collection[str] = ()) -> list[str]:
    """Return up to three units, of these dimensions if any are given, whose spelling is nearest to a string."""
    spellings = {word.casefold(): name for word, name in _spellings().items()
                 if not dimensions or unit(name).dimension in dimensions}
    close = spelled_like(_folded(text), spellings, n=6)
    return list(dict.fromkeys(spellings[word] for word in close))[:3]


def _refusal(start: Unit, end: Unit, bridged: bool) -> UnitError:
    what = f"{start.name} ({start.dimension}) does not convert to {end.name} ({end.dimension})"
    dimensions = {start.dimension, end.dimension}
    if bridged:
        return UnitError(f"{what} without naming the fuel", hint="give fuel=, e.g. \"natural_gas\"")
    if dimensions <= {"energy", "energy_HHV", "energy_LHV"}:
        return UnitError(f"{what}: the calorific basis is not stated",
                         hint="write kWh_HHV (PCS, gross CV) or kWh_LHV (PCI, net CV) for energy in fuels")
    if "power" in dimensions:
        return UnitError(f"{what}: power is not energy", hint="multiply by the hours of running")
    if any(d.startswith("volume_") for d in dimensions):
        return UnitError(f"{what}: the gas volumes are at different temperature and pressure")
    return UnitError(what, hint="use a quantity of the same dimension")
