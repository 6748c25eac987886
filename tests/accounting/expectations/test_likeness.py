"""Two years with the same amounts are alike in any order; shares of words are those of what the words stand for."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.accounting.expectations.likeness import number_of_amounts, share_at_a_ratio, shares_of_words
from carbon.core.columns import Rows

AMOUNTS = np.array([10.5, 20.25, 31.0, 4.75, 5.0, 6.5, 7.0])


def number(amounts: np.ndarray) -> float:
    return float(number_of_amounts(amounts, np.zeros(len(amounts), dtype=np.intp), 1)[0])


def test_the_same_amounts_have_one_number_in_any_order_and_others_another():
    """Reversed they are the same; with one cent more they are not; a repeated amount is not the amount once."""
    assert number(AMOUNTS[::-1].copy()) == number(AMOUNTS)
    assert number(AMOUNTS + np.array([0.01, 0, 0, 0, 0, 0, 0])) != number(AMOUNTS)
    assert number(np.append(AMOUNTS, 7.0)) != number(AMOUNTS)


@pytest.mark.parametrize("amounts", [AMOUNTS[:5], np.full(12, 1000.0), np.full(8, np.nan), np.zeros(8)])
def test_few_distinct_amounts_have_none(amounts: np.ndarray):
    """A rent of twelve equal amounts is the same each year."""
    assert np.isnan(number(amounts))


def test_shares_of_cabins_go_by_km_and_of_returns_by_trips():
    """900 of 1,000 km in business class are nine tenths, on one of two trips; emissions are those of the whole mode."""
    rows = Rows({"mode": np.array(["air", "air"], dtype=object),
                 "cabin_class": np.array(["economy", "business"], dtype=object),
                 "return": np.array(["yes", "no"], dtype=object), "trips": np.array([3.0, 1.0]),
                 "_amount": np.array([100.0, 900.0]), "_kg": np.array([10.0, 290.0])}, 2)
    cabins, returns = list(shares_of_words("travel", rows))
    for found, words in ((cabins, {"cabin class business": 0.9, "cabin class economy": 0.1}),
                         (returns, {"return no": 0.25, "return yes": 0.75})):
        groups = found.rows.groups([*found.named, "_unit"])
        assert dict(zip(found.rows["_unit"][groups.first], found.by_key, strict=True)) == pytest.approx(words)
        assert found.kg.tolist() == [300.0, 300.0]


@pytest.mark.parametrize(("second", "found"), [(1.07, (0.93, 1.0)), (0.2, (0.2, 1.0)), (1.0, (float("nan"), 0.0))])
def test_rows_again_at_one_ratio_are_a_budget_or_a_tax(second: float, found: tuple[float, float]):
    """Twenty invoices of twenty days, each again at 1.07 or 0.2 times; equal ones are repeated rows, not these."""
    amounts = np.arange(1, 21) * 137.31
    days = np.datetime64("2024-01-01") + np.arange(20)
    rows = Rows({"supplier": np.full(40, "A", dtype=object),
                 "_amount": np.append(amounts, np.round(amounts * second, 2)),
                 "period_start": np.append(days, days), "period_end": np.append(days, days)}, 40)
    assert share_at_a_ratio(rows, ("supplier",)) == pytest.approx(found, nan_ok=True)
