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


HOME = {"period_start": "2024-01-01", "period_end": "2024-12-31", "company": "Acme", "country": "FR", "people": "10",
        "days": "90", "hours": "7"}
WAY = {"period_start": "2024-01-01", "period_end": "2024-12-31", "company": "Acme", "group": "Lyon", "country": "FR",
       "headcount": "100", "answers": "40", "mode": "car", "distance": "10", "distance_unit": "km", "days": "200"}


@pytest.mark.parametrize(("kind", "change", "code"), [
    ("homeworking", {"days": "400"}, "days_impossible"), ("homeworking", {"hours": "25"}, "hours_impossible"),
    ("homeworking", {"people": "-1"}, "people_impossible"), ("homeworking", {}, None),
    ("commuting", {"distance": "-3"}, "distance_impossible"), ("commuting", {"answers": "140"}, "response_impossible"),
    ("commuting", {}, None)])
def test_answers_that_nobody_has(verdict, kind, change, code):
    """Days, hours, people and answers have limits."""
    row = (HOME if kind == "homeworking" else WAY) | change
    assert verdict(kind, row).rejected == ({2: code} if code else {})


def test_one_headcount_a_group(verdict):
    """Two headcounts leave the response rate unknown: every answer of the group is a reject."""
    read = verdict("commuting", WAY, WAY | {"headcount": "90", "mode": "rail"})
    assert read.rejected == {2: "response_rate_unknown", 3: "response_rate_unknown"}


def test_what_is_listed(verdict):
    """More days at home than the period has, and ways to work of hundreds of kilometres, count with a warning."""
    month = HOME | {"period_end": "2024-01-31"}
    assert "days_beyond_period" in verdict("homeworking", month).warned
    assert "distance_implausible" in verdict("commuting", WAY | {"distance": "900"}).warned
