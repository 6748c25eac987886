"""Choosing: against every plan there is, against the exact formula, and against the clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from carbon.core.errors import MethodError
from carbon.levers import choose
from carbon.levers.choose import compare, least_cost
from carbon.levers.problem import Limit
from carbon.levers.result import OPTIMAL, OUT_OF_REACH, STOPPED

SEEDS = range(220)
BLOCKS = [*range(4), *(pytest.param(block, marks=pytest.mark.torture) for block in range(4, 11))]
"""Twenty problems each: eighty in the quick suite, the others at length."""


@pytest.mark.parametrize("block", BLOCKS)
def test_optimal_cost_equals_the_least_of_every_plan(block: int, enumerated, small):
    """On 220 problems with interactions, additions, prerequisites, exclusions, caps and budgets the proven cost is the
    least one found by looking at every plan; where there is none, the shortfall is the smallest there is.
    """
    for seed in SEEDS[block * 20:(block + 1) * 20]:
        problem = small(seed, levers=4)
        plan = choose.least_cost(problem, time_limit_s=60)
        best, _, least = enumerated(problem)
        assert choose.allowed(problem, plan.start), seed
        if np.isfinite(best):
            assert plan.status == OPTIMAL and plan.meets and plan.gap == 0, seed
            assert plan.cost == pytest.approx(best, abs=1e-6 * np.abs(problem.money.npv).max()), seed
        else:
            assert plan.status == OUT_OF_REACH and not plan.meets, seed
            assert plan.shortfall_kg == pytest.approx(least, abs=1e-3), seed


def test_the_random_problems_hold_what_they_claim(small):
    """Both answers, prerequisites, exclusions, caps, budgets and rows with several levers occur among the seeds."""
    problems = [small(seed, levers=4) for seed in SEEDS]
    assert sum(bool(p.before) for p in problems) > 50
    assert sum(bool(p.apart) for p in problems) > 50
    assert sum(bool(np.isfinite(p.capex_cap).any()) for p in problems) > 50
    assert sum(any(np.isfinite(x.budget_kg) for x in p.limits) for p in problems) > 40
    assert sum(int((p.reduction["likely"] > 0).sum(axis=0).max()) >= 3 for p in problems) > 50


def test_out_of_reach_gives_the_cheapest_of_the_closest(two_levers):
    """Of two levers only one matters to the limit; the useless dear one is not in the closest plan."""
    problem = two_levers(reductions=[[0.5, 0.0], [0.0, 0.5]], npv=[100.0, 100.0])
    limit = Limit("t", ("1",), "market-based", np.array([10.0]))
    plan = choose.least_cost(problem.with_limits([limit]), time_limit_s=10)
    assert plan.status == OUT_OF_REACH
    assert plan.levers == ["a"]
    # 100 kg x (1 - 0.5) = 50 kg against 10 kg
    assert plan.shortfall_kg == pytest.approx(40)


def test_ties_go_to_fewer_levers_then_to_the_earlier_name(two_levers):
    """Two levers that do the same at the same cost: the earlier name. One that does the work of two: the one."""
    same = two_levers(reductions=[[0.5, 0.0], [0.5, 0.0]], npv=[100.0, 100.0])
    limit = Limit("t", ("1",), "market-based", np.array([60.0]))
    assert choose.least_cost(same.with_limits([limit]), time_limit_s=10).levers == ["a"]
    other = replace(same, names=("b", "a"))
    assert choose.least_cost(other.with_limits([limit]), time_limit_s=10).levers == ["a"]
    free = two_levers(reductions=[[0.5, 0.0], [0.0, 0.0]], npv=[100.0, 0.0])
    assert choose.least_cost(free.with_limits([limit]), time_limit_s=10).levers == ["a"]


def test_a_time_out_is_never_called_optimal(monkeypatch: pytest.MonkeyPatch, hard):
    """The best plan found when the clock stops the solver says so, with the proven gap; found nothing: an error."""
    problem, solve = hard(0, levers=20), choose.Programme.solve

    def stopped(self, **settings):
        answer = solve(self, **settings)
        answer.status, answer.mip_gap = 1, 0.25
        return answer

    monkeypatch.setattr(choose.Programme, "solve", stopped)
    plan = choose.least_cost(problem, time_limit_s=60)
    assert (plan.status, plan.gap) == (STOPPED, 0.25)
    assert "gap 25.00%" in repr(plan)
    monkeypatch.undo()
    with pytest.raises(MethodError, match="no plan was found"):
        choose.least_cost(hard(0, levers=60), time_limit_s=1e-6)


def test_the_price_of_the_last_tonne_is_the_difference_of_two_optima(two_levers):
    """One kg less needs the second lever: (cost of both - cost of one) over the step."""
    problem = two_levers(reductions=[[0.5, 0.0], [0.5, 0.0]], npv=[100.0, 130.0])
    limit = Limit("t", ("1",), "market-based", np.array([50.5]))
    plan = choose.least_cost(problem.with_limits([limit]), time_limit_s=10)
    table = choose.last_tonne(plan, step_kg=1.0, time_limit_s=10).set_index("step_kg")
    # 50.5 - 1 kg: 100 x 0.5 = 50 > 49.5, so both: 230; price = (100 - 230) / -0.001 t
    assert table.loc[-1.0, "cost_per_t"] == pytest.approx(130_000)
    assert table.loc[1.0, "cost_per_t"] == 0


def test_a_plan_is_never_dearer_than_a_rule_of_thumb_that_meets_the_limits(small):
    """Greedy and cost-curve order, where they meet the limits, cost at least as much as the plan."""
    for seed in range(30):
        plan = choose.least_cost(small(seed, levers=5), time_limit_s=30)
        if plan.status == OPTIMAL:
            table = compare(plan)
            met = table[table["shortfall_kg"] == 0]
            assert (met["extra_cost"] >= -1e-6 * np.abs(plan.problem.money.npv).max()).all(), seed


def test_a_target_no_lever_reaches_gives_the_closest_plan_and_its_shortfall(made):
    """A tenth of the scope 3 target is out of reach: never an empty plan, and the shortfall is the excess over the
    limit.
    """
    first, second = made.plan.problem.limits
    tight = made.plan.problem.with_limits([first, replace(second, kg=second.kg / 10)])
    plan = least_cost(tight, time_limit_s=60)
    assert plan.status == OUT_OF_REACH
    assert plan.levers
    assert plan.shortfall_kg == pytest.approx(plan.excess["excess_kg"].sum())
    assert "short" in repr(plan)
