"""Findings: one target under dated records, with the tonnes that are missing, the record and its evidence.

The keys of a record's params are its requirements; each key has its rule here. No threshold is written in code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.trajectory.pathways import forward_looking_limit, renewable_share
from carbon.trajectory.reduction_target import ReductionTarget
from carbon.trajectory.rulesets import Ruleset, ruleset
from carbon.trajectory.situation import KG_PER_T, Situation, situation

if TYPE_CHECKING:
    from carbon.accounting.years.history import Inventories

Finding = tuple[str, bool | None, float, str]
"""rule, ok (None: a comparison, or cannot be judged), missing [t CO2e], words."""
NO_TONNES = float("nan")
_LAST_BIT = float(np.sqrt(np.finfo(float).eps))
COLUMNS = ["record_id", "rule", "ok", "missing_t", "words", "in_force", "evidence", "source"]


def check_target(
    target: ReductionTarget, inventory: pd.Series, *, base_kg: float, covered_kg: float, total_kg: float, rules: Ruleset
) -> pd.DataFrame:
    """Check a target by plain numbers: ambition, coverage and the need of a scope 3 target under one record.

    Parameters
    ----------
    inventory
        kg CO2e by scope ("1", "2", "3"), for the share of scope 3.
    base_kg
        Base-year emissions of the target's scopes [kg].
    covered_kg, total_kg
        Emissions inside the target's boundary, and all emissions of its scopes [kg].

    Returns
    -------
    DataFrame
        rule, ok, missing_t [t CO2e], words, record_id, evidence, source.
    """
    groups = _groups(target.scopes)
    covered = _coverage(groups[0], covered_kg, total_kg, rules) if len(groups) == 1 else [
        ("coverage", None, NO_TONNES, "scopes 1 and 2 and scope 3 have shares of their own: judge each apart")]
    all_findings = [*_ambition(target, base_kg, rules), *covered, *_scope3_required(target, inventory, rules)]
    table = pd.DataFrame(all_findings, columns=["rule", "ok", "missing_t", "words"])
    return table.assign(record_id=rules.id, evidence=rules.evidence, source=rules.source)


def check(
    target: ReductionTarget, history: Inventories, *, rules: Sequence[str], on: date,
    engaged_suppliers: Collection[str] = (),
) -> pd.DataFrame:
    """Check one target under several records side by side, from real inventories.

    Parameters
    ----------
    rules
        Ids of `rulesets()`; a record named here is applied even past its validity; `in_force` is then false.
    on
        Day of the check.
    engaged_suppliers
        Suppliers known to have a validated target of their own.

    Returns
    -------
    DataFrame
        record_id, rule, ok (NA: a comparison, or cannot tell), missing_t [t CO2e], words, in_force, evidence,
        source. Two records can give two verdicts.

    Raises
    ------
    MethodError
        An unknown record; no base year; a category left out without an estimate.
    """
    facts = situation(target, history, engaged_suppliers=engaged_suppliers)
    parts = [findings(target, facts, ruleset(r), on=on) for r in rules]
    return pd.concat(parts, ignore_index=True)


def findings(target: ReductionTarget, facts: Situation, rules: Ruleset, *, on: date) -> pd.DataFrame:
    """Return the findings of one target under one record."""
    all_findings = _ambition(target, float(facts.base_kg.sum()), rules)
    for group in _groups(target.scopes):
        all_findings += _coverage(group, *facts.covered(group), rules)
    all_findings += _scope3_required(target, facts.by_scope, rules)
    for rule in _RULES:
        all_findings += rule(target, facts, rules, on)
    if not all_findings:
        all_findings = [("nothing to judge", None, NO_TONNES, "this record asks nothing of these scopes")]
    table = pd.DataFrame(all_findings, columns=["rule", "ok", "missing_t", "words"]).astype({"ok": "boolean"})
    return table.assign(record_id=rules.id, in_force=rules.in_force(on), evidence=rules.evidence,
                        source=rules.source)[COLUMNS]


def _ambition(target: ReductionTarget, base_kg: float, rules: Ruleset) -> list[Finding]:
    rates = [r for s in target.scopes if (r := _rate(target, s, rules)) is not None]
    if not rates:
        return []
    required = max(rates)
    # As its pathway, a record never asks for more than the way down to its residual.
    cut = min(required * (target.target_year - target.base_year), 1 - rules.params.get("residual", 0))
    missing = (cut - target.cut) * base_kg / KG_PER_T
    words = f"{target.yearly_rate:.1%} of base emissions a year against {required:.1%}"
    if len(set(rates)) > 1:
        words += ", the steepest of its scopes"
    return [("ambition", *_short(missing, base_kg), words)]


def _rate(target: ReductionTarget, scope: str, rules: Ruleset) -> float | None:
    return rules.rate(scope, base_year=target.base_year, target_year=target.target_year)


def _short(missing_t: float, of_kg: float) -> tuple[bool, float]:
    """Return whether tonnes are missing beyond rounding, and how many."""
    met = missing_t * KG_PER_T <= _LAST_BIT * of_kg
    return met, 0 if met else missing_t


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
        return [("coverage", None, NO_TONNES, f"no records of scope {', '.join(scopes)}: no share is known")]
    missing = (threshold * total_kg - covered_kg) / KG_PER_T
    words = f"{covered_kg / total_kg:.1%} covered against {threshold:.0%} (scope {', '.join(scopes)})"
    return [("coverage", missing <= 0, max(missing, 0), words)]


def _scope3_required(target: ReductionTarget, inventory: pd.Series, rules: Ruleset) -> list[Finding]:
    limit = rules.params.get("scope3_required_above")
    if limit is None or "3" in target.scopes:
        return []
    if np.isnan(inventory.get("3", np.nan)):
        return [("scope 3 target required", None, NO_TONNES, "scope 3 has no records: its share is not known")]
    share = float(inventory["3"]) / float(inventory.sum())
    needed = share >= limit
    missing = rules.params["coverage"]["3"] * float(inventory["3"]) / KG_PER_T if needed else 0
    return [("scope 3 target required", not needed, missing, f"scope 3 is {share:.0%} of the total; limit {limit:.0%}")]


def _exclusions(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    limit = rules.params.get("exclusion_limit")
    if limit is None:
        return []
    inside, whole_kg = facts.covered(target.scopes)
    left = whole_kg - inside
    missing = (left - limit * whole_kg) / KG_PER_T
    words = f"{left / whole_kg:.1%} of these scopes is left out (estimated); limit {limit:.0%}"
    return [("exclusions", missing <= 0, max(missing, 0), words)]


def _forward_looking(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    if not rules.params.get("forward_looking"):
        return []
    scopes = [s for s in target.scopes if s in rules.params["net_zero_year"]]
    year = rules.params.get("unrepresentative_years", {}).get(facts.recent_year, facts.recent_year)
    if not scopes or year >= target.target_year:
        return []
    if year != facts.recent_year and year not in facts.years.index:
        words = f"{facts.recent_year} is no representative year and {year} has no inventory"
        return [("forward-looking ambition", None, NO_TONNES, words)]
    recent = facts.recent_kg if year == facts.recent_year else facts.years.loc[year]
    limits = pd.concat([_limits(target, s, facts.base_kg[s], recent[s], year, rules) for s in scopes])
    sums = limits.groupby("condition", sort=True)["limit_kg"].sum()
    aimed = (1 - target.cut) * float(facts.base_kg[scopes].sum())
    missing, binding = (aimed - float(sums.min())) / KG_PER_T, str(sums.idxmin())
    already = float(recent[scopes].sum()) <= aimed
    ok, tonnes = _short(missing, aimed)
    words = (f"the condition {binding} binds: {sums.min() / KG_PER_T:,.1f} t in {target.target_year} against "
             f"{aimed / KG_PER_T:,.1f} t")
    more = "; the target is already met, so it cannot be submitted" if already else ""
    return [("forward-looking ambition", ok and not already, tonnes, words + more)]


def _limits(target: ReductionTarget, scope: str, base: float, recent: float, year: int, rules: Ruleset) -> pd.DataFrame:
    # A scope without base-year emissions or records has no percentage: it adds nothing to the first condition.
    base, recent = (0.0 if np.isnan(kg) else float(kg) for kg in (base, recent))
    limits = forward_looking_limit(
        base or 1.0, recent, base_year=target.base_year, recent_year=year, target_year=target.target_year,
        net_zero_year=rules.params["net_zero_year"][scope], residual=rules.params["residual"],
        yearly_rate=_rate(target, scope, rules) or 0)
    return limits if base else limits.assign(limit_kg=limits["limit_kg"] * [0, 1])


def _ages(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    ages: list[Finding] = []
    oldest, age = rules.params.get("base_year_not_before"), rules.params.get("base_year_max_age")
    if oldest is not None:
        ages.append(("base year", target.base_year >= oldest, NO_TONNES, f"{target.base_year}; not before {oldest}"))
    if age is not None:
        gap = facts.recent_year - target.base_year
        ages.append(("base-year age", gap <= age, NO_TONNES,
                     f"{target.base_year} is {gap} years before the period {facts.recent_year}; at most {age}"))
    stale = rules.params.get("inventory_max_age")
    if stale is not None:
        years = on.year - facts.recent_year
        ages.append(("inventory age", years <= stale, NO_TONNES,
                     f"the latest inventory is of {facts.recent_year}, {years} years before {on}; at most {stale}"))
    ahead = rules.params.get("target_years_ahead")
    if ahead is not None:
        years = target.target_year - on.year
        ages.append(("timeframe", ahead[0] <= years <= ahead[1], NO_TONNES,
                     f"{years} years ahead of {on}; between {ahead[0]} and {ahead[1]}"))
    return ages


def _form(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    rows: list[Finding] = []
    method = rules.params.get("scope2_method")
    if method is not None and "2" in target.scopes:
        rows.append(("scope 2 method", target.scope2_method == method, NO_TONNES,
                     f"{target.scope2_method}; the ambition is {method}, instruments are accounted apart"))
    if rules.params.get("one_target_per_scope"):
        rows.append(("one target per scope", len(target.scopes) == 1, NO_TONNES,
                     f"this target is for scope {', '.join(target.scopes)}"))
    cycle = rules.params.get("cycle_years")
    if cycle is not None:
        years = target.target_year - on.year
        rows.append(("near-term cycle", years <= cycle, NO_TONNES, f"{years} years ahead of {on}; cycles of {cycle}"))
    return rows


def _long_term(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    required = rules.params.get("long_term_reduction")
    if required is None:
        return []
    by = max(rules.params["net_zero_year"].get(s, 0) for s in target.scopes)
    base = float(facts.base_kg.sum())
    ok, tonnes = _short((required - target.cut) * base / KG_PER_T, base)
    words = (f"{target.cut:.0%} by {target.target_year}; a long-term target cuts {required:.0%} by {by} "
             "at the latest")
    return [("long-term cut", ok and target.target_year <= by, tonnes, words)]


def _reference(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    """Return the finding of a record with its own reference year, by interpolation to the target's year."""
    year, cuts = rules.params.get("reference_year"), rules.params.get("reduction")
    if year is None or not isinstance(cuts, dict):
        return []
    name = "comparison" if rules.params.get("comparison_only") else "reference"
    if year not in facts.years.index:
        return [(name, None, NO_TONNES, f"no inventory of {year}, the record's reference year: no comparison")]
    known_years = [year, *sorted(cuts)]
    if target.target_year > known_years[-1]:
        return [(name, None, NO_TONNES, f"the record ends in {known_years[-1]}; it is not extrapolated")]
    cut = float(np.interp(target.target_year, known_years, [0, *(cuts[y] for y in sorted(cuts))]))
    allowed = (1 - cut) * float(facts.years.loc[year].sum())
    aimed = (1 - target.cut) * float(facts.base_kg.sum())
    ok, tonnes = _short((aimed - allowed) / KG_PER_T, allowed)
    words = (f"{aimed / KG_PER_T:,.1f} t in {target.target_year} against {allowed / KG_PER_T:,.1f} t "
             f"(-{cut:.0%} on {year})")
    if rules.params.get("comparison_only"):
        return [(name, None, tonnes, f"{words}; a territorial path is no rule for a footprint")]
    return [(name, ok, tonnes, words)]


def _milestones(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    first, every = rules.params.get("first_milestone"), rules.params.get("milestone_every")
    if first is None or every is None:
        return []
    years = [y for y in range(first, target.target_year + 1, every) if y > target.base_year]
    pathway = target.pathway(float(facts.base_kg.sum()))
    shown_years = ", ".join(f"{pathway.loc[y] / KG_PER_T:,.1f} t in {y}" for y in years)
    return [("milestones", bool(years), NO_TONNES, shown_years or f"the target ends before {first}")]


def _electricity(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    schedule = rules.params.get("share")
    if not isinstance(schedule, dict) or "2" not in target.scopes:
        return []
    if not facts.electricity_kwh > 0:
        return [("renewable electricity", None, NO_TONNES, "no purchased electricity is known")]
    required = renewable_share(facts.recent_year, schedule)
    share = facts.renewable_kwh / facts.electricity_kwh
    kwh = max((required - share) * facts.electricity_kwh, 0)
    words = (f"{share:.0%} of the purchased electricity of {facts.recent_year} is under contracts without emissions, "
             f"{required:.0%} is asked for: {kwh:,.0f} kWh missing")
    return [("renewable electricity", kwh <= 0, NO_TONNES, words)]


def _suppliers(target: ReductionTarget, facts: Situation, rules: Ruleset, on: date) -> list[Finding]:
    if "years_to_reach" not in rules.params or "3" not in target.scopes:
        return []
    if not facts.supplier_shares:
        return [("supplier engagement", None, NO_TONNES, "no supplier with a validated target is named")]
    by_kg, by_spend = facts.supplier_shares
    base = float(facts.base_kg.sum())
    words = (f"suppliers with a target of their own: {by_kg:.0%} of scope 3, {by_spend:.0%} of spend; "
             f"{by_kg * float(facts.by_scope['3']) / base:.0%} of the targeted base")
    return [("supplier engagement", None, NO_TONNES, words)]


_RULES: tuple[Callable[[ReductionTarget, Situation, Ruleset, date], list[Finding]], ...] = (
    _exclusions, _forward_looking, _ages, _form, _long_term, _reference, _milestones, _electricity, _suppliers)
