"""What a company states twice: agreement within two percent, else a line with both figures."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.core.errors import TableError
from carbon.digital.electricity import with_metered
from carbon.digital.reconciliation import metered_kwh, reconciliation

DAYS = (pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 12, 31))
CONTRACTS = pd.DataFrame({"site": ["lyon", "nantes"], "kwh": [1000.0, 2100.0], "renewable_kwh": [1000.0, 0.0]})


def inventory(covered: float = 1000.0) -> SimpleNamespace:
    """Lyon meters 1,000 kWh in two units, Nantes 2,000; an instrument covers some of it."""
    activities = pd.DataFrame({"activity": ["electricity"] * 3 + ["natural_gas"],
                               "site": ["lyon", "lyon", "nantes", "lyon"],
                               "unit": ["kWh", "MWh", "kWh", "kWh"], "quantity": [400.0, 0.6, 2000.0, 9.0]})
    instruments = pd.DataFrame({"carrier": "electricity", "instrument": ["GO-1", "uncovered"],
                                "kind": ["certificate", ""], "allocated_kwh": [covered, 2000.0]})
    return SimpleNamespace(activities=activities, instruments=instruments, records={})


def verdicts(table: pd.DataFrame) -> dict[tuple[str, str], bool]:
    return dict(zip(zip(table["what"], table["item"], strict=True), table["agrees"], strict=True))


def test_contracts_are_held_against_meters_and_proofs_against_instruments():
    """Lyon agrees; 2,100 kWh where the meter has 2,000 do not; neither does a proof that scope 2 does not have."""
    assert metered_kwh(inventory()) == {"lyon": 1000.0, "nantes": 2000.0}
    assert verdicts(reconciliation({}, inventory(), DAYS, CONTRACTS)) == {
        ("electricity", "lyon"): True, ("electricity", "nantes"): False, ("renewable electricity", ""): True}
    assert not verdicts(reconciliation({}, inventory(0.0), DAYS, CONTRACTS))["renewable electricity", ""]


def test_the_stock_list_is_held_against_the_orders_of_the_year():
    """Two laptops listed and two ordered agree; a screen that nobody ordered does not."""
    stock = pd.DataFrame({"category": ["laptop", "laptop", "monitor"],
                          "purchased_on": pd.to_datetime(["2024-02-01", "2024-02-01", "2024-05-05"])})
    orders = pd.DataFrame({"category": ["laptop", "monitor"], "quantity": [2.0, 1.0],
                           "date": pd.to_datetime(["2024-01-20", "2023-05-05"])})
    table = reconciliation({"assets": stock, "it_purchases": orders}, inventory(), DAYS, None)
    assert verdicts(table) == {("devices bought", "laptop"): True, ("devices bought", "monitor"): False}


def test_a_contract_without_kwh_has_those_of_its_meters():
    """The kWh are typed once; a site that no meter has, or with two contracts, is asked."""
    contracts = pd.DataFrame({"site": ["lyon", "nantes"], "kwh": [float("nan"), 5.0]})
    assert with_metered(contracts, {"lyon": 1000.0})["kwh"].tolist() == [1000.0, 5.0]
    with pytest.raises(TableError, match="without electricity"):
        with_metered(contracts, {})
    with pytest.raises(TableError, match="several"):
        with_metered(contracts.assign(site="lyon"), {"lyon": 1000.0})
