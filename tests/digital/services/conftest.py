"""A service with all ten answers, on a grid of 0.05 kg CO2e/kWh."""

from __future__ import annotations

import pytest

from carbon.digital.electricity import given_grid
from carbon.digital.services.service import service
from carbon.params.shapes.digital import ServiceAnswers

GIVEN = {"service_id": "shop", "year": 2025, "users": 1000, "hours_per_user": 10, "gb_per_user": 2,
         "devices": {"laptop": 1.0}, "mobile_share": 0.25, "zone": "FR", "servers": [{"quantity": 2}],
         "storage": [{"disks": 4}], "pue": 1.5, "datacentre_zone": "FR", "server_lifespan_years": 5,
         "allocation": "active_hours"}
FR = given_grid(0.05, zone="FR", year=2025, source="a test")


@pytest.fixture
def ask():
    """The answers with some changed; None takes an answer away."""
    def answers(**changes):
        return ServiceAnswers(**{k: v for k, v in {**GIVEN, **changes}.items() if v is not None})

    return answers


@pytest.fixture
def run(ask):
    def of(factors=None, **changes):
        return service(ask(**changes), grid_users=FR, grid_datacentre=FR, factors=factors)

    return of


@pytest.fixture
def cell():
    def of(result, tier, step, item):
        rows = result.table[(result.table["criterion"] == "climate_change")].set_index(["tier", "step", "item"])
        return rows.loc[(tier, step, item), "value"]

    return of
