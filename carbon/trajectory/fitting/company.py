"""One trajectory a company: each target's series, fit, pathway and budget, made once, for pages, plan and filings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from carbon.accounting.years.by_year import ByYear
from carbon.core.display import Displayed, HandsOut, one_line
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import SCOPES
from carbon.trajectory.budget import Budget, budget_state
from carbon.trajectory.fitting.breaks import moved_by_factors, reasons_of, suspects_of
from carbon.trajectory.fitting.fit import fit
from carbon.trajectory.fitting.fitted import Trajectory
from carbon.trajectory.targets import Target

CONVENTION = "annual_sum"
"""Of a company's budget: emissions are known by the year."""
YEARS_AHEAD = 5
"""Years fitted ahead where no target names one."""


@dataclass(frozen=True, eq=False, repr=False)
class Course(HandsOut, Displayed):
    """The way of some scopes of a company over the years, and of the target on them where there is one."""

    series: pd.Series
    """kg CO2e by year of one view of the history; it carries what the company's params declare."""
    target: Target | None
    until: int
    """Last year of the fit."""
    history: ByYear | None = None
    """The view that the series is of, which explains breaks (`reasons_of`); None: the series alone."""

    @cached_property
    def fit(self) -> Trajectory:
        """The fit by the model, events and gaps that params declare, its breaks held against what the history knows."""
        fitted = replace(fit(self.series, until=self.until), unjudged=self.unjudged)
        unexplained = [one for one in fitted.breaks if not one.explained]
        if self.history is None or not unexplained:
            return fitted
        reasons = reasons_of(self.history, self.series, unexplained)
        return replace(fitted, explained=reasons, suspected=suspects_of(
            self.history, self.series, [one for one in unexplained if one.year not in reasons]))

    @cached_property
    def unjudged(self) -> str:
        """Why the years since the target's base do not compare (`Inventories.unknown_boundary`), "" where they do."""
        behind = None if self.history is None else self.history.inventories_behind
        if behind is None or self.target is None or not self.has_base:
            return ""
        return str(behind.unknown_boundary(list(self.target.scopes), since=min(self.target.years_of_base),
                                           base_kg=self.base_kg))

    @cached_property
    def moved(self) -> dict[int, str]:
        """Years to which factors moved the series, not the company: `moved_by_factors`."""
        return {} if self.history is None else moved_by_factors(self.history, self.series)

    @cached_property
    def base_kg(self) -> float:
        """Emissions of the target's base [kg]. Raises MethodError: No target; as `Target.base_kg`."""
        return self._stated.base_kg(self.series)

    @cached_property
    def pathway(self) -> pd.Series:
        """What the target allows by year [kg]. Raises MethodError: No target; as `Target.pathway_of`."""
        return self._stated.pathway_of(self.series)

    @cached_property
    def budget(self) -> Budget:
        """State of the pathway's budget after the last inventory. Raises MethodError: As `budget_state`; `unjudged`."""
        if self.unjudged:
            raise MethodError(self.unjudged, hint="answer in `boundary` of params, or record the event's kilograms")
        return budget_state(self.series.loc[self.pathway.index[0]:], self.pathway, convention=CONVENTION)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What is summed."""
        return tuple(self.series.attrs["scopes"])

    @property
    def scope2_method(self) -> str:
        """The scope 2 method of the sum; that of no method without scope 2."""
        return str(self.series.attrs["scope2_method"])

    @property
    def has_base(self) -> bool:
        """Whether there is a target, and its base is known."""
        return self.target is not None and self.target.has_base(self.series)

    @property
    def _stated(self) -> Target:
        if self.target is None:
            raise MethodError("no target is stated for these scopes", hint="`targets` in the company's params")
        return self.target

    def __repr__(self) -> str:
        name = self.target.id if self.target is not None else "no target"
        return one_line(f"Course({name}, {'+'.join(self.scopes)}, until {self.until})")


def course(
    history: ByYear, target: Target | None = None, *, scopes: Sequence[str] = SCOPES, scope2_method: str = "",
    until: int | None = None,
) -> Course:
    """Return the course of a target, or of some scopes without one, which are then summed by `scope2_method`.

    `history` is one view of it, as a rule `Inventories.restated()`; `until` the last year of the fit, None: the target
    year, and at least one year ahead.

    Raises UsageError: Unknown scopes or scope 2 method.
    """
    if target is not None:
        scopes, scope2_method = target.scopes, target.scope2_method
    series = history.series(scopes, scope2_method)
    if until is None:
        last = max(history.years)
        until = max(last + 1, last + YEARS_AHEAD if target is None else target.target_year)
    return Course(series, target, until, history)


def groups_of(targets: Sequence[Target]) -> dict[str, tuple[tuple[str, ...], str]]:
    """Return each scope's group, the scopes that are carried forward by one course, and its scope 2 method.

    Scopes of the same targets make a group, a scope without a target its own. Where targets do not overlap, the group
    of a target is the target itself: its course is the page's. The method is that of the group's first target.
    """
    of_scope = {s: tuple(i for i, t in enumerate(targets) if s in t.scopes) for s in SCOPES}
    first_method = targets[0].scope2_method if targets else "location-based"
    groups = {}
    for scope, of in of_scope.items():
        order = targets[of[0]].scopes if of else (scope,)
        members = tuple(s for s in order if of_scope[s] == of)
        groups[scope] = (members, targets[of[0]].scope2_method if of else first_method)
    return groups
