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

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_matrix, csr_array

from carbon.levers.problem import ANY, NEVER, Problem

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
        self.scales = _scales(problem)
        self.scale = float(self.scales.max(initial=1e-9, where=(problem.rows["scope"] != "").to_numpy()))
        levers, years = problem.effect.shape[:2]
        for lever in range(levers):
            for t in range(years):
                self.rows.new_column(0.0, 0.0 if t < problem.earliest[lever] else 1.0)
        self.objective = np.zeros(levers * years)
        self.shortfalls: list[int] = []
        self._moved: dict[tuple[int, int, int], tuple[Expression, float]] = {}
        self._reductions: list[np.ndarray] = []
        self._relations()
        self._decided()
        self._yearly_caps()

    def y(self, lever: int, t: int) -> int:
        """Return the column of "started by year t"."""
        return int(lever * len(self.problem.years) + t)

    def starts(self, lever: int, t: int, coefficient: float, into: Expression) -> None:
        """Add coefficient x (lever starts in year t of the plan)."""
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
                one_of = (b,) if isinstance(b, int) else b
                self.rows.require(Expression({self.y(a, t): 1.0, **{self.y(i, t): -1.0 for i in one_of}}), -np.inf, 0.0)
        for a, b in self.problem.apart:
            self.rows.require(Expression({self.y(a, years[-1]): 1.0, self.y(b, years[-1]): 1.0}), -np.inf, 1.0)

    def _decided(self) -> None:
        """Keep what is decided: a lever never starts, starts in one year, or starts at all."""
        problem, last = self.problem, len(self.problem.years) - 1
        for id_, when in problem.fixed.items():
            sizes = [i for i, other in enumerate(problem.lever_ids) if other == id_]
            for i in sizes:
                for t in range(last + 1):
                    if when == NEVER or (when >= 0 and t < when):
                        self.rows.column_high[self.y(i, t)] = 0.0
            if when != NEVER:
                by = last if when == ANY else when
                self.rows.require(Expression({self.y(i, by): 1.0 for i in sizes}), 1.0, 1.0)

    def _yearly_caps(self) -> None:
        problem = self.problem
        for t, cap in enumerate(problem.capex_cap.tolist()):
            if np.isfinite(cap):
                self._invested([t], cap)
        if np.isfinite(problem.capex_total):
            self._invested(range(len(problem.years)), problem.capex_total)
        if problem.max_starts is not None:
            for t in range(len(problem.years)):
                starts = Expression()
                for lever in range(len(problem.names)):
                    self.starts(lever, t, 1.0, starts)
                self.rows.require(starts, -np.inf, float(problem.max_starts))

    def _invested(self, years: Sequence[int], cap: float) -> None:
        """Invest at most `cap`, less grants, in all of these years."""
        invested, capex, unit = self.problem.money.capex[:, :, list(years)].sum(axis=2), Expression(), max(cap, 1.0)
        for lever, start in np.argwhere(invested).tolist():
            self.starts(lever, start, invested[lever, start] / unit, capex)
        self.rows.require(capex, -np.inf, cap / unit)

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
        emits = (problem.rows["scope"] != "").to_numpy()
        most = np.abs(problem.base[emits]).sum() + problem.adds[:, emits].sum()
        most += sum(float(m.ratio[emits].sum() * np.abs(problem.base[m.source]).sum()) for m in problem.moves)
        return float(2 * most / self.scale + 1)

    def _product(self, row: int, t: int, reduction: np.ndarray) -> Expression:
        """Return (B + adds + moved) x product of (1 - r y) of one row and year, in units of the row's scale."""
        problem, scale = self.problem, self.scales[row]
        now = Expression({}, problem.base[row, t] / scale)
        low = high = now.constant
        for lever in np.flatnonzero(problem.adds[:, row, t]):
            for value, z in self._states(int(lever), t):
                for column, coefficient in z.terms.items():
                    now.add(column, coefficient * value * problem.adds[lever, row, t] / scale)
            high += problem.adds[lever, row, t] * problem.effect[lever].max() / scale
        for k, move in enumerate(problem.moves):
            if move.ratio[row, t]:
                from_rows, most = self._moves(k, t, reduction)
                _merge(now, _times(from_rows, move.ratio[row, t] / scale))
                high += most * move.ratio[row, t] / scale
        cutting = np.flatnonzero(reduction[:, row])
        for lever in cutting[np.argsort(-reduction[cutting, row], kind="stable")]:
            now, _ = self._step(now, int(lever), t, reduction[lever, row], low, high)
            remaining = 1 - reduction[lever, row] * self._most_effect(int(lever), t)
            low, high = min(low, low * remaining), max(high, high * remaining)
        return now

    def _moves(self, k: int, t: int, reduction: np.ndarray) -> tuple[Expression, float]:
        """Return what move k takes out of its source rows in a year, exactly, and the most it can be [unit of rows]."""
        known_number = next((i for i, r in enumerate(self._reductions) if r is reduction), len(self._reductions))
        if known_number == len(self._reductions):
            self._reductions.append(reduction)
        if (k, t, known_number) not in self._moved:
            move, total, most = self.problem.moves[k], Expression(), 0.0
            for row in np.flatnonzero(move.source & (reduction[move.lever] > 0)):
                scale = self.scales[row]
                now = Expression({}, self.problem.base[row, t] / scale)
                low = high = now.constant
                for lever in np.flatnonzero(move.before[:, row] & (reduction[:, row] > 0)):
                    now, _ = self._step(now, int(lever), t, reduction[lever, row], low, high, exact=True)
                    remaining = 1 - reduction[lever, row] * self._most_effect(int(lever), t)
                    low, high = min(low, low * remaining), max(high, high * remaining)
                _, part_cut = self._step(now, move.lever, t, reduction[move.lever, row], low, high, exact=True)
                _merge(total, _times(part_cut, scale))
                most += max(high, 0.0) * scale
            self._moved[k, t, known_number] = (total, most)
        return self._moved[k, t, known_number]

    def _most_effect(self, lever: int, t: int) -> float:
        return float(self.problem.effect[lever, : t + 1, t].max())

    def _states(self, lever: int, t: int) -> list[tuple[float, Expression]]:
        """Return (effect, Z) of a lever in year t: Z is 1 where it started in a year that gives this effect now."""
        groups: dict[float, Expression] = {}
        for start in range(int(self.problem.earliest[lever]), min(t + 1, len(self.problem.years))):
            value = round(float(self.problem.effect[lever, start, t]), SAME_EFFECT)
            if value:
                self.starts(lever, start, 1.0, groups.setdefault(value, Expression()))
        return [(v, Expression({c: k for c, k in z.terms.items() if k})) for v, z in groups.items()]

    def _step(
        self, now: Expression, lever: int, t: int, cut: float, low: float, high: float, *, exact: bool = False
    ) -> tuple[Expression, Expression]:
        """Apply one more lever to a row: (w' = w x (1 - cut x effect), w - w').

        exact: what is taken out is not less than the product either.
        """
        part_cut = Expression()
        states = self._states(lever, t)
        if states and not now.terms:
            for value, z in states:
                _merge(part_cut, _times(z, now.constant * cut * value))
        elif states:
            now = self._shortened(now, low, high)
            remainder = Expression(dict(now.terms), now.constant)
            for value, z in states:
                # Finite bounds: with infinite ones HiGHS has called feasible programmes infeasible.
                part = self.rows.new_column(min(low, 0.0), max(high, 0.0))
                self.rows.require(_sum(Expression({part: 1.0}), _times(z, -high)), -np.inf, 0.0)
                if exact:
                    self.rows.require(_sum(Expression({part: 1.0}), _times(z, -low)), 0.0, np.inf)
                    over = _sum(Expression({part: -1.0}), _sum(now, _times(z, high)))
                    self.rows.require(over, -np.inf, high)
                remainder = _sum(remainder, _sum(Expression({part: -1.0}), _times(z, low)))
                part_cut.add(part, cut * value)
            self.rows.require(remainder, low, np.inf)
        return _sum(now, _times(part_cut, -1.0)), part_cut

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
        """Set the objective: net cost, then fewer levers, earlier names and earlier starts."""
        problem = self.problem
        levers, years = problem.effect.shape[:2]
        largest = largest_cost(problem)
        rank = np.argsort(np.argsort(np.array(problem.names)))
        tie = tie_weights(rank, years)
        cost = Expression()
        for lever in range(levers):
            for t in range(years):
                self.starts(lever, t, problem.money.npv[lever, t] / largest * OBJECTIVE_SCALE + tie[lever, t], cost)
        for row in problem.priced:
            for t in range(problem.base.shape[1]):
                weight = problem.price[row, t] * problem.money.discount[t] * self.scales[row] / largest
                if weight:
                    product = self._product(int(row), t, problem.reduction["likely"])
                    _merge(cost, _times(product, weight * OBJECTIVE_SCALE))
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
        levers, years = self.problem.effect.shape[:2]
        integrality[: levers * years] = 1
        limits = LinearConstraint(self.rows.matrix(), self.rows.low, self.rows.high)
        return milp(objective, constraints=limits, bounds=Bounds(self.rows.column_low, self.rows.column_high),
                    integrality=integrality,
                    options={"time_limit": time_limit_s, "mip_rel_gap": 0.0, "presolve": presolve})

    def started(self, x: np.ndarray) -> np.ndarray:
        """Return the year index of each lever's start from a solution, NEVER where it does not start."""
        levers, years = self.problem.effect.shape[:2]
        on = x[: levers * years].reshape(levers, years) > 0.5
        return np.where(on.any(axis=1), on.argmax(axis=1), NEVER)


def largest_cost(problem: Problem) -> float:
    """Return the cost of the dearest lever: its own cash, or what it can move of a priced row's bill."""
    own_cash = float(np.abs(problem.money.npv).max(initial=0.0))
    discount, bill = problem.money.discount[:-1], 0.0
    for row in problem.priced:
        whole_bill = float(np.abs(problem.price[row] * problem.base[row]) @ discount)
        bill = max(bill, whole_bill * float(problem.reduction["likely"][:, row].max(initial=0.0)))
    return max(own_cash, bill) or 1.0


def _scales(problem: Problem) -> np.ndarray:
    """Return the unit of each row [S]: all emissions in one, each resource in its own."""
    emits = (problem.rows["scope"] != "").to_numpy()
    kg = float(max(np.abs(problem.base[emits]).sum(axis=0).max(initial=0.0), 1e-9))
    most = np.abs(problem.base).max(axis=1, initial=0.0) + np.abs(problem.adds).sum(axis=0).max(axis=1, initial=0.0)
    return np.where(emits, kg, np.maximum(most, 1e-9))


def tie_weights(rank: np.ndarray, years: int) -> np.ndarray:
    """Return [L, T] weights that order plans of one cost: fewer levers, earlier names, earlier starts.

    Their sum is at most 1e-6 of the dearest lever: plans closer than that count as equal in cost.
    """
    unit = 1e-6 * OBJECTIVE_SCALE / (2 * max(len(rank), 1))
    names = 0.25 * (1 - 0.5 ** np.minimum(rank + 1.0, 40))
    return unit * (1 + names[:, None] / len(rank) + 0.01 * np.arange(years) / (years * len(rank)))


def _times(expression: Expression, factor: float) -> Expression:
    return Expression({c: k * factor for c, k in expression.terms.items()}, expression.constant * factor)


def _sum(a: Expression, b: Expression) -> Expression:
    summed = Expression(dict(a.terms), a.constant)
    _merge(summed, b)
    return summed


def _merge(into: Expression, other: Expression) -> None:
    for column, coefficient in other.terms.items():
        into.add(column, coefficient)
    into.constant += other.constant
