"""What a company's own factor is for."""

from __future__ import annotations

import pytest

from carbon.params.shapes.own_factor import OwnFactor


@pytest.mark.parametrize(("year", "holds"), [(2019, False), (2020, True), (2022, True), (2023, False)])
def test_a_factor_holds_in_the_years_of_its_validity(year, holds):
    """First and last year are inside; a factor without an end holds on."""
    factor = OwnFactor(activity="coach", region="FR", unit="km", valid_from=2020, valid_to=2022)
    assert factor.holds_in(year) is holds
    assert factor.model_copy(update={"valid_to": 9999}).holds_in(year) is (year >= 2020)
