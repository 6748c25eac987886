"""The plan as a mixed-integer linear programme: exact at every whole-number point, with few columns.

y[l, t] = 1 once lever l has started by year t (so y never falls). A row's emissions are the product over its levers of
(1 - r x profile(age)), built one lever at a time:

    w' = w - sum_g v_g u_g,   0 <= u_g <= U Z_g,   sum_g u_g <= w - L (1 - y)

where Z_g = 1 while the lever's effect is v_g (ages with the same effect are one g) and [L, U] bounds w. With whole y
the largest u_g allowed is w Z_g, so w' is the product itself; between whole points it is the convex hull of each step.
What is moved to other rows must not be too small either: its steps have u_g >= w - U (1 - Z_g) as well (McCormick).
Net cost is linear in y but for the priced rows, whose products are in the objective.
This needs k columns for k levers on a row where one state for each of the 2^k sets would be the textbook form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from carbon.levers.problem import ANY, NEVER, Problem

SAME_EFFECT = 12
"""Decimals to which two effects are one."""
LONGEST = 4
"""Terms of an expression before it becomes a column of its own."""
OBJECTIVE_SCALE = 1e4
"""The dearest lever costs this much inside the solver, whose absolute tolerance is then 1e-10 of it."""
CONSTANT = -1
Expression = dict[int, float]
"""Column -> coefficient; `CONSTANT` -> what is added."""


def plus(into: Expression, other: Expression, factor: float = 1.0) -> Expression:
    """Add factor x other to an expression in place, and return it."""
    for column, coefficient in other.items():
        into[column] = into.get(column, 0.0) + factor * coefficient
    return into


@dataclass
class Rows:
    """Constraints and columns as they are collected."""

    entries: list[tuple[int, int, float]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    column_low: list[float] = field(default_factory=list)
    column_high: list[float] = field(default_factory=list)

    def new_column(self, low: float, high: float) -> int:
        """Add a variable between two bounds; return its place."""
        self.column_low.append(low)
        self.column_high.append(high)
        return len(self.column_low) - 1

    def require(self, expression: Expression, low: float, high: float) -> None:
        """Add the constraint low <= expression <= high."""
        constant, row = expression.get(CONSTANT, 0.0), len(self.low)
        self.entries += [(row, column, k) for column, k in expression.items() if column != CONSTANT]
        self.low.append(low - constant)
        self.high.append(high - constant)

    def matrix(self) -> Any:
        """Return the constraints as a sparse matrix, (constraints, variables)."""
        from scipy.sparse import coo_matrix, csr_array

        row, column, value = zip(*self.entries, strict=True) if self.entries else ((), (), ())
        return csr_array(coo_matrix((value, (row, column)), shape=(len(self.low), len(self.column_low))))


class Programme:
    """The programme of one problem; limits are added in blocks, so that a block can have its own reductions."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.rows = problem, Rows()
        self.scales = _scales(problem)
        self.scale = float(self.scales.max(initial=1e-9, where=problem.emits))
        self.levers, self.years = (range(n) for n in problem.effect.shape[:2])
        for lever in self.levers:
            for t in self.years:
                self.rows.new_column(0.0, 0.0 if t < problem.earliest[lever] else 1.0)
        self.objective = np.zeros(0)
        self.shortfalls: list[int] = []
        self._moved: dict[tuple[int, int, int], tuple[Expression, float]] = {}
        self._reductions: list[np.ndarray] = []
        self._relations()
        self._decided()
        self._caps()

    def y(self, lever: int, t: int) -> int:
        """Return the column of "started by year t"."""
        return int(lever * len(self.years) + t)

    def starts(self, lever: int, t: int) -> Expression:
        """Return the expression that is 1 where a lever starts in year t of the plan."""
        return {self.y(lever, t): 1.0, **({self.y(lever, t - 1): -1.0} if t else {})}

    def _relations(self) -> None:
        at_most, last = self.rows.require, self.years[-1]
        for lever in self.levers:
            for t in self.years[1:]:
                at_most({self.y(lever, t - 1): 1.0, self.y(lever, t): -1.0}, -np.inf, 0.0)
        for a, b in self.problem.before:
            for t in self.years:
                one_of = (b,) if isinstance(b, int) else b
                at_most({self.y(a, t): 1.0, **{self.y(i, t): -1.0 for i in one_of}}, -np.inf, 0.0)
        for a, b in self.problem.apart:
            at_most({self.y(a, last): 1.0, self.y(b, last): 1.0}, -np.inf, 1.0)

    def _decided(self) -> None:
        """Keep what is decided: a lever never starts, starts in one year, or starts at all."""
        for id_, when in self.problem.fixed.items():
            sizes = [i for i, other in enumerate(self.problem.lever_ids) if other == id_]
            for t in self.years:
                if when == NEVER or t < when:
                    for i in sizes:
                        self.rows.column_high[self.y(i, t)] = 0.0
            if when != NEVER:
                by = self.years[-1] if when == ANY else when
                self.rows.require({self.y(i, by): 1.0 for i in sizes}, 1.0, 1.0)

    def _caps(self) -> None:
        problem = self.problem
        for t, cap in enumerate(problem.capex_cap.tolist()):
            self._invested([t], cap)
        self._invested(self.years, problem.capex_total)
        for t in self.years if problem.max_starts is not None else ():
            starts: Expression = {}
            for lever in self.levers:
                plus(starts, self.starts(lever, t))
            self.rows.require(starts, -np.inf, float(problem.max_starts or 0))

    def _invested(self, years: Iterable[int], cap: float) -> None:
        """Invest at most `cap`, less grants, in all of these years."""
        if not np.isfinite(cap):
            return
        invested, unit = self.problem.money.capex[:, :, list(years)].sum(axis=2), max(cap, 1.0)
        capex: Expression = {}
        for lever, start in np.argwhere(invested).tolist():
            plus(capex, self.starts(lever, start), invested[lever, start] / unit)
        self.rows.require(capex, -np.inf, cap / unit)

    def add_limits(self, reduction: np.ndarray, *, soft: bool = False) -> None:
        """Add every limit of the problem, for levers that cut by `reduction` [L, S].

        soft: a limit may be passed by a shortfall column, for the search of the best reachable.
        """
        built: dict[tuple[int, int], Expression] = {}
        for limit in self.problem.limits:
            budget: Expression = {}
            for t in self.years:
                if not (np.isfinite(limit.kg[t]) or np.isfinite(limit.budget_kg)):
                    continue
                total: Expression = {}
                for row in np.flatnonzero(self.problem.mask(limit.scopes, limit.scope2_method)).tolist():
                    if (row, t) not in built:
                        built[row, t] = self._product(row, t, reduction)
                    plus(total, built[row, t])
                plus(budget, total)
                self._at_most(total, limit.kg[t], soft)
            self._at_most(budget, limit.budget_kg, soft)

    def _at_most(self, total: Expression, kg: float, soft: bool) -> None:
        if not np.isfinite(kg):
            return
        if soft:
            self.shortfalls.append(self.rows.new_column(0.0, self._most()))
            total = {**total, self.shortfalls[-1]: -1.0}
        self.rows.require(total, -np.inf, kg / self.scale)

    def _most(self) -> float:
        """Return more than the rows of a problem can ever emit, in units of `scale`."""
        problem, emits = self.problem, self.problem.emits
        most = np.abs(problem.base[emits]).sum() + problem.adds[:, emits].sum()
        most += sum(float(m.ratio[emits].sum() * np.abs(problem.base[m.source]).sum()) for m in problem.moves)
        return float(2 * most / self.scale + 1)

    def _product(self, row: int, t: int, reduction: np.ndarray) -> Expression:
        """Return (B + adds + moved) x product of (1 - r y) of one row and year, in units of the row's scale."""
        problem, scale = self.problem, self.scales[row]
        now: Expression = {CONSTANT: problem.base[row, t] / scale}
        low = high = now[CONSTANT]
        for lever in np.flatnonzero(problem.adds[:, row, t]):
            added = problem.adds[lever, row, t] / scale
            for value, z in self._states(int(lever), t):
                plus(now, z, value * added)
            high += added * problem.effect[lever].max()
        for k, move in enumerate(problem.moves):
            if move.ratio[row, t]:
                from_rows, most = self._moves(k, t, reduction)
                plus(now, from_rows, move.ratio[row, t] / scale)
                high += most * move.ratio[row, t] / scale
        cutting = np.flatnonzero(reduction[:, row])
        return self._after(now, cutting[np.argsort(-reduction[cutting, row], kind="stable")], t, reduction[:, row],
                           low, high)[0]

    def _moves(self, k: int, t: int, reduction: np.ndarray) -> tuple[Expression, float]:
        """Return what move k takes out of its source rows in a year, exactly, and the most it can be [unit of rows]."""
        number = next((i for i, r in enumerate(self._reductions) if r is reduction), len(self._reductions))
        if number == len(self._reductions):
            self._reductions.append(reduction)
        if (k, t, number) not in self._moved:
            move, most = self.problem.moves[k], 0.0
            total: Expression = {}
            for row in np.flatnonzero(move.source & (reduction[move.lever] > 0)):
                scale, r = self.scales[row], reduction[:, row]
                base = self.problem.base[row, t] / scale
                now, low, high = self._after({CONSTANT: base}, np.flatnonzero(move.before[:, row] & (r > 0)), t, r,
                                             base, base, exact=True)
                plus(total, self._step(now, move.lever, t, r[move.lever], low, high, exact=True)[1], scale)
                most += max(high, 0.0) * scale
            self._moved[k, t, number] = (total, most)
        return self._moved[k, t, number]

    def _after(
        self, now: Expression, levers: np.ndarray, t: int, r: np.ndarray, low: float, high: float, *,
        exact: bool = False,
    ) -> tuple[Expression, float, float]:
        """Apply levers to a row one by one; return what is left and its bounds."""
        for lever in levers.tolist():
            now, _ = self._step(now, lever, t, r[lever], low, high, exact=exact)
            remaining = 1 - r[lever] * float(self.problem.effect[lever, : t + 1, t].max())
            low, high = min(low, low * remaining), max(high, high * remaining)
        return now, low, high

    def _states(self, lever: int, t: int) -> list[tuple[float, Expression]]:
        """Return (effect, Z) of a lever in year t: Z is 1 where it started in a year that gives this effect now."""
        groups: dict[float, Expression] = {}
        for start in range(int(self.problem.earliest[lever]), min(t + 1, len(self.years))):
            value = round(float(self.problem.effect[lever, start, t]), SAME_EFFECT)
            if value:
                plus(groups.setdefault(value, {}), self.starts(lever, start))
        return [(v, {c: k for c, k in z.items() if k}) for v, z in groups.items()]

    def _step(
        self, now: Expression, lever: int, t: int, cut: float, low: float, high: float, *, exact: bool = False
    ) -> tuple[Expression, Expression]:
        """Apply one more lever to a row: (w' = w x (1 - cut x effect), w - w'). exact: what is taken out is not less
        than the product either.
        """
        part_cut: Expression = {}
        states = self._states(lever, t)
        if states and now.keys() <= {CONSTANT}:
            for value, z in states:
                plus(part_cut, z, now.get(CONSTANT, 0.0) * cut * value)
        elif states:
            now = self._shortened(now, low, high)
            remainder = dict(now)
            for value, z in states:
                # Finite bounds: with infinite ones HiGHS has called feasible programmes infeasible.
                part = self.rows.new_column(min(low, 0.0), max(high, 0.0))
                self.rows.require(plus({part: 1.0}, z, -high), -np.inf, 0.0)
                if exact:
                    self.rows.require(plus({part: 1.0}, z, -low), 0.0, np.inf)
                    self.rows.require(plus(plus({part: -1.0}, now), z, high), -np.inf, high)
                plus(plus(remainder, {part: -1.0}), z, low)
                part_cut[part] = cut * value
            self.rows.require(remainder, low, np.inf)
        return plus(dict(now), part_cut, -1.0), part_cut

    def _shortened(self, long: Expression, low: float, high: float) -> Expression:
        if len(long.keys() - {CONSTANT}) < LONGEST:
            return long
        column = self.rows.new_column(low, high)
        self.rows.require({**long, column: -1.0}, 0.0, 0.0)
        return {column: 1.0}

    def forbid(self, start: np.ndarray) -> None:
        """Exclude one whole-number point: the plan with these starts."""
        on = {self.y(lever, t): first != NEVER and t >= first for lever, first in enumerate(start) for t in self.years}
        self.rows.require({c: -1.0 if is_on else 1.0 for c, is_on in on.items()} | {CONSTANT: float(sum(on.values()))},
                          1.0, np.inf)

    def minimise_cost(self) -> None:
        """Set the objective: net cost, then fewer levers, earlier names and earlier starts."""
        problem, largest = self.problem, largest_cost(self.problem)
        weights = problem.money.npv / largest * OBJECTIVE_SCALE + tie_weights(
            np.argsort(np.argsort(np.array(problem.names))), len(self.years))
        cost: Expression = {}
        for lever in self.levers:
            for t in self.years:
                plus(cost, self.starts(lever, t), weights[lever, t])
        for row in problem.priced.tolist():
            worth = problem.price[row] * problem.money.discount[:-1] * self.scales[row] / largest * OBJECTIVE_SCALE
            for t in np.flatnonzero(worth).tolist():
                plus(cost, self._product(row, t, problem.reduction["likely"]), worth[t])
        cost.pop(CONSTANT, None)
        self._minimise(cost)

    def minimise_shortfall(self) -> None:
        """Set the objective: the sum of what exceeds the limits."""
        self._minimise(dict.fromkeys(self.shortfalls, OBJECTIVE_SCALE))

    def _minimise(self, cost: Expression) -> None:
        self.objective = np.zeros(len(self.rows.column_low))
        self.objective[list(cost)] = list(cost.values())

    def solve(self, *, time_limit_s: float, presolve: bool = False) -> Any:
        """Solve with HiGHS to a relative gap of zero, or to the time limit; return the `OptimizeResult`."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # most company-years have no plan to make

        # Without presolve: a third faster on these programmes (benchmarks/levers.py), and silent; with it some builds
        # of HiGHS write to standard output, which a `--json` result needs.
        columns = len(self.rows.column_low)
        return milp(np.r_[self.objective, np.zeros(columns - len(self.objective))],
                    constraints=LinearConstraint(self.rows.matrix(), self.rows.low, self.rows.high),
                    bounds=Bounds(self.rows.column_low, self.rows.column_high),
                    integrality=np.arange(columns) < len(self.levers) * len(self.years),
                    options={"time_limit": time_limit_s, "mip_rel_gap": 0.0, "presolve": presolve})

    def started(self, x: np.ndarray) -> np.ndarray:
        """Return the year index of each lever's start from a solution, NEVER where it does not start."""
        on = x[: len(self.levers) * len(self.years)].reshape(len(self.levers), len(self.years)) > 0.5
        return np.where(on.any(axis=1), on.argmax(axis=1), NEVER)


def largest_cost(problem: Problem) -> float:
    """Return the cost of the dearest lever: its own cash, or what it can move of a priced row's bill."""
    bills = [float(np.abs(problem.price[row] * problem.base[row]) @ problem.money.discount[:-1]
                   * problem.reduction["likely"][:, row].max(initial=0.0)) for row in problem.priced]
    return max(float(np.abs(problem.money.npv).max(initial=0.0)), *bills, 0.0) or 1.0


def _scales(problem: Problem) -> np.ndarray:
    """Return the unit of each row [S]: all emissions in one, each resource in its own."""
    kg = float(max(np.abs(problem.base[problem.emits]).sum(axis=0).max(initial=0.0), 1e-9))
    most = np.abs(problem.base).max(axis=1, initial=0.0) + np.abs(problem.adds).sum(axis=0).max(axis=1, initial=0.0)
    return np.where(problem.emits, kg, np.maximum(most, 1e-9))


def tie_weights(rank: np.ndarray, years: int) -> np.ndarray:
    """Return [L, T] weights that order plans of one cost: fewer levers, earlier names, earlier starts.

    Their sum is at most 1e-6 of the dearest lever: plans closer than that count as equal in cost.
    """
    unit = 1e-6 * OBJECTIVE_SCALE / (2 * max(len(rank), 1))
    names = 0.25 * (1 - 0.5 ** np.minimum(rank + 1.0, 40))
    return unit * (1 + names[:, None] / len(rank) + 0.01 * np.arange(years) / (years * len(rank)))
