"""Bare words of freight take the mode that the params declare, as an assumption; words with a mode are left alone."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.core.errors import ParamsError

WORK = {"mass": 2.0, "mass_unit": "t", "distance": 300.0, "distance_unit": "km", "direction": "outbound"}
DECLARED = {"sea": "container_ship", "parcels": "van", "Colis": "fourgonnette", "air": "air.international",
            "barge": "sea.general_cargo.average"}


@pytest.mark.parametrize(("mode", "country", "activity", "remark"), [
    ("sea", "GB", "sea.container_ship.average", "assumed: sea is freight.sea.container_ship.average (freight_modes)"),
    ("Fret maritime", "FR", "sea.container_ship.average",
     "assumed: sea is freight.sea.container_ship.average (freight_modes)"),
    ("parcels", "GB", "van.average.unknown_fuel",
     "assumed: parcels is freight.van.average.unknown_fuel (freight_modes)"),
    ("COLIS", "FR", "van.average.unknown_fuel", "assumed: colis is freight.van.average.unknown_fuel (freight_modes)"),
    ("avion", "FR", "air.international", "assumed: air is freight.air.international (freight_modes)"),
    ("barge", "DE", "sea.general_cargo.average", "assumed: barge is freight.sea.general_cargo.average (freight_modes)"),
    ("camion", "FR", "hgv.average", ""), ("sea", "US", "sea.average", ""), ("courier", "GB", "courier", "")])
def test_a_declared_word_is_an_assumption(read, mode, country, activity, remark):
    """The declared mode, with a remark; a country's own average goes first, other words are asked."""
    line = {**WORK, "mode": mode, "country": country}
    row = classify(read(freight=[line], freight_modes=DECLARED)).activities.iloc[0]
    assert (row["activity"], row["quality"]) == (f"freight.{activity}", remark)


def test_the_ends_of_a_flight_go_before_the_declaration(read):
    """Both ends give the haul: nothing is assumed."""
    line = {**WORK, "mode": "air", "country": "GB", "origin": "LHR", "destination": "JFK"}
    row = classify(read(freight=[line], freight_modes=DECLARED)).activities.iloc[0]
    assert (row["activity"], row["quality"]) == ("freight.air.long_haul", "")


def test_without_a_declaration_the_word_stays_open(read):
    """Nobody chose a ship: the activity has no factor."""
    assert classify(read(freight=[{**WORK, "mode": "sea"}])).activities["activity"].tolist() == ["freight.sea"]


@pytest.mark.parametrize("declared", [{"lorry": "van"}, {"Camion": "rail"}, {"sea": "sea"}])
def test_a_word_that_has_a_mode_is_not_declared(read, declared):
    """A line that changes nothing, or what the package reads, is an error: it would be ignored in silence."""
    with pytest.raises(ParamsError, match=r"freight_modes\."):
        classify(read(freight=[{**WORK, "mode": "hgv"}], freight_modes=declared))
