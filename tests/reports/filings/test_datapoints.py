"""Data points of all formats."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from carbon.core.ghg_protocol import MARKET
from carbon.reports.filings import beges_v5, esrs_e1, filing, ghg_protocol, iso_14064_1

COUNTS = {m.FORMAT: m.count for m in (ghg_protocol, beges_v5, esrs_e1, iso_14064_1)}


@pytest.fixture
def history(inventory: Any, history_of: Any) -> Any:
    return SimpleNamespace(table=history_of(inventory).table, recalculated=False)


def test_datapoints_are_tidy_and_agree_with_the_tables(inventory: Any, history: Any):
    """One line a figure; id, dimensions, period and framework are its key; the total is the total."""
    table = filing("datapoints", inventory, history).tables["datapoints"]

    assert not table.duplicated(["id", "dimensions", "period_start", "framework"]).any()
    assert table["framework_version"].str.len().gt(0).all()
    assert set(table["framework"]) == set(COUNTS)
    of_total = table["dimensions"] == f"scope=total;scope2_method={MARKET}"
    total = table[(table["framework"] == "ghg_protocol") & of_total]
    assert total["value"].item() == ghg_protocol.count(inventory).total_t
    assert str(total["period_end"].item().date()) == "2024-12-31"
