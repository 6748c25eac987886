"""A plan on record for the ledger, and the comparison of a recorded plan with a later year's inventory.

A record holds nothing that depends on the clock. Planned and achieved tonnes by lever close on the year's inventory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from carbon.accounting.company import inventory
from carbon.accounting.intervals import interval_of_difference
from carbon.accounting.inventory_tables import InventoryTables
from carbon.core.display import HandsOut, as_html, one_line
from carbon.core.errors import CarbonError, MethodError, UsageError
from carbon.core.ghg_protocol import LOCATION, MARKET, NO_METHOD
from carbon.emissions.uncertainty.shown import Interval
from carbon.levers import effect
from carbon.levers.baseline import streams, touches
from carbon.levers.company import CompanyPlan
from carbon.levers.problem import NEVER
from carbon.params.files.levers import read_plans
from carbon.params.files.project import Project
from carbon.params.shapes.levers import Lever
from carbon.params.shapes.plan_record import PlanRecord, RecordedLever, RecordedLimit, RecordedStreams, RecordedTarget

_Key = tuple[str, tuple[str, ...]]
LEVER, OTHER, TOTAL = "lever", "streams without a lever at work", "baseline less what was emitted"
KINDS = (LEVER, OTHER, TOTAL)
COLUMNS = ["lever", "kind", "start", "planned_kg", "achieved_kg", "low_kg", "high_kg", "difference_kg", "shared_with"]


def record_of(company_plan: CompanyPlan) -> PlanRecord:
    """Return the plan as its ledger stores it; the same plan gives the same record."""
    plan, params, basis = company_plan.plan, company_plan.params, company_plan.basis
    planned = set(plan.levers)
    return PlanRecord(
        company=company_plan.company, inventory_year=basis.year, first_year=params.first_year,
        last_year=params.last_year, gwp=basis.gwp, release=basis.release, currency=params.currency,
        price_year=params.price_year, discount_rate=params.discount_rate,
        scope2_method=company_plan.scope2_method, status=plan.status, meets=plan.meets,
        gap=plan.gap if np.isfinite(plan.gap) else None, cost=plan.cost, targets=_targets(company_plan),
        limits=[RecordedLimit(target=r["limit"], year=r["year"], limit_kg=r["limit_kg"], plan_kg=r["kg"])
                for r in plan.excess.to_dict("records")],
        levers=[_lever(company_plan, company_plan.lever(id_)) for id_ in plan.levers],
        not_planned=[v.id for v in company_plan.levers if v.id not in planned], streams=_streams(company_plan),
        inputs=dict(sorted(company_plan.inputs.items())))


def _targets(company_plan: CompanyPlan) -> list[RecordedTarget]:
    basis = company_plan.basis
    # pydantic checks each scope against the three there are.
    return [RecordedTarget(id=t.id, label=dict(basis.labels[t.id]), scopes=list(t.scopes),  # type: ignore[arg-type]
                           scope2_method=t.scope2_method, base_year=t.base_year, base_kg=basis.base_kg[t.id],
                           target_year=t.target_year, reduction=t.reduction, residual=t.residual, ruleset=t.ruleset)
            for t in company_plan.targets]


def _lever(company_plan: CompanyPlan, lever: Lever) -> RecordedLever:
    problem = company_plan.plan.problem
    line = company_plan.plan.table().set_index("lever").loc[lever.id].to_dict()
    i = next(i for i in np.flatnonzero(company_plan.plan.start != NEVER) if problem.lever_ids[i] == lever.id)
    at = int(company_plan.plan.start[i])
    capex = problem.money.capex[i, at, : len(problem.years)]
    return RecordedLever(
        id=lever.id, label=lever.label, decarbonisation_lever=lever.decarbonisation_lever or "", track=lever.track,
        start=int(problem.years[at]), where=[cut.where for cut in lever.cuts], to=[add.to for add in lever.adds],
        capex={int(y): float(v) for y, v in zip(problem.years, capex, strict=True) if v},
        running_per_year=float(line["running_per_year"]), npv=float(line["npv"]),
        evidence=lever.evidence_in("en"))


def _streams(company_plan: CompanyPlan) -> list[RecordedStreams]:
    """Group the problem's rows by scope, method and the planned levers that select them, with their wedges."""
    plan, problem = company_plan.plan, company_plan.plan.problem
    kg = effect.emissions(problem, plan.start)
    years = len(problem.years)
    on = {problem.lever_ids[i] for i in np.flatnonzero(plan.start != NEVER)}
    levers = [" ".join(v for v in ids.split() if v in on) for ids in problem.rows["touched"]]
    rows: Any = problem.rows.assign(levers=levers)
    made_of = []
    emits = rows[rows["scope"] != ""]
    for (scope, method, ids), group in emits.groupby(["scope", "scope2_method", "levers"], sort=True):
        mask = np.isin(np.arange(len(rows)), group.index)
        wedge = effect.wedges(problem, plan.start, mask, seed=company_plan.params.seed)
        wide = wedge.pivot_table(index="lever", columns="year", values="wedge_kg", aggfunc="sum")
        made_of.append(RecordedStreams(
            scope=scope, scope2_method=method, levers=ids.split(),
            baseline_kg=problem.base[mask][:, :years].sum(axis=0).tolist(),
            plan_kg=kg[mask].sum(axis=0).tolist(),
            wedge_kg={v: wide.loc[v].tolist() for v in wide.index if v in ids.split() or wide.loc[v].any()}))
    return made_of


@dataclass(frozen=True, eq=False, repr=False)
class Followed(HandsOut):
    """A recorded plan held against one year's inventory [kg CO2e of that year].

    table: lever, kind, start, planned_kg (its wedge), achieved_kg, low_kg and high_kg (its 95 % interval, NaN where it
    was not asked for), difference_kg (achieved - planned), shared_with: one line a planned lever that had started, then
    the streams on which none was at work, then their sum.
    baseline_kg, plan_kg, actual_kg: Of the year, all scopes: as the plan expected it without levers, with them, and as
    it was.
    """

    record: PlanRecord
    year: int
    table: pd.DataFrame
    baseline_kg: float
    plan_kg: float
    actual_kg: float
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        planned, achieved = (self.baseline_kg - kg for kg in (self.plan_kg, self.actual_kg))
        return one_line(f"Followed({self.record.company} {self.year}: {planned / 1000:,.1f} t planned, "
                        f"{achieved / 1000:,.1f} t achieved against the baseline of the plan)")

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table)


def follow(company: str, year: int, *, project: Project | None = None) -> Followed:
    """Compare the plan that the company's ledger holds for a year with the inventory of that year.

    Raises UsageError: No plan in data/ledger/<company>/plans/ has that year.
    """
    record = recorded_for(read_plans(company, project=project), year)
    if record is None:
        raise UsageError(f"no recorded plan of {company} has the year {year}",
                         hint=f"`carbon adopt {company}` records one; it is held against the years after it")
    inv = inventory(company, year, project=project)
    comparison = followed(record, inv.emissions, year=year, gwp=inv.params.gwp, release=inv.params.factors.release)
    try:
        earlier = inventory(company, record.inventory_year, project=project)
    except CarbonError:  # its records are no longer there: the figures have no intervals
        return comparison
    return with_intervals(comparison, earlier, inv)


def with_intervals(comparison: Followed, earlier: InventoryTables, later: InventoryTables) -> Followed:
    """Return the comparison with the interval of what each lever achieved (`achieved_interval`)."""
    table = comparison.table.copy()
    at_work = {v for wedge in _at_work(comparison.record, comparison.year).values() for v, kg in wedge.items() if kg}
    for at in table.index[table["lever"].isin(at_work)]:
        interval = achieved_interval(comparison, str(table.loc[at, "lever"]), earlier, later)
        table.loc[at, ["low_kg", "high_kg"]] = interval.low_kg, interval.high_kg
    return replace(comparison, table=table)


def recorded_for(records: Sequence[PlanRecord], year: int) -> PlanRecord | None:
    """Return the plan that holds in a year: the one that starts last, and of these the last recorded."""
    matches = [(record.first_year, at) for at, record in enumerate(records)
               if record.first_year <= year <= record.last_year]
    return records[max(matches)[1]] if matches else None


def plan_ahead(records: Sequence[PlanRecord], year: int) -> PlanRecord | None:
    """Return the plan for the year after an inventory, of those that its years could make."""
    return recorded_for([p for p in records if p.inventory_year <= year], year + 1)


def adopted_before(records: Sequence[PlanRecord], year: int, gwp: str) -> PlanRecord | None:
    """Return the plan that a year is held against: made before it, and in the same GWP set."""
    return recorded_for([p for p in records if p.inventory_year < year and p.gwp == gwp], year)


def followed(record: PlanRecord, emissions: pd.DataFrame, *, year: int, gwp: str, release: str) -> Followed:
    """Compare what each lever of a recorded plan was to cut in a year with what its streams did.

    Streams are put together by scope and the levers that act on them, then and now by the same selections. With w_l
    the lever's planned wedge there and D = baseline of the plan - emissions of the year:

        achieved_l = w_l + (D - sum of w) x |w_l| / sum of |w|

    The achieved figures and the streams without a lever at work sum to D over all streams, exactly. A different
    baseline (a better or worse year) is therefore in "achieved": an inventory cannot tell the two apart.
    Levers that share a stream share its difference by the size of their wedges, and `shared_with` names them.

    Raises MethodError: The year is outside the plan; another GWP set than the plan's: the two are not in one unit.
    """
    if not record.first_year <= year <= record.last_year:
        raise MethodError(f"{year} is not among the plan's years {record.first_year}-{record.last_year}")
    if gwp != record.gwp:
        raise MethodError(f"the plan is in {record.gwp}, the inventory of {year} in {gwp}: they are not in one unit",
                          hint="record the plan again with the inventory's GWP set")
    method = record.scope2_method
    then, wedges = [s for s in record.streams if s.scope2_method in (NO_METHOD, method)], _at_work(record, year)
    actual, expected = _actual(record, streams(emissions), method), _expected(record, year)
    planned = {v.id: 0.0 for v in record.levers if v.start <= year}
    achieved, other, shared = dict(planned), 0.0, {v: set[str]() for v in planned}
    for key in sorted({*actual, *expected}):
        wedge = wedges.get(key, {})
        difference, shares = expected.get(key, 0.0) - actual.get(key, 0.0), _shares(key, wedge)
        unexplained = difference - sum(wedge.values())
        other += 0.0 if shares else unexplained
        for lever, kg in wedge.items():
            planned[lever] += kg
            achieved[lever] += kg + unexplained * shares.get(lever, 0.0)
            shared[lever] |= {v for v, w in wedge.items() if w} - {lever} if kg else set()
    return _closed(record, year, planned, achieved, other, shared,
                   baseline_kg=sum(expected.values()), plan_kg=sum(s.plan_kg[year - record.first_year] for s in then),
                   actual_kg=sum(actual.values()), release=release)


def achieved_interval(comparison: Followed, lever: str, earlier: InventoryTables, later: InventoryTables) -> Interval:
    """Return what a lever achieved with its 95 % interval: errors that both inventories share cancel.

    achieved = sum over its groups of streams of share x (baseline / earlier x earlier - later) + what its planned wedge
    differs from its share of all wedges there; share = |wedge| / sum of |wedges|

    earlier, later: The plan's last inventory, and that of the year.
    """
    record, year, method = comparison.record, comparison.year, comparison.record.scope2_method
    shares = {key: of[lever] for key, wedge in _at_work(record, year).items()
              if wedge.get(lever) and (of := _shares(key, wedge))}
    was, expected = _actual(record, streams(earlier.emissions), method), _expected(record, year)
    ratio = {key: -expected.get(key, 0.0) / was[key] if was.get(key) else np.nan for key in shares}

    def weights(by_key: Mapping[_Key, float]) -> Callable[[pd.DataFrame], np.ndarray]:
        def of(rows: pd.DataFrame) -> np.ndarray:
            code, keys = _keys(record, rows, method)
            return np.array([by_key.get(key, np.nan) for key in keys])[code]

        return of

    kg = float(comparison.table.loc[comparison.table["lever"] == lever, "achieved_kg"].item())
    change = interval_of_difference((earlier, weights({k: shares[k] * ratio[k] for k in shares})),
                                    (later, weights(shares)), scope2_method=method)
    return Interval(kg, kg - (change.high_kg - change.value_kg), kg + (change.value_kg - change.low_kg), change.how)


def _at_work(record: PlanRecord, year: int) -> dict[_Key, dict[str, float]]:
    """Return kg that each lever was to cut in a year by group of streams (scope, planned levers that act there)."""
    begun, at = {v.id for v in record.levers if v.start <= year}, year - record.first_year
    wedges: dict[_Key, dict[str, float]] = {}
    for s in record.streams:
        if s.scope2_method in (NO_METHOD, record.scope2_method):
            group = wedges.setdefault((s.scope, tuple(sorted(s.levers))), {})
            for v in sorted({*s.levers, *s.wedge_kg} & begun):
                group[v] = group.get(v, 0.0) + (s.wedge_kg[v][at] if v in s.wedge_kg else 0.0)
    return wedges


def _shares(key: _Key, wedge: Mapping[str, float]) -> dict[str, float]:
    """Return the share of each lever in what the plan did not expect of a group, by its wedge. None where no lever at
    work selects the group: of scope 3 without a lever, added electricity has its upstream alone.
    """
    size = sum(map(abs, wedge.values()))
    return {v: abs(kg) / size for v, kg in wedge.items()} if any(wedge.get(v) for v in key[1]) else {}


def _expected(record: PlanRecord, year: int) -> dict[_Key, float]:
    """Return kg of the plan's baseline in a year by group of streams."""
    expected: dict[_Key, float] = {}
    for s in record.streams:
        if s.scope2_method in (NO_METHOD, record.scope2_method):
            key = s.scope, tuple(sorted(s.levers))
            expected[key] = expected.get(key, 0.0) + s.baseline_kg[year - record.first_year]
    return expected


def _actual(record: PlanRecord, table: pd.DataFrame, method: str) -> dict[_Key, float]:
    """Return kg of the year by (scope, planned levers that act there)."""
    if method not in (LOCATION, MARKET):
        raise UsageError(f"no scope 2 method {method!r}")
    code, keys = _keys(record, table, method)
    kg = np.bincount(code, weights=table[f"{method.removesuffix('-based')}_kg"].to_numpy(), minlength=len(keys))
    return dict(zip(keys, kg.tolist(), strict=True))


def _keys(record: PlanRecord, table: pd.DataFrame, method: str) -> tuple[np.ndarray, list[_Key]]:
    """Return (scope, planned levers that act there, by name) of each stream or row, as codes and the different keys."""
    order = sorted(record.levers, key=lambda v: v.id)
    acts = np.array([touches(v, table) & _on_track(v.track, table, method) for v in order]).reshape(len(order), -1)
    scope, scopes = pd.factorize(table["scope"].astype("str"))
    columns, code = np.unique(np.vstack([acts, scope[None]]).astype(np.int64), axis=1, return_inverse=True)
    names = np.array([v.id for v in order], dtype=object)
    return code.reshape(-1), [(str(scopes[column[-1]]), tuple(names[column[:-1] == 1])) for column in columns.T]


def _on_track(track: str, table: pd.DataFrame, method: str) -> np.ndarray:
    return np.asarray((table["scope"] == "2") & (method == MARKET)) if track == "market" else np.full(len(table), True)


def _closed(
    record: PlanRecord, year: int, planned: dict[str, float], achieved: dict[str, float], other: float,
    shared: dict[str, set[str]], *, baseline_kg: float, plan_kg: float, actual_kg: float, release: str,
) -> Followed:
    start = {v.id: v.start for v in record.levers}
    rows: list[tuple[object, ...]] = [(v, LEVER, start[v], planned[v], achieved[v], ", ".join(sorted(shared[v])))
                                      for v in sorted(planned, key=lambda v: (start[v], v))]
    rows += [("", OTHER, 0, 0.0, other, ""), ("", TOTAL, 0, baseline_kg - plan_kg, baseline_kg - actual_kg, "")]
    table = pd.DataFrame(rows, columns=[c for c in COLUMNS if c not in ("difference_kg", "low_kg", "high_kg")])
    table["difference_kg"] = table["achieved_kg"] - table["planned_kg"]
    table = table.assign(low_kg=np.nan, high_kg=np.nan)
    notes = [f"plan {record.first_year}-{record.last_year} on the inventory of {record.inventory_year}, {record.gwp}",
             "achieved: baseline of the plan less emissions of the year, on the lever's streams; a different "
             "baseline is part of it"]
    if release != record.release:
        notes.append(f"the plan uses factors {record.release}, the inventory {release}: part of the difference "
                     "may be the factors'")
    return Followed(record, year, table[COLUMNS], baseline_kg, plan_kg, actual_kg, tuple(notes))
