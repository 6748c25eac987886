"""One meter, its grid and an instrument, for the tests of scope 2."""

from __future__ import annotations

from datetime import date

from carbon.core.exact import exact_total
from carbon.params.shapes.company import Instrument

GRID = {"electricity": [{"part": "combustion", "co2e_kg": 0.05}, {"part": "losses", "co2e_kg": 0.004},
                        {"part": "upstream", "co2e_kg": 0.01}]}
POWER = {"activity": "electricity", "unit": "kWh", "scope": "2", "quantity": 1000.0}


PROOF = {"rate_basis": "direct", "registry": "test registry", "cancelled_for": "c", "cancelled_on": date(2025, 3, 1),
         "generated_from": date(2024, 1, 1), "generated_to": date(2024, 12, 31), "certificates": "cancelled",
         "delivered_rate": True}
"""Evidence for every quality criterion of an instrument of 2024; its numbers are its own."""


def instrument(**given):
    name = given.get("id", "GO-1")
    return Instrument(**{"id": name, "kind": "certificate", "region": "FR", "start": date(2024, 1, 1),
                         "end": date(2024, 12, 31), "kg_per_kwh": 0.0, "volume_kwh": 1000.0, "evidence": "e",
                         "certificate_numbers": [f"{name}-0001..{name}-1000"], **PROOF, **given})


def totals(emissions):
    two = emissions[emissions["scope"] == "2"]
    return {m: exact_total(two.loc[two["scope2_method"] == m, "co2e_kg"]) for m in ("location-based", "market-based")}
