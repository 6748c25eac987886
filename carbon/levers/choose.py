"""The least-cost plan, proven and then recomputed by the exact formula, and two rules of thumb to compare it with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError
from carbon.levers import effect
from carbon.levers.milp import Programme
from carbon.levers.problem import ANY, NEVER, Limit, Problem
from carbon.levers.result import BY_RULE, OPTIMAL, OUT_OF_REACH, STOPPED, Plan

ATTEMPTS = 20
_DONE, _TIME, _INFEASIBLE = 0, 1, 2


def least_cost(problem: Problem, *, time_limit_s: float, scenarios: Sequence[np.ndarray] = ()) -> Plan:
    """Return the plan of least net present value that keeps every limit.

    Where none does, the plan that comes closest (smallest sum of what exceeds the limits), at least cost, with
    status "out of reach" and its shortfall. Plans whose costs differ by less than a millionth of the dearest lever
    count as equal: then fewer levers, then the earlier names, then the earlier starts.

    time_limit_s: Of one solve; a plan found by then is returned as "stopped by the time limit" with its proven gap.
    scenarios: Further reductions [L, S] under which the limits must hold as well.

    Raises MethodError: The solver neither answered nor found anything within the time limit.
    """
    started_at = time.perf_counter()
    _check(problem)
    programme = Programme(problem)
    for reduction in (problem.reduction["likely"], *scenarios):
        programme.add_limits(reduction)
    programme.minimise_cost()
    plan = _verified(programme, scenarios, time_limit_s)
    if plan is None:
        plan = _closest(problem, scenarios, time_limit_s)
    return replace(plan, seconds=time.perf_counter() - started_at)


def _verified(programme: Programme, scenarios: Sequence[np.ndarray], time_limit_s: float) -> Plan | None:
    """Solve and recompute; forbid a point that only the solver's tolerance let through, and solve the rest again."""
    problem = programme.problem
    for _ in range(ATTEMPTS):
        answer = programme.solve(time_limit_s=time_limit_s)
        if answer.status == _INFEASIBLE:
            # "No plan" is a strong claim: it is accepted when the solver reports it with and without presolve.
            answer = programme.solve(time_limit_s=time_limit_s, presolve=True)
        if answer.status == _INFEASIBLE:
            return None
        if answer.x is None:
            raise MethodError(f"no plan was found in {time_limit_s:g} s ({answer.message})",
                              hint="raise plan.time_limit_s in levers.yml, or name fewer levers")
        start = programme.started(answer.x)
        if _meets_limits(problem, start, scenarios):
            proven = answer.status == _DONE
            return plan_at(problem, start, OPTIMAL if proven else STOPPED, 0.0 if proven else _gap(answer))
        programme.forbid(start)
    raise MethodError("the solver's answers do not agree with the exact formula", rows=effect.excess(
        problem, effect.emissions(problem, start)), hint="report this problem: its numbers are badly scaled")


def _gap(answer: Any) -> float:
    gap = getattr(answer, "mip_gap", None)
    return float("inf") if gap is None or not np.isfinite(gap) else float(gap)


def _meets_limits(problem: Problem, start: np.ndarray, scenarios: Sequence[np.ndarray]) -> bool:
    for reduction in (None, *scenarios):
        if effect.over_kg(*effect.totals(problem, effect.emissions(problem, start, reduction=reduction))).any():
            return False
    return allowed(problem, start)


def allowed(problem: Problem, start: np.ndarray) -> bool:
    """Return whether a plan keeps earliest starts, prerequisites, exclusions, capex caps and starts a year."""
    on = start != NEVER
    if (start[on] < problem.earliest[on]).any():
        return False
    if any(on[a] and not _one_started(start, b, int(start[a])) for a, b in problem.before):
        return False
    if any(not _as_decided(problem, start, id_, when) for id_, when in problem.fixed.items()):
        return False
    if any(on[a] and on[b] for a, b in problem.apart):
        return False
    active = np.flatnonzero(on)
    capex = problem.money.capex[active, start[active]].sum(axis=0)[: len(problem.years)]
    if capex.sum() > problem.capex_total * (1 + 1e-9) + 1e-6:
        return False
    if problem.capex_cap.size and (capex > problem.capex_cap * (1 + 1e-9) + 1e-6).any():
        return False
    starts = np.bincount(start[active], minlength=len(problem.years))
    return problem.max_starts is None or bool((starts <= problem.max_starts).all())


def _one_started(start: np.ndarray, one_of: int | tuple[int, ...], by: int) -> bool:
    first = start[[one_of] if isinstance(one_of, int) else list(one_of)]
    return bool(((first != NEVER) & (first <= by)).any())


def _as_decided(problem: Problem, start: np.ndarray, id_: str, when: int) -> bool:
    chosen_starts = [int(s) for s, other in zip(start, problem.lever_ids, strict=True) if other == id_ and s != NEVER]
    return not chosen_starts if when == NEVER else len(chosen_starts) == 1 and when in (ANY, chosen_starts[0])


def _closest(problem: Problem, scenarios: Sequence[np.ndarray], time_limit_s: float) -> Plan:
    """Minimise the shortfall, summed over scenarios; then the cost at which it is reached."""
    programme = Programme(problem)
    for reduction in (problem.reduction["likely"], *scenarios):
        programme.add_limits(reduction, soft=True)
    programme.minimise_shortfall()
    answer = programme.solve(time_limit_s=time_limit_s)
    if answer.status == _INFEASIBLE:
        raise MethodError("no plan keeps what is decided (fixed_start, required) with its prerequisites, exclusions "
                          "and caps", hint="give up one of the decisions, or raise the caps")
    if answer.x is None:
        raise MethodError(f"no plan was found in {time_limit_s:g} s ({answer.message})",
                          hint="raise plan.time_limit_s in levers.yml")
    start = programme.started(answer.x)
    if not scenarios and _meets_limits(problem, start, ()):
        raise MethodError("the solver found a plan after it had reported none", hint="its numbers are badly scaled: "
                          "write the levers' costs and masses in comparable sizes")
    widened = problem.with_limits([_widened(problem, limit, start) for limit in problem.limits])
    second = Programme(widened)
    second.add_limits(problem.reduction["likely"])
    second.minimise_cost()
    cheaper = None if scenarios else _verified(second, (), time_limit_s)
    start = start if cheaper is None else cheaper.start
    proven = answer.status == _DONE and (bool(scenarios) or (cheaper is not None and cheaper.status == OPTIMAL))
    return plan_at(problem, start, OUT_OF_REACH if proven else STOPPED, 0.0 if proven else float("inf"))


def _widened(problem: Problem, limit: Limit, start: np.ndarray) -> Limit:
    """Return the limit, moved to what a plan reaches where that is above it."""
    rows = problem.mask(limit.scopes, limit.scope2_method)
    kg = effect.emissions(problem, start)[rows].sum(axis=0)
    return replace(limit, kg=np.where(np.isfinite(limit.kg), np.maximum(limit.kg, kg), np.inf),
                   budget_kg=max(limit.budget_kg, float(kg.sum())))


def last_tonne(plan: Plan, *, step_kg: float, time_limit_s: float) -> pd.DataFrame:
    """Return what the last tonne costs: move each limit by `step_kg` either way and choose the plan again.

    A programme with whole numbers has no shadow price; the difference of two optima is the price it has.

    Columns: limit, step_kg, cost_per_t (NaN where one of the two is not a proven plan that meets its limits), levers.

    Raises MethodError: The plan is not a proven one.
    """
    if plan.status != OPTIMAL:
        raise MethodError(f"the price of the last tonne needs a proven plan; this one is {plan.status!r}")
    rows = []
    for i, limit in enumerate(plan.problem.limits):
        for step in (-step_kg, step_kg):
            other_limit = replace(limit, kg=limit.kg + step, budget_kg=limit.budget_kg + step)
            limits = [*plan.problem.limits[:i], other_limit, *plan.problem.limits[i + 1:]]
            other = least_cost(plan.problem.with_limits(limits), time_limit_s=time_limit_s)
            price = (other.cost - plan.cost) / (-step / 1000) + 0.0 if other.status == OPTIMAL else float("nan")
            rows.append((limit.name, step, price, len(other.levers), other.status))
    return pd.DataFrame(rows, columns=["limit", "step_kg", "cost_per_t", "levers", "status"])


def _check(problem: Problem) -> None:
    for level, r in problem.reduction.items():
        if ((r < 0) | (r > 1)).any():
            raise MethodError(f"a reduction ({level}) is outside [0, 1]")
    if not all(np.isfinite(a).all() for a in (problem.base, problem.adds, problem.money.npv, problem.price)):
        raise MethodError("a mass or a cost of the problem is not a finite number")
    if not problem.limits:
        raise MethodError("a plan needs at least one limit", hint="name a target under plan.targets in levers.yml")


def cost_curve_order(problem: Problem) -> Plan:
    """Choose levers in the order of a cost curve until every limit is kept.

    Levers that save money come first, then by annual cost per tonne that each would abate alone; each starts as early
    as the caps allow.
    """
    alone_kg, annual = _alone(problem)
    saves = annual <= 0
    with np.errstate(divide="ignore", invalid="ignore"):
        per_tonne = np.where(alone_kg > 0, annual / alone_kg, np.inf)
    order = np.lexsort((np.array(problem.names), np.where(saves, annual, per_tonne), ~saves))
    start = np.full(len(problem.names), NEVER)
    for lever in order:
        if _over(problem, start) <= 0 and not saves[lever]:
            break
        start = _as_early_as_allowed(problem, start, int(lever))
    return plan_at(problem, start, BY_RULE)


def greedy(problem: Problem) -> Plan:
    """Choose, again and again, the lever and year with the least cost per kg taken from what is above a limit.

    Stops when every limit is kept or nothing helps.
    """
    start = np.full(len(problem.names), NEVER)
    over = _over(problem, start)
    while over > 0:
        best: tuple[float, str, int] | None = None
        choice = start
        for lever in np.flatnonzero(start == NEVER):
            for t in range(int(problem.earliest[lever]), len(problem.years)):
                candidate = start.copy()
                candidate[lever] = t
                gain = over - _over(problem, candidate) if allowed(problem, candidate) else 0.0
                if gain > 0:
                    dearer = effect.total_cost(problem, candidate) - effect.total_cost(problem, start)
                    key = (dearer / gain, problem.names[lever], t)
                    if best is None or key < best:
                        best, choice = key, candidate
        if best is None:
            break
        start, over = choice, _over(problem, choice)
    return plan_at(problem, start, BY_RULE)


def compare(plan: Plan) -> pd.DataFrame:
    """Compare the plan with greedy and cost-curve order.

    Columns: order, levers, cost, extra_cost (against the plan), shortfall_kg, missed (levers of the plan it does not
    have), needless (levers it has and the plan does not).
    """
    orders, rows = {"plan": plan, "greedy": greedy(plan.problem), "cost curve": cost_curve_order(plan.problem)}, []
    for name, other in orders.items():
        missed, needless = set(plan.levers) - set(other.levers), set(other.levers) - set(plan.levers)
        rows.append((name, len(other.levers), other.cost, other.cost - plan.cost, other.shortfall_kg,
                     ", ".join(sorted(missed)), ", ".join(sorted(needless))))
    return pd.DataFrame(rows, columns=["order", "levers", "cost", "extra_cost", "shortfall_kg", "missed", "needless"])


def _alone(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Return (kg taken from the limits' totals, yearly cost) of each lever alone, at its last year's effect of the
    earliest start.
    """
    rows, last = problem.limited, len(problem.years) - 1
    kg, bill = np.zeros(len(problem.names)), np.zeros(len(problem.names))
    for lever in range(len(problem.names)):
        start = np.full(len(problem.names), NEVER)
        start[lever] = problem.earliest[lever]
        kg[lever] = (problem.base[rows, last] - effect.emissions(problem, start)[rows, last]).sum()
        bill[lever] = effect.bills(problem, start)[:, last].sum()
    return kg, problem.money.annuity + bill


def _over(problem: Problem, start: np.ndarray) -> float:
    return float(effect.over_kg(*effect.totals(problem, effect.emissions(problem, start))).sum())


def _as_early_as_allowed(problem: Problem, start: np.ndarray, lever: int) -> np.ndarray:
    with_it = (np.where(np.arange(len(start)) == lever, t, start) for t in range(
        int(problem.earliest[lever]), len(problem.years)))
    return next((candidate for candidate in with_it if allowed(problem, candidate)), start)


def idle(problem: Problem) -> Plan:
    """Return the plan in which no lever starts: the baseline."""
    return plan_at(problem, np.full(len(problem.names), NEVER), BY_RULE)


def plan_at(problem: Problem, start: np.ndarray, status: str, gap: float = float("inf")) -> Plan:
    """Return the plan of some starts, recomputed by the exact formula."""
    excess = effect.excess(problem, effect.emissions(problem, start))
    return Plan(problem, start, status, effect.total_cost(problem, start), gap, excess)
