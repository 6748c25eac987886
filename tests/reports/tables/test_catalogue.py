"""Readers' tables: exact sums of their own rows, all fifteen categories, nothing shown as zero that is unknown."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.reports.tables import catalogue as tables


def test_totals_are_the_exact_sums_of_their_rows(inventory):
    """Each scope and both totals equal math.fsum of the rows, to the last bit."""
    rows = inventory.emissions
    table = tables.scopes_table(inventory).set_index(["scope", "scope2_method"])["co2e_t"]

    for method in (LOCATION, MARKET):
        kg = math.fsum(rows.loc[rows["scope2_method"].isin(("", method)), "co2e_kg"])
        assert table["total", method] == kg / 1000
    assert table["3", ""] == math.fsum(rows.loc[rows["scope"] == "3", "co2e_kg"]) / 1000
    # electricity 20,000 kWh x 0.05 kg/kWh = 1 t by the grid; 0 by the contract
    assert (table["2", LOCATION], table["2", MARKET]) == (1.0, 0.0)


def test_rows_outside_the_scopes_enter_no_total(make):
    """A gas outside the Kyoto basket stands beside the scopes."""
    inventory = make()
    before = tables.scopes_table(inventory)
    stranger = inventory.emissions.head(1).assign(kyoto=False, co2e_kg=1e6)
    object.__setattr__(inventory, "emissions", pd.concat([inventory.emissions, stranger], ignore_index=True))

    pd.testing.assert_frame_equal(tables.scopes_table(inventory), before)


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


def test_journeys_are_those_of_each_record_and_mode_once(inventory):
    """A record of several rows is one line and its journeys count once a mode; nights are no journey; a mode of which
    no record says how many people travelled has none, and one whose records say it in part has those.
    """
    rows = [("r1", "flight.over_2000km", "passenger.km"), ("r1", "flight.under_500km", "passenger.km"),
            ("r1", "rail.tgv", "passenger.km"), ("r2", "rail.tgv", "passenger.km"), ("r6", "rail.ter", "passenger.km"),
            ("r3", "taxi", "km"), ("r4", "hotel_night.FR", "room.night"), ("r5", "ferry", "passenger.km")]
    activities = pd.DataFrame(rows, columns=["record_id", "activity", "unit"]).assign(kind="travel", quantity=1.0)
    activities.loc[7, "kind"] = "purchases"  # no travel: r5 is ignored
    records = pd.DataFrame({
        "record_id": ["r1", "r2", "r3", "r4", "r6"], "return": [True, False, True, False, False],
        "passengers": [2.0, np.nan, np.nan, 5.0, 1.0], "trips": [3.0, 1.0, 1.0, 5.0, 1.0]})
    travelled = replace(inventory, activities=activities, records={"travel": records})

    table = tables.travel_table(travelled).set_index("mode")

    assert table["lines"].to_dict() == {"air": 1, "hotel": 1, "rail": 3, "taxi": 1}
    # air: 2 people x 3 trips there and back = 12;  rail: the same 12 of r1, 1 of r6, r2 does not say
    assert table["trips"].dropna().to_dict() == {"air": 12.0, "rail": 13.0}


def test_a_company_that_does_not_travel_has_no_line(inventory):
    """Neither without rows of travel nor without any activity."""
    none = inventory.activities[inventory.activities["kind"] != "travel"]

    for activities in (none, none.head(0)):
        for records in ({}, {"travel": pd.DataFrame({"record_id": pd.Series(["r1"], dtype="str"), "return": [True],
                                                     "passengers": [1.0], "trips": [1.0]})}):
            table = tables.travel_table(replace(inventory, activities=activities, records=records))
            assert len(table) == 0


def test_contrails_are_shown_apart_and_counted_once(inventory):
    """8,000 pkm x (0.09 + 0.08) = 1,360 kg, of which contrails 640 kg."""
    air = tables.travel_table(inventory).set_index("mode").loc["air"]

    assert air["co2e_t"] == pytest.approx(1.36)
    assert air["contrails_t"] == pytest.approx(0.64)
    assert air["km"] == 8_000  # not twice, although the activity has two parts
    assert np.isnan(tables.travel_table(inventory).set_index("mode").loc["rail", "contrails_t"])


def test_energy_quantities_are_counted_once(inventory):
    """Electricity has three emission rows (two methods, upstream) and 20,000 kWh."""
    table = tables.energy_table(inventory).set_index("carrier")

    assert table.loc["electricity", "quantity"] == 20_000
    assert table.loc["electricity", ["scope2_location_t", "scope2_market_t", "upstream_t"]].tolist() == [1.0, 0.0, 0.2]
    assert np.isnan(table.loc["electricity", "scope1_t"])


def test_energy_by_month_keeps_the_year(inventory):
    """A bill of the whole leap year 2024: January has 31 of 366 days, and the months sum to the bill."""
    table = tables.monthly_energy_table(inventory)
    gas = table[table["carrier"] == "natural_gas"].set_index("month")["co2e_t"]

    # 10,000 kWh x (0.18 + 0.04) kg/kWh = 2.2 t
    assert gas["2024-01"] == pytest.approx(2.2 * 31 / 366, rel=1e-12)
    assert gas.sum() == pytest.approx(2.2, rel=1e-12)
    assert len(gas) == 12


def test_the_four_outcomes_sum_to_what_was_read(inventory):
    """Rows and amounts: read = inventoried + set aside + excluded + rejected."""
    outcomes = ["inventoried", "set_aside", "excluded", "rejected"]
    for table in (tables.coverage_table(inventory), tables.amounts_table(inventory)):
        np.testing.assert_allclose(table[outcomes].sum(axis=1), table["read"], rtol=1e-15)
    purchases = tables.coverage_table(inventory).set_index("kind").loc["purchases", ["read", *outcomes]]
    assert purchases.tolist() == [5, 3, 1, 1, 0]


def test_rejected_shares_stand_beside_what_is_accepted(inventory):
    """One of three travel rows: 1/3 rejected, 0.2 accepted; a kind without a limit accepts nothing."""
    table = tables.accepted_rejects_table(inventory)
    rows = table[table["unit"] == "rows"].set_index("kind").loc["travel"]

    assert rows["share"] == pytest.approx(1 / 3)
    assert rows["accepted_share"] == 0.2


def test_every_factor_used_is_listed_with_its_source(inventory):
    """A company's own contract is a factor too; the shares sum to one."""
    table = tables.factors_table(inventory)

    assert set(table["factor_id"]) == set(inventory.emissions["factor_id"])
    assert table["share"].sum() == pytest.approx(1, rel=1e-12)
    listed = table[table["factor_id"] == "fr-gas"].iloc[0]
    assert (listed["edition"], listed["page"], listed["source_id"]) == ("23.8", "row 12", "ademe_test")


def test_tables_do_not_depend_on_the_order_of_rows(make):
    """Shuffled emissions give the same tables, byte for byte."""
    inventory, shuffled = make(), make()
    mixed = shuffled.emissions.sample(frac=1, random_state=7).reset_index(drop=True)
    object.__setattr__(shuffled, "emissions", mixed)

    for name in ("scopes_table", "suppliers_table", "travel_table", "purchases_table", "sites_table", "factors_table"):
        first, second = (getattr(tables, name)(i) for i in (inventory, shuffled))
        pd.testing.assert_frame_equal(second, first, check_exact=True)


def test_a_change_across_gwp_sets_is_not_computed():
    """Both figures are shown, their difference is not."""
    history = pd.DataFrame({"year": [2019, 2023, 2024], "gwp": ["AR4GWP100", "AR5GWP100", "AR5GWP100"],
                            "status": ["reported", "computed", "computed"], "source": ""})
    series = {MARKET: pd.Series([1000.0, 2000.0, 3000.0], index=[2019, 2023, 2024])}
    table = tables.change_table(series, history, year=2024, base_year=2019).set_index("since")

    assert table.loc["last year", "change_t"] == 1.0
    assert table.loc["last year", "basis"] == "same method"
    assert table.loc["base year", "then_t"] == 1.0
    assert np.isnan(table.loc["base year", "change_t"])
    assert table.loc["base year", "basis"] == "another GWP set"
