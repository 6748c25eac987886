"""Datapoints by their ids."""

from __future__ import annotations

from typing import Any

import pytest

from carbon.reports.filings import filing
from carbon.reports.filings.amounts import Amount
from carbon.reports.filings.eu_datapoints import facts_table, gaps_of, routing
from carbon.reports.words.language import Words


def test_datapoints_of_esrs_are_the_lines_of_its_table(make: Any, history: Any):
    """E1-6_07 and its like are the current year of AR 48; the intensity is the total by revenue; what the records
    do not hold is listed by its id; the simplified set is named by its requirement.
    """
    tables = filing("esrs_e1", make(revenue={2024: 2e6}), history, of_set="abc").tables
    lines = tables["lines"].set_index("row")["current_t"]
    found = tables["datapoints"].set_index("datapoint")

    for datapoint, row in (("E1-6_07", "scope1"), ("E1-6_09", "scope2-location"), ("E1-6_10", "scope2-market"),
                           ("E1-6_11", "scope3"), ("E1-6_12", "total-location"), ("E1-6_13", "total-market")):
        assert found.loc[datapoint, "value"] == pytest.approx(lines[row], rel=1e-12), datapoint
        assert found.loc[datapoint, "figure_id"].endswith(f"/{row}") and (
            found.loc[datapoint, "simplified"].startswith("E1-8 30 (a) i") or row.startswith("total"))
    assert found.loc["E1-6_30", "value"] == pytest.approx(lines["total-location"] / 2e6)
    assert (found.loc["E1-6_30", "unit"], set(found["set"])) == ("tCO2e/EUR", {"abc"})
    missing = tables["not_stated"].set_index("what")["text"]
    of_origin = "E1-5_02, E1-5_03, E1-5_04, E1-5_14, E1-5_15"
    assert "supplier" in missing[of_origin] and "E1-5_02" not in found.index
    assert "NACE" in missing["E1-5_18, E1-5_19, E1-5_22, E1-5_23"]
    renewable, energy = found.loc["E1-5_05", "value"], found.loc["E1-5_01", "value"]
    assert found.loc["E1-5_09", "value"] == renewable / energy and found.loc["E1-5_09", "unit"] == "share"
    assert "produces" in missing["E1-5_16, E1-5_17"]


def test_no_datapoint_is_both_filed_and_missing(make: Any):
    """Every routed datapoint is a fact or in the list of what is missing, unless another one holds it."""
    amounts = {"scope1": Amount(1.0, 2024), "revenue": Amount(float("nan"), 2024, gap="no_revenue", detail="2024")}
    facts = facts_table(make(), amounts, "vsme", "")
    gaps = gaps_of(amounts, "vsme", Words("en"))
    names = [name for what, _, _ in gaps for name in what.split(", ")]

    assert facts["datapoint"].tolist() == ["GrossScope1GreenhouseGasEmissions"]
    assert len(names) + len(facts) == len(routing("vsme")) and len(set(names)) == len(names)
    text = "Net revenue of 2024 is not known: state `revenue: {2024: ...}` in params."
    assert ("Turnover", text, "revenue: {2024: '?'}") in gaps
