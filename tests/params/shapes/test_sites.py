"""Sites: a country alone, or with a grid zone and a heat network."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from carbon.params.shapes.sites import Site


@pytest.mark.parametrize(("given", "zone"), [
    ("FR", ""), ({"country": "US", "zone": "US-eGRID-RMPA"}, "US-eGRID-RMPA"), ({"country": "US", "zip": "80202"},
    "US-eGRID-RMPA"), ({"country": "AU", "state": "AU-NSW"}, "AU-NSW"), ({"country": "CA", "state": "Quebec"}, "CA-QC"),
    ({"country": "US", "state": "Colorado", "zip": "80202"}, "US-eGRID-RMPA"), ({"country": "IN", "zone": "IN-KA"},
    "IN-KA"),
])
def test_a_site_has_a_country_and_at_most_one_zone(given, zone):
    """A bare country is as before; zone, ZIP code and state each lead to the zone of electricity."""
    assert Site.model_validate(given).grid_zone == zone


@pytest.mark.parametrize(("given", "what"), [
    ({"country": "US", "zone": "RMPX"}, "US-eGRID-RMPA"), ({"country": "FR", "zone": "US-eGRID-RMPA"}, "not of FR"),
    ({"country": "US", "zone": "AU-NSW"}, "not of US"), ({"country": "US", "state": "Colorado"}, "may be 5 grid zones"),
    ({"country": "US", "zip": "00000"}, "no ZIP code"), ({"country": "US", "zip": "2139"}, "five digits"),
    ({"country": "US", "zip": "10001", "zone": "RMPA"}, "name different grid zones"), ("XX", "no country"),
    ("US-CO", "country: US, zone: US-CO"),
    ({"country": "FR", "zone": "DE-BY"}, "No grid zones of FR"), ({"zone": "RMPA"}, "country"),
    ({"country": "US", "grid": "RMPA"}, "grid"),
])
def test_a_place_that_is_not_certain_is_refused_with_the_choices(given, what):
    """An unknown zone, one of another country, a state or ZIP code of several, and words that differ raise an error."""
    with pytest.raises(ValidationError, match=what.replace("(", r"\(")):
        Site.model_validate(given)


@pytest.mark.parametrize("given", ["FR", {"country": "US", "zip": "80202"}])
def test_a_site_is_shown_as_it_was_written(given):
    """`carbon check --kind params` prints a bare country as before, and of a place what was given."""
    assert Site.model_validate(given).model_dump() == given


def test_a_heat_network_has_a_region_of_its_own():
    """Factors of a network have a region under the country, made of its name unless it is one already."""
    assert Site(country="FR", heat_network="Réseau de Metz (UEM)").heat_region == "FR-reseau-de-metz-uem"
    assert Site(country="FR", heat_network="FR-cpcu").heat_region == "FR-cpcu"
    assert Site(country="FR").heat_region == ""
