"""Checks of journeys and hotel nights, and tickets that were exchanged."""

from __future__ import annotations

import pytest

HOTEL = {"mode": "hotel", "origin": "", "distance": "", "distance_unit": "", "cabin_class": "", "passengers": "",
         "trips": "", "nights": "3", "country": "FR"}
DRIVE = {"mode": "car", "distance": "40", "distance_unit": "L", "fuel": "diesel", "cabin_class": "", "return": "no"}


@pytest.mark.parametrize(("row", "code"), [
    ({"distance": "0"}, "distance_impossible"), ({"distance": "30000"}, "distance_impossible"),
    ({"distance_unit": ""}, "distance_unit_missing"), ({"passengers": ""}, "passengers_missing"),
    ({"distance": "", "distance_unit": "", "origin": "Lyon"}, "distance_impossible"),
    ({"distance": "", "distance_unit": "", "origin": "Nowhere-on-Sea"}, "place_unknown"),
    (HOTEL | {"nights": ""}, "nights_missing"), (HOTEL | {"nights": "-1"}, "nights_impossible"),
    (DRIVE | {"fuel": ""}, "fuel_missing"), (DRIVE | {"return": "yes"}, "litres_ambiguous"),
    (DRIVE | {"mode": "bus"}, "unit_dimension"), (DRIVE, None), (HOTEL, None), ({}, None)])
def test_journeys_and_stays_that_cannot_be(verdict, row, code):
    """A journey has a possible distance or two known ends, a stay has nights, litres have their fuel."""
    assert verdict("travel", row).rejected == ({2: code} if code else {})


def test_a_night_is_that_of_one_guest(verdict):
    """Guests and stays left blank are one."""
    assert verdict("travel", HOTEL).records[["passengers", "trips"]].to_numpy().tolist() == [[1.0, 1.0]]


def test_the_class_of_a_train_changes_nothing(verdict):
    """The class "2" is listed and counts; a class that nobody knows is a reject."""
    read = verdict("travel", {"cabin_class": "2"}, {"cabin_class": "Sleeper Deluxe", "distance": "400"})
    assert "class_unread" in read.warned
    assert read.rejected == {3: "cabin_class_unknown"}


def test_a_ticket_that_was_exchanged_is_flown_once(verdict):
    """The journey of the first ticket is a reject, unless a negative number has taken it back."""
    rows = [{"Ticket": "T1", "Original ticket": ""}, {"Ticket": "T2", "Original ticket": "T1", "date": "2024-03-20"}]
    assert verdict("travel", *rows).rejected == {2: "ticket_replaced"}
    back = {"Ticket": "T1", "Original ticket": "", "trips": "-1", "date": "2024-03-14"}
    assert "ticket_replaced" not in verdict("travel", *rows, back).rejected.values()
