"""Bands: what earlier years of a company let expect of each measure of a year, wide where they are few.

Formulas and widths are in docs/reference/expectation-bands.md: a factor by number of years, by what earlier years did
and by the chance of few rows, which below is that of a count (Wilson and Hilferty 1931). Without a past: the published
bands of `limits`, those of `FIRST_YEAR`, and twelve months but for chance. The widths are our own [design].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.limits import limits_by_key
from carbon.accounting.expectations.measures import KG, MEASURES, METER, OF_PERIODS, SEPARATOR, WHOLE
from carbon.core.columns import group_codes
from carbon.core.schemas import INTEGER, NUMBER, TEXT, Table
from carbon.core.text_columns import lines_of

Floats = npt.NDArray[np.float64]

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
    is_gone = joined["value"].isna().to_numpy()
    joined = joined.fillna({"value": 0.0, "rows": 0, "co2e_kg": 0.0})
    for name, of_before in (("example", example), ("scope", scope)):
        joined[name] = np.where(is_gone, of_before, joined[name].to_numpy(dtype=object))
    joined, values = _same_amounts(joined, values, sorted(earlier)[-LAST:])
    out = joined.assign(before_kg=before_kg, **_bands(joined, values, rows))
    out = _published(_with_basis(_without_replaced(_first_year(out))))
    # A key that is gone is missing rows, where it had rows each year: it has no price, peak or share of its own.
    stays = out["measure"].isin([m.LEVEL, m.SHARE]).to_numpy() & (out["years"] == len(last)).to_numpy()
    if last:  # a meter that ended within the last year
        ended = ((out["measure"] == m.TO_END) & (out["dimension"] == METER)).to_numpy()
        stays &= ~_of_keys(out, ended & (values[-1] < MONTHS_A_YEAR))
    stays |= (out["measure"] == m.PLACE).to_numpy() & _of_keys(out, ~is_gone)
    is_asked = np.bool_(not last) | (out["measure"] != m.WITHOUT_RECORDS).to_numpy()
    return EXPECTATIONS.validate(out[(~is_gone | stays) & is_asked].reset_index(drop=True).astype(EXPECTATIONS.dtypes))


def _without_replaced(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without a least number of months of meters that another of the site goes on from, to the end."""
    of = (table["dimension"] == METER) & table["measure"].isin([m.MONTHS, m.TO_END])
    if table.loc[of, "measure"].nunique() < 2:
        return table
    meters = table[of].pivot(index=["key", "unit"], columns="measure", values="value").reset_index()
    months, to_end = meters[m.MONTHS], meters[m.TO_END]
    goes_on = (to_end == MONTHS_A_YEAR) & (months < MONTHS_A_YEAR)
    place = meters["key"].str.rsplit(SEPARATOR, n=1).str[0]
    months_joined = months + months.where(goes_on).groupby([place, meters["unit"]], observed=True).transform("max")
    replaced = ~goes_on & (to_end == months) & months_joined.between(MONTHS_A_YEAR, MONTHS_A_YEAR + 1)
    return table.assign(low=table["low"].mask(of & table["key"].isin(meters.loc[replaced, "key"])))


def _of_keys(table: pd.DataFrame, flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Flag the lines whose key has a flagged line, in whatever place or unit."""
    code = group_codes([table[c] for c in ("kind", "dimension", "key")])
    return np.isin(code, code[flags])


def _same_amounts(table: pd.DataFrame, values: Floats, years: Sequence[int]) -> tuple[pd.DataFrame, Floats]:
    """Return 1 in place of the number of a key's amounts where an earlier year has the same, else 0. Of the earlier
    years, that number is the year where it is the same.
    """
    of = (table["measure"] == m.AMOUNTS).to_numpy()
    is_same = (values == table["value"].to_numpy()) & of
    value = np.where(of, is_same.any(axis=0), table["value"].to_numpy())
    same_years = np.where(is_same, np.array(years, dtype=np.float64).reshape(-1, 1), np.nan)
    return table.assign(value=value), np.where(of, same_years, values)


def _with_basis(table: pd.DataFrame) -> pd.DataFrame:
    """Return the expectations with what each band is made of."""
    measure = table["measure"].to_numpy(dtype=object)
    without = np.where(measure == m.TO_END, CALENDAR, ANY_COMPANY)
    basis = np.where(table["years"].to_numpy() > 0, OWN_PAST, without).astype(object)
    always = np.isin(measure, [*NONE_EXPECTED, *NO_MORE, m.TOTAL]) | _new_totals(table, table["years"].to_numpy())
    basis[always] = ANY_YEAR
    basis[(table["low"].isna() & table["high"].isna()).to_numpy()] = ""
    return table.assign(basis=basis)


def _new_totals(table: pd.DataFrame, years: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Flag the amounts of kinds as a whole that no earlier year has."""
    whole_kinds = (table["measure"] == m.LEVEL) & (table["dimension"] == WHOLE)
    return np.asarray(whole_kinds.to_numpy() & (years == 0), dtype=bool)


def _published(table: pd.DataFrame) -> pd.DataFrame:
    """Return the expectations with the published bands of the measures that have one."""
    of = table["measure"].isin(m.group("limit", "odd", "pattern")).to_numpy()
    if not of.any():
        return table
    bands = [limits_by_key().get(key, {}) for key in lines_of(table[of], ["kind", "measure", "unit"])]
    out = table.copy()
    for column, name in {"low": "low", "high": "high", "expected": "expected", "basis": "source"}.items():
        out.loc[of, column] = [band.get(name, np.nan) for band in bands]
    return out


def _first_year(table: pd.DataFrame) -> pd.DataFrame:
    """Return the expectations with what holds of any company, where no earlier year has the measure."""
    kind, measure = (table[c].to_numpy(dtype=object) for c in ("kind", "measure"))
    value, rows, new = table["value"].to_numpy(), table["rows"].to_numpy(), (table["years"] == 0).to_numpy()
    is_whole = (table["dimension"] == WHOLE).to_numpy()
    low, high, expected = (table[c].to_numpy(dtype=np.float64).copy() for c in ("low", "high", "expected"))
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


def _fewest_to_end(table: pd.DataFrame, value: Floats, rows: npt.NDArray[np.int64]) -> Floats:
    """Return the fewest months to the year's end: all of a meter or an account with a bill a month. Of a meter that
    starts in July nothing is missing before; one that ends in September ends early. Of a kind as a whole, as many as
    chance lets expect of as many rows; trips and freight pause, for up to three months.
    """
    kind, is_whole = table["kind"], (table["dimension"] == WHOLE).to_numpy()
    of_meters = kind.isin(REGULAR).to_numpy() & (rows >= A_BILL_A_MONTH)
    months = _of_measure(table, m.MONTHS, value)
    monthly = (rows == value) & (months == value)
    of_accounts = (kind == "purchases").to_numpy() & (rows >= MONTHS_WITH_BILL) & monthly
    by_chance = _months_by_chance(1 - np.exp(-rows / np.maximum(value, 1.0)))
    by_chance = np.where(kind.isin(PAUSING), np.minimum(by_chance, MONTHS_A_YEAR - PAUSE), by_chance)
    # A year of one conference has no months at all.
    least_months = np.where((kind == "purchases").to_numpy() & (rows >= 2 * BILLS), A_QUARTER, HALF_A_YEAR)
    any_whole = is_whole & kind.isin(("purchases", *PAUSING)).to_numpy() & (rows >= BILLS) & (months >= least_months)
    bills = (of_meters | of_accounts) & ~is_whole
    return np.asarray(np.where(bills, MONTHS_A_YEAR, np.where(any_whole, by_chance, 0.0)), dtype=np.float64)


def _bands(table: pd.DataFrame, values: Floats, rows: Floats) -> dict[str, npt.NDArray[Any]]:
    """Return expected, low, high and the number of years of each measure, from values and rows by earlier year."""
    measure, years = table["measure"].to_numpy(dtype=object), (~np.isnan(values)).sum(axis=0)
    middle, most, usual_rows = (
        _reduced(how, of) for how, of in ((np.nanmedian, values), (np.nanmax, values), (np.nanmedian, rows)))
    by_rule = _by_rule(table["kind"], years, rows, usual_rows, _of_measure(table, m.MONTHS, middle))
    weight = np.fmin(usual_rows, _of_measure(table, m.WEIGHT, middle))
    whole_year = (_of_measure(table, m.MONTHS, middle) == MONTHS_A_YEAR) | (table["unit"] == KG).to_numpy()
    covered = table["kind"].isin(STAYING).to_numpy() & whole_year
    low, high = _factors(table["kind"], measure, years, values, middle, np.where(by_rule | covered, NO_CHANCE, weight),
                         np.where(_of_capital(table), WIDEST, 1.0),
                         _of_many_keys(table, (measure == m.LEVEL) & (years > 0)))
    stay = table["kind"].isin(STAYING).to_numpy() & (measure == m.LEVEL)
    some_rows = np.where(by_rule | stay, np.inf, usual_rows)
    chance_alone = _by_chance(measure, table["value"].to_numpy(), middle, some_rows, years)
    low[chance_alone] = np.nan
    high[chance_alone & (measure == m.PRICE)] = np.nan
    growth = table["value"].to_numpy() / np.where(middle > 0, middle, np.nan)
    grown, more_rows = (_of_measure(table, name, growth) for name in (m.LEVEL, m.ROWS))
    high[(measure == m.ROWS) & ~(grown >= MORE_AMOUNTS)] = np.nan
    of = (measure == m.MONTHS) & (years > 0)
    low[of], high[of] = _fewest_months(values[:, of], by_rule[of], usual_rows[of]), MONTHS_A_YEAR
    low[of & (grown >= AS_MUCH) & (more_rows <= FEWER_BILLS)] = np.nan  # as much on half the bills: paid less often
    for name, more in MORE.items():
        of = (measure == name) & (years > 0)
        of_meters = table["kind"].isin(OF_PERIODS).to_numpy()[of] & (name == m.NEGATIVE)
        of_trips = table["kind"].isin(PAUSING).to_numpy()[of] & (name == m.REPEATED)
        pairs = np.where(of_trips, PAIRS / table["rows"].clip(lower=1).to_numpy()[of], 0.0)
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
    kind: pd.Series, measure: npt.NDArray[np.object_], years: npt.NDArray[np.intp], values: Floats, middle: Floats,
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
    high[of] = np.maximum(high[of], kind.map(LEAST_PEAK).fillna(LEAST_PEAK_OF_OTHERS).to_numpy()[of])
    return low, high


def _over_fewest(rows: Floats) -> Floats:
    """Return each number of rows over the fewest that chance lets expect of it, half a row at least."""
    n = np.maximum(rows, 1.0)
    return np.asarray(n / np.maximum(n * (1 - 1 / (9 * n) - CHANCE / (3 * np.sqrt(n))).clip(0) ** 3 - 0.5, 0.5))


def _of_many_keys(table: pd.DataFrame, counts: npt.NDArray[np.bool_]) -> Floats:
    """Return the power of a level's factor: the largest of k chances grows with sqrt(ln k)."""
    code = group_codes([table[c] for c in ("kind", "dimension")])
    keys = np.bincount(code, weights=counts, minlength=1)[code]
    return np.asarray(np.sqrt(np.log(np.maximum(keys, KEYS)) / np.log(KEYS)), dtype=np.float64)


def _of_measure(table: pd.DataFrame, measure: str, values: Floats) -> Floats:
    """Return, for each line, the value of another measure of the same key and unit; NaN where it has none."""
    code = group_codes([table[c] for c in ("kind", "dimension", "key", "unit")])
    of = (table["measure"] == measure).to_numpy()
    by_code = np.full(int(code.max(initial=-1)) + 1, np.nan)
    by_code[code[of]] = values[of]
    return by_code[code]


def _of_capital(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Flag the levels and peaks of capital goods: a company invests in one year and not in the next."""
    of = ((table["measure"] == m.CAPITAL) & (table["value"] > SHARE_OF_CAPITAL)).to_numpy()
    return _of_keys(table, of) & table["measure"].isin([m.LEVEL, m.PEAK]).to_numpy()


def _by_chance(
    measure: npt.NDArray[np.object_], value: Floats, middle: Floats, usual_rows: Floats, years: npt.NDArray[np.intp],
) -> npt.NDArray[np.bool_]:
    """Flag what few rows may do by chance: a price of their own, no row at all, no negative row."""
    few_prices = (measure == m.PRICE) & (usual_rows < SOME[m.PRICE])
    few_negative = (measure == m.NEGATIVE_ROWS) & (middle < SOME[m.NEGATIVE_ROWS])
    few = usual_rows < np.take([np.inf, *SOME_LEVEL], years)
    return np.asarray(few_prices | few_negative | ((measure == m.LEVEL) & (value == 0) & few))


def _by_rule(
    kind: pd.Series, years: npt.NDArray[np.intp], rows: Floats, usual_rows: Floats, months: Floats,
) -> npt.NDArray[np.bool_]:
    """Flag measures whose rows come by rule: as many in each earlier year, or a multiple of twelve in the only one.
    Trips and loads do not, unless one a month.
    """
    same_number = _reduced(np.nanmin, rows) == _reduced(np.nanmax, rows)
    same_number &= ~kind.isin(PAUSING).to_numpy() | (usual_rows == months)
    of_rule = kind.isin(BY_RULE).to_numpy()
    in_months = (usual_rows % MONTHS_A_YEAR == 0) & (of_rule | (months == MONTHS_A_YEAR))
    return np.asarray(same_number & (usual_rows >= np.where(of_rule, 1, BILLS)) & (in_months | ((years > 1) & of_rule)))


def _fewest_months(months: Floats, by_rule: npt.NDArray[np.bool_], usual_rows: Floats) -> Floats:
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
