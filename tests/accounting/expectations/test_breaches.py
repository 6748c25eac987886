"""A breach says what is odd, how much is at stake and what it may be, each cause once."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.accounting.expectations.acceptance import fails_of
from carbon.accounting.expectations.bands import expectations_of
from carbon.accounting.expectations.breaches import breaches_of
from carbon.accounting.expectations.measures import MEASURES, WHOLE
from carbon.accounting.expectations.names import (
    LEVEL,
    MARKET_PRICE,
    MONTHS,
    PEAK,
    PER_BUILDING,
    PER_PERSON,
    PLACE,
    PRICE,
    ROWS,
    TOTAL,
)
from carbon.core.text_columns import records_of

LEAST = {"": 1.0, "1": 1.0, "2": 1.0, "3": 1.0}


def lines(*rows: dict[str, object]) -> pd.DataFrame:
    """Measures of a meter of a bill a month, changed as given."""
    usual = {"kind": "energy", "dimension": "site", "key": "paris", "measure": LEVEL, "unit": "kWh", "value": 1200.0,
             "rows": 12, "co2e_kg": 600.0, "scope": "2", "example": "energy.csv:2"}
    table = pd.DataFrame([{**usual, **row} for row in rows])
    return MEASURES.validate(table[list(MEASURES.columns)].astype(MEASURES.dtypes))


def found(now: pd.DataFrame, before: pd.DataFrame, least: float = 1.0) -> pd.DataFrame:
    """The breaches of a year after two equal ones."""
    expectations = expectations_of(now, {2022: before, 2023: before})
    return breaches_of(expectations, least_kg=dict.fromkeys(LEAST, least))


def test_a_year_like_those_before_has_no_breach():
    """The same amounts, rows and months are what was expected."""
    year = lines({}, {"measure": ROWS, "value": 12.0}, {"measure": MONTHS, "value": 12.0})
    assert len(found(year, year)) == 0


@pytest.mark.parametrize(("times", "words"), [(1000.0, "1000 times"), (0.001, "1/1000 of"), (100.0, "100 times"),
                                              (12.0, "12 times"), (10.0, "10 times")])
def test_a_slip_is_named_by_its_power(times: float, words: str):
    """A thousand times last year is MWh for kWh, and the line says so."""
    breach = found(lines({"value": 1200 * times, "co2e_kg": 600 * times}), lines({})).iloc[0]
    assert breach["code"] == "amount_unexpected" and breach["cause"].startswith(words)


def test_what_is_at_stake_is_the_move_of_the_total():
    """At ten times the usual, nine tenths of what it emits; where it is gone, what it emitted before."""
    assert found(lines({"value": 12_000.0, "co2e_kg": 6000.0}), lines({})).iloc[0]["at_stake_kg"] == pytest.approx(5400)
    gone = found(lines({"key": "london"}), lines({}, {"key": "london"})).iloc[0]
    assert (gone["key"], gone["at_stake_kg"]) == ("paris", pytest.approx(600))


def test_a_low_price_has_the_kwh_at_stake_that_are_too_many():
    """Of 0.08 for 0.20, three fifths of the kWh are too many; a thousandth of the price has all but a thousandth of the
    emissions at stake, never more than there is.
    """
    before = lines({"measure": PRICE, "value": 0.20})
    for value, kg, at_stake in ((0.08, 1500.0, 900.0), (0.0002, 600_000.0, 599_400.0)):
        now = lines({"measure": PRICE, "value": value, "co2e_kg": kg})
        assert found(now, before).iloc[0]["at_stake_kg"] == pytest.approx(at_stake)


def test_a_negative_total_is_a_breach_without_a_past():
    """A kind that sums to less than nothing is odd in the first year too."""
    breach = breaches_of(expectations_of(lines({"value": -5.0, "dimension": WHOLE, "key": "", "co2e_kg": -300.0}), {}),
                         least_kg=LEAST).iloc[0]
    assert "credit and debit" in breach["cause"]


def test_a_kind_below_zero_is_one_breach_that_stops_a_run():
    """All purchases with the wrong sign: neither each account below zero nor the total of scope 3 is a line of its own,
    although the accounts are all that is at stake.
    """
    of = {"kind": "purchases", "scope": "3", "unit": "GBP"}
    account = {**of, "dimension": "account", "value": -500.0, "co2e_kg": -300.0}
    table = lines({**account, "key": "601"}, {**account, "key": "602"},
                  {**of, "dimension": WHOLE, "key": "", "value": -1000.0, "co2e_kg": -600.0},
                  {"kind": "inventory", "dimension": "category", "key": "3.1", "measure": TOTAL, "scope": "3",
                   "value": -600.0, "co2e_kg": -600.0})
    breaches = breaches_of(expectations_of(table, {}), least_kg=LEAST)
    assert breaches[["kind", "dimension"]].to_numpy().tolist() == [["purchases", WHOLE]]
    assert fails_of(records_of(breaches), least_kg=1e9) == [True]


def test_a_kind_below_zero_in_litres_hides_no_site_below_zero_in_kwh():
    """Litres below zero are one cause; a site's kilowatt-hours below zero are another, also once the first is accepted.
    """
    of = {"value": -500.0, "co2e_kg": -300.0}
    table = lines({**of, "dimension": WHOLE, "key": "", "unit": "l"}, {**of, "key": "lyon"}, {**of, "unit": "l"})
    breaches = breaches_of(expectations_of(table, {}), least_kg=LEAST)
    assert sorted(zip(breaches["key"], breaches["unit"], strict=True)) == [("", "l"), ("lyon", "kWh")]


def test_one_cause_is_told_once():
    """A meter at ten times its usual level is not told again as its site, its kind, its rows and its peak."""
    def year(times: float) -> pd.DataFrame:
        of = {"value": 1200 * times, "co2e_kg": 600 * times}
        return lines({"dimension": WHOLE, "key": "", **of}, {"dimension": "site · carrier", "key": "paris · gas", **of},
                     {"dimension": "site · carrier · meter", "key": "paris · gas · 1", **of},
                     {"dimension": "site · carrier · meter", "key": "paris · gas · 1", **of, "measure": PEAK,
                      "value": 1.0 * times})
    breaches = found(year(10.0), year(1.0))
    assert breaches["key"].tolist() == ["paris · gas · 1"]


def test_small_breaches_are_not_listed():
    """Below the emissions that are asked for, a breach is left out."""
    assert len(found(lines({"value": 12_000.0, "co2e_kg": 6.0}), lines({"co2e_kg": 0.6}), least=10.0)) == 0


def test_another_place_is_named():
    """A meter of Germany that is now one of Poland."""
    now = lines({"measure": PLACE, "unit": "PL", "value": 1.0})
    breach = found(now, lines({"measure": PLACE, "unit": "DE", "value": 1.0})).iloc[0]
    assert breach["code"] == "place_changed" and "DE" in breach["cause"]


FINE = "site · carrier"
TOO_CHEAP: dict[str, object] = {"measure": MARKET_PRICE, "unit": "EUR/kWh of natural gas", "dimension": FINE,
                                "key": "paris · natural_gas", "value": 0.00005}


@pytest.mark.parametrize(("other", "listed", "fails"), [
    (TOO_CHEAP, [MARKET_PRICE], [True]),
    ({"measure": PER_PERSON, "unit": "kWh of natural gas a person", "dimension": WHOLE, "key": "", "value": 4e9},
     [PER_BUILDING], [True]),
    ({**TOO_CHEAP, "co2e_kg": 6e4}, [PER_BUILDING], [False]),
    ({"measure": PEAK, "value": 1.0}, [PER_BUILDING], [False])],
    ids=["a price", "people", "a price of a tenth", "alone"])
def test_a_question_is_asked_in_place_of_no_claim(other: dict[str, object], listed: list[str], fails: list[bool]):
    """Gas a thousand times too much has a price and an amount a person that stop a run: kWh a square metre, which only
    ask, hide neither. Of the same building the price is listed; of the company the building is, and stops the run. A
    price of a tenth of it is another matter.
    """
    question = {"measure": PER_BUILDING, "unit": "kWh of gas a square metre of a building", "dimension": FINE,
                "key": "paris · natural_gas", "value": 5e5, "co2e_kg": 6e5}
    table = lines(question, {"co2e_kg": 6e5, **other})
    breaches = breaches_of(expectations_of(table, {}), least_kg=LEAST)
    assert breaches["measure"].tolist() == listed and breaches["fails"].tolist() == fails
