"""Plans under uncertain levers: limits are met when up to Gamma levers fall to their low value at once.

Bertsimas and Sim's budget of uncertainty, on the exact product formula instead of its linear bound: the sets of
disappointing levers that would break a plan are added one by one as further limits, until none breaks it.

Source: Bertsimas and Sim 2004, Operations Research 52:35.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.levers import effect
from carbon.levers.choose import least_cost
from carbon.levers.problem import NEVER, Problem
from carbon.levers.result import OPTIMAL, Plan

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

    Columns: gamma, status, cost, price (cost - cost of gamma 0; NaN where out of reach), levers.
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
    problem, active = plan.problem, np.flatnonzero(plan.start != NEVER).tolist()
    size = min(gamma, len(active))
    if comb(len(active), size) > MOST_SETS:
        raise MethodError(f"{comb(len(active), size):,} sets of {size} out of {len(active)} levers are too "
                          "many to check", hint="lower plan.gamma")
    sets = [frozenset(group) for group in combinations(active, size)]
    worst = np.array([effect.over_kg(*effect.totals(problem, effect.emissions(
        problem, plan.start, reduction=_disappointed(problem, group)))) for group in sets])
    return list(dict.fromkeys(sets[i] for i in worst.argmax(axis=0)[worst.any(axis=0)].tolist()))


def _disappointed(problem: Problem, group: frozenset[int]) -> np.ndarray:
    at = np.isin(np.arange(len(problem.names)), sorted(group))
    return np.where(at[:, None], problem.reduction["low"], problem.reduction["likely"])
