"""The probability of a plan: seeded, and equal to the trajectory's own where no lever is at work."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from carbon.levers.problem import NEVER


def test_triangular_quantiles():
    """The ends, the mode and a certain number come back; the mean is (low + likely + high) / 3."""
    from carbon.levers.chance import triangular

    low, likely, high = np.array([0.1]), np.array([0.2]), np.array([0.5])
    assert triangular(np.array([0.0]), low, likely, high) == pytest.approx(0.1)
    assert triangular(np.array([0.25]), low, likely, high) == pytest.approx(0.2)  # (0.2 - 0.1) / (0.5 - 0.1)
    assert triangular(np.array([1.0]), low, likely, high) == pytest.approx(0.5)
    assert triangular(np.array([0.7]), likely, likely, likely) == pytest.approx(0.2)
    u = (np.arange(10_000) + 0.5) / 10_000
    assert triangular(u, low, likely, high).mean() == pytest.approx(0.8 / 3, abs=1e-4)


def test_the_chance_is_the_same_for_the_same_seed(made):
    """Two computations from one seed agree in every bit; all limits together are no likelier than one of them."""
    from carbon.levers.chance import p_meet

    first, again = (p_meet(made.plan, made.baseline, seed=7, draws=2000).table for _ in range(2))
    assert first.equals(again)
    assert first["p"].iloc[-1] <= first["p"].iloc[:-1].min()


def test_certain_levers_leave_the_trajectorys_own_probability(made):
    """With no lever in the plan, P(meet) is P(baseline <= target) of the fitted trajectory."""
    from carbon.levers.chance import p_meet

    idle = replace(made.plan, start=np.full(len(made.plan.start), NEVER))
    table = p_meet(idle, made.baseline, seed=3, draws=20_000).table.set_index("limit")
    limit = made.plan.problem.limits[1]
    expected = made.baseline.fits["3"].p_at_most(float(limit.kg[-1]), 2030)
    assert table.loc[limit.name, "p"] == pytest.approx(expected, abs=0.015)
