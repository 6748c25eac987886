"""The life-cycle grid factor, from the library or the user's own, and both scope 2 figures of a contract."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import AmbiguousFactorError, MissingFactorError, TableError, UsageError
from carbon.digital.electricity import contracts_table, given_grid, grid_factor
from carbon.factors import load
from carbon.params.shapes.company import FactorPolicy, Vintage


def policy(*prefer, later="refuse"):
    return FactorPolicy(release="", regions={}, vintage=Vintage(later=later, max_gap=0, older_max_gap=5),
                        price_basis="strict", deflator="none", prefer=list(prefer))


def ask(zone, year, *prefer):
    return grid_factor(load(), zone=zone, year=year, policy=policy(*prefer), gwp="AR5GWP100")


def test_the_french_consumption_mix_of_2022_is_the_sum_of_its_parts():
    """Base Carbone 42513: 0.0338 at the plant + 0.0135 upstream + 0.00474 losses = 0.05204 kg CO2e/kWh."""
    found = ask("FR", 2022, "ademe_base_carbone")
    assert found.kg_per_kwh == pytest.approx(0.05204)
    assert "42513" in found.factor_id and "FR 2022" in found.words


def test_direct_factors_are_never_taken_for_life_cycle_ones():
    """The EEA's direct intensity of Germany is not in the running: the life-cycle one is found without a choice."""
    assert "ember" in ask("DE", 2023).factor_id


def test_two_life_cycle_sources_are_not_chosen_in_silence_and_none_is_a_miss():
    """Ambiguous or missing: an error, never a stand-in."""
    with pytest.raises(AmbiguousFactorError):
        ask("FR", 2022)
    with pytest.raises(MissingFactorError, match="zone ZZ"):
        ask("ZZ", 2022)


def test_a_factor_of_ones_own_needs_its_source():
    """Without a source, or negative: refused."""
    with pytest.raises(UsageError):
        given_grid(0.05, zone="FR", year=2024, source=" ")
    with pytest.raises(UsageError):
        given_grid(-0.05, zone="FR", year=2024, source="x")


def contracts(**changes):
    rows = {"site": ["lyon", "lyon"], "supplier": ["Vert", "Mix"], "kwh": [1000.0, 500.0],
            "renewable_share": [1.0, 0.5], "market_g_per_kwh": [7.0, np.nan],
            "method": ["decree 2016-944", ""], "zone": ["FR", "FR"], "proof": ["GO 2024", ""]}
    return pd.DataFrame({**rows, **changes})


FR = {"FR": given_grid(0.05, zone="FR", year=2024, source="a test")}


def test_both_scope_2_figures_stand_beside_each_other():
    """Location 1500 x 0.05 = 75 kg whatever the contract; market 1000 x 7 / 1000 = 7 kg and one not stated."""
    table = contracts_table(contracts(), FR)
    assert table["location_co2e_kg"].sum() == pytest.approx(75)
    assert table["market_co2e_kg"].tolist()[0] == pytest.approx(7) and math.isnan(table["market_co2e_kg"].iloc[1])
    # only what is proved
    assert table["renewable_kwh"].tolist() == [1000, 0]


def test_a_contract_never_lowers_the_location_figure():
    """All renewable: the same location-based kg."""
    green = contracts(renewable_share=[1.0, 1.0], proof=["GO", "GO"])
    assert contracts_table(green, FR)["location_co2e_kg"].tolist() == \
        contracts_table(contracts(), FR)["location_co2e_kg"].tolist()


def test_a_market_figure_needs_its_method_and_a_zone_its_factor():
    """7.0 and 12.4 g/kWh were published for one year by two methods."""
    with pytest.raises(TableError, match="without a method"):
        contracts_table(contracts(method=["", ""]), FR)
    with pytest.raises(TableError, match="out of range"):
        contracts_table(contracts(renewable_share=[1.2, 0.5]), FR)
    with pytest.raises(MissingFactorError):
        contracts_table(contracts(zone=["FR", "DE"]), FR)
