"""The tidy frame: its rows are those of one total, each counted once, with what is known of its record."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.frames.tidy import COLUMNS, OF_RECORDS, rows_of, transport
from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import CATEGORIES, SCOPE2_METHODS


@pytest.mark.parametrize("method", SCOPE2_METHODS)
def test_rows_sum_to_the_total_of_their_method(hand, petit_studio, method):
    """kg and tonnes of all rows are the total, and scope 2 is there once."""
    for inventory in (hand, petit_studio):
        rows = inventory.rows(scope2_method=method)
        assert tuple(rows) == COLUMNS
        assert math.fsum(rows["co2e_kg"]) == inventory.total(method)
        scope2 = inventory.emissions.query("scope == '2' and scope2_method == @method")
        assert (rows["scope"] == "2").sum() == len(scope2) > 0


def test_a_quantity_can_be_summed(hand, petit_studio):
    """Each activity's quantity is on the rows of its main part alone, also where a contract covers a part of it."""
    for inventory in (hand, petit_studio):
        rows = inventory.rows(scope2_method="market-based")
        expected = inventory.activities.groupby("unit")["quantity"].sum()
        assert rows.groupby("unit")["quantity"].sum().reindex(expected.index).tolist() == pytest.approx(
            expected.tolist(), rel=1e-12)
    # 1,000 kWh: 300 by the certificate and 700 by the residual mix, in scope 2; losses and upstream repeat them.
    kwh = hand.rows(scope2_method="market-based").query("activity == 'electricity'").groupby("scope")["quantity"].sum()
    assert kwh.to_dict() == {"2": 1000.0, "3": 0.0}


def test_a_row_has_its_days_and_its_record(hand):
    """A month, or the months of a longer period; mode, route, cabin and one-way km as the trip is counted."""
    rows = hand.rows(scope2_method="location-based")
    flight = rows[rows["mode"] == "air"].iloc[0]
    assert (flight["date"], flight["month"], flight["quarter"]) == (pd.Timestamp("2024-03-01"), "2024-03", "2024-Q1")
    assert (flight["route"], flight["km"], flight["quantity"]) == ("LYS – MAD", 500.0, 1000.0)  # two passengers
    assert (flight["category"], flight["category_name"], flight["scope"]) == (6, CATEGORIES[6], "3")
    gas = rows[rows["activity"] == "natural_gas"].iloc[0]
    assert (gas["month"], gas["quarter"]) == ("2024-01 to 2024-12", "2024-Q1 to 2024-Q4")
    assert (gas["mode"], gas["route"], gas["source_line"]) == ("", "", 4) and np.isnan(gas["km"])
    stay = rows[rows["mode"] == "hotel"].iloc[0]
    assert stay["quantity"] == 3.0 and np.isnan(stay["km"])


def test_some_columns_are_those_of_all(petit_studio):
    """A pivot makes the columns that it needs; they are the same."""
    every = rows_of(petit_studio, "market-based")
    for name in ("month", "route", "km", "quantity", "category_name"):
        pd.testing.assert_series_equal(rows_of(petit_studio, "market-based", [name])[name], every[name])


def test_a_column_that_is_not_there_is_named(hand):
    """The nearest one is suggested; a set without records has no route."""
    with pytest.raises(UsageError, match="did you mean 'supplier'"):
        rows_of(hand, "market-based", ["suplier"])
    with pytest.raises(UsageError, match="green"):
        rows_of(hand, "green")
    published = hand.__class__(**{name: getattr(hand, name) for name in hand.__dataclass_fields__} | {"records": {}})
    assert not {*OF_RECORDS[1:]} & {*rows_of(published, "market-based")}
    assert (rows_of(published, "market-based")["mode"] == "air").any()
    with pytest.raises(UsageError, match="does not hold the records"):
        rows_of(published, "market-based", ["route"])


def test_a_night_in_a_hotel_has_a_town_and_no_second_end():
    """Its route is the town alone; a trip without towns has none."""
    trips = pd.DataFrame({"record_id": ["a", "b", "c"], "mode": ["hotel", "rail", "car"], "origin": ["", "Lille", ""],
                          "destination": ["Paris", "Paris", ""]})
    facts = transport(SimpleNamespace(records={"travel": trips}, params=None))
    assert facts["route"].tolist() == ["Paris", "Lille – Paris", ""]
