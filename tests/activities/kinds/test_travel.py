"""Trips become passenger-kilometres, vehicle-kilometres and nights, or are refused with the reason."""

from __future__ import annotations

import pytest
from one_trip import one, refusal

from carbon.activities import classify
from carbon.core.places import great_circle_km, locate


def between(origin: str, destination: str, *, air: bool = True) -> float:
    a, b = locate(origin, air=air, home=["FR"]), locate(destination, air=air, home=["FR"])
    return great_circle_km(a.latitude, a.longitude, b.latitude, b.longitude)


def test_passenger_km_of_a_return_for_two(read):
    """quantity = great circle x passengers x trips x 2 for a return, and the ledger says nothing of its own."""
    row = one(read, {"origin": "CDG", "destination": "JFK", "passengers": 2.0, "trips": 3.0, "return": True})
    # d x 2 passengers x 3 trips x 2 ways
    assert row["quantity"] == pytest.approx(between("CDG", "JFK") * 12, rel=1e-12)
    assert (row["unit"], row["scope"], row["category"], row["group"]) == ("passenger.km", "3", 6, "air")
    assert "great circle" in row["quality"]
    assert "cabin not given" in row["quality"]


@pytest.mark.parametrize(("site", "region"), [("", "FR"), ("leeds", "GB")])
def test_a_flight_takes_the_region_of_its_site_or_company(read, site, region):
    """A flight from New York belongs to no country; the company's region chain finds its factor."""
    row = one(read, {"origin": "JFK", "destination": "SFO", "site": site}, sites={"leeds": "GB"})
    assert row["region"] == region


def test_a_return_is_two_single_trips(read):
    """There and back in one line or in two: the same passenger-km."""
    line = {"origin": "LYS", "destination": "MUC"}
    back = {"origin": "MUC", "destination": "LYS"}
    both = classify(read(travel=[line, back])).activities["quantity"].sum()
    assert one(read, {**line, "return": True})["quantity"] == both


def test_the_detour_is_added_once_and_only_to_what_is_computed(read):
    """Great circle + 95 km a leg where params say so; a distance given is taken as it is."""
    given = {"travel_params": {"flight_bands": "ademe", "flight_detour_km": 95.0}}
    computed = one(read, {"origin": "CDG", "destination": "JFK"}, **given)
    assert computed["quantity"] == pytest.approx(between("CDG", "JFK") + 95, rel=1e-12)
    stated = one(read, {"origin": "CDG", "destination": "JFK", "distance": 5900.0, "distance_unit": "km"}, **given)
    assert stated["quantity"] == 5900.0


def test_miles_are_converted(read):
    """A distance in miles is brought to km exactly."""
    row = one(read, {"origin": "CDG", "destination": "JFK", "distance": 1000.0, "distance_unit": "mile"})
    assert row["quantity"] == 1609.344


@pytest.mark.parametrize(("line", "code"), [
    ({"origin": "QQQ", "destination": "CDG"}, "airport_unknown"),
    ({"origin": "CDG", "destination": "CDG"}, "zero_length"),
    ({"origin": "CDG", "destination": "LYS", "distance": 0.0, "distance_unit": "km"}, "zero_length"),
    ({"origin": "LHR", "destination": "EDI", "cabin_class": "business"}, "cabin_unavailable"),
    ({"origin": "LHR", "destination": "CDG", "cabin_class": "first"}, "cabin_unavailable"),
    ({"origin": "CDG", "destination": ""}, "place_missing"),
    ({"distance": 700.0, "distance_unit": "km"}, "haul_unknown"),
    ({"mode": ""}, "mode_missing"), ({"mode": "rocket"}, "mode_unknown"),
    ({"mode": "rail", "origin": "Lyon", "destination": "Vienne"}, "place_ambiguous"),
    ({"mode": "rail", "origin": "Lyon", "destination": "Nowhereville"}, "place_unknown"),
    ({"mode": "rail", "origin": "Rome", "destination": "Milan, IT", "country": "IT"}, "rail_country"),
    ({"mode": "hotel", "nights": 2.0}, "country_missing"),
    ({"mode": "hotel", "country": "FR"}, "nights_missing"),
    ({"mode": "taxi", "distance": 3.0, "distance_unit": "kg"}, "distance_unit"),
    ({"origin": "CDG", "destination": "LYS", "passengers": 0.0}, "nobody_travelled"),
])
def test_doubtful_trips_are_refused(read, line, code):
    """An unknown place or mode, no length, a cabin the haul lacks: rejected with words and remedy."""
    assert refusal(read, line) == code


def test_trains_by_country_with_a_detour(read):
    """The company's rail activity of the country; the great circle is lengthened and says so."""
    row = one(read, {"mode": "rail", "origin": "Lyon Part-Dieu", "destination": "Paris"})
    assert (row["activity"], row["region"], row["unit"]) == ("rail.tgv", "FR", "passenger.km")
    assert row["quantity"] == pytest.approx(between("Lyon", "Paris", air=False) * 1.2, rel=1e-12)
    assert row["quality"] == "great circle x 1.2"


def test_trains_across_a_border(read):
    """They take the activity for borders, and are flagged."""
    row = one(read, {"mode": "rail", "origin": "Paris", "destination": "Londres"})
    assert row["activity"] == "rail.international"
    assert "across a border" in row["quality"]


def test_cars_by_vehicle_km_and_fuel(read):
    """Passengers share one car; a known fuel chooses the car; a computed road distance is lengthened."""
    row = one(read, {"mode": "car", "distance": 120.0, "distance_unit": "km", "passengers": 3.0, "fuel": "diesel"})
    assert (row["activity"], row["quantity"], row["unit"]) == ("car.average.diesel", 120.0, "km")
    row = one(read, {"mode": "car", "origin": "Lyon", "destination": "Grenoble", "return": True})
    assert row["activity"] == "car.average.unknown_fuel"
    assert row["quantity"] == pytest.approx(between("Lyon", "Grenoble", air=False) * 1.5 * 2, rel=1e-12)


@pytest.mark.parametrize(("mode", "country", "activity"), [
    ("taxi", "FR", "taxi.regular"), ("metro", "GB", "rail.underground"), ("metro", "FR", "rail.metro"),
    ("ferry", "FR", "ferry.average"), ("bus", "GB", "bus.average"),
])
def test_other_modes(read, mode, country, activity):
    """Passenger-km of the mode, in its country."""
    row = one(read, {"mode": mode, "country": country, "distance": 10.0, "distance_unit": "km", "passengers": 2.0})
    assert (row["activity"], row["region"], row["quantity"]) == (activity, country, 20.0)


def test_hotel_nights_by_country(read):
    """Rooms x nights, in the country stated or the town's."""
    row = one(read, {"mode": "hotel", "destination": "Berlin", "nights": 3.0, "passengers": 2.0})
    assert (row["activity"], row["quantity"], row["unit"], row["region"]) == ("hotel_night", 6.0, "room.night", "DE")
    assert one(read, {"mode": "hotel", "country": "ES", "nights": 1.0})["region"] == "ES"


def test_a_return_given_twice_is_seen(read):
    """Two one-way trips and the same again as a return: remarked, with the record to look at."""
    leg = {"origin": "LYS", "destination": "MUC", "day": "2024-03-04"}
    back = {"origin": "MUC", "destination": "LYS", "day": "2024-03-06"}
    result = classify(read(travel=[leg, back, {**leg, "return": True}]))
    assert result.warnings["code"].tolist() == ["return_twice"]
    assert "2024/travel.csv:4" in result.warnings["text"].item()
    assert classify(read(travel=[leg, back])).warnings.empty


def test_a_stay_across_the_year_end_is_cut(read):
    """Nights of two years are shared by days."""
    line = {"mode": "hotel", "country": "FR", "nights": 4.0, "period_start": "2023-12-31", "period_end": "2024-01-03"}
    result = classify(read(travel=[line]))
    # 3 of 4 days are in 2024: 4 nights x 3 / 4 = 3
    assert result.activities["quantity"].tolist() == [3.0]
    assert result.ledger["code"].tolist() == ["out_of_year"]


@pytest.mark.parametrize(("mode", "origin", "destination"), [
    ("taxi", "Stockholm", "Vienna"), ("car", "Paris, FR", "Vladivostok"), ("tram", "Lyon", "Marseille, FR")])
def test_a_way_on_the_ground_that_nobody_drives_is_asked_about(read, mode, origin, destination):
    """One of its places is a namesake, or it was no taxi: the row names the kilometres found and what to write."""
    line = {"mode": mode, "origin": origin, "destination": destination, "size": "", "fuel": ""}
    ledger = classify(read(travel=[line])).ledger
    assert ledger["code"].tolist() == ["distance_implausible"]
    assert "km between the places found" in ledger["reason"][0] and "distance" in ledger["what_to_do"][0]


def test_a_stated_distance_is_taken_however_far(read):
    """A taxi of 600 km that the record itself states is counted."""
    row = one(read, {"mode": "taxi", "origin": "", "destination": "", "distance": 600.0, "distance_unit": "km"})
    assert row["quantity"] == pytest.approx(600.0)
