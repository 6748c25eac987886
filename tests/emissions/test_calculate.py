"""Emissions: each part of each activity, once, in its place."""

import math

import numpy as np
import pytest

from carbon.core.errors import MethodError, MissingFactorError, UsageError
from carbon.emissions.calculate import calculate_emissions, outside_the_scopes

DIESEL = [
    {"part": "combustion", "co2e_kg": 2.5, "co2_kg": 2.49, "ch4_kg": 0.0001, "n2o_kg": 0.00002, "biogenic_co2_kg": 0.2},
    {"part": "upstream", "co2e_kg": 0.6},
]


def emissions_of(activities, matched):
    return calculate_emissions(activities, matched, instruments=[], residual=None)


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


def test_gases_are_kilograms_of_gas_and_missing_stays_missing(make_activities, match):
    """A gas the source does not split is NaN, never zero; biogenic CO2 is apart and moves no CO2e."""
    activities = make_activities({"activity": "diesel", "quantity": 10.0})
    burnt, upstream = emissions_of(activities, match(activities, {"diesel": DIESEL})).itertuples()

    assert burnt.ch4_kg == pytest.approx(0.001)  # 10 x 0.0001
    assert burnt.biogenic_co2_kg == 2.0
    assert burnt.co2e_kg == 25.0
    assert math.isnan(upstream.co2_kg)


def test_manufacture_of_an_own_asset_is_listed_outside_and_not_counted(make_activities, match):
    """The car is in category 2 when bought: its manufacture per km is not counted again, and is not lost either."""
    activities = make_activities({"activity": "car", "quantity": 100.0, "unit": "km"})
    matched = match(activities, {"car": [{"part": "combustion", "co2e_kg": 0.2},
                                         {"part": "manufacture", "co2e_kg": 0.03}]})
    emissions, outside = emissions_of(activities, matched), outside_the_scopes(activities, matched)

    assert emissions["part"].tolist() == ["combustion"]
    assert outside["part"].tolist() == ["manufacture"]
    assert outside["co2e_kg"].item() == pytest.approx(3.0)


def test_a_third_partys_car_keeps_its_manufacture(make_activities, match):
    """In scope 3 every part stays in the activity's category."""
    activities = make_activities({"activity": "car", "scope": "3", "category": 6})
    emissions = emissions_of(activities, match(activities, {"car": [{"part": "manufacture", "co2e_kg": 0.03}]}))

    assert placed(emissions) == {("a0", "manufacture", "3", 6, ""): 0.03}


def test_an_activity_without_a_factor_is_refused(make_activities, match):
    """Nothing is zero because it is unknown."""
    activities = make_activities({"activity": "diesel"}, {"activity": "unobtainium"})
    with pytest.raises(MissingFactorError, match="1 activities have no emission factor"):
        emissions_of(activities, match(activities, {"diesel": DIESEL}))


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


def test_zero_factors_and_credit_notes_keep_their_lines(make_activities, match):
    """A zero factor gives a zero line; a negative quantity gives a negative line that cancels its invoice exactly."""
    spend = {"activity": "purchase", "scope": "3", "category": 1, "unit": "EUR"}
    activities = make_activities({**spend, "quantity": 119.99}, {**spend, "quantity": -119.99},
                                 {"activity": "bicycle", "scope": "3", "category": 6, "quantity": 7.0})
    emissions = emissions_of(activities, match(activities, {"purchase": [{"co2e_kg": 0.123}],
                                                            "bicycle": [{"co2e_kg": 0.0}]}))

    assert emissions["co2e_kg"].tolist()[2] == 0.0
    assert emissions["co2e_kg"].tolist()[0] == -emissions["co2e_kg"].tolist()[1] != 0.0


def test_no_activities_give_no_emissions(make_activities, match):
    """An empty year is an empty table with the right columns."""
    activities = make_activities({"activity": "diesel"}).head(0)
    emissions = emissions_of(activities, match(activities, {}))

    assert len(emissions) == 0
    assert "co2e_kg" in emissions


def test_every_line_is_its_quantity_times_its_factor(make_activities, match):
    """To the last bit, and each line names its factor, source, file and line."""
    rng = np.random.default_rng(5)
    activities = make_activities(*[{"activity": "diesel", "quantity": q} for q in rng.lognormal(3, 2, 50)])
    emissions = emissions_of(activities, match(activities, {"diesel": DIESEL}))

    assert (emissions["co2e_kg"] == emissions["quantity"] * emissions["kg_per_unit"]).all()
    assert (emissions[["factor_id", "source_id", "source_file"]] != "").all(axis=None)


def test_rows_that_are_not_those_matched_are_refused(make_activities, match):
    """Sorted, cut or put together since: each row would take another's factor, and the total would look like one."""
    activities = make_activities({"activity": "diesel", "quantity": 10.0}, {"activity": "flight", "quantity": 100.0})
    matched = match(activities, {"diesel": DIESEL, "flight": [{"part": "total", "co2e_kg": 0.1}]})

    for other, what in ((activities[::-1], "2 activities are not those that were matched"),
                        (activities[::-1].reset_index(drop=True), "2 activities are not those that were matched"),
                        (activities.head(1), "1 activities, but 2 were matched"),
                        (activities.assign(unit=["L", "GJ"]), "1 activities are not those that were matched"),
                        (activities.assign(year=[2024, 2023]), "1 activities are not those that were matched"),
                        (activities[::-1].astype({"activity": "category"}), "2 activities are not those")):
        with pytest.raises(UsageError, match=what):
            emissions_of(other, matched)
    coded = activities.astype(dict.fromkeys(("activity", "unit", "region", "scope"), "category"))
    assert emissions_of(coded, matched)["co2e_kg"].tolist() == emissions_of(activities, matched)["co2e_kg"].tolist()


def test_residual_mixes_of_other_meters_are_refused(make_activities, match):
    """The residual mix is matched for the metered rows one by one; of other rows it says nothing."""
    grid = {"activity": "electricity", "scope": "2", "unit": "kWh", "quantity": 10.0}
    activities = make_activities({**grid, "region": "FR"}, {**grid, "region": "BE"})
    factors = {"electricity": [{"part": "combustion", "co2e_kg": 0.05}]}
    matched, mixed = match(activities, factors), match(activities[::-1].reset_index(drop=True), factors)

    with pytest.raises(UsageError, match="2 activities are not those that were matched"):
        calculate_emissions(activities, matched, instruments=[], residual=mixed)
