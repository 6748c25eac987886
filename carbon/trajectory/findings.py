"""Findings: one target under dated records, with the tonnes that are missing, the record and its evidence.

The keys of a record's params are its requirements; each key has its rule here. No threshold is written in code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.trajectory.contraction import coverage, tonnes_missing
from carbon.trajectory.pathways import renewable_share
from carbon.trajectory.reduction_target import ReductionTarget
from carbon.trajectory.required import Required, forward_looking, required, start_of_way
from carbon.trajectory.rulesets import Ruleset, ruleset
from carbon.trajectory.situation import KG_PER_T, Situation, situation

if TYPE_CHECKING:
    from carbon.accounting.years.history import Inventories

MET, MISSED, NOT_APPLICABLE, UNKNOWN = "met", "missed", "does not apply", "cannot be judged"
_OK = {MET: True, MISSED: False}
Finding = tuple[str, str, float, str]
"""rule, verdict, missing [t CO2e], words: the figures, why it does not apply, or what is missing to judge it."""
NO_TONNES = float("nan")
_NO_ESTIMATE = "a category is left out without an estimate of its size: add `estimated_t` in the company's params"
_LAST_BIT = float(np.sqrt(np.finfo(float).eps))
COLUMNS = ["record_id", "rule", "verdict", "ok", "missing_t", "words", "in_force", "successor", "evidence", "source"]


def _table(all_findings: list[Finding]) -> pd.DataFrame:
    table = pd.DataFrame(all_findings, columns=["rule", "verdict", "missing_t", "words"])
    return table.assign(ok=pd.Series([_OK.get(v) for v in table["verdict"]], dtype="object"))


def _not_applied(reason: str) -> Finding:
    return "applies", NOT_APPLICABLE, NO_TONNES, reason


def check(
    target: ReductionTarget, history: Inventories | Situation, *, rules: Sequence[str], on: date,
    engaged_suppliers: Collection[str] = (),
) -> pd.DataFrame:
    """Check one target under several records side by side, from real inventories or from plain numbers.

    Parameters
    ----------
    history
        `Inventories`, or a `Situation`: the figures by scope, as plain numbers.
    rules
        Ids of `rulesets()`; a record named here is applied even past its validity; `in_force` is then false.
    on
        Day of the check.
    engaged_suppliers
        Suppliers known to have a validated target of their own.

    Returns
    -------
    DataFrame
        record_id, rule, verdict (met, missed, does not apply, cannot be judged), ok (NA for the last two), missing_t
        [t CO2e], words (the figures, the reason, or what is missing), in_force, successor, evidence, source. Two
        records can give two verdicts. The tonnes are those of `required_pathways`, as drawn.

    Raises MethodError: An unknown record; no base year.
    """
    facts = history if isinstance(history, Situation) else situation(
        target, history, engaged_suppliers=engaged_suppliers)
    parts = [findings(target, facts, ruleset(r), on=on) for r in rules]
    return pd.concat(parts, ignore_index=True)


def findings(target: ReductionTarget, facts: Situation, rules: Ruleset, *, on: date) -> pd.DataFrame:
    """Return the findings of one target under one record."""
    reason = rules.why_not(target)
    all_findings = [_not_applied(reason)] if reason else _judged(target, facts, rules, on)
    if not all_findings:
        all_findings = [("nothing to judge", NOT_APPLICABLE, NO_TONNES, "this record asks nothing of these scopes")]
    table = _table(all_findings).astype({"ok": "boolean"})
    return table.assign(record_id=rules.id, in_force=rules.in_force(on, year=facts.recent_year),
                        successor=rules.successor, evidence=[rules.evidence_of(r) for r in table["rule"]],
                        source=rules.source)[COLUMNS]


def _judged(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    all_findings: list[Finding] = [(r, UNKNOWN, NO_TONNES, words) for r, words in rules.not_known.items()
                                   if "3" in target.scopes or not r.startswith("scope 3")]
    demand = required(target, facts, rules)
    if demand.rule == "long-term cut":
        all_findings += _long_term(target, facts, rules, demand)
    elif demand.rule:
        all_findings += _demanded(target, facts, demand)
    for group in _groups(target.scopes):
        all_findings += _coverage(group, *facts.covered(group), rules)
    all_findings += _scope3_required(target, facts.by_scope, rules)
    for rule in _RULES:
        all_findings += rule(target, facts, rules, on)
    return _of_one_boundary(all_findings, facts, (demand.rule, "forward-looking ambition", "milestones"))


def _of_one_boundary(all_findings: list[Finding], facts: Situation, over_years: Collection[str]) -> list[Finding]:
    """Leave rules that compare emissions of several years unjudged where their boundary is not known to be one."""
    if not facts.boundary:
        return all_findings
    return [("boundary", UNKNOWN, NO_TONNES, facts.boundary), *(
        (rule, UNKNOWN, NO_TONNES, facts.boundary) if rule in over_years and verdict in _OK else
        (rule, verdict, tonnes, words) for rule, verdict, tonnes, words in all_findings)]


def _demanded(target: ReductionTarget, facts: Situation, demand: Required) -> list[Finding]:
    """Hold the target's last year against what the record allows in it."""
    if demand.path is None or demand.missing:
        return [(demand.rule, UNKNOWN, NO_TONNES, demand.missing)]
    base = float(facts.base_kg.sum())
    allowed, aimed = demand.in_year(target.target_year), (1 - target.cut) * base
    cut = 1 - allowed / base
    verdict, tonnes = _short((aimed - allowed) / KG_PER_T, base)
    if demand.rule == "ambition":
        span = target.target_year - target.base_year
        words = f"{target.yearly_rate:.1%} of base emissions a year against {cut / span:.1%}"
        return [(demand.rule, verdict, tonnes, words)]
    words = (f"{aimed / KG_PER_T:,.1f} t in {target.target_year} against {allowed / KG_PER_T:,.1f} t "
             f"(-{cut:.0%} on {target.base_year})")
    return [(demand.rule, verdict, tonnes, words)]


def _short(missing_t: float, of_kg: float) -> tuple[str, float]:
    """Return whether tonnes are missing beyond rounding, and how many."""
    met = missing_t * KG_PER_T <= _LAST_BIT * of_kg
    return (MET, 0) if met else (MISSED, missing_t)


def _verdict(is_met: bool) -> str:
    return MET if is_met else MISSED


def _groups(scopes: Collection[str]) -> list[tuple[str, ...]]:
    """Scopes 1 and 2 have one share to cover, scope 3 its own."""
    by_group = (tuple(s for s in sorted(scopes) if s != "3"), tuple(s for s in scopes if s == "3"))
    return [g for g in by_group if g]


def _coverage(scopes: tuple[str, ...], covered_kg: float, total_kg: float, rules: Ruleset) -> list[Finding]:
    thresholds = rules.params.get("coverage", {})
    threshold = thresholds.get("3" if scopes == ("3",) else "1+2", max(thresholds.get(s, 0) for s in scopes))
    if not threshold:
        return []
    if not total_kg > 0:
        no_records = f"no records of scope {', '.join(scopes)}: no share is known"
        missing_size = _NO_ESTIMATE if np.isnan(total_kg) else no_records
        return [("coverage", UNKNOWN, NO_TONNES, missing_size)]
    missing = tonnes_missing(covered_kg, total_kg, threshold=threshold)
    share = coverage(covered_kg, total_kg)
    words = f"{share:.1%} covered against {threshold:.0%} (scope {', '.join(scopes)})"
    return [("coverage", _verdict(missing <= 0), missing, words)]


def _scope3_required(target: ReductionTarget, inventory: pd.Series, rules: Ruleset) -> list[Finding]:
    limit, category = rules.params.get("scope3_required_above"), rules.params.get("scope3_by_company_category")
    if category and "3" not in target.scopes:
        return [("scope 3 target required", UNKNOWN, NO_TONNES,
                 f"required of companies of category {category}; the company's category is not known")]
    if limit is None or "3" in target.scopes:
        return []
    if np.isnan(inventory.get("3", np.nan)):
        return [("scope 3 target required", UNKNOWN, NO_TONNES, "scope 3 has no records: its share is not known")]
    share = float(inventory["3"]) / float(inventory.sum())
    needed = share >= limit
    missing = rules.params["coverage"]["3"] * float(inventory["3"]) / KG_PER_T if needed else 0
    words = f"scope 3 is {share:.0%} of the total; limit {limit:.0%}"
    return [("scope 3 target required", _verdict(not needed), missing, words)]


def _exclusions(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    limit = rules.params.get("exclusion_limit")
    if limit is None:
        return []
    inside, whole_kg = facts.covered(target.scopes)
    if not whole_kg > 0:
        return [("exclusions", UNKNOWN, NO_TONNES, _NO_ESTIMATE if np.isnan(whole_kg) else "no emissions are known")]
    left = whole_kg - inside
    missing = (left - limit * whole_kg) / KG_PER_T
    words = f"{left / whole_kg:.1%} of these scopes is left out (estimated); limit {limit:.0%}"
    return [("exclusions", _verdict(missing <= 0), max(missing, 0), words)]


def _forward_looking(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    if not rules.params.get("forward_looking"):
        return []
    name = "forward-looking ambition"
    scopes = [s for s in target.scopes if s in rules.params["net_zero_year"]]
    year, unknown = start_of_way(target, facts, rules)
    if not scopes or year >= target.target_year:
        return []
    if unknown:
        return [(name, UNKNOWN, NO_TONNES, unknown)]
    recent = facts.kg_of(year)
    sums = forward_looking(target, facts, rules, year).T[target.target_year]
    aimed = (1 - target.cut) * float(facts.base_kg[scopes].sum())
    already = float(recent[scopes].sum()) <= aimed
    verdict, tonnes = _short((aimed - float(sums.min())) / KG_PER_T, aimed)
    words = (f"the condition {sums.idxmin()} binds: {sums.min() / KG_PER_T:,.1f} t in {target.target_year} against "
             f"{aimed / KG_PER_T:,.1f} t")
    more = "; the target is already met, so it cannot be submitted" if already else ""
    return [(name, MISSED if already else verdict, tonnes, words + more)]


def _ages(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    ages: list[Finding] = []
    oldest = rules.params.get("base_year_not_before")
    if oldest is not None:
        ages.append(("base year", _verdict(target.base_year >= oldest), NO_TONNES,
                     f"{target.base_year}; not before {oldest}"))
    stale = rules.params.get("inventory_max_age")
    if stale is not None:
        years = on.year - facts.recent_year
        ages.append(("inventory age", _verdict(years <= stale), NO_TONNES,
                     f"the latest inventory is of {facts.recent_year}, {years} years before {on}; at most {stale}"))
    ahead = rules.params.get("target_years_ahead")
    if ahead is not None:
        years, exempt = target.target_year - on.year, rules.params.get("exempt_target_year")
        free = target.target_year == exempt
        ages.append(("timeframe", _verdict(free or ahead[0] <= years <= ahead[1]), NO_TONNES,
                     f"{years} years ahead of {on}; between {ahead[0]} and {ahead[1]}"
                     + (f", or {exempt}" if exempt else "")))
    return ages


def _base_window(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    """Hold the base year against the first reporting year of the target period: neither moves with the inventories."""
    age, name = rules.params.get("base_year_max_age"), "base-year age"
    if age is None:
        return []
    period, first = target.period_from, rules.params.get("first_period")
    if period is None:
        return [(name, UNKNOWN, NO_TONNES, "the first reporting year of the target period is not stated: `period_from` "
                                           "of the target")]
    if first is not None and period < first:
        return [(name, NOT_APPLICABLE, NO_TONNES, f"the target period began in {period}, before {first}: an existing "
                                                  "target keeps its base year")]
    years = period - target.base_year
    return [(name, _verdict(0 <= years <= age), NO_TONNES,
             f"{target.base_year} is {years} years before the target period from {period}; at most {age}")]


def _exceptional_base(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    marked = [y for y in target.years_of_base if y in facts.event_years]
    if not marked or not rules.params.get("representative_base"):
        return []
    marked_years = "; ".join(f"{y}: {facts.event_years[y]}" for y in marked)
    return [("exceptional base year", UNKNOWN, NO_TONNES,
             f"the company marks its base year as exceptional ({marked_years}): not shown to be "
             "representative")]


def _form(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    rows: list[Finding] = []
    method = rules.params.get("scope2_method")
    if method is not None and "2" in target.scopes:
        other = rules.params.get("scope2_alternative")
        rows.append(("scope 2 method", _verdict(target.scope2_method == method), NO_TONNES,
                     f"{target.scope2_method}; the ambition is {method}, instruments are accounted apart"
                     + (f"; {other} is accepted instead" if other else "")))
    if rules.params.get("one_target_per_scope"):
        rows.append(("one target per scope", _verdict(len(target.scopes) == 1), NO_TONNES,
                     f"this target is for scope {', '.join(target.scopes)}"))
    cycle = rules.params.get("cycle_years")
    if cycle is not None:
        years = target.target_year - on.year
        is_far = years > rules.params.get("near_term_years", years)
        rows.append(("near-term cycle", NOT_APPLICABLE if is_far else _verdict(years <= cycle), NO_TONNES,
                     f"{years} years ahead of {on}; cycles of {cycle}" + ("; a long-term target" if is_far else "")))
    return rows


def _long_term(target: ReductionTarget, facts: Situation, rules: Ruleset, demand: Required) -> list[Finding]:
    [(name, verdict, tonnes, words)] = _demanded(target, facts, demand)
    if verdict == UNKNOWN:
        return [(name, verdict, tonnes, words)]
    by = max(rules.params["net_zero_year"].get(s, 0) for s in target.scopes)
    words = (f"{target.cut:.0%} by {target.target_year}; a long-term target cuts "
             f"{rules.params['long_term_reduction']:.0%} by {by} at the latest")
    return [(name, verdict if target.target_year <= by else MISSED, tonnes, words)]


def _milestones(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    first, every = rules.params.get("first_milestone"), rules.params.get("milestone_every")
    if first is None or every is None:
        return []
    years = [y for y in range(first, target.target_year + 1, every) if y > target.base_year]
    if not float(facts.base_kg.sum()) > 0:
        return []
    pathway = target.pathway(float(facts.base_kg.sum()))
    shown_years = ", ".join(f"{pathway.loc[y] / KG_PER_T:,.1f} t in {y}" for y in years)
    return [("milestones", _verdict(bool(years)), NO_TONNES, shown_years or f"the target ends before {first}")]


def _electricity(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    schedule = rules.params.get("share")
    if not isinstance(schedule, dict):
        return []
    if not facts.electricity_kwh > 0:
        return [("renewable electricity", UNKNOWN, NO_TONNES, "no purchased electricity is known")]
    required = renewable_share(facts.recent_year, schedule)
    share = facts.renewable_kwh / facts.electricity_kwh
    kwh = max((required - share) * facts.electricity_kwh, 0)
    words = (f"{share:.0%} of the purchased electricity of {facts.recent_year} is under contracts without emissions, "
             f"{required:.0%} is asked for: {kwh:,.0f} kWh missing")
    return [("renewable electricity", _verdict(kwh <= 0), NO_TONNES, words)]


def _suppliers(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    if "years_to_reach" not in rules.params:
        return []
    if not facts.supplier_shares:
        return [("supplier engagement", UNKNOWN, NO_TONNES, "no supplier with a validated target is named")]
    by_kg, by_spend = facts.supplier_shares
    base = float(facts.base_kg.sum())
    words = (f"suppliers with a target of their own: {by_kg:.0%} of scope 3, {by_spend:.0%} of spend; "
             f"{by_kg * float(facts.by_scope['3']) / base:.0%} of the targeted base; "
             "the required share is not known")
    return [("supplier engagement", UNKNOWN, NO_TONNES, words)]


_RULES: tuple[Callable[[ReductionTarget, Situation, Ruleset, date], list[Finding]], ...] = (
    _exclusions, _forward_looking, _ages, _base_window, _exceptional_base, _form, _milestones, _electricity, _suppliers)
