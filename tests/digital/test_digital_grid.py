"""The grid factor of digital figures: life cycle, from the pinned library, or the user's with a source."""

from __future__ import annotations

import pytest

from carbon.core.errors import AmbiguousFactorError, MissingFactorError, UsageError
from carbon.core.params import FactorPolicy, Vintage
from carbon.digital.electricity import given_grid, grid_factor
from carbon.factors import load


def policy(*prefer, later="refuse"):
    return FactorPolicy(release="", regions={}, vintage=Vintage(later=later, max_gap=0, older_max_gap=5),
                        price_basis="strict", deflator="none", prefer=list(prefer))


def ask(zone, year, *prefer):
    return grid_factor(load(), zone=zone, year=year, policy=policy(*prefer), gwp="AR5GWP100")


def test_the_french_consumption_mix_of_2022_is_the_sum_of_its_parts():
    """
    Base Carbone 42513: 0.0338 at the plant + 0.0135 upstream + 0.00474 losses = 0.05204 kg CO2e/kWh.
    """
    found = ask("FR", 2022, "ademe_base_carbone")
    assert found.kg_per_kwh == pytest.approx(0.05204)
    assert "42513" in found.factor_id and "FR 2022" in found.words


def test_direct_factors_are_never_taken_for_life_cycle_ones():
    """
    The EEA's direct intensity of Germany is not in the running: the life-cycle one is found without a choice.
    """
    assert "ember" in ask("DE", 2023).factor_id


def test_two_life_cycle_sources_are_not_chosen_in_silence_and_none_is_a_miss():
    """
    Ambiguous or missing: an error, never a stand-in.
    """
    with pytest.raises(AmbiguousFactorError):
        ask("FR", 2022)
    with pytest.raises(MissingFactorError, match="zone ZZ"):
        ask("ZZ", 2022)


def test_a_factor_of_ones_own_needs_its_source():
    """
    Without a source, or negative: refused.
    """
    with pytest.raises(UsageError):
        given_grid(0.05, zone="FR", year=2024, source=" ")
    with pytest.raises(UsageError):
        given_grid(-0.05, zone="FR", year=2024, source="x")
