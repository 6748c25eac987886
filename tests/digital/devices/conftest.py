"""A fleet small enough to be worked by hand."""

from __future__ import annotations

import pytest

from carbon.digital.devices.fleet import fleet

CHOICES = {"view": "spread", "lifespan_rule": "max_of_age_and_planned", "idle_months": 3}


@pytest.fixture
def by_hand(assets, grid):
    rows = assets([
        # 7.005 years old at the end of 2024 (2557 days): over 6, under 8
        {"asset_id": "a", "category": "laptop", "purchased_on": "2018-01-01"},
        {"asset_id": "b", "category": "laptop", "purchased_on": "2024-05-01"},
        # bought and retired in the year: both flows, not the stock
        {"asset_id": "c", "category": "laptop", "purchased_on": "2024-02-01", "retired_on": "2024-11-01",
         "status": "retired", "exit_route": "donated"},
        {"asset_id": "d", "category": "monitor", "purchased_on": ""},
        # decoy: bought after the year
        {"asset_id": "e", "category": "laptop", "purchased_on": "2025-01-01"},
        # decoy: left before the year
        {"asset_id": "f", "category": "laptop", "purchased_on": "2010-01-01", "retired_on": "2023-06-01",
         "status": "retired", "exit_route": "recycled"},
        {"asset_id": "g", "category": "drone", "purchased_on": "2023-01-01"},
        {"asset_id": "h", "category": "tablet", "purchased_on": "2024-05-01", "status": "in stock"},
    ])
    return fleet(rows, year=2024, grid=grid, employees=2, scenario_lifespans=(6, 8), **CHOICES)


@pytest.fixture
def row():
    def of(result, category, view):
        table = result.table
        return table[(table["category"] == category) & (table["view"] == view)].iloc[0]

    return of
