"""How long a plan takes to prove, on problems drawn from a seed.

    python -m benchmarks levers
    python -m benchmarks.levers [--problems 9] [--levers 32 60]      (one line a kind of limit)

Ten years, ten rows; each lever cuts one or two rows, a quarter of them add elsewhere, half ramp up, half save money;
a cap on yearly capex. Three kinds of limit: the target year alone; the target year and a budget over all years; every
year of a pathway. Bars: 32 levers proven in at most 1 s (median of all), 60 levers in at most 10 s, or the gap stated.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from benchmarks.results import Result, result
from carbon.levers.choose import least_cost
from carbon.levers.cost import LeverMoney
from carbon.levers.effect import emissions
from carbon.levers.problem import Limit, Problem
from carbon.levers.result import OPTIMAL

YEARS, ROWS = 10, 10
KINDS = ("target year", "target year and budget", "every year")
SHARE = 0.55
"""Part of what all levers together could cut that the target asks for."""
TIME_LIMIT_S = {32: 60.0, 60: 10.0}
BAR_S = {32: 1.0, 60: 10.0}


def drawn(seed: int, levers: int, kind: str) -> Problem:
    """Draw one problem."""
    g = np.random.default_rng(seed)
    base = g.lognormal(3, 0.7, (ROWS, 1)) * 1000 * 0.98 ** np.arange(YEARS)
    cut, profile = np.zeros((levers, ROWS)), np.ones((levers, YEARS))
    ramps = ([1.0], [0.5, 1.0], [0.0, 1.0], [0.33, 0.67, 1.0])
    for lever in range(levers):
        at = g.choice(ROWS, g.integers(1, 3), replace=False)
        cut[lever, at] = g.uniform(0.05, 0.6, len(at))
        ramp = ramps[g.integers(0, len(ramps))]
        profile[lever] = [ramp[min(age, len(ramp) - 1)] for age in range(YEARS)]
    adds = np.zeros((levers, ROWS, YEARS))
    adds[g.random(levers) < 0.25, g.integers(0, ROWS), :] = base[0, 0] * 0.05
    capex, running = g.lognormal(10, 0.8, levers), g.normal(0, 4000, levers)
    discount = 1.04 ** -np.arange(YEARS + 1.0)
    paid = np.zeros((levers, YEARS, YEARS))
    paid[:, np.arange(YEARS), np.arange(YEARS)] = capex[:, None]
    opex = running[:, None, None] * np.triu(np.ones((YEARS, YEARS)))
    effect = np.zeros((levers, YEARS, YEARS))
    for start in range(YEARS):
        effect[:, start, start:] = profile[:, : YEARS - start]
    money = LeverMoney({"capex": paid, "opex": opex}, np.zeros((levers, YEARS)), discount, capex / 8 + running)
    problem = Problem(
        names=tuple(f"lever-{i:02d}" for i in range(levers)), years=np.arange(2026, 2026 + YEARS),
        rows=pd.DataFrame({"scope": "1", "scope2_method": "", "group": "1", "name": [f"row {i}" for i in range(ROWS)]}),
        base=base, reduction=dict.fromkeys(("low", "likely", "high"), cut), adds=adds, effect=effect,
        earliest=np.zeros(levers, dtype=int), money=money, limits=(),
        capex_cap=np.full(YEARS, capex.sum() / 6), currency="EUR")
    return problem.with_limits([_limit(problem, kind)])


def _limit(problem: Problem, kind: str) -> Limit:
    total = problem.base.sum(axis=0)
    least = emissions(problem, np.zeros(len(problem.names), dtype=int)).sum(axis=0)
    kg = total - SHARE * (total - least) * np.linspace(0.1, 1, YEARS)
    budget = 0.98 * float(kg.sum()) if kind == KINDS[1] else np.inf
    if kind != KINDS[2]:
        kg[:-1] = np.inf
    return Limit(kind, ("1",), "market-based", kg, budget)


def timed(levers: int, problems: int) -> pd.DataFrame:
    """Return levers, kind, seed, wall_s, cpu_s, status, gap and started of one problem."""
    rows = []
    for kind in KINDS:
        for seed in range(problems):
            problem = drawn(seed, levers, kind)
            wall, cpu = time.perf_counter(), time.process_time()
            plan = least_cost(problem, time_limit_s=TIME_LIMIT_S[levers])
            rows.append((levers, kind, seed, time.perf_counter() - wall, time.process_time() - cpu, plan.status,
                         plan.gap, len(plan.levers)))
    return pd.DataFrame(rows, columns=["levers", "kind", "seed", "wall_s", "cpu_s", "status", "gap", "started"])


def results() -> list[Result]:
    """Return processor seconds to the proven optimum and the share of proven problems, by size."""
    found = []
    for levers, problems in ((32, 9), (60, 3)):
        table = timed(levers, problems)
        size = f"{levers} levers x {YEARS} years x {ROWS} streams"
        proven = (table["status"] == OPTIMAL).mean()
        found += [result(f"{size}, plan", "s", table["cpu_s"].tolist(), BAR_S[levers]),
                  result(f"{size}, proven optimal", "share of problems", [float(proven)], 1.0, higher=True)]
    return found


def main() -> None:
    """Print one line a size and kind, and whether the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=9)
    parser.add_argument("--levers", type=int, nargs="*", default=[32, 60], choices=sorted(BAR_S))
    wanted = parser.parse_args()
    for levers in wanted.levers:
        table = timed(levers, wanted.problems)
        shown = table.groupby("kind", sort=False).agg(
            problems=("seed", "size"), proven=("status", lambda s: int((s == "optimal").sum())),
            median_cpu_s=("cpu_s", "median"), worst_cpu_s=("cpu_s", "max"), median_wall_s=("wall_s", "median"),
            worst_gap=("gap", "max"))
        print(f"{levers} levers x {YEARS} years x {ROWS} rows")
        print(shown.round(3).to_string())
        median = table["cpu_s"].median()
        print(f"median of all: {median:.2f} s CPU; bar {BAR_S[levers]:g} s: "
              f"{'met' if median <= BAR_S[levers] else 'NOT met'}\n")


if __name__ == "__main__":
    main()
