"""Rulesets: dated records of rates and thresholds (data/rulesets.yml). No rate is written in code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.packaged import read_yaml
from carbon.trajectory.contraction import contraction_rate
from carbon.trajectory.reduction_target import ReductionTarget

NONE_KNOWN = "none known"


@dataclass(frozen=True, repr=False)
class Ruleset(Displayed):
    """One dated record. `evidence` (verified, second-hand, to confirm) is printed with each of its findings.

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
        """Return whether a day lies in the record's validity; where that is of financial years, whether `year` does.

        Raises MethodError: No date.
        """
        if not isinstance(on, date):
            raise MethodError(f"{on!r} is no day to judge by", hint="datetime.date(2026, 6, 30)")
        if self.by_financial_year and year is not None:
            return self.valid_from.year <= year <= self.valid_to.year
        return self.valid_from <= on <= self.valid_to

    @property
    def to_confirm(self) -> bool:
        """Whether it is our reading of an announcement: never a rule before a person has checked it."""
        return self.evidence == "to confirm"

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
        raise MethodError(f"unknown ruleset {id!r}", hint=f"one of {sorted(rulesets())}")
    record = rulesets()[id]
    if on is not None and not record.in_force(on):
        after = f"; its successor: {record.successor}" if record.successor and on > record.valid_to else ""
        raise MethodError(f"ruleset {id} is valid from {record.valid_from} to {record.valid_to}, not on {on}",
                          hint=f"name a ruleset that is valid on that day, or ask for this one without a date{after}")
    return record
