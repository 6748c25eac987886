"""A service without a company: the packaged choices are listed, and give the figure of the same grids."""

from __future__ import annotations

import pytest

from carbon.core.errors import MissingFactorError
from carbon.digital.services.service import service
from carbon.digital.services.standalone import standalone_choices, standalone_service


def test_every_choice_made_for_it_is_in_its_notes(ask):
    """Release, GWP set, vintage and preference, each with its value."""
    note = standalone_service(ask()).notes[-1]
    choices = standalone_choices()
    assert set(choices) == {"release", "gwp", "vintage", "prefer"}
    assert all(f"{name} {value}" in note for name, value in choices.items())


def test_the_grids_are_those_of_its_zones_and_of_each_host(ask):
    """The same kg as on the grids that it resolved; Germany as a host is a lever of its own."""
    alone = standalone_service(ask(), hosts=["DE"])
    same = service(ask(), grid_users=alone.grids.users, grid_datacentre=alone.grids.datacentre)
    assert alone.co2e_kg == same.co2e_kg
    assert alone.grids.users.zone == "FR" and set(alone.other_grids) == {"DE"}
    assert alone.other_grids["DE"].kg_per_kwh > alone.grids.users.kg_per_kwh


def test_a_zone_without_a_factor_has_no_service(ask):
    """Nothing replaces a missing grid in silence."""
    with pytest.raises(MissingFactorError, match="AQ"):
        standalone_service(ask(zone="AQ", network_zone="EU"))
