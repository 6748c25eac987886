"""Levers and a baseline as numbers: rows of emissions and of priced quantities by year, effects and costs, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from carbon.core.display import Displayed, HandsOut, one_line
from carbon.core.errors import ParamsError
from carbon.levers.baseline import Baseline, matching
from carbon.levers.cost import LeverMoney, lever_money
from carbon.levers.life import life
from carbon.levers.rows import Move, Piece, Quantity, built_rows, moves_of
from carbon.params.shapes.levers import Lever

NEVER = -1
ANY = -2
"""In `Problem.fixed`: the lever is in the plan, in whichever year."""

__all__ = ["ANY", "NEVER", "Limit", "Move", "Piece", "Problem", "make_problem"]


@dataclass(frozen=True, eq=False, repr=False)
class Limit(HandsOut, Displayed):
    """Emissions that may not be passed: kg by year of the plan (infinite if it has no limit), and their sum."""

    name: str
    scopes: tuple[str, ...]
    scope2_method: str
    kg: np.ndarray
    budget_kg: float = np.inf


@dataclass(frozen=True, eq=False, repr=False)
class Problem(HandsOut, Displayed):
    """Everything the plan is chosen from; L levers, S rows, T plan years, H >= T years whose costs count.

    A row is a set of streams that the same levers cut by the same shares; scope 2 has two rows, one a method. Rows
    with a `resource` hold its quantity, not kg. A partial roll-out is a lever of its own that excludes the others of
    the same id.

    rows: scope, scope2_method, group, resource, name, touched (ids of the levers whose selections hold it).
    base: [S, H] kg CO2e or quantity without levers.
    reduction: {"low", "likely", "high"}: [L, S] share at full effect.
    adds: [L, S, H] at full effect, before the row's own levers.
    effect: [L, T, H] share of the full effect in each year, by year of start.
    money: Cash of each lever by year of its start.
    before: Pairs (a, b): a needs b to have started; b may be several: one of them is enough. apart: pairs that exclude
    each other.
    price: [S, H] currency for one unit of a row; none where nothing is priced.
    moves: What levers move from row to row, of what is left.
    ids: The lever of each name; the names themselves without partial roll-outs.
    fixed: Lever id -> year index, `NEVER` or `ANY`: decided.
    pieces: By lever: what its reductions are drawn from.
    decided: Ids of levers whose start the file states: their effect belongs to the baseline.
    """

    names: tuple[str, ...]
    years: np.ndarray
    rows: pd.DataFrame
    base: np.ndarray
    reduction: Mapping[str, np.ndarray]
    adds: np.ndarray
    effect: np.ndarray
    earliest: np.ndarray
    money: LeverMoney
    limits: tuple[Limit, ...]
    before: tuple[tuple[int, int | tuple[int, ...]], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    capex_cap: np.ndarray = field(default_factory=lambda: np.array([]))
    capex_total: float = np.inf
    max_starts: int | None = None
    currency: str = ""
    price: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    price_spread: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    ids: tuple[str, ...] = ()
    fixed: Mapping[str, int] = field(default_factory=dict)
    decided: frozenset[str] = frozenset()
    pieces: tuple[tuple[Piece, ...], ...] = ()
    units: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0)))
    """[L, T, H] units that run, by year of start; none where levers have no units."""

    def mask(self, scopes: Sequence[str], scope2_method: str) -> np.ndarray:
        """Return which rows belong to one total."""
        scope, method = self._totals
        return np.isin(scope, list(scopes)) & np.isin(method, ("", scope2_method))

    @cached_property
    def _totals(self) -> tuple[np.ndarray, np.ndarray]:
        """Scope and scope 2 method of each row."""
        return self.rows["scope"].to_numpy(dtype=str), self.rows["scope2_method"].to_numpy(dtype=str)

    @cached_property
    def limited(self) -> np.ndarray:
        """Which rows some limit counts."""
        return np.logical_or.reduce([self.mask(x.scopes, x.scope2_method) for x in self.limits])

    def in_years(self, at: np.ndarray) -> Problem:
        """Return the problem in some of its H years [mask], for emissions alone."""
        plan_years = at[: len(self.years)]
        return replace(
            self, base=self.base[:, at], adds=self.adds[:, :, at], effect=self.effect[:, :, at],
            moves=tuple(replace(m, ratio=m.ratio[:, at]) for m in self.moves), limits=tuple(
                replace(x, kg=x.kg[plan_years]) for x in self.limits))

    @property
    def emits(self) -> np.ndarray:
        """Which rows hold kg of emissions, not a resource."""
        return self._totals[0] != ""

    def with_limits(self, limits: Sequence[Limit]) -> Problem:
        """Return the same problem under other limits."""
        return replace(self, limits=tuple(limits))

    @property
    def lever_ids(self) -> tuple[str, ...]:
        """The lever of each column, partial roll-outs under the same id."""
        return self.ids or self.names

    @property
    def priced(self) -> np.ndarray:
        """Rows with a price."""
        return np.flatnonzero(self.price.any(axis=1)) if self.price.size else np.array([], dtype=int)

    def __repr__(self) -> str:
        return one_line(f"Problem({len(set(self.lever_ids))} levers, {len(self.rows)} rows, "
                        f"{self.years[0]}-{self.years[-1]}, limits: {', '.join(limit.name for limit in self.limits)})")


def make_problem(
    levers: Sequence[Lever], baseline: Baseline, *, limits: Sequence[Limit], discount_rate: float, residual_value: str,
    capex_cap: Mapping[int, float] | None = None, capex_total: float | None = None, max_starts: int | None = None,
    quantities: Sequence[Quantity] = (), carbon_price: np.ndarray | None = None, carbon_scopes: Sequence[str] = (),
    scope2_method: str = "", years_after: int = 0, name: str = "levers",
) -> Problem:
    """Return levers on a baseline as a problem.

    discount_rate, residual_value: See `cost.lever_money`; both change the result and have no default.
    capex_cap, capex_total: Year -> most that may be invested in it; most in all years of the plan; both less grants.
    quantities: What levers save and use, with its price.
    carbon_price, carbon_scopes, scope2_method: [H] currency for a kg of the scopes, by one scope 2 method.
    years_after: Years after the plan whose costs count: emissions, quantities and prices stay as in the last year.
    name: How the levers' file is called in errors.

    Raises ParamsError: A lever acts on or adds to streams the inventory does not have; two levers save money on one
    stream; it is not known whether one lowers the quantity that another moves: file, lever and field are named.
    """
    years = len(baseline.years)
    _one_saver_a_stream(levers, baseline.streams, name)
    parts = [(lever, units) for lever in levers
             for units in ([*lever.rollout.sizes, lever.rollout.units] if lever.rollout else [1])]
    part_levers = [lever for lever, _ in parts]
    lives = [life(lever, units, first_year=int(baseline.years[0]), starts=years, years=years + years_after)
             for lever, units in parts]
    built = built_rows(baseline, part_levers, quantities, years_after=years_after, name=name,
                       carbon=(carbon_price, carbon_scopes, scope2_method))
    ids = tuple(lever.id for lever in part_levers)
    at = {id_: tuple(i for i, other in enumerate(ids) if other == id_) for id_ in ids}
    cap = np.array([(capex_cap or {}).get(int(y), np.inf) for y in baseline.years])
    apart_pairs = _apart(part_levers, at)
    return Problem(
        names=tuple(_part_name(lever, units) for lever, units in parts), years=baseline.years, rows=built.rows,
        base=built.base, reduction=built.reduction, adds=built.adds, effect=np.array([unit.effect for unit in lives]),
        earliest=np.array([max(0, lever.earliest_start - int(baseline.years[0])) for lever in part_levers]),
        money=lever_money(part_levers, lives, discount_rate=discount_rate, residual_value=residual_value),
        limits=tuple(limits), capex_cap=cap, capex_total=np.inf if capex_total is None else capex_total,
        max_starts=max_starts, currency=levers[0].cost.currency, price=built.price,
        price_spread={q.name: (q.spread.low, q.spread.likely, q.spread.high) for q in quantities},
        moves=moves_of(part_levers, baseline, built, apart=apart_pairs, name=name),
        before=tuple((i, at[o]) for i, lever in enumerate(part_levers) for o in lever.prerequisites),
        apart=apart_pairs, ids=ids, fixed=_fixed(levers, int(baseline.years[0])), pieces=built.pieces,
        decided=frozenset(v.id for v in levers if v.fixed_start is not None),
        units=np.array([unit.running for unit in lives]))


def _part_name(lever: Lever, units: int) -> str:
    whole_units = lever.rollout.units if lever.rollout else 1
    return lever.id if units == whole_units else f"{lever.id} ({units} of {whole_units})"


def _apart(levers: Sequence[Lever], at: Mapping[str, tuple[int, ...]]) -> tuple[tuple[int, int], ...]:
    """Return pairs that exclude each other: as the levers state, and the sizes of one roll-out."""
    pairs = {(min(i, j), max(i, j)) for i, lever in enumerate(levers)
             for o in (*lever.exclusions, lever.id) for j in at[o] if i != j}
    return tuple(sorted(pairs))


def _fixed(levers: Sequence[Lever], first_year: int) -> dict[str, int]:
    decided = {v.id: ANY for v in levers if v.required}
    return decided | {v.id: v.fixed_start - first_year for v in levers if v.fixed_start is not None}


def _one_saver_a_stream(levers: Sequence[Lever], table: pd.DataFrame, name: str) -> None:
    """Raise where money saved on one stream would be added: part of it would be counted twice.

    Raises ParamsError: Both levers, the stream, and what to write.
    """
    cuts = {v.id: np.logical_or.reduce([matching(table, c.where) for c in v.cuts]) for v in levers}
    savers = [v for v in levers if v.cost.savings_per_year.high > 0 or v.saves]
    for i, a in enumerate(savers):
        for b in savers[i + 1:]:
            both_cut = cuts[a.id] & cuts[b.id]
            by_money = [v.id for v in (a, b) if v.cost.savings_per_year.high > 0]
            if both_cut.any() and by_money and b.id not in a.exclusions and a.id not in b.exclusions:
                raise ParamsError(
                    f"{name}: lever {by_money[0]}, cost.savings_per_year: {a.id} and {b.id} both save money on "
                    f"{table['activity'][both_cut].iloc[0]}, and the sum would count part of it twice",
                    hint="give the quantity and its price under plan.resources and write `saves: [{resource: ...}]` "
                         "with `savings_per_year: 0`; money that depends on no stream is `other_savings_per_year`")
