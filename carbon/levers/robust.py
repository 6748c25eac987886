"""
The robust plan: it keeps its limits when up to Gamma of its levers fall to their low value at once.

Bertsimas and Sim's budget of uncertainty, on the exact product formula instead of its linear bound: the sets of
disappointing levers that would break a plan are added one by one as further limits, until none breaks it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.levers import effect
from carbon.levers.choose import least_cost
from carbon.levers.problem import NEVER, Problem
from carbon.levers.result import OPTIMAL, Plan, tolerance

MOST_SETS = 20_000
ROUNDS = 60


@dataclass(frozen=True, eq=False)
class RobustPlan(Displayed):
    """
    plan: the chosen one, on the nominal reductions. scenarios: the sets of levers it had to be guarded against.
    """

    plan: Plan
    gamma: int
    scenarios: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return f"RobustPlan(gamma {self.gamma}, {len(self.scenarios)} sets guarded against, {self.plan!r})"


def robust_plan(problem: Problem, *, gamma: int, time_limit_s: float) -> RobustPlan:
    """
    Least-cost plan that keeps every limit whichever `gamma` levers disappoint (fall to their low reduction).

    gamma 0 is the plain plan; the cost never falls as gamma grows, as each step only adds sets.

    Raises
    ------
    MethodError
        A negative gamma, or so many sets that they cannot all be looked at.

    References
    ----------
    Bertsimas and Sim 2004, Operations Research 52:35.
    """
    if gamma < 0:
        raise MethodError(f"gamma {gamma} is negative")
    found: dict[frozenset[int], np.ndarray] = {}
    for _ in range(ROUNDS):
        plan = least_cost(problem, time_limit_s=time_limit_s, scenarios=tuple(found.values()))
        if gamma == 0 or plan.status != OPTIMAL:
            break
        worst = _worst(plan, gamma)
        new = {s: _disappointed(problem, s) for s in worst if s not in found}
        if not new:
            break
        found |= new
    else:
        raise MethodError(f"the robust plan did not settle in {ROUNDS} rounds", hint="lower plan.gamma")
    return RobustPlan(plan, gamma, tuple(tuple(sorted(problem.names[i] for i in s)) for s in found))


def price_of_reliability(problem: Problem, *, most: int, time_limit_s: float) -> pd.DataFrame:
    """
    The robust plan for gamma 0 ... most, beside the plain one.

    Returns
    -------
    DataFrame
        gamma, status, cost, price (cost - cost of gamma 0; NaN where out of reach), levers.
    """
    rows = []
    for gamma in range(most + 1):
        plan = robust_plan(problem, gamma=gamma, time_limit_s=time_limit_s).plan
        rows.append((gamma, plan.status, plan.cost if plan.status == OPTIMAL else np.nan, len(plan.levers)))
        if plan.status != OPTIMAL:
            break
    table = pd.DataFrame(rows, columns=["gamma", "status", "cost", "levers"])
    table.insert(3, "price", table["cost"] - table["cost"].iloc[0])
    return table


def _worst(plan: Plan, gamma: int) -> list[frozenset[int]]:
    """
    For each limit and year that some set breaks, the set that breaks it most.
    """
    problem = plan.problem
    chosen = [int(i) for i in np.flatnonzero(plan.start != NEVER)]
    size = min(gamma, len(chosen))
    if comb(len(chosen), size) > MOST_SETS:
        raise MethodError(f"{comb(len(chosen), size):,} sets of {size} out of {len(chosen)} levers cannot all be "
                          "looked at", hint="lower plan.gamma")
    sets = list(combinations(chosen, size))
    worst: dict[int, tuple[float, frozenset[int]]] = {}
    for group in sets:
        reduction = _disappointed(problem, frozenset(group))
        now, allowed = effect.totals(problem, effect.emissions(problem, plan.start, reduction=reduction))
        over = now - allowed
        for i in np.flatnonzero(over > tolerance(allowed)).tolist():
            if i not in worst or over[i] > worst[i][0]:
                worst[i] = (float(over[i]), frozenset(group))
    return list(dict.fromkeys(s for _, s in worst.values()))


def _disappointed(problem: Problem, group: frozenset[int]) -> np.ndarray:
    reduction = problem.reduction["likely"].copy()
    at = sorted(group)
    reduction[at] = problem.reduction["low"][at]
    return reduction


def chance_margin(mean: ArrayLike, sd: ArrayLike, *, need: float, probability: float) -> float:
    """
    By how much the chosen levers keep the need with a probability; negative where they do not [unit of the cuts].

    margin = sum mu - z sqrt(sum sd^2) - need,  z the normal quantile of the probability; levers are independent

    Parameters
    ----------
    mean, sd
        Expected cut of each chosen lever, and its standard deviation.
    need
        What must be cut in all.

    Raises
    ------
    MethodError
        Arrays that do not fit, unknown values, a negative sd, no probability between 0 and 1.
    """
    mu, spread = _pair("chance constraint", mean, sd)
    refuse_no_number("chance constraint", need=need)
    refuse_no_number("chance constraint", over=0, probability=probability, hint="a share between 0 and 1")
    if not probability < 1:
        raise MethodError(f"a probability of {probability} asks for an endless margin", hint="a share between 0 and 1")
    return float(mu.sum() - ndtri(probability) * np.sqrt((spread**2).sum()) - need)


def chance_of(mean: ArrayLike, sd: ArrayLike, *, need: float) -> float:
    """
    Chance that the chosen levers cut what is needed: P = F((sum mu - need) / sqrt(sum sd^2)); independent, normal.
    """
    mu, spread = _pair("chance", mean, sd)
    refuse_no_number("chance", need=need)
    total = float(np.sqrt((spread**2).sum()))
    margin = float(mu.sum() - need)
    return float(ndtr(margin / total)) if total > 0 else float(margin >= 0)


def protection(deviation: ArrayLike, *, gamma: float) -> float:
    """
    Worst loss when at most Gamma levers disappoint at once, a fractional one in part [unit of the cuts].

    max over sets of at most Gamma of sum dev = min over q, p >= 0 with q + p_j >= dev_j of Gamma q + sum p_j

    = the floor(Gamma) largest deviations + (Gamma - floor(Gamma)) x the next one

    Raises
    ------
    MethodError
        A negative or unknown deviation or gamma.

    References
    ----------
    Bertsimas and Sim 2004, Operations Research 52:35.
    """
    dev = _many("protection", deviation, at_least=0)
    refuse_no_number("protection", at_least=0, gamma=gamma)
    largest = np.sort(dev)[::-1]
    whole = int(min(np.floor(gamma), len(dev)))
    part = float(gamma - whole) * float(largest[whole]) if whole < len(dev) else 0.0
    return float(largest[:whole].sum()) + part


def robust_margin(mean: ArrayLike, deviation: ArrayLike, *, need: float, gamma: float) -> float:
    """
    By how much the chosen levers keep the need whichever Gamma of them disappoint: sum mu - protection - need.
    """
    mu, dev = _pair("robust constraint", mean, deviation)
    refuse_no_number("robust constraint", need=need)
    return float(mu.sum()) - protection(dev, gamma=gamma) - need


def _pair(what: str, mean: ArrayLike, spread: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    mu, sd = _many(what, mean), _many(what, spread, at_least=0)
    if len(mu) != len(sd):
        raise MethodError(f"{what}: {len(mu)} cuts and {len(sd)} spreads", hint="one spread a lever")
    return mu, sd


def _many(what: str, values: ArrayLike, *, at_least: float | None = None) -> np.ndarray:
    array = np.asarray(values)
    refuse_no_number(what, at_least=at_least, values=array if array.dtype.kind in "iuf" else values)
    if array.ndim != 1 or np.isnan(array.astype(float)).any():
        raise MethodError(f"{what}: one known number a lever is needed, not {values!r}", hint="a list of numbers")
    return array.astype(float)
