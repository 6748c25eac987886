"""Parameters of a company: region chains, targets and travel choices that contradict each other."""

import pytest
from pydantic import ValidationError

from carbon.params.shapes.company import FactorPolicy, TargetParams, Travel, Vintage

POLICY = FactorPolicy(release="x", regions={"FR": ["FR", "EU27"], "other": ["GLO"]}, price_basis="strict",
                      deflator="none", vintage=Vintage(later="refuse", max_gap=5))


@pytest.mark.parametrize(("region", "scope", "chain"), [
    ("FR", "1", ["FR", "EU27"]), ("DE", "3", ["DE", "GLO"]), ("DE", "2", ["DE"]), ("", "3", [""])])
def test_regions_without_a_chain_fall_back_in_scope_3_only(region, scope, chain):
    """In scopes 1 and 2 no grid replaces another that is not listed by name."""
    assert POLICY.chain(region, scope) == chain


def test_a_target_begins_before_it_ends():
    """The base year is one of the years of a mean base, and the target year comes after it."""
    fields = {"id": "t", "scopes": ["1"], "scope2_method": "location-based", "base_year": 2020, "reduction": 0.4}
    assert TargetParams(**fields, target_year=2030).reduction == 0.4
    with pytest.raises(ValidationError, match="does not come after"):
        TargetParams(**fields, target_year=2020)
    with pytest.raises(ValidationError, match="period_from 2031 comes after target_year 2030"):
        TargetParams(**fields, target_year=2030, period_from=2031)
    with pytest.raises(ValidationError, match="is not one of base_years"):
        TargetParams(**fields, target_year=2030, base_years=(2018, 2019))


def test_a_detour_is_never_added_to_factors_that_have_one():
    """The UK Government's factors contain an uplift of 8 %."""
    fields = {"non_co2": "none", "rail": {}, "rail_detour": 1.2, "road_detour": 1.5}
    assert Travel(**fields, flight_bands="ademe", flight_detour_km=95).flight_detour_km == 95
    with pytest.raises(ValidationError, match="write 0"):
        Travel(**fields, flight_bands="desnz", flight_detour_km=95)
