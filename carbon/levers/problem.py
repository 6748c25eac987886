"""Levers and a baseline as numbers: rows of emissions by year, effects and costs of levers, and the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from carbon.core.display import Displayed, one_line
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.core.params.levers import Add, Lever
from carbon.core.params.plan_record import RecordedLever
from carbon.levers.baseline import Baseline, matching, require_match
from carbon.levers.cost import LeverMoney, lever_money

NEVER = -1
THREE = ("low", "likely", "high")
KEY = ["scope", "scope2_method", "group", "touched"]


@dataclass(frozen=True, eq=False, repr=False)
class Limit(Displayed):
    """Emissions that may not be passed: kg by year of the plan (infinite if it has no limit), and their sum."""

    name: str
    scopes: tuple[str, ...]
    scope2_method: str
    kg: np.ndarray
    budget_kg: float = np.inf


@dataclass(frozen=True, eq=False, repr=False)
class Problem(Displayed):
    """Everything the plan is chosen from; L levers, S rows, T years. kg CO2e and the plan's currency.

    A row is a set of streams that the same levers cut by the same shares; scope 2 has two rows, one a method.

    Attributes
    ----------
    rows
        scope, scope2_method, group, name, touched (ids of the levers whose selections hold it): one line a row.
    base
        [S, T] kg without levers.
    reduction
        {"low", "likely", "high"}: [L, S] share at full effect.
    adds
        [L, S, T] kg at full effect, before the row's own levers.
    profile
        [L, T] share of the full effect by years since the start.
    money
        Cost of each lever by year of its start.
    before
        Pairs (a, b): a needs b to have started. apart: pairs that exclude each other.
    """

    names: tuple[str, ...]
    years: np.ndarray
    rows: pd.DataFrame
    base: np.ndarray
    reduction: Mapping[str, np.ndarray]
    adds: np.ndarray
    profile: np.ndarray
    earliest: np.ndarray
    money: LeverMoney
    limits: tuple[Limit, ...]
    before: tuple[tuple[int, int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    capex_cap: np.ndarray = field(default_factory=lambda: np.array([]))
    max_starts: int | None = None
    currency: str = ""

    def mask(self, scopes: Sequence[str], scope2_method: str) -> np.ndarray:
        """Return which rows belong to one total."""
        return (self.rows["scope"].isin(list(scopes)) & self.rows["scope2_method"].isin(("", scope2_method))).to_numpy()

    def with_limits(self, limits: Sequence[Limit]) -> Problem:
        """Return the same problem under other limits."""
        return replace(self, limits=tuple(limits))

    def __repr__(self) -> str:
        return one_line(f"Problem({len(self.names)} levers, {len(self.rows)} rows, {self.years[0]}-{self.years[-1]}, "
                        f"limits: {', '.join(limit.name for limit in self.limits)})")


def make_problem(
    levers: Sequence[Lever], baseline: Baseline, *, limits: Sequence[Limit], discount_rate: float, residual_value: str,
    capex_cap: Mapping[int, float] | None = None, max_starts: int | None = None, name: str = "levers",
) -> Problem:
    """Return levers on a baseline as a problem.

    Parameters
    ----------
    discount_rate, residual_value
        See `cost.lever_money`; both change the result and have no default.
    capex_cap
        Year -> most that may be invested in it.
    name
        How the levers' file is called in errors.

    Raises
    ------
    ParamsError
        A lever acts on or adds to streams the inventory does not have: file, lever and field are named.
    """
    table, years = baseline.streams, baseline.years
    ids = tuple(lever.id for lever in levers)
    at = {id_: i for i, id_ in enumerate(ids)}
    cuts = {level: np.array([_cut(lever, table, level, name) for lever in levers]) for level in THREE}
    adds = np.array([_added(lever, baseline, cuts["likely"][i], name) for i, lever in enumerate(levers)])
    touched = np.array([touches(lever, table) for lever in levers])
    rows, base, reduction, added = _rows(baseline, levers, cuts, adds, touched)
    cap = np.array([(capex_cap or {}).get(int(y), np.inf) for y in years])
    return Problem(
        names=ids, years=years, rows=rows, base=base, reduction=reduction, adds=added,
        profile=np.array([_profile(lever.profile, len(years)) for lever in levers]),
        earliest=np.array([max(0, lever.earliest_start - int(years[0])) for lever in levers]),
        money=lever_money(levers, years, discount_rate=discount_rate, residual_value=residual_value),
        limits=tuple(limits), capex_cap=cap, max_starts=max_starts, currency=levers[0].cost.currency,
        before=tuple((i, at[o]) for i, lever in enumerate(levers) for o in lever.prerequisites),
        # Two levers each; a sorted pair is to the type checker a tuple of any length.
        apart=tuple(sorted({tuple(sorted((i, at[o]))) for i, v in enumerate(levers) for o in v.exclusions})),  # type: ignore[misc]
    )


def touches(lever: Lever | RecordedLever, table: pd.DataFrame) -> np.ndarray:
    """Return which streams a lever cuts or adds to, by its selections alone."""
    selections = ([*lever.where, *lever.to] if isinstance(lever, RecordedLever)
                  else [*(cut.where for cut in lever.cuts), *(add.to for add in lever.adds)])
    return np.logical_or.reduce([matching(table, select) for select in selections])


def _profile(shares: Sequence[float], years: int) -> np.ndarray:
    return np.array([shares[min(age, len(shares) - 1)] for age in range(years)])


def _cut(lever: Lever, table: pd.DataFrame, level: str, name: str) -> np.ndarray:
    """Return the share cut of each stream; several cuts of one lever on a stream multiply, as two levers would."""
    remaining = np.ones(len(table))
    for i, cut in enumerate(lever.cuts):
        hit = require_match(table, cut.where, where=f"{name}: lever {lever.id}, cuts.{i}.where")
        remaining[hit] *= 1.0 - getattr(cut.reduction, level)
    return 1.0 - remaining


def _added(lever: Lever, baseline: Baseline, cut: np.ndarray, name: str) -> np.ndarray:
    """Return [streams, years] kg added by location; `kg_per_kg_cut` refers to the lever's own streams."""
    total = np.zeros(baseline.index.shape)
    for i, add in enumerate(lever.adds):
        hit = require_match(baseline.streams, add.to, where=f"{name}: lever {lever.id}, adds.{i}.to")
        total += _split(add, baseline, hit, cut, f"{name}: lever {lever.id}, adds.{i}.to")
    return total


def _split(add: Add, baseline: Baseline, hit: np.ndarray, cut: np.ndarray, where: str) -> np.ndarray:
    kg = np.where(hit, baseline.streams["location_kg"].to_numpy(), 0.0)
    if kg.sum() <= 0:
        raise MethodError(f"{where}: the streams sum to {kg.sum():.3g} kg; what is added cannot be split over them")
    if add.kg_per_year is not None:
        amount = np.full(len(baseline.years), add.kg_per_year)
    else:
        amount = float(add.kg_per_kg_cut or 0.0) * (cut[:, None] * baseline.location_kg).sum(axis=0)
    return kg[:, None] / kg.sum() * amount * (baseline.grid_index if add.with_grid else 1.0)


def _rows(
    baseline: Baseline, levers: Sequence[Lever], cuts: Mapping[str, np.ndarray], adds: np.ndarray, touched: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Combine streams with the same scope, group, levers and cuts into one row: E = (B + adds) x product."""
    table = baseline.streams
    market_only = np.array([lever.track == "market" for lever in levers])
    scope2 = (table["scope"] == "2").to_numpy()
    location, market = table["location_kg"].to_numpy(), table["market_kg"].to_numpy()
    # What is added to a stream has that stream's own market-based factor.
    ratio = np.divide(market, location, out=np.ones(len(table)), where=location != 0)
    parts = []
    for method, hit, kg in (("", ~scope2, baseline.location_kg), (LOCATION, scope2, baseline.location_kg),
                            (MARKET, scope2, baseline.market_kg)):
        scale = ratio[hit] if method == MARKET else np.ones(hit.sum())
        acts = np.full((len(levers), 1), True) if method == MARKET else ~market_only[:, None]
        row_cuts = {k: c[:, hit] * acts for k, c in cuts.items()}
        own_rows = table[hit].assign(scope2_method=method, touched=_ids(levers, touched[:, hit] & acts))
        parts.append((own_rows, kg[hit], row_cuts, adds[:, hit] * scale[:, None]))
    lines = pd.concat([p[0] for p in parts], ignore_index=True)
    base = np.concatenate([p[1] for p in parts])
    cut = {k: np.concatenate([p[2][k] for p in parts], axis=1) for k in THREE}
    added = np.concatenate([p[3] for p in parts], axis=1)
    key, _ = pd.factorize(lines[KEY].astype("str").agg("|".join, axis=1))
    signature = np.column_stack([key, *(cut[k].T for k in THREE)])
    _, first, code = np.unique(signature, axis=0, return_index=True, return_inverse=True)
    code = code.reshape(-1)
    n = len(first)
    sums = np.zeros((n, base.shape[1]))
    np.add.at(sums, code, base)
    added_kg = np.zeros((len(levers), n, base.shape[1]))
    for lever in range(len(levers)):
        np.add.at(added_kg[lever], code, added[lever])
    rows = lines.iloc[first][KEY].reset_index(drop=True)
    names = lines.groupby(code)["activity"].agg(lambda a: ", ".join(dict.fromkeys(a)))
    return rows.assign(name=names.to_numpy()), sums, {k: c[:, first] for k, c in cut.items()}, added_kg


def _ids(levers: Sequence[Lever], touched: np.ndarray) -> list[str]:
    """Return for each stream the ids of the levers [L, streams] that touch it, separated by a space."""
    names = np.array([lever.id for lever in levers])
    return [" ".join(names[column]) for column in touched.T]
