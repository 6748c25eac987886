"""Checks of files that describe the company: headcount, certificates, entities, reported inventories."""

from __future__ import annotations

import pytest

PEOPLE = {"year": "2024", "company": "Acme", "employees": "50"}
CERTIFICATE = {"id": "G1", "instrument": "certificate", "region": "FR", "period_start": "2024-01-01",
               "period_end": "2024-12-31", "kg_per_kwh": "0", "volume": "10", "unit": "MWh", "evidence": "registry",
               "company": "Acme"}
ENTITY = {"entity": "Nord", "share": "0.5", "control": "none", "evidence": "register", "period_start": "2024-01-01",
          "period_end": "2024-12-31"}
REPORTED = {"year": "2020", "scope": "3", "category": "1", "scope2_method": "", "co2e_t": "5", "source": "report",
            "gwp": "AR5GWP100", "boundary": "operational control"}


@pytest.mark.parametrize(("kind", "rows", "rejected"), [
    ("headcount", [PEOPLE, PEOPLE | {"employees": "60"}], {2: "duplicate", 3: "duplicate"}),
    ("headcount", [PEOPLE | {"employees": "-1"}], {2: "people_impossible"}),
    ("headcount", [PEOPLE, PEOPLE | {"year": "2023"}], {}),
    ("instruments", [CERTIFICATE | {"kg_per_kwh": "56"}], {2: "kg_per_kwh_implausible"}),
    ("instruments", [CERTIFICATE | {"volume": "", "unit": ""}], {2: "volume_missing"}),
    ("instruments", [CERTIFICATE, CERTIFICATE | {"volume": "11"}], {3: "duplicate"}),
    ("instruments", [CERTIFICATE | {"volume": "0"}], {2: "volume_zero"}),
    ("instruments", [CERTIFICATE | {"generated_from": "2024-01-01", "generated_to": "2024-12-31",
                                    "cancelled_on": "2024-03-01"}], {2: "instrument_impossible"}),
    ("instruments", [CERTIFICATE | {"certificate_numbers": "A-9..A-1"}], {2: "instrument_impossible"}),
    ("entities", [ENTITY | {"share": "50"}], {2: "share_impossible"}),
    ("entities", [ENTITY, ENTITY | {"share": "0.6", "period_start": "2024-07-01"}], {3: "period_overlap"}),
    ("entities", [ENTITY], {}),
    ("reported_inventories", [REPORTED | {"scope": "2", "category": ""}], {2: "scope2_method_unknown"}),
    ("reported_inventories", [REPORTED, REPORTED | {"category": "0"}], {3: "scope3_twice"}),
    ("reported_inventories", [REPORTED | {"co2e_t": "-5"}], {2: "co2e_negative"})])
def test_what_they_cannot_state(verdict, kind, rows, rejected):
    """Each statement has one value, within its limits; what contradicts another row is a reject."""
    assert verdict(kind, *rows).rejected == rejected
