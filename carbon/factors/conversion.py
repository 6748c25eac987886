"""Conversion of one unit of an activity into units of its factor, and the words that show it.

physical: conversion = ratio(unit of the activity -> unit of the factor), with a fuel's properties where needed
monetary: conversion = size of the unit x FX(mean of the year) x P(price year) / P(year) x B / size of the factor's unit

Order of the monetary steps: VAT (done before), exchange rate, deflation, price basis. P is of the factor's region, in
its own money: where the factor is per unit of another currency, P is divided by the change of the rate between the two
years. B = factor at purchaser prices / factor at basic prices, both published for the region and the industry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import fuels, money, packaged, prices, units
from carbon.core.columns import Rows
from carbon.core.countries import price_areas
from carbon.core.text_columns import Values, among, by_word
from carbon.core.zones import country_of
from carbon.factors.candidates import BRIDGED
from carbon.params.shapes.company import FactorPolicy

_MONEY_STEP = ["unit", "factor_unit", "year", "region_used", "price_year", "price_basis"]
_Step = tuple[float, str, str, str]
"""conversion, steps (words), notes (words for `reason`) and problem (code, or "") of a row."""
_Ratios = Mapping[tuple[str, str, int], float]
"""Activity, region and price year -> factor at purchaser prices / factor at basic prices."""
_UNIT_STEP = ["unit", "factor_unit", "activity", "year", "fit", "region"]


def convert_keys(pairs: Rows, *, policy: FactorPolicy, fx: pd.DataFrame | None, factors: Rows | None = None) -> Rows:
    """Return the chosen pairs with conversion, steps (words), notes (words for `reason`) and problem (code, or "").

    Parameters
    ----------
    pairs
        One row a key, from `candidates.best`, in their order; units are canonical.
    fx
        The company's own exchange rates (`money.FX`).
    factors
        Those of the asked activities (`schemas.FACTORS`): where `price_basis` is purchaser, their ratios.
    """
    is_money = by_word(pairs["factor_unit"], lambda unit: units.unit(unit).dimension.startswith("currency:"), np.bool_)
    physical, conversions = pairs.where(~is_money), np.empty(len(pairs), dtype=object)
    rows = zip(*(physical[c].tolist() for c in _UNIT_STEP), strict=True)
    own_fuels = policy.own_fuels
    conversions[~is_money] = _column([_unit_step(*row, own_fuels=own_fuels) for row in rows])
    conversions[is_money] = _column(_monetary(
        pairs.where(is_money), policy, fx, purchaser_ratios(factors) if factors is not None else {}))
    ratio, steps, notes, problem = (_column([step[i] for step in conversions.tolist()]) for i in range(4))
    return pairs.assign(conversion=ratio.astype(np.float64), steps=steps, notes=notes, problem=problem)


def _column(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    """Return values as a column, also where each is a tuple."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _unit_step(
    key_unit: str, factor_unit: str, activity: str, year: int, fit: int, region: str, *,
    own_fuels: tuple[fuels.Fuel, ...],
) -> _Step:
    if key_unit == factor_unit:
        return 1.0, "", "", ""
    country, record = country_of(region), None
    if fit == BRIDGED:
        ends = (units.unit(u).dimension for u in (key_unit, factor_unit))
        record = fuels.bridging(activity, *ends, year=int(year), country=country, own_fuels=own_fuels)
    ratio = units.ratio(key_unit, factor_unit, record=record)
    by = f" ({activity}: {record.citation})" if record else ""
    # Typical fuels of another country stand in where a country's own figures are not packaged: named in the reason.
    foreign = record is not None and record.country not in ("", country)
    notes = f"converted; heat content of {record.country}" if record and foreign else "converted"
    return float(ratio), f"1 {key_unit} = {float(ratio):.10g} {factor_unit}{by}", notes, ""


def purchaser_ratios(factors: Rows) -> _Ratios:
    """Return B = factor at purchaser prices / factor at basic prices, of models with both (spend_layouts.csv)."""
    layouts = packaged.read_rows("carbon.factors", "data/spend_layouts.csv")
    pairs = {row["source_id"]: row["basic_prices"].split() for row in layouts if row["basic_prices"]}
    if not among(factors["source_id"], pairs).any():
        return {}
    columns = ("source_id", "activity", "region", "price_year", "co2e_kg")
    kg = {row[:-1]: row[-1] for row in zip(*(factors[c].tolist() for c in columns), strict=True)}
    matched_pairs = ((source, place, next((kg[basic, *place] for basic in pairs[source] if (basic, *place) in kg), 0.0))
             for source, *place in kg if source in pairs)
    return {tuple(place): kg[source, *place] / basic for source, place, basic in matched_pairs if basic > 0}


def _monetary(pairs: Rows, policy: FactorPolicy, fx: pd.DataFrame | None, ratios: _Ratios) -> list[_Step]:
    """Convert money, once for each distinct set of units, year, region and prices."""
    if not len(pairs):
        return []
    use = ratios if policy.price_basis == prices.PURCHASER else {}
    questions = zip(*(pairs[c].tolist() for c in [*_MONEY_STEP, "activity"]), strict=True)
    rows = [_Money._make([*values, prices.basis_fits(values[-1], activity), _ratio_of(use, activity, *values[3:])])
            for *values, activity in questions]
    distinct = list(dict.fromkeys(rows))
    rates, levels = _rates(distinct, fx), _levels(distinct, policy.deflator)
    step_of = {row: _money_step(row, rate, level, policy.price_basis)
               for row, rate, level in zip(distinct, rates, levels, strict=True)}
    return [step_of[row] for row in rows]


def _ratio_of(ratios: _Ratios, activity: str, region: str, price_year: int, basis: str) -> float:
    """Return the ratio of the year nearest to the factor's; 1 where none is published, or none is needed."""
    years = {year: ratio for (of, place, year), ratio in ratios.items() if (of, place) == (activity, region)}
    if basis != prices.BASIC or not years:
        return 1.0
    return years[min(years, key=lambda year: (abs(year - price_year), year))]


class _Money(NamedTuple):
    """A question about money: from a key's unit and year to a factor's unit, region and price year."""

    unit: str
    factor_unit: str
    year: int
    region: str
    price_year: int
    basis: str
    fit: str
    to_purchaser: float

    @property
    def currencies(self) -> tuple[str, str]:
        """The key's currency, and the factor's."""
        start, end = (units.unit(u).dimension.partition(":")[2] for u in (self.unit, self.factor_unit))
        return start, end

    @property
    def area(self) -> str:
        """The area whose prices the factor uses."""
        return prices.price_area(self.region, self.currencies[1])


class _Rate(NamedTuple):
    rate: float
    source: str
    problem: str


class _Level(NamedTuple):
    ratio: float
    gap: int
    problem: str
    ends: int
    """The last year whose price change is in the ratio."""
    where: str
    """The area of the index, and the currency where it is not the factor's."""


def _rates(rows: list[_Money], fx: pd.DataFrame | None) -> list[_Rate]:
    """Return the exchange rate of each question, mean of its year."""
    rate_of: dict[_Money, _Rate] = {}
    for to in sorted({row.currencies[1] for row in rows}):
        group = [row for row in rows if row.currencies[1] == to]
        start, years = pd.Series([row.currencies[0] for row in group]), pd.Series([row.year for row in group])
        table = money.find_rates(start, years, to=to, basis="year_mean", fx=fx)
        columns = zip(*(table[c].tolist() for c in ("fx_rate", "fx_source", "fx_code")), strict=True)
        rate_of |= {row: _Rate(*values) for row, values in zip(group, columns, strict=True)}
    return [rate_of[row] for row in rows]


def _levels(rows: list[_Money], deflator: str) -> list[_Level]:
    """Return the price level of each question: P(price year) / P(year), in the factor's money."""
    table = prices.price_ratio(
        pd.Series([row.area for row in rows], dtype="str"), pd.Series([row.year for row in rows]),
        pd.Series([row.price_year for row in rows]), deflator=deflator)
    columns = zip(*(table[c].tolist() for c in ("price_ratio", "price_gap", "price_code", "price_from", "price_to")),
                  strict=True)
    levels = []
    for row, (ratio, gap, problem, start, end) in zip(rows, columns, strict=True):
        drift, currency = _drift(row, start, end)
        levels.append(_Level(ratio * drift, gap, problem, max(start, end), f"{row.area}{currency}"))
    return [level if np.isfinite(level.ratio) else level._replace(problem="no_price_index") for level in levels]


def _drift(row: _Money, start: int, end: int) -> tuple[float, str]:
    """Return rate(start) / rate(end), in money of the region for one unit of the factor's, and its name in words. 1 and
    "" where they are the same money. Prices of Turkey rise in lira: euros of its invoices are deflated in lira, and are
    euros again.
    """
    own_area = row.area if country_of(row.region) == row.area else ""
    own_currencies = [currency for currency, area in price_areas().items() if own_area and area == own_area]
    if start == end or row.currencies[1] in own_currencies:
        return 1.0, ""
    for currency in own_currencies:
        table = money.find_rates(pd.Series([row.currencies[1]] * 2), pd.Series([start, end]), to=currency,
                                 basis="year_mean")
        if (table["fx_code"] == "").all():
            return float(table["fx_rate"].iloc[0] / table["fx_rate"].iloc[1]), f", in {currency}"
    return (float("nan"), "") if own_currencies else (1.0, "")


def _money_step(row: _Money, fx: _Rate, level: _Level, policy: str) -> _Step:
    """Return conversion, steps, notes and problem of one question about money."""
    size = float(units.unit(row.unit).ratio) / float(units.unit(row.factor_unit).ratio)
    start, end = row.currencies
    is_exchanged, is_sized, is_deflated = start != end, size != 1, level.problem == "" and level.ratio != 1
    is_rebased = row.to_purchaser != 1
    differs, is_service = row.fit == "differs" and not is_rebased, row.fit == "service" and not is_rebased
    index = "World Bank GDP deflator" + (", then consumer prices" if level.ends > prices.last_year() else "")
    steps = {
        f"1 {start} = {fx.rate:.6g} {end} ({fx.source}, mean of {row.year})": is_exchanged,
        f"{row.unit} in {row.factor_unit}": is_sized and not is_exchanged,
        f"prices of {row.price_year}: x {level.ratio:.6g} ({index}, {level.where})": is_deflated,
        f"not deflated after {level.ends}: spend of {row.year} with a factor in prices of {row.price_year}":
            is_deflated and level.gap != 0,
        f"not deflated: spend of {row.year} with a factor in prices of {row.price_year}":
            level.gap != 0 and row.price_year > 0 and not is_deflated,
        "not deflated: the factor states no price year": level.gap != 0 and row.price_year <= 0,
        f"basic to purchaser prices: x {row.to_purchaser:.6g} (two published factors, {row.region})": is_rebased,
        f"factor at {row.basis or 'unstated'} prices applied to purchaser prices without VAT": differs,
        "service: purchaser price without VAT taken as the basic price": is_service,
    }
    notes = {"converted": is_exchanged or is_sized, "deflated": is_deflated, "not deflated": level.gap != 0,
             "price basis converted": is_rebased, "price basis as is": differs}
    problem = fx.problem or level.problem or ("price_basis" if differs and policy == "strict" else "")
    return size * fx.rate * level.ratio * row.to_purchaser, _true_words(steps), _true_words(notes), problem


def _true_words(words: Mapping[str, bool]) -> str:
    return "; ".join(word for word, true in words.items() if true)


def joined(*texts: Values) -> Values:
    """Join the strings of each row by "; ", leaving out empty ones."""
    return _column(["; ".join(filter(None, row)) for row in zip(*(text.tolist() for text in texts), strict=True)])
