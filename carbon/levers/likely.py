"""A plan as likely as asked: the cheapest plan found that keeps all limits in a share p of drawn futures.

The futures are shared by all limits and all plans. A plan is looked for on one set of futures and counts only where it
holds on a fresh set, with the sampling error of that set on the safe side. Its cost is not proven least: the programme
chooses under tightened limits, and levers are then taken out, moved and exchanged while the plan holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.display import Displayed, one_line
from carbon.core.errors import MethodError
from carbon.core.units import KG_PER_T
from carbon.levers import effect
from carbon.levers.chance import Scenarios, refuse_few_years
from carbon.levers.choose import allowed, least_cost
from carbon.levers.problem import NEVER, Limit, Problem
from carbon.levers.result import LIKELY, OUT_OF_REACH, Plan

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


def _short(names: str) -> str:
    """Return the first of the streams of a row, and how many others there are."""
    first, *others = names.split(", ")
    return f"{first} and {len(others)} others" if others else first


@dataclass(frozen=True, eq=False, repr=False)
class LikelyPlan(Displayed):
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
        rows = zip(*(self.missing.head(3)[c] for c in ("name", "left_kg", "levers")), strict=True)
        names = [f"{_short(name)} ({kg / KG_PER_T:,.1f} t left, {levers or 'no lever'})" for name, kg, levers in rows]
        return f"The most you can reach is P = {self.p:.0%}; levers are missing on: {'; '.join(names)}."


def likely_plan(
    problem: Problem, baseline: Baseline, *, probability: float, seed: int, draws: int, time_limit_s: float
) -> LikelyPlan:
    """Choose the cheapest plan found that keeps every limit with a probability, or the likeliest one.

    P(total_k(future) <= limit_k for all k) >= p on fresh futures, less 2.33 standard errors sqrt(p (1 - p) / draws)

    Raises MethodError: No probability between 0 and 1; fewer than five years of history.
    """
    if not 0 < probability < 1:
        raise MethodError(f"probability {probability} is not between 0 and 1", hint="0.8 asks for four futures in five")
    refuse_few_years(baseline)
    seek = Scenarios.drawn(problem, baseline, seed=seed + 101, draws=min(draws, MOST_DRAWS))
    fresh = Scenarios.drawn(problem, baseline, seed=seed + 202, draws=draws)
    need = probability + SAFE * float(np.sqrt(probability * (1 - probability) / draws))
    target_p, best = need, None
    for _ in range(PASSES):
        start = _tightened(problem, seek, target_p, time_limit_s)
        start = _likeliest(problem, seek, target_p, time_limit_s) if start is None else start
        if seek.p(start) < target_p and fresh.p(start) < need:
            break
        best = _cheaper(problem, seek, start, target_p)
        if fresh.p(best) >= need:
            return LikelyPlan(_plan(problem, best, LIKELY), probability, fresh.p(best), True, _left(problem, best))
        target_p = min(target_p + need - fresh.p(best) + 0.002, 1.0)
    start = _likeliest(problem, seek, 1.0, time_limit_s)
    if fresh.p(start) >= need:
        return LikelyPlan(_plan(problem, start, LIKELY), probability, fresh.p(start), True, _left(problem, start))
    return LikelyPlan(_plan(problem, start, OUT_OF_REACH), probability, fresh.p(start), False, _left(problem, start))


def frontier(
    problem: Problem, baseline: Baseline, *, seed: int, draws: int, time_limit_s: float,
    steps: tuple[float, ...] = P_STEPS,
) -> pd.DataFrame:
    """Return cost, tonnes and P: what more certainty costs. A plan for more is offered for less where it is cheaper.

    Returns
    -------
    DataFrame
        asked, p (fresh futures), reached, cost, kg (of the limits' last entries, on the middle path), levers.
    """
    plans = [likely_plan(problem, baseline, probability=p, seed=seed, draws=draws, time_limit_s=time_limit_s)
             for p in steps]
    rows = []
    for k, of_step in enumerate(plans):
        better = min((x for x in plans[k:] if x.reached), key=lambda x: x.plan.cost, default=of_step)
        of_step = better if of_step.reached else of_step
        rows.append((steps[k], of_step.p, of_step.reached, of_step.plan.cost, float(of_step.plan.excess["kg"].iloc[-1]),
                     len(of_step.plan.levers)))
    return pd.DataFrame(rows, columns=["asked", "p", "reached", "cost", "kg", "levers"])


def _tightened(problem: Problem, seek: Scenarios, target_p: float, time_limit_s: float) -> np.ndarray | None:
    """Return the plan of least cost under limits tightened until it holds in the share `wanted` of futures.

    Each limit is divided by the quantile of total / middle path that the last plan showed.
    """
    level, scale = target_p, np.ones(len(effect.totals(problem, problem.base[:, : len(problem.years)])[1]))
    for _ in range(TIGHTER):
        plan = least_cost(problem.with_limits(_scaled(problem, scale)), time_limit_s=time_limit_s)
        if plan.status == OUT_OF_REACH:
            return None
        if seek.p(plan.start) >= target_p:
            return plan.start
        now, limits_kg = effect.totals(problem, effect.emissions(problem, plan.start))
        wide = np.quantile(seek.over(plan.start), level, axis=0) * limits_kg / np.maximum(now, 1e-9)
        scale = np.minimum(scale, 1 / np.maximum(wide, 1.0))
        level = 1 - 0.6 * (1 - level)
    return None


def _scaled(problem: Problem, scale: np.ndarray) -> list[Limit]:
    """Return the limits times their scale, in the order of `effect.totals`."""
    limits, at = [], 0
    for limit in problem.limits:
        finite, kg, budget = np.isfinite(limit.kg), limit.kg.copy(), limit.budget_kg
        kg[finite] *= scale[at:at + finite.sum()]
        at += int(finite.sum())
        if np.isfinite(budget):
            budget, at = budget * scale[at], at + 1
        limits.append(replace(limit, kg=kg, budget_kg=budget))
    return limits


def _likeliest(problem: Problem, seek: Scenarios, enough: float, time_limit_s: float) -> np.ndarray:
    """Return the likeliest plan found: from those that cut most on the middle path, of each limit and of all, step by
    step.
    """
    entries, several = len(effect.totals(problem, problem.base[:, : len(problem.years)])[1]), len(problem.limits) > 1
    under = [problem.limits, _scaled(problem, np.full(entries, 1e-6))]
    under += [[_nothing(x)] for x in problem.limits if several]
    candidates = [least_cost(problem.with_limits(limits), time_limit_s=time_limit_s).start for limits in under]
    start = max(candidates, key=seek.p)
    return _climbed(problem, _climbed(problem, start, seek.p, enough), seek.p, enough, swaps=True)


def _nothing(limit: Limit) -> Limit:
    """Return the limit at next to nothing: the closest plan then cuts its total most."""
    return replace(limit, kg=np.where(np.isfinite(limit.kg), 1e-6 * np.abs(limit.kg), np.inf),
                   budget_kg=1e-6 * limit.budget_kg)


def _climbed(
    problem: Problem, start: np.ndarray, of: Callable[[np.ndarray], float], enough: float, *, swaps: bool = False
) -> np.ndarray:
    """Change one lever at a time while P rises."""
    now = of(start)
    while now < enough:
        best = max(((of(x), k, x) for k, x in enumerate(_neighbours(problem, start, swaps=swaps))),
                   default=(now, 0, start), key=lambda t: (t[0], -t[1]))
        if best[0] <= now:
            break
        now, start = best[0], best[2]
    return start


def _cheaper(problem: Problem, seek: Scenarios, start: np.ndarray, target_p: float) -> np.ndarray:
    """Take out, move or exchange levers, the largest saving first, while the plan holds."""
    cost = effect.total_cost(problem, start)
    while True:
        found_plans = sorted(((effect.total_cost(problem, x), k, x) for k, x in enumerate(_neighbours(
            problem, start, swaps=True))), key=lambda t: t[:2])
        better = next((x for c, _, x in found_plans
                       if c < cost - 1e-6 * max(abs(cost), 1.0) and seek.p(x) >= target_p), None)
        if better is None:
            return start
        start, cost = better, effect.total_cost(problem, better)


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


def _plan(problem: Problem, start: np.ndarray, status: str) -> Plan:
    excess = effect.excess(problem, effect.emissions(problem, start))
    return Plan(problem, start, status, effect.total_cost(problem, start), float("inf"), excess)


def _left(problem: Problem, start: np.ndarray) -> pd.DataFrame:
    """Return what is left in the last year of the limits' rows: name, left_kg, levers that act there."""
    hit = np.zeros(len(problem.rows), dtype=bool)
    for limit in problem.limits:
        hit |= problem.mask(limit.scopes, limit.scope2_method)
    touched = problem.rows["touched"] if "touched" in problem.rows else pd.Series("", index=problem.rows.index)
    table = pd.DataFrame({"name": problem.rows["name"], "left_kg": effect.emissions(problem, start)[:, -1],
                          "levers": touched.str.replace(" ", ", ")})
    return table[hit].sort_values("left_kg", ascending=False, ignore_index=True)
