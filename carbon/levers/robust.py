"""Plans under uncertain levers: limits are met when up to Gamma levers fall to their low value at once.

Bertsimas and Sim's budget of uncertainty, on the exact product formula instead of its linear bound: the sets of
disappointing levers that would break a plan are added one by one as further limits, until none breaks it. The linear
forms that a textbook gives (and the normal chance constraint) are here too, on plain numbers that simply add.
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
    """plan: the chosen one, on the nominal reductions. scenarios: the sets of levers it had to be guarded against."""

    plan: Plan
    gamma: int
    scenarios: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        return f"RobustPlan(gamma {self.gamma}, {len(self.scenarios)} sets guarded against, {self.plan!r})"

    def text(self) -> str:
        """Return the answer in words, as the plan's status has it."""
        if self.gamma == 0:
            return "gamma 0: no lever is let down."
        if self.plan.status == OPTIMAL:
            return (f"gamma {self.gamma}: holds on the middle path whichever {self.gamma} of its levers fall to their "
                    f"low value ({len(self.scenarios)} sets guarded against).")
        return f"gamma {self.gamma}: no plan found holds whichever {self.gamma} of its levers fall to their low value."


def robust_plan(problem: Problem, *, gamma: int, time_limit_s: float) -> RobustPlan:
    """Choose the least-cost plan that keeps every limit whichever `gamma` levers fall to their low reduction.

    gamma 0 is the plain plan; the cost never falls as gamma grows, as each step only adds sets.

    Raises MethodError: A negative gamma, or too many sets to check them all.

    References
    ----------
    Bertsimas and Sim 2004, Operations Research 52:35.
    """
    if gamma < 0:
        raise MethodError(f"gamma {gamma} is negative")
    scenarios: dict[frozenset[int], np.ndarray] = {}
    for _ in range(ROUNDS):
        plan = least_cost(problem, time_limit_s=time_limit_s, scenarios=tuple(scenarios.values()))
        if gamma == 0 or plan.status != OPTIMAL:
            break
        worst = _worst(plan, gamma)
        new = {s: _disappointed(problem, s) for s in worst if s not in scenarios}
        if not new:
            break
        scenarios |= new
    else:
        raise MethodError(f"the robust plan did not settle in {ROUNDS} rounds", hint="lower plan.gamma")
    return RobustPlan(plan, gamma, tuple(tuple(sorted(problem.names[i] for i in s)) for s in scenarios))


def price_of_reliability(problem: Problem, *, most: int, time_limit_s: float) -> pd.DataFrame:
    """Return the robust plans for gamma 0 ... most, next to the plain one.

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
    """Return, for each limit and year that some set breaks, the set that breaks it most."""
    problem = plan.problem
    active = [int(i) for i in np.flatnonzero(plan.start != NEVER)]
    size = min(gamma, len(active))
    if comb(len(active), size) > MOST_SETS:
        raise MethodError(f"{comb(len(active), size):,} sets of {size} out of {len(active)} levers are too "
                          "many to check", hint="lower plan.gamma")
    sets = list(combinations(active, size))
    worst: dict[int, tuple[float, frozenset[int]]] = {}
    for group in sets:
        reduction = _disappointed(problem, frozenset(group))
        now, limits_kg = effect.totals(problem, effect.emissions(problem, plan.start, reduction=reduction))
        over = now - limits_kg
        for i in np.flatnonzero(over > tolerance(limits_kg)).tolist():
            if i not in worst or over[i] > worst[i][0]:
                worst[i] = (float(over[i]), frozenset(group))
    return list(dict.fromkeys(s for _, s in worst.values()))


def _disappointed(problem: Problem, group: frozenset[int]) -> np.ndarray:
    reduction = problem.reduction["likely"].copy()
    at = sorted(group)
    reduction[at] = problem.reduction["low"][at]
    return reduction


def chance_margin(mean: ArrayLike, sd: ArrayLike, *, need: float, probability: float) -> float:
    """Return by how much the chosen levers keep the need with a probability; negative where they do not.

    In the unit of the cuts.

    margin = sum mu - z sqrt(sum sd^2) - need,  z the normal quantile of the probability; levers are independent

    Parameters
    ----------
    mean, sd
        Expected cut of each chosen lever, and its standard deviation.
    need
        What must be cut in all.

    Raises MethodError: Arrays that do not fit, unknown values, a negative sd, no probability between 0 and 1.
    """
    mu, spread = _pair("chance constraint", mean, sd)
    refuse_no_number("chance constraint", need=need)
    refuse_no_number("chance constraint", over=0, probability=probability, hint="a share between 0 and 1")
    if not probability < 1:
        raise MethodError(f"a probability of {probability} asks for an endless margin", hint="a share between 0 and 1")
    return float(mu.sum() - ndtri(probability) * np.sqrt((spread**2).sum()) - need)


def chance_of(mean: ArrayLike, sd: ArrayLike, *, need: float) -> float:
    """Return the chance that the levers cut what is needed: P = F((sum mu - need) / sqrt(sum sd^2)).

    The levers are independent and normal.
    """
    mu, spread = _pair("chance", mean, sd)
    refuse_no_number("chance", need=need)
    total = float(np.sqrt((spread**2).sum()))
    margin = float(mu.sum() - need)
    return float(ndtr(margin / total)) if total > 0 else float(margin >= 0)


def protection(deviation: ArrayLike, *, gamma: float) -> float:
    """Return the worst loss when at most Gamma levers disappoint at once, a fractional one in part [unit of the cuts].

    max over sets of at most Gamma of sum dev = min over q, p >= 0 with q + p_j >= dev_j of Gamma q + sum p_j

    = the floor(Gamma) largest deviations + (Gamma - floor(Gamma)) x the next one

    Raises MethodError: A negative or unknown deviation or gamma.

    References
    ----------
    Bertsimas and Sim 2004, Operations Research 52:35.
    """
    dev = _many("protection", deviation, at_least=0)
    refuse_no_number("protection", at_least=0, gamma=gamma)
    largest = np.sort(dev)[::-1]
    n_full = int(min(np.floor(gamma), len(dev)))
    part = float(gamma - n_full) * float(largest[n_full]) if n_full < len(dev) else 0.0
    return float(largest[:n_full].sum()) + part


def robust_margin(mean: ArrayLike, deviation: ArrayLike, *, need: float, gamma: float) -> float:
    """Return by how much the levers keep the need whichever Gamma of them disappoint: sum mu - protection - need."""
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
