"""Distances of journeys compared with the straight line between their ends."""

from __future__ import annotations

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
