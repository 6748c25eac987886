"""
How many units of a factor one unit of an activity is, and the words that show it.

physical: conversion = ratio(unit of the activity -> unit of the factor), with a fuel's properties where needed
monetary: conversion = size of the unit x FX(mean of the year) x P(price year) / P(year) / size of the factor's unit

Order of the monetary steps: VAT (done before), exchange rate, deflation, price basis.
"""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from carbon.core import fuels, money, prices, units
from carbon.core.params import FactorPolicy
from carbon.core.words_coded import distinct_rows
from carbon.factors.candidates import BRIDGED

_MONEY_STEP = ["unit", "factor_unit", "year", "region_used", "price_year", "price_basis"]
_UNIT_STEP = ["unit", "factor_unit", "activity", "year", "fit"]


def convert_keys(chosen: pd.DataFrame, *, policy: FactorPolicy, fx: pd.DataFrame | None) -> pd.DataFrame:
    """
    The chosen pairs with conversion, steps (words), notes (words for `reason`) and problem (code, or "").

    Parameters
    ----------
    chosen
        One row a key, from `candidates.best`; units are canonical.
    fx
        The company's own exchange rates (`money.FX`).
    """
    money_row = chosen["factor_unit"].map(_is_money).astype(bool)
    physical = _physical(chosen[~money_row])
    monetary = _monetary(chosen[money_row], policy, fx)
    return pd.concat([part for part in (physical, monetary) if len(part)] or [physical]).sort_values("key_id")


def _is_money(unit: str) -> bool:
    return units.unit(unit).dimension.startswith("currency:")


def _physical(chosen: pd.DataFrame) -> pd.DataFrame:
    code = chosen.groupby(_UNIT_STEP, sort=False).ngroup().to_numpy()
    distinct = chosen[_UNIT_STEP].drop_duplicates()
    steps = [_unit_step(*row) for row in distinct.itertuples(index=False)]
    done = pd.DataFrame(steps, columns=["conversion", "steps", "notes"]).iloc[code].set_axis(chosen.index)
    return chosen.assign(conversion=done["conversion"].astype("float64"), steps=done["steps"].astype("str"),
                         notes=done["notes"].astype("str"), problem="")


def _unit_step(key_unit: str, factor_unit: str, activity: str, year: int, fit: int) -> tuple[float, str, str]:
    if key_unit == factor_unit:
        return 1.0, "", ""
    fuel = activity if fit == BRIDGED else None
    ratio = units.ratio(key_unit, factor_unit, fuel=fuel, year=int(year))
    by = f" ({activity}: {fuels.properties(activity, int(year)).citation})" if fuel else ""
    return float(ratio), f"1 {key_unit} = {_shown(ratio)} {factor_unit}{by}", "converted"


def _shown(ratio: Fraction) -> str:
    return f"{float(ratio):.10g}"


def _monetary(chosen: pd.DataFrame, policy: FactorPolicy, fx: pd.DataFrame | None) -> pd.DataFrame:
    """
    The steps of money, worked out once for each distinct set of units, year, region, prices and fit of their basis.
    """
    if chosen.empty:
        return chosen
    pairs = list(zip(chosen["price_basis"], chosen["activity"], strict=True))
    fits = {pair: prices.basis_fits(*pair) for pair in dict.fromkeys(pairs)}
    asked = chosen[_MONEY_STEP].assign(basis_fit=pd.Series([fits[p] for p in pairs], index=chosen.index, dtype=object))
    code, distinct = distinct_rows(asked)
    levels = _price_levels(_exchange(distinct, fx), policy.deflator)
    done = _price_basis(levels, policy.price_basis).sort_index().take(code)
    return chosen.assign(**{c: done[c].to_numpy() for c in ("conversion", "steps", "notes", "problem")})


def _exchange(chosen: pd.DataFrame, fx: pd.DataFrame | None) -> pd.DataFrame:
    sizes = {u: units.unit(u).ratio for u in {*chosen["unit"].unique(), *chosen["factor_unit"].unique()}}
    code = {u: units.unit(u).dimension.partition(":")[2] for u in sizes}
    rows = chosen.assign(from_currency=chosen["unit"].map(code), to_currency=chosen["factor_unit"].map(code))
    parts = []
    for to, group in rows.groupby("to_currency", sort=True):
        parts.append(group.join(money.find_rates(group["from_currency"], group["year"], to=str(to),
                                                 basis="year_mean", fx=fx)))
    table = pd.concat(parts)
    size = table["unit"].map(sizes).astype("float64") / table["factor_unit"].map(sizes).astype("float64")
    exchanged = table["from_currency"] != table["to_currency"]
    words = ("1 " + table["from_currency"] + " = " + table["fx_rate"].map("{:.6g} ".format) + table["to_currency"]
             + " (" + table["fx_source"] + ", mean of " + table["year"].astype("str") + ")")
    sized = table["unit"] + " in " + table["factor_unit"]
    return table.assign(
        conversion=size * table["fx_rate"], problem=table["fx_code"],
        steps=_joined(sized.where((size != 1) & ~exchanged, ""), words.where(exchanged, "")),
        notes=pd.Series("", index=table.index).where(~(exchanged | (size != 1)), "converted"))


def _price_levels(rates: pd.DataFrame, deflator: str) -> pd.DataFrame:
    pairs = rates[["region_used", "to_currency"]].drop_duplicates()
    areas = {(r, c): prices.price_area(r, c) for r, c in pairs.itertuples(index=False)}
    keys = zip(rates["region_used"], rates["to_currency"], strict=True)
    area = pd.Series([areas[key] for key in keys], index=rates.index, dtype="str")
    ratio = prices.price_ratio(area, rates["year"], rates["price_year"], deflator=deflator)
    level, gap = ratio["price_ratio"], ratio["price_gap"]
    year = rates["price_year"].astype("str")
    moved = ratio["price_code"].eq("") & (level != 1)
    said = ("prices of " + year + ": x " + level.map("{:.6g}".format) + " (World Bank GDP deflator, " + area + ")")
    gap_said = "not deflated: spend of " + rates["year"].astype("str") + " with a factor in prices of " + year
    gap_said = gap_said.where(rates["price_year"] > 0, "not deflated: the factor states no price year")
    return rates.assign(
        conversion=rates["conversion"] * level,
        problem=rates["problem"].where(rates["problem"] != "", ratio["price_code"]),
        steps=_joined(rates["steps"], said.where(moved, ""), gap_said.where(gap != 0, "")),
        notes=_joined(rates["notes"], _word("deflated", moved), _word("not deflated", gap != 0)))


def _price_basis(levels: pd.DataFrame, policy: str) -> pd.DataFrame:
    fit = levels["basis_fit"]
    differs = fit == "differs"
    basis = levels["price_basis"].where(levels["price_basis"] != "", "unstated")
    said = ("factor at " + basis + " prices applied to purchaser prices without VAT").where(differs, "")
    service = "service: purchaser price without VAT taken as the basic price"
    refused = differs & (policy == "strict") & (levels["problem"] == "")
    return levels.assign(
        problem=levels["problem"].where(~refused, "price_basis"),
        steps=_joined(levels["steps"], said, pd.Series(service, index=levels.index).where(fit == "service", "")),
        notes=_joined(levels["notes"], _word("price basis as is", differs)))


def _word(word: str, where: pd.Series) -> pd.Series:
    return pd.Series(word, index=where.index, dtype="str").where(where, "")


def _joined(*texts: pd.Series) -> pd.Series:
    """
    Texts of each row joined by "; ", the empty ones left out.
    """
    rows = zip(*(text.tolist() for text in texts), strict=True)  # distinct keys: few, and quicker than text arrays
    said = ["; ".join(word for word in row if word) for row in rows]
    return pd.Series(said, index=texts[0].index, dtype="str")


joined = _joined
