"""The probability that a plan meets its limits: baseline paths x lever realisations, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.display import Displayed, HandsOut, as_html, one_line
from carbon.core.errors import MethodError
from carbon.core.text import instead
from carbon.levers import effect
from carbon.levers.problem import NEVER, Limit, Piece, Problem
from carbon.levers.result import Plan
from carbon.params.shapes.lever_life import THREE
from carbon.trajectory.words import BASE_YEAR, BUDGET, backed, never_certain, probability_text

if TYPE_CHECKING:
    from carbon.levers.baseline import Baseline

FEWEST_YEARS = 5
CHUNK = 2000
"""Draws computed at once."""
BASELINE = "baseline, scopes "
"""How a baseline's line in a sensitivity table begins; its scopes follow."""


@dataclass(frozen=True, eq=False)
class Chance(HandsOut):
    """P(meet) of each limit and of all together, with its seed and number of draws.

    table: limit, p (NaN where no record backs it), text (with the record, or the reason), low_80_kg, median_kg,
    high_80_kg, limit_kg (the kg of the limit's last year), came_true, forecasts, record (in words; the reason without
    one). The record is that of forecasts like the baseline's, as a trajectory has it; what levers do is as they state
    it, and has none.
    """

    table: pd.DataFrame
    seed: int
    draws: int
    ends: pd.DataFrame = field(default_factory=pd.DataFrame)
    """P of all limits where the groups of the baseline are independent, correlated as in their history, and as one:
    groups, correlation, p."""

    def __repr__(self) -> str:
        every = self.table.iloc[-1]
        return one_line(f"Chance(all limits: {every['text']}; {self.draws:,} draws, seed {self.seed})")

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table)


def triangular(u: np.ndarray, low: np.ndarray, most_likely: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return quantile u of a triangular distribution; where low = high, that number.

    x = low + sqrt(u (high - low)(most_likely - low)) below the mode,
    x = high - sqrt((1 - u)(high - low)(high - most_likely)) above it.
    """
    width = high - low
    mode = np.divide(most_likely - low, width, out=np.zeros_like(width * 1.0), where=width > 0)
    below = low + np.sqrt(u * width * (most_likely - low))
    above = high - np.sqrt((1 - u) * width * (high - most_likely))
    return np.asarray(np.where(u <= mode, below, above))


def drawn_reductions(problem: Problem, *, seed: int, draws: int) -> np.ndarray:
    """Draw the reduction of every lever and row [draws, L, S]: each uncertain range of a lever is a draw of its own.

    The same range of a lever moves all its rows together; two ranges that multiply are two draws, so that both are
    rarely at one end. Levers are independent.
    """
    levers = len(problem.names)
    u = [np.random.Generator(np.random.PCG64(seed + 1)).random((draws, levers))]
    out = np.zeros((draws, levers, len(problem.rows)))
    if not problem.pieces:
        low, most_likely, high = (problem.reduction[k] for k in THREE)
        return triangular(u[0][:, :, None], low, most_likely, high)
    uncertain = [[r for f in piece.factors for r in f.of if r.low < r.high]
                 for own_pieces in problem.pieces for piece in own_pieces]
    further = np.random.Generator(np.random.PCG64(seed + 2))
    u += [further.random((draws, levers)) for _ in range(1, max(map(len, uncertain), default=1))]
    for lever, own_pieces in enumerate(problem.pieces):
        remaining = np.ones((draws, len(problem.rows)))
        for piece in own_pieces:
            remaining[:, piece.rows] *= 1 - _product(piece, [v[:, _id(problem, lever)] for v in u])[:, None]
        out[:, lever] = 1 - remaining
    return out


def drawn_ratios(problem: Problem, *, seed: int, draws: int) -> np.ndarray:
    """Draw what appears elsewhere for each kg moved [draws, M], relative to its likely value: one number a move."""
    u = np.random.Generator(np.random.PCG64(seed + 5)).random((draws, len(problem.moves)))
    three = [np.array([getattr(m.spread, k) for m in problem.moves]) for k in THREE]
    return triangular(u, *three)


def _id(problem: Problem, lever: int) -> int:
    """Return the first size of a lever: all sizes of a roll-out share its draws."""
    return problem.lever_ids.index(problem.lever_ids[lever])


def _product(piece: Piece, u: list[np.ndarray]) -> np.ndarray:
    """Return the drawn product of a piece's factors; every uncertain range takes the next random numbers."""
    numbers, product = iter(u), np.ones(len(u[0]))
    for factor in piece.factors:
        value = np.ones(len(u[0]))
        for r in factor.of:
            if r.low == r.high:
                value = value * r.likely
            else:
                at = next(numbers)
                value = value * triangular(1 - at if factor.complement else at, *(np.array(x) for x in (
                    r.low, r.likely, r.high)))
        product = product * (1 - value if factor.complement else value)
    return product


@dataclass(frozen=True, eq=False, repr=False)
class Scenarios(Displayed):
    """Drawn futures that all limits and plans are held against: reductions [n, L, S], baselines [n, S, T] and what
    moves add elsewhere [n, M].
    """

    problem: Problem
    reductions: np.ndarray
    base: np.ndarray
    ratios: np.ndarray

    @classmethod
    def drawn(
        cls, problem: Problem, baseline: Baseline, *, seed: int, draws: int, correlation: float | None = None
    ) -> Scenarios:
        """Draw baseline paths and reductions.

        Raises MethodError: A group of the baseline was fitted on fewer than five years.
        """
        refuse_few_years(baseline)
        path, years = baseline.multipliers(draws, seed=seed, correlation=correlation), len(problem.years)
        base = np.stack([path[g] * problem.base[s, :years] for s, g in enumerate(problem.rows["group"])], axis=1)
        plan_years = np.arange(problem.base.shape[1]) < years
        return cls(problem.in_years(plan_years), drawn_reductions(problem, seed=seed, draws=draws), base,
                   drawn_ratios(problem, seed=seed, draws=draws))

    def kg(self, start: np.ndarray) -> np.ndarray:
        """Return kg [n, S, T] of each row under a plan. What levers add a year is not drawn; what they move is."""
        return _values(self.problem, effect.effects(self.problem, start), np.arange(len(self.problem.rows)),
                       self.reductions, self.ratios, self.base)

    @cached_property
    def _limited(self) -> tuple[Problem, np.ndarray, np.ndarray]:
        """The problem in the years that have a limit, the rows of its limits, and their baselines."""
        problem = self.problem
        at = np.logical_or.reduce([np.isfinite(x.kg) | np.isfinite(x.budget_kg) for x in problem.limits])
        return problem.in_years(at), np.flatnonzero(problem.limited), self.base[:, :, at]

    def over(self, start: np.ndarray) -> np.ndarray:
        """Return total / limit of every limited year and budget [n, entries], in the order of `effect.totals`.

        Of a limit of zero or less: 1 where it is kept and infinite where it is not.
        """
        problem, rows, base = self._limited
        kg = np.zeros((len(base), len(problem.rows), base.shape[2]))
        kg[:, rows] = effect.row_values(problem, effect.effects(problem, start), rows, reduction=self.reductions,
                                        base=base, ratios=self.ratios)
        total, limit_kg = effect.totals(problem, kg)
        zero = np.where(total <= limit_kg, 1.0, np.inf)
        return np.where(limit_kg > 0, np.divide(total, limit_kg, out=zero, where=limit_kg > 0), zero)

    def p(self, start: np.ndarray) -> float:
        """Return the share of futures in which a plan keeps every limit at once."""
        return float((self.over(start) <= 1).all(axis=1).mean())


def _values(
    problem: Problem, y: np.ndarray, rows: np.ndarray, reductions: np.ndarray, ratios: np.ndarray,
    base: np.ndarray | None = None,
) -> np.ndarray:
    """Return `effect.row_values` of many futures [n, rows, H], a part of them at a time."""
    parts = []
    for i in range(0, len(reductions), CHUNK):
        some = slice(i, i + CHUNK)
        values = effect.row_values(problem, y, rows, reduction=reductions[some], ratios=ratios[some],
                                   base=None if base is None else base[some])
        # Without a lever at work every future is the same one.
        parts.append(np.broadcast_to(values, (len(reductions[some]), *values.shape[-2:])))
    return np.concatenate(parts)


def refuse_few_years(baseline: Baseline) -> None:
    """Raise MethodError where a group of the baseline was fitted on fewer than five years, or across a break that
    nothing explains: P would be invented.
    """
    if not baseline.fits:
        raise MethodError("a declared baseline has no probability", hint="with five years of history leave "
                          "`plan.baseline` out: it is then fitted")
    few = {g: len(f.series) for g, f in baseline.fits.items() if len(f.series) < FEWEST_YEARS}
    if few:
        raise MethodError(f"a probability needs at least five years, there are {min(few.values())} of "
                          f"scopes {', '.join(few)}: cannot tell",
                          hint="add earlier years to reported_inventories")
    for fitted in baseline.fits.values():
        fitted.refuse_chance()


def cost_range(plan: Plan, *, seed: int, draws: int) -> tuple[float, float, float]:
    """Return the 10 %, 50 % and 90 % quantile of net cost: drawn costs, prices and reductions; the baseline is certain.

    What a lever invests (with its grants and residual value), its running cost, lease and savings, and each price path
    are one triangular draw each.
    """
    money, on = plan.problem.money, np.flatnonzero(plan.start != NEVER)
    u = np.random.Generator(np.random.PCG64(seed + 3)).random((draws, len(plan.problem.names), len(money.ranges)))
    total = np.full(draws, float(money.npv[on, plan.start[on]].sum())) + _drawn_bills(plan, seed=seed, draws=draws)
    for k, three in enumerate(money.ranges.values()):
        for lever in on:
            low, likely, high = (np.array(value[lever, plan.start[lever]]) for value in three)
            total += triangular(u[:, lever, k], np.minimum(low, high), likely, np.maximum(low, high)) - likely
    low, median, high = np.quantile(total, [0.1, 0.5, 0.9])
    return float(low), float(median), float(high)


def _drawn_bills(plan: Plan, *, seed: int, draws: int) -> np.ndarray:
    """Return the present value of price x (plan - baseline) [draws]."""
    problem, rows = plan.problem, plan.problem.priced
    if not len(rows):
        return np.zeros(draws)
    reductions, ratios = (f(problem, seed=seed, draws=draws) for f in (drawn_reductions, drawn_ratios))
    plan_values = _values(problem, effect.effects(problem, plan.start), rows, reductions, ratios)
    by_row = ((plan_values - problem.base[rows]) * problem.price[rows] * problem.money.discount[:-1]).sum(axis=-1)
    further = np.random.Generator(np.random.PCG64(seed + 4))
    for name, three in problem.price_spread.items():
        drawn = triangular(further.random(draws), *map(np.array, three))
        by_row[:, (problem.rows["resource"].to_numpy()[rows] == name)] *= drawn[:, None]
    return by_row.sum(axis=1)


def p_meet(plan: Plan, baseline: Baseline, *, seed: int, draws: int) -> Chance:
    """Return P(every year and budget of a limit is kept), by limit and for all of them at once.

    Raises MethodError: A group of the baseline was fitted on fewer than five years: a probability would be invented.
    """
    kg = Scenarios.drawn(plan.problem, baseline, seed=seed, draws=draws).kg(plan.start)
    origin = min(int(f.used.index[-1]) for f in baseline.fits.values())
    rows: list[tuple[object, ...]] = []
    every, last, kind = np.ones(draws, dtype=bool), origin, BASE_YEAR
    for limit in plan.problem.limits:
        total = kg[:, plan.problem.mask(limit.scopes, limit.scope2_method)].sum(axis=1)
        meets = (total <= limit.kg).all(axis=1) & (total.sum(axis=1) <= limit.budget_kg)
        every &= meets
        at, own_kind = _last(limit), BUDGET if np.isfinite(limit.budget_kg) else BASE_YEAR
        year = int(plan.problem.years[at])
        last, kind = max(last, year), own_kind if own_kind == BUDGET else kind
        rows.append((limit.name, *_recorded(float(meets.mean()), baseline, own_kind, year - origin),
                     *np.quantile(total[:, at], [0.1, 0.5, 0.9]), float(limit.kg[at])))
    rows.append(("all limits", *_recorded(float(every.mean()), baseline, kind, last - origin), *[float("nan")] * 4))
    columns = ["limit", "p", "text", "came_true", "forecasts", "record", "low_80_kg", "median_kg", "high_80_kg",
               "limit_kg"]
    table = pd.DataFrame(rows, columns=columns)
    return Chance(table[[*columns[:3], *columns[6:], *columns[3:6]]], seed, draws,
                  _ends(plan, baseline, float(table["p"].iloc[-1]), seed=seed, draws=draws))


def _recorded(p: float, baseline: Baseline, kind: str, ahead: int) -> tuple[float, str, int, int, str]:
    """Return p with its text, forecasts like it that came true, all of them, and both in words; else NaN and why."""
    try:
        record = backed(never_certain(p), kind=kind, horizon=ahead)
    except MethodError as none:
        return float("nan"), none.what, 0, 0, none.what
    years = min(len(f.series) for f in baseline.fits.values())
    return p, f"{probability_text(p, years=years)}; {record.short}", record.true, record.forecasts, record.short


def _ends(plan: Plan, baseline: Baseline, p: float, *, seed: int, draws: int) -> pd.DataFrame:
    """Return P of all limits at both ends of the correlation between groups, and at that of their history."""
    rows = []
    for name, correlation in (("independent", 0.0), ("as in their history", baseline.correlation), ("as one", 1.0)):
        at = p  # without a record none of the three is given
        if p == p and correlation != baseline.correlation and len(baseline.fits) > 1:
            at = Scenarios.drawn(plan.problem, baseline, seed=seed, draws=draws, correlation=correlation).p(plan.start)
        rows.append((name, correlation, at))
    return pd.DataFrame(rows, columns=["groups", "correlation", "p"])


def _last(limit: Limit) -> int:
    """Return the index of the last year that has a limit; the last year for a budget alone."""
    finite = np.flatnonzero(np.isfinite(limit.kg))
    return int(finite[-1]) if len(finite) else len(limit.kg) - 1


def sensitivity(plan: Plan, baseline: Baseline, *, limit: str) -> pd.DataFrame:
    """Return what the plan's last limited year is most sensitive to: one input at a time at its low and high value.

    A lever's range is its own; the baseline of a group is taken at the 10 % and 90 % quantile of its trajectory.

    Columns: what, kind ("lever" | "baseline"), low_kg, high_kg (change of the plan's emissions when the lever does
    less, when it does more; or when the baseline is low, high), swing_kg; largest swing first.

    Raises MethodError: No such limit.
    """
    problem = plan.problem
    matches = [x for x in problem.limits if x.name == limit]
    if not matches:
        raise MethodError(f"the plan has no limit {limit!r}",
                          hint=instead(str(limit), [x.name for x in problem.limits]))
    mask, at = problem.mask(matches[0].scopes, matches[0].scope2_method), _last(matches[0])

    def kg(reduction: np.ndarray, base: np.ndarray) -> float:
        every = np.arange(len(problem.rows))
        values = effect.row_values(problem, effect.effects(problem, plan.start), every, reduction=reduction, base=base)
        return float(values[mask, at].sum())

    likely, base, ids, groups = problem.reduction["likely"], problem.base, np.array(problem.lever_ids), problem.rows[
        "group"].to_numpy()
    middle = kg(likely, base)
    rows = [(ids[i], "lever", *(kg(np.where((ids == ids[i])[:, None], problem.reduction[k], likely), base) - middle
                                for k in ("low", "high"))) for i in np.flatnonzero(plan.start != NEVER)]
    for group, (low, high) in baseline.spread().items():
        if len(baseline.fits[group].series) >= FEWEST_YEARS and (groups[mask] == group).any():
            rows.append((f"{BASELINE}{group}", "baseline", *(
                kg(likely, np.where((groups == group)[:, None], base * share[at], base)) - middle
                for share in (low, high))))
    table = pd.DataFrame(rows, columns=["what", "kind", "low_kg", "high_kg"])
    table["swing_kg"] = (table["high_kg"] - table["low_kg"]).abs()
    table = table[table["swing_kg"] > 0]
    return table.sort_values(["swing_kg", "what"], ascending=[False, True], ignore_index=True)
