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
