"""Facts as xBRL-JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from carbon.reports.filings.amounts import Amount
from carbon.reports.filings.eu_datapoints import facts_table
from carbon.reports.filings.xbrl_json import plain, unit_of, xbrl_json


def test_a_fact_has_its_dimensions_its_figures_and_its_set(make: Any):
    """Concept, company, period to the midnight after its last day, axis and unit; a year of April to March; the ids of
    `carbon explain` next to them, under our own prefix.
    """
    company = make(reporting_year_starts="04-01", revenue={2024: 1e6})
    amounts = {"scope1": Amount(1.5, 2024, "x/2024/scope1"), "scope1@base": Amount(2.0, 2020),
               "base_year": Amount(2020, 2024), "intensity12-location": Amount(1.5e-7, 2024, "x/2024/scope1")}
    document = json.loads(xbrl_json(facts_table(company, amounts, "vsme", "abc"), identifier="LEI:A1",
                                    taxonomy="2026-05-01", of_set="abc"))
    info, facts = document["documentInfo"], document["facts"]

    assert info["taxonomy"] == ["https://xbrl.efrag.org/taxonomy/vsme/2026-05-01/vsme-all.xsd"]
    assert (info["carbon:set"], info["namespaces"]["entity"]) == ("abc", "http://standards.iso.org/iso/17442")
    assert facts["GrossScope1GreenhouseGasEmissions"] == {
        "value": "1.5", "decimals": 2, "carbon:figures": ["x/2024/scope1"], "dimensions": {
            "concept": "vsme:GrossScope1GreenhouseGasEmissions", "entity": "entity:A1", "unit": "utr:tCO2e",
            "period": "2023-04-01T00:00:00/2024-04-01T00:00:00"}}
    base = facts["GrossScope1GreenhouseGasEmissions_BaselineYearMember"]["dimensions"]
    assert base["period"] == "2019-04-01T00:00:00/2020-04-01T00:00:00"
    assert base["vsme:ReportingScopesAxis"] == "vsme:BaselineYearMember"
    year = facts["GreenhouseGasEmissionReductionTargetBaseYear"]
    assert (year["value"], year["dimensions"]["period"], "unit" in year["dimensions"]) == (
        "2020", "2024-04-01T00:00:00", False)
    assert facts["Scope1AndScope2GreenhouseGasEmissionsIntensityValueLocationBased"]["value"] == "0.00000015"


def test_a_part_of_a_figure_is_stated_next_to_it(make: Any):
    """What lacks a factor makes the fact a part, as in our own table; a whole figure has no state."""
    amounts = {"scope1": Amount(1.5, 2024, detail="partly: lpg without factor (3 kg)"),
               "scope2-location": Amount(2.0, 2024)}
    facts = json.loads(xbrl_json(facts_table(make(), amounts, "vsme", "abc"), identifier="LEI:A1",
                                 taxonomy="2026-05-01", of_set="abc"))["facts"]
    assert {name: fact.get("carbon:state") for name, fact in facts.items()} == {
        "GrossScope1GreenhouseGasEmissions": "partly: lpg without factor (3 kg)",
        "GrossLocationBasedScope2GreenhouseGasEmissions": None}


@pytest.mark.parametrize(("value", "text"), [(42.0, "42"), (0.1, "0.1"), (6.4e-05, "0.000064"), (1e22, f"1{'0' * 22}")])
def test_numbers_have_no_exponent(value: float, text: str):
    """The shortest text that is exactly the number."""
    assert plain(value) == text and float(plain(value)) == value


def test_units_are_those_of_the_registry():
    """Energy and CO2e of the units registry, money of ISO 4217, and one over the other."""
    assert [unit_of(u) for u in ("MWh", "EUR", "tCO2e/SEK")] == ["utr:MWh", "iso4217:EUR", "utr:tCO2e/iso4217:SEK"]
