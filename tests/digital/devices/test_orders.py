"""The devices of a stock list and the lines of orders, paired one by one."""

from __future__ import annotations

import pandas as pd

from carbon.digital.devices.orders import SHOWN, as_listed, unmatched

DAYS = (pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 12, 31))


def stock(*rows: tuple[str, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["asset_id", "model", "purchased_on"])
    return table.assign(category="laptop", purchased_on=pd.to_datetime(table["purchased_on"]))


def orders(*rows: tuple[str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["model", "date", "quantity"])
    return table.assign(category="laptop", date=pd.to_datetime(table["date"]))


def test_equal_counts_of_other_devices_are_no_agreement():
    """Two listed and two ordered, of which one device came ten months before the only order left: both are named."""
    listed = stock(("A1", "Arbre 14", "2024-01-10"), ("A2", "Arbre 14", "2024-02-01"))
    pair = unmatched(listed, orders(("Arbre 14", "2024-01-05", 1), ("Cime 15", "2024-12-01", 1)), DAYS)["laptop"]
    assert (pair.listed, pair.ordered) == (2, 2)
    assert (pair.devices, pair.orders) == (["A2"], ["Cime 15 2024-12-01"])


def test_the_same_model_goes_before_any():
    """A model written with other capitals is the same: the one order is its device's, though another came a day before;
    a device of another model takes an order that is left.
    """
    listed = stock(("A1", "Cime 15", "2024-03-01"), ("A2", "ARBRE 14", "2024-03-02"))
    one = unmatched(listed, orders(("Arbre 14", "2024-03-01", 1)), DAYS)["laptop"]
    assert (one.devices, one.orders) == (["A1"], [])
    two = unmatched(listed, orders(("Arbre 14", "2024-03-01", 1), ("Cime Pro", "2024-03-02", 1)), DAYS)["laptop"]
    assert (two.devices, two.orders) == ([], [])


def test_an_order_at_the_turn_of_the_year_has_its_device():
    """Ordered on 20 December and listed on 4 January: counts differ, nothing is without a partner. An order that has
    its device in its own year is no partner of another.
    """
    late = stock(("A1", "x", "2024-01-04"))
    pair = unmatched(late, orders(("x", "2023-12-20", 1)), DAYS)["laptop"]
    assert (pair.listed, pair.ordered, pair.devices) == (1, 0, [])
    both = stock(("A0", "x", "2023-12-22"), ("A1", "x", "2024-01-04"))
    assert unmatched(both, orders(("x", "2023-12-20", 1)), DAYS)["laptop"].devices == ["A1"]


def test_a_cause_names_a_few_rows():
    """Five, and the number of the others."""
    assert as_listed("abcdefg") == "a, b, c, d, e (+2)" and SHOWN == 5
    assert as_listed(["a"]) == "a"
