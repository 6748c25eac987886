"""The plan as a mixed-integer linear programme: exact at every whole-number point, with few columns.

y[l, t] = 1 once lever l has started by year t (so y never falls). A row's emissions are the product over its levers of
(1 - r x profile(age)), built one lever at a time:

    w' = w - sum_g v_g u_g,   0 <= u_g <= U Z_g,   sum_g u_g <= w - L (1 - y)

where Z_g = 1 while the lever's effect is v_g (ages with the same effect are one g) and [L, U] bounds w. With whole y
the largest u_g allowed is w Z_g, so w' is the product itself; between whole points it is the convex hull of each step.
This needs k columns for k levers on a row where one state for each of the 2^k sets would be the textbook form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_matrix, csr_array

from carbon.levers.problem import NEVER, Problem

SAME_EFFECT = 12
"""Decimals to which two effects are one."""
LONGEST = 4
"""Terms of an expression before it becomes a column of its own."""
OBJECTIVE_SCALE = 1e4
"""The dearest lever costs this much inside the solver, whose absolute tolerance is then 1e-10 of it."""


@dataclass
class Expression:
    """terms: column -> coefficient; plus a constant."""

    terms: dict[int, float] = field(default_factory=dict)
    constant: float = 0.0

    def add(self, column: int, coefficient: float) -> None:
        """Add one term; a column that is already there gets the sum of both coefficients."""
        self.terms[column] = self.terms.get(column, 0.0) + coefficient


@dataclass
class Rows:
    """Constraints and columns as they are collected."""

    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
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
        self.row += [len(self.low)] * len(expression.terms)
        self.column += expression.terms.keys()
        self.value += expression.terms.values()
        self.low.append(low - expression.constant)
        self.high.append(high - expression.constant)

    def matrix(self) -> csr_array:
        """Return the constraints as a sparse matrix, (constraints, variables)."""
        shape = (len(self.low), len(self.column_low))
        return csr_array(coo_matrix((self.value, (self.row, self.column)), shape=shape))


class Programme:
    """The programme of one problem; limits are added in blocks, so that a block can have its own reductions."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rows = Rows()
        self.scale = float(max(np.abs(problem.base).sum(axis=0).max(), 1e-9))
        levers, years = problem.profile.shape
        for lever in range(levers):
            for t in range(years):
                self.rows.new_column(0.0, 0.0 if t < problem.earliest[lever] else 1.0)
        self.objective = np.zeros(levers * years)
        self.shortfalls: list[int] = []
        self._relations()
        self._yearly_caps()

    def y(self, lever: int, t: int) -> int:
        """Return the column of "started by year t"."""
        return int(lever * len(self.problem.years) + t)

    def starts(self, lever: int, t: int, coefficient: float, into: Expression) -> None:
        """Add coefficient x (lever starts in year t)."""
        into.add(self.y(lever, t), coefficient)
        if t:
            into.add(self.y(lever, t - 1), -coefficient)

    def _relations(self) -> None:
        years = range(len(self.problem.years))
        for lever in range(len(self.problem.names)):
            for t in list(years)[1:]:
                self.rows.require(Expression({self.y(lever, t - 1): 1.0, self.y(lever, t): -1.0}), -np.inf, 0.0)
        for a, b in self.problem.before:
            for t in years:
                self.rows.require(Expression({self.y(a, t): 1.0, self.y(b, t): -1.0}), -np.inf, 0.0)
        for a, b in self.problem.apart:
            self.rows.require(Expression({self.y(a, years[-1]): 1.0, self.y(b, years[-1]): 1.0}), -np.inf, 1.0)

    def _yearly_caps(self) -> None:
        problem = self.problem
        levers, years = problem.profile.shape
        for t in range(years):
            if problem.capex_cap.size and np.isfinite(problem.capex_cap[t]):
                capex, unit = Expression(), max(float(problem.capex_cap[t]), 1.0)
                for lever in range(levers):
                    for start in range(t + 1):
                        if problem.money.capex[lever, start, t]:
                            self.starts(lever, start, problem.money.capex[lever, start, t] / unit, capex)
                self.rows.require(capex, -np.inf, problem.capex_cap[t] / unit)
            if problem.max_starts is not None:
                starts = Expression()
                for lever in range(levers):
                    self.starts(lever, t, 1.0, starts)
                self.rows.require(starts, -np.inf, float(problem.max_starts))

    def add_limits(self, reduction: np.ndarray, *, years: Sequence[int] | None = None, soft: bool = False) -> None:
        """Add every limit of the problem, for levers that cut by `reduction` [L, S].

        Parameters
        ----------
        years
            Year indices whose limits count; all by default. The budget counts with all.
        soft
            A limit may be passed by a shortfall column, for the search of the best reachable.
        """
        problem, built = self.problem, {}
        for limit in problem.limits:
            budget, mask = Expression(), np.flatnonzero(problem.mask(limit.scopes, limit.scope2_method))
            has_budget = np.isfinite(limit.budget_kg)
            for t in range(len(problem.years)):
                has_limit = np.isfinite(limit.kg[t]) and (years is None or t in years)
                if not (has_limit or has_budget):
                    continue
                total = Expression()
                for row in mask:
                    if (row, t) not in built:
                        built[row, t] = self._product(int(row), t, reduction)
                    _merge(total, built[row, t])
                _merge(budget, total)
                if has_limit:
                    self._at_most(total, limit.kg[t], soft)
            if has_budget:
                self._at_most(budget, limit.budget_kg, soft)

    def _at_most(self, total: Expression, kg: float, soft: bool) -> None:
        bounded = Expression(dict(total.terms), total.constant)
        if soft:
            self.shortfalls.append(self.rows.new_column(0.0, self._most()))
            bounded.add(self.shortfalls[-1], -1.0)
        self.rows.require(bounded, -np.inf, kg / self.scale)

    def _most(self) -> float:
        """Return more than the rows of a problem can ever emit, in units of `scale`."""
        problem = self.problem
        return float(2 * (np.abs(problem.base).sum() + problem.adds.sum()) / self.scale + 1)

    def _product(self, row: int, t: int, reduction: np.ndarray) -> Expression:
        """Return (B + adds) x product of (1 - r y) of one row and year, in units of `scale`."""
        problem = self.problem
        now = Expression({}, problem.base[row, t] / self.scale)
        low = high = now.constant
        for lever in np.flatnonzero(problem.adds[:, row, t]):
            for value, z in self._states(int(lever), t):
                for column, coefficient in z.terms.items():
                    now.add(column, coefficient * value * problem.adds[lever, row, t] / self.scale)
            high += problem.adds[lever, row, t] * problem.profile[lever].max() / self.scale
        cutting = np.flatnonzero(reduction[:, row])
        for lever in cutting[np.argsort(-reduction[cutting, row], kind="stable")]:
            now = self._step(now, int(lever), t, reduction[lever, row], low, high)
            remaining = 1 - reduction[lever, row] * problem.profile[lever, : t + 1].max()
            low, high = min(low, low * remaining), max(high, high * remaining)
        return now

    def _states(self, lever: int, t: int) -> list[tuple[float, Expression]]:
        """Return (effect, Z) of a lever in year t: Z is 1 where it started in a year that gives this effect now."""
        groups: dict[float, Expression] = {}
        for start in range(int(self.problem.earliest[lever]), t + 1):
            value = round(float(self.problem.profile[lever, t - start]), SAME_EFFECT)
            if value:
                self.starts(lever, start, 1.0, groups.setdefault(value, Expression()))
        return [(v, Expression({c: k for c, k in z.terms.items() if k})) for v, z in groups.items()]

    def _step(self, now: Expression, lever: int, t: int, cut: float, low: float, high: float) -> Expression:
        """Apply one more lever to a row: w' = w x (1 - cut x effect)."""
        states = self._states(lever, t)
        if not states:
            return now
        if not now.terms:
            after = Expression({}, now.constant)
            for value, z in states:
                for column, coefficient in z.terms.items():
                    after.add(column, -now.constant * cut * value * coefficient)
            return after
        now = self._shortened(now, low, high)
        after, remainder = Expression(dict(now.terms), now.constant), Expression(dict(now.terms), now.constant)
        for value, z in states:
            # Finite bounds: with infinite ones HiGHS has called feasible programmes infeasible.
            part = self.rows.new_column(min(low, 0.0), max(high, 0.0))
            bound = Expression({part: 1.0})
            for column, coefficient in z.terms.items():
                bound.add(column, -high * coefficient)
                remainder.add(column, low * coefficient)
            self.rows.require(bound, -np.inf, 0.0)
            remainder.add(part, -1.0)
            after.add(part, -cut * value)
        self.rows.require(remainder, low, np.inf)
        return after

    def _shortened(self, long: Expression, low: float, high: float) -> Expression:
        if len(long.terms) < LONGEST:
            return long
        column = self.rows.new_column(low, high)
        self.rows.require(Expression({**long.terms, column: -1.0}, long.constant), 0.0, 0.0)
        return Expression({column: 1.0})

    def forbid(self, start: np.ndarray) -> None:
        """Exclude one whole-number point: the plan with these starts."""
        other = Expression()
        for lever, first in enumerate(start):
            for t in range(len(self.problem.years)):
                on = first != NEVER and t >= first
                other.add(self.y(lever, t), -1.0 if on else 1.0)
                other.constant += 1.0 if on else 0.0
        self.rows.require(other, 1.0, np.inf)

    def minimise_cost(self) -> None:
        """Set the objective: net present value, then fewer levers, earlier names and earlier starts."""
        problem = self.problem
        levers, years = problem.profile.shape
        largest = float(np.abs(problem.money.npv).max()) or 1.0
        rank = np.argsort(np.argsort(np.array(problem.names)))
        tie = tie_weights(rank, years)
        cost = Expression()
        for lever in range(levers):
            for t in range(years):
                self.starts(lever, t, problem.money.npv[lever, t] / largest * OBJECTIVE_SCALE + tie[lever, t], cost)
        self.objective = np.zeros(len(self.rows.column_low))
        self.objective[list(cost.terms)] = list(cost.terms.values())

    def minimise_shortfall(self) -> None:
        """Set the objective: the sum of what exceeds the limits."""
        self.objective = np.zeros(len(self.rows.column_low))
        self.objective[self.shortfalls] = OBJECTIVE_SCALE

    def solve(self, *, time_limit_s: float, presolve: bool = False) -> OptimizeResult:
        """Solve with HiGHS to a relative gap of zero, or to the time limit."""
        # Without presolve: a third faster on these programmes (benchmarks/levers.py), and silent; with it some builds
        # of HiGHS write to standard output, which a `--json` result needs.
        columns = len(self.rows.column_low)
        objective = np.r_[self.objective, np.zeros(columns - len(self.objective))]
        integrality = np.zeros(columns)
        integrality[: self.problem.profile.size] = 1
        limits = LinearConstraint(self.rows.matrix(), self.rows.low, self.rows.high)
        return milp(objective, constraints=limits, bounds=Bounds(self.rows.column_low, self.rows.column_high),
                    integrality=integrality,
                    options={"time_limit": time_limit_s, "mip_rel_gap": 0.0, "presolve": presolve})

    def started(self, x: np.ndarray) -> np.ndarray:
        """Return the year index of each lever's start from a solution, NEVER where it does not start."""
        levers, years = self.problem.profile.shape
        on = x[: levers * years].reshape(levers, years) > 0.5
        return np.where(on.any(axis=1), on.argmax(axis=1), NEVER)


def tie_weights(rank: np.ndarray, years: int) -> np.ndarray:
    """Return [L, T] weights that order plans of one cost: fewer levers, earlier names, earlier starts.

    Their sum is at most 1e-6 of the dearest lever: plans closer than that count as equal in cost.
    """
    unit = 1e-6 * OBJECTIVE_SCALE / (2 * max(len(rank), 1))
    names = 0.25 * (1 - 0.5 ** np.minimum(rank + 1.0, 40))
    return unit * (1 + names[:, None] / len(rank) + 0.01 * np.arange(years) / (years * len(rank)))


def _merge(into: Expression, other: Expression) -> None:
    for column, coefficient in other.terms.items():
        into.add(column, coefficient)
    into.constant += other.constant
