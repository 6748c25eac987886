"""Sums of emission rows: the views of one total agree."""

import math

import pytest
from emissions_at_random import many

from carbon.accounting.views import counted, sum_kg_by, total_kg
from carbon.core.errors import UsageError

SCOPE2 = {"scope": "2", "activity": "electricity"}


def test_views_of_one_total_agree(make_emissions):
    """Sum by scope = sum by category and method = sum by site = the rows, for each scope 2 method."""
    emissions = many(make_emissions)
    for method in ("location-based", "market-based"):
        rows = counted(emissions, scope2_method=method)
        for by in (["scope"], ["scope", "category"], ["site"], ["site", "scope"]):
            assert math.fsum(sum_kg_by(rows, by)["co2e_kg"]) == pytest.approx(total_kg(rows), rel=1e-12)


def test_scope_2_methods_are_never_added(make_emissions):
    """A total takes one method: 10 + 3, or 10 + 4, never 17; an unknown method is refused."""
    emissions = make_emissions({"co2e_kg": 10.0}, {**SCOPE2, "scope2_method": "location-based", "co2e_kg": 3.0},
                               {**SCOPE2, "scope2_method": "market-based", "co2e_kg": 4.0})

    assert total_kg(counted(emissions, scope2_method="location-based")) == 13.0
    assert total_kg(counted(emissions, scope2_method="market-based")) == 14.0
    with pytest.raises(UsageError, match="scope2_method"):
        counted(emissions, scope2_method="both")
