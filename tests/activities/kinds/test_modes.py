"""The words of a trip lead to the most specific packaged activity, or to a question."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.activities.kinds.modes import COARSER, activities, chosen


def one(read, line: dict, **given):
    result = classify(read(travel=[{"distance": 100.0, "distance_unit": "km", **line}], **given))
    assert result.ledger.empty, result.ledger[["code", "reason"]]
    return result.activities.iloc[0]


@pytest.mark.parametrize(("mode", "detail", "country", "activity"), [
    ("rail", "ter", "", "rail.ter"), ("rail", "intercites", "", "rail.intercites"), ("rail", "tgv", "FR", "rail.tgv"),
    ("rail", "rer", "", "rail.rer"), ("rail", "regional", "FR", "rail.ter"),
    ("rail", "high_speed", "FR", "rail.tgv"),
    ("rail", "eurostar", "FR", "rail.international"),
    ("rail", "amtrak", "", "rail.national"),
    ("rail", "northeast_corridor", "", "rail.intercity_northeast_corridor"),
    ("rail", "suburban", "US", "rail.commuter"),
    ("rail", "", "FR", "rail.tgv"), ("tram", "", "FR", "rail.tram"), ("tram", "", "GB", "rail.light"),
    ("tram", "", "US", "rail.underground"), ("metro", "", "FR", "rail.metro"),
    ("metro", "london", "", "rail.underground"),
    ("coach", "", "FR", "coach"), ("coach", "", "GB", "coach"), ("bus", "local", "GB", "bus.local"),
    ("bus", "london", "GB", "bus.london"), ("bus", "", "GB", "bus.average"),
    ("taxi", "black_cab", "GB", "taxi.black_cab"),
    ("taxi", "regular", "GB", "taxi.regular"), ("ferry", "foot", "GB", "ferry.foot_passenger"),
    ("ferry", "car", "GB", "ferry.car_passenger")])
def test_the_word_leads_to_its_own_factor(read, mode, detail, country, activity):
    """A TER is no TGV, a coach no bus, a tram no metro: nothing is coarser than the word, and nothing says so."""
    row = one(read, {"mode": mode, "mode_detail": detail, "country": country})
    assert (row["activity"], row["quantity"], row["unit"]) == (activity, 100.0, "passenger.km")
    assert COARSER not in row["quality"]


@pytest.mark.parametrize(("mode", "detail", "region"), [
    ("rail", "ter", "FR"), ("rail", "db", "DE"), ("rail", "renfe", "ES"), ("rail", "sbb", "CH"),
    ("rail", "amtrak", "US"),
    ("metro", "london", "GB")])
def test_a_service_has_the_country_that_runs_it(read, mode, detail, region):
    """The trains of a country take its factor, wherever the company is."""
    rail = {"rail": {"FR": "rail.tgv", "other": "rail.national"}}
    assert one(read, {"mode": mode, "mode_detail": detail}, country="FR", travel_params=rail)["region"] == region


@pytest.mark.parametrize(("mode", "line", "remark"), [
    ("rail", {"mode_detail": "db"}, "asked for DB, factor is rail.national"),
    ("rail", {"mode_detail": "regional", "country": "BE"}, "asked for a regional train, factor is rail.national"),
    ("rail", {"mode_detail": "regional", "country": "GB"},
     "asked for a regional train, factor is the national average of trains in Great Britain"),
    ("coach", {"country": "US"}, "asked for coach, factor is the average of buses in the United States"),
    ("motorbike", {"mode_detail": "scooter", "country": "GB"},
     "asked for scooter motorbike, factor is motorbike.average"),
    ("car", {"size": "small", "fuel": "diesel", "country": "FR"}, "asked for small car, factor is car.average.diesel"),
    ("car", {"fuel": "diesel", "country": "US"}, "asked for diesel car, factor is car.average.unknown_fuel"),
    ("bus", {"fuel": "diesel", "country": "GB"}, "asked for diesel bus, factor is bus.average")])
def test_a_coarser_factor_is_declared(read, mode, line, remark):
    """The remark names what was asked for and what the factor is."""
    rail = {"rail": {"FR": "rail.tgv", "other": "rail.national"}}
    assert one(read, {"mode": mode, **line}, travel_params=rail)["quality"] == COARSER + remark


def test_a_country_declared_in_params_is_no_coarser_than_its_operator(read):
    """A train of DB is any German train: with an own German factor there is nothing to remark."""
    row = one(read, {"mode": "rail", "mode_detail": "db"}, travel_params={"rail": {"DE": "rail.german"}})
    assert (row["activity"], row["region"], row["quality"]) == ("rail.german", "DE", "")


@pytest.mark.parametrize(("line", "code", "choice"), [
    ({"mode": "rail", "mode_detail": "suburban", "country": "FR"}, "service_unclear", "TER"),
    ({"mode": "rail", "mode_detail": "intercity", "country": "FR"}, "service_unclear", "Intercités"),
    ({"mode": "bus", "mode_detail": "black_cab"}, "service_unknown", "local"),
    ({"mode": "rail", "mode_detail": "db"}, "rail_country", "other")])
def test_a_word_that_is_not_proved_is_asked_about(read, line, code, choice):
    """A suburban train in France may be a TER or an RER: the row is rejected with the choices, never mapped nearby."""
    result = classify(read(travel=[{"distance": 100.0, "distance_unit": "km", **line}]))
    assert result.activities.empty
    assert result.ledger["code"].tolist() == [code]
    assert choice in result.ledger["what_to_do"].item()


@pytest.mark.parametrize(("mode", "size", "fuel", "region", "activity"), [
    ("car", "small", "diesel", "GB", "car.small.diesel"), ("car", "mpv", "petrol", "GB", "car.mpv.petrol"),
    ("car", "light_truck", "", "US", "car.light_truck.unknown_fuel"), ("car", "", "battery_electric", "FR",
     "car.average.battery_electric"), ("car", "compact", "battery_electric", "FR", "car.compact.battery_electric"),
    ("van", "class_ii", "petrol", "GB", "freight.van.class_ii.petrol"), ("van", "", "", "GB",
     "freight.van.average.unknown_fuel"), ("motorbike", "large", "", "GB", "motorbike.large"),
    ("motorbike", "scooter", "", "FR", "motorbike.scooter"), ("motorbike", "", "petrol", "US", "motorbike.average")])
def test_vehicles_by_size_and_fuel(read, mode, size, fuel, region, activity):
    """A vehicle takes the figures of its size and fuel where its country has them."""
    row = one(read, {"mode": mode, "size": size, "fuel": fuel, "country": region})
    assert (row["activity"], row["unit"], row["scope"], row["category"], row["quality"]) == (
        activity, "km", "3", 6, "")


def test_an_electric_car_never_takes_a_thermal_average():
    """Where no figure of electric cars is published the activity has no factor, and the row is rejected later."""
    assert chosen("car", "", "", "battery_electric", ["US"]).activity == "car.average.battery_electric"
    assert ("", "average", "battery_electric") not in activities()["car", "US"]


def test_commuters_take_the_same_factors(read):
    """TER, tram and coach of a survey lead where those of trips lead."""
    lines = [{"mode": "rail", "mode_detail": "ter", "country": "FR"}, {"mode": "tram", "country": "FR"},
             {"mode": "coach", "country": "FR"}, {"mode": "car", "size": "small", "fuel": "petrol", "country": "GB"}]
    result = classify(read(commuting=[{"headcount": 4.0, **line} for line in lines]))
    assert result.activities["activity"].tolist() == ["rail.ter", "rail.tram", "coach", "car.small.petrol"]
    assert set(result.activities["category"]) == {7}


def _own(activity: str, region: str = "FR", unit: str = "passenger.km", years: tuple[int, int] = (2020, 9999)):
    return {"activity": activity, "region": region, "unit": unit, "valid_from": years[0], "valid_to": years[1]}


@pytest.mark.parametrize(("line", "own_factor"), [
    ({"mode": "rail", "mode_detail": "ter", "country": "FR"}, _own("travel.rail.fr.ter")),
    ({"mode": "rail", "mode_detail": "suburban", "country": "FR"}, _own("rail.suburban")),
    ({"mode": "rail", "mode_detail": "regional", "country": "GB"}, _own("rail.regional", "GB")),
    ({"mode": "rail", "mode_detail": "db", "country": "DE"}, _own("rail.db", "DE", "passenger.mile")),
    ({"mode": "coach", "country": "US"}, _own("coach", "US")),
    ({"mode": "tram", "country": "US"}, _own("rail.tram", "US")),
    ({"mode": "bus", "fuel": "diesel", "country": "GB"}, _own("bus.diesel", "GB")),
    ({"mode": "car", "size": "small", "fuel": "diesel", "country": "FR"}, _own("car.small.diesel", unit="km")),
    ({"mode": "car", "fuel": "diesel", "country": "US"}, _own("car.average.diesel", "US", "mile"))])
def test_the_company_s_own_factor_goes_before_a_coarser_published_one(read, line, own_factor):
    """Where the company has its own factor for the words of a trip, the trip leads to it, and nothing is coarser."""
    rail = {"rail": {"FR": "rail.tgv", "other": "rail.national"}}
    without = classify(read(travel=[{"distance": 100.0, "distance_unit": "km", **line}], travel_params=rail))
    row = one(read, line, own_factors=[own_factor], travel_params=rail)

    assert row["activity"] == own_factor["activity"] not in set(without.activities["activity"])
    assert row["quantity"] == 100.0
    assert COARSER not in row["quality"]


@pytest.mark.parametrize("own_factor", [
    _own("coach", "DE"), _own("coach", "US", years=(2020, 2023)), _own("coach", "US", unit="L"), _own("bus", "US")])
def test_an_own_factor_of_another_place_year_unit_or_mode_is_not_taken(read, own_factor):
    """A factor that does not fit the trip changes nothing: the published one is taken, and named as coarser."""
    row = one(read, {"mode": "coach", "country": "US"}, own_factors=[own_factor])
    assert row["activity"] == "bus.average"
    assert COARSER in row["quality"]


def test_a_published_exact_factor_goes_before_a_coarser_own_one(read):
    """The company's factor of all trains is not the TER's: the more specific one is taken."""
    row = one(read, {"mode": "rail", "mode_detail": "ter", "country": "FR"}, own_factors=[_own("rail")])
    assert row["activity"] == "rail.ter"


def test_a_coarser_own_factor_goes_before_a_coarser_published_one(read):
    """Both are wider than the word: the company's own is taken, and named as coarser."""
    row = one(read, {"mode": "bus", "fuel": "diesel", "country": "GB"}, own_factors=[_own("bus", "GB")])
    assert (row["activity"], COARSER in row["quality"]) == ("bus", True)
