"""Calls of responsible digital that have no right answer are refused in words, with what to do."""

import re

import numpy as np
import pandas as pd
import pytest

import carbon as cb
from carbon.core.errors import CarbonError, MethodError, TableError, UsageError
from carbon.digital.devices.embodied import asleep_kg, spread_kg
from carbon.digital.planetary_boundaries import person_budget
from carbon.digital.rail_times import estimated_minutes, rail_km
from carbon.digital.travel_policy import travel_policy
from carbon.inventory.significance import significance


def trips(**changed) -> pd.DataFrame:
    """
    One flight Lyon to Paris, without the column `nights`, as the kept table has it.
    """
    row = {"trip_id": "t1", "date": pd.Timestamp("2024-03-01"), "traveller_id": "", "origin": "LYS",
           "destination": "CDG", "mode": "plane", "class": "", "distance_km": np.nan, "amount_eur": np.nan} | changed
    table = pd.DataFrame([row])
    return table.astype({"date": "datetime64[s]", "distance_km": float, "amount_eur": float,
                         **dict.fromkeys(("trip_id", "traveller_id", "origin", "destination", "mode", "class"), "str")})


def judged(table: pd.DataFrame):
    return travel_policy(table, hours=6, contrails=True, train="tgv", home=("FR",))


def test_a_footprint_has_no_negative_devices_and_no_lists():
    """
    -10 devices are refused, not -370 kg; a list is refused in words, a Series is right: 10 x 185 x (1 - 2/5) = 1110.
    """
    with pytest.raises(MethodError, match="quantity is -10"):
        spread_kg(-10, 185.0, 5.0)
    with pytest.raises(MethodError, match="Series of numbers"):
        asleep_kg([10], 185.0, 2.0, 5.0)
    assert asleep_kg(pd.Series([10.0]), 185.0, 2.0, 5.0).tolist() == pytest.approx([1110])


def test_no_users_have_no_percent():
    """
    Zero users are refused; without users the column is empty by choice.
    """
    with pytest.raises(MethodError, match="leave `users` out"):
        person_budget(100.0, users=0)
    assert person_budget(100.0)["percent_per_user"].isna().all()


def test_a_short_line_has_no_estimate():
    """
    10 km of rail would take -16.5 minutes: refused alone, missing in a Series; 500 km: -19.8 + 163.05 = 143.25.
    """
    with pytest.raises(MethodError, match="no estimate for 10 km"):
        estimated_minutes(10.0)
    found = estimated_minutes(pd.Series([10.0, 500.0]))
    assert found.isna().tolist() == [True, False]
    assert found[1] == pytest.approx(143.25)
    with pytest.raises(MethodError):
        rail_km(-1.0)


def test_a_leg_that_goes_nowhere_is_refused():
    """
    LYS to LYS, and a distance of zero, are no trips of 0 kg.
    """
    for wrong in ({"destination": "LYS"}, {"distance_km": 0.0}):
        with pytest.raises(TableError, match="no length"):
            judged(trips(**wrong))


def test_the_table_may_lack_nights_and_holds_two_modes():
    """
    The kept columns are enough; a trip by bus is refused with where it belongs.
    """
    assert len(judged(trips()).table) == 1
    with pytest.raises(TableError, match="neither train nor plane") as error:
        judged(trips(mode="bus"))
    assert "inventory" in error.value.hint


@pytest.mark.parametrize("call", [
    lambda: cb.service({"a": 1}, grid_users=None, grid_datacentre=None),
    lambda: cb.Lever(),
    lambda: cb.Lever(id="a", nonsense=1),
])
def test_a_wrong_call_is_answered_by_one_box(call):
    """
    No bare AttributeError, and no address of another project's pages.
    """
    with pytest.raises(UsageError) as error:
        call()
    assert error.value.hint
    assert not re.search("https?://", str(error.value))


def test_events_without_their_columns_are_named():
    """
    A table without event_id says which columns are missing.
    """
    with pytest.raises(CarbonError, match="lack the columns event_id, kind"):
        significance(pd.DataFrame({"delta_kg": [1.0]}), base_year=2020, base_kg=100.0)
