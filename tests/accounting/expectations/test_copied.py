"""Columns filled down, copied or read for one another: each shows, and what honest records do does not."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.accounting.expectations import copied
from carbon.accounting.expectations import names as m
from carbon.core.columns import Rows

CENTS = np.arange(1.0, 25.0) * 13.37


def trips(n: int = 24, **columns: object) -> Rows:
    """Trips to Lisbon by air, n of them; a list is a column."""
    words = {"mode": "air", "origin": "LYS", "destination": "LIS", "cabin_class": "economy", **columns}
    base: dict[str, object] = {"_kg": np.ones(n), "_amount": np.ones(n), "_money": np.full(n, np.nan),
                               "return": np.zeros(n, dtype=bool)}
    base |= {name: np.full(n, value, dtype=object) if isinstance(value, str) else np.array(
        value, dtype=object if isinstance(value[0], str) else None) for name, value in words.items()}
    return Rows(base, n)


def shares(found) -> dict[str, tuple[float, float]]:
    """Value and kg at stake of each pattern."""
    return {of.measure: (float(of.by_key[0]), float(of.kg[0])) for of in found}


def test_money_read_as_the_quantity():
    """Each of 24 amounts is its money: all is at stake; a tariff near one is not the same to the cent."""
    assert shares(copied.money_read(trips(distance=CENTS, _money=CENTS), "distance")) == {m.MONEY_READ: (1.0, 24.0)}
    tariff = shares(copied.money_read(trips(distance=CENTS, _money=CENTS * 1.002), "distance"))
    assert tariff[m.MONEY_READ][0] == 0
    assert shares(copied.money_read(trips(5, distance=CENTS[:5], _money=CENTS[:5]), "distance")) == {}


def test_one_higher_class_in_each_row():
    """All in business; economy in each row is what most companies have, and a mix is no column filled down."""
    assert shares(copied.one_class(trips(cabin_class="business"))) == {m.ONE_CLASS: (1.0, 12.0)}
    assert shares(copied.one_class(trips())) == {m.ONE_CLASS: (0.0, 0.0)}
    assert shares(copied.one_class(trips(cabin_class=["economy", "business"] * 12)))[m.ONE_CLASS][0] <= 0.5


@pytest.mark.parametrize(("back", "returns", "lone", "twice"), [
    (False, False, 1.0, 0.0), (True, False, 0.0, 0.0), (False, True, 0.0, 0.0), (True, True, 0.0, 1.0)])
def test_who_leaves_comes_back_once(back: bool, returns: bool, lone: float, twice: float):
    """One way with no way back, and a return with one, are odd; there and back as two rows or as one are not."""
    ends = (["LYS", "LIS"] if back else ["LYS", "LYS"]) * 12, (["LIS", "LYS"] if back else ["LIS", "LIS"]) * 12
    found = shares(copied.ways_back(trips(origin=ends[0], destination=ends[1], **{"return": [returns] * 24})))
    assert (found[m.ONE_WAY][0], found[m.THERE_AND_BACK][0]) == (lone, twice)


def test_a_file_pasted_twice_with_other_days():
    """Each fare with its cents exactly twice; fares that differ, or come monthly, are no copy."""
    twice = np.tile(CENTS[:12], 2)
    assert shares(copied.other_days(trips(_money=twice), ("mode",))) == {m.OTHER_DAYS: (1.0, 12.0)}
    assert shares(copied.other_days(trips(_money=CENTS), ("mode",))) == {}
    assert shares(copied.other_days(trips(_money=np.full(24, 13.37)), ("mode",))) == {}
