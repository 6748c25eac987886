"""The parts of the programme: expressions, constraints, the rule for ties, and a point left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from carbon.levers.milp import CONSTANT, OBJECTIVE_SCALE, Programme, Rows, plus, tie_weights
from carbon.levers.problem import NEVER, Limit


def test_a_constant_moves_to_the_bounds_and_equal_columns_add_up():
    """2 x + 3 x + 1 <= 6 is 5 x <= 5."""
    rows = Rows()
    x = rows.new_column(0.0, 10.0)
    rows.require(plus({x: 2.0, CONSTANT: 1.0}, {x: 1.0}, 3.0), -np.inf, 6.0)
    assert rows.matrix().toarray().tolist() == [[5.0]]
    assert (rows.low, rows.high) == ([-np.inf], [5.0])


def test_ties_weigh_levers_before_names_before_years():
    """A second lever weighs more than any name, a name more than any year, and all of them a millionth of the
    dearest.
    """
    weights = tie_weights(np.arange(6), 10)
    assert 2 * weights.min() > weights.max()
    assert (np.diff(weights[:, 0]) > 0).all() and (np.diff(weights, axis=1) > 0).all()
    assert weights[0].max() < weights[1].min()
    assert weights.max(axis=1).sum() <= 1e-6 * OBJECTIVE_SCALE


def test_a_plan_left_out_is_not_chosen_again(two_levers):
    """The cheaper of two levers that meet the limit; without that plan the dearer one."""
    problem = two_levers(reductions=[[0.5, 0.0], [0.5, 0.0]], npv=[100.0, 130.0])
    programme = Programme(problem.with_limits([Limit("half", ("1",), "", np.array([60.0]))]))
    programme.add_limits(problem.reduction["likely"])
    programme.minimise_cost()
    first = programme.started(programme.solve(time_limit_s=60).x)
    programme.forbid(first)
    second = programme.started(programme.solve(time_limit_s=60).x)
    assert (first.tolist(), second.tolist()) == ([0, NEVER], [NEVER, 0])


@pytest.mark.parametrize("start", [(0, NEVER), (0, 0)])
def test_a_shortfall_is_what_exceeds_the_limit(two_levers, start):
    """100 kg halved once is 50, twice 25: a limit of 20 kg is missed by the kg above it."""
    problem = two_levers(reductions=[[0.5, 0.0], [0.5, 0.0]], npv=[1.0, 1.0])
    if start[1] == NEVER:
        problem = replace(problem, apart=((0, 1),))
    programme = Programme(problem.with_limits([Limit("20 kg", ("1",), "", np.array([20.0]))]))
    programme.add_limits(problem.reduction["likely"], soft=True)
    programme.minimise_shortfall()
    answer = programme.solve(time_limit_s=60)
    assert answer.fun * programme.scale / OBJECTIVE_SCALE == pytest.approx(50 - 20 if start[1] == NEVER else 25 - 20)
