"""Activities of other companies: names, reported emissions and the sets they were calculated with."""

from __future__ import annotations

import pytest

from carbon.activities import classify
from carbon.activities.kinds.of_others import dimension, gwp_set


@pytest.mark.parametrize(("text", "name"), [
    ("AR5", "AR5GWP100"), ("ar6gwp100", "AR6GWP100"), ("IPCC AR4 (100 years)", "AR4GWP100"), ("AR7", ""), ("", ""),
    ("100 years", "")])
def test_a_gwp_set_is_named_by_its_report(text, name):
    """The assessment report names the set; what names none is no set."""
    assert gwp_set(text) == name


@pytest.mark.parametrize(("unit", "name"), [("m2", "area"), ("EUR", "currency"), ("bananas", ""), ("", "")])
def test_dimensions(unit, name):
    """Money has one dimension whatever the currency; an unknown unit has none."""
    assert dimension(unit) == name


@pytest.mark.parametrize(("word", "activity"), [
    ("gaz naturel", "natural_gas"), ("Electricity", "electricity"), ("storage.ambient", "storage.ambient")])
def test_a_carrier_is_named_in_words(read, word, activity):
    """Words of carriers are those of energy bills; any other is a key of the library."""
    result = classify(read(franchises=[{"activity": word}]))
    assert result.activities["activity"].tolist() == [activity]
    assert result.activities["tier"].tolist() == ["supplier-specific"]


@pytest.mark.parametrize(("unit", "kg"), [
    ("t", 2000), ("tCO2e", 2000), ("kg CO₂eq", 2), ("t éq. CO2", 2000), ("tonnes CO2-e", 2000), ("lb CO2e", 0.90718474),
    ("t CO2", None), ("CO2e", None), ("MTCO2e", None)])  # CO2 alone leaves gases out; MT may be metric or mega tonnes
def test_reported_emissions_are_in_a_mass_of_co2e_as_reports_write_it(read, unit, kg):
    """A report writes tCO2e; what leaves the other gases out, or may be a thousand or a million tonnes, is asked."""
    result = classify(read(franchises=[{"activity": "reported", "quantity": "2", "unit": unit, "gwp": "AR5",
                                        "evidence": "report 2024"}]))
    if kg is None:
        assert result.ledger["code"].tolist() == ["unit_dimension"]
    else:
        assert result.activities["quantity"].tolist() == pytest.approx([kg])
