"""A computed year, next to which reported ones are placed."""

from types import SimpleNamespace

import pytest

from carbon.accounting.compile import compile_inventory


@pytest.fixture
def computed(make_emissions):
    emissions = make_emissions({"co2e_kg": 10.0}, {"scope": "2", "scope2_method": "location-based", "co2e_kg": 3.0},
                               {"scope": "2", "scope2_method": "market-based", "co2e_kg": 1.0},
                               {"scope": "3", "category": 6, "co2e_kg": 7.0})
    table = compile_inventory(emissions, company="c", year=2024, statements={})
    return {2024: SimpleNamespace(table=table, params=SimpleNamespace(
        gwp="AR5GWP100", consolidation="b", reporting_year_starts="01-01", missing_years={}, boundary=[],
        event_years={}, trajectory_model="auto", instruments=[]))}
