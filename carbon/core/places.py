"""Airports and towns: from a code or a name to a point and a country, offline.

Airports are those of the package airportsdata, but for the positions that it has wrong (data/airport_positions.csv),
towns those of GeoNames over 15,000 inhabitants (a packaged extract: scripts/build_places.py). An unknown code, and a
name that several towns have, are not located: they come back with the reason.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from carbon.core import packaged
from carbon.core.countries import country_code
from carbon.core.display import Displayed
from carbon.core.errors import UsageError
from carbon.core.packaged import CORE
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.text import fold

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth [km], IUGG (Moritz, Geodetic Reference System 1980)."""

DOMINANCE = 10
"""A town needs no country when it has this many times the inhabitants of a namesake [design]."""

AIRPORT, CITY_CODE, TOWN, NOT_FOUND = "airport", "city code", "town", ""
_CODE = re.compile(r"[A-Z]{3}|[A-Z]{4}")
_PINNED = re.compile(r"(?P<name>.+?)\s*(?:,\s*(?P<a>[^,()]+?)|\(\s*(?P<b>[^()]+?)\s*\))\s*$")
_ANY = re.compile(r"|(?! (?:street|road)$) .+")
"""Words after the town of a station; "Liverpool Street" is one of London."""
_STATION = re.compile("|(?: (?:" + "|".join((
    "aeroport", "aeroporto", "aeropuerto", "airport", "bahnhof", "bf", "central", "centrale", "centraal", "estacion",
    "flughafen", "flygplats", "gara", "gare", "hauptbahnhof", "hbf", "lentokentta", "lotnisko", "lufthavn",
    "luchthaven", "stasjon", "station", "stazione", "terminal")) + ")(?: .*)?)")
"""A word for a station or an airport after the name of its town, and what follows it."""
_SAME_KM = 100.0
"""An airport belongs to towns within this distance [design]."""

DOOR_TO_DOOR = ("car", "van", "taxi", "motorbike", "bus", "metro", "tram")
"""Modes whose ends are addresses as often as towns (`road` of `locate`)."""
REFUSE, LARGEST = "refuse", "largest"
"""Choices of params for a name that several towns have (`travel.namesakes`)."""
LARGEST_OF = "the largest of"
"""How the reason begins where the largest of several was taken."""
_Town = tuple[float, float, float, str, int, str]
"""(weight, latitude, longitude, country, inhabitants, region); a town weighs a tenth under any but its first name."""


@dataclass(frozen=True, repr=False)
class Place(Displayed):
    """A point with its country, or the reason for a missing one (`kind` is then empty)."""

    name: str
    kind: str
    latitude: float = float("nan")
    longitude: float = float("nan")
    country: str = ""
    code: str = ""
    reason: str = ""

    @property
    def found(self) -> bool:
        """Whether the name is located."""
        return self.kind != NOT_FOUND


def locate(name: str, *, air: bool, road: bool = False, home: Collection[str] = (), namesakes: str = REFUSE) -> Place:
    """Locate the place that a record names.

    Parameters
    ----------
    name
        IATA or ICAO code in capitals (only where `air`), alone or as "Town (CDG)"; a town, "Town, CC", "Town, Country"
        or "Town (Country)", "Town, ST" or "Town, State" for the United States, Canada and Australia: "Richmond, CA" may
        lie in California or in Canada, and is not located because both have one. With another region between ("Town,
        Region, Country") only a town without a namesake in the country is located. Where not `air`, a station such as
        "Paris Gare de Lyon" is located as the town in its first words, and three capitals ("taxi to ORY") as the
        airport of that code, or as the town called so, by which of the two is of `home`; of a town abroad only by its
        first name, because stations have codes too ("BRI" is Bristol, and Bari).
    road
        A journey from door to door: "Liverpool Street" and "Bath House" are no towns. First words name one only before
        words for a station or an airport.
    home
        Countries of the company: a namesake there is preferred to one abroad.
    namesakes
        "refuse" a name that several towns have, or choose the "largest": `reason` then states of how many.
    """
    text = name.strip()
    if not text:
        return Place(name, NOT_FOUND, code="place_missing", reason="no place given")
    if air and _CODE.fullmatch(text):
        airport = _airport(text)
        if airport is not None:
            return airport
    town = _town(text, frozenset(home), after=None if air else _STATION if road else _ANY, namesakes=namesakes)
    pinned = _PINNED.match(text) if air else None
    if pinned and pinned["b"] and _CODE.fullmatch(pinned["b"]):
        return _by_code(text, pinned["name"], pinned["b"], town)
    if air and _CODE.fullmatch(text) and not town.found:
        return Place(name, NOT_FOUND, code="airport_unknown", reason=f"no airport has the code {text}")
    if air or len(text) != 3 or not _CODE.fullmatch(text):
        return town
    return _town_or_airport(text, town, home)


def _town_or_airport(text: str, town: Place, home: Collection[str]) -> Place:
    """Return the place of three capitals on the ground: ORY, where a taxi in Paris goes, is a town in Louisiana. They
    may be the code of a station as well (BRI is Bristol, and Bari): a town abroad counts by its first name only.
    """
    airport = _airport(text)
    at_home = airport is not None and airport.country in home
    is_own = town.found and town.country in home
    is_town = is_own or any(t[0] == t[4] and t[3] == town.country for t in _towns(fold(text)))
    if not at_home or airport is None:
        return town if is_town or not town.found else Place(
            text, NOT_FOUND, code="place_ambiguous", reason=f"{text!r} is a town of {town.country}, and may be a code")
    if not is_own:
        return airport
    if great_circle_km(airport.latitude, airport.longitude, town.latitude, town.longitude) <= _SAME_KM:
        return town
    return Place(text, NOT_FOUND, code="place_ambiguous",
                 reason=f"{text!r} is an airport of {airport.country} and a town of {town.country}")


def _by_code(text: str, name: str, code: str, town: Place) -> Place:
    """Locate "Town (CDG)" by its code, where the town lies there; "Town (USA)" is the town of that country."""
    airport = _airport(code)
    if airport is None or town.found:
        return town
    distances_km = [float(great_circle_km(airport.latitude, airport.longitude, t[1], t[2])) for t in _towns(fold(name))]
    if distances_km and min(distances_km) > _SAME_KM:
        return Place(text, NOT_FOUND, code="place_ambiguous", reason=f"{code} is no airport of {name}")
    return replace(airport, name=text)


def airport_town(code: str) -> str:
    """Return the town of an airport, or of a city with several, by its IATA code; "" of anything else."""
    row = _airport_rows("iata").get(code) if len(code) == 3 else None
    return str(_iata_cities().get(code, {"name": ""})["name"]) if row is None else str(_airports()["city"].iloc[row])


def town_of_flight(name: str) -> str:
    """Return the end of a flight as a traveller on the ground names it: "Lisbon, PT" of LIS; as it is where unsure.

    The town is that of the airport, where it is located near it: a code alone may be a station (BRI), or a town abroad.
    """
    text = name.strip()
    airport = _airport(text) if _CODE.fullmatch(text) else None
    city = "" if airport is None else airport_town(text).partition("/")[0]  # "Toulouse/Blagnac"
    if airport is None or not city:
        return name
    town = _town(f"{city}, {airport.country}", frozenset(), after=None, namesakes=REFUSE)
    far_km = great_circle_km(airport.latitude, airport.longitude, town.latitude, town.longitude)
    return town.name if town.found and far_km <= _SAME_KM else name


@lru_cache(maxsize=4096)
def _airport(code: str) -> Place | None:
    row = _airport_rows("iata" if len(code) == 3 else "icao").get(code)
    if row is not None:
        latitude, longitude, country = (_airports()[column].iloc[row] for column in ("lat", "lon", "country"))
        return Place(code, AIRPORT, float(latitude), float(longitude), str(country))
    city = _iata_cities().get(code)
    if city is None:
        return None
    # A code of a city with several airports is located in the middle of them.
    airports = list(city["airports"].values())
    latitude = sum(a["lat"] for a in airports) / len(airports)
    longitude = sum(a["lon"] for a in airports) / len(airports)
    return Place(code, CITY_CODE, latitude, longitude, city["country"])


@dataclass(frozen=True)
class _Reading:
    """One way to read "Town, X": a town of a country, or of a state or province of one."""

    name: str
    country: str = ""
    region: str = ""
    between: str = ""
    """A region as written that is not in the table: "Sendai, Miyagi, Japan"."""

    def find(self, *, after: re.Pattern[str] | None) -> tuple[list[_Town], bool]:
        """Return the towns it may mean, and whether by the full name; a station is the town of its first words.

        `after`: What the words after a town's name may be; None: only the full name counts.
        """
        words = fold(self.name)
        parts = words.split() if after else [words]
        for candidate in (" ".join(parts[:n]) for n in range(len(parts), 0, -1)):
            if after and not after.fullmatch(words[len(candidate):]):
                continue
            towns = [t for t in _towns(candidate) if self.country in ("", t[3]) and self.region in ("", t[5])]
            if towns:
                return towns, candidate == words
        return [], False


def _readings(text: str) -> list[_Reading]:
    pinned = _PINNED.match(text)
    tail = (pinned["a"] or pinned["b"]) if pinned else ""
    if not pinned or not tail:
        return [_Reading(text)]
    readings = [_Reading(pinned["name"], country, code) for country, code in _regions().get(fold(tail), ())]
    country = country_code(tail) or (tail.upper() if len(tail) == 2 and not readings else "")
    if country:
        name, _, between = pinned["name"].partition(",")
        code = next((r for c, r in _regions().get(fold(between), ()) if c == country), "")
        readings.append(_Reading(name, country, code, "" if code else between.strip()))
    return readings or [_Reading(text)]


def _town(text: str, home: frozenset[str], *, after: re.Pattern[str] | None, namesakes: str) -> Place:
    with_towns = [(r, *r.find(after=after)) for r in _readings(text)]
    with_towns = [f for f in with_towns if f[1]]
    by_full_name = [f for f in with_towns if f[2]] or with_towns
    if not by_full_name:
        return Place(text, NOT_FOUND, code="place_unknown", reason=f"no town or station is known as {text!r}")
    if len(by_full_name) > 1:
        regions = " or ".join(" ".join(filter(None, (r.country, r.region))) for r, _, _ in by_full_name)
        return Place(text, NOT_FOUND, code="place_ambiguous", reason=f"{text!r} may lie in {regions}")
    reading, towns, is_whole = by_full_name[0]
    if len(towns) > 1 and reading.between:
        return Place(text, NOT_FOUND, code="place_ambiguous",
                     reason=f"several towns of {reading.country} are called {reading.name!r}")
    return _choose(text, towns, home, full_name=is_whole, namesakes=namesakes)


def _choose(text: str, towns: list[_Town], home: frozenset[str], *, full_name: bool, namesakes: str) -> Place:
    ranked = sorted(towns, reverse=True)
    at_home = [t for t in ranked if t[3] in home and t[0] == t[4]]
    largest = max(t[4] for t in towns)
    if at_home and max(t[4] for t in at_home) * DOMINANCE <= largest:
        at_home = ranked = []  # a small town at home, a big one abroad: either may be meant
    for group in (at_home, ranked):
        if len(group) == 1 or (group and group[0][0] >= DOMINANCE * group[1][0]):
            return _at(text, group[0], "" if full_name else "station taken as its town")
        if group:
            break  # two towns of the company's own countries: a larger one abroad does not settle it
    if namesakes == LARGEST:
        return _at(text, max(towns), f"{LARGEST_OF} {len(towns)} towns called so")
    where = ", ".join(sorted({" ".join(filter(None, (t[3], t[5]))) for t in towns}))
    return Place(text, NOT_FOUND, code="place_ambiguous", reason=f"several towns are called {text!r} ({where})")


def _at(text: str, town: _Town, reason: str) -> Place:
    return Place(text, TOWN, town[1], town[2], town[3], reason=reason)


@cache
def _airport_rows(code: str) -> Mapping[str, int]:
    """Return the row of each airport by its "iata" or "icao" code."""
    return {name: row for row, name in enumerate(_airports()[code].tolist()) if name}


@cache
def _airports() -> pd.DataFrame:
    """Read all airports. The package's own loader takes ten times as long."""
    columns = ("iata", "icao", "lat", "lon", "country", "city")
    table = packaged.read_csv("airportsdata", "airports.csv", {"lat": "amount", "lon": "amount"}, only=columns)
    right = packaged.read_csv(CORE, "data/airport_positions.csv", {"lat": "amount", "lon": "amount"}).set_index("iata")
    is_wrong = table["iata"].isin(right.index)
    table.loc[is_wrong, ["lat", "lon"]] = right.loc[table["iata"][is_wrong]].to_numpy()
    return table


@cache
def _iata_cities() -> Mapping[str, Any]:
    import airportsdata

    return airportsdata.load_iata_macs()


@cache
def _regions() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return folded code or name of a state or province -> (country, code) of each that it may be."""
    table = packaged.read_csv(CORE, "data/regions.csv")
    by_word: dict[str, tuple[tuple[str, str], ...]] = {}
    for country, code, name in zip(table["country"], table["region"], table["name"], strict=True):
        for word in {fold(code), fold(name)}:
            by_word[word] = (*by_word.get(word, ()), (country, code))
    return by_word


@cache
def _gazetteer() -> tuple[Any, Any]:
    """Read the names in order, each pointing to the row of its town, and the towns."""
    return packaged.read_parquet(CORE, "data/town_names.parquet"), packaged.read_parquet(CORE, "data/towns.parquet")


def _towns(name: str) -> list[_Town]:
    """Return the towns of a folded name, in any language written in Latin letters."""
    names, towns = _gazetteer()
    column = names["name"]  # compared by their places: 200,000 Python strings are never made
    start, stop = (side(range(len(column)), name, key=lambda at: column[at].as_py())
                   for side in (bisect_left, bisect_right))
    candidates = []
    for row, first in zip(names["town"][start:stop].to_pylist(), names["first"][start:stop].to_pylist(), strict=True):
        town = {c: towns[c][row].as_py() for c in ("latitude", "longitude", "country", "people", "region")}
        weight = float(town["people"]) if first else town["people"] / DOMINANCE
        candidates.append((weight, *(town[c] for c in ("latitude", "longitude", "country", "people", "region"))))
    return candidates


def great_circle_km(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> Any:
    """Calculate the great circle distance by the haversine formula, of numbers, arrays or Series of degrees.

    d = 2 R asin(sqrt(sin^2(dlat / 2) + cos lat1 cos lat2 sin^2(dlon / 2))),  R = 6371.0088 km

    Parameters
    ----------
    lat1, lon1, lat2, lon2
        Latitude [-90 to 90 degrees] and longitude [-180 to 180 degrees] of both ends. NaN gives NaN.

    Returns
    -------
    float, array or Series
        Distance [km], symmetric in its ends; on a sphere, so within 0.6 % of the ellipsoid's.

    Raises
    ------
    UsageError
        A latitude or longitude out of range.
    """
    refuse_no_number("great circle", missing=True, lat1=lat1, lon1=lon1, lat2=lat2, lon2=lon2)
    for name, value, limit in (("latitude", lat1, 90), ("latitude", lat2, 90), ("longitude", lon1, 180),
                               ("longitude", lon2, 180)):
        if np.any(np.abs(value) > limit):
            raise UsageError(f"A {name} lies beyond {limit} degrees", hint="give degrees, latitude first")
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half = np.sin((phi2 - phi1) / 2) ** 2
    half = half + np.cos(phi1) * np.cos(phi2) * np.sin(np.radians(np.subtract(lon2, lon1)) / 2) ** 2
    distance = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distance.item() if np.ndim(distance) == 0 else distance
