"""The robust plan."""

from __future__ import annotations

import numpy as np

from carbon.levers import choose, effect
from carbon.levers.problem import NEVER
from carbon.levers.result import OPTIMAL
from carbon.levers.robust import price_of_reliability, robust_plan


def test_gamma_zero_is_the_plain_plan_and_the_cost_never_falls_with_gamma(small):
    """Each step of gamma only adds sets of disappointing levers."""
    for seed in range(25):
        problem = small(seed, levers=5)
        plain = choose.least_cost(problem, time_limit_s=30)
        if plain.status != OPTIMAL:
            continue
        assert (robust_plan(problem, gamma=0, time_limit_s=30).plan.start == plain.start).all()
        costs = price_of_reliability(problem, most=3, time_limit_s=30)["cost"].dropna().to_numpy()
        assert (np.diff(costs) >= -2e-6 * np.abs(problem.money.npv).max()).all(), seed


def test_a_robust_plan_stands_whichever_levers_disappoint(small):
    """The limits hold for every set of at most gamma levers at their low value."""
    import itertools

    for seed in range(25):
        problem = small(seed, levers=5)
        plan = robust_plan(problem, gamma=2, time_limit_s=30).plan
        if plan.status != OPTIMAL:
            continue
        chosen = np.flatnonzero(plan.start != NEVER)
        for size in range(3):
            for group in itertools.combinations(chosen, size):
                reduction = problem.reduction["likely"].copy()
                reduction[list(group)] = problem.reduction["low"][list(group)]
                table = effect.excess(problem, effect.emissions(problem, plan.start, reduction=reduction))
                assert (table["excess_kg"] <= 1e-6 * table["limit_kg"]).all(), seed
