"""Trips of the travel rule from the records of an inventory: counted once, with the kilograms that it counts."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.digital.travel_policy import travel_policy
from carbon.digital.travel_records import trips_of


def inventory() -> SimpleNamespace:
    """A flight for two and back (400 kg, 100 of them contrails), a train, a commuter train, a flight without ends, one
    that is in no total.
    """
    travel = pd.DataFrame({
        "record_id": ["a", "b", "c", "d", "e"], "mode": ["air", "rail.tgv", "rail.rer", "air", "air"],
        "origin": ["CDG", "Paris", "Paris", "", "NTE"], "destination": ["TLS", "Lyon", "Versailles", "", "LYS"],
        "passengers": [2.0, 1.0, 1.0, 1.0, 1.0], "trips": 1.0, "return": [True, False, False, False, False],
        "period_start": pd.Timestamp(2024, 3, 1)})
    emissions = pd.DataFrame({"record_id": ["a", "a", "b", "c", "d"], "co2e_kg": [300.0, 100.0, 1.5, 0.1, 90.0],
                              "kind": "travel", "part": ["combustion", "contrails", "total", "total", "combustion"]})
    activities = pd.DataFrame({"record_id": ["a", "b"], "unit": "passenger.km", "quantity": [2400.0, 430.0]})
    return SimpleNamespace(records={"travel": travel}, emissions=emissions, activities=activities)


def test_a_flight_for_two_and_back_is_four_trips_with_its_own_kilograms():
    """Four trips of 100 kg and 600 km, one of 1.5 kg by train; commuter trains are no journey of the rule."""
    trips, left = trips_of(inventory(), contrails=True)
    assert trips["mode"].tolist() == ["plane"] * 4 + ["train"] and trips["trip_id"].is_unique
    assert trips["co2e_kg"].tolist() == [100.0] * 4 + [1.5]
    assert trips["distance_km"].tolist() == [600.0] * 4 + [430.0]
    assert left == {"without two places": 1, "in no total of the inventory": 1}


def test_contrails_are_counted_only_where_the_rule_counts_them():
    """Without contrails the flight is 300 kg, for the four trips together."""
    trips, _ = trips_of(inventory(), contrails=False)
    assert trips["co2e_kg"].sum() == 301.5


def test_the_rule_sums_to_what_the_inventory_counts():
    """As travelled, the trips weigh what the inventory has for them; the rule changes only those that it moves."""
    trips, _ = trips_of(inventory(), contrails=True)
    judged = travel_policy(trips, hours=6.0, contrails=True, train="tgv", home=("FR",))
    assert judged.kg("actual") == pytest.approx(401.5, rel=1e-12)
    assert "5 trips with the kilograms that the inventory counts" in judged.notes[0]


def test_an_airport_is_served_by_the_trains_of_its_town():
    """London Heathrow to Paris Charles de Gaulle has the published minutes of London and Paris."""
    trips, _ = trips_of(inventory(), contrails=True)
    flown = trips.iloc[[0, 4]].assign(origin=["LHR", "London"], destination=["CDG", "Paris Gare du Nord"])
    judged = travel_policy(flown, hours=6.0, contrails=True, train="tgv", home=("FR",))
    assert judged.table["minutes"].tolist() == [135.0, 135.0]


def test_no_travel_gives_no_trips():
    """A company without travel records has no trip, and no figure of one."""
    trips, left = trips_of(SimpleNamespace(records={}), contrails=True)
    assert trips.empty and left == {}
