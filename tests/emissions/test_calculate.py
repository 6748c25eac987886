"""Emissions: each part of each activity, once, in its place."""

import pytest
from burnt_diesel import DIESEL, emissions_of

from carbon.core.errors import MissingFactorError, UsageError
from carbon.emissions.calculate import calculate_emissions, outside_the_scopes


def test_manufacture_of_an_own_asset_is_listed_outside_and_not_counted(make_activities, match):
    """The car is in category 2 when bought: its manufacture per km is not counted again, and is not lost either."""
    activities = make_activities({"activity": "car", "quantity": 100.0, "unit": "km"})
    matched = match(activities, {"car": [{"part": "combustion", "co2e_kg": 0.2},
                                         {"part": "manufacture", "co2e_kg": 0.03}]})
    emissions, outside = emissions_of(activities, matched), outside_the_scopes(activities, matched)

    assert emissions["part"].tolist() == ["combustion"]
    assert outside["part"].tolist() == ["manufacture"]
    assert outside["co2e_kg"].item() == pytest.approx(3.0)


def test_an_activity_without_a_factor_is_refused(make_activities, match):
    """Nothing is zero because it is unknown."""
    activities = make_activities({"activity": "diesel"}, {"activity": "unobtainium"})
    with pytest.raises(MissingFactorError, match="1 activities have no emission factor"):
        emissions_of(activities, match(activities, {"diesel": DIESEL}))


def test_no_activities_give_no_emissions(make_activities, match):
    """An empty year is an empty table with the right columns."""
    activities = make_activities({"activity": "diesel"}).head(0)
    emissions = emissions_of(activities, match(activities, {}))

    assert len(emissions) == 0
    assert "co2e_kg" in emissions


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
