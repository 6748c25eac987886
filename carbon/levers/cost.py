"""The cost of levers: net present value by year of start, yearly cash, annuity, and cost per tonne."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.params.levers import Lever
from carbon.core.plain_numbers import refuse_no_number


def capital_recovery_factor(rate: float, years: float) -> float:
    """Return CRF = i / (1 - (1 + i)^-n) [share of the capex a year]; 1/n when i = 0."""
    refuse_no_number("annuity", over=0, years=years)
    refuse_no_number("annuity", at_least=0, rate=rate, hint="0.05 means 5 % a year")
    return 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)


def cost_per_tonne(
    *, capex: float, opex: float, savings: float, abatement_t: float, rate: float, years: float
) -> float:
    """Return EUR/t = (capex x CRF + opex - savings) / abatement, all of a year.

    Raises
    ------
    MethodError
        No abatement.

    References
    ----------
    Kesicki and Ekins 2012, Climate Policy 12:219.
    """
    refuse_no_number("cost per tonne", capex=capex, opex=opex, savings=savings)
    refuse_no_number("cost per tonne", over=0, abatement_t=abatement_t,
                     hint="a lever that abates nothing has no cost per tonne: leave it out of the curve")
    return (capex * capital_recovery_factor(rate, years) + opex - savings) / abatement_t


@dataclass(frozen=True, eq=False, repr=False)
class LeverMoney(Displayed):
    """Cost of each lever by its year of start; L levers, T years.

    npv
        [L, T] net present value of starting in year t, at the first plan year's value.
    capex
        [L, T, T] capex paid in each year (last axis) when started in year t.
    running
        [L] opex - savings a year.
    annuity
        [L] capex x CRF + opex - savings.
    """

    npv: np.ndarray
    capex: np.ndarray
    running: np.ndarray
    annuity: np.ndarray


def lever_money(
    levers: Sequence[Lever], years: np.ndarray, *, discount_rate: float, residual_value: str
) -> LeverMoney:
    """Return the cost of levers by year of start.

    NPV(start) = sum over years y >= start of (capex_y + opex - savings) / (1 + i)^(y - first)

    Capex is paid at the start and again at the end of each lifetime. With residual_value "remaining_life" the share
    of the last lifetime that lies after the last year is credited at the value of the year after it; with "none" not.

    Raises MethodError: An unknown residual_value.
    """
    if residual_value not in ("remaining_life", "none"):
        raise MethodError(f"residual_value {residual_value!r} is not one of remaining_life, none")
    n = len(years)
    discount = (1 + discount_rate) ** -np.arange(n + 1.0)
    capex = np.zeros((len(levers), n, n))
    npv = np.zeros((len(levers), n))
    running = np.array([v.cost.opex_per_year - v.cost.savings_per_year for v in levers])
    for i, lever in enumerate(levers):
        for start in range(n):
            payment_years = np.arange(start, n, lever.lifetime_years)
            capex[i, start, payment_years] = lever.cost.capex
            remaining_share = 1 - (n - payment_years[-1]) / lever.lifetime_years
            credit = remaining_share * lever.cost.capex * discount[n] if residual_value == "remaining_life" else 0.0
            npv[i, start] = capex[i, start] @ discount[:n] + running[i] * discount[start:n].sum() - credit
    annuity = np.array([v.cost.capex * capital_recovery_factor(discount_rate, v.lifetime_years) for v in levers])
    return LeverMoney(npv, capex, running, annuity + running)


def cost_curve(names: Sequence[str], annual_cost: np.ndarray, abatement_kg: np.ndarray) -> pd.DataFrame:
    """Order levers for the cost curve: those that save money by their total saving, then the others by cost per tonne.

    A cost per tonne below zero is not an order (a tiny saver would beat a large one), so it is not given.

    Returns
    -------
    DataFrame
        lever, block ("no regret" | "costs money"), annual_cost, abatement_kg, cost_per_t (NaN in the first block),
        from_kg, to_kg (position on the axis).

    Raises
    ------
    MethodError
        A lever that abates nothing has no place on the curve.

    References
    ----------
    Taylor 2012, Energy Policy 48:430.
    """
    if (abatement_kg <= 0).any():
        none = [n for n, kg in zip(names, abatement_kg, strict=True) if kg <= 0]
        raise MethodError(f"levers without abatement have no cost per tonne: {none}")
    saves = annual_cost <= 0
    table = pd.DataFrame({"lever": list(names), "block": np.where(saves, "no regret", "costs money"),
                          "annual_cost": annual_cost, "abatement_kg": abatement_kg,
                          "cost_per_t": np.where(saves, np.nan, annual_cost / abatement_kg * 1000)})
    order = np.lexsort((table["lever"], np.where(saves, annual_cost, table["cost_per_t"]), ~saves))
    table = table.iloc[order].reset_index(drop=True)
    end = table["abatement_kg"].cumsum()
    return table.assign(from_kg=end - table["abatement_kg"], to_kg=end)


def rank_by_cost_per_tonne(annual_cost: pd.Series, abatement_kg: pd.Series) -> pd.Series:
    """Return EUR/t of each lever, cheapest first.

    Raises MethodError: Costs on both sides of zero: one ranking across it has no meaning.
    """
    if (annual_cost <= 0).any() and (annual_cost > 0).any():
        raise MethodError("one ranking by cost per tonne across zero has no meaning",
                          hint="draw `cost_curve`: levers that save money form their own block")
    if (abatement_kg <= 0).any():
        raise MethodError("a lever without abatement has no cost per tonne")
    return (annual_cost / abatement_kg * 1000).sort_values()
