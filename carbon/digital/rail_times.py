"""Minutes by train between two places, one way: the user's table, then published times, then an estimate."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.digital_tables import OD_TIME
from carbon.core.errors import MethodError
from carbon.core.places import AIRPORT, CITY_CODE, Place, great_circle_km, locate
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.text import fold
from carbon.digital import packaged_tables

RAIL_DETOUR = 1.245
"""Rail km over great circle: median of 38 French pairs, quartiles 1.18 to 1.30."""
ERROR_WITH_PARIS, ERROR_ELSEWHERE = 90.0, 155.0
"""How far an estimate may be off [minutes]: within it of a threshold, the answer is "to check". The fit's own error is
45 on the length of the railway; from the great circle, on 40 French best times of 2019, it reached 85 with Paris at
one end and 152 without (Bordeaux-Marseille): lines across the country are slower.
"""
AIRPORT_KM, STATION_KM = 50.0, 10.0
"""How far the town of an airport, or of a station, may be from it [km]."""
PARIS, NEAR_KM = (48.8566, 2.3522), 30.0
SHORTEST_ESTIMATE = 30.0
ESTIMATE, NONE = "estimate", "not covered"
_CORSICA = {"south_of": 43.1, "east_of": 8.4}


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
    pairs: pd.DataFrame, company_times: pd.DataFrame | None, *, home: Collection[str] = ()
) -> pd.DataFrame:
    """Return each pair of places with its distance, its minutes and the kind of those minutes.

    Parameters
    ----------
    pairs
        origin, destination: distinct.
    company_times
        `OD_TIME` of the user: both directions of a row count, the exact one first.

    Returns
    -------
    DataFrame
        origin, destination, great_circle_km (NaN where a place is not found), in_france, error_minutes (of an
        estimate), minutes, kind, source_id.
    """
    tables = [] if company_times is None else [_both_ways(OD_TIME.validate(company_times))]
    published = packaged_tables.load("rail_times")
    tables.append(_both_ways(published.assign(year=published["year"].astype("int64"))[list(OD_TIME.columns)]))
    served = _served(pairs, {name for times in tables for name in times["a"]}, home)
    table = _located(pairs, home).assign(
        minutes=np.nan, kind="", source_id="", a=pairs["origin"].map(served).to_numpy(),
        b=pairs["destination"].map(served).to_numpy())
    for times in tables:
        matches = table[["a", "b"]].merge(times, on=["a", "b"], how="left", validate="many_to_one")
        take = (table["minutes"].isna() & matches["minutes"].notna()).to_numpy()
        for column in ("minutes", "kind", "source_id"):
            table[column] = table[column].mask(take, matches[column])
    guess = estimated_minutes(rail_km(table["great_circle_km"]))
    take = table["minutes"].isna() & table["in_france"] & (guess >= SHORTEST_ESTIMATE)
    table = table.assign(minutes=table["minutes"].mask(take, guess), kind=table["kind"].mask(take, ESTIMATE))
    return table.assign(kind=table["kind"].mask(table["minutes"].isna(), NONE)).drop(columns=["a", "b"])


def _served(pairs: pd.DataFrame, known_names: Collection[str], home: Collection[str]) -> dict[str, str]:
    """Return each place of a pair as the tables of times name it: its own name, or the town of an airport or station.

    An airport is that of the nearest town of the tables within 50 km; a station is that of the town that it is in.
    """
    served = {str(name): fold(name) for name in pd.unique(pd.concat([pairs["origin"], pairs["destination"]]))}
    others = {name: _stop(name, home) for name, key in served.items() if key not in known_names}
    if not any(stop is not None for stop, _ in others.values()):
        return served
    towns = {name: locate(name, air=False, home=home) for name in sorted(known_names)}
    at = pd.DataFrame([(n, t.latitude, t.longitude) for n, t in towns.items() if t.found],
                      columns=["name", "lat", "lon"])
    for name, (stop, reach_km) in others.items():
        if stop is not None and len(at):
            km = np.asarray(great_circle_km(at["lat"], at["lon"], stop.latitude, stop.longitude), dtype=np.float64)
            if km.min() <= reach_km:
                served[name] = str(at["name"].iloc[int(km.argmin())])
    return served


def _stop(name: str, home: Collection[str]) -> tuple[Place | None, float]:
    """Return an airport with 50 km, a station within its town with 10 km; None for a town, whose name is its own."""
    place = locate(name, air=True, home=home)
    if place.kind in (AIRPORT, CITY_CODE):
        return place, AIRPORT_KM
    station = locate(name, air=False, home=home)
    return (station, STATION_KM) if station.found and not place.found else (None, 0.0)


def _both_ways(times: pd.DataFrame) -> pd.DataFrame:
    rows = times[times["mode"] == "train"]
    outward = rows.assign(a=rows["origin"].map(fold), b=rows["destination"].map(fold))
    back = outward.rename(columns={"a": "b", "b": "a"})
    both_ways = pd.concat([outward, back], ignore_index=True)
    return both_ways.drop_duplicates(["a", "b"])[["a", "b", "minutes", "kind", "source_id"]]


def _located(pairs: pd.DataFrame, home: Collection[str]) -> pd.DataFrame:
    names = pd.unique(pd.concat([pairs["origin"], pairs["destination"]]))
    places = {name: locate(name, air=True, home=home) for name in names}
    point = pd.DataFrame({"lat": {n: p.latitude for n, p in places.items()},
                          "lon": {n: p.longitude for n, p in places.items()},
                          "mainland": {n: _on_french_rails(p) for n, p in places.items()}})
    start, end = (point.loc[pairs[c]].reset_index(drop=True) for c in ("origin", "destination"))
    return pairs.reset_index(drop=True).assign(
        great_circle_km=great_circle_km(start["lat"], start["lon"], end["lat"], end["lon"]),
        error_minutes=np.where(_paris(start) | _paris(end), ERROR_WITH_PARIS, ERROR_ELSEWHERE),
        in_france=start["mainland"] & end["mainland"])


def _paris(points: pd.DataFrame) -> Any:
    return great_circle_km(points["lat"], points["lon"], *PARIS) < NEAR_KM


def _on_french_rails(place: Any) -> bool:
    """Return whether a place is in metropolitan France but not in Corsica, which has no rails to the mainland."""
    corsica = place.latitude < _CORSICA["south_of"] and place.longitude > _CORSICA["east_of"]
    return place.country == "FR" and not corsica
