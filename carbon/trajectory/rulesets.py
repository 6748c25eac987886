"""Rulesets: dated records of rates and thresholds (data/rulesets.yml), and what each requires of a target by year.

No rate is written in code. What is required is the one figure behind findings, table and drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import MethodError
from carbon.core.packaged import read_yaml
from carbon.core.text import instead
from carbon.trajectory.contraction import contracted, contraction_rate
from carbon.trajectory.pathways import forward_looking_kg
from carbon.trajectory.reduction_target import ReductionTarget
from carbon.trajectory.situation import Situation

FROM_RECENT = "_from_recent"
"""Column of the second condition of forward-looking ambition, which starts at the most recent inventory."""


@dataclass(frozen=True, repr=False)
class Ruleset(HandsOut, Displayed):
    """One dated record. `evidence` (verified, second-hand, to confirm: our reading of an announcement, never a rule
    before a person has checked it) is printed with each of its findings.

    `name` is what a legend shows, by language; `successor` the id of the record that follows when `valid_to` has
    passed, or "none known", "" where no end is known; `applies` the kind of target it speaks of: `scopes`, `horizon`
    (near-term, long-term), or `reason` why it speaks of none; `not_known` rule -> what has not been read: that rule is
    not judged; `by_financial_year`: its validity is of financial years, not of the day of a check.
    """

    id: str
    title: str
    publisher: str
    version: str
    valid_from: date
    valid_to: date
    evidence: str
    source: str
    params: dict[str, Any]
    name: dict[str, str]
    successor: str
    applies: dict[str, Any] = field(default_factory=dict)
    not_known: dict[str, str] = field(default_factory=dict)
    evidence_by_rule: dict[str, str] = field(default_factory=dict)
    by_financial_year: bool = False

    def in_force(self, on: date, *, year: int | None = None) -> bool:
        """Return whether a day lies in the record's validity; where that is of financial years, whether `year` does."""
        if not isinstance(on, date):
            raise MethodError(f"{on!r} is no day to judge by", hint="datetime.date(2026, 6, 30)")
        if self.by_financial_year and year is not None:
            return self.valid_from.year <= year <= self.valid_to.year
        return self.valid_from <= on <= self.valid_to

    def evidence_of(self, rule: str) -> str:
        """Return how well one of its rules is known."""
        return self.evidence_by_rule.get(rule, self.evidence)

    def residual(self, scope: str) -> float:
        """Return the share of a scope's base that the record leaves at its end; 0 where it names none."""
        left = self.params.get("residual", 0)
        return float(left.get(scope, 0) if isinstance(left, dict) else left)

    def why_not(self, target: ReductionTarget) -> str:
        """Return why the record does not speak of this kind of target; "" where it does."""
        own_scopes = self.applies.get("scopes")
        if "reason" in self.applies:
            return str(self.applies["reason"])
        if own_scopes and not set(own_scopes) & set(target.scopes):
            return f"for targets on scope {', '.join(own_scopes)}; this one is on scope {', '.join(target.scopes)}"
        horizon = self.applies.get("horizon")
        ahead = self.params.get("near_term_years", self.params.get("target_years_ahead", [0])[-1])
        # The last year that a near-term target can name while the record is open.
        last_near = self.valid_to.year + ahead
        is_near = target.target_year <= last_near
        if horizon == "near-term" and not is_near:
            return f"for near-term targets, until {last_near} at the latest; this one is for {target.target_year}"
        if horizon == "long-term" and is_near and target.cut < self.params["long_term_reduction"]:
            return (f"for long-term targets of {self.params['long_term_reduction']:.0%}; this one is a near-term "
                    f"target, {target.cut:.0%} by {target.target_year}")
        return ""

    def rate(self, scope: str, *, base_year: int, target_year: int | None = None) -> float | None:
        """Return the yearly contraction required of a scope [share of base]; None where the record has none.

        With a floor and a net-zero year: r = max(floor, (1 - residual)/(net zero year - base year)), the residual of
        the scope. A record that counts its cut from a year (`counted_from`) asks a later base year for the same cut in
        the target year: r = rate x (target year - counted from)/(target year - base year).
        """
        if "yearly_rate_floor" in self.params and scope in self.params["net_zero_year"]:
            # From its net-zero year on, all of it is to be cut at once.
            end = max(self.params["net_zero_year"][scope], base_year + 1)
            return contraction_rate(floor=self.params["yearly_rate_floor"], residual=self.residual(scope),
                                    base_year=base_year, net_zero_year=end)
        rate: float | None = self.params.get("yearly_rate", {}).get(scope)
        first = self.params.get("counted_from", base_year)
        if rate is None or target_year is None or base_year <= first:
            return rate
        return rate * (target_year - first) / (target_year - base_year)


@cache
def rulesets() -> dict[str, Ruleset]:
    """Return the packaged records by id."""
    records = [Ruleset(**r) for r in read_yaml("carbon.trajectory", "data/rulesets.yml")]
    return {r.id: r for r in records}


def ruleset(id: str, *, on: date | None = None) -> Ruleset:
    """Return one record by id; with `on`, only inside its validity.

    Raises MethodError: Unknown id; a date outside its validity (ask for it without `on` to use it by name).
    """
    if id not in rulesets():
        raise MethodError(f"unknown ruleset {id!r}", hint=instead(str(id), rulesets()))
    record = rulesets()[id]
    if on is not None and not record.in_force(on):
        after = f"; its successor: {record.successor}" if record.successor and on > record.valid_to else ""
        raise MethodError(f"ruleset {id} is valid from {record.valid_from} to {record.valid_to}, not on {on}",
                          hint=f"name a ruleset that is valid on that day, or ask for this one without a date{after}")
    return record


@dataclass(frozen=True, repr=False)
class Required(Displayed):
    """What one record allows a target [kg], by year from base year to target year; NaN in years without a figure.

    `rule` requires it: ambition, reference or long-term cut; "" where the record requires no tonnes. `missing`: why
    none are given for the target year, "" where they are. `applies`: whether the record speaks of this kind of target;
    without, `missing` is the reason; with, what is not known.
    """

    rule: str
    path: pd.Series | None
    missing: str = ""
    applies: bool = True


def required(target: ReductionTarget, facts: Situation, rules: Ruleset) -> Required:
    """Return what a record allows for the target's scopes together, from base year to target year.

    Contraction: sum over scopes of E_b max(1 - r (y - b), residual), each at its own rate. Reference: the target's own
    base x (1 - cut), the cut straight from 0 in the base year to the record's years. Long-term cut: the target year
    alone.
    """
    reason = rules.why_not(target)
    if reason:
        return Required("", None, reason, applies=False)
    rule, way = next(((rule, way) for key, rule, way in _WAYS if rules.params.get(key) and (
        key != "reduction" or isinstance(rules.params[key], dict))), ("", None))
    if way is None:
        none = rules.not_known.get("reference", "the record requires no tonnes of this target")
        return Required("", None, rules.not_known.get("ambition", none))
    base_kg = float(facts.base_kg.sum())
    if not base_kg > 0:
        return Required(rule, None, f"base-year emissions are {base_kg:g} kg: no percentage of them exists")
    years = pd.Index(range(target.base_year, target.target_year + 1), name="year")
    kg, missing = way(target, facts.base_kg, rules, years.to_numpy())
    return Required(rule, None if kg is None else pd.Series(kg, index=years), missing)


_Allowed = tuple[np.ndarray | None, str]
"""kg by year, and why there are none in the target year."""


def _contraction(target: ReductionTarget, base_kg: pd.Series, rules: Ruleset, years: np.ndarray) -> _Allowed:
    rates = {s: rules.rate(s, base_year=target.base_year, target_year=target.target_year) for s in target.scopes}
    without = [s for s, r in rates.items() if r is None]
    if without:
        return None, f"the record has no rate for scope {', '.join(without)}"
    passed = years - target.base_year
    # A scope without records in the base year has no path of its own.
    return np.sum([contracted(float(base_kg[s]), passed, yearly_rate=r or 0, residual=rules.residual(s))
                   for s, r in rates.items() if not np.isnan(base_kg[s])], axis=0), ""


def _reference(target: ReductionTarget, base_kg: pd.Series, rules: Ruleset, years: np.ndarray) -> _Allowed:
    cuts = rules.params["reduction"]
    if target.base_year >= min(cuts):
        return None, f"the record has no factor for a base year from {min(cuts)} on"
    cut = np.interp(years, [target.base_year, *sorted(cuts)], [0, *(cuts[y] for y in sorted(cuts))])
    kg = np.where(years > max(cuts), np.nan, (1 - cut) * float(base_kg.sum()))
    return kg, "" if target.target_year <= max(cuts) else f"the record ends in {max(cuts)}; it is not extrapolated"


def _long_term(target: ReductionTarget, base_kg: pd.Series, rules: Ruleset, years: np.ndarray) -> _Allowed:
    left = (1 - rules.params["long_term_reduction"]) * float(base_kg.sum())
    return np.where(years == target.target_year, left, np.nan), ""


_WAYS = (("yearly_rate", "ambition", _contraction), ("yearly_rate_floor", "ambition", _contraction),
         ("reduction", "reference", _reference), ("long_term_reduction", "long-term cut", _long_term))
"""Key of a record's params, the rule that requires the tonnes, and what gives them."""


def forward_looking(target: ReductionTarget, facts: Situation, rules: Ruleset, year: int) -> pd.DataFrame:
    """Return both conditions of forward-looking ambition, summed over the scopes that have a net-zero year [kg].

    Indexed by year, from `year`, the most recent representative one, to the target year: `from base year`, `from most
    recent year`.
    """
    scopes = [s for s in target.scopes if s in rules.params["net_zero_year"]]
    recent = facts.kg_of(year)
    years = pd.Index(range(year, target.target_year + 1), name="year")
    sums = pd.DataFrame(0.0, index=range(len(years)), columns=["from base year", "from most recent year"])
    for s in scopes:
        # A scope without base-year emissions or records has no percentage: it adds nothing.
        base, of_recent = np.nan_to_num([facts.base_kg[s], recent[s]]).tolist()
        sums += forward_looking_kg(
            base, of_recent, years.to_numpy(), base_year=target.base_year, recent_year=year,
            net_zero_year=rules.params["net_zero_year"][s], residual=rules.residual(s), least=rules.residual(s),
            yearly_rate=rules.rate(s, base_year=target.base_year, target_year=target.target_year) or 0)
    sums.index = years
    sums.loc[year, "from base year"] = np.nan
    return sums


def start_of_way(target: ReductionTarget, facts: Situation, rules: Ruleset) -> tuple[int, str]:
    """Return the most recent representative year, and why the way from it cannot be judged ("" where it can)."""
    year = int(rules.params.get("unrepresentative_years", {}).get(facts.recent_year, facts.recent_year))
    ends = [end for s, end in rules.params.get("net_zero_year", {}).items() if s in target.scopes]
    if year != facts.recent_year and year not in facts.years.index:
        return year, f"{facts.recent_year} is no representative year and {year} has no inventory"
    if ends and min(ends) <= year:
        return year, f"the net-zero year {min(ends)} is not after the most recent inventory, {year}"
    return year, ""


def required_pathways(target: ReductionTarget, facts: Situation, rules: Sequence[str]) -> pd.DataFrame:
    """Return the emissions that each record allows for the target's scopes, from base year to target year [kg].

    Indexed by year: `target`; one column a record, `required(...)`, the figure that the findings are judged by; and
    `<record>_from_recent` where a record also has a way from the most recent inventory, for all scopes of the target.
    `attrs["left_out"]` names the records without a pathway, `attrs["reasons"]` the reason of each.
    """
    table = pd.DataFrame({"target": target.pathway(float(facts.base_kg.sum()))})
    reasons: dict[str, str] = {}
    for name, record in ((name, ruleset(name)) for name in rules):
        demand = required(target, facts, record)
        if demand.path is None:
            reasons[name] = demand.missing
            continue
        table[name] = demand.path
        (year, unknown), ends = start_of_way(target, facts, record), record.params.get("net_zero_year", ())
        if (record.params.get("forward_looking") and set(target.scopes) <= set(ends) and not unknown
                and target.base_year <= year < target.target_year):
            recent = forward_looking(target, facts, record, year)["from most recent year"]
            table[f"{name}{FROM_RECENT}"] = recent.reindex(table.index)
    table.attrs.update(left_out=tuple(reasons), reasons=reasons)
    return table
