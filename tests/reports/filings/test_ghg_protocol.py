"""GHG Protocol."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from carbon.core.gases import KYOTO_GASES
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.reports.filings import ghg_protocol
from carbon.reports.words.language import Words


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
    """CO2e by scope and method is that of the lines, whatever factors state of single gases; CO2e without gases is a
    line of its own, and no gas of it is a zero that was measured.
    """
    gases = ghg_protocol.tables(inventory, Words("en"))["gases"]
    lines = ghg_protocol.lines_table(inventory).set_index("figure_id")["co2e_t"]
    sums = gases.groupby("figure_id")["co2e_t"].sum()

    np.testing.assert_allclose(sums, lines.reindex(sums.index), rtol=1e-12)
    assert gases["gas"].tolist() == [*KYOTO_GASES, "unsplit"] * len(sums)
    unsplit = gases[gases["gas"] == "unsplit"]
    assert unsplit["gas_t"].isna().all() and unsplit["co2e_t"].sum() == pytest.approx(sums.sum())


def test_primary_data_is_what_comes_from_suppliers(make: Any):
    """Of 12.55 t of scope 3, with a credit note of 0.15 t by its size, 8.1 t are the supplier's own figure: 65 %."""
    def by_supplier(activities: Any) -> Any:
        hosting = activities["activity"].eq("purchase.nace.J62_63")
        return activities.assign(tier=activities["tier"].mask(hosting, "supplier-specific"))

    company = make(by_supplier)
    shares = ghg_protocol.primary_shares(company)
    assert shares[0] == pytest.approx(8.1 / (0.2 + 0.4 + 1.36 + 0.09 + 8.1 + 2.25 + 0.15))
    assert shares[1] == pytest.approx(8.1 / 10.5) and shares[6] == 0
