"""Commuting surveys: scaled up by group, one headcount a group."""

from __future__ import annotations

import pytest

from carbon.activities import classify


def test_a_survey_is_scaled_up_by_group(read):
    """quantity = answers x headcount / respondents x days x 2 x km; walkers count as answers."""
    lines = [{"answers": 10.0, "mode": "car"}, {"answers": 15.0, "mode": "walk"},
             {"group": "nice", "headcount": 4.0, "answers": 4.0, "mode": "metro", "days": 100.0}]
    result = classify(read(commuting=lines))
    car, metro = result.activities.iloc[0], result.activities.iloc[1]
    # 10 answers x 100 / 25 x 200 days x 2 x 10 km = 160000 km
    assert car["quantity"] == pytest.approx(160_000.0, rel=1e-12)
    assert (car["activity"], car["unit"], car["category"], car["tier"]) == (
        "car.average.unknown_fuel", "km", 7, "extrapolated")
    assert "response rate 25%" in car["quality"]
    # 4 x 4 / 4 x 100 x 2 x 10 km = 8000 passenger-km
    assert (metro["quantity"], metro["unit"], metro["tier"]) == (8000.0, "passenger.km", "physical average")
    assert result.ledger["code"].tolist() == ["no_motor"]


def test_a_distance_of_both_ways_counts_once(read):
    """Thirty kilometres of a day's round trip are fifteen one way."""
    both, one = ({"mode": "car", "answers": 25.0, "distance": km, "ways": ways} for km, ways in
                 ((30.0, "both_ways"), (15.0, "one_way")))
    quantities = [classify(read(commuting=[line])).activities["quantity"].item() for line in (both, one)]
    assert quantities[0] == pytest.approx(quantities[1], rel=1e-12)


def test_two_headcounts_for_one_group_are_refused(read):
    """The response rate would be a guess."""
    lines = [{"headcount": 100.0}, {"headcount": 90.0}]
    assert classify(read(commuting=lines)).ledger["code"].tolist() == ["response_rate_unknown"] * 2
