"""Amounts that moved alike: doubled accounts are one breach, and growth, prices and what moves apart are none."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.bands import EXPECTATIONS, OWN_PAST
from carbon.accounting.expectations.breaches import breaches_of
from carbon.accounting.expectations.together import near_their_median, with_together
from carbon.accounting.expectations.words import band

LEAST = {"": 1.0, "1": 1.0, "2": 1.0, "3": 1.0}


def expectations(*times: float, kind: str = "purchases") -> pd.DataFrame:
    """A table of accounts of 1,000 each the year before, these times as much now, within their bands."""
    lines = [{"kind": kind, "dimension": "account", "key": f"{600 + i}", "measure": m.LEVEL, "unit": "EUR",
              "value": 1000.0 * t, "rows": 12, "co2e_kg": 300.0 * t, "scope": "3", "example": f"ledger.csv:{i + 2}",
              "expected": 1000.0, "low": 333.0, "high": 3000.0, "years": 1, "basis": OWN_PAST, "before_kg": 300.0}
             for i, t in enumerate(times)]
    return EXPECTATIONS.validate(pd.DataFrame(lines).astype(EXPECTATIONS.dtypes))


def breaches(table: pd.DataFrame, people: dict[int, float], country: str = "FR", currency: str = "EUR",
             year: int = 2022) -> pd.DataFrame:
    params = SimpleNamespace(employees=people, country=country, currency=currency)
    return breaches_of(with_together(table, params, year, [year - 1]), least_kg=LEAST)


DOUBLED = (2.1, 1.95, 2.0, 2.2, 1.9, 2.04)
SAME = {2021: 40.0, 2022: 41.0}


def test_all_accounts_doubled_are_one_breach_that_stops_a_run():
    """Six accounts at 1.9 to 2.2 times within bands of three, prices 3 % and people 2.5 % up: one line that names what
    half of their emissions is at stake, with the largest account as its example.
    """
    made = breaches(expectations(*DOUBLED), SAME)
    assert made["measure"].tolist() == [m.ALIKE] and made["fails"].all()
    # Median 2.02 over prices of 1.031 and people of 1.025.
    line = made.iloc[0]
    assert line["value"] == pytest.approx(2.02 / 1.031 / 1.025, rel=0.01)
    assert line["at_stake_kg"] == pytest.approx(300 * sum(DOUBLED) * (1 - 1 / line["value"]))
    assert (line["unit"], line["example"]) == ("account", "ledger.csv:5") and "by account" in line["cause"]


def test_without_people_it_is_a_question():
    """Nothing states that the company did not grow as much: listed, and no run fails by it."""
    made = breaches(expectations(*DOUBLED), {2022: 41.0})
    assert made["measure"].tolist() == [m.ALIKE_UNKNOWN] and not made["fails"].any()


@pytest.mark.parametrize(("times", "people", "place"), [
    (DOUBLED, {2021: 40.0, 2022: 78.0}, ("FR", "EUR")),
    ((1.9, 2.3, 2.0, 1.8, 2.1), SAME, ("TR", "TRY")),
    ((0.8, 1.1, 1.0, 0.95, 2.9, 1.2), SAME, ("FR", "EUR")),
    ((2.9, 1.1, 2.4, 1.0, 2.0, 2.8, 1.2, 1.9), SAME, ("FR", "EUR")),
    (DOUBLED[:4], SAME, ("FR", "EUR")),
], ids=["as many more people", "prices of Turkey doubled", "one account", "apart", "four accounts"])
def test_growth_prices_and_what_moves_apart_are_no_breach(times, people, place):
    """Honest years: a company with twice the people, one whose money is worth half, accounts that move on their own."""
    assert not len(breaches(expectations(*times), people, *place))


def test_accounts_that_move_on_their_own_are_seldom_near_and_far_at_once():
    """Of 1,500 companies of five to twelve accounts, each 0.4 to 2.5 times the year before, fewer than one in 300 has
    three quarters of them near a median of 1.8 or more; with amounts doubled that scatter by a tenth nearly all have.
    """
    rng = np.random.Generator(np.random.PCG64(3))
    shares = []
    for middle, scatter in ((1.1, 0.4), (2.05, 0.1)):
        ratios = [middle * np.exp(rng.normal(0, scatter, n)) for n in rng.integers(5, 13, 1500)]
        shares += [np.mean([near_their_median(r).any() and np.median(r) > 1.8 for r in ratios])]
    assert shares[0] < 0.0033 and shares[1] > 0.98


def test_trips_pause_and_resume_together():
    """Travel after a year of closed borders: all modes doubled, and nothing is claimed."""
    assert not len(breaches(expectations(*DOUBLED, kind="travel").assign(dimension="mode"), SAME))


def test_an_upper_end_without_limit_hides_neither_what_moved_alike_nor_what_is_below():
    """Where a site came, an account may be any amount more (an infinite upper end): the others are still one breach,
    and an amount far below its lower end is one too, told without the upper end.
    """
    table = expectations(*DOUBLED, 0.01).assign(high=lambda t: t["high"].where(t["value"] > 100, np.inf))
    made = breaches(table, SAME)
    assert made["measure"].tolist() == [m.ALIKE, m.LEVEL] and np.isinf(table["high"]).sum() == 1
    assert band(made.iloc[1].to_dict()) == "below the expected 333 EUR (own past, 1 year)"
