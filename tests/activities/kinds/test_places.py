"""Ends of trips: namesakes, and trips within one town."""

from __future__ import annotations

from one_trip import one, refusal

from carbon.activities import classify


def test_the_largest_namesake_only_where_params_say_so(read):
    """Vienne is a town of France and a name of Vienna: refused; with `namesakes: largest` taken, said and remarked
    on.
    """
    line = {"mode": "rail", "origin": "Lyon", "destination": "Vienne"}
    assert refusal(read, line) == "place_ambiguous"
    result = classify(read(travel=[line], travel_params={"namesakes": "largest"}))
    assert "destination: the largest of" in result.activities["quality"].item()
    assert result.warnings["code"].tolist() == ["namesake_chosen"]


def test_a_distance_given_within_one_town_counts(read):
    """A taxi from Paris to Paris with its 12 km has a length; a flight from an airport to itself has none."""
    line = {"origin": "Paris", "destination": "Paris", "distance": 12.0, "distance_unit": "km"}
    assert one(read, {**line, "mode": "taxi"})["quantity"] == 12.0
    assert refusal(read, {**line, "origin": "CDG", "destination": "CDG"}) == "zero_length"
