"""Patterns of columns and rows that were filled down, copied or read for one another.

A pattern is a value by key with what it moves if it is an error [kg CO2e], as in `patterns`; its band is a row of
`limits`. What holds of few rows is chance: each pattern states from how many on it is claimed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from carbon.accounting.expectations import names as m
from carbon.core.columns import Groups, Rows, group_codes
from carbon.core.exact import exact_sum, exact_total
from carbon.core.text_columns import Flags, Floats, Ints, listed
from carbon.records.rules.purchase_checks import VAT_RATES
from carbon.records.rules.sums import Amounts

Rates = Callable[[Any, Any, str], Floats]
"""Currencies and days of rows, another currency -> rates."""

ENOUGH, SOME_BILLS = 12, 6
"""Trips, distinct amounts and bills from which a pattern is no chance."""
ONE_NUMBER = 0.95
"""Share of rows that have one number."""
ONCE = 0.5
"""Share of rows that are there twice below which an account alone may have been pasted."""
OF_A_TARIFF, OF_A_DIGIT, OF_A_RATE = 0.005, 0.0005, 0.001
"""How near an amount is to its money, by half of its own last digit, and to the money at the rate of a day [share]."""
HIGHER = ("premium_economy", "business", "first")
DISTINCT, BEYOND_CHANCE, CENTS_OFF = 60, 4.0, (-3, -2, -1, 1, 2, 3)
"""Amounts, and standard deviations from the same amounts some cents off, from which a tax in all of them is claimed."""


@dataclass(frozen=True)
class Pattern:
    """Rows (`_unit` is the band's), columns of the key, value and kg at stake of each key (None: all), known groups."""

    rows: Rows
    named: tuple[str, ...]
    measure: str
    by_key: Floats
    kg: Floats | None = None
    groups: Groups | None = None


def _of_all(rows: Rows, measure: str, unit: str, odd: Flags, kg: Floats, named: tuple[str, ...] = ()) -> Pattern:
    """Return the share of rows that are odd, as one line; `kg`: what each moves if it is an error."""
    share = np.array([odd.sum() / len(rows)])
    return Pattern(rows.assign(_unit=unit), named, measure, share, np.array([exact_total(np.where(odd, kg, 0.0))]))


def one_number(rows: Rows, column: str) -> Iterator[Pattern]:
    """Yield a number of people or trips that nearly every row has: filled down a column.

    Two, there and back, is a common way to write a trip.
    """
    number = rows[column].astype(np.float64) if column in rows else np.zeros(0)
    some = rows.where(number > 0) if len(number) else rows.take(np.zeros(0, np.intp))
    if len(some) < ENOUGH:
        return
    values, counts = np.unique(number[number > 0], return_counts=True)
    most = float(values[counts.argmax()]) if counts.max() >= ONE_NUMBER * len(some) else 1.0
    yield Pattern(some.assign(_unit=f"{column} in each row"), (), m.FILLED, np.array([most]),
                  exact_sum(some["_kg"], np.zeros(len(some), np.intp), 1) * (1 - 1 / most))


def money_read(rows: Rows, column: str, by: str, currency: str, rates_of: Rates) -> Iterator[Pattern]:
    """Yield the share of rows whose quantity is their money, and whose is their money times one rate: a column misread.

    Of each carrier or mode (`by`) alone. A price of one, to the last digit of the quantities, in half of the bills is
    no tariff. With or without VAT, or in another currency at the day's rate, it may be one: a question.
    """
    if column not in rows or "_money" not in rows:
        return
    priced = rows.where((rows["_money"] > 0) & (rows[column].astype(np.float64) > 0))
    for word in dict.fromkeys(priced.column(by).tolist()):
        some = priced.where(**{by: word})
        if len(some) < SOME_BILLS:
            continue
        money_paid, size = some["_money"], some[column].astype(np.float64)
        half_digit = max(Amounts.of(size).tick, 0.01) / 2 + 1e-9
        is_same = np.abs(money_paid - size) <= np.minimum(half_digit, OF_A_TARIFF * size)
        yield _of_all(some, m.MONEY_READ, "share of amounts equal to their money", is_same, some["_kg"], (by,))
        if half_digit <= np.median(size) * OF_A_DIGIT:
            rates = [*(1 + VAT_RATES), *(1 / (1 + VAT_RATES)), *_day_rates(some, currency, rates_of)]
            times = max((np.abs(money_paid * rate - size) <= half_digit + OF_A_RATE * size * np.ndim(rate)
                         for rate in rates),
                        key=lambda of: int(of.sum()))
            yield _of_all(some, m.MONEY_TIMES, "share of amounts at one rate of their money", times, some["_kg"], (by,))


def with_tax(rows: Rows) -> Iterator[Pattern]:
    """Yield the share of amounts that hold a tax by their digits, of rows without a tax of their own.

    Cents with a tax are n (1 + r), rounded, 1 / (1 + r) of all numbers: 0.03, 1.23 and 2.49 are no amount with 20 %.
    Amounts are compared with the same ones up to three cents off, which are such numbers by chance. Prices that end in
    0 or 5 and multiples of four, packs, are left out: they have divisors of their own.
    """
    some = rows.where((rows["_amount"] != 0) & ~(np.nan_to_num(rows["_vat"]) != 0), _unit=commonest_unit(rows))
    cents = _whole(np.abs(some["_amount"]))
    if len(cents) < DISTINCT:
        return
    claims = [(_beyond_chance(cents, 1 + rate), rate) for rate in VAT_RATES.tolist()]
    beyond, rate = max(claims)
    if beyond >= BEYOND_CHANCE:
        share = 1 - (1 - _is_product(cents, 1 + rate).mean()) * (1 + rate) / rate
        kg = exact_total(some["_kg"]) * share * rate / (1 + rate)
        yield Pattern(some.assign(_unit="share of amounts that hold a tax"), (), m.WITH_TAX, np.array([share]),
                      np.array([kg]))


def commonest_unit(rows: Rows) -> str:
    """Return the unit of most rows, of several the first."""
    units = rows.column("_unit")
    return str(listed(units.distinct)[np.bincount(units.codes).argmax()])


def _whole(size: Floats) -> Ints:
    """Return the distinct amounts in the smallest unit that they have, but for round ones and packs."""
    for digits in range(4):
        cents = size * 10**digits
        is_whole = np.abs(cents - np.rint(cents)) < 1e-6
        if is_whole.sum() > ONE_NUMBER * len(size):
            distinct = np.unique(np.rint(cents[is_whole]).astype(np.int64))
            return distinct[(distinct % 4 != 0) & (distinct % 5 != 0)]
    return np.zeros(0, dtype=np.int64)


def _is_product(cents: Ints, times: float) -> Flags:
    """Flag the numbers that are a whole number times another, rounded half up."""
    per_mille = round(1000 * times)
    near_units = np.rint(cents * 1000 / per_mille).astype(np.int64)
    return np.any([((near_units + k) * per_mille + 500) // 1000 == cents for k in (-1, 0, 1)], axis=0)


def _beyond_chance(cents: Ints, times: float) -> float:
    """Return how many standard deviations more numbers are such products than the same some cents off, if no chance."""
    is_product, least = _is_product(cents, times), math.inf
    for cent in CENTS_OFF:
        shifted = _is_product(cents + cent, times)
        more, fewer = int((is_product & ~shifted).sum()), int((~is_product & shifted).sum())
        least = min(least, (more - fewer) / math.sqrt(max(more + fewer, 1)))
        if least < BEYOND_CHANCE:
            break  # by chance already
    return least


def _day_rates(rows: Rows, currency: str, rates_of: Rates) -> list[Floats]:
    """Return the rates of the rows' days to the company's currency, euro and US dollar, where all are other ones."""
    of = rows["currency"]
    return [rates_of(of, rows["period_end"], to)
            for to in dict.fromkeys((currency, "EUR", "USD")) if (of != "").all() and (of != to).all()]


def one_class(rows: Rows) -> Iterator[Pattern]:
    """Yield the share of flights in the commonest class, where that is a higher one. At stake: half of it."""
    flights = rows.where(mode="air").but(cabin_class="")
    if len(flights) >= ENOUGH:
        words, counts = np.unique(flights["cabin_class"].astype(str), return_counts=True)
        odd = (flights["cabin_class"] == words[counts.argmax()]) & np.isin(flights["cabin_class"], HIGHER)
        yield _of_all(flights, m.ONE_CLASS, "share of flights in one higher class", odd, flights["_kg"] / 2)


def ways_back(rows: Rows) -> Iterator[Pattern]:
    """Yield which share of trips is one way with nobody coming back, and which is a return with its way back as well.

    Of trips between two places. At stake: as much again, or half.
    """
    ends = [np.asarray(rows[c], dtype=object) for c in ("origin", "destination")]
    trips = rows.where((ends[0] != "") & (ends[1] != "") & (ends[0] != ends[1]) & (rows["_amount"] > 0))
    if len(trips) < ENOUGH:
        return
    outward, back = (trips[c].astype(str) for c in ("origin", "destination"))
    names = np.unique([*outward, *back], return_inverse=True)[1]
    a, b = names[:len(trips)], names[len(trips):]
    mode, size = trips.column("mode").codes, int(names.max()) + 1
    way, reverse = ((mode * size + one) * size + other for one, other in ((a, b), (b, a)))
    returns, has_way_back = trips["return"].astype(bool), np.isin(reverse, way)
    yield _of_all(trips, m.ONE_WAY, "share of ways without a way back", ~returns & ~has_way_back, trips["_kg"])
    yield _of_all(trips, m.THERE_AND_BACK, "share of returns with a way back", returns & has_way_back, trips["_kg"] / 2)


def other_days(rows: Rows, words: Sequence[str], *, each: bool = False, by: tuple[str, ...] = (),
               named: tuple[str, ...] = ()) -> Iterator[Pattern]:
    """Yield the share of rows whose words and amounts are those of one other row, whatever the day: pasted twice.

    Rents and tariffs repeat each month, or are whole: of purchases only money with cents that is there exactly twice.
    Trips and loads repeat by chance (`each`): of k different ones each is there an even number of times once in 2^k.
    Of each word of a column alone (`by`) where most of all rows are there once.
    """
    money_paid = np.nan_to_num(rows["_money"])
    some = rows if each else rows.where(np.abs(money_paid - np.rint(money_paid)) > 0.005)
    if len(some) < 2 * ENOUGH:
        return
    amounts = [some["_money"], *([some["_amount"]] if each else [])]
    code = group_codes([*(some.column(c) for c in words if c in some), *map(np.nan_to_num, amounts)])
    number = np.bincount(code)
    again = (number % 2 == 0)[code] if each else number[code] == 2
    if again.sum() >= 2 * ENOUGH and (not each or len(number) >= ENOUGH):
        yield _of_all(some, m.OTHER_DAYS, "share of amounts repeated on other days", again, np.abs(some["_kg"]) / 2,
                      named)
    for column in by if again.mean() < ONCE else ():
        for word in dict.fromkeys(some[column][again].tolist()):
            yield from other_days(some.where(**{column: word}), words, named=by)
