"""From a company's records and levers.yml to its plan, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from carbon.accounting import inventories
from carbon.accounting.result import Inventory
from carbon.accounting.years.by_year import ByYear
from carbon.accounting.years.history import Inventories
from carbon.core.display import Displayed, HandsOut, as_html, one_line
from carbon.core.errors import MethodError, ParamsError
from carbon.core.ghg_protocol import MARKET
from carbon.core.text import instead
from carbon.core.units import KG_PER_T
from carbon.levers import chance, choose, robust
from carbon.levers.baseline import Baseline, carry_forward, path_by_year, streams
from carbon.levers.cost import carried
from carbon.levers.declared import declared_baseline
from carbon.levers.likely import LikelyPlan, frontier, likely_plan
from carbon.levers.model import levers_of
from carbon.levers.problem import ANY, NEVER, Limit, Problem, make_problem
from carbon.levers.quantities import quantities_of
from carbon.levers.reasons import reasons
from carbon.levers.result import Plan
from carbon.levers.verdict import verdicts
from carbon.params.files.levers import LeverRecords, read_levers
from carbon.params.files.project import Project
from carbon.params.shapes.levers import Lever, PlanParams
from carbon.trajectory import Course, Target, course

LAST_TONNE_SHARE = 0.01
"""Where 1 % of a limit is less than a tonne, the last tonne is priced on that."""


@dataclass(frozen=True, repr=False)
class Basis(HandsOut, Displayed):
    """The inputs of a plan: its last inventory, and the base-year emissions and labels of its targets by id."""

    year: int
    gwp: str
    release: str
    base_kg: Mapping[str, float]
    labels: Mapping[str, Mapping[str, str]]
    history_kg: Mapping[str, pd.Series] = field(default_factory=dict)
    """kg by year of each target's scopes, until the last inventory."""


@dataclass(frozen=True, eq=False, repr=False)
class CompanyPlan(HandsOut):
    """A company's plan with its baseline, levers and inputs.

    plan: The plan of least cost, proven, or the closest one.
    baseline: What is emitted without new levers, with its uncertainty.
    levers: All levers it was chosen from.
    params: How it was chosen (key `plan` of levers.yml).
    courses: Each target's trajectory, as the pages show it.
    basis: Its inventory and base years.
    inputs: sha256 of levers.yml and of everything the last inventory read.
    """

    company: str
    plan: Plan
    baseline: Baseline
    levers: tuple[Lever, ...]
    params: PlanParams
    courses: tuple[Course, ...]
    basis: Basis
    inputs: Mapping[str, str]
    likely: LikelyPlan | None = None
    """Where a probability was asked for: what was reached, and what is missing."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets that the plan is held against."""
        return tuple(way.target for way in self.courses if way.target is not None)

    def against_trajectory(self) -> pd.DataFrame:
        """Return what lies between each target's trajectory, as the pages show it, and its baseline in the plan.

        baseline_kg = trajectory_kg + parts_kg + restated_kg + grid_kg

        Columns: target, year, trajectory_kg (median of the target's own fit), parts_kg (its scopes fitted apart, as
        targets overlap; else 0), restated_kg (the last year as restated holds what no stream of its inventory has, or
        lacks it), grid_kg (streams that follow a declared grid pathway), baseline_kg.
        """
        return pd.concat([_against(way, self.baseline) for way in self.courses], ignore_index=True)

    @property
    def scope2_method(self) -> str:
        """The scope 2 method of its cuts: that of the first target."""
        return self.targets[0].scope2_method

    @cached_property
    def chance(self) -> chance.Chance:
        """P(meet) of the plan: baseline paths x lever realisations. Raises MethodError with fewer than five years."""
        return chance.p_meet(self.plan, self.baseline, seed=self.params.seed, draws=self.params.draws)

    def frontier(self) -> pd.DataFrame:
        """Return cost, tonnes and P of plans as likely as asked: asked, p, reached, cost, kg, levers."""
        return frontier(self.plan.problem, self.baseline, seed=self.params.seed, draws=self.params.draws,
                        time_limit_s=self.params.time_limit_s)

    def cost_range(self) -> tuple[float, float, float]:
        """Return the 10 %, 50 % and 90 % quantile of net cost, where levers or prices have ranges."""
        return chance.cost_range(self.plan, seed=self.params.seed, draws=self.params.draws)

    def verdicts(self) -> pd.DataFrame:
        """Return one plain sentence a target: target, year (0: budget), p (NaN: unknown), verdict."""
        try:
            columns = (self.chance.table[c].tolist() for c in ("limit", "p", "record"))
            limits = [(str(limit), float(p), str(record)) for limit, p, record in zip(*columns, strict=True)]
            return verdicts(self.plan, {limit: p for limit, p, _ in limits if p == p},
                            records={limit: record for limit, _, record in limits})
        except MethodError as cannot:
            return verdicts(self.plan, {}, reason=cannot.what)

    def reasons(self) -> pd.DataFrame:
        """Return why each lever starts when it does: lever, start, reason, later_cost, later_kg (`reasons.reasons`)."""
        return reasons(self.plan)

    def start_now(self) -> pd.DataFrame:
        """Return the levers that start in the plan's first year, with their reasons."""
        table = self.reasons()
        return table[table["start"] == self.params.first_year].reset_index(drop=True)

    @cached_property
    def robust(self) -> robust.RobustPlan:
        """The plan that meets its limits when `gamma` levers disappoint at once."""
        return robust.robust_plan(self.plan.problem, gamma=self.params.gamma, time_limit_s=self.params.time_limit_s)

    def price_of_reliability(self) -> pd.DataFrame:
        """Return gamma, status, cost, price, levers: for 0 ... gamma."""
        return robust.price_of_reliability(self.plan.problem, most=self.params.gamma,
                                           time_limit_s=self.params.time_limit_s)

    def last_tonne(self) -> pd.DataFrame:
        """Return the price of the last tonne of each limit; a step of one tonne, or 1 % of the smallest limit."""
        smallest = min(float(x.kg[np.isfinite(x.kg)].min()) for x in self.plan.problem.limits)
        return choose.last_tonne(self.plan, step_kg=min(1000.0, LAST_TONNE_SHARE * smallest),
                                 time_limit_s=self.params.time_limit_s)

    def compare(self) -> pd.DataFrame:
        """Compare the plan with greedy and cost-curve order, and list what they miss."""
        return choose.compare(self.plan)

    def sensitivity(self, limit: str) -> pd.DataFrame:
        """Return what a limit's last year is most sensitive to."""
        return chance.sensitivity(self.plan, self.baseline, limit=limit)

    def with_lever(self, id_: str) -> CompanyPlan:
        """Choose again, with a lever in the plan in whichever year."""
        return self._decided({id_: ANY})

    def without(self, id_: str) -> CompanyPlan:
        """Choose again, without a lever."""
        return self._decided({id_: NEVER})

    def start(self, id_: str, year: int) -> CompanyPlan:
        """Choose again, with a lever that starts in a year. Raises MethodError: The year is not one of the plan."""
        if year not in self.plan.problem.years:
            raise MethodError(f"{year} is not among the plan's years {self.params.first_year}-{self.params.last_year}")
        return self._decided({id_: year - self.params.first_year})

    def fixed(self) -> CompanyPlan:
        """Choose again with all levers of this plan as they are: others may come in addition."""
        at = zip(self.plan.problem.lever_ids, self.plan.start, strict=True)
        return self._decided({id_: int(first) for id_, first in at if first != NEVER})

    def _decided(self, more: Mapping[str, int]) -> CompanyPlan:
        unknown = set(more) - {v.id for v in self.levers}
        if unknown:
            raise MethodError(f"the plan has no lever {min(unknown)!r}",
                              hint=instead(min(unknown), [v.id for v in self.levers]))
        problem = replace(self.plan.problem, fixed={**self.plan.problem.fixed, **more})
        plan, likely_choice = chosen_plan(problem, self.baseline, self.params,
                                   probability=self.likely.asked if self.likely else None)
        return replace(self, plan=plan, likely=likely_choice)

    def lever(self, id_: str) -> Lever:
        """Return one lever by its id."""
        return next(v for v in self.levers if v.id == id_)

    def __repr__(self) -> str:
        return one_line(f"CompanyPlan({self.company}, {self.params.first_year}-{self.params.last_year}: {self.plan!r})")

    def sentences(self) -> list[str]:
        """Return the verdict on each target, the range of net cost, decided levers, P as asked, and trajectories."""
        lines = list(self.verdicts()["verdict"])
        low, _, high = self.cost_range()
        if low < high:
            ends_of_cost = [carried(end, self.plan.table()["npv"].to_numpy()) for end in (low, high)]
            lines.append("net cost in 80 of 100 draws of costs, prices and cuts (negative: a gain): "
                         f"{ends_of_cost[0]:,.0f} to {ends_of_cost[1]:,.0f} {self.params.currency}")
        decided = dict.fromkeys(np.array(self.plan.problem.lever_ids)[self.plan.decided != NEVER])
        if decided:
            lines.append(f"decided before, in the baseline: {', '.join(decided)}")
        if self.likely is not None:
            lines.append(self.likely.text())
        if self.baseline.fits:
            ends = self.against_trajectory().groupby("target", sort=False).last()
            tonnes = ends[["baseline_kg", "trajectory_kg"]].to_numpy(dtype=float) / KG_PER_T
            lines += [f"{target}, {year}: baseline {baseline:,.1f} t, trajectory {trajectory:,.1f} t"
                      for target, year, (baseline, trajectory) in zip(ends.index, ends["year"], tonnes, strict=True)]
        return lines

    def __str__(self) -> str:
        head = f"Plan of {self.company}, {self.params.first_year}-{self.params.last_year}: {self.plan!r}"
        return "\n  ".join([head, *self.sentences()])

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.plan.table())


def plan(company: str, *, probability: float | None = None, project: Project | None = None) -> CompanyPlan:
    """Choose the least-cost plan of a company that meets the targets named in its params/<company>/levers.yml.

    probability: P of keeping all limits at once, 0.8 for four futures in five; without it that of the file, else the
    limits hold on the middle path of the baseline.

    Raises UsageError: No levers.yml; ParamsError: It is not accepted, file, lever and field are named; MethodError: The
    baseline cannot be fitted, or a target's base year has no inventory.
    """
    records = read_levers(company, project=project)
    return plan_of(records, inventories(company, project=project), probability=probability)


def plan_of(records: LeverRecords, history: Inventories, *, probability: float | None = None) -> CompanyPlan:
    """Choose the plan from levers and inventories that have been read."""
    params = records.file.plan
    problem, context = problem_from(records, history)
    plan, likely_choice = chosen_plan(problem, context.baseline, params, probability=probability or params.probability)
    latest = history.inventories[max(history.inventories)]
    return replace(context, plan=plan, likely=likely_choice, inputs={**latest.inputs, records.name: records.sha256})


def problem_from(records: LeverRecords, history: Inventories) -> tuple[Problem, CompanyPlan]:
    """Return the problem of a company's file, and its context: a plan in which no lever starts."""
    params, levers = records.file.plan, levers_of(records.file, name=records.name)
    latest = history.inventories[max(history.inventories)]
    _refuse_other_model(records, latest.params.trajectory_model)
    targets, past = _targets(records, latest), history.restated()
    baseline = _baseline(records, latest, past, targets)
    courses = tuple(course(past, t, until=params.last_year) for t in targets)
    limits = [limit_of(way, baseline.years, meet=params.meet, budget_t=params.budget_t.get(t.id))
              for t, way in zip(targets, courses, strict=True)]
    problem = problem_of(params, levers, baseline, limits, latest.emissions, name=records.name,
                         scope2_method=targets[0].scope2_method)
    labels = {t.id: t.label for t in latest.params.targets}
    base = {t.id: way.base_kg for t, way in zip(targets, courses, strict=True)}
    basis = Basis(latest.year, latest.params.gwp, latest.params.factors.release, base,
                  {t.id: labels[t.id] for t in targets},
                  {t.id: way.series for t, way in zip(targets, courses, strict=True)})
    idle = choose.idle(problem)
    return problem, CompanyPlan(records.company, idle, baseline, tuple(levers), params, courses, basis, {})


def _baseline(records: LeverRecords, latest: Inventory, past: ByYear, targets: Sequence[Target]) -> Baseline:
    """Return the declared baseline where the file has one, else the fitted one."""
    params, table = records.file.plan, streams(latest.emissions)
    if params.baseline is not None:
        return declared_baseline(table, params.baseline, last=latest.year, first_year=params.first_year,
                                 last_year=params.last_year, targets=targets, grid=params.grid, name=records.name)
    return carry_forward(table, past, targets=targets, first_year=params.first_year, last_year=params.last_year,
                         grid=params.grid)


def chosen_plan(
    problem: Problem, baseline: Baseline, params: PlanParams, *, probability: float | None
) -> tuple[Plan, LikelyPlan | None]:
    """Return the plan of least cost, or with a probability the one as likely as asked and how it was reached."""
    if probability is None:
        return choose.least_cost(problem, time_limit_s=params.time_limit_s), None
    likely_choice = likely_plan(problem, baseline, probability=probability, seed=params.seed, draws=params.draws,
                       time_limit_s=params.time_limit_s)
    return likely_choice.plan, likely_choice


def problem_of(
    params: PlanParams, levers: Sequence[Lever], baseline: Baseline, limits: Sequence[Limit], emissions: pd.DataFrame,
    *, scope2_method: str, name: str,
) -> Problem:
    """Return the problem that the parameters of a plan describe.

    emissions: Of the last inventory, for the quantities of priced resources.
    scope2_method: By which emissions have the carbon price.
    """
    carbon, until = params.carbon_price, params.costs_until
    years = np.arange(params.first_year, until + 1)
    kg_price = None if carbon is None else path_by_year(carbon.price, years) / KG_PER_T
    return make_problem(
        levers, baseline, limits=limits, discount_rate=params.discount_rate, name=name,
        residual_value=params.residual_value, capex_cap=params.capex_cap, capex_total=params.capex_total,
        max_starts=params.max_starts_per_year, quantities=quantities_of(params, emissions, baseline, name=name),
        carbon_price=kg_price, carbon_scopes=carbon.scopes if carbon else (), scope2_method=scope2_method,
        years_after=until - params.last_year)


def limit_of(way: Course, years: np.ndarray, *, meet: str, budget_t: float | None = None) -> Limit:
    """Return a course's target as a limit on the plan's years: on its target year, or on every year up to it.

    Years after the target year keep its level.

    Raises MethodError: No inventory of the base year; the target year is outside the plan; an event or another GWP set
    since the base year that is not restated.
    """
    target = way.target
    assert target is not None
    if not way.has_base:
        raise MethodError(f"target {target.id}: no inventory of its base year {target.base_years or target.base_year}",
                          hint="add the year to reported_inventories.csv")
    if not years[0] <= target.target_year <= years[-1]:
        raise MethodError(f"target {target.id}: {target.target_year} is not among the plan's years "
                          f"{years[0]}-{years[-1]}", hint="set plan.last_year in levers.yml")
    kg = way.pathway.reindex(years).ffill().to_numpy(dtype=float).copy()
    if meet == "target_year":
        kg[years < target.target_year] = np.inf
    return Limit(target.id, target.scopes, target.scope2_method, kg, np.inf if budget_t is None else budget_t * 1000.0)


def _against(way: Course, baseline: Baseline) -> pd.DataFrame:
    assert way.target is not None
    in_target = baseline.streams["scope"].isin(way.scopes).to_numpy()
    own_streams = baseline.streams[in_target]
    column = "market_kg" if way.target.scope2_method == MARKET else "location_kg"
    kg, groups = getattr(baseline, column)[in_target], own_streams["group"].to_numpy()
    on_trend = own_streams[column].to_numpy()[:, None] * np.array([baseline.trend(g) for g in groups])
    parts = np.sum([baseline.median(g) for g in dict.fromkeys(groups)], axis=0)
    fitted = way.fit.table.set_index("year")["median_kg"].reindex(baseline.years).to_numpy()
    return pd.DataFrame({
        "target": way.target.id, "year": baseline.years, "trajectory_kg": fitted, "parts_kg": parts - fitted,
        "restated_kg": on_trend.sum(axis=0) - parts,
        "grid_kg": (kg - on_trend)[own_streams["grid"].to_numpy()].sum(axis=0), "baseline_kg": kg.sum(axis=0)})


def _targets(records: LeverRecords, latest: Inventory) -> list[Target]:
    company_targets = {t.id: t for t in latest.params.targets}
    unknown_ids = [t for t in records.file.plan.targets if t not in company_targets]
    if unknown_ids:
        file = f"params/{records.company}.yml"
        raise ParamsError(f"{records.name}: plan.targets: unknown {unknown_ids[0]!r}",
                          hint=f"targets of {file}: {', '.join(company_targets)}" if company_targets else
                          f"{file} has no target; add it, with a `reduction` of your own: targets: [{{id: "
                          f"{unknown_ids[0]}, label: {{en: All scopes}}, scopes: ['1', '2', '3'], scope2_method: "
                          f"location-based, base_year: {latest.year}, target_year: {records.file.plan.last_year}, "
                          "reduction: 0.25}]")
    return [Target.from_params(company_targets[t]) for t in records.file.plan.targets]


def _refuse_other_model(records: LeverRecords, model: str) -> None:
    own_model = records.file.plan.model
    if own_model is not None and own_model != model:
        raise ParamsError(f"{records.name}: plan.model {own_model!r} is not the model of the company's trajectory, "
                          f"{model!r}",
                          hint=f"state it once, as `trajectory_model` in params/{records.company}.yml: pages and plan "
                               "have one trajectory")


def side_by_side(plans: Mapping[str, CompanyPlan]) -> pd.DataFrame:
    """Return rival plans of one company, one row each.

    Returns
    -------
    DataFrame
        plan (its name), status, cost, currency, p (of all limits; NaN: unknown), shortfall_kg, then one column a lever:
        its year of start, missing where it is not in the plan.
    """
    rows = []
    for name, company_plan in plans.items():
        try:
            p = float(company_plan.chance.table["p"].iloc[-1])
        except MethodError:
            p = float("nan")
        table = company_plan.plan.table()
        rows.append({"plan": name, "status": company_plan.plan.status, "cost": company_plan.plan.cost,
                     "currency": company_plan.params.currency, "p": p, "shortfall_kg": company_plan.plan.shortfall_kg,
                     **dict(zip(table["lever"], table["start"], strict=True))})
    table = pd.DataFrame(rows)
    return table.astype(dict.fromkeys(table.columns[6:], "Int64"))
