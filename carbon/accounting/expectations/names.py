"""Names of the measures of a company-year, and what `data/expected_measures.csv` states of each.

Import it as `m`: `m.PEAK`, `m.described()[m.PEAK].code`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from carbon.core import packaged

LEVEL, ROWS, MONTHS, PRICE, PEAK, VAT = "level", "rows", "months", "price", "peak", "VAT share"
NEGATIVE, NEGATIVE_ROWS, REPEATED, SUMS, PLACE, TO_END = (
    "negative share", "negative rows", "repeated share", "sums of other rows", "place", "months to the end")
ALIKE, ALIKE_UNKNOWN = "moved alike", "moved alike, people unknown"
AMOUNTS, SHARE, CAPITAL, WEIGHT, AT_A_RATIO = (
    "amounts", "share of words", "share of capital goods", "rows by weight", "share at a ratio")
EXCLUDED, REJECTED, OTHER_YEAR, TOTAL = "excluded share", "rejected share", "share of another year", "negative total"
(MARKET_PRICE, LEDGER_PRICE, PER_PERSON, PER_AREA, PER_BUILDING, LENGTH, MEAN_TRIP, NIGHTS, PER_MONEY, LEDGER_MONEY,
 LOAD, WAY, MEAN_WAY, DAYS, SURVEYED, REFILLED, VAT_OF_ROWS, OF_A_METER, ABOARD, SPENT) = (
    "market price", "price in the ledger", "per person", "per square metre", "per square metre of a building",
    "length of a trip", "mean trip", "nights of a stay", "emissions per money", "emissions per money of the ledger",
    "load of a day", "way to work", "mean way to work", "days a year", "people of the survey", "refilled",
    "VAT of a row", "year of a meter", "people aboard", "spent per person")
VAT_INSIDE, HOME_CURRENCY, SITE_PLACE, FIRST_CLASS = (
    "VAT inside", "currency at home", "place of a site", "first class")
(RISING, ZERO_READINGS, FILLED, BY_VAT, ANOTHER_CURRENCY, WHOLE_METER, WITHOUT_POWER, ANSWERED, WHOLE_NUMBERS,
 WITHOUT_RECORDS, MONEY_READ, MONEY_TIMES, ONE_CLASS, ONE_WAY, THERE_AND_BACK, OTHER_DAYS, WITH_TAX) = (
    "rising amounts", "zero readings", "one number in each row", "amount by its VAT", "account in another currency",
    "sum of other meters", "without electricity", "answers of the headcount", "whole amounts",
    "site without records", "money as amount", "money times a rate as amount", "one class in each row",
    "ways without a way back", "returns with a way back", "rows on other days", "tax by the digits")
LACKING = (WITHOUT_POWER, WITHOUT_RECORDS)
"""Of sites that have nothing where each has some: one breach of them all, its value zero."""
INVERSE = (MARKET_PRICE, LEDGER_PRICE, VAT_OF_ROWS)
"""Measures that fall as the amount that emits rises."""


@dataclass(frozen=True)
class Described:
    """What is stated of a measure.

    code: of its breach; name: before its value in a message; group: "past", "limit" (a published band), "odd" (a share
    of rows), or "pattern" (`co2e_kg` is what is at stake); printed: as a "share" in percent, with its "unit", or "";
    question: no run fails by it; cause: in words.
    """

    code: str
    name: str
    group: str
    printed: str
    question: bool
    cause: str


@lru_cache(maxsize=1)
def described() -> dict[str, Described]:
    """Return what is stated of each measure that may be out of its band, in the order in which one is listed first."""
    table = packaged.read_csv("carbon.accounting", "data/expected_measures.csv")
    return {line["measure"]: Described(line["code"], line["name"], line["group"], line["printed"],
                                       line["question"] == "yes", line["cause"]) for line in table.to_dict("records")}


def is_share(measure: str) -> bool:
    """Return whether a measure is printed in percent."""
    return measure in described() and described()[measure].printed == "share"


@lru_cache(maxsize=1)
def questions() -> tuple[str, ...]:
    """Return the measures that no run fails by."""
    return tuple(measure for measure, of in described().items() if of.question)


@lru_cache(maxsize=4)
def group(*names: str) -> tuple[str, ...]:
    """Return the measures of one group or more."""
    return tuple(measure for measure, of in described().items() if of.group in names)
