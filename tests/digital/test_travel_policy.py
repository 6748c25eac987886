"""Train under N hours: at the limit, near it, and what it would save."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from carbon.core.digital_tables import OD_TIME, TRIP
from carbon.core.errors import MethodError, TableError, UsageError
from carbon.digital import rail_times
from carbon.digital.travel_policy import plane_kg_per_km, rule_mode, train_kg_per_km, travel_policy

CHOICES = {"hours": 6, "contrails": True, "train": "tgv", "home": ("FR",)}
BLANK = {"date": "2025-03-04", "traveller_id": "p1", "class": "", "distance_km": np.nan, "amount_eur": np.nan,
         "nights": np.nan, "mode": "plane"}


@pytest.fixture
def trips(assets):
    return lambda *rows: assets([{"trip_id": str(i), **r} for i, r in enumerate(rows)], TRIP, BLANK)


@pytest.fixture
def times(assets):
    return lambda *rows: assets([{"origin": a, "destination": b, "mode": "train", "minutes": m, "kind": "user",
                                  "year": 2025, "source_id": "own"} for a, b, m in rows], OD_TIME, {})


@pytest.mark.parametrize(("minutes", "mode"), [(359, "train"), (360, "plane"), (361, "plane")])
def test_exactly_n_hours_is_the_plane(minutes, mode, trips, times):
    """A minute under, at, and over."""
    assert rule_mode(minutes, 6) == mode
    result = travel_policy(trips({"origin": "Paris", "destination": "Nice"}), times=times(("Paris", "Nice", minutes)),
                           **CHOICES)
    assert result.table["rule_mode"].item() == mode


def test_factors_by_hand():
    """Short flight: 0.1232 + 0.101 + 0.000372; TGV: 0.0023 + 0.00063; bands end at 1000 and 2000 km."""
    assert plane_kg_per_km(800, contrails=True) == pytest.approx(0.224572)
    assert plane_kg_per_km(800, contrails=False) == pytest.approx(0.123572)
    assert plane_kg_per_km(1000, contrails=True) == pytest.approx(0.224572)
    assert plane_kg_per_km(1001, contrails=True) == pytest.approx(0.184661)
    assert plane_kg_per_km(9000, contrails=True) == pytest.approx(0.166794)
    assert train_kg_per_km("tgv") == pytest.approx(0.00293)
    assert train_kg_per_km("intercites") == pytest.approx(0.0075)
    with pytest.raises(UsageError):
        train_kg_per_km("maglev")
    assert math.isnan(plane_kg_per_km(math.nan, contrails=True))


def test_users_time_goes_before_the_published_one_in_either_direction(trips, times):
    """Own table, then published, then an estimate; each with its kind."""
    result = travel_policy(
        trips({"origin": "Bordeaux", "destination": "Paris"}, {"origin": "Paris", "destination": "Rennes"},
              {"origin": "Lyon", "destination": "Nantes"}),
        times=times(("Paris", "Bordeaux", 150)), **CHOICES)
    assert result.table["kind"].tolist() == ["user", "best", "estimate"]
    assert result.table["minutes"].tolist()[:2] == [150, 85]


def test_an_estimate_is_to_check_however_far_and_moves_nothing(trips):
    """Lyon-Nantes is estimated at 190 minutes and takes 264: it decides nothing, even with a threshold of six hours."""
    one = trips({"origin": "Lyon", "destination": "Nantes"})
    minutes = travel_policy(one, **CHOICES).table["minutes"].item()
    near = travel_policy(one, **{**CHOICES, "hours": (minutes + 74) / 60}).table.iloc[0]
    assert near["rule_mode"] == "to check" and not near["departure"]
    assert near["rule_co2e_kg"] == near["actual_co2e_kg"]
    far = travel_policy(one, **{**CHOICES, "hours": (minutes + 160) / 60})
    assert far.table["confidence"].item() == "to check" and not far.table["departure"].item()
    assert far.curve["trips_to_train"].eq(0).all() and far.curve["trips_to_check"].eq(1).all()


def test_a_trip_without_kilograms_makes_every_sum_at_least(trips):
    """One flight has neither a place nor a distance: the sums are of the other, and the words state "at least"."""
    two = trips({"origin": "Paris", "destination": "Nice"}, {"origin": "X1", "destination": "X2"})
    both = travel_policy(two, **CHOICES)
    assert both.unknown == 1 and repr(both).count("at least") == 2
    assert any("at least" in note for note in both.notes)
    one = travel_policy(trips({"origin": "Paris", "destination": "Nice"}), **CHOICES)
    assert one.unknown == 0 and "at least" not in repr(one)


def test_a_train_abroad_has_the_factor_that_the_inventory_counts(trips, times):
    """Berlin-Munich by trains of 0.03 kg a kilometre, and not by those of the French network."""
    flight = trips({"origin": "Berlin", "destination": "Munich", "co2e_kg": 120.0})
    flight.index = [7]  # a selection keeps its own index
    row = travel_policy(flight.assign(train_kg_per_km=0.03), **CHOICES).table.iloc[0]
    km = rail_times.pairs_with_times(flight[["origin", "destination"]], None)["great_circle_km"].item()
    assert (row["minutes"], row["kind"], row["rule_mode"]) == (270.0, "typical", "train")
    assert row["rule_co2e_kg"] == pytest.approx(1.245 * km * 0.03)


@pytest.mark.parametrize(("origin", "destination"), [("Paris", "Ajaccio"), ("Paris", "Madrid"), ("Paris", "NRT")])
def test_no_time_is_not_covered_and_never_plane(trips, origin, destination):
    """No estimate over the sea or a border: the pair is listed as not covered."""
    row = travel_policy(trips({"origin": origin, "destination": destination}), **CHOICES).table.iloc[0]
    assert row["rule_mode"] == "not covered" and row["best_mode"] == "not covered"
    assert math.isnan(row["best_co2e_kg"]) and row["actual_co2e_kg"] > 0


def test_kg_of_actual_rule_and_best_by_hand(trips, times):
    """A flight of 700 km given: 700 x 0.224572; the train of its great circle: 1.245 x km x 0.00293."""
    row = travel_policy(trips({"origin": "Paris", "destination": "Nice", "distance_km": 700}),
                        times=times(("Paris", "Nice", 340)), **CHOICES).table.iloc[0]
    km = rail_times.pairs_with_times(
        trips({"origin": "Paris", "destination": "Nice"})[["origin", "destination"]], None)["great_circle_km"].item()
    assert row["actual_co2e_kg"] == pytest.approx(700 * 0.224572)
    assert row["rule_co2e_kg"] == row["best_co2e_kg"] == pytest.approx(1.245 * km * 0.00293)
    assert row["best_mode"] == "train"


def test_a_plane_by_the_rule_still_prints_the_best_mode(trips, times):
    """Seven hours by train: the rule allows the plane, the train is still the best."""
    row = travel_policy(trips({"origin": "Paris", "destination": "Nice"}), times=times(("Paris", "Nice", 420)),
                        **CHOICES).table.iloc[0]
    assert (row["rule_mode"], row["best_mode"], row["departure"]) == ("plane", "train", False)


def test_the_curve_never_falls_and_counts_nights(trips, times):
    """A higher threshold moves more trips; a train over five hours needs a night."""
    result = travel_policy(
        trips({"origin": "Paris", "destination": "Nice"}, {"origin": "Paris", "destination": "Bordeaux"},
              {"origin": "Paris", "destination": "Bordeaux", "mode": "train"}),
        times=times(("Paris", "Nice", 340)), night_over_hours=5, hotel_night_kg=7.0, **CHOICES)
    curve = result.curve.set_index("hours")
    assert curve.index.tolist()[0] == 2 and curve.index.tolist()[-1] == 10
    assert curve["avoided_co2e_kg"].is_monotonic_increasing and curve["trips_to_train"].is_monotonic_increasing
    assert curve.loc[2.0, "trips_to_train"] == 0  # Bordeaux takes 124 minutes
    assert curve.loc[2.5, ["trips_to_train", "extra_nights"]].tolist() == [1, 0]
    assert curve.loc[6.0, ["trips_to_train", "extra_nights", "nights_co2e_kg"]].tolist() == [2, 1, 7]
    avoided = curve.loc[6.0, "avoided_co2e_kg"]
    assert result.kg("actual") - result.kg("rule") == pytest.approx(avoided)


def test_nights_without_a_factor_leave_the_net_open(trips, times):
    """A night that has no kg is not zero: the net gain is no data."""
    result = travel_policy(trips({"origin": "Paris", "destination": "Nice"}), times=times(("Paris", "Nice", 340)),
                           night_over_hours=5, **CHOICES)
    assert math.isnan(result.curve.set_index("hours").loc[6.0, "net_avoided_co2e_kg"])


def test_short_flights_are_flagged_and_travellers_never_named(trips):
    """Paris-Lyon by plane uses the short-haul factor and states it; with the inventory's kilograms it does not."""
    counted = travel_policy(trips({"origin": "Paris", "destination": "Lyon", "co2e_kg": 90.0}), **CHOICES)
    assert counted.table["flag"].item() == "" and not any("short-haul" in note for note in counted.notes)
    result = travel_policy(trips({"origin": "Paris", "destination": "Lyon"}), **CHOICES)
    assert result.table["flag"].item() == "flight under 500 km: short-haul factor"
    assert "traveller_id" not in result.table and "traveller_id" not in result.departures


def test_a_threshold_of_zero_is_refused(trips):
    """N = 0 is no rule."""
    with pytest.raises(MethodError):
        travel_policy(trips(), **{**CHOICES, "hours": 0})


def test_no_trips_give_an_empty_answer(trips):
    """Nothing travelled: zero trips, zero kg, no fault."""
    result = travel_policy(trips(), **CHOICES)
    assert len(result.table) == 0 and result.kg("actual") == 0


def flight(**changed) -> pd.DataFrame:
    """One flight Lyon to Paris, without the column `nights`, as the kept table has it."""
    row = {"trip_id": "t1", "date": pd.Timestamp("2024-03-01"), "traveller_id": "", "origin": "LYS",
           "destination": "CDG", "mode": "plane", "class": "", "distance_km": np.nan, "amount_eur": np.nan} | changed
    table = pd.DataFrame([row])
    return table.astype({"date": "datetime64[s]", "distance_km": float, "amount_eur": float,
                         **dict.fromkeys(("trip_id", "traveller_id", "origin", "destination", "mode", "class"), "str")})


def judged(table: pd.DataFrame):
    return travel_policy(table, hours=6, contrails=True, train="tgv", home=("FR",))


def test_a_leg_that_goes_nowhere_is_refused():
    """LYS to LYS, and a distance of zero, are no trips of 0 kg."""
    for wrong in ({"destination": "LYS"}, {"distance_km": 0.0}):
        with pytest.raises(TableError, match="no length"):
            judged(flight(**wrong))


def test_the_table_may_lack_nights_and_holds_two_modes():
    """The kept columns are enough; a trip by bus is refused with where it belongs."""
    assert len(judged(flight()).table) == 1
    with pytest.raises(TableError, match="neither train nor plane") as error:
        judged(flight(mode="bus"))
    assert "inventory" in error.value.hint


def test_a_train_without_kilograms_is_no_saving_of_the_whole_flight(trips, times):
    """Two places that nobody finds, with minutes and the flight's kilograms: the train's are unknown, sums at least."""
    one = trips({"origin": "X1", "destination": "X2", "co2e_kg": 100.0}, {"origin": "Paris", "destination": "Nice"})
    found = travel_policy(one, times=times(("X1", "X2", 120), ("Paris", "Nice", 340)), **CHOICES)
    nice = found.table.iloc[1]
    assert found.unknown == 1
    assert (found.kg("actual"), found.kg("rule")) == (nice["actual_co2e_kg"], nice["rule_co2e_kg"])
    assert found.curve.set_index("hours").loc[6.0, ["trips_to_train", "trips_without_kg"]].tolist() == [2, 1]
