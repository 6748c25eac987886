"""Business travel by mode."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from carbon.reports.tables import catalogue as tables


def test_journeys_are_those_of_each_record_and_mode_once(inventory):
    """A record of several rows is one line and its journeys count once a mode; nights are no journey; a mode of which
    no record says how many people travelled has none, and one whose records say it in part has those.
    """
    rows = [("r1", "flight.over_2000km", "passenger.km"), ("r1", "flight.under_500km", "passenger.km"),
            ("r1", "rail.tgv", "passenger.km"), ("r2", "rail.tgv", "passenger.km"), ("r6", "rail.ter", "passenger.km"),
            ("r3", "taxi", "km"), ("r4", "hotel_night.FR", "room.night"), ("r5", "ferry", "passenger.km")]
    activities = pd.DataFrame(rows, columns=["record_id", "activity", "unit"]).assign(
        kind="travel", quantity=1.0, category=6)
    activities.loc[7, "kind"] = "purchases"  # no travel: r5 is ignored
    records = pd.DataFrame({
        "record_id": ["r1", "r2", "r3", "r4", "r6"], "return": [True, False, True, False, False],
        "passengers": [2.0, np.nan, np.nan, 5.0, 1.0], "trips": [3.0, 1.0, 1.0, 5.0, 1.0]})
    travelled = replace(inventory, activities=activities, records={"travel": records})

    table = tables.travel_table(travelled).set_index("mode")

    assert table["lines"].to_dict() == {"air": 1, "hotel": 1, "rail": 3, "taxi": 1}
    # air: 2 people x 3 trips there and back = 12;  rail: the same 12 of r1, 1 of r6, r2 does not say
    assert table["trips"].dropna().to_dict() == {"air": 12.0, "rail": 13.0}


def test_vehicles_of_the_company_are_no_business_travel(inventory):
    """A trip by company car is in scope 1: neither its km nor its tonnes are in the table of category 6."""
    activities = inventory.activities.assign(category=0)
    assert len(tables.travel_table(replace(inventory, activities=activities))) == 0


def test_a_company_that_does_not_travel_has_no_line(inventory):
    """Neither without rows of travel nor without any activity."""
    none = inventory.activities[inventory.activities["kind"] != "travel"]

    for activities in (none, none.head(0)):
        for records in ({}, {"travel": pd.DataFrame({"record_id": pd.Series(["r1"], dtype="str"), "return": [True],
                                                     "passengers": [1.0], "trips": [1.0]})}):
            table = tables.travel_table(replace(inventory, activities=activities, records=records))
            assert len(table) == 0


def test_contrails_are_shown_apart_and_counted_once(inventory):
    """8,000 pkm x (0.09 + 0.08) = 1,360 kg, of which contrails 640 kg."""
    air = tables.travel_table(inventory).set_index("mode").loc["air"]

    assert air["co2e_t"] == pytest.approx(1.36)
    assert air["contrails_t"] == pytest.approx(0.64)
    assert air["km"] == 8_000  # not twice, although the activity has two parts
    assert np.isnan(tables.travel_table(inventory).set_index("mode").loc["rail", "contrails_t"])
