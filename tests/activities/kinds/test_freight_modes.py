"""The vehicle or ship of a transport of goods by its words."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.activities.kinds.freight_modes import laden
from carbon.factors import load

WORK = {"quantity": 500.0, "unit": "tonne.km"}
TRIP = {"mass": 2.0, "mass_unit": "t", "distance": 300.0, "distance_unit": "km"}


def sent(read, line, own):
    return classify(read(freight=[line], own_factors=own)).activities["activity"].tolist()


@pytest.mark.parametrize(("country", "mode", "activity", "remark"), [
    ("FR", "Porteur 19 t", "hgv.rigid_12_to_20t", ""), ("GB", "Rigid lorry 19t", "hgv.rigid_over_17t", ""),
    ("FR", "Semi-remorque (40 tonnes)", "hgv.articulated_34_to_40t", ""),
    ("GB", "Truck (rigid, >3.5-7.5t)", "hgv.rigid_3_5_to_7_5t", ""),
    ("GB", "rigid lorry, over 17 t", "hgv.rigid_over_17t", ""), ("GB", "rigid lorry 17 t", "hgv.rigid_7_5_to_17t", ""),
    ("FR", "porteur plus de 17 t", "hgv.rigid_12_to_20t", ""),
    ("GB", "Articulated (>3.5 - 33 tonnes)", "hgv.articulated_3_5_to_33t", ""),
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


def test_the_company_s_own_factor_for_a_word_goes_first(read):
    """An electric van that the company has a factor for; an empty train with a factor by km."""
    own = [{"activity": f"freight.{a}", "region": "FR", "unit": u, "valid_from": 2020}
           for a, u in (("camionnette_electrique", "tonne.km"), ("rail.laden_0", "km"))]
    assert sent(read, {**WORK, "mode": "camionnette électrique"}, own) == ["freight.camionnette_electrique"]
    assert sent(read, {**TRIP, "mode": "rail", "empty_share": 1.0}, own) == ["freight.rail", "freight.rail.laden_0"]


def test_lorries_by_load_are_those_that_are_published():
    """Each class of a lorry has figures when empty, half and fully laden, in both cut releases."""
    names = {f"freight.{mode}.laden_{load_}" for mode in laden() for load_ in (0, 50, 100)}
    assert names <= set(load("2026.1").table["activity"])
