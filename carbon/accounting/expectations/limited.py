"""Measures of a company-year that have a published band: prices, distances, nights, amounts a person and square metre.

One source is held against another where both speak of one thing: the ledger's energy bills, set aside for the meters,
over the meters' kWh; the survey's headcount over the employees of params.

Of values a row, the worst is that of the rows beyond the band, or of all where none is: a single reading in MWh shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.expectations import names as m
from carbon.accounting.expectations.copied import Pattern
from carbon.accounting.expectations.limits import limits_by_key
from carbon.accounting.inventory_tables import InventoryTables
from carbon.activities.amounts import to_unit
from carbon.core import money
from carbon.core.columns import Rows
from carbon.core.exact import exact_sum
from carbon.core.text import fold
from carbon.core.text_columns import Flags, Floats
from carbon.params.shapes.boundary import OPENED_WORDS
from carbon.params.shapes.company import CompanyParams
from carbon.records.rules.purchase_checks import VAT_RATES

WORDS: Mapping[str, str] = {"energy": "carrier", "water": "service", "travel": "mode", "freight": "mode",
                            "equipment": "item", "refrigerants": "gas"}
"""Column whose word a limit holds for."""
NAMED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("energy", m.MARKET_PRICE): ("site", "carrier"), ("equipment", m.PER_PERSON): ("item",),
    ("travel", m.LENGTH): ("mode",), ("travel", m.PER_MONEY): ("mode",),
    ("commuting", m.WAY): ("site", "group", "mode"),
    ("refrigerants", m.REFILLED): ("site", "gas"), ("purchases", m.VAT_OF_ROWS): ("account",),
    ("energy", m.SITE_PLACE): ("site",), ("energy", m.PER_AREA): ("site", "carrier"),
    ("energy", m.PER_BUILDING): ("site", "carrier"), ("energy", m.OF_A_METER): ("carrier",),
    ("travel", m.MEAN_TRIP): ("mode",), ("travel", m.ABOARD): ("mode",)}
"""Columns that distinguish rows; of the other measures the kind as a whole is one."""
EACH_ROW = (m.MARKET_PRICE, m.LENGTH, m.LOAD, m.WAY)
"""Measures of single rows; the others are one sum over another."""
ONE_A_KEY = (m.PER_PERSON, m.PER_AREA, m.PER_BUILDING, m.SPENT, m.LEDGER_PRICE, m.LEDGER_MONEY, m.SURVEYED)
"""Measures whose second quantity is one number, and not a sum of the rows'."""
A_MONTH, ANSWERS, TRIPS, ROWS_OF_A_YEAR = 31, 10, 12, 24
BILLS, DAYS_METERED = 6, 240
"""Rows and days from which a meter has its year."""
NO_TWENTY = ("DK", "HR", "NO", "SE")
"""Countries with a rate of 25 % and none of 20 %, which is that rate's share of an amount with VAT."""
NEAR_A_RATE = 0.0006


@dataclass(frozen=True)
class Stated:
    """What params, ledger and surveys state of a company: people of the year (NaN: nothing), country, currency, sites.

    areas: m2 of each site, by folded name; spend: what the ledger's rows that records replace cost [EUR], by what
    replaces them ("energy:electricity", "travel"); employees: those of params alone; sites_in_use: sites of params that
    records other than energy name; silent_sites: those that none names; year, fx, fx_basis: by what money is compared.
    """

    people: float
    country: str
    currency: str
    site_countries: Mapping[str, str]
    areas: Mapping[str, float] = field(default_factory=dict)
    spend: Mapping[str, float] = field(default_factory=dict)
    employees: float = float("nan")
    sites_in_use: tuple[str, ...] = ()
    silent_sites: tuple[str, ...] = ()
    year: int = 0
    fx: pd.DataFrame | None = None
    fx_basis: str = "transaction_date"

    def rates(self, currency: Any, days: Any, to: str) -> Floats:
        """Return the rate of each amount, by the company's own rates too and as its inventory takes them; NaN without.

        currency, days: columns of the rows, or of the ledger.
        """
        if (np.asarray(currency) == to).all():
            return np.ones(len(currency))
        when = pd.Series(days) if self.fx_basis == "transaction_date" else pd.Series(self.year, range(len(currency)))
        rates = money.find_rates(pd.Series(currency), when, to=to, basis=self.fx_basis, fx=self.fx)
        return rates["fx_rate"].to_numpy(dtype=np.float64)


def limited(kind: str, rows: Rows, stated_facts: Stated) -> Iterator[Pattern]:
    """Yield the measures of a kind's measurable rows (`measures`) that have a published band.

    Of second quantities that are not stated of the company, nothing is yielded.
    """
    country = rows.by_word("_region", lambda region: region.partition("-")[0])
    places, patterns = {"", *country.tolist()}, m.group("pattern")
    of_kind = [limit for (of, measure, _), limit in limits_by_key().items()
               if of == kind and measure not in patterns and limit["country"] in places]
    of_countries: dict[tuple[str, str], set[str]] = {}
    for limit in of_kind:
        of_countries.setdefault((limit["measure"], limit["word"]), set()).update({limit["country"]} - {""})
    for limit in of_kind:
        measure = str(limit["measure"])
        if not _is_stated(kind, measure, str(limit["word"]), stated_facts):
            continue
        key_columns = tuple(c for c in NAMED.get((kind, measure), ()) if c in rows)
        fits = _fits(kind, rows, str(limit["word"]), str(limit["base"]))
        # The ledger pays for all of a carrier: kWh alone are no price where some of it is in cubic metres.
        if measure == m.LEDGER_PRICE and (fits != _fits(kind, rows, str(limit["word"]), "")).any():
            continue
        if with_figure := of_countries.get((measure, limit["word"])):
            of_one = measure != m.LEDGER_PRICE or len(set(country[fits])) == 1  # the ledger pays for all countries
            limit_country = np.where(np.isin(country, [*with_figure]) & of_one, country, "")
            fits = fits & (limit_country == limit["country"])
        if not fits.any():
            continue
        of_limit = rows.where(fits)
        part, wholes = _parts(kind, measure, of_limit, stated_facts, str(limit["word"]))
        is_known = ~np.isnan(part) & (wholes > 0)
        if is_known.any():
            known_rows = of_limit.where(is_known).assign(_unit=limit["unit"])
            part, wholes = part[is_known], wholes[is_known]
            if measure in EACH_ROW:
                yield _worst(known_rows, key_columns, measure, part / wholes, (limit["low"], limit["high"]))
            else:
                groups = known_rows.groups([*key_columns, "_unit"])
                sums = [exact_sum(p, groups.number, len(groups)) for p in (part, wholes)]
                # People, areas and a ledger's total are one number, not one a row; a refill is a sum.
                by = sums[1] / groups.counts() if measure in ONE_A_KEY else 1.0 if measure == m.REFILLED else sums[1]
                value = by / sums[0] if measure == m.LEDGER_PRICE else sums[0] / by
                yield Pattern(known_rows, key_columns, measure, value, groups=groups)


def _fits(kind: str, rows: Rows, word: str, base: str) -> Flags:
    """Flag the rows that a limit holds for; a mode holds for its finer ones, e.g. car for car.company."""
    fits = np.ones(len(rows), dtype=bool)
    if word:
        coarse = kind in ("travel", "freight")
        fits &= rows.by_word(WORDS[kind], lambda text: (text.split(".")[0] if coarse else text) == word, bool)
    if base and fits.any():
        fits &= rows.by_word("_unit", lambda text: text.split(":")[-1].split(" ")[0] == base, bool)
    return fits


def _is_stated(kind: str, measure: str, word: str, stated_facts: Stated) -> bool:
    """Return whether the second quantity of a measure is stated of the company."""
    if measure in (m.LEDGER_PRICE, m.LEDGER_MONEY):
        return (f"{kind}:{word}" if word else kind) in stated_facts.spend
    has_people = stated_facts.people == stated_facts.people
    return bool({m.PER_PERSON: has_people, m.SPENT: has_people, m.PER_AREA: stated_facts.areas,
                 m.PER_BUILDING: stated_facts.areas,
                 m.SURVEYED: stated_facts.employees == stated_facts.employees}.get(measure, True))


def _parts(kind: str, measure: str, rows: Rows, stated_facts: Stated, word: str) -> tuple[Floats, Floats]:
    """Return what a measure is the ratio of, by row; NaN where a row lacks it."""
    one, amount, vat = np.ones(len(rows)), rows["_amount"], rows["_vat"]
    if measure == m.PER_PERSON:
        return amount, np.full(len(rows), stated_facts.people)
    if measure in (m.PER_AREA, m.PER_BUILDING):
        return amount, rows.by_word("site", lambda site: stated_facts.areas.get(fold(site), np.nan), np.float64)
    if measure in (m.LEDGER_PRICE, m.LEDGER_MONEY):
        spend = stated_facts.spend.get(f"{kind}:{word}" if word else kind, np.nan)
        return amount if measure == m.LEDGER_PRICE else rows["_kg"], np.full(len(rows), spend)
    if measure == m.SURVEYED:
        return _once(rows, "headcount" if kind == "commuting" else "people"), np.full(len(rows), stated_facts.employees)
    if measure == m.MEAN_WAY:
        answers = rows["answers"].astype(np.float64)
        enough = answers if np.nansum(answers) >= ANSWERS else np.full(len(rows), np.nan)
        return to_unit(rows["distance"], rows["distance_unit"], "km") * enough, enough
    if measure in (m.MARKET_PRICE, m.PER_MONEY):
        eur = _in_eur(rows, stated_facts)
        of, by = (eur, amount) if measure == m.MARKET_PRICE else (rows["_kg"], eur)
        return np.where((eur > 0) & (amount > 0), of, np.nan), by
    if measure in (m.LENGTH, m.WAY):
        km = to_unit(rows["distance"], rows["distance_unit"], "km")
        is_one = (rows["_days"] == 1) & (rows["mass"] > 0) if kind == "freight" else rows["_days"] <= A_MONTH
        return np.where(is_one | (kind == "commuting"), km, np.nan), one
    if measure == m.LOAD:
        return np.where(rows["_days"] == 1, to_unit(rows["mass"], rows["mass_unit"], "t"), np.nan), one
    if measure == m.NIGHTS:
        return np.where(rows["_days"] == 1, rows["nights"], np.nan), one
    if measure == m.DAYS:
        people = rows["answers" if kind == "commuting" else "people"].astype(np.float64)
        return rows["days"] * people, people
    if measure == m.VAT_OF_ROWS:
        return np.where((vat * amount > 0), np.abs(vat), np.nan), np.abs(amount)
    if measure == m.REFILLED:
        return amount, one
    return _asked(measure, rows, stated_facts)


def _asked(measure: str, rows: Rows, stated_facts: Stated) -> tuple[Floats, Floats]:
    """Return the parts of measures that are questions; of the others those of odd rows."""
    if measure == m.OF_A_METER:
        return _by_meter(rows, rows["_amount"])
    if measure == m.SPENT:
        eur = np.where(np.abs(rows["_kg"]) > 0, _in_eur(rows, stated_facts), np.nan)
        return eur if len(rows) >= ROWS_OF_A_YEAR else eur * np.nan, np.full(len(rows), stated_facts.people)
    if measure in (m.MEAN_TRIP, m.ABOARD):
        of = to_unit(rows["distance"], rows["distance_unit"], "km") if measure == m.MEAN_TRIP else \
            rows["passengers"].astype(np.float64)
        is_trip = (rows["_days"] == 1) & (of > 0)
        return np.where(is_trip & (is_trip.sum() >= TRIPS), of, np.nan), np.ones(len(rows))
    return _odd(measure, rows, stated_facts)


def _odd(measure: str, rows: Rows, stated_facts: Stated) -> tuple[Floats, Floats]:
    """Return 1, or the amount, of rows that are odd, and of all rows that could be; NaN of those that could not."""
    if measure == m.SITE_PLACE:
        declared = rows.by_word("site", lambda site: stated_facts.site_countries.get(site, ""))
        actual = rows.by_word("_region", lambda region: region.split("-")[0])
        could, is_odd, size = (declared != "") & (actual != ""), declared != actual, np.ones(len(rows))
    elif measure == m.FIRST_CLASS:
        could, is_odd, size = rows["cabin_class"] != "", rows["cabin_class"] == "first", rows["_kg"]
    elif measure == m.HOME_CURRENCY:
        could, size = rows["country"] == stated_facts.country, np.ones(len(rows))
        is_odd = rows["currency"] != stated_facts.currency
    else:
        vat, size = np.abs(rows["_vat"]), np.abs(rows["_amount"])
        could = (rows["_vat"] * rows["_amount"] > 0) & (size > 0)
        share = np.divide(vat, size, out=np.zeros(len(rows)), where=could)
        rates = VAT_RATES[VAT_RATES != 0.2] if stated_facts.country in NO_TWENTY else VAT_RATES
        is_odd = _near(share, rates / (1 + rates)) & ~_near(share, rates)
    return np.where(could, np.where(is_odd, size, 0.0), np.nan), size


def _once(rows: Rows, column: str) -> Floats:
    """Return the people of each group in its first row, 0 in its others, which repeat it."""
    groups = rows.groups(["site", "group"])
    out = np.zeros(len(rows))
    out[groups.first] = np.nan_to_num(rows[column].astype(np.float64)[groups.first])
    return out


def _by_meter(rows: Rows, amount: Floats) -> tuple[Floats, Floats]:
    """Return amounts, and parts of one that sum to the number of meters; NaN of a meter without a year of bills."""
    groups = rows.groups(["site", "carrier", "meter"])
    n, days = (np.bincount(groups.number, weights=w) for w in (np.ones(len(rows)), rows["_days"]))
    has_year = ((n >= BILLS) & (days >= DAYS_METERED))[groups.number]
    return np.where(has_year & (amount >= 0), amount, np.nan), 1 / n[groups.number]


def _near(share: Floats, rates: Floats) -> Flags:
    at = np.searchsorted(rates, share)
    below, above = rates[np.maximum(at - 1, 0)], rates[np.minimum(at, len(rates) - 1)]
    return np.asarray(np.minimum(np.abs(share - below), np.abs(share - above)) < NEAR_A_RATE)


def _worst(
    rows: Rows, key_columns: tuple[str, ...], measure: str, values: Floats, band: tuple[float, float],
) -> Pattern:
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
    return Pattern(rows, key_columns, measure, values[order][last], groups=groups)


def _in_eur(rows: Rows, stated_facts: Stated) -> Floats:
    """Return the money of each row [EUR]; NaN where it has none, or no rate."""
    out = np.full(len(rows), np.nan)
    paid_rows = np.flatnonzero((rows["_money"] > 0) & (rows["currency"] != ""))
    if len(paid_rows):
        of_paid = rows.take(paid_rows)
        out[paid_rows] = of_paid["_money"] * stated_facts.rates(of_paid["currency"], of_paid["period_end"], "EUR")
    return out


def stated_of(inventory: InventoryTables) -> Stated:
    """Return what params, the ledger and the commuting survey state of a company-year."""
    params, year, records, fx = inventory.params, inventory.year, inventory.records, inventory.fx
    areas = {fold(name): site.area_m2 for name, site in params.sites.items() if site.area_m2}
    return Stated(people_of(params.employees, year, records), params.country, params.currency,
                  {name: site.country for name, site in params.sites.items()}, areas,
                  _replaced_spend(inventory.ledger, year, fx), float(params.employees.get(year, np.nan)),
                  *_sites(params, year, records), year, fx, params.fx)


def _sites(
    params: CompanyParams, year: int, records: Mapping[str, pd.DataFrame],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sites of params that other records than energy name, and those that none does where energy names some.
    Not silent are those that `boundary` of params states to be gone by the year, or to come later.
    """
    named_sites = {kind: set(map(fold, table["site"].astype("str").unique()))
             for kind, table in records.items() if "site" in table}
    powered = named_sites.pop("energy", set())
    others = set().union(*named_sites.values())
    absent = {fold(name) for a in params.boundary for name in (a.name, a.of) if a.level == "site" and (
        a.of or (a.year > year if a.word in OPENED_WORDS else a.year <= year))}
    silent = [name for name in params.sites if fold(name) not in others | powered | absent]
    is_told = any(fold(name) in powered for name in params.sites)
    return tuple(name for name in params.sites if fold(name) in others), tuple(silent if is_told else ())


def _replaced_spend(ledger: pd.DataFrame, year: int, fx: pd.DataFrame | None) -> dict[str, float]:
    """Return the money of the rows that other records replace [EUR], by what replaces them; all energy is "energy"."""
    rows = Rows(ledger).where(column="set_aside_for", outcome="set aside")
    if not len(rows):
        return {}
    rates = money.find_rates(pd.Series(rows["unit"]), pd.Series(year, range(len(rows))), to="EUR", basis="year_mean",
                             fx=fx)
    return rows.assign(eur=np.nan_to_num(rows["amount"] * rates["fx_rate"].to_numpy())).sums(["value"], "eur")


def people_of(employees: Mapping[int, float], year: int, records: Mapping[str, pd.DataFrame]) -> float:
    """Return the employees of a year: of params, else of the commuting survey; NaN where neither states them."""
    if year in employees:
        return float(employees[year])
    survey = records.get("commuting")
    if survey is None or not len(survey) or survey["headcount"].isna().all():
        return float("nan")
    return float(survey.groupby(["site", "group"], dropna=False, observed=True)["headcount"].max().sum())
