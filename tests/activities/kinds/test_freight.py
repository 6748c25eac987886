"""Transport of goods: work, direction and the most specific vehicle or ship."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.factors import load

WORK = {"quantity": 500.0, "unit": "tonne.km"}


@pytest.mark.parametrize(("line", "expected"), [
    (WORK, ("freight.hgv.average", 500.0, "tonne.km", "3", 4)),
    ({"mode": "Camion", "quantity": 5.0, "unit": "tonne.km"}, ("freight.hgv.average", 5.0, "tonne.km", "3", 4)),
    # 2000 kg over 300 km = 600 t.km
    ({"mass": 2000.0, "mass_unit": "kg", "distance": 300.0, "distance_unit": "km", "direction": "sold"},
     ("freight.hgv.average", 600.0, "tonne.km", "3", 9)),
    ({"mode": "hgv.average.laden_50", "quantity": 80.0, "unit": "km"},
     ("freight.hgv.average.laden_50", 80.0, "km", "3", 4))])
def test_work_scope_and_category(read, line, expected):
    """Tonne-kilometres as stated or computed, or kilometres of a whole vehicle; 4 is bought, 9 is paid by others."""
    row = classify(read(freight=[line])).activities.iloc[0]
    assert tuple(row[["activity", "quantity", "unit", "scope", "category"]]) == expected


@pytest.mark.parametrize(("line", "code"), [
    ({}, "freight_incomplete"), ({"mode": ""}, "mode_missing"), ({"direction": ""}, "direction_unknown"),
    ({"quantity": 5.0, "unit": "t"}, "unit_dimension"),
    ({"quantity": 5.0, "unit": "km", "mass": 2.0, "mass_unit": "t"}, "unit_dimension")])
def test_doubt_is_rejected(read, line, code):
    """A missing word or a wrong dimension; km with a mass may be the distance, or the trips of a whole vehicle."""
    result = classify(read(freight=[line]))
    assert result.activities.empty
    assert result.ledger[["outcome", "code"]].values.tolist() == [["rejected", code]]


def test_freight_between_towns(read):
    """Without a distance the great circle between the ends, flagged."""
    line = {"mass": 1.0, "mass_unit": "t", "origin": "Lyon", "destination": "Paris"}
    row = classify(read(freight=[line])).activities.iloc[0]
    assert row["quantity"] == pytest.approx(392, abs=2)
    assert row["quality"] == "great circle"


@pytest.mark.parametrize(("country", "mode", "activity", "remark"), [
    ("FR", "Porteur 19 t", "hgv.rigid_12_to_20t", ""), ("GB", "Rigid lorry 19t", "hgv.rigid_over_17t", ""),
    ("FR", "Semi-remorque (40 tonnes)", "hgv.articulated_34_to_40t", ""),
    ("GB", "articulated 26,5 t", "hgv.articulated_3_5_to_33t", ""),
    ("DE", "refrigerated lorry", "hgv_refrigerated.average", ""),
    ("GB", "Camion 12 t", "hgv.average", "size of the vehicle not used: average"),
    ("FR", "camionnette électrique", "van.average.battery_electric", ""), ("FR", "fret ferroviaire", "rail", ""),
    ("GB", "Porte-conteneurs", "sea.container_ship.average", ""), ("US", "ship", "sea.average", ""),
    ("US", "air freight", "air.average", ""), ("GB", "hgv.rigid_over_17t", "hgv.rigid_over_17t", "")])
def test_the_word_leads_to_the_most_specific_vehicle(read, country, mode, activity, remark):
    """Body, weight, fuel and country count; a weight that no class uses is said on the row."""
    row = classify(read(freight=[{**WORK, "mode": mode, "country": country}])).activities.iloc[0]
    assert (row["activity"], row["quality"]) == (f"freight.{activity}", remark)
    assert row["activity"] in set(load("2026.1").table["activity"])


@pytest.mark.parametrize(("origin", "destination", "activity"), [
    ("LHR", "EDI", "air.domestic"), ("CDG", "LHR", "air.short_haul"), ("JFK", "LHR", "air.long_haul"),
    ("CDG", "JFK", "air.international"), ("", "", "air")])
def test_freight_by_air_takes_its_haul(read, origin, destination, activity):
    """The haul follows from both ends; without them the mode stays open and finds no factor."""
    line = {**WORK, "mode": "avion", "origin": origin, "destination": destination}
    assert classify(read(freight=[line])).activities["activity"].tolist() == [f"freight.{activity}"]
