"""Tables of method."""

from __future__ import annotations

import pytest

from carbon.reports.tables import catalogue as tables


def test_every_factor_used_is_listed_with_its_source(inventory):
    """A company's own contract is a factor too; the shares sum to one."""
    table = tables.factors_table(inventory)

    assert set(table["factor_id"]) == set(inventory.emissions["factor_id"])
    assert table["share"].sum() == pytest.approx(1, rel=1e-12)
    listed = table[table["factor_id"] == "fr-gas"].iloc[0]
    assert (listed["edition"], listed["page"], listed["source_id"]) == ("23.8", "row 12", "ademe_test")
