"""Columns filled down, copied or read for one another: each shows, and what honest records do does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.expectations import copied
from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.limited import Stated
from carbon.core.columns import Rows
from carbon.core.money import find_rates

RATES = Stated(float("nan"), "FR", "EUR", {}).rates
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
    """Value and kg at stake of each pattern, the first of its measure."""
    return {of.measure: (float(of.by_key[0]), float(of.kg[0])) for of in reversed(list(found))}


def money(amount: np.ndarray, paid: np.ndarray, **columns: object) -> dict[str, tuple[float, float]]:
    """What is found of distances and their money."""
    words = {"currency": "EUR", "period_end": list(amount), **columns}
    some = trips(len(amount), **words, distance=amount, _money=paid)
    return shares(copied.money_read(some, "distance", "mode", str(words["currency"]), RATES))


def test_money_read_as_the_quantity():
    """Each of 24 amounts is its money: all is at stake; a tariff near one is not the same to the cent."""
    assert money(CENTS, CENTS) == {m.MONEY_READ: (1.0, 24.0), m.MONEY_TIMES: (0.0, 0.0)}
    assert money(np.rint(CENTS * 10), CENTS * 10) == {m.MONEY_READ: (1.0, 24.0), m.MONEY_TIMES: (0.0, 0.0)}
    assert money(CENTS, CENTS * 1.002)[m.MONEY_READ] == (0.0, 0.0)
    assert money(CENTS[:5], CENTS[:5]) == {}
    one_of_three = money(CENTS, np.where(np.arange(24) < 8, CENTS, CENTS * 2), mode=["air"] * 8 + ["car"] * 16)
    assert one_of_three[m.MONEY_READ] == (1.0, 8.0)


@pytest.mark.parametrize("rate", [1.23, 1 / 1.2, 1.081])
def test_money_with_vat_read_as_the_quantity(rate: float):
    """Money with VAT, or without it, to the cent; at other prices, and of rows that differ, it is a price."""
    assert money(np.round(CENTS * rate, 2), CENTS)[m.MONEY_TIMES] == (1.0, 24.0)
    assert money(np.round(CENTS * 1.31, 2), CENTS)[m.MONEY_TIMES] == (0.0, 0.0)
    varied = np.round(CENTS * np.linspace(0.9, 1.3, 24), 2)
    assert money(varied, CENTS)[m.MONEY_TIMES][0] < 0.2


def test_money_in_another_currency_read_as_the_quantity():
    """Zloty as euro at the rate of each day: all of it; at one price a litre none of it."""
    days = np.array([f"2024-{i % 12 + 1:02d}-14" for i in range(24)], dtype="datetime64[ns]")
    rates = find_rates(pd.Series(["PLN"] * 24), pd.Series(days), to="EUR", basis="transaction_date")["fx_rate"]
    paid = CENTS * 10
    of_day = money(np.round(paid * rates.to_numpy(), 2), paid, currency="PLN", period_end=days)
    assert of_day[m.MONEY_TIMES] == (1.0, 24.0)
    assert money(np.round(paid / 5.9, 2), paid, currency="PLN", period_end=days)[m.MONEY_TIMES] == (0.0, 0.0)


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


def test_one_account_pasted_twice_among_others_is_named():
    """Twelve invoices of account a twice in a ledger of 100 others: that account, and not the ledger."""
    others = 1000.11 + 17.31 * np.arange(100)
    account = np.array(["a"] * 24 + ["b", "c"] * 50, dtype=object)
    ledger = bought(np.concatenate([CENTS[:12], CENTS[:12], others]), account=account)
    ledger = ledger.assign(_money=ledger["_amount"])
    found = [of for of in copied.other_days(ledger, ("account",), by=("account",)) if of.by_key[0] > 0.8]
    assert [(of.named, of.rows["account"][0], len(of.rows)) for of in found] == [(("account",), "a", 24)]


def test_loads_without_money_pasted_twice_with_other_days():
    """Each of twelve different loads an even number of times; loads by chance, and few different ones, are no copy."""
    found = shares(copied.other_days(trips(_amount=np.tile(CENTS[:12], 2)), ("mode",), each=True))
    assert found == {m.OTHER_DAYS: (1.0, 12.0)}
    assert shares(copied.other_days(trips(_amount=CENTS), ("mode",), each=True)) == {}
    assert shares(copied.other_days(trips(_amount=np.tile(CENTS[:8], 3)), ("mode",), each=True)) == {}
    assert shares(copied.other_days(trips(_amount=np.tile(CENTS[:6], 4)), ("mode",), each=True)) == {}


def bought(amount: np.ndarray, **columns: object) -> Rows:
    """Purchases in euro, without a tax of their own."""
    n = len(amount)
    return Rows({"_unit": np.full(n, "EUR", dtype=object), "_amount": amount, "_vat": np.full(n, np.nan),
                 "_kg": np.ones(n), **columns}, n)


NET = np.round(np.random.default_rng(7).lognormal(6.0, 1.2, 500), 2)
"""Amounts without tax."""


@pytest.mark.parametrize(("rate", "digits"), [(0.2, 2), (0.19, 0), (0.1, 2), (0.18, 3)])
def test_amounts_that_hold_a_tax_have_its_digits(rate: float, digits: int):
    """Euros with 20 or 10 %, pesos without cents, dinars of a thousand: all of it, and the tax is at stake."""
    size = 10.0**digits
    gross = np.floor(np.rint(NET * size) * (1 + rate) + 0.5) / size
    assert shares(copied.with_tax(bought(gross))) == {m.WITH_TAX: pytest.approx((1.0, 500 * rate / (1 + rate)))}


@pytest.mark.parametrize("amounts", [
    NET, np.rint(NET), np.round(NET * 4, 2), np.round(NET * 12, 2), np.floor(NET) + 0.99, np.floor(NET / 5) * 5,
    np.round(NET * np.resize([1, 2, 6, 12, 24, 100], 500), 2), np.floor(NET[:40] * 120 + 0.5) / 100],
    ids=["cents", "whole", "by four", "dozens", "ends in 99", "round", "packs", "few"])
def test_amounts_without_a_tax_are_not_claimed_to_hold_one(amounts: np.ndarray):
    """Prices by the dozen, round or in cents have other digits; of forty amounts it is chance."""
    assert shares(copied.with_tax(bought(amounts))) == {}


def test_amounts_next_to_their_tax_are_without_it():
    """A column of VAT states what the tax is, and is compared by its own rate."""
    gross = np.floor(NET * 120 + 0.5) / 100
    assert shares(copied.with_tax(bought(gross, _vat=gross / 6))) == {}
