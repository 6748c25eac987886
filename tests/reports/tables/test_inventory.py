"""Tables of one inventory."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.reports.tables import catalogue as tables


def test_all_fifteen_categories_stand_with_status_and_reason(inventory):
    """A category without a figure is NaN with its reason, never zero."""
    table = tables.categories_table(inventory)

    assert table["category"].tolist() == list(range(1, 16))
    known = table["status"] == "computed"
    assert table.loc[known, "category"].tolist() == [1, 3, 6]
    assert table.loc[~known, "co2e_t"].isna().all()
    assert (table.loc[~known, "reason"] != "").all()
    commuting = table.set_index("category").loc[7]
    assert (commuting["status"], commuting["reason"], commuting["estimated_t"]) == ("excluded", "no survey yet", 3.5)


def test_categories_and_suppliers_are_views_of_scope_3(inventory):
    """Both add up to scope 3, to 1e-12."""
    scope3 = tables.scopes_table(inventory).set_index("scope")["co2e_t"]["3"]

    assert tables.categories_table(inventory)["co2e_t"].sum() == pytest.approx(scope3, rel=1e-12)
    named = inventory.emissions[(inventory.emissions["scope"] == "3") & (inventory.emissions["supplier"] != "")]
    top = tables.suppliers_table(inventory, 1)
    assert top["supplier"].tolist()[-1] == "(others)"
    assert top["co2e_t"].sum() == pytest.approx(named["co2e_kg"].sum() / 1000, rel=1e-12)


def test_credit_notes_net_off(inventory):
    """15,000 EUR x 0.15 kg/EUR - 1,000 EUR x 0.15 = 2,100 kg: the credit note lowers the group."""
    table = tables.purchases_table(inventory).set_index("group")

    assert table.loc["Advice", "amount"] == 14_000
    assert table.loc["Advice", "co2e_t"] == pytest.approx(2.1, rel=1e-12)


def test_energy_quantities_are_counted_once(inventory):
    """Electricity has three emission rows (two methods, upstream) and 20,000 kWh."""
    table = tables.energy_table(inventory).set_index("carrier")

    assert table.loc["electricity", "quantity"] == 20_000
    assert table.loc["electricity", ["scope2_location_t", "scope2_market_t", "upstream_t"]].tolist() == [1.0, 0.0, 0.2]
    assert np.isnan(table.loc["electricity", "scope1_t"])
