"""Lifetimes of devices: NumEcoEval's order, or the greater of age and planned life; and cohorts under a longer life.

Cohorts by age are replaced when they reach their life, so purchases have cliffs, which the tables show.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.errors import MethodError
from carbon.digital.devices.embodied import DAYS_PER_YEAR

NUMECOEVAL, MAX_RULE = "numecoeval", "max_of_age_and_planned"
RULES = (MAX_RULE, NUMECOEVAL)
FALLBACK_YEARS = 2.0
"""NumEcoEval: where neither dates nor a type's default are known."""
Floats = npt.NDArray[np.float64]


def age_years(purchased_on: pd.Series, retired_on: pd.Series, on: pd.Timestamp) -> pd.Series:
    """Return age in years of 365 days: retirement - purchase once retired, else `on` - purchase; NaN without date."""
    end = retired_on.where(retired_on.notna() & (retired_on <= on), on)
    return ((end - purchased_on).dt.days / DAYS_PER_YEAR).rename("age_years")


def lifespan_years(
    age: pd.Series, retired: pd.Series, planned: pd.Series, default: pd.Series, *, rule: str
) -> pd.Series:
    """Return the life of each device [years], by its age (NaN without a date) and whether it has left.

    numecoeval: age where a date is known (retired or in use), else the type's default, else 2; under 1 counts 1.
    max_of_age_and_planned: a retired device lived its age; one in use max(age, planned), planned being the type's
    default where none is given; without date the planned life. This rule is the project's: by the first, a young fleet
    looks heavy and improves by waiting.

    Raises MethodError: An unknown rule.

    References
    ----------
    NumEcoEval documentation, lifetime of equipment.
    """
    if rule not in RULES:
        raise MethodError(f"Unknown lifespan_rule {rule!r}", hint=f"one of {', '.join(RULES)}")
    fallback = default.fillna(FALLBACK_YEARS)
    if rule == NUMECOEVAL:
        return age.fillna(fallback).clip(lower=1.0).rename("lifespan_years")
    planned = planned.fillna(fallback)
    in_use = np.fmax(age, planned)
    lived = age.where(retired & age.notna(), in_use)
    return lived.clip(lower=1.0 / DAYS_PER_YEAR).fillna(planned).rename("lifespan_years")


def cohort_purchases(stock_by_age: npt.ArrayLike, life: float, years: int) -> Floats:
    """Return units bought in each coming year when every device is replaced at `life` whole years, one for one.

    stock_by_age is [units of age 0, of age 1, ...]. Each year all devices grow a year older; those that reach `life`
    are replaced by new ones. With a longer life nothing is bought until the first cohort reaches it.

    Raises MethodError: A life under 1 year, a negative stock.
    """
    stock = np.asarray(stock_by_age, dtype=np.float64)
    if life < 1 or int(life) != life or years < 1 or (stock < 0).any():
        raise MethodError(f"Cohorts need a life of whole years and a stock: life {life}, years {years}",
                          hint="give lives of 1, 2, 3 ... years")
    ages = np.zeros(max(len(stock), int(life)) + 1)
    ages[:len(stock)] = stock
    bought_units = np.zeros(years)
    for year in range(years):
        ages[1:], ages[0] = _older(ages), 0.0
        bought_units[year] = ages[int(life):].sum()
        ages[int(life):] = 0.0
        ages[0] = bought_units[year]
    return bought_units


def _older(ages: Floats) -> Floats:
    """Return ages one year later; the last place gathers all older units."""
    older = ages[:-1].copy()
    older[-1] += ages[-1]
    return older


def cohort_table(stock: pd.DataFrame, lives: Sequence[float], *, first_year: int, years: int) -> pd.DataFrame:
    """Return purchases and embodied carbon of the coming years under several lives, by category.

    stock: category, age (whole years), units, embodied_kg of one new device, planned_years. lives: Whole years, next to
    today's planned life, the baseline. Returns category, life_years, baseline, year, bought, embodied_co2e_kg
    (purchase-year view), avoided_co2e_kg against the baseline, moving_average_kg over the last `life_years` years, to
    compare with a target.
    """
    tables = [_category(category, rows, lives, first_year, years) for category, rows in stock.groupby("category")]
    if not tables:
        return pd.DataFrame(columns=["category", "life_years", "baseline", "year", "bought", "embodied_co2e_kg",
                                     "avoided_co2e_kg", "moving_average_kg"])
    return pd.concat(tables, ignore_index=True)


def _category(category: object, rows: pd.DataFrame, lives: Sequence[float], first: int, years: int) -> pd.DataFrame:
    units = np.bincount(rows["age"].to_numpy(dtype=np.int64), weights=rows["units"])
    kg = float(np.average(rows["embodied_kg"], weights=rows["units"]))
    # Half a year counts up: Python's round would take 2.5 to 2.
    today = max(1, int(np.floor(np.average(rows["planned_years"], weights=rows["units"]) + 0.5)))
    base = cohort_purchases(units, today, years)
    parts = []
    for life in sorted({today, *lives}):
        bought_units = cohort_purchases(units, life, years)
        series = pd.Series(bought_units * kg)
        parts.append(pd.DataFrame({
            "category": category, "life_years": int(life), "baseline": life == today,
            "year": first + np.arange(years), "bought": bought_units, "embodied_co2e_kg": series,
            "avoided_co2e_kg": (base - bought_units) * kg,
            "moving_average_kg": series.rolling(int(life)).mean()}))
    return pd.concat(parts, ignore_index=True)
