"""The emissions under a set of started levers: the one exact formula, against which every plan is checked."""

from __future__ import annotations

from math import comb

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.levers.problem import NEVER, Problem

EXACT_LEVERS = 12


def stream_kg(base_kg: float, adds_kg: float, reductions: list[float]) -> float:
    """Return E = (B + adds) x product of (1 - r) [kg]: what is added comes before the stream's own levers.

    Raises MethodError: r outside [0, 1].
    """
    refuse_no_number("stream", base_kg=base_kg, adds_kg=adds_kg)
    if not isinstance(reductions, list | tuple):
        raise MethodError(f"reductions are {reductions!r}", hint="a list of shares, one a lever: [0.2, 0.1]")
    for i, r in enumerate(reductions):
        refuse_no_number(f"stream, lever {i + 1}", at_least=0, at_most=1, hint="0.2 means that a lever cuts 20 %",
                         reduction=r)
    return float((base_kg + adds_kg) * np.prod([1 - r for r in reductions]))


def effects(problem: Problem, start: np.ndarray) -> np.ndarray:
    """Return the share of full effect [L, T] of levers started in year indices `start` (NEVER: not at all)."""
    last = len(problem.years) - 1
    age = np.arange(last + 1) - start[:, None]
    live = (age >= 0) & (start != NEVER)[:, None]
    return np.where(live, np.take_along_axis(problem.profile, np.clip(age, 0, last), axis=1), 0.0)


def emissions(problem: Problem, start: np.ndarray, *, reduction: np.ndarray | None = None) -> np.ndarray:
    """Return kg of each row and year [S, T]: (B + adds) x product over levers of (1 - r y).

    Parameters
    ----------
    start
        Year index of each lever's start, NEVER where it is not in the plan.
    reduction
        [L, S] other than the likely one.
    """
    y = effects(problem, start)
    r = problem.reduction["likely"] if reduction is None else reduction
    active = np.flatnonzero(y.any(axis=1))
    kg = problem.base + np.einsum("lst,lt->st", problem.adds[active], y[active])
    for lever in active:
        kg = kg * (1 - r[lever][:, None] * y[lever])
    return kg


def total_cost(problem: Problem, start: np.ndarray) -> float:
    """Return the net present value of a plan, in the problem's currency."""
    on = np.flatnonzero(start != NEVER)
    return float(problem.money.npv[on, start[on]].sum())


def totals(problem: Problem, kg: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (kg, limit_kg) of every year and budget that has a limit, from rows [S, T], in the order of `excess`."""
    now, limits_kg = [], []
    for limit in problem.limits:
        total = kg[problem.mask(limit.scopes, limit.scope2_method)].sum(axis=0)
        finite = np.isfinite(limit.kg)
        now += [*total[finite], *([total.sum()] if np.isfinite(limit.budget_kg) else [])]
        limits_kg += [*limit.kg[finite], *([limit.budget_kg] if np.isfinite(limit.budget_kg) else [])]
    return np.array(now), np.array(limits_kg)


def excess(problem: Problem, kg: np.ndarray) -> pd.DataFrame:
    """Return how far rows [S, T] exceed each limit: limit, year (0 for the budget), limit_kg, kg, excess_kg."""
    now, limits_kg = totals(problem, kg)
    names: list[tuple[str, int]] = []
    for limit in problem.limits:
        names += [(limit.name, int(y)) for y in problem.years[np.isfinite(limit.kg)]]
        names += [(limit.name, 0)] if np.isfinite(limit.budget_kg) else []
    table = pd.DataFrame(names, columns=["limit", "year"]).assign(limit_kg=limits_kg, kg=now)
    return table.assign(excess_kg=(table["kg"] - table["limit_kg"]).clip(lower=0.0))


def wedges(
    problem: Problem, start: np.ndarray, mask: np.ndarray, *, seed: int, permutations: int = 2000
) -> pd.DataFrame:
    """Return what each lever of a plan contributes, by Shapley: the mean over all orders of starting them.

    The wedges of a year sum to baseline - plan and do not depend on an order.

    Row by row, as the value is additive over rows: exact where at most 12 levers touch a row, else the mean of
    `permutations` seeded orders with its standard error.

    Returns
    -------
    DataFrame
        lever, year, wedge_kg, error_kg (0 where exact).
    """
    y = effects(problem, start)
    active = np.flatnonzero(start != NEVER)
    wedge, variance = (np.zeros((len(problem.names), len(problem.years))) for _ in range(2))
    rng = np.random.Generator(np.random.PCG64(seed))
    for row in np.flatnonzero(mask):
        r = problem.reduction["likely"][active, row][:, None] * y[active]
        added = problem.adds[active, row] * y[active]
        players = np.flatnonzero((r != 0).any(axis=1) | (added != 0).any(axis=1))
        if len(players) <= EXACT_LEVERS:
            share = _exact(problem.base[row], r[players], added[players])
            square = np.zeros_like(share)
        else:
            share, square = _sampled(problem.base[row], r[players], added[players], rng, permutations)
        wedge[active[players]] += share
        variance[active[players]] += square
    return pd.DataFrame({
        "lever": np.repeat(np.array(problem.names)[active], len(problem.years)),
        "year": np.tile(problem.years, len(active)), "wedge_kg": wedge[active].ravel(),
        "error_kg": np.sqrt(variance[active]).ravel()})


def _exact(base: np.ndarray, r: np.ndarray, added: np.ndarray) -> np.ndarray:
    """Return the Shapley value [k, T] of f(S) = -(B + sum added) x product (1 - r), over all 2^k sets."""
    k, years = r.shape
    sets = np.arange(1 << k)
    total, remaining = np.broadcast_to(base, (1 << k, years)).copy(), np.ones((1 << k, years))
    for j in range(k):
        inside = ((sets >> j) & 1).astype(bool)
        total[inside] += added[j]
        remaining[inside] *= 1 - r[j]
    value = -total * remaining
    size = np.array([int(s).bit_count() for s in sets])
    weight = np.array([1 / (k * comb(k - 1, s)) for s in range(k)]) if k else np.array([])
    share = np.zeros((k, years))
    for j in range(k):
        without = sets[((sets >> j) & 1) == 0]
        share[j] = weight[size[without]] @ (value[without | (1 << j)] - value[without])
    return share


def _sampled(
    base: np.ndarray, r: np.ndarray, added: np.ndarray, rng: np.random.Generator, permutations: int
) -> tuple[np.ndarray, np.ndarray]:
    k, years = r.shape
    sums, squares = np.zeros((k, years)), np.zeros((k, years))
    for _ in range(permutations):
        order = rng.permutation(k)
        total = base + np.cumsum(added[order], axis=0)
        kg = total * np.cumprod(1 - r[order], axis=0)
        step = np.diff(np.vstack([base, kg]), axis=0)
        sums[order] -= step
        squares[order] += step**2
    mean = sums / permutations
    return mean, np.maximum(squares / permutations - mean**2, 0) / (permutations - 1)
