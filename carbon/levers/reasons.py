"""Why each lever of a plan starts when it does: what a start one year later would cost or break."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from carbon.core.units import KG_PER_T
from carbon.levers import effect
from carbon.levers.choose import allowed
from carbon.levers.cost import carried
from carbon.levers.problem import NEVER
from carbon.levers.result import Plan

COLUMNS = ["lever", "start", "reason", "later_cost", "later_kg"]


def reasons(plan: Plan) -> pd.DataFrame:
    """Return why each lever starts when it does, all others unchanged.

    Columns: lever, start, reason, later_cost (net cost of a start one year later, or of none after the last year, less
    that of the plan), later_kg (what then exceeds the limits more than now); in order of start, then name.
    """
    rows = [_reason(plan, int(i)) for i in np.flatnonzero(plan.start != NEVER)]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["start", "lever"], ignore_index=True)


def _reason(plan: Plan, i: int) -> tuple[object, ...]:
    problem, later = plan.problem, plan.start.copy()
    later[i] = plan.start[i] + 1 if plan.start[i] + 1 < len(problem.years) else NEVER
    cost = effect.total_cost(problem, later) - plan.cost
    kg, limit_kg = effect.totals(problem, effect.emissions(problem, later))
    broken = effect.over_kg(kg, np.maximum(limit_kg, plan.excess["kg"].to_numpy()))
    name, year = problem.lever_ids[i], int(problem.years[plan.start[i]])
    return name, year, _words(plan, i, later, cost, broken), float(cost), float(broken.sum())


def _words(plan: Plan, i: int, later: np.ndarray, cost: float, broken: np.ndarray) -> str:
    problem, when = plan.problem, "a year later" if later[i] != NEVER else "without it"
    if problem.fixed.get(problem.lever_ids[i], NEVER) >= 0:
        return "decided: its start is fixed"
    if broken.any():
        worst = plan.excess.iloc[int(broken.argmax())]
        year = "its budget" if worst["year"] == 0 else str(int(worst["year"]))
        return (f"needed for {worst['limit']}, {year}: {when} {broken.max() / KG_PER_T:,.1f} t above the limit"
                f"{_earlier(plan, i)}")
    waiting = [problem.lever_ids[a] for a, b in problem.before if plan.start[a] != NEVER
               and i in ((b,) if isinstance(b, int) else b) and not allowed(problem, later)]
    if waiting:
        return f"needed by {', '.join(sorted(set(waiting)))}, which cannot start without it"
    if cost > 0:
        return f"pays: {when} {carried(cost, cost):,.0f} {problem.currency} more"
    if not allowed(problem, later):
        free = replace(problem, capex_cap=np.array([]), capex_total=np.inf, max_starts=None)
        if allowed(free, later):
            return f"no room {when}: the caps on investment or on starts a year leave none"
        return "required: the plan must hold it"
    return "holds the probability that was asked for" if cost < 0 else "costs the same later"


def _earlier(plan: Plan, i: int) -> str:
    """Return what a start one year earlier would cost more: why a lever waits; "" where it cannot or costs nothing."""
    problem, earlier = plan.problem, plan.start.copy()
    earlier[i] -= 1
    if earlier[i] < problem.earliest[i] or not allowed(problem, earlier):
        return ""
    cost = effect.total_cost(problem, earlier) - plan.cost
    return f"; a year earlier {carried(cost, cost):,.0f} {problem.currency} more" if cost > 0 else ""
