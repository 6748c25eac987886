"""Eight rates by hand, with decoys that must not count; policies tested by conditions."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import UsageError
from carbon.core.params.digital import Requirement
from carbon.digital.conditions import unmet
from carbon.scorecards import rates

ON = pd.Timestamp("2024-12-31")


def frame(columns, rows, days=()):
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(**{d: pd.to_datetime(table[d]).astype("datetime64[s]") for d in days})


def test_training_counts_people_in_scope_at_the_date():
    """Two of three trained; the third is late after 90 days; a decoy is hired later, another took another course."""
    table = frame(["person_id", "hired_on", "course", "completed_on"], [
        ("a", "2020-01-01", "eco", "2021-01-01"), ("b", "2024-12-01", "eco", "2024-12-20"),
        ("c", "2024-01-01", "eco", None), ("d", "2025-02-01", "eco", None), ("e", "2020-01-01", "other", None),
    ], ("hired_on", "completed_on"))
    rate = rates.training_rate(table, course="eco", on=ON, onboarding_days=90)
    assert (rate.numerator, rate.denominator, rate.beside["late"]) == (2, 3, 1)


def test_maintenance_by_contract_or_commit():
    """a by contract, b by a commit 6 months ago, c neither; d retired, e not delivered yet."""
    columns = ["solution_id", "delivered_on", "retired_on", "maintained_until", "last_commit_on"]
    table = frame(columns, [
        ("a", "2020-01-01", None, "2025-06-30", None), ("b", "2020-01-01", None, None, "2024-06-30"),
        ("c", "2020-01-01", None, "2023-12-31", "2023-01-01"), ("d", "2015-01-01", "2022-01-01", "2025-06-30", None),
        ("e", "2025-03-01", None, "2026-01-01", None)], columns[1:])
    rate = rates.maintenance_rate(table, on=ON, active_months=12)
    assert (rate.numerator, rate.denominator) == (2, 3)
    assert rate.beside == {"by contract": 1, "by commit": 1}


def test_positive_projects_count_two_tags_once_also_by_days_and_revenue():
    """1 of 2 projects, 10 of 40 days; a missing revenue lowers the population, not the rate."""
    table = pd.DataFrame({"project_id": ["a", "b"], "days": [10.0, 30.0], "revenue_eur": [5.0, np.nan],
                          "tags": ["Green IT; IT for Human", "bank"]})
    assert rates.positive_projects(table, by="projects").value == 0.5
    assert rates.positive_projects(table, by="days").value == 0.25
    assert rates.positive_projects(table, by="revenue_eur").population == 0.5
    with pytest.raises(UsageError):
        rates.positive_projects(table, by="mood")


HOSTS = pd.DataFrame({"service": ["a", "b", "c"], "provider": ["Nord", "Sud", "Est"], "kwh": [100.0, 300.0, np.nan],
                      "pue": [1.2, 1.6, np.nan], "grid_g_per_kwh": [50.0, 400.0, 30.0],
                      "renewable_share": [1.0, 0.2, 1.0], "location": ["FR", "DE", ""]})
POLICY = [Requirement(column="pue", operator="<=", value="1.4"), Requirement(column="location", operator="in",
                                                                             value=["fr", "be"])]


def test_hosting_policy_is_a_list_of_conditions():
    """a meets both; b neither; c does not say its PUE and its place, so it meets none."""
    assert rates.hosting_rate(HOSTS, POLICY, by="services").value == pytest.approx(1 / 3)
    by_kwh = rates.hosting_rate(HOSTS, POLICY, by="kwh")
    assert (by_kwh.value, by_kwh.population) == pytest.approx((0.25, 2 / 3))
    table = unmet(HOSTS, POLICY, "service")
    assert table.values.tolist() == [["b", "location in fr, be", "DE"], ["b", "pue <= 1.4", "1.6"],
                                     ["c", "location in fr, be", "not said"], ["c", "pue <= 1.4", "not said"]]


def test_purchasing_counts_units_by_category():
    """10 laptops of 8 years of support meet, 5 of 5 years do not; 5 phones take the other rule; 2 drones have none."""
    table = pd.DataFrame({"category": ["laptop", "laptop", "smartphone"], "quantity": [10.0, 5.0, 5.0],
                          "support_years": [8.0, 5.0, np.nan], "condition": ["new", "new", "refurbished"]})
    policy = {"laptop": [Requirement(column="support_years", operator=">=", value="8")],
              "other": [Requirement(column="condition", operator="=", value="refurbished")]}
    assert rates.purchasing_rate(table, policy).value == 0.75
    only = rates.purchasing_rate(table, {"laptop": policy["laptop"]})
    assert (only.value, only.beside["without rule"]) == (0.5, 5)


def test_open_source_time_and_nothing_measured():
    """30 of 1500 hours; an unknown period is no data."""
    table = pd.DataFrame({"period": ["2024", "2023"], "hours_given": [30.0, 9.0], "hours_worked": [1500.0, 100.0]})
    assert rates.opensource_rate(table, period="2024").value == 0.02
    assert math.isnan(rates.opensource_rate(table, period="2020").value)


def test_audits_take_the_last_one_and_none_while_untested():
    """The newer audit counts; a decoy lies after the date."""
    table = frame(["service", "date", "compliant", "non_compliant", "not_applicable", "untested"], [
        ("a", "2022-01-01", 10, 40, 56, 0), ("a", "2024-01-01", 40, 10, 56, 0), ("a", "2025-06-01", 50, 0, 56, 0),
        ("b", "2024-01-01", 40, 10, 50, 6)], ("date",))
    found = rates.rgaa_rates(table, on=ON).set_index("service")["rate"]
    assert found["a"] == 80 and math.isnan(found["b"])
    assert rates.rgaa_rate_of(table, on=ON).population == 0.5


def test_only_proved_kwh_are_renewable():
    """1000 of 1500 kWh are proved; the sum of market-based figures lacks one, so it is no data."""
    table = pd.DataFrame({"kwh": [1000.0, 500.0], "renewable_kwh": [1000.0, 0.0], "location_co2e_kg": [50.0, 25.0],
                          "market_co2e_kg": [7.0, np.nan]})
    rate = rates.renewable_rate(table)
    assert (rate.numerator, rate.denominator) == (1000, 1500)
    assert math.isnan(rate.beside["market_co2e_kg"])
