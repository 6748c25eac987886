"""Tables of one inventory."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from carbon.reports.figures.charts import scopes_chart
from carbon.reports.filings import beges_v5, ghg_protocol, iso_14064_1
from carbon.reports.tables import catalogue as tables
from carbon.reports.words.language import Words


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


def without_scope_1(inventory):
    """The stub without its fuels: their rows and the status of the lines."""
    emissions = inventory.emissions
    activities = emissions.loc[emissions["scope"] == "1", "activity_id"]
    emissions = emissions[~emissions["activity_id"].isin(activities)].reset_index(drop=True)
    table = inventory.table.copy()
    table.loc[table["scope"] == "1", ["co2e_kg", "rows", "status"]] = [0.0, 0, "no records"]
    return SimpleNamespace(**{**vars(inventory), "emissions": emissions, "table": table})


def test_a_scope_without_records_is_no_zero(inventory):
    """Scope 1 has no figure and its status; the totals and the other scopes stay; the chart's legend says it."""
    stub = without_scope_1(inventory)
    table = tables.scopes_table.__wrapped__(stub).set_index("figure_id")
    one = table.loc[table["scope"] == "1"].iloc[0]
    assert np.isnan(one["co2e_t"]) and one["status"] == "no records"
    assert table.loc[table["scope"] == "total", "co2e_t"].gt(0).all()
    assert np.isnan(tables.headline_table.__wrapped__(stub).set_index("figure").loc["scope1", "co2e_t"])
    assert "Scope\u00a01 (no records)" in scopes_chart(table.reset_index(), 720, words=Words("en"))


def test_lines_of_filings_name_what_has_no_factor(inventory, history_of):
    """A partly computed category is partly computed on its line and in the total of each framework."""
    table, what = inventory.table, "losses of 500 kWh of electricity in FR"
    of_energy = (table["scope"] == "3") & (table["category"] == 3)
    stub = dataclasses.replace(inventory, table=table.assign(status=table["status"].mask(of_energy, f"partly: {what}")))
    history = SimpleNamespace(table=history_of(inventory).table, recalculated=False)
    iso = iso_14064_1.categories_table(stub, history, Words("en")).set_index("iso_category")
    beges = beges_v5.posts_table(stub, history, Words("fr")).set_index("post")
    for lines in (iso, beges):
        for name in ("4.1", "4", "total"):
            assert lines.loc[name, ["status", "reason"]].tolist() == ["partly", what]
    ghg = ghg_protocol.lines_table(stub)
    third = ghg[(ghg["scope"] == "3") & ghg["category"].isin([0, 3])]
    assert third[["status", "reason"]].to_numpy().tolist() == [["partly", what]] * 2


def test_no_supplier_is_named_where_there_is_none(inventory):
    """A line of all others, behind no name, would show as purchases what is upstream of energy."""
    of_energy = {"supplier": "Gas Example", "kind": "energy"}
    bare = dataclasses.replace(inventory, emissions=inventory.emissions.assign(**of_energy),
                               activities=inventory.activities.iloc[:0])
    assert tables.suppliers_table(bare).empty


