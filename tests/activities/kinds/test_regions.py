"""The region of an activity: the rule's, the record's, its site's, the company's."""

from __future__ import annotations

import pytest

from carbon.activities import classify

ANY = [{"id": "any", "when": {"supplier": ["*"]}, "activity": "purchase.nace.S96"}]


@pytest.mark.parametrize(("line", "region"), [
    ({"country": "DE", "site": "madrid"}, "DE"), ({"site": "madrid"}, "ES"), ({}, "FR"),
])
def test_region_of_a_purchase(read, line, region):
    """The record's country, else its site's, else the company's."""
    found = classify(read(purchases=[line], rules=ANY, sites={"madrid": "ES"})).activities["region"]
    assert found.tolist() == [region]


def test_a_rule_can_fix_the_region(read):
    """A rule's region comes before the record's country."""
    rules = [{**ANY[0], "region": "GLO"}]
    assert classify(read(purchases=[{"country": "DE"}], rules=rules)).activities["region"].tolist() == ["GLO"]


DENVER = {"sites": {"denver": {"country": "US", "zip": "80202"}, "lyon": {"country": "FR", "heat_network": "Réseau 7"}}}


@pytest.mark.parametrize(("line", "region"), [
    ({"site": "denver", "country": "US"}, "US-eGRID-RMPA"), ({"site": "denver"}, "US-eGRID-RMPA"),
    ({"site": "denver", "country": "US", "carrier": "natural_gas", "unit": "m3"}, "US"),
    ({"site": "denver", "country": "FR"}, "FR"), ({"site": "lyon"}, "FR"),
    ({"site": "lyon", "carrier": "district_heat"}, "FR-reseau-7"),
    ({"site": "lyon", "carrier": "steam"}, "FR-reseau-7"),
    ({"site": "denver", "country": "US", "zone": "RMPA"}, "US-eGRID-RMPA"),
    ({"site": "denver", "country": "US", "zone": "Colorado"}, "US-eGRID-RMPA"),
    ({"site": "elsewhere", "country": "US", "zone": "94105"}, "US-eGRID-CAMX"),
    ({"site": "lyon", "country": "FR", "zone": "Rhône"}, "FR"),
])
def test_energy_takes_the_zone_or_the_network_of_its_site(read, line, region):
    """Electricity takes the grid zone, heat the network, each in the site's country; fuels stay with the country."""
    found = classify(read(energy=[line], **DENVER)).activities["region"]
    assert found.tolist() == [region]


@pytest.mark.parametrize(("zone", "what", "choice"), [
    ("Colorado", "may be 5 grid zones of US", "US-eGRID-RMPA"), ("RMPX", "no grid zone of US", "US-eGRID-RMPA"),
    ("AU-NSW", "grid zone of AU, not of US", "correct"),
])
def test_a_zone_that_is_not_certain_is_asked(read, zone, what, choice):
    """A state of several subregions, a misspelt zone and one of another country are rejected with the choices."""
    made = classify(read(energy=[{"site": "elsewhere", "country": "US", "zone": zone}], **DENVER))
    assert made.activities.empty and made.rejects["code"].tolist() == ["zone_unknown"]
    assert what in made.rejects["reason"].iloc[0] and choice in made.rejects["what_to_do"].iloc[0]


def test_a_record_against_its_sites_zone_is_asked(read):
    """A bill that names another subregion than its site is rejected, not counted in either."""
    made = classify(read(energy=[{"site": "denver", "country": "US", "zone": "CAMX"}], **DENVER))
    assert made.rejects["code"].tolist() == ["zone_unknown"]


def test_a_sales_region_next_to_a_site_of_known_zone_is_left_unread(read):
    """A column `region` may hold "North America": the site's zone counts with a warning; without one it is asked."""
    lines = [{"site": "denver", "country": "US", "zone": "North America"}]
    made = classify(read(energy=lines, **DENVER))
    assert made.activities["region"].tolist() == ["US-eGRID-RMPA"]
    assert "North America" in made.warnings.set_index("code")["text"]["zone_unread"]
    made = classify(read(energy=[{**lines[0], "site": "elsewhere"}], **DENVER))
    assert made.rejects["code"].tolist() == ["zone_unknown"]


def test_a_country_of_several_zones_says_where_none_is_known(read):
    """Electricity of the United States without a zone counts at the national average, and the row says so."""
    lines = [{"site": "elsewhere", "country": "US"}, {"site": "denver", "country": "US"}, {"site": "lyon"}]
    found = classify(read(energy=lines, **DENVER)).activities
    assert found["region"].tolist() == ["US", "US-eGRID-RMPA", "FR"]
    assert found["quality"].tolist() == ["grid zone unknown: national average", "", ""]
