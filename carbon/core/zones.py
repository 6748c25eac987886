"""Grid zones below the country: eGRID subregions of the United States, states of Australia, provinces of Canada.

A zone is a region code that begins with its country: "US-eGRID-RMPA", "AU-NSW", "CA-QC". What names several zones (a
state of several subregions, a ZIP code served by several) is never guessed: `zone_of` gives the choices.

Sources: EPA, eGRID and Power Profiler (ZIP codes); Australian National Greenhouse Accounts Factors; ISO 3166-2.
Validity: subregions as of eGRID2023; Australian and Canadian postcodes are not read, their states and provinces are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from carbon.core import packaged
from carbon.core.countries import codes
from carbon.core.errors import UsageError
from carbon.core.packaged import CORE
from carbon.core.text import fold, spelled_like

UNITED_STATES = "US"
_ZIP = re.compile(r"(\d{5})(?:-?\d{4})?")
SHOWN = 6


def country_of(region: str) -> str:
    """Return the country of a region: "US-eGRID-RMPA" -> "US"; a country, "EU27" and "GLO" are their own."""
    country = region.partition("-")[0]
    return country if country in codes() else region


def supply_region(country: str) -> str:
    """Return the region of the factors of what a country's industries produce: "DE" -> "DE-supply"."""
    return f"{country}-supply"


def bought_from(buyer: str, supplier: str) -> str:
    """Return the region of what is bought in one country from a supplier in another: "FR-from-DE"."""
    return f"{buyer}-from-{supplier}"


def supplier_of(region: str) -> str:
    """Return the supplier's country of such a region, "" of any other one."""
    supplier = region.partition("-from-")[2]
    return supplier if supplier in codes() else ""


def market_of(region: str) -> str:
    """Return the market in which certificates of a region are traded: that of its country.

    The United States, Australia and Canada are one market each, whatever the zone of the meter (Scope 2 Guidance,
    ch. 7, quality criteria: instruments are sourced from the market in which the electricity is consumed). Markets of
    several countries, such as that of European guarantees of origin, are not joined here.
    """
    return country_of(region)


def contains(region: str, zone: str) -> bool:
    """Return whether a region is a zone itself or the country of it: "US" contains "US-eGRID-RMPA", not inversely."""
    return zone == region or country_of(zone) == region


def is_wider(region: str, other: str) -> bool:
    """Return whether a region is of a wider kind than another: the world, an area of countries, a country, a zone."""
    def breadth(place: str) -> int:
        return 3 if place == "GLO" else 1 if place in codes() else 0 if country_of(place) != place else 2
    return breadth(region) > breadth(other)


def countries() -> frozenset[str]:
    """Return the countries whose zones are known."""
    return frozenset(_zones_by_country())


def zones_of(country: str) -> tuple[str, ...]:
    """Return the known zones of a country; none where it is one grid, or its zones are not packaged."""
    return _zones_by_country().get(country, ())


def zone_of(country: str, *words: str) -> str:
    """Return the zone that words name together: its code or name, a state or province, a ZIP code of the United States.

    Parameters
    ----------
    country
        ISO alpha-2 code of the country that must hold the zone.
    words
        One or more; all must agree, and together leave one zone.

    Raises
    ------
    UsageError
        No such zone, a zone of another country, or several: the choices are named, the nearest first.
    """
    left = zones_of(country)
    for word in words:
        named_zones = _named(country, word)
        if not named_zones:
            raise _unknown(country, word)
        if not set(left) & set(named_zones):
            raise UsageError(f"{' and '.join(map(repr, words))} name different grid zones of {country}",
                             hint=f"{word!r} is {', '.join(named_zones)}; correct one of them")
        left = tuple(zone for zone in left if zone in named_zones)
    if len(left) > 1:
        raise UsageError(f"{' and '.join(map(repr, words))} may be {len(left)} grid zones of {country}",
                         hint="name the one of your utility: " + ", ".join(map(described, left)))
    return left[0]


def described(zone: str) -> str:
    """Return a zone with its name: "US-eGRID-RMPA (WECC Rockies)"."""
    name = zone_name(zone)
    return zone if name == zone else f"{zone} ({name})"


def zone_name(region: str) -> str:
    """Return the name of a zone ("WECC Rockies"); any other region is itself."""
    return _names().get(region, region)


def is_zone(word: str) -> bool:
    """Return whether a word names a zone, or a state of zones, of any country."""
    return any(_named(country, word) for country in countries())


def holders(word: str) -> list[str]:
    """Return the countries that have a zone, or a state of zones, of this name; none for two letters and ZIP codes."""
    words = fold(word)
    return sorted(c for c in countries() if len(words) > 2 and not words[:1].isdigit() and _named(c, word))


def zones_of_zip(code: str) -> tuple[str, ...]:
    """Return the eGRID subregions of a ZIP code ("80202" or "80202-1234"); none where EPA lists no such code."""
    zip_match = _ZIP.fullmatch(code.strip())
    return _zips().get(zip_match[1], ()) if zip_match else ()


def _named(country: str, word: str) -> tuple[str, ...]:
    """Return every zone of a country that a word may mean."""
    by_zip = zones_of_zip(word) if country in (UNITED_STATES, "PR") else ()
    key, words = fold(word), _words(country)
    return by_zip or words.get(key) or words.get(key.removeprefix(f"{country.lower()} ")) or ()


def _unknown(country: str, word: str) -> UsageError:
    elsewhere = sorted(other for other in countries() if other != country and _named(other, word))
    if elsewhere and (word.partition("-")[0] in elsewhere or not zones_of(country)):
        return UsageError(f"{word!r} is a grid zone of {' or '.join(elsewhere)}, not of {country}",
                          hint="correct the zone or the country")
    if not zones_of(country):
        return UsageError(f"No grid zones of {country} are known, so {word!r} cannot be one",
                          hint="leave the zone out: the country's grid is used")
    names = list(_words(country))
    near_zones = [zone for name in spelled_like(fold(word), names) for zone in _words(country)[name]]
    choices = list(dict.fromkeys([*near_zones, *zones_of(country)]))
    what = "ZIP code in EPA's table" if country == UNITED_STATES and word[:1].isdigit() else f"grid zone of {country}"
    more = f", ... ({len(choices)} in all)" if len(choices) > SHOWN else ""
    return UsageError(f"{word!r} is no {what}", hint="one of " + ", ".join(map(described, choices[:SHOWN])) + more)


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    return tuple(packaged.read_rows(CORE, "data/zones.csv"))


@cache
def _names() -> Mapping[str, str]:
    return {row["zone"]: row["name"] for row in _rows()}


@cache
def _zones_by_country() -> Mapping[str, tuple[str, ...]]:
    zones: dict[str, tuple[str, ...]] = {}
    for row in _rows():
        for country in row["countries"].split("|"):
            zones[country] = (*zones.get(country, ()), row["zone"])
    return zones


@cache
def _words(country: str) -> Mapping[str, tuple[str, ...]]:
    """Folded word -> the zones it may mean: codes, names, and names and postal codes of states."""
    words: dict[str, tuple[str, ...]] = {}
    for row in _rows():
        if country in row["countries"].split("|"):
            short = row["zone"].removeprefix(f"{row['countries'].split('|')[0]}-")
            for word in (row["zone"], short, row["name"], *row["words"].split("|")):
                _add(words, word, (row["zone"],))
    if country == UNITED_STATES:
        for state, zones in _by_state().items():
            _add(words, state, zones)
            _add(words, _state_names().get(state, state), zones)
    return words


def _add(words: dict[str, tuple[str, ...]], word: str, zones: Iterable[str]) -> None:
    words[fold(word)] = tuple(sorted({*words.get(fold(word), ()), *zones}))


def _state_names() -> Mapping[str, str]:
    return {row["region"]: row["name"] for row in packaged.read_rows(CORE, "data/regions.csv")
            if row["country"] == UNITED_STATES} | {"PR": "Puerto Rico"}


@cache
def _zip_rows() -> tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]:
    return tuple((tuple(row["states"].split("|")),
                  tuple(f"{UNITED_STATES}-eGRID-{zone}" for zone in row["zones"].split("|")), row["zips"])
                 for row in packaged.read_rows(CORE, "data/zip_zones.csv"))


@cache
def _by_state() -> Mapping[str, tuple[str, ...]]:
    zones: dict[str, tuple[str, ...]] = {}
    for states, named_zones, _ in _zip_rows():
        for state in states:
            zones[state] = tuple(sorted({*zones.get(state, ()), *named_zones}))
    return zones


@cache
def _zips() -> Mapping[str, tuple[str, ...]]:
    zones: dict[str, tuple[str, ...]] = {}
    for _, named_zones, spans in _zip_rows():
        for span in spans.split(" "):
            first, _, last = span.partition("-")
            zones |= {f"{number:05d}": named_zones for number in range(int(first), int(last or first) + 1)}
    return zones
