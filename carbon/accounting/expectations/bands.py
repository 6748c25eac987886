"""Bands: what earlier years of a company let expect of each measure of a year, wide where they are few.

level, rows, price: [m / f, m x f], m the median of the last three years that have the measure
f = max(WIDTH by number of years, (largest factor between two of these years)^3, exp(3 / sqrt(rows a year)))
The last term, the chance of few rows, is 1 where the number of rows is the same each year (a bill a month).
months: as many as in the leanest earlier year, or as chance lets expect of as many rows; peak: f x the median
shares: at most `MORE` above the largest before; sums of other rows: none; totals: not below zero
months without a past, of a kind as a whole: twelve, but for the chance of few rows

The widths are our own convention [design]: they are printed with each breach.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

from carbon.accounting.expectations.measures import (
    EXCLUDED,
    LEVEL,
    MEASURES,
    MONTHS,
    NEGATIVE,
    NEGATIVE_ROWS,
    OF_PERIODS,
    PEAK,
    PLACE,
    PRICE,
    REJECTED,
    REPEATED,
    ROWS,
    SUMS,
    TOTAL,
    VAT,
    WHOLE,
)
from carbon.core.schemas import INTEGER, NUMBER, TEXT, Table

Floats = npt.NDArray[np.float64]

EXPECTATIONS = Table("expectations", {
    **{c: k for c, k in MEASURES.columns.items() if c != "value"},
    "value": NUMBER, "expected": NUMBER, "low": NUMBER, "high": NUMBER, "years": INTEGER, "basis": TEXT,
    "before_kg": NUMBER,
}, key=MEASURES.key)
"""A measure of the year and its band. expected: median of the years before; before_kg: what the rows emitted in the
last year that had them [kg CO2e]; value is 0 where earlier years have rows and this one has none. basis: what the band
is made of: `OWN_PAST`, `CALENDAR`, `ANY_YEAR` (what never is right), or the source of another one; "" without a band.
"""
OWN_PAST, CALENDAR, ANY_YEAR = "own past", "calendar year", "any year"
KEY = list(MEASURES.key)
LAST = 3
"""Earlier years that a band is made of, the latest ones."""
WIDTH: Mapping[str, tuple[float, float, float]] = {
    LEVEL: (3.0, 2.5, 1.8), ROWS: (3.0, 2.5, 1.8), PRICE: (2.0, 1.8, 1.6), PEAK: (3.0, 2.5, 2.0),
    NEGATIVE_ROWS: (3.0, 2.5, 2.0), VAT: (1.1, 1.1, 1.1)}
"""Factor of a band made of one, two, or three years [design]."""
WIDEST = 5.0
"""Factor beyond which a band is not widened by what earlier years did, or by chance."""
CHANCE = 3.0
"""Standard deviations of a count by chance, sqrt(n) / n, that a band holds."""
MONTHS_A_YEAR = 12
SURE = 0.001
"""Chance below which fewer months are no chance."""
BY_RULE = (*OF_PERIODS, "commuting", "homeworking")
"""Kinds whose rows come by rule: as many each year, or a multiple of twelve, is no chance."""
BILLS = 12
"""Rows a year from which that holds for other kinds (a bill a month)."""
SOME = {PRICE: 6, NEGATIVE_ROWS: 5, LEVEL: 7}
"""Rows a year below which a price is chance, and no (negative) row at all: exp(-7) is one in a thousand."""
MORE = {NEGATIVE: 0.1, EXCLUDED: 0.1, REJECTED: 0.1, REPEATED: 0.01}
MORE_OF_METERS = 0.02
NONE_EXPECTED = {SUMS: 0.0}
NONE_BELOW = 0.0
"""Least total of an inventory, and of a kind without a past; they have no largest one."""
ROWS_OF_A_YEAR = 12
"""Rows of a kind from which all months of a year are expected, but for chance, where no earlier year is known."""
PLACES_STAY = {PLACE: 1.0}


def expectations_of(now: pd.DataFrame, earlier: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Return each measure of a year with its band.

    Parameters
    ----------
    now
        `MEASURES` of the year.
    earlier
        `MEASURES` of the years before it, by year.

    Returns
    -------
    DataFrame
        `EXPECTATIONS`; `low` and `high` are NaN where no earlier year has the measure.
    """
    last = [earlier[year] for year in sorted(earlier)[-LAST:]]
    table = now.set_index(KEY)
    index = table.index
    for year in last:
        index = index.union(year.set_index(KEY).index, sort=False)
    values, rows = np.full((2, len(last), len(index)), np.nan)
    before_kg = np.full(len(index), np.nan)
    example, scope = (np.full(len(index), "", dtype=object) for _ in range(2))
    for i, year in enumerate(last):
        at = index.get_indexer(year.set_index(KEY).index)
        values[i, at], rows[i, at] = year["value"], year["rows"]
        before_kg[at] = year["co2e_kg"]
        example[at], scope[at] = (year[c].to_numpy(dtype=object) for c in ("example", "scope"))
    joined = table.reindex(index).reset_index()
    gone = joined["value"].isna().to_numpy()
    joined = joined.fillna({"value": 0.0, "rows": 0, "co2e_kg": 0.0})
    for name, of_before in (("example", example), ("scope", scope)):
        joined[name] = np.where(gone, of_before, joined[name].to_numpy(dtype=object))
    out = joined.assign(before_kg=before_kg, **_bands(joined, values, rows))
    # A key that is gone is missing rows, where it had rows each year: it has no price, peak or share of its own.
    stays = out["measure"].isin([LEVEL, MONTHS, PLACE]).to_numpy() & (out["years"] == len(last)).to_numpy()
    return EXPECTATIONS.validate(out[~gone | stays].reset_index(drop=True).astype(EXPECTATIONS.dtypes))


def _bands(table: pd.DataFrame, values: Floats, rows: Floats) -> dict[str, npt.NDArray[Any]]:
    """Return expected, low, high and the number of years of each measure, from values and rows by earlier year."""
    measure, years = table["measure"].to_numpy(dtype=object), (~np.isnan(values)).sum(axis=0)
    middle, most, usual_rows = (
        _reduced(how, of) for how, of in ((np.nanmedian, values), (np.nanmax, values), (np.nanmedian, rows)))
    by_rule = _by_rule(table["kind"], years, rows, usual_rows)
    few = np.exp(CHANCE / np.sqrt(np.maximum(usual_rows, 1.0)))
    chance = np.where(by_rule, 1.0, np.minimum(few, WIDEST))
    low, high = np.full(len(measure), np.nan), np.full(len(measure), np.nan)
    for name in WIDTH:
        of = (measure == name) & (years > 0) & (middle > 0)
        width = np.take([np.nan, *WIDTH[name]], years[of])
        wide = np.ones(of.sum()) if name == VAT else np.minimum(_steps(values[:, of]) ** 3, WIDEST)
        counts = np.exp(CHANCE / np.sqrt(middle[of])) if name == NEGATIVE_ROWS else chance[of]
        factor = np.maximum.reduce([width, wide, np.ones(of.sum()) if name == VAT else counts])
        low[of] = 0.0 if name == PEAK else middle[of] / factor
        high[of] = middle[of] * factor
    chance_alone = _by_chance(measure, table["value"].to_numpy(), middle, np.where(by_rule, np.inf, usual_rows))
    low[chance_alone] = np.nan
    high[chance_alone & (measure == PRICE)] = np.nan
    of = (measure == MONTHS) & (years > 0)
    low[of], high[of] = _fewest_months(values[:, of], by_rule[of], usual_rows[of]), MONTHS_A_YEAR
    for name, more in MORE.items():
        of = (measure == name) & (years > 0)
        of_meters = table["kind"].isin(OF_PERIODS).to_numpy()[of] & (name == NEGATIVE)
        low[of], high[of] = 0.0, np.maximum(most[of] * 3, most[of] + np.where(of_meters, MORE_OF_METERS, more))
    for fixed in (NONE_EXPECTED, PLACES_STAY):
        for name, limit in fixed.items():
            of = (measure == name) & ((years > 0) | (name in NONE_EXPECTED))
            low[of] = high[of] = limit
    of = (measure == MONTHS) & (years == 0) & (table["dimension"] == WHOLE).to_numpy()
    low[of], high[of], middle[of] = _of_a_calendar_year(table[of])
    whole = (measure == LEVEL) & (years == 0) & (table["dimension"] == WHOLE).to_numpy()
    low[whole] = NONE_BELOW
    low[measure == TOTAL], middle[measure == TOTAL] = NONE_BELOW, np.nan
    banded = ~(np.isnan(low) & np.isnan(high))
    always = np.isin(measure, [*NONE_EXPECTED, TOTAL]) | whole
    basis = np.where(always, ANY_YEAR, np.where(years > 0, OWN_PAST, CALENDAR)).astype(object)
    basis[~banded] = ""
    return {"expected": middle, "low": low, "high": high, "years": years, "basis": basis}


def _of_a_calendar_year(table: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return low, high and expected months of kinds as a whole without a past: twelve, but for chance.

    Rows of kinds that cover days cover the whole year; of others the chance of an empty month is that of as many rows.
    """
    rows, covers_days = table["rows"].to_numpy(dtype=np.float64), table["kind"].isin(OF_PERIODS[:2]).to_numpy()
    by_chance = binom.ppf(SURE, MONTHS_A_YEAR, 1 - np.exp(-rows / MONTHS_A_YEAR))
    low = np.where(covers_days, MONTHS_A_YEAR, np.where(rows >= ROWS_OF_A_YEAR, by_chance, np.nan))
    high = np.where(np.isnan(low), np.nan, float(MONTHS_A_YEAR))
    return low, high, high


def _by_chance(
    measure: npt.NDArray[np.object_], value: Floats, middle: Floats, usual_rows: Floats,
) -> npt.NDArray[np.bool_]:
    """Flag what few rows may do by chance: a price of their own, no row at all, no negative row."""
    few_prices = (measure == PRICE) & (usual_rows < SOME[PRICE])
    few_negative = (measure == NEGATIVE_ROWS) & (middle < SOME[NEGATIVE_ROWS])
    return np.asarray(few_prices | few_negative | ((measure == LEVEL) & (value == 0) & (usual_rows < SOME[LEVEL])))


def _by_rule(kind: pd.Series, years: npt.NDArray[np.intp], rows: Floats, usual_rows: Floats) -> npt.NDArray[np.bool_]:
    """Flag measures whose rows come by rule: as many in each earlier year, or a multiple of twelve in the only one."""
    same = _reduced(np.nanmin, rows) == _reduced(np.nanmax, rows)
    least = np.where(kind.isin(BY_RULE), 1, BILLS)
    in_months = usual_rows % MONTHS_A_YEAR == 0
    return np.asarray(same & (usual_rows >= least) & (in_months | ((years > 1) & kind.isin(BY_RULE))))


def _fewest_months(months: Floats, by_rule: npt.NDArray[np.bool_], usual_rows: Floats) -> Floats:
    """Return the fewest months that are still expected: all of before by rule, else what chance lets expect."""
    with_row = 1 - np.exp(-usual_rows / MONTHS_A_YEAR)
    by_chance = binom.ppf(SURE, MONTHS_A_YEAR, with_row)
    least = _reduced(np.nanmin, months)
    return np.asarray(np.where(by_rule, least, np.minimum(least, by_chance)), dtype=np.float64)


def _reduced(how: Callable[..., Floats], values: Floats) -> Floats:
    out = np.full(values.shape[1], np.nan)
    known = ~np.isnan(values).all(axis=0)
    if len(values) and known.any():
        out[known] = how(values[:, known], axis=0)
    return out


def _steps(values: Floats) -> Floats:
    """Return the largest factor between two following years of each measure; 1 where there are not two."""
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.abs(np.diff(np.log(values), axis=0))
    steps[~np.isfinite(steps)] = 0.0
    return np.asarray(np.exp(steps.max(axis=0, initial=0.0)), dtype=np.float64)
