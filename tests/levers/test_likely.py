"""Plans as likely as asked: on fresh futures, against every plan there is, and where they are out of reach."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.levers import choose, effect
from carbon.levers.chance import Scenarios
from carbon.levers.likely import frontier, likely_plan
from carbon.levers.problem import NEVER

BLOCKS = [0, *(pytest.param(block, marks=pytest.mark.torture) for block in range(1, 20))]
"""Five problems each: five in the quick suite, a hundred at length."""
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
def test_the_probability_holds_on_fresh_futures(block: int, small):
    """On 100 problems P >= p on futures that the search never saw, within their sampling error; where p is out of
    reach no plan of all reaches it; where it is within reach no plan is far cheaper.
    """
    baseline, dearer = Futures(), []
    for seed in range(block * 5, block * 5 + 5):
        problem = small(seed, levers=4)
        made = likely_plan(problem, baseline, probability=0.8, **SOON)
        futures = Scenarios.drawn(problem, baseline, seed=12_345, draws=4000)
        p = futures.p(made.plan.start)
        assert choose.allowed(problem, made.plan.start), seed
        by_plan = [(futures.p(s), effect.total_cost(problem, s)) for s in _every(problem)] if seed % 5 == 0 else []
        if made.reached:
            assert p >= 0.8 - 2.33 * np.sqrt(0.16 / 4000), seed
            best = min((c for q, c in by_plan if q >= 0.83), default=np.nan)
            dearer.append((made.plan.cost - best) / np.abs(problem.money.npv).max())
        else:
            assert p < 0.85 and max((q for q, _ in by_plan), default=0.0) < 0.86, seed
            assert "The most you can reach is P" in made.text()
    assert np.nanmean([*dearer, 0.0]) < 0.05


def _every(problem):
    options = [[NEVER, *range(int(first), len(problem.years))] for first in problem.earliest]
    grid = np.array(np.meshgrid(*options)).reshape(len(options), -1).T
    return [s for s in grid if choose.allowed(problem, s)]


def test_more_certainty_never_costs_less(small):
    """Along the frontier the cost does not fall while p is within reach, and p is at least what was asked."""
    for seed in (0, 3):
        table = frontier(small(seed, levers=4), Futures(), steps=(0.5, 0.7, 0.9), **SOON)
        reached = table[table["reached"]]
        assert (np.diff(reached["cost"]) >= 0).all() and (reached["p"] >= reached["asked"]).all(), seed
        assert table["reached"].is_monotonic_decreasing, seed


def test_out_of_reach_names_the_most_there_is_and_what_is_missing(small):
    """A limit of a tenth of the baseline: the likeliest plan, its P and the largest streams that are left."""
    problem = small(0, levers=3)
    problem = problem.with_limits([replace(x, kg=x.kg / 10) for x in problem.limits[:1]])
    made = likely_plan(problem, Futures(), probability=0.8, **SOON)
    assert not made.reached and made.p < 0.8 and made.missing["left_kg"].is_monotonic_decreasing
    assert "The most you can reach is P = 0%" in made.text() and "row" in made.text()
    with pytest.raises(MethodError, match="not between 0 and 1"):
        likely_plan(problem, Futures(), probability=80, **SOON)
