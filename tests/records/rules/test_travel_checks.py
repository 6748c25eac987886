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


@pytest.mark.parametrize(("word", "mode", "detail"), [
    ("TER", "rail", "ter"), ("Intercités", "rail", "intercites"), ("OUIGO", "rail", "tgv"), ("RER", "rail", "rer"),
    ("Eurostar", "rail", "eurostar"), ("train", "rail", ""), ("Tramway", "tram", ""), ("coach", "coach", ""),
    ("autocar", "coach", ""), ("company car", "car", "company"), ("voiture de fonction", "car", "company"),
    ("black cab", "taxi", "black_cab"), ("scooter", "motorbike", "scooter"), ("tube", "metro", "london")])
def test_the_word_of_a_mode_names_its_service(verdict, word, mode, detail):
    """The mode stays the mode, and what the word says beyond it is kept next to it."""
    records = verdict("travel", {"mode": word, "distance": "100", "distance_unit": "km", "cabin_class": ""}).records
    assert records[["mode", "mode_detail"]].to_numpy().tolist() == [[mode, detail]]


def test_a_detail_that_contradicts_its_mode_is_refused(verdict):
    """"TGV" in one column and TER in the other: one is wrong."""
    row = {"mode": "TGV", "distance": "100", "cabin_class": ""}
    read = verdict("travel", row | {"mode_detail": "ter"}, row | {"mode_detail": "tgv"}, row | {"mode_detail": ""})
    assert read.rejected == {2: "mode_conflict"}


@pytest.mark.parametrize(("words", "modes", "code"), [
    (["car", "flight"], ["car", "air"], None), (["car", "voiture"], ["coach", "car"], None),
    (["car", "avion"], ["air"], "mode_unclear"), (["car", "TGV"], ["car", "rail"], None),
    (["car", "voiture", "flight"], ["car", "air"], "mode_unclear")])
def test_car_is_a_coach_in_french(verdict, words, modes, code):
    """Next to a French word for cars "car" is a coach; next to other French words, or to both, it is asked."""
    rows = [{"mode": w, "distance": "100", "distance_unit": "km", "cabin_class": "", "origin": "LYS",
             "destination": "CDG", "date": f"2024-03-1{i}"} for i, w in enumerate(words)]
    read = verdict("travel", *rows)
    assert read.records["mode"].tolist() == modes
    assert read.rejected == ({2: code} if code else {})


KM = {("Paris", "Lyon"): 460, ("Paris", "Lille"): 225, ("Lyon", "Marseille"): 315, ("Paris", "Bordeaux"): 585}


def _rows(factor):
    return [{"origin": a, "destination": b, "distance": f"{factor * km:.0f}", "country": "FR"}
            for (a, b), km in KM.items()]


def test_miles_under_a_heading_of_kilometres(verdict):
    """Distances that are all shorter than straight lines by one ratio refuse the file, unless params declare it."""
    assert verdict("travel", *_rows(1 / 1.609344)).refused == "distance_unit_doubtful"
    assert verdict("travel", *_rows(1.0)).refused == ""
    declared = {"constants": {"distance_unit": "mi"}}
    rows = [row | {"distance_unit": None} for row in _rows(1 / 1.609344)]
    assert verdict("travel", *rows, options=declared).refused == ""


def test_one_journey_that_is_too_short(verdict):
    """A single journey on the ground shorter than its straight line is listed, and counts."""
    read = verdict("travel", *_rows(1.0), {"origin": "Nantes", "destination": "Nice", "distance": "300"})
    assert "distance_implausible" in read.warned
    assert len(read.records) == 5


def test_a_flight_that_cannot_be_flown(verdict):
    """Paris to New York is 5,840 km, not 3,000."""
    flight = {"mode": "air", "origin": "CDG", "destination": "JFK"}
    assert "distance_implausible" in verdict("travel", flight | {"distance": "3000"}).warned
    assert "distance_implausible" not in verdict("travel", flight | {"distance": "5900"}).warned
