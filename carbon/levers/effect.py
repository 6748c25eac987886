"""The emissions and bills under a set of started levers: the one exact formula, against which every plan is checked."""

from __future__ import annotations

from math import comb

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.levers.problem import NEVER, Move, Problem

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
    """Return the share of full effect [L, H] of levers started in year indices `start` (NEVER: not at all)."""
    on = (start != NEVER)[:, None]
    return np.where(on, problem.effect[np.arange(len(start)), np.maximum(start, 0)], 0.0)


def row_values(
    problem: Problem, y: np.ndarray, rows: np.ndarray, *, reduction: np.ndarray | None = None,
    base: np.ndarray | None = None, ratios: np.ndarray | None = None,
) -> np.ndarray:
    """Return the kg or quantity of some rows in each year [..., rows, H]: (B + adds + moved) x product of (1 - r y).

    y: [..., L, H] share of full effect of each lever.
    rows: Indices of rows.
    reduction: [..., L, S] other than the likely one.
    base: [..., S, H] other than the problem's.
    ratios: [..., M] of each move, relative to its own.
    """
    r = problem.reduction["likely"] if reduction is None else reduction
    b = problem.base if base is None else base
    active = np.flatnonzero(y.reshape(-1, *y.shape[-2:]).any(axis=(0, 2)))
    total = b[..., rows, :] + np.einsum("lst,...lt->...st", problem.adds[np.ix_(active, rows)], y[..., active, :])
    for k, move in enumerate(problem.moves):
        if move.lever in active and move.ratio[rows].any():
            out_of_rows = moved(problem, move, y, r, b) * (1.0 if ratios is None else ratios[..., k, None])
            total = total + move.ratio[rows] * out_of_rows[..., None, :]
    for lever in active:
        if r[..., lever, rows].any():
            total = total * (1 - r[..., lever, rows, None] * y[..., lever, None, :])
    return np.asarray(total)


def moved(problem: Problem, move: Move, y: np.ndarray, r: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Return what a lever moves out of its source rows in each year [..., H], of what is left in them.

    moved = sum over rows of B x product over the levers before of (1 - r y) x r y
    """
    source = np.flatnonzero(move.source)
    left = base[..., source, :]
    for lever in np.flatnonzero(move.before[:, source].any(axis=1)):
        cut = r[..., lever, source] * move.before[lever, source]
        left = left * (1 - cut[..., None] * y[..., lever, None, :])
    return np.asarray((left * r[..., move.lever, source, None] * y[..., move.lever, None, :]).sum(axis=-2))


def emissions(problem: Problem, start: np.ndarray, *, reduction: np.ndarray | None = None) -> np.ndarray:
    """Return kg or quantity of each row and plan year [S, T] (`row_values`).

    start: Year index of each lever's start, NEVER where it is not in the plan.
    reduction: [L, S] other than the likely one.
    """
    every = np.arange(len(problem.rows))
    return row_values(problem, effects(problem, start), every, reduction=reduction)[:, : len(problem.years)]


def bills(problem: Problem, start: np.ndarray) -> np.ndarray:
    """Return what each row costs more than in the baseline in each year [S, H]: price x (plan - baseline).

    Negative: saved. Zero where a row has no price.
    """
    out = np.zeros(problem.base.shape)
    rows = problem.priced
    if len(rows):
        plan = row_values(problem, effects(problem, start), rows)
        out[rows] = problem.price[rows] * (plan - problem.base[rows])
    return out


def total_cost(problem: Problem, start: np.ndarray) -> float:
    """Return the net cost of a plan at the first year's value, in the problem's currency; negative: a gain.

    net cost = present value of capex - grants + opex + lease - savings - residual value, + price x (plan - baseline)
    """
    on = np.flatnonzero(start != NEVER)
    own_cost = problem.money.npv[on, start[on]].sum()
    return float(own_cost + (bills(problem, start) @ problem.money.discount[:-1]).sum())


def totals(problem: Problem, kg: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (kg [..., entries], limit_kg [entries]) of every year and budget that has a limit, from rows [..., S, T],
    in the order of `excess`.
    """
    now, limits_kg = [np.zeros((*kg.shape[:-2], 0))], []
    for limit in problem.limits:
        total, finite = kg[..., problem.mask(limit.scopes, limit.scope2_method), :].sum(axis=-2), np.isfinite(limit.kg)
        now.append(total[..., finite])
        limits_kg += limit.kg[finite].tolist()
        if np.isfinite(limit.budget_kg):
            now.append(total.sum(axis=-1, keepdims=True))
            limits_kg.append(limit.budget_kg)
    return np.concatenate(now, axis=-1), np.array(limits_kg)


def over_kg(kg: np.ndarray, limit_kg: np.ndarray) -> np.ndarray:
    """Return by how much totals exceed limits [kg]; 1e-9 of a limit is rounding of double numbers, and 0."""
    over = kg - limit_kg
    return np.where(over > 1e-9 * np.maximum(np.abs(limit_kg), 1.0), over, 0.0)


def excess(problem: Problem, kg: np.ndarray) -> pd.DataFrame:
    """Return how far rows [S, T] exceed each limit: limit, year (0 for the budget), limit_kg, kg, excess_kg."""
    now, limits_kg = totals(problem, kg)
    names = [(x.name, year) for x in problem.limits for year in (
        *problem.years[np.isfinite(x.kg)].tolist(), *([0] if np.isfinite(x.budget_kg) else []))]
    table = pd.DataFrame(names, columns=["limit", "year"]).assign(limit_kg=limits_kg, kg=now)
    return table.assign(excess_kg=(table["kg"] - table["limit_kg"]).clip(lower=0.0))


def wedges(
    problem: Problem, start: np.ndarray, mask: np.ndarray, *, seed: int, permutations: int = 2000,
    decided: np.ndarray | None = None,
) -> pd.DataFrame:
    """Return what each lever of a plan contributes, by Shapley: the mean over all orders of starting them.

    The wedges of a year sum to baseline - plan and do not depend on an order.

    With `decided` (starts, as `start`) the levers that start there belong to the baseline: they have no wedge, and the
    others sum to baseline with them - plan.

    Row by row, as the value is additive over rows: exact where at most 12 levers touch a row, else the mean of
    `permutations` seeded orders with its standard error.

    Columns: lever, year, wedge_kg, error_kg (0 where exact).
    """
    weight = np.where(mask[:, None], np.ones(problem.base.shape), 0.0)
    held_levers = np.full(len(start), False) if decided is None else decided != NEVER
    share, error = contributions(problem, start, weight, seed=seed, permutations=permutations, held_levers=held_levers)
    active, years = np.flatnonzero((start != NEVER) & ~held_levers), len(problem.years)
    return pd.DataFrame({
        "lever": np.repeat(np.array(problem.lever_ids)[active], years), "year": np.tile(problem.years, len(active)),
        "wedge_kg": share[active][:, :years].ravel(), "error_kg": error[active][:, :years].ravel()})


def contributions(
    problem: Problem, start: np.ndarray, weight: np.ndarray, *, seed: int, permutations: int = 2000,
    held_levers: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return (share, standard error) [L, H] of levers in the sum of weight [S, H] x (baseline - plan), by Shapley;
    levers that are `held_levers` [L] are at work in every order and have no share.
    """
    y = effects(problem, start)
    held_levers = np.full(len(y), False) if held_levers is None else held_levers
    share, variance = (np.zeros(y.shape) for _ in range(2))
    rng = np.random.Generator(np.random.PCG64(seed))
    for row in np.flatnonzero(weight.any(axis=1)):
        players = _players(problem, y, int(row), held_levers)
        if len(players) <= EXACT_LEVERS:
            mean = _exact(problem, y, int(row), players, held_levers)
            square = np.zeros_like(mean)
        else:
            mean, square = _sampled(problem, y, int(row), players, held_levers, rng, permutations)
        share[players] += weight[row] * mean
        variance[players] += weight[row] ** 2 * square
    return share, np.sqrt(variance)


def _players(problem: Problem, y: np.ndarray, row: int, held_levers: np.ndarray) -> np.ndarray:
    """Return the levers at work on which a row depends: they cut it, add or move to it, or act before a move."""
    at_work, names = np.asarray(y.any(axis=1)), np.arange(len(y))
    touch = np.asarray(problem.reduction["likely"][:, row] != 0) | (problem.adds[:, row] != 0).any(axis=1)
    for move in problem.moves:
        if bool(at_work[move.lever]) and move.ratio[row].any():
            touch = touch | move.before.any(axis=1) | (names == move.lever)
    return np.flatnonzero(touch & at_work & ~held_levers)


def _values(
    problem: Problem, y: np.ndarray, row: int, players: np.ndarray, held_levers: np.ndarray, inside: np.ndarray
) -> np.ndarray:
    """Return the row's value [n, H] under each set of players, inside [n, k]."""
    of_sets = np.repeat(np.where(held_levers[:, None], y, 0.0)[None], len(inside), axis=0)
    of_sets[:, players] = y[players] * inside[:, :, None]
    return row_values(problem, of_sets, np.array([row]))[:, 0]


def _exact(problem: Problem, y: np.ndarray, row: int, players: np.ndarray, held_levers: np.ndarray) -> np.ndarray:
    """Return the Shapley value [k, H] of what sets of players take from a row, over all 2^k sets."""
    k = len(players)
    sets = np.arange(1 << k)
    inside = ((sets[:, None] >> np.arange(k)) & 1).astype(bool)
    value = -_values(problem, y, row, players, held_levers, inside)
    size = inside.sum(axis=1)
    weight = np.array([1 / (k * comb(k - 1, s)) for s in range(k)]) if k else np.array([])
    share = np.zeros((k, y.shape[1]))
    for j in range(k):
        without = sets[~inside[:, j]]
        share[j] = weight[size[without]] @ (value[without | (1 << j)] - value[without])
    return share


def _sampled(
    problem: Problem, y: np.ndarray, row: int, players: np.ndarray, held_levers: np.ndarray, rng: np.random.Generator,
    permutations: int,
) -> tuple[np.ndarray, np.ndarray]:
    k = len(players)
    sums, squares = np.zeros((k, y.shape[1])), np.zeros((k, y.shape[1]))
    for _ in range(permutations):
        order = rng.permutation(k)
        inside = np.argsort(order)[None] < np.arange(k + 1)[:, None]
        step = np.diff(_values(problem, y, row, players, held_levers, inside), axis=0)
        sums[order] -= step
        squares[order] += step**2
    mean = sums / permutations
    return mean, np.maximum(squares / permutations - mean**2, 0) / (permutations - 1)
