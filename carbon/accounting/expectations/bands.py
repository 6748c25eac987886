"""Bands: what earlier years of a company let expect of each measure of a year, wide where they are few.

Formulas and widths are in docs/reference/expectation-bands.md: a factor by number of years, by what earlier years did
and by the chance of few rows, which below is that of a count (Wilson and Hilferty 1931). Without a past: the published
bands of `limits`, those of `FIRST_YEAR`, and twelve months but for chance. The widths are our own [design].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.limits import limits_by_key
from carbon.accounting.expectations.measures import KG, MEASURES, METER, OF_PERIODS, SEPARATOR, WHOLE
from carbon.core.columns import Places, Rows, group_codes
from carbon.core.schemas import INTEGER, NUMBER, TEXT, Table
from carbon.core.text_columns import Flags, Floats, Ints, Texts, Values, lines_of

EXPECTATIONS = Table("expectations", {
    **{c: k for c, k in MEASURES.columns.items() if c != "value"},
    "value": NUMBER, "expected": NUMBER, "low": NUMBER, "high": NUMBER, "years": INTEGER, "basis": TEXT,
    "before_kg": NUMBER,
}, key=MEASURES.key)
"""A measure of the year and its band. expected: median of the years before; before_kg: what the rows emitted in the
last year that had them [kg CO2e]; value is 0 where earlier years have rows and this one has none. basis: what the band
is made of: `OWN_PAST`, `WITH_MOVED` (with rows of this year in it), `CALENDAR`, `ANY_YEAR` (what never is right),
`ANY_COMPANY` (what few companies have), or the source of a published one; "" without a band.
"""
OWN_PAST, CALENDAR, ANY_YEAR, ANY_COMPANY = "own past", "calendar year", "any year", "any company"
WITH_MOVED = "own past, with what came or went"
KEY = list(MEASURES.key)
LAST = 3
"""Earlier years that a band is made of, the latest ones."""
WIDTH: Mapping[str, tuple[float, float, float]] = {
    m.LEVEL: (3.0, 2.5, 1.8), m.ROWS: (3.0, 2.5, 1.8), m.PRICE: (2.0, 1.8, 1.6), m.PEAK: (3.0, 2.5, 2.0),
    m.NEGATIVE_ROWS: (3.0, 2.5, 2.0), m.VAT: (1.1, 1.1, 1.1)}
"""Factor of a band made of one, two, or three years [design]."""
KEYS = 20
"""Keys of a kind up to which bands are not widened: of 200 accounts some move more than of 20."""
WIDEST = 5.0
"""Factor beyond which a band is not widened by what earlier years did, or upwards by chance."""
MORE_AMOUNTS = 1.3
"""Times the usual amounts from which more rows are more than the same on more bills."""
CHANCE = 3.0
"""Standard deviations of a count by chance, sqrt(n) / n, that a band holds."""
NO_CHANCE = 1e12
"""Rows of a key that come by rule, in place of their number: so many that chance moves nothing."""
MONTHS_A_YEAR = 12
SURE = 0.001
"""Chance below which fewer months are no chance."""
BY_RULE = (*OF_PERIODS, "commuting", "homeworking")
"""Kinds whose rows come by rule: as many each year, or a multiple of twelve, is no chance."""
BILLS = 12
"""Rows a year from which that holds for other kinds (a bill a month)."""
SOME = {m.PRICE: 6, m.NEGATIVE_ROWS: 5}
"""Rows a year below which a price is chance, and no negative row at all."""
SOME_LEVEL = (7, 5, 2)
"""Rows a year below which no row at all is chance, by number of years that all had some: exp(-7) is one in a thousand;
what came two or three times in each of three years is expected again.
"""
MORE = {m.NEGATIVE: 0.2, m.EXCLUDED: 0.1, m.REJECTED: 0.1, m.REPEATED: 0.01}
MORE_OF_METERS, PAIRS = 0.02, 4  # two colleagues on one train are two equal rows: of few trips some is chance
NONE_EXPECTED = (m.SUMS, m.AMOUNTS)
NO_MORE = {m.OTHER_YEAR: 0.95, m.AT_A_RATIO: 0.2}
"""Measures with a largest value, whatever the past: an export of ten years has a tenth of its rows in each."""
NONE_BELOW = 0.0
"""Least total of an inventory, and of a kind without a past; they have no largest one."""
MOVES = 0.25
"""How far a share of words moves, e.g. of business class."""
FIRST_YEAR: Mapping[str, Mapping[str, float]] = {
    m.REPEATED: {"energy": 0.02, "water": 0.02, "purchases": 0.05, "travel": 0.4, "waste": 0.2, "freight": 0.2,
               "refrigerants": 0.2},
    m.PEAK: {"purchases": 30.0, "energy": 8.0, "water": 30.0, "waste": 30.0, "freight": 100.0, "travel": 100.0},
    m.NEGATIVE: {"energy": 0.05, "water": 0.05, "waste": 0.05, "purchases": 0.4},
}
"""Highest value without a past, by kind [design]. A trip that two make together is two equal rows."""
PEAK_OF_MONTHS = 4.5
"""The same of a meter with twelve rows: a winter month is not four times the next."""
REGULAR, A_BILL_A_MONTH = ("energy", "water", "waste"), 6
"""Kinds whose bills come month after month, and bills from which a meter has one a month."""
MONTHS_WITH_BILL, AS_MUCH, FEWER_BILLS = 8, 0.8, 0.5
SHARE_OF_CAPITAL = 0.5
"""Share of a key's rows from which it is one of capital goods, which are bought in some years and not in others."""
STAYING = ("energy", "water")
"""Kinds whose meters do not go by chance, however few their bills, nor vary by it where bills cover the year."""
PAUSING, PAUSE, HALF_A_YEAR, A_QUARTER = ("travel", "freight"), 2, 6, 3
LEAST_PEAK: Mapping[str, float] = {"energy": 3.0, "water": 3.0}
LEAST_PEAK_OF_OTHERS = 8.0
"""Times the next row up to which the largest is no peak: one contract, one trip of many is larger than all others."""


def expectations_of(now: pd.DataFrame, earlier: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Return each of the `MEASURES` of a year with its band, by those of the years before it: `EXPECTATIONS`.

    `low` and `high` are NaN where no earlier year has the measure and no published band holds.
    """
    years = sorted(earlier)[-LAST:]
    table, values, rows = _joined(now, [earlier[year] for year in years])
    measure, is_gone = table["measure"], np.arange(len(table)) >= len(now)
    table, values = _same_amounts(table, values, years)
    out = table.assign(**_bands(table, values, rows))
    out = _published(_with_basis(_without_replaced(_first_year(out))))
    # A key that is gone is missing rows, where it had rows each year: it has no price, peak or share of its own.
    stays = np.isin(measure, [m.LEVEL, m.SHARE]) & (out["years"] == len(years))
    if years:  # a meter that ended within the last year
        ended = (measure == m.TO_END) & (table["dimension"] == METER)
        stays &= ~_of_keys(out, ended & (values[-1] < MONTHS_A_YEAR))
    stays |= (measure == m.PLACE) & _of_keys(out, ~is_gone)
    is_asked = np.bool_(not years) | (measure != m.WITHOUT_RECORDS)
    return EXPECTATIONS.validate(out.where((~is_gone | stays) & is_asked).arrays(EXPECTATIONS.columns))


def _joined(now: pd.DataFrame, last: Sequence[pd.DataFrame]) -> tuple[Rows, Floats, Floats]:
    """Return the measures of a year and, with value 0, those that earlier years alone have; values and rows of each
    earlier year. Codes of the lines with one key, and with one key and unit: `_key`, `_line`.
    """
    place_of = {key: at for at, key in enumerate(lines_of(now, KEY))}
    places = [np.array([place_of.setdefault(key, len(place_of)) for key in lines_of(year, KEY)], dtype=np.intp)
              for year in last]
    n, this_year = len(place_of), Rows(now)
    words = dict(zip(KEY, zip(*place_of, strict=True), strict=True)) if n else dict.fromkeys(KEY, ())
    columns = {name: np.array(of, dtype=object) for name, of in words.items()} | {"before_kg": np.full(n, np.nan)}
    columns |= {name: np.concatenate([this_year[name], np.zeros(n - len(now), dtype=this_year[name].dtype)])
                for name in MEASURES.columns if name not in KEY}
    values, rows = np.full((2, len(last), n), np.nan)
    for i, (at, year) in enumerate(zip(places, map(Rows, last), strict=True)):
        values[i, at], rows[i, at], columns["before_kg"][at] = year["value"], year["rows"], year["co2e_kg"]
        is_gone = at >= len(now)
        for name in ("example", "scope"):
            columns[name][at[is_gone]] = year[name][is_gone]
    key = group_codes([columns[c] for c in ("kind", "dimension", "key")])
    return Rows(columns | {"_key": key, "_line": group_codes([key, columns["unit"]])}, n), values, rows


def _without_replaced(table: Rows) -> Rows:
    """Return the table without a least number of months of meters that another of the site goes on from, to the end."""
    at = np.flatnonzero((table["dimension"] == METER) & np.isin(table["measure"], [m.MONTHS, m.TO_END]))
    keys, meters, going_on = table["key"][at].tolist(), dict[tuple[str, str], dict[str, float]](), dict[Any, float]()
    for key, unit, measure, value in zip(keys, *(table[c][at].tolist() for c in ("unit", "measure", "value")),
                                         strict=True):
        meters.setdefault((key, unit), {})[measure] = value
    for (key, unit), of in meters.items():
        if of.get(m.TO_END) == MONTHS_A_YEAR and of.get(m.MONTHS, MONTHS_A_YEAR) < MONTHS_A_YEAR:
            place = key.rsplit(SEPARATOR, 1)[0], unit
            going_on[place] = max(going_on.get(place, 0.0), of[m.MONTHS])
    replaced = {key for (key, unit), of in meters.items() if of.get(m.MONTHS) == of.get(m.TO_END) and (
        0 <= of[m.MONTHS] + going_on.get((key.rsplit(SEPARATOR, 1)[0], unit), np.nan) - MONTHS_A_YEAR <= 1)}
    low = table["low"].copy()
    low[at[[key in replaced for key in keys]]] = np.nan
    return table.assign(low=low)


def _of_keys(table: Rows, flags: Flags) -> Flags:
    """Flag the lines whose key has a flagged line, in whatever place or unit."""
    return np.isin(table["_key"], table["_key"][flags])


def _same_amounts(table: Rows, values: Floats, years: Sequence[int]) -> tuple[Rows, Floats]:
    """Return 1 in place of the number of a key's amounts where an earlier year has the same, else 0. Of the earlier
    years, that number is the year where it is the same.
    """
    of = table["measure"] == m.AMOUNTS
    is_same = (values == table["value"]) & of
    value = np.where(of, is_same.any(axis=0), table["value"])
    same_years = np.where(is_same, np.array(years, dtype=np.float64).reshape(-1, 1), np.nan)
    return table.assign(value=value), np.where(of, same_years, values)


def _with_basis(table: Rows) -> Rows:
    """Return the expectations with what each band is made of."""
    measure, years = table["measure"], table["years"]
    basis = np.where(years > 0, OWN_PAST, np.where(measure == m.TO_END, CALENDAR, ANY_COMPANY)).astype(object)
    basis[np.isin(measure, [*NONE_EXPECTED, *NO_MORE, m.TOTAL]) | _new_totals(table, years)] = ANY_YEAR
    basis[np.isnan(table["low"]) & np.isnan(table["high"])] = ""
    return table.assign(basis=basis)


def _new_totals(table: Rows, years: Places) -> Flags:
    """Flag the amounts of kinds as a whole that no earlier year has."""
    return np.asarray((table["measure"] == m.LEVEL) & (table["dimension"] == WHOLE) & (years == 0), dtype=bool)


def _published(table: Rows) -> Rows:
    """Return the expectations with the published bands of the measures that have one."""
    at = np.flatnonzero(np.isin(table["measure"], m.group("limit", "odd", "pattern")))
    keys = zip(*(table[c][at].tolist() for c in ("kind", "measure", "unit")), strict=True)
    bands, columns = [limits_by_key().get(key, {}) for key in keys], {}
    for column, name in {"low": "low", "high": "high", "expected": "expected", "basis": "source"}.items():
        columns[column] = table[column].copy()
        columns[column][at] = [band.get(name, np.nan) for band in bands]
    return table.assign(**columns)


def _first_year(table: Rows) -> Rows:
    """Return the expectations with what holds of any company, where no earlier year has the measure."""
    kind, measure, value, rows, years = (table[c] for c in ("kind", "measure", "value", "rows", "years"))
    new, is_whole = years == 0, table["dimension"] == WHOLE
    low, high, expected = (table[c].copy() for c in ("low", "high", "expected"))
    for name, limit_of_kind in FIRST_YEAR.items():
        for of_kind, limit in limit_of_kind.items():
            # Of trips as a whole the largest says nothing; of purchases, an invoice 30 times the next does.
            of = new & (measure == name) & (kind == of_kind)
            of &= ~is_whole | (kind == "purchases") if name == m.PEAK else True
            low[of], high[of], expected[of] = 0.0, limit, 1.0 if name == m.PEAK else 0.0
    of = new & (measure == m.PEAK) & (kind == "energy") & ~is_whole & (rows >= MONTHS_A_YEAR)
    high[of] = PEAK_OF_MONTHS
    of = new & (measure == m.TO_END)
    low[of], high[of] = _fewest_to_end(table, value, rows)[of], MONTHS_A_YEAR
    expected[of] = MONTHS_A_YEAR
    # A ledger that begins late, where the meters of the year do not.
    metered = (kind == "energy") & (measure == m.MONTHS) & is_whole & (value == MONTHS_A_YEAR)
    of = new & (measure == m.MONTHS) & (kind == "purchases") & is_whole & (rows >= 2 * BILLS) & metered.any()
    low[of] = _months_by_chance(1 - np.exp(-rows[of] / np.maximum(value[of], 1.0)))
    high[of] = expected[of] = MONTHS_A_YEAR
    return table.assign(low=low, high=high, expected=expected)


def _fewest_to_end(table: Rows, value: Floats, rows: Ints) -> Floats:
    """Return the fewest months to the year's end: all of a meter or an account with a bill a month. Of a meter that
    starts in July nothing is missing before; one that ends in September ends early. Of a kind as a whole, as many as
    chance lets expect of as many rows; trips and freight pause, for up to three months.
    """
    kind, is_whole = table["kind"], table["dimension"] == WHOLE
    of_meters = np.isin(kind, REGULAR) & (rows >= A_BILL_A_MONTH)
    months = _of_measure(table, m.MONTHS, value)
    monthly = (rows == value) & (months == value)
    of_accounts = (kind == "purchases") & (rows >= MONTHS_WITH_BILL) & monthly
    by_chance = _months_by_chance(1 - np.exp(-rows / np.maximum(value, 1.0)))
    by_chance = np.where(np.isin(kind, PAUSING), np.minimum(by_chance, MONTHS_A_YEAR - PAUSE), by_chance)
    # A year of one conference has no months at all.
    least_months = np.where((kind == "purchases") & (rows >= 2 * BILLS), A_QUARTER, HALF_A_YEAR)
    any_whole = is_whole & np.isin(kind, ["purchases", *PAUSING]) & (rows >= BILLS) & (months >= least_months)
    bills = (of_meters | of_accounts) & ~is_whole
    return np.asarray(np.where(bills, MONTHS_A_YEAR, np.where(any_whole, by_chance, 0.0)), dtype=np.float64)


def _bands(table: Rows, values: Floats, rows: Floats) -> dict[str, Values]:
    """Return expected, low, high and the number of years of each measure, from values and rows by earlier year."""
    kind, measure, years = table["kind"], table["measure"], (~np.isnan(values)).sum(axis=0)
    middle, most, usual_rows = (
        _reduced(how, of) for how, of in ((np.nanmedian, values), (np.nanmax, values), (np.nanmedian, rows)))
    by_rule = _by_rule(kind, years, rows, usual_rows, _of_measure(table, m.MONTHS, middle))
    weight = np.fmin(usual_rows, _of_measure(table, m.WEIGHT, middle))
    whole_year = (_of_measure(table, m.MONTHS, middle) == MONTHS_A_YEAR) | (table["unit"] == KG)
    covered = np.isin(kind, STAYING) & whole_year
    low, high = _factors(kind, measure, years, values, middle, np.where(by_rule | covered, NO_CHANCE, weight),
                         np.where(_of_capital(table), WIDEST, 1.0),
                         _of_many_keys(table, (measure == m.LEVEL) & (years > 0)))
    some_rows = np.where(by_rule | (np.isin(kind, STAYING) & (measure == m.LEVEL)), np.inf, usual_rows)
    chance_alone = _by_chance(measure, table["value"], middle, some_rows, years)
    low[chance_alone] = np.nan
    high[chance_alone & (measure == m.PRICE)] = np.nan
    growth = table["value"] / np.where(middle > 0, middle, np.nan)
    grown, more_rows = (_of_measure(table, name, growth) for name in (m.LEVEL, m.ROWS))
    high[(measure == m.ROWS) & ~(grown >= MORE_AMOUNTS)] = np.nan
    of = (measure == m.MONTHS) & (years > 0)
    low[of], high[of] = _fewest_months(values[:, of], by_rule[of], usual_rows[of]), MONTHS_A_YEAR
    low[of & (grown >= AS_MUCH) & (more_rows <= FEWER_BILLS)] = np.nan  # as much on half the bills: paid less often
    for name, more in MORE.items():
        of = (measure == name) & (years > 0)
        of_meters = np.isin(kind[of], OF_PERIODS) & (name == m.NEGATIVE)
        of_trips = np.isin(kind[of], PAUSING) & (name == m.REPEATED)
        pairs = np.where(of_trips, PAIRS / np.maximum(table["rows"][of], 1), 0.0)
        more_of = np.maximum(np.where(of_meters, MORE_OF_METERS, more), pairs)
        low[of], high[of] = 0.0, np.maximum(most[of] * 3, most[of] + more_of)
    of = (measure == m.SHARE) & (years > 0)
    moves = _moves(middle[of], usual_rows[of])
    low[of], high[of] = middle[of] - moves, middle[of] + moves
    of = np.isin(measure, NONE_EXPECTED)
    low[of] = high[of] = 0.0
    of = (measure == m.PLACE) & (years > 0)
    low[of] = high[of] = 1.0
    for name, limit in NO_MORE.items():
        low[measure == name], high[measure == name], middle[measure == name] = 0.0, limit, 0.0
    low[_new_totals(table, years)] = NONE_BELOW
    low[measure == m.TOTAL], middle[measure == m.TOTAL] = NONE_BELOW, np.nan
    return {"expected": middle, "low": low, "high": high, "years": years}


def _moves(share: Floats, rows: Floats) -> Floats:
    """Return how far shares of words may move, few rows further."""
    share = np.clip(share, 0.05, 0.95)
    chance = CHANCE * np.sqrt(share * (1 - share) / np.maximum(rows, 1.0))
    return np.asarray(np.maximum(MOVES, chance), dtype=np.float64)


def _factors(
    kind: Texts, measure: Texts, years: Places, values: Floats, middle: Floats,
    rows: Floats, least: Floats, of_many: Floats,
) -> tuple[Floats, Floats]:
    """Return the bands of measures that are expected within a factor; NaN of the others. rows: by chance, by weight."""
    low, high = np.full(len(measure), np.nan), np.full(len(measure), np.nan)
    chance = np.maximum(np.exp(CHANCE / np.sqrt(np.maximum(rows, 1.0))), least)
    for name in WIDTH:
        of = (measure == name) & (years > 0) & (middle > 0)
        width = np.take([np.nan, *WIDTH[name]], years[of])
        wide = np.ones(of.sum()) if name == m.VAT else np.minimum(_steps(values[:, of]) ** 3, WIDEST)
        counts = np.exp(CHANCE / np.sqrt(middle[of])) if name == m.NEGATIVE_ROWS else chance[of]
        factor = np.maximum.reduce([width, wide, np.ones(of.sum()) if name == m.VAT else counts])
        if name == m.LEVEL:
            factor = factor ** of_many[of]
        fewer = np.maximum(factor, _over_fewest(rows[of])) if name == m.LEVEL else factor
        low[of] = 0.0 if name in (m.PEAK, m.ROWS) else middle[of] / fewer
        high[of] = middle[of] * (factor if name == m.NEGATIVE_ROWS else np.minimum(factor, WIDEST))
    of = measure == m.PEAK
    high[of] = np.maximum(high[of], [LEAST_PEAK.get(word, LEAST_PEAK_OF_OTHERS) for word in kind[of].tolist()])
    return low, high


def _over_fewest(rows: Floats) -> Floats:
    """Return each number of rows over the fewest that chance lets expect of it, half a row at least."""
    n = np.maximum(rows, 1.0)
    return np.asarray(n / np.maximum(n * (1 - 1 / (9 * n) - CHANCE / (3 * np.sqrt(n))).clip(0) ** 3 - 0.5, 0.5))


def _of_many_keys(table: Rows, counts: Flags) -> Floats:
    """Return the power of a level's factor: the largest of k chances grows with sqrt(ln k)."""
    code = group_codes([table[c] for c in ("kind", "dimension")])
    keys = np.bincount(code, weights=counts, minlength=1)[code]
    return np.asarray(np.sqrt(np.log(np.maximum(keys, KEYS)) / np.log(KEYS)), dtype=np.float64)


def _of_measure(table: Rows, measure: str, values: Floats) -> Floats:
    """Return, for each line, the value of another measure of the same key and unit; NaN where it has none."""
    code, of = table["_line"], table["measure"] == measure
    by_code = np.full(int(code.max(initial=-1)) + 1, np.nan)
    by_code[code[of]] = values[of]
    return by_code[code]


def _of_capital(table: Rows) -> Flags:
    """Flag the levels and peaks of capital goods: a company invests in one year and not in the next."""
    of = (table["measure"] == m.CAPITAL) & (table["value"] > SHARE_OF_CAPITAL)
    return _of_keys(table, of) & np.isin(table["measure"], [m.LEVEL, m.PEAK])


def _by_chance(
    measure: Texts, value: Floats, middle: Floats, usual_rows: Floats, years: Places,
) -> Flags:
    """Flag what few rows may do by chance: a price of their own, no row at all, no negative row."""
    few_prices = (measure == m.PRICE) & (usual_rows < SOME[m.PRICE])
    few_negative = (measure == m.NEGATIVE_ROWS) & (middle < SOME[m.NEGATIVE_ROWS])
    few = usual_rows < np.take([np.inf, *SOME_LEVEL], years)
    return np.asarray(few_prices | few_negative | ((measure == m.LEVEL) & (value == 0) & few))


def _by_rule(
    kind: Texts, years: Places, rows: Floats, usual_rows: Floats, months: Floats,
) -> Flags:
    """Flag measures whose rows come by rule: as many in each earlier year, or a multiple of twelve in the only one.
    Trips and loads do not, unless one a month.
    """
    same_number = _reduced(np.nanmin, rows) == _reduced(np.nanmax, rows)
    same_number &= ~np.isin(kind, PAUSING) | (usual_rows == months)
    of_rule = np.isin(kind, BY_RULE)
    in_months = (usual_rows % MONTHS_A_YEAR == 0) & (of_rule | (months == MONTHS_A_YEAR))
    return np.asarray(same_number & (usual_rows >= np.where(of_rule, 1, BILLS)) & (in_months | ((years > 1) & of_rule)))


def _fewest_months(months: Floats, by_rule: Flags, usual_rows: Floats) -> Floats:
    """Return the fewest months that are still expected: all of before by rule, else what chance lets expect."""
    least = _reduced(np.nanmin, months)
    with_row = np.fmin(1 - np.exp(-usual_rows / MONTHS_A_YEAR), least / MONTHS_A_YEAR)
    by_chance = _months_by_chance(with_row)
    return np.asarray(np.where(by_rule, least, np.minimum(least, by_chance)), dtype=np.float64)


def _months_by_chance(with_row: Floats) -> Floats:
    """Return the fewest months with a row that chance gives in all but `SURE` of years: the binomial quantile.
    with_row: chance that one month has a row.
    """
    from scipy.special import bdtr

    fewer = bdtr(np.arange(MONTHS_A_YEAR + 1)[:, None], MONTHS_A_YEAR, with_row) < SURE
    return np.asarray(fewer.sum(axis=0), dtype=np.float64)


def _reduced(how: Callable[..., Floats], values: Floats) -> Floats:
    out = np.full(values.shape[1], np.nan)
    is_known = ~np.isnan(values).all(axis=0)
    if len(values) and is_known.any():
        out[is_known] = how(values[:, is_known], axis=0)
    return out


def _steps(values: Floats) -> Floats:
    """Return the largest factor between two following years of each measure; 1 where there are not two."""
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.abs(np.diff(np.log(values), axis=0))
    steps[~np.isfinite(steps)] = 0.0
    return np.asarray(np.exp(steps.max(axis=0, initial=0.0)), dtype=np.float64)
