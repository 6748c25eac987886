"""Measures: the parts of each formula, from an inventory and from the tables of a company."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.core.errors import TableError
from carbon.scorecards.computation import MEASURES
from carbon.scorecards.measuring import attempted, from_inventory, from_tables, from_trips, measures_table

DAYS = (pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 12, 31))


def inventory() -> SimpleNamespace:
    """1 t of scope 1, 3 t of scope 3 (1 t of it from spend), 1 t outside the Kyoto gases; 500 of 700 kWh metered."""
    emissions = pd.DataFrame({"scope": ["1", "3", "3", "3"], "kyoto": [True, True, True, False],
                              "tier": ["measured", "measured", "spend", "measured"],
                              "co2e_kg": [1000.0, 2000.0, 1000.0, 1000.0]})
    activities = pd.DataFrame({"activity": ["electricity", "electricity", "diesel"], "unit": ["kWh", "MWh", "kWh"],
                               "quantity": [500.0, 2.0, 200.0]})
    return SimpleNamespace(params=SimpleNamespace(scope2_headline="market-based"), emissions=emissions,
                           activities=activities, total=lambda method: 4000.0)


def test_the_climate_indicators_are_tonnes_by_head_and_the_share_not_from_spend():
    """4 t and 1 t for 5 people; 2 of 3 t of scope 3 do not come from spend, and gases outside Kyoto are in neither."""
    found = {m[0]: m[2:6] for m in from_inventory(inventory(), 5)}

    assert found["total_per_employee"] == (4.0, 5, 500.0, 1.0)
    assert found["energy_per_employee"] == (pytest.approx(1.0), 5, 500.0, 1.0)
    assert found["scope3_coverage"] == (2.0, 3.0, 1.0, 1.0)


def test_trips_by_train_are_a_share_of_those_the_rule_decides():
    """Two trips are the train's, of which one went by train; one of four is left open by the rule."""
    table = pd.DataFrame({"rule_mode": ["train", "train", "plane", "unknown"],
                          "actual_mode": ["train", "plane", "plane", "train"]})
    assert list(from_trips(SimpleNamespace(table=table))) == [("train_share", "", 1.0, 2.0, 1.0, 0.75, "trips")]


def test_tables_that_a_company_does_not_keep_give_no_measure():
    """No tables and no policies: no measure, and an empty table of the right columns."""
    none = SimpleNamespace(onboarding_days=None, training_course="", active_months=None, hosting=(), purchasing=())
    rows = list(from_tables({}, none, pd.DataFrame, year=2024, days=DAYS))
    assert rows == []
    assert list(measures_table([], period="2024", on=date(2024, 12, 31)).columns) == list(MEASURES.columns)


def test_one_fault_hides_its_own_measures_only():
    """Contracts that break their rule keep the renewable rate away; projects are measured, and the reason is kept."""
    policies = SimpleNamespace(onboarding_days=None, training_course="", active_months=None, hosting=(), purchasing=())
    project = {"project_id": ["a"], "days": [1.0], "revenue_eur": [1.0], "tags": ["Green IT"]}
    tables = {"projects": pd.DataFrame(project), "energy_contracts": pd.DataFrame()}

    def contracts() -> pd.DataFrame:
        raise TableError("energy_contracts: 1 market-based figures without a method")

    makers = from_tables(tables, policies, contracts, year=2024, days=DAYS)
    rows, failed = attempted(makers)
    assert [row[0] for row in rows] == ["positive_projects"]
    assert [(evidence, error.what) for evidence, error in failed] == [
        ("energy_contracts", "energy_contracts: 1 market-based figures without a method")]
