"""A plan as likely as asked: the cheapest plan found that keeps all limits in a share p of drawn futures.

The futures are shared by all limits and all plans. Plans are looked for on one set of futures and collected; of those
that hold on a fresh set, with its sampling error on the safe side, the cheapest is chosen. As plans that hold for more
hold for less, neither cost nor P can fall along a frontier chosen from one collection. Cost is not proven least: the
programme chooses under tightened limits, and levers are then taken out, moved and exchanged while the plan holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.display import Displayed, HandsOut, one_line
from carbon.core.errors import MethodError
from carbon.levers import effect
from carbon.levers.chance import Scenarios, refuse_few_years
from carbon.levers.choose import allowed, least_cost, plan_at
from carbon.levers.problem import NEVER, Limit, Problem
from carbon.levers.result import LIKELY, OUT_OF_REACH, Plan, left_words

if TYPE_CHECKING:
    from carbon.levers.baseline import Baseline

TIGHTER = 8
"""Times that limits are tightened before a probability counts as out of reach of the programme."""
SAFE = 2.33
"""One-sided 99 %: a plan counts where P less so many standard errors of the fresh futures is at least p."""
MOST_DRAWS = 4000
"""Futures a plan is looked for on; it is verified on all that are asked for."""
P_STEPS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
PASSES = 6
NOTHING = 1e-6
"""Share of a limit that is next to nothing: the closest plan then cuts its total most."""


@dataclass(frozen=True, eq=False, repr=False)
class LikelyPlan(HandsOut, Displayed):
    """plan: the chosen one; asked: p; p: of the fresh futures; reached: whether P >= p is safe there."""

    plan: Plan
    asked: float
    p: float
    reached: bool
    missing: pd.DataFrame
    """What is left in the last limited year where p is out of reach: name, left_kg, levers; largest first."""

    def __repr__(self) -> str:
        return one_line(f"LikelyPlan(P = {self.p:.0%} of {self.asked:.0%} asked, {self.plan!r})")

    def text(self) -> str:
        """Return the answer in words."""
        if self.reached:
            return f"P = {self.p:.0%} on fresh futures, {self.asked:.0%} asked."
        return (f"P = {self.asked:.0%} is out of reach. The most you can reach is P = {self.p:.0%} of drawn futures; "
                f"levers are missing on: {left_words(self.missing)}.")


def likely_plan(
    problem: Problem, baseline: Baseline, *, probability: float, seed: int, draws: int, time_limit_s: float
) -> LikelyPlan:
    """Choose the cheapest plan found that keeps every limit with a probability, or the likeliest one.

    P(total_k(future) <= limit_k for all k) >= p on fresh futures, less 2.33 standard errors sqrt(p (1 - p) / draws)

    Raises MethodError: No probability between 0 and 1; fewer than five years of history.
    """
    return likely_plans(problem, baseline, (probability,), seed=seed, draws=draws, time_limit_s=time_limit_s)[0]


def frontier(
    problem: Problem, baseline: Baseline, *, seed: int, draws: int, time_limit_s: float,
    steps: tuple[float, ...] = P_STEPS,
) -> pd.DataFrame:
    """Return what more certainty costs: asked, p (fresh futures), reached, cost, kg (of the limits' last entries, on
    the middle path), levers.

    All steps choose from one collection of plans, so cost and P never fall as more is asked; kg may, as a plan of
    wider ranges needs a lower middle.
    """
    rows = []
    for of_step in likely_plans(problem, baseline, steps, seed=seed, draws=draws, time_limit_s=time_limit_s):
        last = of_step.plan.excess.groupby("limit", sort=False)["kg"].last().sum()
        rows.append((of_step.asked, of_step.p, of_step.reached, of_step.plan.cost, float(last),
                     ", ".join(of_step.plan.levers)))
    return pd.DataFrame(rows, columns=["asked", "p", "reached", "cost", "kg", "levers"])


def likely_plans(
    problem: Problem, baseline: Baseline, steps: Sequence[float], *, seed: int, draws: int, time_limit_s: float
) -> list[LikelyPlan]:
    """Return for each probability the cheapest plan of all that were found for any of them (`likely_plan`)."""
    for p in steps:
        if not 0 < p < 1:
            raise MethodError(f"probability {p} is not between 0 and 1", hint="0.8 asks for four futures in five")
    refuse_few_years(baseline)
    seek = Scenarios.drawn(problem, baseline, seed=seed + 101, draws=min(draws, MOST_DRAWS))
    fresh = Scenarios.drawn(problem, baseline, seed=seed + 202, draws=draws)
    search = _Search(problem, seek, fresh, time_limit_s)
    for p in steps:
        search.look_for(_safe(p, draws))
    return [search.best(p, _safe(p, draws)) for p in steps]


def _safe(p: float, draws: int) -> float:
    return p + SAFE * float(np.sqrt(p * (1 - p) / draws))


@dataclass
class _Search:
    """Plans looked for on the futures of `seek`: starts, net cost and P on those of `fresh`."""

    problem: Problem
    seek: Scenarios
    fresh: Scenarios
    time_limit_s: float
    plans: list[tuple[float, float, np.ndarray]] = field(default_factory=list)

    def best(self, p: float, need: float) -> LikelyPlan:
        """Return the cheapest plan with P >= need, the likelier of two of one cost; else the likeliest."""
        safe = [x for x in self.plans if x[1] >= need]
        _, reached_p, start = (min(safe, key=lambda x: (x[0], -x[1])) if safe
                               else max(self.plans, key=lambda x: (x[1], -x[0])))
        plan = plan_at(self.problem, start, LIKELY if safe else OUT_OF_REACH)
        return LikelyPlan(plan, p, reached_p, bool(safe), plan.left())

    def look_for(self, need: float) -> None:
        """Look for a cheap plan with P >= need, and for the likeliest where none holds."""
        target_p = need
        for _ in range(PASSES):
            start = self._tightened(target_p)
            start = self._likeliest(target_p) if start is None else start
            if self._kept(start) < need and self.seek.p(start) < target_p:
                break
            reached_p = self._kept(self._cheaper(start, target_p))
            if reached_p >= need:
                return
            target_p = min(target_p + need - reached_p + 0.002, 1.0)
        self._kept(self._likeliest(1.0))

    def _kept(self, start: np.ndarray) -> float:
        """Collect a plan; return its P on fresh futures."""
        self.plans.append((effect.total_cost(self.problem, start), self.fresh.p(start), start))
        return self.plans[-1][1]

    def _least(self, limits: Sequence[Limit]) -> Plan:
        return least_cost(self.problem.with_limits(limits), time_limit_s=self.time_limit_s)

    def _tightened(self, target_p: float) -> np.ndarray | None:
        """Return the least-cost plan of limits that are tightened, each by what its own total needs at its quantile."""
        problem, level = self.problem, target_p
        scale = np.ones(len(effect.totals(problem, problem.base[:, : len(problem.years)])[1]))
        for _ in range(TIGHTER):
            plan = self._least(_scaled(problem.limits, scale))
            if plan.status == OUT_OF_REACH:
                return None
            if self.seek.p(plan.start) >= target_p:
                return plan.start
            now, limits_kg = effect.totals(problem, effect.emissions(problem, plan.start))
            wide = np.quantile(self.seek.over(plan.start), level, axis=0) * limits_kg / np.maximum(now, 1e-9)
            scale = np.minimum(scale, 1 / np.maximum(wide, 1.0))
            level = 1 - 0.6 * (1 - level)
        return None

    def _likeliest(self, enough: float) -> np.ndarray:
        """Return the likeliest plan found: from those that cut most on the middle path, of each limit and of all, step
        by step.
        """
        limits = self.problem.limits
        under = [limits, *(_scaled(some, NOTHING) for some in (limits, *((x,) for x in limits if len(limits) > 1)))]
        start = max((self._least(some).start for some in under), key=self.seek.p)
        return self._climbed(self._climbed(start, enough), enough, swaps=True)

    def _climbed(self, start: np.ndarray, enough: float, *, swaps: bool = False) -> np.ndarray:
        """Change one lever at a time while P rises."""
        now = self.seek.p(start)
        while now < enough:
            best_p, best = max(((self.seek.p(x), x) for x in _neighbours(self.problem, start, swaps=swaps)),
                               default=(now, start), key=lambda t: t[0])
            if best_p <= now:
                break
            now, start = best_p, best
        return start

    def _cheaper(self, start: np.ndarray, target_p: float) -> np.ndarray:
        """Take out, move or exchange levers, the largest saving first, while the plan holds."""
        cost = effect.total_cost(self.problem, start)
        while True:
            by_cost = sorted(((effect.total_cost(self.problem, x), k, x) for k, x in enumerate(_neighbours(
                self.problem, start, swaps=True))), key=lambda t: t[:2])
            better = next(((c, x) for c, _, x in by_cost
                           if c < cost - 1e-6 * max(abs(cost), 1.0) and self.seek.p(x) >= target_p), None)
            if better is None:
                return start
            cost, start = better


def _scaled(limits: Sequence[Limit], scale: np.ndarray | float) -> list[Limit]:
    """Return limits times their scale, one number or one an entry in the order of `effect.totals`."""
    scaled, at = [], 0
    for limit in limits:
        finite = np.isfinite(limit.kg)
        entries = int(finite.sum()) + bool(np.isfinite(limit.budget_kg))
        own_scale = np.full(entries, scale) if np.isscalar(scale) else np.asarray(scale)[at:at + entries]
        kg, at = limit.kg.copy(), at + entries
        kg[finite] *= own_scale[: finite.sum()]
        budget = limit.budget_kg * own_scale[-1] if np.isfinite(limit.budget_kg) else np.inf
        scaled.append(replace(limit, kg=kg, budget_kg=budget))
    return scaled


def _neighbours(problem: Problem, start: np.ndarray, *, swaps: bool = False) -> Iterator[np.ndarray]:
    """Yield the allowed plans that differ in one lever, or in two where one starts and another is left out."""
    years = len(problem.years)
    for lever in range(len(start)):
        for when in (NEVER, *range(int(problem.earliest[lever]), years)):
            if when == start[lever]:
                continue
            other = start.copy()
            other[lever] = when
            if allowed(problem, other):
                yield other
            out = np.flatnonzero(start != NEVER) if swaps and start[lever] == NEVER and when != NEVER else ()
            for dropped in out:
                exchanged = other.copy()
                exchanged[dropped] = NEVER
                if allowed(problem, exchanged):
                    yield exchanged
