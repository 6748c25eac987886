"""
Two ways people choose without optimising, shown beside the plan with what they miss.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from carbon.levers import effect
from carbon.levers.choose import allowed
from carbon.levers.problem import NEVER, Problem
from carbon.levers.result import BY_RULE, Plan


def cost_curve_order(problem: Problem) -> Plan:
    """
    Levers that save money first, then by annual cost per tonne each would abate alone; each started as early as the
    caps allow, until every limit is kept.
    """
    alone = _alone_kg(problem)
    saves = problem.money.annuity <= 0
    with np.errstate(divide="ignore", invalid="ignore"):
        per_tonne = np.where(alone > 0, problem.money.annuity / alone, np.inf)
    order = np.lexsort((np.array(problem.names), np.where(saves, problem.money.annuity, per_tonne), ~saves))
    start = np.full(len(problem.names), NEVER)
    for lever in order:
        if _over(problem, start) <= 0 and not saves[lever]:
            break
        start = _as_early_as_allowed(problem, start, int(lever))
    return _plan(problem, start)


def greedy(problem: Problem) -> Plan:
    """
    Again and again the lever and year with the least cost per kg taken from what is still above a limit; stops when
    every limit is kept or nothing helps.
    """
    start = np.full(len(problem.names), NEVER)
    over = _over(problem, start)
    while over > 0:
        best: tuple[float, str, int] | None = None
        choice = start
        for lever in np.flatnonzero(start == NEVER):
            for t in range(int(problem.earliest[lever]), len(problem.years)):
                tried = start.copy()
                tried[lever] = t
                gain = over - _over(problem, tried) if allowed(problem, tried) else 0.0
                if gain > 0:
                    key = (problem.money.npv[lever, t] / gain, problem.names[lever], t)
                    if best is None or key < best:
                        best, choice = key, tried
        if best is None:
            break
        start, over = choice, _over(problem, choice)
    return _plan(problem, start)


def compare(plan: Plan) -> pd.DataFrame:
    """
    The plan beside greedy and cost-curve order.

    Returns
    -------
    DataFrame
        order, levers, cost, extra_cost (against the plan), shortfall_kg, missed (levers of the plan it does not have),
        needless (levers it has and the plan does not).
    """
    rows = []
    for name, other in (("plan", plan), ("greedy", greedy(plan.problem)),
                        ("cost curve", cost_curve_order(plan.problem))):
        missed, needless = (sorted(a) for a in (set(plan.levers) - set(other.levers),
                                                set(other.levers) - set(plan.levers)))
        rows.append((name, len(other.levers), other.cost, other.cost - plan.cost, other.shortfall_kg,
                     ", ".join(missed), ", ".join(needless)))
    return pd.DataFrame(rows, columns=["order", "levers", "cost", "extra_cost", "shortfall_kg", "missed", "needless"])


def _alone_kg(problem: Problem) -> np.ndarray:
    """
    kg each lever takes from the limits' totals in the last year, alone and at full effect.
    """
    rows = np.zeros(len(problem.rows), dtype=bool)
    for limit in problem.limits:
        rows |= problem.mask(limit.scopes, limit.scope2_method)
    full = problem.profile[:, -1]
    cut = problem.reduction["likely"][:, rows] * full[:, None]
    base, adds = problem.base[rows, -1], problem.adds[:, rows, -1] * full[:, None]
    return np.asarray((base - (base + adds) * (1 - cut)).sum(axis=1))


def _over(problem: Problem, start: np.ndarray) -> float:
    table = effect.excess(problem, effect.emissions(problem, start))
    over = table["excess_kg"].to_numpy()
    return float(over[over > 1e-9 * np.maximum(table["limit_kg"].to_numpy(), 1.0)].sum())


def _as_early_as_allowed(problem: Problem, start: np.ndarray, lever: int) -> np.ndarray:
    for t in range(int(problem.earliest[lever]), len(problem.years)):
        tried = start.copy()
        tried[lever] = t
        if allowed(problem, tried):
            return tried
    return start


def _plan(problem: Problem, start: np.ndarray) -> Plan:
    excess = effect.excess(problem, effect.emissions(problem, start))
    return Plan(problem, start, BY_RULE, effect.total_cost(problem, start), float("inf"), excess)
