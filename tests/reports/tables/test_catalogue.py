"""Readers' tables: exact sums of their own rows, all fifteen categories, nothing shown as zero that is unknown."""

from __future__ import annotations

import math

import pandas as pd

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


def test_tables_do_not_depend_on_the_order_of_rows(make):
    """Shuffled emissions give the same tables, byte for byte."""
    inventory, shuffled = make(), make()
    mixed = shuffled.emissions.sample(frac=1, random_state=7).reset_index(drop=True)
    object.__setattr__(shuffled, "emissions", mixed)

    for name in ("scopes_table", "suppliers_table", "travel_table", "purchases_table", "sites_table", "factors_table"):
        first, second = (getattr(tables, name)(i) for i in (inventory, shuffled))
        pd.testing.assert_frame_equal(second, first, check_exact=True)
