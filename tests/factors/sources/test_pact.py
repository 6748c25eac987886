"""A supplier's footprint in PACT."""

from __future__ import annotations

import json

import pytest

from carbon.core.errors import FileRefused
from carbon.factors.sources import pact

PRODUCT = {"id": "0001", "specVersion": "3.0.0", "version": 2,
           "companyName": "Invented Steel", "productNameCompany": "Coil",
           "validityPeriodStart": "2024-01-01T00:00:00Z", "validityPeriodEnd": "2026-12-31T00:00:00Z",
           "pcf": {"declaredUnitOfMeasurement": "kilogram", "declaredUnitAmount": "1000",
                   "pcfExcludingBiogenicUptake": "1420.5", "geographyCountry": "DE",
                   "ipccCharacterizationFactors": ["AR6"]}}


def test_a_product_footprint_becomes_a_factor(write):
    """1,420.5 kg per 1,000 kg = 1.4205 kg per kg, valid 2024 to 2026, in AR6."""
    found = pact.read_pact(write("p.json", json.dumps(PRODUCT)), activity="material.steel").iloc[0]
    assert (found["co2e_kg"], found["unit"], found["region"], found["gwp_set"]) == (1.4205, "kg", "DE", "AR6GWP100")
    assert (found["valid_from"], found["valid_to"], found["tier"]) == (2024, 2026, "supplier-specific")


@pytest.mark.parametrize("change, code", [
    ({"specVersion": "2.1.0"}, "pact_version"),
    ({"pcf": {**PRODUCT["pcf"], "declaredUnitOfMeasurement": "bushel"}}, "pact_unit"),
    ({"pcf": {**PRODUCT["pcf"], "pcfExcludingBiogenicUptake": "much"}}, "pact_number"), ({"pcf": None}, "not_pact"),
])
def test_other_footprints_are_refused(change: dict[str, object], code: str, write):
    """Another version, unit or shape is named, and nothing is guessed."""
    product = {k: v for k, v in {**PRODUCT, **change}.items() if v is not None}
    with pytest.raises(FileRefused) as caught:
        pact.read_pact(write("p.json", json.dumps(product)), activity="material.steel")
    assert caught.value.code == code
