"""Small problems drawn from a seed, and the optimum by looking at every plan."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd

from carbon.levers import choose, effect
from carbon.levers.cost import LeverMoney
from carbon.levers.problem import NEVER, Limit, Problem


def numbers(g: np.random.Generator, levers: int, rows: int, years: int, touched: int) -> Problem:
    """Levers on one to `touched` rows each, with ramps, additions, capex and running costs; limits still to be set."""
    base = g.lognormal(3, 0.7, (rows, 1)) * 1000 * (0.98 ** np.arange(years))
    likely = np.zeros((levers, rows))
    for lever in range(levers):
        at = g.choice(rows, g.integers(1, touched + 1), replace=False)
        likely[lever, at] = g.uniform(0.05, 0.6, len(at)).round(3)
    ramps = ([1.0], [0.5, 1.0], [0.0, 1.0], [1.0, 0.4])
    profile = np.ones((levers, years))
    for lever in range(levers):
        ramp = ramps[g.integers(0, len(ramps))]
        profile[lever] = [ramp[min(a, len(ramp) - 1)] for a in range(years)]
    adds = np.zeros((levers, rows, years))
    adder = g.random(levers) < 0.25
    adds[adder, g.integers(0, rows), :] = base[0, 0] * 0.05
    capex, running = g.integers(1, 100, levers) * 1000.0, g.integers(-20, 20, levers) * 300.0
    method = ["", "location-based", "market-based"]
    table = pd.DataFrame({"scope": ["2" if i % 3 else "1" for i in range(rows)],
                          "scope2_method": [method[i % 3] for i in range(rows)],
                          "group": "all", "name": [f"row{i}" for i in range(rows)]})
    return Problem(
        names=tuple(f"lever-{i:02d}" for i in g.permutation(levers)), years=np.arange(2026, 2026 + years), rows=table,
        base=base, reduction={"low": likely * 0.6, "likely": likely, "high": np.minimum(likely * 1.2, 1.0)}, adds=adds,
        effect=by_age(profile), earliest=g.integers(0, max(1, years // 2), levers),
        money=paid_at_once(capex, running, years), limits=(), currency="EUR")


def by_age(profile: np.ndarray) -> np.ndarray:
    """Effects by year of start and year [L, T, T] of levers whose effect depends on their age alone."""
    years = profile.shape[1]
    effect = np.zeros((len(profile), years, years))
    for start in range(years):
        effect[:, start, start:] = profile[:, : years - start]
    return effect


def paid_at_once(capex: np.ndarray, running: np.ndarray, years: int) -> LeverMoney:
    """Capex in the year of the start, running cost from then on, nothing left at the end; 4 % a year."""
    paid, opex = (np.zeros((len(capex), years, years)) for _ in range(2))
    for t in range(years):
        paid[:, t, t] = capex
        opex[:, t, t:] = running[:, None]
    return LeverMoney({"capex": paid, "opex": opex}, np.zeros((len(capex), years)), 1.04 ** -np.arange(years + 1.0),
                      capex / 8 + running)


def small(seed: int, *, levers: int = 5, rows: int = 4, years: int = 3) -> Problem:
    """A problem with interactions, relations, caps and budgets, small enough to look at every plan."""
    g = np.random.default_rng(seed)
    problem = numbers(g, levers, rows, years, 3)
    total = problem.base[problem.mask(("1", "2"), "market-based")].sum(axis=0)
    kg = np.full(years, np.inf)
    kg[-1] = total[-1] * g.uniform(0.4, 1.0)
    if g.random() < 0.4:
        kg[:-1] = total[:-1] * g.uniform(0.8, 1.0)
    budget = total.sum() * g.uniform(0.6, 1) if g.random() < 0.4 else np.inf
    limits = [Limit("market", ("1", "2"), "market-based", kg, budget)]
    if g.random() < 0.3:
        other = problem.base[problem.mask(("1", "2"), "location-based")].sum(axis=0)
        last = np.r_[np.full(years - 1, np.inf), 0.9 * other[-1]]
        limits.append(Limit("location", ("1", "2"), "location-based", last))
    pairs = list(itertools.permutations(range(levers), 2))
    before = (pairs[g.integers(len(pairs))],) if g.random() < 0.5 else ()
    apart = tuple(p for p in (tuple(sorted(pairs[g.integers(len(pairs))])),) if g.random() < 0.5 and p not in
                  {tuple(sorted(b)) for b in before})
    cap = np.full(years, g.uniform(40_000, 200_000)) if g.random() < 0.5 else np.full(years, np.inf)
    return replace(problem, limits=tuple(limits), before=before, apart=apart, capex_cap=cap,
                   max_starts=2 if g.random() < 0.3 else None)


def enumerated(problem: Problem, scenarios: tuple[np.ndarray, ...] = ()) -> tuple[float, list[np.ndarray], float]:
    """Least cost, the plans that reach it, and the smallest shortfall [kg], over every plan that is allowed."""
    years = len(problem.years)
    options = [[NEVER, *range(int(first), years)] for first in problem.earliest]
    best, plans, least = np.inf, [], np.inf
    for starts in itertools.product(*options):
        start = np.array(starts)
        if not choose.allowed(problem, start):
            continue
        over = 0.0
        for reduction in (None, *scenarios):
            kg, limit_kg = effect.totals(problem, effect.emissions(problem, start, reduction=reduction))
            over = max(over, float((kg - limit_kg).clip(min=0.0).sum()))
        least = min(least, over)
        if over > 1e-6:
            continue
        cost = effect.total_cost(problem, start)
        if cost < best - 1e-6:
            best, plans = cost, [start]
        elif cost < best + 1e-6:
            plans.append(start)
    return best, plans, least


def two_levers(reductions: list[list[float]], npv: list[float]):
    """Levers a and b on rows of 100 kg, scope 1 and scope 3, one year."""
    problem = numbers(np.random.default_rng(1), 2, 2, 1, 1)
    cut = np.array(reductions)
    rows = problem.rows.assign(scope=["1", "3"], scope2_method=["", ""])
    money = paid_at_once(np.zeros(2), np.array(npv), 1)
    return replace(problem, names=("a", "b"), rows=rows, base=np.full((2, 1), 100.0), adds=np.zeros((2, 2, 1)),
                   reduction=dict.fromkeys(("low", "likely", "high"), cut), effect=np.ones((2, 1, 1)),
                   earliest=np.zeros(2, dtype=int), money=money)


def hard(seed: int, *, levers: int):
    """Ten years, ten rows, a pathway to keep every year, a cap on capex."""
    problem = numbers(np.random.default_rng(seed), levers, 10, 10, 2)
    total = problem.base[problem.mask(("1", "2"), "market-based")].sum(axis=0)
    limit = Limit("every year", ("1", "2"), "market-based", total[0] * (1 - 0.03 * np.arange(10)))
    return replace(problem, limits=(limit,), earliest=np.zeros(levers, dtype=int))


def drawn(seed: int, levers: int = 6, rows: int = 4, years: int = 4):
    """A problem and random starts."""
    g = np.random.default_rng(seed)
    problem = numbers(g, levers, rows, years, 3)
    return problem, g.integers(-1, years, levers)
