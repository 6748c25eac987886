"""Vehicles of the company count in scopes 1 and 2, those of others where their trip does, and each only once."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.activities.kinds.company_vehicles import consumption, number

DRIVE = {"mode": "car", "distance": 100.0, "distance_unit": "km"}
BY_WORD = {**DRIVE, "mode_detail": "company"}
SMALL = {"ownership": "owned", "size": "small"}


def rows(read, *lines, **given):
    result = classify(read(travel=list(lines), **given))
    assert result.ledger.empty, result.ledger[["code", "reason"]]
    return result.activities


def ended(read, *lines, **given):
    return classify(read(travel=list(lines), **given)).ledger


@pytest.mark.parametrize(("line", "country", "activity", "scope", "category"), [
    ({"mode_detail": "company", "fuel": "diesel"}, "FR", "car.average.diesel", "1", 0),
    ({"mode_detail": "company", "fuel": "petrol", "size": "small"}, "GB", "company_car.small.petrol", "1", 0),
    ({"mode_detail": "leased", "fuel": "petrol", "size": "small"}, "GB", "company_car.small.petrol", "1", 0),
    ({"mode_detail": "private", "fuel": "petrol", "size": "small"}, "GB", "car.small.petrol", "3", 6),
    ({"mode_detail": "rental", "fuel": "petrol", "size": "small"}, "GB", "car.small.petrol", "3", 6),
    ({"mode_detail": "", "fuel": "petrol", "size": "small"}, "GB", "car.small.petrol", "3", 6),
    ({"mode": "van", "mode_detail": "company", "fuel": "diesel", "size": "class_ii"}, "GB",
     "freight.van.class_ii.diesel", "1", 0),
    ({"mode": "motorbike", "mode_detail": "company", "size": "small"}, "GB", "company_motorbike.small", "1", 0)])
def test_the_word_says_whose_vehicle_it_is(read, line, country, activity, scope, category):
    """A company car burns in scope 1; a private or hired one travels in category 6."""
    row = rows(read, {**DRIVE, "country": country, **line}).iloc[0]
    assert (row["activity"], row["scope"], row["category"], row["quantity"], row["unit"]) == (
        activity, scope, category, 100.0, "km")


def test_litres_of_a_company_car_are_scope_1(read):
    """Litres burnt by a company car are the company's fuel; those of a private one stay in category 6."""
    litres = {"mode": "car", "distance": 40.0, "distance_unit": "L", "fuel": "diesel"}
    own, private = rows(read, {**litres, "mode_detail": "company"}, litres).to_dict("records")
    assert (own["activity"], own["scope"], own["category"], own["quantity"]) == ("diesel", "1", 0, 40.0)
    assert (private["scope"], private["category"]) == ("3", 6)


def test_commuting_by_company_car_is_scope_1(read):
    """The company's fuel stays its own on the way to work; a private car is category 7."""
    lines = [{"mode": "car", "mode_detail": "company", "fuel": "diesel", "headcount": 2.0}, {"headcount": 2.0}]
    own, private = classify(read(commuting=lines)).activities.to_dict("records")
    assert (own["scope"], own["category"], own["activity"]) == ("1", 0, "car.average.diesel")
    assert (private["scope"], private["category"]) == ("3", 7)


@pytest.mark.parametrize(("line", "declared", "code", "choice"), [
    ({}, None, "vehicle_fuel_missing", "battery_electric"),
    ({"fuel": "unknown_fuel"}, None, "vehicle_fuel_missing", "diesel"),
    ({"fuel": "diesel", "country": "GB"}, None, "vehicle_size_missing", "supermini"),
    ({"fuel": "petrol", "country": "US"}, None, "vehicle_size_missing", "light_truck"),
    ({"fuel": "battery_electric"}, SMALL, "charging_unknown", "charged_at_metered_sites"),
    ({"fuel": "battery_electric"}, None, "vehicle_size_missing", "average")])
def test_a_company_car_is_never_an_average_in_silence(read, line, declared, code, choice):
    """No fuel, no size where figures differ by size, no word on charging: rejected with the choices."""
    given = {"travel_params": {"company_vehicles": declared}} if declared else {}
    ledger = ended(read, {**BY_WORD, **line}, **given)
    assert ledger["code"].tolist() == [code]
    assert choice in ledger["what_to_do"].item()


def test_an_average_is_taken_where_params_declare_it(read):
    """`size: average` in params accepts the average car of the record's fuel."""
    given = {"travel_params": {"company_vehicles": {"ownership": "owned", "size": "average", "fuel": "petrol"}}}
    row = rows(read, {**BY_WORD, "country": "GB"}, **given).iloc[0]
    assert (row["activity"], row["scope"]) == ("company_car.average.petrol", "1")


@pytest.mark.parametrize("approach", ["financial_control", "equity_share"])
def test_a_lease_is_asked_about_where_its_type_decides(read, approach):
    """Under financial control and equity share an operating lease is scope 3, a finance lease scope 1."""
    line = {**DRIVE, "mode_detail": "leased", "fuel": "diesel"}
    assert ended(read, line, consolidation=approach)["code"].tolist() == ["lease_unclear"]
    outside = {"travel_params": {"company_vehicles": {"ownership": "leased_outside"}}}
    row = rows(read, line, consolidation=approach, **outside).iloc[0]
    assert (row["scope"], row["category"], row["activity"]) == ("3", 8, "car.average.diesel")


def test_a_battery_car_is_electricity_of_scope_2_once(read):
    """100 km x 0.18852 kWh (small, DESNZ 2025) x (1 - 0.25 charged at metered sites); nothing in scope 1."""
    given = {"travel_params": {"company_vehicles": {**SMALL, "charged_at_metered_sites": 0.25}}, "year": 2025}
    row = rows(read, {**BY_WORD, "fuel": "battery_electric", "site": "lyon", "day": "2025-03-01"}, **given).iloc[0]
    assert (row["activity"], row["scope"], row["category"], row["unit"], row["region"]) == (
        "electricity", "2", 0, "kWh", "FR")
    assert row["quantity"] == pytest.approx(100 * 0.18852 * 0.75, rel=1e-12)
    assert "0.18852 kWh per km (DESNZ 2025, British vehicles); 25% charged at metered sites" in row["quality"]


def test_what_a_site_meters_is_not_counted_again(read):
    """All charged at metered sites: the row is set aside with its kilometres."""
    given = {"travel_params": {"company_vehicles": {**SMALL, "charged_at_metered_sites": 1.0}}}
    ledger = ended(read, {**BY_WORD, "fuel": "battery_electric"}, **given)
    assert ledger[["outcome", "code", "amount", "unit"]].to_numpy().tolist() == [
        ["set aside", "charged_at_site", 100.0, "car:km"]]


def test_a_plug_in_hybrid_burns_and_charges(read):
    """Its petrol is scope 1 by km, its electricity scope 2 by kWh; the record is counted once."""
    given = {"travel_params": {"company_vehicles": {**SMALL, "charged_at_metered_sites": 0.0}}}
    found = rows(read, {**BY_WORD, "fuel": "plug_in_hybrid", "country": "GB"}, **given)
    assert found[["activity", "scope", "unit"]].to_numpy().tolist() == [
        ["company_car.small.plug_in_hybrid", "1", "km"], ["electricity", "2", "kWh"]]
    assert found["quantity"].tolist() == pytest.approx([100.0, 100 * 0.13599], rel=1e-12)
    assert found["activity_id"].is_unique
    assert found["record_id"].nunique() == 1
    assert found["record_amount"].sum() == 100.0


LISTED = [{"vehicle": "AB-123-CD", "ownership": "owned", "fuel": "diesel"},
          {"vehicle": "EF-456-GH", "ownership": "leased_outside", "fuel": "petrol"},
          {"vehicle": "own-7", "ownership": "private", "fuel": "diesel"}]


def test_the_list_of_vehicles_decides(read):
    """The same word "car" is scope 1, category 8 or category 6 by the vehicle, however its plate is written."""
    plates = ["ab 123 cd", "EF456GH", "OWN7"]
    found = rows(read, *({**DRIVE, "vehicle": plate} for plate in plates), vehicles=LISTED)
    assert found[["activity", "scope", "category"]].to_numpy().tolist() == [
        ["car.average.diesel", "1", 0], ["car.average.petrol", "3", 8], ["car.average.diesel", "3", 6]]
    assert number("AB-123 cd") == "ab123cd"


@pytest.mark.parametrize(("line", "code"), [
    ({"vehicle": "ZZ-1"}, "vehicle_unknown"), ({"vehicle": "AB-123-CD", "fuel": "petrol"}, "vehicle_conflict"),
    ({"vehicle": "AB-123-CD", "mode_detail": "private"}, "vehicle_conflict"),
    ({"vehicle": "own-7", "mode_detail": "company"}, "vehicle_conflict")])
def test_a_record_that_contradicts_the_list_is_refused(read, line, code):
    """An unlisted vehicle, another fuel, another owner; and no plate stands in the ledger."""
    ledger = ended(read, {**DRIVE, **line}, vehicles=LISTED)
    assert ledger["code"].tolist() == [code]
    assert not ledger.astype("str").apply(lambda c: c.str.contains("AB-123|ZZ-1")).any(axis=None)


def test_litres_and_km_of_a_vehicle_are_one_thing(read):
    """Fuel bought in March sets the March km of the same vehicle aside; April's km and other vehicles stay."""
    fuel = {"carrier": "diesel", "quantity": 50.0, "unit": "L", "meter": "AB 123 CD", "day": "2024-03-20",
            "country": "FR"}
    drives = [{**DRIVE, "vehicle": "ab-123-cd", "day": day} for day in ("2024-03-02", "2024-04-02")]
    other = {**DRIVE, "vehicle": "own-7", "day": "2024-03-02"}
    result = classify(read(travel=[*drives, other], energy=[fuel], vehicles=LISTED))
    assert result.ledger[["code", "outcome", "amount"]].to_numpy().tolist() == [["litres_counted", "set aside", 100.0]]
    assert result.activities[["activity", "quantity"]].to_numpy().tolist() == [
        ["diesel", 50.0], ["car.average.diesel", 100.0], ["car.average.diesel", 100.0]]


def test_days_that_litres_cover_in_part_are_asked_about(read):
    """Ten days of km of which litres cover five may or may not be those of the litres."""
    fuel = {"carrier": "diesel", "quantity": 50.0, "unit": "L", "meter": "AB-123-CD", "country": "FR",
            "period_start": "2024-03-01", "period_end": "2024-03-05"}
    drive = {**DRIVE, "vehicle": "AB-123-CD", "period_start": "2024-03-01", "period_end": "2024-03-10"}
    result = classify(read(travel=[drive], energy=[fuel], vehicles=LISTED))
    assert result.ledger["code"].tolist() == ["litres_in_part"]


def test_consumption_is_the_publishers():
    """Cells read by eye in the full set of 2025: average battery car, average plug-in hybrid, van of class III."""
    table = consumption()
    assert table["car", "average", "battery_electric"][2025] == (0.20656, "SECR kWh UK electricity for EVs!E52")
    assert table["car", "average", "plug_in_hybrid"][2025][0] == 0.06562
    assert table["van", "class_iii", "battery_electric"][2026][0] == 0.34451
