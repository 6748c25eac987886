"""Minutes by train between two places, one way: the user's table and timetable, published times, then an estimate."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.digital_tables import OD_TIME
from carbon.core.errors import MethodError
from carbon.core.places import AIRPORT, CITY_CODE, Place, great_circle_km, locate, town_of_flight
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.text import fold
from carbon.core.text_columns import lines_of, listed, text_array
from carbon.digital import packaged_tables

RAIL_DETOUR = 1.245
"""Rail km over great circle: median of 38 French pairs, quartiles 1.18 to 1.30."""
ERROR_WITH_PARIS, ERROR_ELSEWHERE = 90.0, 155.0
"""How far an estimate may be off [minutes], printed next to it; it never decides. The fit's own error is 45 on the
length of the railway; from the great circle, on 40 French best times of 2019, it reached 85 with Paris at one end and
152 without (Bordeaux-Marseille): lines across the country are slower.
"""
AIRPORT_KM, STATION_KM = 50.0, 10.0
"""How far the town of an airport, or of a station, may be from it [km]."""
PARIS, NEAR_KM = (48.8566, 2.3522), 30.0
SHORTEST_ESTIMATE = 30.0
ESTIMATE, NONE = "estimate", "not covered"
_TYPES = ("minutes", "kind", "year", "source_id")
_NO_TIME = [np.nan, "", np.nan, ""]
_POINT = r"-?[\d.]+ -?[\d.]+"
_CORSICA = {"south_of": 43.1, "east_of": 8.4}
Times = dict[tuple[str, str], list[Any]]
"""(town, town) -> minutes, kind, year and source of the train between them."""


def rail_km(great_circle: Any) -> Any:
    """Return the length of the railway: 1.245 x great circle [km]."""
    refuse_no_number("rail km", at_least=0, great_circle=great_circle)
    return RAIL_DETOUR * great_circle


def estimated_minutes(rail: Any) -> Any:
    """Estimate the minutes of a TGV inside France: -19.8 + 0.3261 x rail km.

    Fit on 24 French pairs, RMSE 19 min, largest error 45 on the length of the railway (but see `ERROR_WITH_PARIS`).
    Not for conventional lines, nor across borders, nor for short ones: where it would give no minute at all (61 km)
    there is no estimate, NaN in an array or Series.

    Raises MethodError: One length that is too short, negative or no number.
    """
    refuse_no_number("minutes by train", at_least=0, rail=rail)
    minutes = -19.8 + 0.3261 * rail
    if np.ndim(minutes):
        valid_minutes = np.where(np.asarray(minutes) > 0, minutes, np.nan)
        if isinstance(rail, pd.Series):
            return pd.Series(valid_minutes, index=rail.index, name=rail.name)
        return valid_minutes
    if minutes <= 0:
        raise MethodError(f"no estimate for {rail:g} km of railway: the fit is on long lines",
                          hint="give the minutes of the pair in rail_times.csv")
    return minutes


def pairs_with_times(
    pairs: pd.DataFrame, company_times: pd.DataFrame | None, *, home: Collection[str] = (),
    timetable: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return distinct pairs of places with great_circle_km (NaN where a place is not found), in_france, minutes, kind,
    year, source_id and error_minutes (of an estimate).

    Places are compared by the town that they are in: a station is in that of its first words, an airport in its own
    town, else in the nearest of all tables within 50 km, and "Bruxelles" is Brussels. Both directions of the user's
    times (`OD_TIME`) count, the exact one first; then the user's GTFS (`records.files.digital.read_gtfs`), published
    times, and an estimate.
    """
    tables = [*([] if company_times is None else [OD_TIME.validate(company_times)]), packaged_tables.load("rail_times")]
    names = chain.from_iterable(listed(t[c]) for t in (pairs, *tables) for c in ("origin", "destination"))
    keys = _keys(dict.fromkeys(names), home)
    ends = [(keys[a], keys[b]) for a, b in lines_of(pairs, ["origin", "destination"])]
    times = [_both_ways(t, keys) for t in tables]
    if timetable is not None:
        times.insert(len(times) - 1, _of_timetable(ends, timetable))
    lines = [next((of[pair] for of in times if pair in of), _NO_TIME) for pair in ends]
    located, (minutes, kind, year, source_id) = _located(pairs, home), zip(*lines, strict=True) if lines else [()] * 4
    guess, known_minutes = estimated_minutes(rail_km(located["great_circle_km"])), np.array(minutes, dtype=np.float64)
    take = np.isnan(known_minutes) & located["in_france"] & (guess >= SHORTEST_ESTIMATE)
    known_minutes = np.where(take, guess, known_minutes)
    kinds = np.where(np.isnan(known_minutes), NONE, np.where(take, ESTIMATE, np.array(kind, dtype=object)))
    return pd.DataFrame({
        **{str(c): pairs[c].array for c in pairs}, **located,
        "error_minutes": np.where(take, located["error_minutes"], np.nan), "minutes": known_minutes,
        "kind": text_array(kinds), "year": np.array(year, dtype=np.float64), "source_id": text_array([*source_id])})


def _keys(names: Iterable[str], home: Collection[str]) -> dict[str, str]:
    """Return the town of each place as a key: its point. A name of several towns is that of the one that another name
    pins ("Barcelona, ES"); of a place that is not found the key is its own name.
    """
    keys: dict[str, str] = {}
    airports, towns, bare_names = {}, {}, {}
    for name in map(str, names):
        place = _place(name, frozenset(home))
        keys[name] = _key(place) if place.found else fold(name)
        if place.kind in (AIRPORT, CITY_CODE):
            airports[name] = place
        elif place.found:
            towns[keys[name]] = place
            bare_names[fold(name.partition(",")[0])] = keys[name]
    if airports and towns:
        latitudes, longitudes = (np.array([getattr(t, c) for t in towns.values()]) for c in ("latitude", "longitude"))
        for name, airport in airports.items():
            km = np.asarray(great_circle_km(latitudes, longitudes, airport.latitude, airport.longitude))
            if km.min() <= AIRPORT_KM:
                keys[name] = list(towns)[int(km.argmin())]
            own_town = _key(_place(town_of_flight(name), frozenset(home)))
            keys[name] = own_town if own_town in towns else keys[name]
    return keys | {name: bare_names[key] for name, key in keys.items() if key in bare_names}


def _key(place: Place) -> str:
    return f"{place.latitude:.4f} {place.longitude:.4f}"


@cache
def _place(name: str, home: frozenset[str]) -> Place:
    """Return an airport or town, else the town of a station."""
    place = locate(name, air=True, home=home)
    return place if place.found else locate(name, air=False, home=home)


def _both_ways(times: pd.DataFrame, keys: Mapping[str, str]) -> Times:
    """Return the time of each pair of towns: of several the first, and the way as given before the way back."""
    lines = [line for mode, *line in lines_of(times, ["mode", "origin", "destination", *_TYPES]) if mode == "train"]
    outward = {(keys[a], keys[b]): time for a, b, *time in reversed(lines)}
    return {(keys[b], keys[a]): time for a, b, *time in reversed(lines)} | outward


def _of_timetable(pairs: Sequence[tuple[str, str]], timetable: pd.DataFrame) -> Times:
    """Return the median minutes of the direct trains of each pair; a station is in a town within 10 km."""
    near_rows: dict[str, pd.DataFrame] = {}
    for key in {key for pair in pairs for key in pair}:
        if re.fullmatch(_POINT, str(key)):
            at = great_circle_km(timetable["latitude"], timetable["longitude"], *map(float, str(key).split()))
            near_rows[key] = timetable[at <= STATION_KM]
    times: Times = {}
    for a, b in dict.fromkeys(pairs):
        if a not in near_rows or b not in near_rows:
            continue
        start = near_rows[a].dropna(subset="departure").groupby("trip_id")[["stop_sequence", "departure"]].last()
        end = near_rows[b].dropna(subset="arrival").groupby("trip_id")[["stop_sequence", "arrival"]].first()
        trains = start.merge(end, on="trip_id", how="inner", suffixes=("_a", "_b"), validate="one_to_one")
        trains = trains[trains["stop_sequence_b"] > trains["stop_sequence_a"]]
        if len(trains):
            times[a, b] = [float((trains["arrival"] - trains["departure"]).median()), "typical", np.nan,
                           f"own timetable, {len(trains)} direct trains"]
    return times


def _located(pairs: pd.DataFrame, home: Collection[str]) -> dict[str, Any]:
    ends = ([_place(name, frozenset(home)) for name in listed(pairs[c])] for c in ("origin", "destination"))
    (start, paris_first, french_first), (end, paris_last, french_last) = map(_points, ends)
    return {"great_circle_km": great_circle_km(*start, *end), "in_france": french_first & french_last,
            "error_minutes": np.where(paris_first | paris_last, ERROR_WITH_PARIS, ERROR_ELSEWHERE)}


def _points(places: Sequence[Place]) -> tuple[list[Any], Any, Any]:
    """Return the latitudes and longitudes of places, which are near Paris, and which are on French rails."""
    lat, lon = (np.array([getattr(place, name) for place in places], np.float64) for name in ("latitude", "longitude"))
    near = great_circle_km(lat, lon, *PARIS) < NEAR_KM
    return [lat, lon], near, np.array([*map(_on_french_rails, places)], np.bool_)


def _on_french_rails(place: Any) -> bool:
    """Return whether a place is in metropolitan France but not in Corsica, which has no rails to the mainland."""
    corsica = place.latitude < _CORSICA["south_of"] and place.longitude > _CORSICA["east_of"]
    return place.country == "FR" and not corsica
