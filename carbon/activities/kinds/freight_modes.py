"""The vehicle or ship of a transport of goods by its words, weight, fuel, load, ends and country, full and empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import inf, nextafter

from carbon.activities.classification.charts import PACKAGE
from carbon.activities.kinds.flights import DOMESTIC, uk_hauls
from carbon.activities.kinds.modes import COARSER
from carbon.activities.kinds.named import country_names, names_of, slug
from carbon.core import packaged
from carbon.core.text_columns import Values, by_word
from carbon.core.units import find
from carbon.params.shapes.own_factor import OwnFactor

AIR, HEAD = "air", "freight."
LOADS = {"": "", "average": "", "empty": ".laden_0", "half": ".laden_50", "full": ".laden_100"}
"""Load of a lorry -> the end of its activity; without one the figures are those of the average load."""
FUELS = {"diesel": "diesel", "petrol": "petrol", "lpg": "lpg", "cng": "cng", "electricity": "battery_electric"}
"""Carrier -> fuel of a van, as figures per km have it."""
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_SIZE = re.compile(rf"^(.*?)[\s,(]*(>|over|plus de)?\s*{_NUMBER}\s*(?:(?:-|–|to|à)\s*{_NUMBER}\s*)?(?:t|tonnes?)\)?$",
                   re.IGNORECASE)
"""A mode that ends in a gross weight: "porteur 19 t", "rigid lorry (>3.5-7.5 tonnes)", "articulated, over 33 t"."""
_EMPTY_VAN = f"{COARSER}asked for an empty van, factor is {HEAD}"

Own = Mapping[str, frozenset[tuple[str, str]]]
"""Activity of freight -> the regions and dimensions that the company has its own factors for."""


@dataclass(frozen=True)
class Vehicle:
    """The activity of a vehicle, a remark on it, its activity when it runs empty, or the question that is open."""

    mode: str
    remark: str = ""
    empty: str = ""
    empty_remark: str = ""
    code: str = ""
    reason: str = ""
    what_to_do: str = ""


@cache
def own_freight(own_factors: tuple[OwnFactor, ...]) -> Own:
    """Return what the company has its own factors of freight for: {"freight.barge": {("FR", "freight")}}."""
    places_of: dict[str, set[tuple[str, str]]] = {}
    for factor in own_factors:
        unit = find(factor.unit)
        if factor.activity.startswith(HEAD) and unit is not None:
            places_of.setdefault(factor.activity, set()).add((factor.region, unit.dimension))
    return {activity: frozenset(places) for activity, places in places_of.items()}


def has_own(by_company: Own, mode: str, regions: tuple[str, ...], *dimensions: str) -> bool:
    """Return whether the company has its own factor of a mode in one of some regions, by one of some dimensions."""
    return any(region in regions and (not dimensions or dimension in dimensions)
               for region, dimension in by_company.get(HEAD + mode, ()))


def vehicle(text: str, fuel: str, load: str, regions: tuple[str, ...], by_company: Own) -> Vehicle:
    """Return the vehicle of a word, with its fuel and load: ("Porteur 19 t", "", "full", ("FR", "GB")).

    The company's own factor for the word itself, or for the word with its fuel or load, goes first. A fuel or load that
    no figure has is asked about.

    Parameters
    ----------
    fuel
        Carrier that the vehicle burns, "" where it is not stated.
    load
        A key of `LOADS`.
    regions
        The country of the transport, and those whose factors may replace its own, in order.
    """
    word = slug(text, keep=".")
    mode, remark = (word, "") if has_own(by_company, word, regions) else mode_of(regions[0], text)
    lorry = _with_load(_with_fuel(Vehicle(mode, remark), fuel, regions, by_company), text, load, regions, by_company)
    return lorry if lorry.code else _with_empty(lorry, text, regions, by_company)


def _with_fuel(lorry: Vehicle, fuel: str, regions: tuple[str, ...], by_company: Own) -> Vehicle:
    if not fuel:
        return lorry
    name = FUELS.get(fuel, fuel)
    if has_own(by_company, f"{lorry.mode}.{name}", regions):
        return replace(lorry, mode=f"{lorry.mode}.{name}")
    if lorry.mode.startswith("van.") and fuel in FUELS:
        size, _, of_word = lorry.mode.removeprefix("van.").partition(".")
        if of_word in ("unknown_fuel", name):
            return replace(lorry, mode=f"van.{size}.{name}")
    elif lorry.mode.startswith("hgv") and fuel == "diesel":
        return lorry
    return replace(lorry, code="fuel_without_figure", reason=f"no figure of {lorry.mode} is that of {fuel}",
                   what_to_do=f"give its fuel in L, kg or kWh, or a factor of {HEAD}{lorry.mode}.{name} in "
                   "params/<company>/factors.csv; lorries have figures of diesel, vans of their fuel")


def _with_load(lorry: Vehicle, text: str, load: str, regions: tuple[str, ...], by_company: Own) -> Vehicle:
    end = LOADS[load]
    if lorry.code or not end or lorry.mode.endswith(end):
        return lorry
    for mode in (lorry.mode, _plain_class(text)):
        if has_own(by_company, mode + end, regions) or mode in laden():
            return replace(lorry, mode=mode + end)
    if load == "empty" and lorry.mode.startswith("van."):
        return replace(lorry, remark=_EMPTY_VAN + lorry.mode)
    return replace(lorry, code="load_without_figure", reason=f"no figure of {lorry.mode} is by its load",
                   what_to_do=f"leave `load` blank for the average, or add a factor of {HEAD}{lorry.mode}{end} to "
                   "params/<company>/factors.csv; lorries have figures by load")


def _with_empty(lorry: Vehicle, text: str, regions: tuple[str, ...], by_company: Own) -> Vehicle:
    """Set the activity of the vehicle when it runs empty, by km; "" where no figure is near it."""
    base = re.sub(r"\.laden_\d+$", "", lorry.mode)
    end = LOADS["empty"]
    for mode in (base, _plain_class(text)):
        if has_own(by_company, mode + end, regions, "distance") or mode in laden():
            return replace(lorry, empty=mode + end)
    if base.startswith("van."):
        return replace(lorry, empty=base, empty_remark=_EMPTY_VAN + base)
    return lorry


@cache
def laden() -> frozenset[str]:
    """Return the lorries that have figures by load, those of Great Britain."""
    classes = {line["name"] for line in _sizes() if not line["region"]}
    return frozenset({"hgv.average", "hgv_refrigerated.average", *classes,
                      *(line["mode"] for line in _sizes() if not line["region"])})


def _plain_class(text: str) -> str:
    """Return the class of a word's weight in no country in particular."""
    return mode_of("", text)[0]


@cache
def mode_of(region: str, text: str) -> tuple[str, str]:
    """Return the mode of a word in a country and a remark: ("FR", "Porteur 19 t") is hgv.rigid_12_to_20t."""
    size = _SIZE.match(text)
    mode = _known(slug(text, keep="."))
    remark = ""
    if size and (general := _known(slug(size[1], keep="."))) in names_of("freight.mode").values():
        classed = _of_size(region, general, _weight(size))
        mode, remark = classed or general, "" if classed else "size of the vehicle not used: average"
    return country_names("freight.mode").get(f"{region}:{mode}", (mode, ""))[0], remark


def _known(word: str) -> str:
    word = names_of("freight.family").get(word, word)
    return names_of("freight.mode").get(word, word)


def _weight(size: re.Match[str]) -> float:
    """Return the gross weight of a size [t]: the end of a range, just above the limit of "over 17 t"."""
    tonnes = float((size[4] or size[3]).replace(",", "."))
    return nextafter(tonnes, inf) if size[2] and not size[4] else tonnes


def _of_size(region: str, mode: str, tonnes: float) -> str:
    """Return the class of a gross weight [t], the country's own first; "" where none is published."""
    fitting = [line for line in _sizes() if line["mode"] == mode and line["region"] in ("", region)
               and float(line["over_t"]) < tonnes <= float(line["up_to_t"])]
    return max(fitting, key=lambda line: line["region"])["name"] if fitting else ""


@cache
def _sizes() -> list[dict[str, str]]:
    return packaged.read_rows(PACKAGE, "data/freight_sizes.csv")


def haul(origin: Values, destination: Values) -> Values:
    """Return the haul of freight by air as DESNZ publishes it, by both countries; "" where an end is unknown."""
    pairs = origin + ":" + destination

    def between(pair: str) -> str:
        start, _, end = pair.partition(":")
        hauls = [uk_hauls().get(start, ""), uk_hauls().get(end, "")]
        if not (start and end):
            return ""
        if DOMESTIC not in hauls:
            return "international"
        hauls.remove(DOMESTIC)
        return hauls[0]

    return by_word(pairs, between)
