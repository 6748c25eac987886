"""The cost of levers: cash by year of start, its present value, annuity, and cost per tonne."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.levers.life import Life
from carbon.params.shapes.lever_life import THREE, Range
from carbon.params.shapes.levers import Lever


def capital_recovery_factor(rate: float, years: float) -> float:
    """Return CRF = i / (1 - (1 + i)^-n) [share of the capex a year]; 1/n when i = 0."""
    refuse_no_number("annuity", over=0, years=years)
    refuse_no_number("annuity", at_least=0, rate=rate, hint="0.05 means 5 % a year")
    return 1 / years if rate == 0 else rate / (1 - (1 + rate) ** -years)


def cost_per_tonne(
    *, capex: float, opex: float, savings: float, abatement_t: float, rate: float, years: float
) -> float:
    """Return EUR/t = (capex x CRF + opex - savings) / abatement, all of a year.

    Raises MethodError: No abatement.

    References
    ----------
    Kesicki and Ekins 2012, Climate Policy 12:219.
    """
    refuse_no_number("cost per tonne", capex=capex, opex=opex, savings=savings)
    refuse_no_number("cost per tonne", over=0, abatement_t=abatement_t,
                     hint="a lever that abates nothing has no cost per tonne: leave it out of the curve")
    return (capex * capital_recovery_factor(rate, years) + opex - savings) / abatement_t


CAPEX, GRANTS, OPEX, LEASE, SAVINGS = "capex", "grants", "opex", "lease", "savings"
FLOWS = (CAPEX, GRANTS, OPEX, LEASE, SAVINGS)
"""The lines of a lever's own cash: what is paid is positive, what comes in is negative."""


@dataclass(frozen=True, eq=False, repr=False)
class LeverMoney(HandsOut, Displayed):
    """Cash of each lever by its year of start; L levers, T starts, H years.

    What a lever saves of a priced resource is not here: it depends on the other levers (`effect.bills`).

    flows: Line of `FLOWS` -> [L, T, H] cash of each year when started in year t; a line that is not there is zero.
    residual: [L, T] credit at the end of the last year.
    discount: [H + 1] value in the first plan year of a sum paid in each year, and in the year after.
    annuity: [L] a year at full effect: (capex - grants) x CRF + opex + lease - savings.
    ranges: What is drawn as one -> its present value [L, T] at the low, likely and high amount; only what has a range.
    Capex, its grants and its residual value are one: they move together.
    """

    flows: Mapping[str, np.ndarray]
    residual: np.ndarray
    discount: np.ndarray
    annuity: np.ndarray
    ranges: Mapping[str, tuple[np.ndarray, ...]] = field(default_factory=dict)

    @cached_property
    def npv(self) -> np.ndarray:
        """[L, T] present value of the lever's own cash."""
        total = np.sum([flow @ self.discount[:-1] for flow in self.flows.values()], axis=0)
        return np.asarray(total - self.residual * self.discount[-1])

    @property
    def capex(self) -> np.ndarray:
        """[L, T, H] what is invested, less grants."""
        return np.asarray(self.flows[CAPEX] + self.flows.get(GRANTS, 0.0))


def lever_money(
    levers: Sequence[Lever], lives: Sequence[Life], *, discount_rate: float, residual_value: str
) -> LeverMoney:
    """Return the cash of levers by year of start, from their units.

    NPV(start) = sum over years of (capex - grants + opex + lease - savings) / (1 + i)^(y - first) - residual value

    Capex is paid for every unit bought or renewed. With residual_value "remaining_life" the share of each unit's life
    that lies after the last year is credited at its capex and the value of the year after; with "none" it is not.

    Raises MethodError: An unknown residual_value.
    """
    if residual_value not in ("remaining_life", "none"):
        raise MethodError(f"residual_value {residual_value!r} is not one of remaining_life, none")
    pairs, discount = list(zip(levers, lives, strict=True)), (1 + discount_rate) ** -np.arange(
        lives[0].effect.shape[1] + 1.0)
    credited = residual_value == "remaining_life"
    flows, left, values = {}, {}, {}
    for level in THREE:
        by_lever = [_flows(lever, unit, level) for lever, unit in pairs]
        flows[level] = {line: np.array([f[line] for f in by_lever]) for line in FLOWS}
        left[level] = np.array([unit.left * _unit(v, getattr(v.cost.capex, level)) for v, unit in pairs]) * credited
        paid = {line: flow @ discount[:-1] for line, flow in flows[level].items()}
        invested = paid.pop(CAPEX) + paid.pop(GRANTS) - left[level] * discount[-1]
        values[level] = {CAPEX: invested, **paid}
    ranges = {line: tuple(values[level][line] for level in THREE) for line in values["likely"]
              if (values["low"][line] != values["high"][line]).any()}
    annuity = np.array([_annuity(lever, unit, discount_rate) for lever, unit in pairs])
    return LeverMoney(flows["likely"], left["likely"], discount, annuity, ranges)


def _unit(lever: Lever, amount: float) -> float:
    """Return an amount of the lever's cost for one unit."""
    return amount / (lever.rollout.units if lever.rollout and lever.cost.per == "lever" else 1)


def _whole(lever: Lever, amount: float) -> float:
    """Return an amount of the lever's cost for all units."""
    return amount * (lever.rollout.units if lever.rollout and lever.cost.per == "unit" else 1)


def _flows(lever: Lever, units: Life, level: str) -> dict[str, np.ndarray]:
    """Return the five lines [T, H] of one lever, with every amount at one level of its range."""
    cost = lever.cost
    at = {name: float(getattr(amount, level)) for name, amount in cost if isinstance(amount, Range)}
    savings = _whole(lever, at["savings_per_year"] + at["other_savings_per_year"])
    capex = _unit(lever, at["capex"])
    return {CAPEX: capex * (units.bought + units.renewed), GRANTS: -_grants(lever, units, capex),
            OPEX: _unit(lever, at["opex_per_year"]) * units.running,
            LEASE: _unit(lever, at["lease_per_year"]) * units.running, SAVINGS: -savings * units.effect}


def _grants(lever: Lever, units: Life, capex: float) -> np.ndarray:
    """Return what a grant pays in each year [T, H]: its share of new units, until its last year and its most."""
    grant = lever.cost.grant
    if grant is None:
        return np.zeros_like(units.bought)
    paid_grant = grant.share * capex * units.bought
    if grant.until is not None:
        paid_grant[:, max(0, grant.until - units.first_year + 1):] = 0.0
    if grant.at_most is None:
        return paid_grant
    total = np.minimum(np.cumsum(paid_grant, axis=1), grant.at_most)
    return np.diff(total, axis=1, prepend=0.0)


def _annuity(lever: Lever, units: Life, rate: float) -> float:
    """Return the yearly cost of the whole lever at full effect; a grant counts as it is paid at the earliest start."""
    cost = lever.cost
    share = units.bought[0].sum() / (lever.rollout.units if lever.rollout else 1)
    granted = _grants(lever, units, _unit(lever, cost.capex.likely))[0].sum()
    running = (cost.opex_per_year.likely + cost.lease_per_year.likely - cost.savings_per_year.likely
               - cost.other_savings_per_year.likely)
    invested = _whole(lever, cost.capex.likely) * share - granted
    return float(invested * capital_recovery_factor(rate, lever.lifetime_years) + _whole(lever, running) * share)


CARRIED = 0.01
"""Costs of levers are known to two or three digits: a sum is no finer than 1 % of its largest part."""


def carried(total: float, parts: ArrayLike) -> float:
    """Return a sum rounded to what its parts carry: to the power of ten below 1 % of the largest part."""
    largest = float(np.abs(np.asarray(parts, dtype=float)).max(initial=0.0))
    if largest == 0:
        return total
    step = 10.0 ** np.floor(np.log10(CARRIED * largest))
    return float(round(total / step) * step)


def cost_curve(names: Sequence[str], annual_cost: np.ndarray, abatement_kg: np.ndarray) -> pd.DataFrame:
    """Order levers for the cost curve: those that save money by their total saving, then the others by cost per tonne.

    A cost per tonne below zero is not an order (a tiny saver would beat a large one), so it is not given.

    Columns: lever, block ("no regret" | "costs money"), annual_cost, abatement_kg, cost_per_t (NaN in the first block),
    from_kg, to_kg (position on the axis).

    Raises MethodError: A lever that abates nothing has no place on the curve.

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
