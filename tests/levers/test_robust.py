"""The robust plan, and the linear forms of uncertain levers, each once by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from carbon.core.errors import MethodError
from carbon.levers import choose, effect
from carbon.levers import robust as uncertain
from carbon.levers.problem import NEVER
from carbon.levers.result import OPTIMAL
from carbon.levers.robust import price_of_reliability, robust_plan


def test_chance_by_hand():
    """30 expected, sd sqrt(9 + 16) = 5, 20 needed: two sd of margin, 97.7 %; at 90 % (z = 1.2816) the margin is
    3.592.
    """
    assert uncertain.chance_of([10, 20], [3, 4], need=20) == pytest.approx(0.97725, abs=1e-5)
    assert uncertain.chance_margin([10, 20], [3, 4], need=20, probability=0.9) == pytest.approx(10 - 5 * 1.2815516)
    with pytest.raises(MethodError, match="share between 0 and 1"):
        uncertain.chance_margin([10], [1], need=5, probability=1.0)


def test_protection_is_the_worst_set_and_the_dual_agrees():
    """Of deviations 3, 5, 1: Gamma 0 costs 0, 1 costs 5, 1.5 costs 5 + 3/2, 2 costs 8; the dual agrees."""
    dev = np.array([3.0, 5.0, 1.0])

    assert [uncertain.protection(dev, gamma=g) for g in (0, 1, 1.5, 2, 9)] == pytest.approx([0, 5, 6.5, 8, 9])
    for gamma in (0, 1, 1.5, 2, 3):
        dual = linprog([gamma, 1, 1, 1], A_ub=-np.column_stack([np.ones(3), np.eye(3)]), b_ub=-dev)
        assert uncertain.protection(dev, gamma=gamma) == pytest.approx(dual.fun)
    assert uncertain.protection(dev, gamma=2) == max(sum(c) for c in combinations(dev, 2))


def test_gamma_zero_is_the_plain_margin_and_it_never_grows():
    """30 - 20 = 10 without disappointment; each Gamma takes no less."""
    margins = [uncertain.robust_margin([10, 20], [3, 4], need=20, gamma=g) for g in (0, 1, 2)]

    assert margins == pytest.approx([10, 6, 3])


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
