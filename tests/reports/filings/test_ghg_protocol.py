"""GHG Protocol."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.reports.filings import ghg_protocol


def test_lines_are_the_figures_of_the_inventory(inventory: Any):
    """Scope 2 twice and fifteen categories between scopes and totals; a total has one scope 2 method."""
    table = ghg_protocol.lines_table(inventory)
    scopes = table[table["category"] == 0].set_index(["scope", "scope2_method"])["co2e_t"]

    assert table["category"].tolist() == [0, 0, 0, 0, *range(1, 16), 0, 0]
    for method in (LOCATION, MARKET):
        parts = [scopes["1", ""], scopes["2", method], scopes["3", ""]]
        assert scopes["total", method] == pytest.approx(sum(parts), rel=1e-12)
    assert scopes["2", LOCATION] != scopes["2", MARKET]


def test_a_category_without_rows_is_empty_and_has_its_reason(inventory: Any):
    """Not zero: the figure is missing, with status and reason."""
    table = ghg_protocol.lines_table(inventory)
    empty = table[(table["category"] > 0) & (table["rows"] == 0)]

    assert len(empty) > 5 and empty["co2e_t"].isna().all()
    assert (empty["status"] != "").all()


def test_gases_keep_the_co2e_of_each_scope(inventory: Any):
    """CO2e by scope and method is that of the lines, whatever factors state of single gases."""
    gases = ghg_protocol.gases_table(inventory).set_index(["scope", "scope2_method"])["co2e_t"]
    lines = ghg_protocol.lines_table(inventory)
    lines = lines[(lines["category"] == 0) & (lines["scope"] != "total")]
    scopes = lines.set_index(["scope", "scope2_method"])["co2e_t"]

    np.testing.assert_allclose(gases, scopes.reindex(gases.index), rtol=1e-12)
