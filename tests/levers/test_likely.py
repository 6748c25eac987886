"""Plans as likely as asked: on fresh futures, against every plan there is, and where they are out of reach."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.levers import choose, effect
from carbon.levers.chance import Scenarios
from carbon.levers.likely import _Search, frontier, likely_plan, likely_plans
from carbon.levers.problem import NEVER

BLOCKS = [0, *(pytest.param(block, marks=pytest.mark.torture) for block in range(1, 50))]
"""Two problems each: two in the quick suite, a hundred at length."""
STEPS = (0.5, 0.8, 0.95)
SOON = {"seed": 7, "draws": 2000, "time_limit_s": 30}


@dataclass
class Futures:
    """A baseline without a history: one group, lognormal yearly steps of 4 %."""

    sigma: float = 0.04
    correlation: float = 1.0

    @property
    def fits(self):
        series = pd.Series(1.0, index=range(2016, 2026))
        return {"all": type("Fit", (), {"series": series, "refuse_chance": lambda self: None})()}

    def multipliers(self, draws: int, *, seed: int, correlation: float | None = None):
        steps = np.random.default_rng(seed).normal(0, self.sigma, (draws, 3))
        return {"all": np.exp(np.cumsum(steps, axis=1))}


@pytest.mark.parametrize("block", BLOCKS)
def test_each_probability_holds_on_fresh_futures_along_a_rising_frontier(block: int, small):
    """On 100 problems: P >= p, for each p asked, on futures that no search saw, within their sampling error; more
    certainty never costs less nor holds less; where p is out of reach no plan of all reaches it; where it is within
    reach no plan is far cheaper, and the plan asked for alone is no cheaper than the frontier's.
    """
    baseline, dearer = Futures(), []
    for seed in range(block * 2, block * 2 + 2):
        problem = small(seed, levers=4)
        made = likely_plans(problem, baseline, STEPS, **SOON)
        futures = Scenarios.drawn(problem, baseline, seed=12_345, draws=4000)
        by_plan = [(futures.p(s), effect.total_cost(problem, s)) for s in _every(problem)] if seed % 10 == 0 else []
        for of_step in made:
            p, start, asked = futures.p(of_step.plan.start), of_step.plan.start, of_step.asked
            assert choose.allowed(problem, start), seed
            if of_step.reached:
                assert p >= asked - 2.33 * np.sqrt(asked * (1 - asked) / 4000), (seed, asked)
                best = min((c for q, c in by_plan if q >= asked + 0.03), default=np.nan)
                dearer.append((of_step.plan.cost - best) / np.abs(problem.money.npv).max())
            else:
                assert p < asked + 0.05 and max((q for q, _ in by_plan), default=0.0) < asked + 0.06, (seed, asked)
                assert "The most you can reach is P" in of_step.text()
        reached = [x.reached for x in made]
        assert reached == sorted(reached, reverse=True), seed
        assert (np.diff([x.plan.cost for x in made if x.reached]) >= 0).all(), seed
        assert (np.diff([x.p for x in made]) >= 0).all(), seed
        if block == 0:
            alone = likely_plan(problem, baseline, probability=STEPS[0], **SOON)
            assert alone.reached == made[0].reached and (not alone.reached or alone.plan.cost >= made[0].plan.cost)
    assert np.nanmean([*dearer, 0.0]) < 0.05


def _every(problem):
    options = [[NEVER, *range(int(first), len(problem.years))] for first in problem.earliest]
    grid = np.array(np.meshgrid(*options)).reshape(len(options), -1).T
    return [s for s in grid if choose.allowed(problem, s)]


def test_of_one_collection_a_surer_plan_is_never_cheaper(small):
    """Whatever was found, in whatever order: the cheapest of the plans that hold, the likelier of two of one cost; and
    the likeliest where none does.
    """
    problem, search = small(0, levers=4), _Search(small(0, levers=4), None, None, 30.0)
    g = np.random.default_rng(1)
    for _ in range(6):
        start = np.full(4, NEVER)
        search.plans = [(float(c), float(p), start) for c, p in zip(g.integers(0, 9, 12), g.random(12), strict=True)]
        chosen = []
        for need in np.linspace(0.05, 1.0, 12):
            safe = [x for x in search.plans if x[1] >= need]
            best = search.best(need, need)
            assert best.reached == bool(safe)
            costs = [c for c, p, _ in search.plans if p == best.p]
            assert not safe or min(costs) == min(c for c, _, _ in safe)
            chosen.append((best.p, min(costs), best.reached))
        p, cost, reached = (np.array(x) for x in zip(*chosen, strict=True))
        assert (np.diff(p) >= 0).all() and (np.diff(cost[reached]) >= 0).all()
        assert (np.diff(reached.astype(int)) <= 0).all()
    assert list(frontier(problem, Futures(), steps=(0.5,), **SOON).columns) == ["asked", "p", "reached", "cost", "kg",
                                                                               "levers"]


def test_out_of_reach_names_the_most_there_is_and_what_is_missing(small):
    """A limit of a tenth of the baseline: the likeliest plan, its P and the largest streams that are left."""
    problem = small(0, levers=3)
    problem = problem.with_limits([replace(x, kg=x.kg / 10) for x in problem.limits[:1]])
    made = likely_plan(problem, Futures(), probability=0.8, **SOON)
    assert not made.reached and made.p < 0.8 and made.missing["left_kg"].is_monotonic_decreasing
    assert "The most you can reach is P = 0%" in made.text() and "row" in made.text()
    with pytest.raises(MethodError, match="not between 0 and 1"):
        likely_plan(problem, Futures(), probability=80, **SOON)
