"""Rulesets: dated records of rates and thresholds (data/rulesets.yml). No rate is written in code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.packaged import read_yaml


@dataclass(frozen=True, repr=False)
class Ruleset(Displayed):
    """One dated record. `evidence` (verified, second-hand, to confirm) is printed with each of its findings."""

    id: str
    title: str
    publisher: str
    version: str
    valid_from: date
    valid_to: date
    evidence: str
    source: str
    params: dict[str, Any]

    def in_force(self, on: date) -> bool:
        """Return whether a day lies in the record's validity.

        Raises MethodError: No date.
        """
        if not isinstance(on, date):
            raise MethodError(f"{on!r} is no day to judge by", hint="datetime.date(2026, 6, 30)")
        return self.valid_from <= on <= self.valid_to

    @property
    def to_confirm(self) -> bool:
        """Whether it is our reading of an announcement: never a rule before a person has checked it."""
        return self.evidence == "to confirm"

    def rate(self, scope: str, *, base_year: int, target_year: int | None = None) -> float | None:
        """Return the yearly contraction required of a scope [share of base]; None where the record has none.

        With a floor and a net-zero year: r = max(floor, (1 - residual)/(net zero year - base year)). A record that
        counts its cut from a year (`counted_from`) asks a later base year for the same cut in the target year:
        r = rate x (target year - counted from)/(target year - base year).
        """
        if "yearly_rate_floor" in self.params and scope in self.params["net_zero_year"]:
            span = self.params["net_zero_year"][scope] - base_year
            return max(self.params["yearly_rate_floor"], (1 - self.params["residual"]) / span)
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
        raise MethodError(
            f"ruleset {id} is valid from {record.valid_from} to {record.valid_to}, not on {on}",
            hint="name a ruleset that is valid on that day, or ask for this one without a date",
        )
    return record
