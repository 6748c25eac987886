"""
Travel: trips become passenger-kilometres, vehicle-kilometres, litres or nights.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from carbon.activities import flights
from carbon.activities.amounts import converts, to_unit
from carbon.activities.draft import Draft
from carbon.activities.flights import also
from carbon.activities.paid_trips import by_spend
from carbon.activities.places import chosen_namesakes, with_ends, without_ends
from carbon.activities.rules import PACKAGE
from carbon.core import packaged
from carbon.core.params import CompanyParams
from carbon.records.measures import paid_only

EXTENSIVE = ("trips", "nights", "amount")
"""Columns cut with a period. A stay counts its nights and not its trips, so none is cut twice."""
CATEGORY = 6
MODES = ("air", "rail", "car", "taxi", "bus", "coach", "metro", "tram", "ferry", "motorbike", "hotel")
_ROAD = ("car", "taxi", "bus", "coach", "motorbike")
_VEHICLE = ("car", "motorbike")
_FIX = "correct the source file"
_RETURN_DAYS = 45


@cache
def modes() -> pd.DataFrame:
    """
    mode, region ("" for any other), activity, unit of the modes that need no further choice.
    """
    return packaged.read_csv(PACKAGE, "data/travel_modes.csv")


def measured(draft: Draft, params: CompanyParams, fx: pd.DataFrame | None = None) -> Draft:
    """
    Activity and quantity of each trip.

    quantity = distance x passengers x trips, twice that for a return [passenger.km]; for a car without the
    passengers [km], or its fuel x trips [L]; hotel: nights x guests [room.night], a room each; a taxi without a
    distance: its fare [company currency] (`paid_trips`), for which `fx` are the company's own exchange rates.

    An unknown place or mode, a leg of no length and a cabin that the haul lacks are rejected with their reason.
    """
    draft = draft.reject(draft.rows["mode"] == "", "mode_missing", "no mode of travel", _FIX, "mode")
    draft = draft.reject(~draft.rows["mode"].isin(MODES), "mode_unknown", "no such mode of travel",
                         "use a mode of the reference list, or `values` in params", "mode")
    draft = draft.assign(quality="", tier="physical average", scope="3", category=CATEGORY, rule="", supplier="",
                         contract="", group=draft.rows["mode"], fx_rate=np.nan)
    paid = paid_only(draft.rows)
    fares = Draft(draft.rows[paid]).then(lambda d: by_spend(d, params, fx))
    trips = Draft(draft.rows[~paid]).then(
        _persons, lambda d: located(d, params), lambda d: with_distance(d, params), _fuel_burnt,
        lambda d: with_activity(d, params), remark_returns)
    return _together(draft, [trips, fares])


def _together(draft: Draft, parts: list[Draft]) -> Draft:
    """
    The draft with its rows as the parts have them, in their order, and what ended or was remarked on in each.
    """
    filled = [p.rows for p in parts if len(p.rows)]
    if filled:
        kept = pd.concat(filled) if len(filled) > 1 else filled[0]
    else:
        kept = draft.rows.iloc[:0].assign(activity="", quantity=0.0, unit="")
    order = draft.rows.index[draft.rows.index.isin(kept.index)]
    rows = kept if order.equals(kept.index) else kept.loc[order]
    return Draft(rows, (*draft.ended, *(line for p in parts for line in p.ended)),
                 (*draft.warnings, *(w for p in parts for w in p.warnings)))


def _persons(draft: Draft) -> Draft:
    nothing = (draft.rows["passengers"] == 0) | (draft.rows["trips"] == 0)
    return draft.reject(nothing, "nobody_travelled", "no passenger or no trip", _FIX, "passengers")


def located(draft: Draft, params: CompanyParams) -> Draft:
    """
    Both ends of each trip that needs them: no distance given, a flight, or a train whose country is not said.
    """
    rows = draft.rows
    named = (rows["origin"] != "") | (rows["destination"] != "")
    needs = named & (rows["distance"].isna() | (rows["mode"] == "air") | (rows["country"] == ""))
    home = {params.country, *params.sites.values()}
    found = with_ends(rows, needs, home=home, namesakes=params.travel.namesakes)
    return chosen_namesakes(draft.with_rows(found))


def with_distance(draft: Draft, params: CompanyParams) -> Draft:
    """
    one_way_km: the distance given, else the great circle between the ends with the mode's detour; and `quality`.

    air: great circle + flight_detour_km; rail: x rail_detour; road: x road_detour; others: the great circle.
    """
    rows = draft.rows
    given_unit = rows["distance_unit"].mask(rows["distance_unit"] == "", "km")
    bad = rows["distance"].notna() & ~given_unit.isin(_length_units(given_unit)) & ~_is_fuel(rows)
    draft = draft.reject(bad, "distance_unit", "the distance is not in a unit of length", _FIX, "distance_unit")
    rows = draft.rows
    km = to_unit(rows["distance"], rows["distance_unit"].mask(rows["distance_unit"] == "", "km"), "km")
    computed = km.isna() & (rows["mode"] != "hotel") & ~_is_fuel(rows)
    draft = _without_distance(draft.assign(_km=km, _computed=computed), computed & rows["great_circle_km"].isna())
    rows = draft.rows
    detour = rows["mode"].map({"rail": params.travel.rail_detour, **dict.fromkeys(_ROAD, params.travel.road_detour)})
    detour = detour.astype("float64")
    longer = rows["great_circle_km"] * detour.fillna(1.0) + np.where(rows["mode"] == "air",
                                                                     params.travel.flight_detour_km, 0.0)
    one_way = rows["_km"].mask(rows["_computed"], longer)
    band = rows["great_circle_km"].where(rows["great_circle_km"].notna(), rows["_km"])
    note = _detour_words(rows, params).where(rows["_computed"], "")
    draft = draft.assign(one_way_km=one_way, band_km=band, quality=also(rows["quality"], note))
    rows = draft.rows
    # A taxi across one town has a distance of its own; a flight with one airport has no haul.
    no_haul = (rows["band_km"] <= 0) & (rows["_computed"] | (rows["mode"] == "air"))
    empty = ((rows["one_way_km"] <= 0) | no_haul) & (rows["mode"] != "hotel")
    return draft.reject(empty, "zero_length", "the leg has no length: both ends are the same place, or 0 km",
                        _FIX, "destination")


def with_given_distance(draft: Draft) -> Draft:
    """
    The trips with the distance they state as one_way_km, and no places.
    """
    rows = without_ends(draft.rows)
    km = to_unit(rows["distance"], rows["distance_unit"], "km")
    return draft.with_rows(rows.assign(one_way_km=km, band_km=km))


def _length_units(written: pd.Series) -> list[str]:
    return [u for u in written.unique() if converts(str(u), "km")]


def _is_fuel(rows: pd.DataFrame) -> pd.Series:
    litres = [u for u in rows["distance_unit"].unique() if converts(str(u), "L")]
    return rows["mode"].isin(_VEHICLE) & rows["distance_unit"].isin(litres)


def _without_distance(draft: Draft, missing: pd.Series) -> Draft:
    rows = draft.rows
    for end, column in (("from", "origin"), ("to", "destination")):
        rows = draft.rows
        faulty = missing[rows.index] & (rows[f"{end}_kind"] == "")
        blank = rows[column] == ""
        code = rows[f"{end}_code"].mask(blank, "place_missing").mask(rows[f"{end}_code"] == "", "place_missing")
        reason = rows[f"{end}_reason"].mask(blank, "no distance, and an end of the trip is not named")
        draft = draft.reject(faulty, code, reason, "correct the place, write it as \"Town, CC\", or give the distance",
                             column)
    return draft


def _detour_words(rows: pd.DataFrame, params: CompanyParams) -> pd.Series:
    air = f"great circle + {params.travel.flight_detour_km:g} km" if params.travel.flight_detour_km else "great circle"
    words = {"air": air, "rail": f"great circle x {params.travel.rail_detour:g}",
             **dict.fromkeys(_ROAD, f"great circle x {params.travel.road_detour:g}")}
    towns = (rows["from_kind"] == "town") & (rows["mode"] == "air")
    words_of = rows["mode"].map(words).fillna("great circle").astype("str")
    return words_of + pd.Series(np.where(towns, " between towns", ""), index=rows.index, dtype="str")


def _fuel_burnt(draft: Draft) -> Draft:
    unnamed = _is_fuel(draft.rows) & ~draft.rows["fuel"].isin(["diesel", "petrol", "lpg", "e85"])
    draft = draft.reject(unnamed, "fuel_missing", "litres of which fuel is not said", "name diesel, petrol or lpg",
                         "fuel")
    return draft.reject(_is_fuel(draft.rows) & draft.rows["return"], "litres_ambiguous",
                        "the litres may be those of one way or of the whole return journey",
                        "give the litres of the whole journey and `return` no", "return")


def with_activity(draft: Draft, params: CompanyParams) -> Draft:
    """
    Region, activity, quantity and unit of each trip, mode by mode.
    """
    draft = _with_country(draft, params)
    fuel = _is_fuel(draft.rows)
    parts = [Draft(draft.rows[fuel]).then(_by_fuel)]
    for mode, rows in draft.rows[~fuel].groupby("mode", sort=False):
        parts.append(_OF_MODE.get(str(mode), _by_table)(Draft(rows), params))
    return _together(draft, parts)


def _with_country(draft: Draft, params: CompanyParams) -> Draft:
    """
    Country of each trip: as stated, else where it begins (a stay: where it is), else the company's, said in `quality`.

    A flight belongs to no country: it takes its site's, else the company's, whose region chain finds the factor.
    """
    rows = draft.rows
    hotel, air = rows["mode"] == "hotel", rows["mode"] == "air"
    stay = rows["to_country"].mask(rows["to_country"] == "", rows["from_country"])
    region = rows["country"].mask(rows["country"] == "", rows["from_country"].mask(hotel, stay))
    at_site = rows["site"].map(params.sites).astype("str").where(rows["site"].isin(list(params.sites)), params.country)
    region = region.mask(air, at_site)
    draft = draft.assign(region=region).reject(
        hotel & (region == ""), "country_missing", "the country of the hotel is not known",
        "give the country, or the town as \"Town, CC\"", "country")
    rows = draft.rows
    unknown = rows["region"] == ""
    across = (rows["from_country"] != "") & (rows["to_country"] != "") & (rows["from_country"] != rows["to_country"])
    note = pd.Series("", index=rows.index, dtype="str").mask(unknown, "country not given: the company's")
    return draft.assign(region=rows["region"].mask(unknown, params.country), _across=across,
                        quality=also(rows["quality"], note))


def _round_trips(rows: pd.DataFrame) -> pd.Series:
    return rows["trips"] * np.where(rows["return"], 2.0, 1.0)


def _passenger_km(draft: Draft) -> Draft:
    rows = draft.rows
    return draft.assign(quantity=rows["one_way_km"] * rows["passengers"] * _round_trips(rows), unit="passenger.km")


def _by_air(draft: Draft, params: CompanyParams) -> Draft:
    scheme = params.travel.flight_bands
    return _passenger_km(flights.with_cabin(flights.with_haul(draft, scheme=scheme), scheme=scheme))


def _by_rail(draft: Draft, params: CompanyParams) -> Draft:
    rows, rail = draft.rows, params.travel.rail
    country = rows["region"].mask(rows["_across"], "international")
    activity = country.map(rail).astype("str").where(country.isin(list(rail)), rail.get("other", ""))
    note = pd.Series("", index=rows.index, dtype="str").mask(rows["_across"], "across a border")
    draft = draft.assign(activity=activity, quality=also(rows["quality"], note))
    return _passenger_km(draft.reject(activity == "", "rail_country", "no rail activity for this country",
                                      "add the country, or `other`, to travel.rail in the company's params", "mode"))


def _by_fuel(draft: Draft) -> Draft:
    rows = draft.rows
    return draft.assign(activity=rows["fuel"], quantity=rows["distance"] * rows["trips"], unit=rows["distance_unit"])


def _by_car(draft: Draft, params: CompanyParams) -> Draft:
    rows = draft.rows
    base = params.travel.car.rpartition(".")[0]
    activity = (base + "." + rows["fuel"]).mask(rows["fuel"] == "", params.travel.car)
    return draft.assign(activity=activity, quantity=rows["one_way_km"] * _round_trips(rows), unit="km")


def _by_table(draft: Draft, params: CompanyParams) -> Draft:
    rows = draft.rows
    table = modes()[modes()["mode"] == rows["mode"].iloc[0]]
    named = dict(zip(table["region"], table["activity"], strict=True))
    activity = rows["region"].map(named).astype("str").where(rows["region"].isin(list(named)), named[""])
    draft = draft.assign(activity=activity)
    if rows["mode"].iloc[0] != "hotel":
        return _passenger_km(draft) if table["unit"].iloc[0] == "passenger.km" else draft.assign(
            quantity=rows["one_way_km"] * _round_trips(rows), unit=table["unit"].iloc[0])
    draft = draft.reject(~(rows["nights"] > 0), "nights_missing", "a hotel stay without nights", _FIX, "nights")
    rows = draft.rows
    return draft.assign(quantity=rows["nights"] * rows["passengers"], unit="room.night")


_OF_MODE = {"air": _by_air, "rail": _by_rail, "car": _by_car}


def remark_returns(draft: Draft) -> Draft:
    """
    Remark on a return that stands beside two one-way trips between the same places; nothing is changed.
    """
    rows = draft.rows
    legs = rows[~rows["return"] & (rows["mode"] != "hotel") & (rows["origin"] != "")]
    both = rows[rows["return"] & (rows["origin"] != "")]
    if legs.empty or both.empty:
        return draft
    keys = ["mode", "traveller", "origin", "destination"]
    out = both.merge(legs[[*keys, "period_start"]], on=keys, suffixes=("", "_out"), validate="many_to_many")
    out = out[out["period_start_out"] == out["period_start"]]
    back = legs[[*keys, "period_start"]].rename(columns={
        "origin": "destination", "destination": "origin", "period_start": "period_start_back"})
    found = out.merge(back, on=keys, validate="many_to_many")
    later = (found["period_start_back"] - found["period_start"]).dt.days
    hits = found.loc[(later >= 0) & (later <= _RETURN_DAYS), "record_id"].unique()
    if not len(hits):
        return draft
    return draft.warn("return_twice", f"{len(hits)} return trips also stand as two one-way trips, e.g. {hits[0]}: "
                      "remove one of the two")
