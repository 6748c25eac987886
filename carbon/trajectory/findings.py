"""Findings: one target under dated records, with the tonnes that are missing, the record and its evidence.

The keys of a record's params are its requirements; each key has its rule in `_RULES`. No threshold is written in code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from carbon.core.units import KG_PER_T
from carbon.trajectory.contraction import tonnes_missing
from carbon.trajectory.pathways import renewable_share
from carbon.trajectory.reduction_target import ReductionTarget
from carbon.trajectory.rulesets import Required, Ruleset, forward_looking, required, ruleset, start_of_way
from carbon.trajectory.situation import Situation, situation

if TYPE_CHECKING:
    from carbon.accounting.years.history import Inventories

MET, MISSED, NOT_APPLICABLE, UNKNOWN = "met", "missed", "does not apply", "cannot be judged"
_NO_ESTIMATE = "a category is left out without an estimate of its size: add `estimated_t` in the company's params"
_LAST_BIT = float(np.sqrt(np.finfo(float).eps))
COLUMNS = ["record_id", "rule", "verdict", "ok", "missing_t", "words", "in_force", "successor", "evidence", "source"]


class Finding(NamedTuple):
    """Verdict (true: met, false: missed), words (the figures, the reason, or what is missing to judge), [t CO2e]."""

    verdict: bool | str
    words: str
    missing_t: float = np.nan
    rule: str = ""


class Case(NamedTuple):
    """A target under one record on one day."""

    target: ReductionTarget
    facts: Situation
    rules: Ruleset
    on: date

    @property
    def base_kg(self) -> float:
        """Base-year emissions of the target's scopes [kg]."""
        return float(self.facts.base_kg.sum())

    @property
    def age(self) -> int:
        """Years since the latest inventory."""
        return self.on.year - self.facts.recent_year

    @property
    def scopes(self) -> str:
        """The target's scopes, in words."""
        return ", ".join(self.target.scopes)


def check(
    target: ReductionTarget, history: Inventories | Situation, *, rules: Sequence[str], on: date,
    engaged_suppliers: Collection[str] = (),
) -> pd.DataFrame:
    """Check one target under several records side by side, from real inventories or from plain numbers.

    `history` is `Inventories`, or a `Situation`: the figures by scope, as plain numbers. A record named in `rules` is
    applied even past its validity, with `in_force` false. Engaged suppliers have a validated target of their own.

    Returns record_id, rule, verdict (met, missed, does not apply, cannot be judged), ok (NA for the last two),
    missing_t [t CO2e], words (the figures, the reason, or what is missing), in_force, successor, evidence, source. The
    tonnes are those of `required_pathways`, as drawn.

    Raises MethodError: An unknown record; no base year.
    """
    facts = history if isinstance(history, Situation) else situation(
        target, history, engaged_suppliers=engaged_suppliers)
    return pd.concat([findings(target, facts, ruleset(r), on=on) for r in rules], ignore_index=True)


def findings(target: ReductionTarget, facts: Situation, rules: Ruleset, *, on: date) -> pd.DataFrame:
    """Return the findings of one target under one record."""
    rows = judged(target, facts, rules, on=on)
    in_force, n = rules.in_force(on, year=facts.recent_year), len(rows)
    return pd.DataFrame({
        "record_id": [rules.id] * n, "rule": [r.rule for r in rows], "verdict": [r.verdict for r in rows],
        "ok": pd.array([{MET: True, MISSED: False}.get(str(r.verdict)) for r in rows], dtype="boolean"),
        "missing_t": [float(r.missing_t) for r in rows], "words": [r.words for r in rows], "in_force": [in_force] * n,
        "successor": [rules.successor] * n, "evidence": [rules.evidence_of(r.rule) for r in rows],
        "source": [rules.source] * n}, columns=COLUMNS)


def judged(target: ReductionTarget, facts: Situation, rules: Ruleset, *, on: date) -> list[Finding]:
    """Return the findings of one target under one record, with their verdicts in words."""
    reason = rules.why_not(target)
    rows = [Finding(NOT_APPLICABLE, reason, rule="applies")] if reason else _judged(Case(target, facts, rules, on))
    rows = rows or [Finding(NOT_APPLICABLE, "this record asks nothing of these scopes", rule="nothing to judge")]
    return [r if isinstance(r.verdict, str) else r._replace(verdict=MET if r.verdict else MISSED) for r in rows]


def _judged(case: Case) -> list[Finding]:
    """Return all findings; those that compare years of a boundary that is not known to be one are not judged."""
    target, facts, rules = case.target, case.facts, case.rules
    rows = [Finding(UNKNOWN, words, rule=r) for r, words in rules.not_known.items()
            if "3" in target.scopes or not r.startswith("scope 3")]
    demand = required(target, facts, rules)
    rows += [_demanded(case, demand)] if demand.rule else []
    for key, rule, judge in _RULES:
        value = rules.params.get(key)
        if value is not None and value is not False:
            rows += [found._replace(rule=rule) for found in judge(case, value)]
    if not facts.boundary:
        return rows
    over_years = (demand.rule, "forward-looking ambition", "milestones")
    return [Finding(UNKNOWN, facts.boundary, rule="boundary"), *(
        Finding(UNKNOWN, facts.boundary, rule=r.rule)
        if r.rule in over_years and r.verdict not in (UNKNOWN, NOT_APPLICABLE) else r for r in rows)]


def _demanded(case: Case, demand: Required) -> Finding:
    """Hold the target's last year against what the record allows in it."""
    target = case.target
    if demand.path is None or demand.missing:
        return Finding(UNKNOWN, demand.missing, rule=demand.rule)
    allowed, aimed = float(demand.path.loc[target.target_year]), (1 - target.cut) * case.base_kg
    cut, span = 1 - allowed / case.base_kg, target.target_year - target.base_year
    is_met, tonnes = _short((aimed - allowed) / KG_PER_T, case.base_kg)
    words = (f"{aimed / KG_PER_T:,.1f} t in {target.target_year} against {allowed / KG_PER_T:,.1f} t "
             f"(-{cut:.0%} on {target.base_year})")
    if demand.rule == "ambition":
        words = f"{target.yearly_rate:.1%} of base emissions a year against {cut / span:.1%}"
    if demand.rule == "long-term cut":
        by = max(case.rules.params["net_zero_year"].get(s, 0) for s in target.scopes)
        is_met = is_met and target.target_year <= by
        words = (f"{target.cut:.0%} by {target.target_year}; a long-term target cuts "
                 f"{case.rules.params['long_term_reduction']:.0%} by {by} at the latest")
    return Finding(is_met, words, tonnes, demand.rule)


def _short(missing_t: float, of_kg: float) -> tuple[bool, float]:
    """Return whether no tonnes are missing beyond rounding, and how many are."""
    is_met = missing_t * KG_PER_T <= _LAST_BIT * of_kg
    return is_met, 0 if is_met else missing_t


def _coverage(case: Case, thresholds: dict[str, float]) -> Iterator[Finding]:
    """Scopes 1 and 2 have one share to cover, scope 3 its own."""
    scopes = case.target.scopes
    for group in (tuple(s for s in sorted(scopes) if s != "3"), tuple(s for s in scopes if s == "3")):
        threshold = max((thresholds.get(s, 0) for s in group), default=0)
        threshold = thresholds.get("3" if group == ("3",) else "1+2", threshold) if group else 0
        covered_kg, total_kg = case.facts.covered(group)
        of = f"scope {', '.join(group)}"
        if threshold and not total_kg > 0:
            yield Finding(UNKNOWN, _NO_ESTIMATE if np.isnan(total_kg) else f"no records of {of}: no share is known")
        elif threshold:
            missing = tonnes_missing(covered_kg, total_kg, threshold=threshold)
            yield Finding(missing <= 0, f"{covered_kg / total_kg:.1%} covered against {threshold:.0%} ({of})", missing)


def _scope3_by_category(case: Case, category: str) -> Iterator[Finding]:
    if "3" not in case.target.scopes:
        yield Finding(UNKNOWN, f"required of companies of category {category}; the company's category is not known")


def _scope3_required(case: Case, limit: float) -> Iterator[Finding]:
    if "3" in case.target.scopes or "scope3_by_company_category" in case.rules.params:
        return
    kg, total = float(case.facts.by_scope.get("3", np.nan)), float(case.facts.by_scope.sum())
    if np.isnan(kg):
        yield Finding(UNKNOWN, "scope 3 has no records: its share is not known")
        return
    missing = case.rules.params["coverage"]["3"] * kg / KG_PER_T if kg / total >= limit else 0
    yield Finding(kg / total < limit, f"scope 3 is {kg / total:.0%} of the total; limit {limit:.0%}", missing)


def _exclusions(case: Case, limit: float) -> Iterator[Finding]:
    inside, whole_kg = case.facts.covered(case.target.scopes)
    if not whole_kg > 0:
        yield Finding(UNKNOWN, _NO_ESTIMATE if np.isnan(whole_kg) else "no emissions are known")
        return
    missing = (whole_kg - inside - limit * whole_kg) / KG_PER_T
    yield Finding(missing <= 0, f"{(whole_kg - inside) / whole_kg:.1%} of these scopes is left out (estimated); limit "
                                f"{limit:.0%}", max(missing, 0))


def _forward_looking(case: Case, _: bool) -> Iterator[Finding]:
    target, facts, rules, _on = case
    scopes = [s for s in target.scopes if s in rules.params["net_zero_year"]]
    year, unknown = start_of_way(target, facts, rules)
    if not scopes or year >= target.target_year:
        return
    if unknown:
        yield Finding(UNKNOWN, unknown)
        return
    sums = forward_looking(target, facts, rules, year).T[target.target_year]
    aimed = (1 - target.cut) * float(facts.base_kg[scopes].sum())
    already = float(facts.kg_of(year)[scopes].sum()) <= aimed
    is_met, tonnes = _short((aimed - float(sums.min())) / KG_PER_T, aimed)
    words = (f"the condition {sums.idxmin()} binds: {sums.min() / KG_PER_T:,.1f} t in {target.target_year} against "
             f"{aimed / KG_PER_T:,.1f} t")
    more = "; the target is already met, so it cannot be submitted" if already else ""
    yield Finding(is_met and not already, words + more, tonnes)


def _limit(met: Callable[[Case, Any], bool], words: str) -> Callable[[Case, Any], list[Finding]]:
    """Return what judges a key by one comparison of the case with its value."""
    return lambda case, value: [Finding(met(case, value), words.format(case=case, value=value))]


def _timeframe(case: Case, ahead: list[int]) -> Iterator[Finding]:
    years, exempt = case.target.target_year - case.on.year, case.rules.params.get("exempt_target_year")
    yield Finding(case.target.target_year == exempt or ahead[0] <= years <= ahead[1],
                  f"{years} years ahead of {case.on}; between {ahead[0]} and {ahead[1]}"
                  + (f", or {exempt}" if exempt else ""))


def _base_window(case: Case, age: int) -> Iterator[Finding]:
    """Hold the base year against the first reporting year of the target period: neither moves with the inventories."""
    period, first, base = case.target.period_from, case.rules.params.get("first_period"), case.target.base_year
    if period is None:
        yield Finding(UNKNOWN, "the first reporting year of the target period is not stated: `period_from` of the "
                               "target")
    elif first is not None and period < first:
        yield Finding(NOT_APPLICABLE, f"the target period began in {period}, before {first}: an existing target keeps "
                                      "its base year")
    else:
        yield Finding(0 <= period - base <= age,
                      f"{base} is {period - base} years before the target period from {period}; at most {age}")


def _exceptional_base(case: Case, _: bool) -> Iterator[Finding]:
    marked = [f"{y}: {case.facts.event_years[y]}" for y in case.target.years_of_base if y in case.facts.event_years]
    if marked:
        yield Finding(UNKNOWN, f"the company marks its base year as exceptional ({'; '.join(marked)}): not shown to be "
                               "representative")


def _scope2_method(case: Case, method: str) -> Iterator[Finding]:
    if "2" in case.target.scopes:
        other = case.rules.params.get("scope2_alternative")
        yield Finding(case.target.scope2_method == method,
                      f"{case.target.scope2_method}; the ambition is {method}, instruments are accounted apart"
                      + (f"; {other} is accepted instead" if other else ""))


def _cycle(case: Case, cycle: int) -> Iterator[Finding]:
    years = case.target.target_year - case.on.year
    is_far = years > case.rules.params.get("near_term_years", years)
    yield Finding(NOT_APPLICABLE if is_far else years <= cycle,
                  f"{years} years ahead of {case.on}; cycles of {cycle}" + ("; a long-term target" if is_far else ""))


def _milestones(case: Case, every: int) -> Iterator[Finding]:
    first = case.rules.params.get("first_milestone")
    if first is not None and case.base_kg > 0:
        kg = case.target.pathway(case.base_kg)
        dues = [f"{kg.loc[y] / KG_PER_T:,.1f} t in {y}" for y in kg.index[1:] if y >= first and not (y - first) % every]
        yield Finding(bool(dues), ", ".join(dues) or f"the target ends before {first}")


def _electricity(case: Case, schedule: Any) -> Iterator[Finding]:
    year, used_kwh = case.facts.recent_year, case.facts.electricity_kwh
    if isinstance(schedule, dict) and not used_kwh > 0:
        yield Finding(UNKNOWN, "no purchased electricity is known")
    elif isinstance(schedule, dict):
        asked, share = renewable_share(year, schedule), case.facts.renewable_kwh / used_kwh
        kwh = max((asked - share) * used_kwh, 0)
        yield Finding(kwh <= 0, f"{share:.0%} of the purchased electricity of {year} is under contracts without "
                                f"emissions, {asked:.0%} is asked for: {kwh:,.0f} kWh missing")


def _suppliers(case: Case, _: Any) -> Iterator[Finding]:
    words = "no supplier with a validated target is named"
    if case.facts.supplier_shares:
        by_kg, by_spend = case.facts.supplier_shares
        of_base = by_kg * float(case.facts.by_scope["3"]) / case.base_kg
        words = (f"suppliers with a target of their own: {by_kg:.0%} of scope 3, {by_spend:.0%} of spend; "
                 f"{of_base:.0%} of the targeted base; the required share is not known")
    yield Finding(UNKNOWN, words)


_RULES: tuple[tuple[str, str, Callable[[Case, Any], Iterable[Finding]]], ...] = (
    ("coverage", "coverage", _coverage),
    ("scope3_by_company_category", "scope 3 target required", _scope3_by_category),
    ("scope3_required_above", "scope 3 target required", _scope3_required),
    ("exclusion_limit", "exclusions", _exclusions),
    ("forward_looking", "forward-looking ambition", _forward_looking),
    ("base_year_not_before", "base year",
     _limit(lambda case, oldest: case.target.base_year >= oldest, "{case.target.base_year}; not before {value}")),
    ("inventory_max_age", "inventory age", _limit(
        lambda case, most: case.age <= most,
        "the latest inventory is of {case.facts.recent_year}, {case.age} years before {case.on}; at most {value}")),
    ("target_years_ahead", "timeframe", _timeframe),
    ("base_year_max_age", "base-year age", _base_window),
    ("representative_base", "exceptional base year", _exceptional_base),
    ("scope2_method", "scope 2 method", _scope2_method),
    ("one_target_per_scope", "one target per scope",
     _limit(lambda case, _: len(case.target.scopes) == 1, "this target is for scope {case.scopes}")),
    ("cycle_years", "near-term cycle", _cycle),
    ("milestone_every", "milestones", _milestones),
    ("share", "renewable electricity", _electricity),
    ("years_to_reach", "supplier engagement", _suppliers))
"""Key of a record's params, rule, and what judges it with the key's value."""
