"""
A plan as a record for the ledger: everything that a later year is held against, and nothing that depends on the clock.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from carbon.core.lever_params import Lever
from carbon.core.plan_record import PlanRecord, RecordedLever, RecordedLimit, RecordedStreams, RecordedTarget
from carbon.levers import effect
from carbon.levers.company import CompanyPlan
from carbon.levers.problem import NEVER


def record_of(made: CompanyPlan) -> PlanRecord:
    """
    The plan as its ledger keeps it; the same plan gives the same record.
    """
    plan, params, basis = made.plan, made.params, made.basis
    chosen = set(plan.levers)
    return PlanRecord(
        company=made.company, inventory_year=basis.year, first_year=params.first_year, last_year=params.last_year,
        gwp=basis.gwp, release=basis.release, currency=params.currency, price_year=params.price_year,
        discount_rate=params.discount_rate, scope2_method=made.scope2_method, status=plan.status, meets=plan.meets,
        gap=plan.gap if np.isfinite(plan.gap) else None, cost=plan.cost, targets=_targets(made),
        limits=[RecordedLimit(target=r["limit"], year=r["year"], limit_kg=r["limit_kg"], plan_kg=r["kg"])
                for r in plan.excess.to_dict("records")],
        levers=[_lever(made, made.lever(id_)) for id_ in plan.levers],
        not_planned=[v.id for v in made.levers if v.id not in chosen], streams=_streams(made),
        inputs=dict(sorted(made.inputs.items())))


def _targets(made: CompanyPlan) -> list[RecordedTarget]:
    basis = made.basis
    # pydantic checks each scope against the three there are.
    return [RecordedTarget(id=t.id, label=dict(basis.labels[t.id]), scopes=list(t.scopes),  # type: ignore[arg-type]
                           scope2_method=t.scope2_method, base_year=t.base_year, base_kg=basis.base_kg[t.id],
                           target_year=t.target_year, reduction=t.reduction, residual=t.residual, ruleset=t.ruleset)
            for t in made.targets]


def _lever(made: CompanyPlan, lever: Lever) -> RecordedLever:
    problem = made.plan.problem
    i = problem.names.index(lever.id)
    at = int(made.plan.start[i])
    paid = problem.money.capex[i, at]
    return RecordedLever(
        id=lever.id, label=lever.label, decarbonisation_lever=lever.decarbonisation_lever or "", track=lever.track,
        start=int(problem.years[at]), where=[cut.where for cut in lever.cuts], to=[add.to for add in lever.adds],
        capex={int(y): float(v) for y, v in zip(problem.years, paid, strict=True) if v},
        running_per_year=float(problem.money.running[i]), npv=float(problem.money.npv[i, at]),
        evidence=lever.evidence_in("en"))


def _streams(made: CompanyPlan) -> list[RecordedStreams]:
    """
    Rows of the problem by scope, method and the planned levers whose selections hold them, with their wedges.
    """
    plan, problem = made.plan, made.plan.problem
    kg = effect.emissions(problem, plan.start)
    on = {problem.names[i] for i in np.flatnonzero(plan.start != NEVER)}
    levers = [" ".join(v for v in ids.split() if v in on) for ids in problem.rows["touched"]]
    rows: Any = problem.rows.assign(levers=levers)
    made_of = []
    for (scope, method, ids), group in rows.groupby(["scope", "scope2_method", "levers"], sort=True):
        mask = np.isin(np.arange(len(rows)), group.index)
        wedge = effect.wedges(problem, plan.start, mask, seed=made.params.seed)
        wide = wedge.pivot_table(index="lever", columns="year", values="wedge_kg", aggfunc="sum")
        made_of.append(RecordedStreams(
            scope=scope, scope2_method=method, levers=ids.split(), baseline_kg=problem.base[mask].sum(axis=0).tolist(),
            plan_kg=kg[mask].sum(axis=0).tolist(),
            wedge_kg={v: wide.loc[v].tolist() for v in ids.split()}))
    return made_of
