"""Each part of a factor goes to its scope and category, or the activity is not accepted."""

import pytest
from burnt_diesel import DIESEL, emissions_of

from carbon.core.errors import MethodError


def placed(emissions):
    return {(e.activity_id, e.part, e.scope, e.category, e.scope2_method): e.co2e_kg
            for e in emissions.itertuples()}


def test_each_part_goes_to_its_scope_and_category(make_activities, match):
    """Fuel burnt is scope 1, its upstream category 3; a purchased service stays whole in its own category."""
    activities = make_activities(
        {"activity": "diesel", "quantity": 10.0},
        {"activity": "flight", "quantity": 100.0, "scope": "3", "category": 6, "unit": "passenger.km"},
    )
    flight = [{"part": "combustion", "co2e_kg": 0.1}, {"part": "contrails", "co2e_kg": 0.05},
              {"part": "upstream", "co2e_kg": 0.02}]
    emissions = emissions_of(activities, match(activities, {"diesel": DIESEL, "flight": flight}))

    assert placed(emissions) == {
        ("a0", "combustion", "1", 0, ""): 25.0,  # 10 L x 2.5
        ("a0", "upstream", "3", 3, ""): 6.0,  # 10 L x 0.6
        ("a1", "combustion", "3", 6, ""): 10.0,
        ("a1", "contrails", "3", 6, ""): 5.0,
        ("a1", "upstream", "3", 6, ""): 2.0,
    }


def test_a_third_partys_car_keeps_its_manufacture(make_activities, match):
    """In scope 3 every part stays in the activity's category."""
    activities = make_activities({"activity": "car", "scope": "3", "category": 6})
    emissions = emissions_of(activities, match(activities, {"car": [{"part": "manufacture", "co2e_kg": 0.03}]}))

    assert placed(emissions) == {("a0", "manufacture", "3", 6, ""): 0.03}


def test_a_part_without_a_place_is_refused(make_activities, match):
    """Contrails of an own fleet have no rule here: refused, not guessed."""
    activities = make_activities({"activity": "jet"})
    with pytest.raises(MethodError, match="no place in their activity's scope"):
        emissions_of(activities, match(activities, {"jet": [{"part": "contrails"}]}))


@pytest.mark.parametrize(("scope", "category"), [("3", 0), ("1", 6)])
def test_scope_and_category_must_agree(make_activities, match, scope, category):
    """Scope 3 needs a category; scope 1 has none."""
    activities = make_activities({"activity": "diesel", "scope": scope, "category": category})
    with pytest.raises(MethodError, match="needs a category"):
        emissions_of(activities, match(activities, {"diesel": DIESEL}))
