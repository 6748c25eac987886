"""Flights: haul and cabin by the bands of the factors' publisher."""

from __future__ import annotations

import pytest
from one_trip import one, refusal

from carbon.activities.kinds.flights import bands, uk_hauls


@pytest.mark.parametrize(("ends", "cabin", "activity"), [
    (("LHR", "EDI"), "", "flight.domestic.average"), (("LHR", "JER"), "economy", "flight.domestic.average"),
    (("LHR", "CDG"), "economy", "flight.short_haul.economy"),
    (("CDG", "LHR"), "business", "flight.short_haul.business"),
    (("LHR", "CAI"), "", "flight.short_haul.average"), (("JFK", "LHR"), "first", "flight.long_haul.first"),
    (("CDG", "JFK"), "premium_economy", "flight.international.premium_economy"),
    (("CDG", "NCE"), "economy", "flight.international.economy"),
])
def test_desnz_hauls_follow_the_ends(read, ends, cabin, activity):
    """Domestic within the UK and its islands, short or long haul by the other end's country, else international."""
    line = {"origin": ends[0], "destination": ends[1], "cabin_class": cabin}
    assert one(read, line)["activity"] == activity


@pytest.mark.parametrize(("distance", "activity"), [
    (999.0, "flight.under_1000km.average"), (1000.0, "flight.under_1000km.average"),
    (1000.5, "flight.1000_2000km.average"), (2000.0, "flight.1000_2000km.average"),
    (2001.0, "flight.over_2000km.average"),
])
def test_ademe_bands_follow_the_distance(read, distance, activity):
    """A band holds distances over its lower and up to its upper limit."""
    row = one(read, {"distance": distance, "distance_unit": "km"}, travel_params={"flight_bands": "ademe"})
    assert row["activity"] == activity


def test_ademe_has_no_business_class(read):
    """A scheme that publishes the average only takes economy as average, flagged, and refuses the dearer cabins."""
    line, given = {"origin": "CDG", "destination": "LYS"}, {"travel_params": {"flight_bands": "ademe"}}
    assert "only the average" in one(read, {**line, "cabin_class": "economy"}, **given)["quality"]
    assert refusal(read, {**line, "cabin_class": "business"}, **given) == "cabin_unavailable"


@pytest.mark.parametrize(("miles", "activity"), [
    (299.9, "flight.under_300mi.average"), (300.0, "flight.300_2300mi.average"), (2299.9, "flight.300_2300mi.average"),
    (2300.0, "flight.over_2300mi.average")])
def test_epa_bands_follow_the_miles(read, miles, activity):
    """Short haul < 300 miles, medium >= 300 and < 2300, long >= 2300 (EPA Emission Factors Hub, table 10)."""
    row = one(read, {"distance": miles, "distance_unit": "mile"}, travel_params={"flight_bands": "epa"})
    assert row["activity"] == activity


def test_every_haul_has_its_cabins_and_every_uk_haul_a_band():
    """The two packaged tables speak the same words."""
    assert set(uk_hauls().values()) | {"international"} == set(bands().loc[bands()["scheme"] == "desnz", "haul"])
    assert bands()["cabins"].str.contains("average").all()
