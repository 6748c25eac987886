"""
Rulesets: dated records of rates and thresholds, and the findings they give. No rate is written in code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.packaged import read_yaml
from carbon.trajectory.targets import Target


@dataclass(frozen=True)
class Ruleset:
    """
    One dated record. `evidence` (verified, second-hand, to confirm) is printed with each of its findings.
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

    def rate(self, scope: str, *, base_year: int) -> float | None:
        """
        Required yearly contraction of a scope [share of base emissions per year]; None where the record has none.

        With a floor and a net-zero year: r = max(floor, (1 - residual)/(net zero year - base year)).
        """
        if "yearly_rate_floor" in self.params and scope in self.params["net_zero_year"]:
            span = self.params["net_zero_year"][scope] - base_year
            return max(self.params["yearly_rate_floor"], (1 - self.params["residual"]) / span)
        return self.params.get("yearly_rate", {}).get(scope)


@cache
def rulesets() -> dict[str, Ruleset]:
    """
    The packaged records by id.
    """
    records = [Ruleset(**r) for r in read_yaml("carbon.trajectory", "data/rulesets.yml")]
    return {r.id: r for r in records}


def ruleset(id: str, *, on: date | None = None) -> Ruleset:
    """
    One record by id; with `on`, refused outside its validity.

    Raises
    ------
    MethodError
        Unknown id; a date outside its validity (ask for it without `on` to use it by name).
    """
    if id not in rulesets():
        raise MethodError(f"unknown ruleset {id!r}", hint=f"one of {sorted(rulesets())}")
    record = rulesets()[id]
    if on is not None and not record.valid_from <= on <= record.valid_to:
        raise MethodError(
            f"ruleset {id} is valid from {record.valid_from} to {record.valid_to}, not on {on}",
            hint="name a ruleset in force, or ask for this one without a date",
        )
    return record


def check_target(
    target: Target, inventory: pd.Series, *, base_kg: float, covered_kg: float, total_kg: float, rules: Ruleset
) -> pd.DataFrame:
    """
    Findings of one target under one record: ambition and coverage, with the tonnes missing.

    Parameters
    ----------
    inventory
        kg CO2e by scope ("1", "2", "3") in the base year, for the share of scope 3.
    base_kg
        Base-year emissions of the target's scopes [kg].
    covered_kg, total_kg
        Emissions inside the target's boundary, and all emissions of its scopes [kg].

    Returns
    -------
    DataFrame
        rule, ok, missing_t [t CO2e], words, record_id, evidence, source.
    """
    findings = [
        *_ambition(target, base_kg, rules), *_coverage(target, covered_kg, total_kg, rules),
        *_scope3_required(target, inventory, rules),
    ]
    table = pd.DataFrame(findings, columns=["rule", "ok", "missing_t", "words"])
    return table.assign(record_id=rules.id, evidence=rules.evidence, source=rules.source)


Finding = tuple[str, bool, float, str]


def _ambition(target: Target, base_kg: float, rules: Ruleset) -> list[Finding]:
    rates = [r for s in target.scopes if (r := rules.rate(s, base_year=target.base_year)) is not None]
    if not rates:
        return []
    required = max(rates)
    missing = (required - target.yearly_rate) * (target.target_year - target.base_year) * base_kg / 1000
    words = f"{target.yearly_rate:.1%} of base emissions a year against {required:.1%}"
    return [("ambition", missing <= 1e-9, max(missing, 0.0), words)]


def _coverage(target: Target, covered_kg: float, total_kg: float, rules: Ruleset) -> list[Finding]:
    key = "3" if set(target.scopes) == {"3"} else "1+2" if set(target.scopes) <= {"1", "2"} else None
    thresholds = rules.params.get("coverage", {})
    threshold = thresholds.get(key, max((thresholds.get(s, 0.0) for s in target.scopes), default=0.0)) if key else 0.0
    if not threshold:
        return []
    missing = (threshold * total_kg - covered_kg) / 1000
    words = f"{covered_kg / total_kg:.1%} covered against {threshold:.0%}"
    return [("coverage", missing <= 0, max(missing, 0.0), words)]


def _scope3_required(target: Target, inventory: pd.Series, rules: Ruleset) -> list[Finding]:
    limit = rules.params.get("scope3_required_above")
    if limit is None or "3" in target.scopes:
        return []
    share = float(inventory.get("3", 0.0)) / float(inventory.sum())
    needed = share >= limit
    missing = rules.params["coverage"]["3"] * float(inventory["3"]) / 1000 if needed else 0.0
    return [("scope 3 target required", not needed, missing, f"scope 3 is {share:.0%} of the total; limit {limit:.0%}")]
