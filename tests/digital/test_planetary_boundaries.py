"""Planetary budgets of a person, and the single score."""

from __future__ import annotations

import math

import pytest

from carbon.core.errors import MethodError, UsageError
from carbon.digital import packaged_tables
from carbon.digital.planetary_boundaries import (
    budget_per_person,
    person_budget,
    single_score,
)


def test_the_well_known_985_kg():
    """6.81e12 kg / 6 916 183 482 people = 984.65 kg CO2e; 8e9 people: 851.25."""
    assert budget_per_person("climate_change") == pytest.approx(984.647, abs=1e-3)
    assert budget_per_person("climate_change", population=8e9) == pytest.approx(851.25)
    with pytest.raises(UsageError):
        budget_per_person("climate_change", population=0)


def test_impacts_in_person_budgets_and_per_user():
    """9846.47 kg is ten person-budgets; of 1000 users, 1 % each."""
    row = person_budget(9846.47, users=1000).iloc[0]
    assert (row["person_budgets"], row["percent_per_user"]) == pytest.approx((10, 1), abs=1e-4)


def test_land_use_has_no_ratio_and_the_headline_has_five():
    """No agreed limit, no ratio."""
    assert math.isnan(person_budget({"land_use": 5.0})["person_budgets"].item())
    assert set(packaged_tables.headline_criteria()) == {"climate_change", "acidification", "particulate_matter",
                                        "ionising_radiation", "resource_minerals"}


def test_an_unknown_criterion_is_refused():
    """A misspelt criterion is an error."""
    with pytest.raises(UsageError, match="climat"):
        person_budget({"climat": 1.0})


def test_single_score_needs_all_sixteen():
    """Each impact at its normalisation: the weights sum to one; one criterion missing: not covered."""
    table = packaged_tables.load("planetary_boundaries").set_index("criterion")
    full = table["ef31_normalisation"].to_dict()
    assert single_score(full) == pytest.approx(1, abs=1e-3)
    assert math.isnan(single_score({k: v for k, v in full.items() if k != "water_use"}))


def test_no_users_have_no_percent():
    """Zero users are refused; without users the column is empty by choice."""
    with pytest.raises(MethodError, match="leave `users` out"):
        person_budget(100.0, users=0)
    assert person_budget(100.0)["percent_per_user"].isna().all()
