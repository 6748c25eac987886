"""Travel: trips become passenger-kilometres, vehicle-kilometres, litres or nights."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.amounts import PLACE, of_unit, opened, to_unit
from carbon.activities.draft import Draft, together
from carbon.activities.kinds import company_vehicles, flights
from carbon.activities.kinds.flights import also
from carbon.activities.kinds.modes import COARSER, COMPANY, DECLARED, SIZED, Choice, chosen, country_of, own_trips
from carbon.activities.kinds.paid_trips import by_spend
from carbon.activities.kinds.places import chosen_namesakes, with_ends, without_ends
from carbon.core.columns import Rows, group_codes
from carbon.core.text_columns import Flags, Values, among, by_word, pick
from carbon.params.shapes.company import CompanyParams
from carbon.records.kinds.measures import paid_only

EXTENSIVE = ("trips", "nights", "amount")
"""Columns cut with a period. A stay counts its nights and not its trips, so none is cut twice."""
CATEGORY = 6
MODES = ("air", "rail", "car", "van", "taxi", "bus", "coach", "metro", "tram", "ferry", "motorbike", "hotel")
_ROAD = ("car", "van", "taxi", "bus", "coach", "motorbike")
FARTHEST_KM = {**dict.fromkeys(_ROAD, 3_000.0), "taxi": 500.0, "metro": 100.0, "tram": 100.0, "rail": 6_000.0}
"""Kilometres between two towns from which one may be a namesake, where no distance is stated [design]."""
_FIX = "correct the source file"


def measured(draft: Draft, params: CompanyParams, fx: pd.DataFrame | None = None) -> Draft:
    """Measure each trip: activity and quantity.

    quantity = distance x passengers x trips, twice that for a return [passenger.km]; for a car without the
    passengers [km], or its fuel x trips [L]; hotel: nights x guests [room.night], a room each; a taxi without a
    distance: its fare [company currency] (`paid_trips`), for which `fx` are the company's own exchange rates.

    An unknown place or mode, a leg of no length and a cabin that the haul lacks are rejected with their reason.
    """
    draft = draft.reject(draft.rows["mode"] == "", "mode_missing", "no mode of travel", _FIX, "mode")
    draft = draft.reject(~among(draft.rows["mode"], MODES), "mode_unknown", "no such mode of travel",
                         "use a mode of the reference list, or `values` in params", "mode")
    draft = draft.assign(quality="", tier="physical average", scope="3", category=CATEGORY, rule="", supplier="",
                         contract="", group=draft.rows["mode"], fx_rate=np.nan)
    paid_rows = paid_only(draft.rows)
    fares = Draft(draft.rows.where(paid_rows)).then(lambda d: by_spend(d, params, fx))
    trips = Draft(draft.rows.where(~paid_rows)).then(
        _persons, lambda d: located(d, params), lambda d: with_distance(d, params), _fuel_burnt,
        lambda d: with_activity(d, params), remark_returns)
    return together(draft, [trips, fares])


def _persons(draft: Draft) -> Draft:
    nothing = (draft.rows["passengers"] == 0) | (draft.rows["trips"] == 0)
    return draft.reject(nothing, "nobody_travelled", "no passenger or no trip", _FIX, "passengers")


def located(draft: Draft, params: CompanyParams) -> Draft:
    """Locate both ends of trips that need them: no distance given, a flight, or a train without a country."""
    rows = draft.rows
    has_end = (rows["origin"] != "") | (rows["destination"] != "")
    needs = has_end & (np.isnan(rows["distance"]) | (rows["mode"] == "air") | (rows["country"] == ""))
    home = params.home
    located_rows = with_ends(rows, needs, home=home, namesakes=params.travel.namesakes)
    return chosen_namesakes(draft.with_rows(located_rows))


def with_distance(draft: Draft, params: CompanyParams) -> Draft:
    """Set one_way_km: the distance given, else the great circle between the ends with the mode's detour; and `quality`.

    air: great circle + flight_detour_km; rail: x rail_detour; road: x road_detour; others: the great circle.
    """
    draft = draft.assign(_unit=pick(draft.rows["distance_unit"] == "", "km", draft.rows["distance_unit"]))
    rows = draft.rows
    bad = ~np.isnan(rows["distance"]) & ~of_unit(rows["_unit"], "km") & ~_is_fuel(rows)
    draft = draft.reject(bad, "distance_unit", "the distance is not in a unit of length", _FIX, "distance_unit")
    rows = draft.rows
    km = to_unit(rows["distance"], rows["_unit"], "km")
    computed = np.isnan(km) & (rows["mode"] != "hotel") & ~_is_fuel(rows)
    lost_rows = computed & np.isnan(rows["great_circle_km"])
    draft = _without_distance(draft.assign(_km=km, _computed=computed, _lost=lost_rows))
    rows = draft.rows
    circle, air, computed = rows["great_circle_km"], rows["mode"] == "air", rows["_computed"]
    detours = {"rail": params.travel.rail_detour, **dict.fromkeys(_ROAD, params.travel.road_detour)}
    longer = circle * by_word(rows["mode"], lambda mode: detours.get(mode, 1.0), np.float64) + np.where(
        air, params.travel.flight_detour_km, 0.0)
    one_way = np.where(computed, longer, rows["_km"])
    band = np.where(np.isnan(circle), rows["_km"], circle)
    note = pick(computed, _detour_words(rows, params), "")
    # A taxi across one town has a distance of its own; a flight with one airport has no haul.
    no_haul = (band <= 0) & (computed | air)
    empty = ((one_way <= 0) | no_haul) & (rows["mode"] != "hotel")
    draft = draft.assign(one_way_km=one_way, band_km=band, quality=also(rows["quality"], note))
    far = computed & (one_way > by_word(rows["mode"], lambda mode: FARTHEST_KM.get(mode, np.inf), np.float64))
    draft = draft.reject(far, "distance_implausible", _far_reason,
                         "write both places as \"Town, CC\", or give the distance", "destination")
    empty = empty[~far]
    return draft.reject(empty, "zero_length", "the leg has no length: both ends are the same place, or 0 km",
                        _FIX, "destination")


def _far_reason(rows: Rows) -> Values:
    km = np.array([f"{value:,.0f}" for value in rows["one_way_km"].tolist()], dtype=object)
    ends = rows["origin"] + " to " + rows["destination"]
    return rows["mode"] + " from " + ends + ": " + km + " km between the places found"


def with_given_distance(draft: Draft) -> Draft:
    """Set one_way_km to the stated distance, without places."""
    rows = without_ends(draft.rows)
    km = to_unit(rows["distance"], rows["distance_unit"], "km")
    return draft.with_rows(rows.assign(one_way_km=km, band_km=km))


def one_way_km(table: pd.DataFrame, params: CompanyParams) -> pd.Series:
    """Return the one-way distance of each record, as it is counted [km]; NaN of stays, fares, litres and unknown ends.

    table: `schemas.TRAVEL`.
    """
    draft = Draft(opened(table, "travel")).assign(quality="")
    stays = (draft.rows["mode"] == "hotel") | paid_only(draft.rows) | _is_fuel(draft.rows)
    rows = Draft(draft.rows.where(~stays)).then(lambda d: located(d, params), lambda d: with_distance(d, params)).rows
    km = np.full(len(table), np.nan)
    if "one_way_km" in rows:
        km[rows[PLACE]] = rows["one_way_km"]
    return pd.Series(km, index=table.index)


def _is_fuel(rows: Rows) -> Flags:
    return among(rows["mode"], SIZED) & of_unit(rows["distance_unit"], "L")


def _without_distance(draft: Draft) -> Draft:
    """Reject trips that have neither a distance nor both ends, by the end that is at fault."""
    for end, column in (("from", "origin"), ("to", "destination")):
        draft = draft.reject(
            draft.rows["_lost"] & (draft.rows[f"{end}_kind"] == ""),
            partial(_end_code, end=end, column=column), partial(_end_reason, end=end, column=column),
            "correct the place, write it as \"Town, CC\", or give the distance", column)
    return draft


def _end_code(rows: Rows, *, end: str, column: str) -> Values:
    code = rows[f"{end}_code"]
    return pick((rows[column] == "") | (code == ""), "place_missing", code)


def _end_reason(rows: Rows, *, end: str, column: str) -> Values:
    return pick(rows[column] == "", "no distance, and an end of the trip is not named", rows[f"{end}_reason"])


def _detour_words(rows: Rows, params: CompanyParams) -> Values:
    air = f"great circle + {params.travel.flight_detour_km:g} km" if params.travel.flight_detour_km else "great circle"
    words = {"air": air, "rail": f"great circle x {params.travel.rail_detour:g}",
             **dict.fromkeys(_ROAD, f"great circle x {params.travel.road_detour:g}")}
    towns = (rows["from_kind"] == "town") & (rows["mode"] == "air")
    return by_word(rows["mode"], lambda mode: words.get(mode, "great circle")) + pick(towns, " between towns", "")


def _fuel_burnt(draft: Draft) -> Draft:
    unnamed = _is_fuel(draft.rows) & ~among(draft.rows["fuel"], ("diesel", "petrol", "lpg", "e85"))
    draft = draft.reject(unnamed, "fuel_missing", "litres without the name of the fuel", "name diesel, petrol or lpg",
                         "fuel")
    return draft.reject(_is_fuel(draft.rows) & draft.rows["return"], "litres_ambiguous",
                        "the litres may be those of one way or of the whole return journey",
                        "give the litres of the whole journey and `return` no", "return")


def with_activity(draft: Draft, params: CompanyParams) -> Draft:
    """Set region, activity, quantity and unit of each trip; of vehicles of the company scope and category as well."""
    draft = company_vehicles.with_owner(_with_country(draft, params), params)
    draft = company_vehicles.refuse_unclear(draft, params, by_litres=_is_fuel(draft.rows))
    fuel = _is_fuel(draft.rows)
    flown = (draft.rows["mode"] == "air") & ~fuel
    burnt, flights_, others = (Draft(draft.rows.where(at)) for at in (fuel, flown, ~fuel & ~flown))
    draft = together(draft, [burnt.then(_by_fuel), flights_.then(lambda d: _by_air(d, params)),
                              others.then(lambda d: _by_choice(d, params))])
    return draft.then(lambda d: company_vehicles.with_electricity(d, params))


def _with_country(draft: Draft, params: CompanyParams) -> Draft:
    """Set the country of each trip: as stated, else where it begins (a stay: where it is), else the company's. The
    company's country is noted in `quality`. A flight belongs to no country: it takes its site's, else the company's,
    whose region chain finds the factor.
    """
    rows = draft.rows
    hotel, begins, ends = rows["mode"] == "hotel", rows["from_country"], rows["to_country"]
    country_of_end = pick(hotel & (ends != ""), ends, begins)
    run_by = by_word(rows["mode"] + "." + rows["mode_detail"], lambda word: country_of(*word.split(".")))
    at_site = by_word(rows["site"], lambda site: params.country_of_site(site, params.country))
    where = pick(rows["country"] == "", pick(run_by == "", country_of_end, run_by), rows["country"])
    region = pick(rows["mode"] == "air", at_site, where)
    draft = draft.assign(region=region).reject(
        hotel & (region == ""), "country_missing", "the country of the hotel is not known",
        "give the country, or the town as \"Town, CC\"", "country")
    rows = draft.rows
    unknown, begins, ends = rows["region"] == "", rows["from_country"], rows["to_country"]
    note = pick(unknown, "country not given: the company's", "")
    return draft.assign(region=pick(unknown, params.country, rows["region"]),
                        _across=(begins != "") & (ends != "") & (begins != ends), quality=also(rows["quality"], note))


def _round_trips(rows: Rows) -> npt.NDArray[np.float64]:
    return np.asarray(rows["trips"] * np.where(rows["return"], 2.0, 1.0))


def _passenger_km(draft: Draft) -> Draft:
    rows = draft.rows
    return draft.assign(quantity=rows["one_way_km"] * rows["passengers"] * _round_trips(rows), unit="passenger.km")


def _by_air(draft: Draft, params: CompanyParams) -> Draft:
    return _passenger_km(flights.with_activity(draft, params))


def _by_choice(draft: Draft, params: CompanyParams) -> Draft:
    """Set the most specific activity of each trip that is no flight (`modes.chosen`), asked about where none is."""
    rows = draft.rows
    groups = rows.groups(["_mode", "mode_detail", "size", "fuel", "region", "_across"])
    choices = [_choice(*words, params=params) for words in groups.lines()]
    columns = {c: np.array([getattr(choice, c) for choice in choices], dtype=object).take(groups.number)
               for c in ("activity", "unit", "coarser", "region", "code", "reason", "what_to_do")}
    across = pick((rows["mode"] == "rail") & rows["_across"], "across a border", "")
    draft = draft.assign(
        activity=columns["activity"], unit=columns["unit"],
        region=pick(columns["region"] == "", rows["region"], columns["region"]),
        quality=also(also(rows["quality"], across), columns["coarser"]))
    draft = draft.reject(columns["code"] != "", columns["code"], columns["reason"], columns["what_to_do"], "mode")
    return draft.then(_measured_units)


def _measured_units(draft: Draft) -> Draft:
    """Set the quantity in the unit of the activity: passenger-km, km of the vehicle, or nights of a room."""
    stay = draft.rows["unit"] == "room.night"
    draft = draft.reject(stay & ~(draft.rows["nights"] > 0), "nights_missing", "a hotel stay without nights", _FIX,
                         "nights")
    rows = draft.rows
    km = rows["one_way_km"] * _round_trips(rows)
    shared = km * np.where(rows["unit"] == "passenger.km", rows["passengers"], 1.0)
    return draft.assign(quantity=np.where(rows["unit"] == "room.night", rows["nights"] * rows["passengers"], shared))


def _choice(mode: str, service: str, size: str, fuel: str, region: str, across: bool, *,
            params: CompanyParams) -> Choice:
    """Choose the activity of one set of words; a plain car and a plain train are those that params declare."""
    by_company = own_trips(tuple(params.own_factors))
    if mode.removeprefix(COMPANY) in SIZED:
        if service == "scooter":
            service, size = "", service
        if mode == "car" and not (size or fuel):
            return Choice(params.travel.car, "km")
        if mode.startswith(COMPANY) and fuel == company_vehicles.ELECTRIC:
            return Choice(fuel, "km")
        declared_size, declared_fuel = [*params.travel.car.split("."), "", ""][1:3] if mode == "car" else ("", "")
        return chosen(mode, service, size or declared_size, fuel or declared_fuel or "unknown_fuel",
                      params.factors.chain(region, "3"), by_company)
    choice = chosen(mode, service, size, fuel, params.factors.chain(region, "3"), by_company)
    return _declared_train(choice, service, region, across, params) if choice.activity == DECLARED else choice


def train_between(start: str, end: str, params: CompanyParams) -> Choice:
    """Choose the activity of a train from one country to another, as that of a trip without further words."""
    return _choice("rail", "", "", "", start, start != end, params=params)


def _declared_train(choice: Choice, service: str, region: str, across: bool, params: CompanyParams) -> Choice:
    """Return the train that `travel.rail` declares; a service that it covers is named as coarser."""
    rail = params.travel.rail
    place = "international" if across else choice.region or region
    activity = rail.get(place, rail.get("other", ""))
    if not activity:
        return Choice(code="rail_country", reason="no rail activity for this country", what_to_do=(
            "add the country, or `other`, to travel.rail in the company's params"))
    any_train = country_of("rail", service) != "" and place in rail
    coarser = f"{COARSER}asked for {choice.coarser}, factor is {activity}" if choice.coarser and not any_train else ""
    return Choice(activity, coarser=coarser, region=choice.region)


def _by_fuel(draft: Draft) -> Draft:
    rows = draft.rows
    return draft.assign(activity=rows["fuel"], quantity=rows["distance"] * rows["trips"], unit=rows["distance_unit"])


_RETURN_DAYS = 45
"""Days within which a journey back belongs to the one out."""
_LEG = ["mode", "traveller", "origin", "destination"]


def remark_returns(draft: Draft) -> Draft:
    """Remark on a return that is listed next to two one-way trips between the same places; nothing is changed."""
    rows = draft.rows
    has_origin = rows["origin"] != ""
    legs = rows.where(~rows["return"] & (rows["mode"] != "hotel") & has_origin)
    returns = rows.where(rows["return"] & has_origin)
    if not (len(legs) and len(returns)):
        return draft
    same_trip = group_codes([np.concatenate([part[c] for part in (returns, legs)]) for c in (*_LEG, "period_start")])
    out = returns.where(np.isin(same_trip[:len(returns)], same_trip[len(returns):]))
    if not len(out):
        return draft
    hits = _also_back(out.frame(["record_id", *_LEG, "period_start"]), legs.frame([*_LEG, "period_start"]))
    if not len(hits):
        return draft
    return draft.warn("return_twice", f"{len(hits)} return trips are also listed as two one-way trips, e.g. {hits[0]}: "
                      "remove one of the two")


def _also_back(returns: pd.DataFrame, legs: pd.DataFrame) -> Any:
    """Return record_id of the returns whose way out is a leg, and whose way back is another within a few weeks."""
    out = returns.merge(legs, on=[*_LEG, "period_start"], validate="many_to_many")
    back = legs.rename(columns={"origin": "destination", "destination": "origin", "period_start": "period_start_back"})
    ways = out.merge(back, on=_LEG, validate="many_to_many")
    later = (ways["period_start_back"] - ways["period_start"]).dt.days
    return ways.loc[(later >= 0) & (later <= _RETURN_DAYS), "record_id"].unique()
