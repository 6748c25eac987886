"""Heat contents that a company states itself."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from carbon.params.shapes.heat_contents import HeatContent

GAS = {"fuel": "natural_gas", "amount": 11.2, "unit": "kWh_HHV", "per": "Nm3", "evidence": "bill of March, p. 2"}


def test_a_heat_content_is_a_record_of_its_fuel():
    """11.2 kWh gross per normal cubic metre: 11.2 x 3.6e6 J."""
    record = HeatContent(**GAS).record
    assert record.bridge("volume_normal", "energy_HHV") == 11_200 * 3600 and "bill of March" in record.citation


@pytest.mark.parametrize(("change", "what"), [
    ({"amount": 0}, "greater than 0"), ({"evidence": ""}, "evidence"), ({"unit": "kWhh"}, "Unknown unit"),
    ({"per": "kWh_HHV"}, "no heat content"), ({"unit": "EUR"}, "no heat content"), ({"unit": "m3"}, "no heat content"),
])
def test_what_is_no_heat_content_is_refused(change, what):
    """Zero, no evidence, an unknown unit, two energies of one basis, money, or one gas volume per another."""
    with pytest.raises(ValidationError, match=what):
        HeatContent(**{**GAS, **change})
