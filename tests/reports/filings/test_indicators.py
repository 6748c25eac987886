"""Values of a company's own indicators in a filing: with their id, and never next to a figure that they contradict."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from carbon.reports.filings import filing
from carbon.reports.filings.esrs_e1 import count

ROW = {"indicator_id": "own", "label_en": "Own", "label_fr": "Le nôtre", "value": 2.0, "unit": "t CO2e / employee",
       "numerator": 1.0, "denominator": 0.5, "numerator_unit": "t CO2e", "feeds": "BEGES 2.1; ESRS E1-6; VSME B3",
       "evidence": "energy_contracts", "about": "", "differs": "", "evidence_uri": "data/contracts.csv"}


def fed(format: str, inventory: Any, history: Any, **changes: object) -> pd.DataFrame:
    """The sheet of one indicator, with some of its cells changed."""
    return filing(format, inventory, history, indicators=pd.DataFrame([{**ROW, **changes}]), of_set="abc").tables[
        "indicators"]


@pytest.mark.parametrize(("format", "datapoint"), [("beges_v5", "BEGES 2.1"), ("esrs_e1", "ESRS E1-6"),
                                                   ("vsme", "VSME B3")])
def test_a_filing_has_the_values_of_the_indicators_that_feed_it(inventory, history, format, datapoint):
    """One line a datapoint of its framework, with its parts, what explains it, its evidence and the set's identity."""
    line, = fed(format, inventory, history, numerator=1e-6).to_dict("records")
    assert (line["datapoint"], line["value"], line["state"], line["set"]) == (datapoint, 2.0, "filed", "abc")
    assert line["figure_id"] == f"{inventory.company}/{inventory.year}/indicator/own" and line["evidence_file"]
    without = pd.DataFrame([{**ROW, "feeds": ""}])
    assert "indicators" not in filing(format, inventory, history, indicators=without).tables


def test_an_indicator_that_contradicts_the_filing_gives_no_value(inventory, history):
    """More kilograms than the post has; another total than the filing's; a table that the inventory contradicts."""
    whole = fed("beges_v5", inventory, history, numerator=1e12, numerator_unit="kg CO2e").iloc[0]
    other = fed("esrs_e1", inventory, history, evidence="inventory", about="total", numerator=1.0).iloc[0]
    twice = fed("vsme", inventory, history, differs="900 / 1000 kWh").iloc[0]
    for line in (whole, other, twice):
        assert line["state"] == "contradicted" and pd.isna(line["value"]) and pd.isna(line["numerator"])
    total = count(inventory).total_t
    assert "1.000 t CO" in other["reason"] and f"{total:.3f}" in other["reason"]
    assert "900 / 1000 kWh" in twice["reason"]
    same = fed("esrs_e1", inventory, history, evidence="inventory", about="total", numerator=total).iloc[0]
    assert same["state"] == "filed"
