"""Measures of a company-year that have a published band: prices, distances, nights, amounts a person, VAT.

Of values a row, the worst is that of the rows beyond the band, or of all where none is: a single reading in MWh shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.expectations.limits import (
    DAYS,
    HOME_CURRENCY,
    LENGTH,
    LOAD,
    MARKET_PRICE,
    NIGHTS,
    PER_MONEY,
    PER_PERSON,
    REFILLED,
    SITE_PLACE,
    VAT_OF_ROWS,
    WAY,
    limits,
)
from carbon.core import money, units
from carbon.core.columns import Rows
from carbon.core.exact import exact_sum
from carbon.core.params.company import CompanyParams
from carbon.core.text_columns import by_word
from carbon.records.rules.purchase_checks import VAT_RATES

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

WORDS: Mapping[str, str] = {"energy": "carrier", "water": "service", "travel": "mode", "freight": "mode"}
"""Column whose word a limit holds for."""
NAMED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("energy", MARKET_PRICE): ("site", "carrier"), ("equipment", PER_PERSON): ("item",),
    ("travel", LENGTH): ("mode",), ("travel", PER_MONEY): ("mode",), ("commuting", WAY): ("site", "group", "mode"),
    ("refrigerants", REFILLED): ("site", "gas"), ("purchases", VAT_OF_ROWS): ("account",),
    ("energy", SITE_PLACE): ("site",)}
"""Columns that distinguish rows; of the other measures the kind as a whole is one."""
EACH_ROW = (MARKET_PRICE, LENGTH, LOAD, WAY)
"""Measures of single rows; the others are one sum over another."""
A_MONTH = 31
NEAR_A_RATE = 0.0006


@dataclass(frozen=True)
class Stated:
    """What params and surveys state of a company: people of the year (NaN: nothing), country, currency, sites."""

    people: float
    country: str
    currency: str
    site_countries: Mapping[str, str]


@dataclass(frozen=True)
class Limited:
    """The rows of one published band (their `_unit` is the band's), the columns of their key, the value of each."""

    rows: Rows
    named: tuple[str, ...]
    measure: str
    by_key: Floats


def limited(kind: str, rows: Rows, stated_facts: Stated) -> Iterator[Limited]:
    """Yield the measures of a kind's rows that have a published band.

    Parameters
    ----------
    rows
        Measurable rows (`measures`): with `_amount`, `_unit`, `_money`, `_kg`, `_days`, `_vat`.
    stated_facts
        What second quantities are stated of the company; of those that are not, nothing is yielded.
    """
    for limit in limits()[limits()["kind"] == kind].to_dict("records"):
        measure = str(limit["measure"])
        key_columns = tuple(c for c in NAMED.get((kind, measure), ()) if c in rows)
        of_limit = rows.where(_fits(kind, rows, str(limit["word"]), str(limit["base"])))
        part, wholes = _parts(kind, measure, of_limit, stated_facts)
        is_known = ~np.isnan(part) & (wholes > 0)
        if is_known.any():
            known_rows = of_limit.where(is_known).assign(_unit=limit["unit"])
            part, wholes = part[is_known], wholes[is_known]
            if measure in EACH_ROW:
                yield _worst(known_rows, key_columns, measure, part / wholes, (limit["low"], limit["high"]))
            else:
                groups = known_rows.groups([*key_columns, "_unit"])
                sums = [exact_sum(p, groups.number, len(groups)) for p in (part, wholes)]
                # People are one number, not one a row; a refill is a sum.
                by: float | Floats = {PER_PERSON: stated_facts.people, REFILLED: 1.0}.get(measure, sums[1])
                yield Limited(known_rows, key_columns, measure, sums[0] / by)


def _fits(kind: str, rows: Rows, word: str, base: str) -> Flags:
    """Flag the rows that a limit holds for; a mode holds for its finer ones, e.g. car for car.company."""
    fits = np.ones(len(rows), dtype=bool)
    if word:
        coarse = kind in ("travel", "freight")
        fits &= by_word(rows[WORDS[kind]], lambda text: (text.split(".")[0] if coarse else text) == word, np.bool_)
    if base:
        fits &= by_word(rows["_unit"], lambda text: text.split(":")[-1].split(" ")[0] == base, np.bool_)
    return fits


def _parts(kind: str, measure: str, rows: Rows, stated_facts: Stated) -> tuple[Floats, Floats]:
    """Return what a measure is the ratio of, by row; NaN where a row lacks it."""
    one, amount, vat = np.ones(len(rows)), rows["_amount"], rows["_vat"]
    if measure == PER_PERSON:
        return amount, np.full(len(rows), stated_facts.people)
    if measure in (MARKET_PRICE, PER_MONEY):
        eur = _in_eur(rows)
        of, by = (eur, amount) if measure == MARKET_PRICE else (rows["_kg"], eur)
        return np.where((eur > 0) & (amount > 0), of, np.nan), by
    if measure in (LENGTH, WAY):
        km = _in_unit(rows, "distance", "km")
        return np.where((rows["_days"] <= A_MONTH) | (kind == "commuting"), km, np.nan), one
    if measure == LOAD:
        return np.where(rows["_days"] == 1, _in_unit(rows, "mass", "t"), np.nan), one
    if measure == NIGHTS:
        return np.where(rows["_days"] == 1, rows["nights"], np.nan), one
    if measure == DAYS:
        return rows["days"] * rows["answers"], rows["answers"]
    if measure == VAT_OF_ROWS:
        return np.where((vat * amount > 0), np.abs(vat), np.nan), np.abs(amount)
    if measure == REFILLED:
        return amount, one
    return _odd(measure, rows, stated_facts)


def _odd(measure: str, rows: Rows, stated_facts: Stated) -> tuple[Floats, Floats]:
    """Return 1, or the amount, of rows that are odd, and of all rows that could be; NaN of those that could not."""
    if measure == SITE_PLACE:
        declared = by_word(rows["site"], lambda site: stated_facts.site_countries.get(site, ""))
        actual = by_word(rows["_region"], lambda region: region.split("-")[0])
        could, is_odd, size = (declared != "") & (actual != ""), declared != actual, np.ones(len(rows))
    elif measure == HOME_CURRENCY:
        could, size = rows["country"] == stated_facts.country, np.ones(len(rows))
        is_odd = rows["currency"] != stated_facts.currency
    else:
        vat, size = np.abs(rows["_vat"]), np.abs(rows["_amount"])
        could = (rows["_vat"] * rows["_amount"] > 0) & (size > 0)
        share = np.divide(vat, size, out=np.zeros(len(rows)), where=could)
        is_odd = _near(share, VAT_RATES / (1 + VAT_RATES)) & ~_near(share, VAT_RATES)
    return np.where(could, np.where(is_odd, size, 0.0), np.nan), size


def _near(share: Floats, rates: Floats) -> Flags:
    at = np.searchsorted(rates, share)
    below, above = rates[np.maximum(at - 1, 0)], rates[np.minimum(at, len(rates) - 1)]
    return np.asarray(np.minimum(np.abs(share - below), np.abs(share - above)) < NEAR_A_RATE)


def _worst(
    rows: Rows, key_columns: tuple[str, ...], measure: str, values: Floats, band: tuple[float, float],
) -> Limited:
    """Return the farthest value of each key and its rows beyond the band; all rows of a key where none is beyond."""
    low, high = band
    beyond = (values < low) | (values > high)
    number = rows.groups([*key_columns, "_unit"]).number
    has_beyond = np.bincount(number, weights=beyond, minlength=int(number.max()) + 1)[number] > 0
    rows, values = rows.where(beyond | ~has_beyond), values[beyond | ~has_beyond]
    with np.errstate(divide="ignore"):
        far = np.where(values > high, values / high, np.where(values < low, low / values, 0.0))
    groups = rows.groups([*key_columns, "_unit"])
    order = np.lexsort((values, far, groups.number))
    last = np.cumsum(np.bincount(groups.number, minlength=len(groups))) - 1
    return Limited(rows, key_columns, measure, values[order][last])


def _in_unit(rows: Rows, column: str, unit: str) -> Floats:
    """Return a column in one unit; NaN where its unit is of another dimension."""
    def ratio(text: str) -> float:
        fits = text != "" and units.unit(text).dimension == units.unit(unit).dimension
        return float(units.ratio(text, unit)) if fits else np.nan

    return np.asarray(rows[column] * by_word(rows[f"{column}_unit"], ratio, np.float64), dtype=np.float64)


def _in_eur(rows: Rows) -> Floats:
    """Return the money of each row [EUR]; NaN where it has none, or no rate."""
    out = np.full(len(rows), np.nan)
    paid_rows = np.flatnonzero((rows["_money"] > 0) & (rows["currency"] != ""))
    if len(paid_rows):
        of_paid = rows.take(paid_rows)
        rates = money.find_rates(pd.Series(of_paid["currency"]), pd.Series(of_paid["period_end"]), to="EUR",
                                 basis="transaction_date")
        out[paid_rows] = of_paid["_money"] * rates["fx_rate"].to_numpy(dtype=np.float64)
    return out


def stated_of(params: CompanyParams, year: int, records: Mapping[str, pd.DataFrame]) -> Stated:
    """Return what params and the commuting survey state of a company-year."""
    return Stated(people_of(params.employees, year, records), params.country, params.currency,
                  {name: site.country for name, site in params.sites.items()})


def people_of(employees: Mapping[int, float], year: int, records: Mapping[str, pd.DataFrame]) -> float:
    """Return the employees of a year: of params, else of the commuting survey; NaN where neither states them."""
    if year in employees:
        return float(employees[year])
    survey = records.get("commuting")
    if survey is None or not len(survey) or survey["headcount"].isna().all():
        return float("nan")
    return float(survey.groupby(["site", "group"], dropna=False, observed=True)["headcount"].max().sum())
