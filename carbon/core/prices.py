"""Price levels: amounts in the prices of another year, and from purchaser prices to the basis of a monetary factor.

real = nominal x P(price year of the factor) / P(year of the spend) basic = purchaser price - taxes - trade margin -
transport margin net = gross - recoverable VAT

The order is fixed: VAT, exchange rate, deflation, price basis. P is the running product of the yearly changes of the
World Bank's GDP deflator (data/deflators.csv, to 2023): the general index, not the product's own. Deflator
"world_bank_gdp": a year it lacks raises an error. "world_bank": consumer prices (data/consumer_prices.csv, to 2024)
continue it after its last year, and years after both stay uncorrected, counted in `price_gap`. "none": all do. No
series is extended.

Sources: World Bank, NY.GDP.DEFL.KD.ZG and FP.CPI.TOTL.ZG (CC BY 4.0); USEPA useeior, AdjustPrice (Rho: price year, Phi:
price basis).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from carbon.core import packaged
from carbon.core.countries import price_areas
from carbon.core.errors import MoneyError
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.zones import country_of

GDP, CONTINUED, NONE = DEFLATORS = ("world_bank_gdp", "world_bank", "none")
PURCHASER, BASIC = "purchaser", "basic"
MONEY = "purchase."
"""Beginning of the activities of economic models, per unit of money."""
SERVICE_SECTIONS = frozenset("HIJKLMNOPQRSTU")
"""NACE Rev. 2 sections whose purchaser price without VAT is taken as the basic price: transport and later services.
Trade (G) is left out, because its output is the margin itself.
"""


def net_of_vat(gross: pd.Series, recoverable_vat: pd.Series) -> pd.Series:
    """Calculate net = gross - recoverable VAT [currency]; VAT that cannot be recovered stays in."""
    refuse_no_number("net of VAT", gross=gross, recoverable_vat=recoverable_vat)
    return gross - recoverable_vat


def basic_price(
    purchaser: pd.Series, *, taxes: pd.Series, trade_margin: pd.Series, transport_margin: pd.Series
) -> pd.Series:
    """Calculate basic = purchaser price - taxes on products - trade margin - transport margin [currency].

    Each margin gets the factor of its own sector. Source: European System of Accounts (ESA 2010), 3.44 and 9.31.
    """
    refuse_no_number("basic price", purchaser=purchaser, taxes=taxes, trade_margin=trade_margin,
                     transport_margin=transport_margin)
    return purchaser - taxes - trade_margin - transport_margin


def price_area(region: str, currency: str) -> str:
    """Return the region whose index deflates a factor: its own country, else the economy of its currency, else ""."""
    country = country_of(region)
    return country if country in _index(GDP).index else price_areas().get(currency, "")


def price_ratio(area: pd.Series, from_year: pd.Series, to_year: pd.Series, *, deflator: str) -> pd.DataFrame:
    """Calculate P(to_year) / P(from_year) for each row; a row without an index has the reason in `price_code`.

    Parameters
    ----------
    area
        Region of the index, from `price_area`.
    from_year, to_year
        Year of the spend, and price year of the factor.
    deflator
        One of `DEFLATORS`. Required: the choice changes the result.

    Returns
    -------
    DataFrame
        price_ratio, price_gap (years between the two prices that stay uncorrected), price_from and price_to (the years
        that the ratio joins), price_code ("" or "no_price_index": the ratio is then missing).

    Raises
    ------
    MoneyError
        Unknown deflator.
    """
    if deflator not in DEFLATORS:
        raise MoneyError(f"Unknown deflator {deflator!r}", hint=f"one of {', '.join(DEFLATORS)}")
    start, end = from_year.to_numpy("int64"), to_year.to_numpy("int64")
    if deflator == NONE:
        return pd.DataFrame({"price_ratio": 1.0, "price_gap": end - start, "price_from": start, "price_to": start,
                             "price_code": ""}, index=area.index)
    first, last = (start, end) if deflator == GDP else (_within(area, year) for year in (start, end))
    ratio = np.where(first == last, 1.0, _ratios(area, first, last, deflator))
    code = np.where(np.isfinite(ratio), "", "no_price_index")
    return pd.DataFrame({"price_ratio": ratio, "price_gap": (end - start) - (last - first), "price_from": first,
                         "price_to": last, "price_code": code}, index=area.index)


def deflate(
    amount: pd.Series, area: pd.Series, from_year: pd.Series, to_year: pd.Series, *, deflator: str
) -> pd.DataFrame:
    """Convert amounts to the prices of another year, each step a column.

    real = amount x P(to_year) / P(from_year)

    Returns
    -------
    DataFrame
        amount, price_ratio, price_gap, real; index of `amount`.

    Raises
    ------
    MoneyError
        No index for a region or a year (unless deflator is "none").
    """
    refuse_no_number("deflation", amount=amount)
    ratio = price_ratio(area, from_year, to_year, deflator=deflator)
    bad = ratio["price_code"] != ""
    if bad.any():
        rows = pd.DataFrame({"amount": amount, "area": area, "from_year": from_year, "to_year": to_year})[bad]
        raise MoneyError(f"{int(bad.sum()):,} amounts have no price index between the two years "
                         f"(the series ends in {last_year()})", rows=rows,
                         hint="set factors.deflator: world_bank in the company's params; the gap is then printed")
    steps = ratio[["price_ratio", "price_gap"]]
    return pd.DataFrame({"amount": amount}).join(steps).assign(real=amount * steps["price_ratio"])


def last_year(deflator: str = GDP) -> int:
    """Return the last year of the packaged index."""
    return int(_index(deflator).columns[-1])


def basis_fits(price_basis: str, activity: str) -> str:
    """Compare a factor's price basis with spend at purchaser prices without VAT: "same", "service" or "differs".

    A factor per euro at basic prices fits services as it is; for goods trade and transport margins lie between.
    """
    if price_basis == PURCHASER:
        return "same"
    _, _, code = activity.partition("purchase.nace.")
    return "service" if price_basis == BASIC and code[:1] in SERVICE_SECTIONS else "differs"


def _within(area: pd.Series, year: np.ndarray) -> np.ndarray:
    """Return years no later than the last figure of each area's index; an area without one keeps its year."""
    last = area.map(_last_years()).fillna(int(year.max(initial=0))).to_numpy("int64")
    return np.minimum(year, last)


@lru_cache(maxsize=1)
def _last_years() -> dict[str, int]:
    """Return the last year of each area's continued index."""
    changes = _changes(CONTINUED)
    return dict(zip(changes.index, (changes.notna() * changes.columns.to_numpy()).max(axis=1), strict=True))


def _ratios(area: pd.Series, from_year: np.ndarray, to_year: np.ndarray, deflator: str) -> np.ndarray:
    index, breaks = _index(deflator), _breaks(deflator)
    row = index.index.get_indexer(pd.Index(area))
    start, end = index.columns.get_indexer(pd.Index(from_year)), index.columns.get_indexer(pd.Index(to_year))
    level, broken = index.to_numpy(), breaks.to_numpy()
    usable = (row >= 0) & (start >= 0) & (end >= 0) & (broken[row, start] == broken[row, end])
    return np.where(usable, level[row, end] / level[row, start], np.nan)


@lru_cache(maxsize=2)
def _changes(deflator: str) -> pd.DataFrame:
    """Return regions x years: the GDP deflator; continued, consumer prices in the years after its last one."""
    gdp = _wide("deflators")
    if deflator == GDP:
        return gdp
    consumer = _wide("consumer_prices").reindex(index=gdp.index)
    wide = gdp.reindex(columns=range(int(gdp.columns[0]), int(consumer.columns[-1]) + 1))
    is_after = wide.bfill(axis=1).isna()
    return wide.where(~is_after, consumer.reindex(columns=wide.columns))


def _wide(table: str) -> pd.DataFrame:
    rows = packaged.read_csv(packaged.CORE, f"data/{table}.csv", {"year": "integer", "change_pct": "amount"})
    wide = rows.set_index(["region", "year"])["change_pct"].unstack()
    return wide.reindex(columns=range(int(wide.columns.min()), int(wide.columns.max()) + 1))


@lru_cache(maxsize=2)
def _index(deflator: str) -> pd.DataFrame:
    """Return regions x years: running product of 1 + change, over the years that have a figure."""
    return (1 + _changes(deflator) / 100).fillna(1.0).cumprod(axis=1)


@lru_cache(maxsize=2)
def _breaks(deflator: str) -> pd.DataFrame:
    """Return regions x years: the number of years without a figure so far; two years join only where it is equal."""
    return _changes(deflator).isna().cumsum(axis=1)
