"""The figures of a target from inventories: exclusions, engaged suppliers and renewable electricity."""

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION
from carbon.trajectory import Target
from carbon.trajectory.situation import _electricity, _engaged, _excluded, situation


def test_a_target_is_judged_by_records_and_exclusions_have_a_size():
    """A history that is only reported has no rows; a category left out without an estimate makes the size unknown, with
    one it counts in tonnes.
    """
    made = Target("t", ("1",), LOCATION, 2019, 2030, 0.5)
    with pytest.raises(MethodError, match="no inventory with records"):
        situation(made, SimpleNamespace(inventories={}, company="c"))
    left_out = {5: SimpleNamespace(status="excluded", estimated_t=None),
                7: SimpleNamespace(status="excluded", estimated_t=2.5),
                8: SimpleNamespace(status="not relevant", estimated_t=9.0)}
    inventory = SimpleNamespace(params=SimpleNamespace(categories=left_out))
    assert _excluded(inventory).isna().all()
    left_out[5].estimated_t = 1.0
    assert _excluded(inventory).to_dict() == {"3": 3500.0}


def test_engaged_suppliers_are_shares_of_scope_3_and_of_its_spend():
    """Of 400 kg of scope 3 (100 outside the Kyoto gases) and 1,000 EUR: supplier a has 100 kg and 600 EUR."""
    emissions = pd.DataFrame({"scope": ["3", "3", "3", "1"], "kyoto": [True, True, False, True],
                              "supplier": ["a", "b", "a", "a"], "co2e_kg": [100.0, 300.0, 100.0, 50.0]})
    activities = pd.DataFrame({"scope": ["3", "3", "3", "1"], "supplier": ["a", "b", "a", "a"],
                               "record_unit": ["EUR", "EUR", "electricity:kWh", "EUR"],
                               "record_amount": [600.0, 400.0, 70.0, 5.0]})
    inventory = SimpleNamespace(emissions=emissions, activities=activities, params=SimpleNamespace(currency="EUR"))
    assert _engaged(inventory, ["a"]) == (0.25, 0.6)
    assert _engaged(inventory, ["a", "b"]) == (1.0, 1.0)
    assert _engaged(inventory, []) == ()


def test_renewable_electricity_is_under_a_contract_and_without_emissions():
    """Of 100 kWh, 40 under a contract without emissions; 30 under one with emissions and 30 of a clean grid are not;
    heat is no electricity.
    """
    use = pd.DataFrame({"instrument": ["po", "coal", "", "warm"], "kg_per_kwh": [0.0, 0.9, 0.0, 0.0],
                        "allocated_kwh": [40.0, 30.0, 30.0, 50.0], "carrier": [*["electricity"] * 3, "district_heat"]})
    told = _electricity(SimpleNamespace(instruments=use))
    assert told == {"renewable_kwh": 40.0, "electricity_kwh": 100.0}
