"""Energy in MWh by kind and origin."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from made_company import METERED, made_inventory

from carbon.core.errors import RunError
from carbon.core.ghg_protocol import MARKET
from carbon.factors.library import load
from carbon.reports.filings.counting import longest_prefix
from carbon.reports.filings.energy import _routing, energy_sums, energy_table
from carbon.reports.words.language import Words

YEAR = "2024-01-01,2024-12-31"


def sums(inventory: Any) -> dict[str, tuple[float, str]]:
    return energy_sums(inventory, energy_table(inventory))


def test_fuels_are_at_their_lower_heating_value_and_grid_electricity_is_not_renewable(make: Any):
    """10,000 kWh of gas by its gross value are 9.01 MWh (DESNZ: GCV and NCV); 20,000 kWh are 20 MWh; a contract without
    a renewable technology proves nothing.
    """
    found = sums(make())

    assert found["energy.fuel.gas"] == (pytest.approx(9.01, abs=0.02), "")
    assert found["energy.electricity.non_renewable"] == (20.0, "")
    assert found["energy.electricity.renewable"] == (0.0, "")
    assert found["energy"][0] == pytest.approx(20.0 + found["energy.fuel"][0])
    assert "energy.own" not in found, "no record of own generation is no zero"


@pytest.mark.parametrize(("activity", "unit", "gap"), [
    ("company_car.diesel", "km", "energy_unmetered"), ("process.lime", "t", "energy_unknown"),
    ("wood.pellets", "kWh", "energy_bridge"), ("lpg.mobile", "L", "energy_bridge")])
def test_what_has_no_energy_holds_back_the_sums_that_it_belongs_to(make: Any, activity: str, unit: str, gap: str):
    """Kilometres, an activity that may be no energy, a kWh without its basis: the fuels and the total have no figure,
    the electricity has.
    """
    stub = make()
    rows = stub.emissions
    of_gas = rows["activity"] == "natural_gas"
    found = sums(replace(stub, emissions=rows.assign(activity=rows["activity"].mask(of_gas, activity),
                                                     unit=rows["unit"].mask(of_gas, unit))))

    for name in ("energy", "energy.renewable", "energy.fuel", "energy.fuel.non_renewable"):
        assert math.isnan(found[name][0]) and found[name][1] == gap, name
    assert found["energy.electricity"] == (20.0, "")


def test_every_fuel_of_the_library_is_named():
    """Each activity that a factor burns has its kind and origin: none is left as unknown energy."""
    factors = load().table
    burnt = factors.loc[(factors["part"] == "combustion").to_numpy(), "activity"].astype("str").unique()
    unknown = {a for a in burnt if not longest_prefix(_routing(), a) and not a.startswith("cloud.")}

    assert unknown == set()


def test_a_french_fuel_by_its_lower_value_has_its_energy(make: Any):
    """1,000 kWh_LHV of road diesel B7 are 1 MWh of oil; litres without a heat content hold the sums back, and the
    reason names the remedy.
    """
    stub = make()
    of_gas = stub.emissions["activity"] == "natural_gas"

    def of(unit: str) -> tuple[float, str]:
        rows = stub.emissions.assign(activity=stub.emissions["activity"].mask(of_gas, "fuel.gazole_routier_b7"),
                                     unit=stub.emissions["unit"].mask(of_gas, unit),
                                     quantity=stub.emissions["quantity"].mask(of_gas, 1000.0))
        return sums(replace(stub, emissions=rows))["energy.fuel.oil"]

    assert of("kWh_LHV") == (1.0, "")
    assert of("L")[1] == "energy_bridge"
    assert "heat_contents" in Words("fr")("gap.energy_bridge") and "natural_gas" in Words("fr")("gap.energy_unknown")


def test_both_methods_of_scope_2_hold_the_metered_energy(make: Any):
    """A contract that covers more than the meter is an error, never more energy."""
    stub = make()
    rows = stub.emissions
    more = rows["quantity"].mask(rows["scope2_method"] == MARKET, 25_000.0)
    with pytest.raises(RunError, match="Scope 2 has -5000 units"):
        energy_table(replace(stub, emissions=rows.assign(quantity=more)))


def test_a_company_without_gas_gives_a_record_of_zero(tmp_path: Any):
    """No record of fuel is no zero: the total is held back; a record of quantity 0 proves that none was burnt. Own
    solar power is in the total, renewable.
    """
    meter = f"{YEAR},lyon,electricity,1000,kWh,x,m1\n"
    silent = sums(made_inventory(tmp_path / "a", {"energy": METERED + meter}))
    stated = sums(made_inventory(tmp_path / "b", {"energy": f"{METERED}{meter}{YEAR},lyon,natural_gas,0,kWh_HHV,x,m2\n"
                                                            f"{YEAR},lyon,own solar,400,kWh,x,m3\n"}))

    assert silent["energy"][1] == silent["energy.fuel"][1] == "energy_no_fuel"
    assert silent["energy.electricity"] == (1.0, "")
    assert [stated[name] for name in ("energy", "energy.fuel", "energy.own.renewable")] == [
        (1.4, ""), (0.0, ""), (0.4, "")]


def test_a_company_of_refrigerants_has_no_energy(tmp_path: Any):
    """A leak is in scope 1 and is no energy: no figure of energy, and the gaps name both kinds."""
    leak = "date,site,gas,quantity,unit\n2024-05-01,lyon,R-410A,2,kg\n"
    found = sums(made_inventory(tmp_path, {"refrigerants": leak}))

    assert {gap for _, gap in found.values()} == {"energy_no_fuel", "energy_no_electricity"}
    assert all(math.isnan(mwh) for mwh, _ in found.values())
