"""Data points of all formats."""

from __future__ import annotations

from typing import Any

from example_filings import COUNTS

from carbon.core.ghg_protocol import MARKET
from carbon.reports.filings import filing, ghg_protocol


def test_datapoints_are_tidy_and_agree_with_the_tables(inventory: Any, history: Any):
    """One line a figure; id, dimensions, period and framework are its key; the total is the total."""
    table = filing("datapoints", inventory, history).tables["datapoints"]

    assert not table.duplicated(["id", "dimensions", "period_start", "framework"]).any()
    assert table["framework_version"].str.len().gt(0).all()
    assert set(table["framework"]) == set(COUNTS) - {"vsme"}, "VSME has ids of its own"
    of_total = table["dimensions"] == f"scope=total;scope2_method={MARKET}"
    total = table[(table["framework"] == "ghg_protocol") & of_total]
    assert total["value"].item() == ghg_protocol.count(inventory).total_t
    assert str(total["period_end"].item().date()) == "2024-12-31"
