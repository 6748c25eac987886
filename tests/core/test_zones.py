"""Grid zones below the country: codes, names, states, ZIP codes, and what names several of them."""

from __future__ import annotations

import pytest

from carbon.core import zones
from carbon.core.errors import UsageError


@pytest.mark.parametrize(("country", "words", "zone"), [
    ("US", ("US-eGRID-RMPA",), "US-eGRID-RMPA"), ("US", ("rmpa",), "US-eGRID-RMPA"),
    ("US", ("WECC Rockies",), "US-eGRID-RMPA"), ("US", ("80202",), "US-eGRID-RMPA"),
    ("US", ("80202-1234",), "US-eGRID-RMPA"), ("US", ("02139",), "US-eGRID-NEWE"),
    ("US", ("Connecticut",), "US-eGRID-NEWE"), ("US", ("US-CT",), "US-eGRID-NEWE"),
    ("AU", ("AU-NSW",), "AU-NSW"), ("AU", ("Australian Capital Territory",), "AU-NSW"), ("CA", ("Québec",), "CA-QC"),
    ("PR", ("00901",), "US-eGRID-PRMS"), ("US", ("Colorado", "80202"), "US-eGRID-RMPA"),
])
def test_a_zone_has_codes_names_and_places(country, words, zone):
    """A code, a name, a state of one subregion or a ZIP code leads to the zone; several words to what they share."""
    assert zones.zone_of(country, *words) == zone


@pytest.mark.parametrize(("country", "words", "what", "hint"), [
    ("US", ("Colorado",), "may be 5 grid zones", "US-eGRID-RMPA (WECC Rockies)"),
    ("US", ("US-CO",), "may be 5 grid zones", "US-eGRID-AZNM"),
    ("US", ("RMPX",), "no grid zone of US", "one of US-eGRID-RMPA"),
    ("US", ("99999",), "no ZIP code", "US-eGRID-"), ("US", ("2139",), "no ZIP code", "US-eGRID-"),
    ("FR", ("US-eGRID-RMPA",), "grid zone of US, not of FR", "correct"),
    ("US", ("AU-NSW",), "of AU, not of US", "correct"),
    ("FR", ("Bretagne",), "No grid zones of FR", "leave the zone out"),
    ("US", ("10001", "RMPA"), "name different grid zones", "correct one"),
])
def test_what_is_no_single_zone_is_asked(country, words, what, hint):
    """An unknown zone, one of another country, a state or ZIP code of several, and words that differ: never guessed."""
    with pytest.raises(UsageError) as error:
        zones.zone_of(country, *words)
    assert what in error.value.what and hint in error.value.hint


def test_a_zip_code_served_from_several_subregions_has_them_all():
    """Utilities of several subregions may share a ZIP code; which one bills the site is for the company to say."""
    several = {code: zones.zones_of_zip(code) for code in (f"{n:05d}" for n in range(100_000))}
    assert sum(len(found) > 1 for found in several.values()) == 2963  # counted in EPA's file
    assert sum(bool(found) for found in several.values()) == 41588
    code = next(code for code, found in several.items() if len(found) > 1)
    with pytest.raises(UsageError, match="may be"):
        zones.zone_of("US", code)


def test_a_part_of_a_country_names_the_country():
    """What a column of countries may hold by mistake: a state, a province, a subregion; no country and no number."""
    places = {"Colorado": ["US"], "US-CO": ["US"], "New South Wales": ["AU"], "Québec": ["CA"], "RMPA": ["US"],
              "France": [], "80202": [], "ON": [], "Atlantis": []}
    assert {word: zones.holders(word) for word in places} == places


def test_a_market_is_the_country_of_its_zones():
    """A region contains its zones, not inversely; a bare area is its own market."""
    assert zones.market_of("US-eGRID-RMPA") == zones.market_of("US-eGRID-CAMX") == "US"
    assert zones.contains("US", "US-eGRID-RMPA") and not zones.contains("US-eGRID-RMPA", "US")
    assert not zones.contains("US", "AU-NSW") and zones.contains("FR", "FR")
    assert zones.country_of("EU27") == "EU27" and zones.country_of("GLO") == "GLO"
