"""Amounts of records in the ledger, and quantities in another unit."""

from __future__ import annotations

import numpy as np

from carbon.activities.amounts import amounts_read, of_unit, opened, to_unit


def test_each_record_counts_in_the_unit_of_its_kind(read):
    """Purchases count by currency, energy by carrier and unit; a unit that is not known has no amount."""
    records = read(purchases=[{"amount": 12.5, "currency": "GBP"}],
                   energy=[{"quantity": 2.0, "unit": "MWh"}, {"quantity": 3.0, "unit": "bushel"}]).records

    bought, metered = amounts_read(records["purchases"], "purchases"), amounts_read(records["energy"], "energy")

    assert bought[["amount", "unit"]].to_numpy().tolist() == [[12.5, "GBP"]]
    assert metered["unit"].tolist() == ["electricity:kWh", ""]
    np.testing.assert_array_equal(metered["amount"], [2000.0, np.nan])


def test_people_are_counted_in_rows_alone(read):
    """Answers to a survey have no amount: the ledger counts their rows."""
    rows = opened(read(commuting=[{"answers": 4.0}]).records["commuting"], "commuting")
    assert np.isnan(rows["record_amount"]).all()
    assert rows["record_unit"].tolist() == [""]


def test_values_convert_where_their_unit_does():
    """Miles become kilometres; a unit of another dimension, or none at all, gives no number."""
    written = np.array(["mi", "km", "kg", ""], dtype=object)
    np.testing.assert_allclose(to_unit(np.array([1.0, 2.0, 3.0, 4.0]), written, "km"), [1.609344, 2.0, np.nan, np.nan])
    assert of_unit(written, "km").tolist() == [True, True, False, False]
