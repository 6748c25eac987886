"""Inventories of several years in one table: computed from records, and reported before there were any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from carbon.accounting.company import inventory
from carbon.accounting.frames.asked import Asked
from carbon.accounting.frames.guarded import GuardedFrame
from carbon.accounting.result import KG_PER_T, Inventory
from carbon.accounting.views import chosen
from carbon.accounting.years import restated as views
from carbon.accounting.years.boundary_events import boundary_events, open_changes, unknown_boundary
from carbon.accounting.years.by_year import COMPUTED, REPORTED, known_lines
from carbon.accounting.years.history_rows import history_rows
from carbon.accounting.years.history_tables import History, of_inventory, of_reported
from carbon.core import schemas
from carbon.core.columns import Rows
from carbon.core.display import as_html, one_line
from carbon.core.errors import CarbonError, MethodError, UsageError
from carbon.core.ghg_protocol import CATEGORIES, NO_CATEGORY
from carbon.core.ledgers import EVENTS, with_years
from carbon.core.public_names import boxed_methods
from carbon.params.files.company_overrides import read_base_year_events
from carbon.params.files.load import load_runs
from carbon.params.files.project import Project, find_project

if TYPE_CHECKING:
    from carbon.accounting.years.bridge import Bridge, States
    from carbon.emissions.uncertainty.change import Change


@boxed_methods
@dataclass(frozen=True, eq=False, repr=False)
class Inventories(History, Asked):
    """A company's inventories by year: its figures (`History`) and all views of them."""

    def __getitem__(self, year: int) -> Inventory:
        """Return the inventory of a computed year.

        Raises UsageError: The year is only reported, or not known.
        """
        self._refuse_uncomputed([year])
        return self.inventories[year]

    @property
    def breaks(self) -> tuple[tuple[str, int], ...]:
        """(event or change, first year after it) of each break that the as-reported view still has."""
        return self.view_as_reported.breaks

    @property
    def inventories_behind(self) -> Inventories:
        """These inventories."""
        return self

    @cached_property
    def view_as_reported(self) -> views.View:
        """As reported, with the breaks that significant events left in it, and a hash to pin."""
        return views.as_reported(self)

    def _tidy(self, scope2_method: str, names: Sequence[str] | None) -> GuardedFrame:
        return history_rows(self, scope2_method, names)

    def restated(self, as_of: str | pd.Timestamp | None = None) -> views.View:
        """Restate to today's boundary and methods by the events recorded up to `as_of` (None: all in the ledger)."""
        return views.restated(self, as_of) if as_of is not None else self._view_restated

    @cached_property
    def _view_restated(self) -> views.View:
        return views.restated(self)

    def like_for_like(self, as_of: str | pd.Timestamp | None = None) -> views.View:
        """Restrict all years to their common boundary; `left_out` names the entities bought or sold."""
        return views.like_for_like(self, as_of) if as_of is not None else self._view_like_for_like

    @cached_property
    def _view_like_for_like(self) -> views.View:
        return views.like_for_like(self)

    def change(self, earlier: int, later: int, *, scope2_method: str) -> Change:
        """Return the change of the total between two computed years with its 95 % interval.

        Uncertainty that both years share cancels. With it, the change at constant factors (`bridge.real_change`), and
        the factor edition or exchange rate that moved most.

        Raises
        ------
        UsageError
            A year that is only reported: its rows and their uncertainty are not known.
        MethodError
            A significant event between the two years: they do not have one boundary.
        """
        from carbon.accounting.uncertainty import change_between

        self._refuse_uncomputed((earlier, later))
        across = [f"{what} ({year})" for what, year in self.breaks if min(earlier, later) < year <= max(earlier, later)]
        if across:
            raise MethodError(f"a change from {earlier} to {later} crosses {', '.join(across)}",
                              hint="bridge(...) shows the event as a bar of its own; or compare years after it")
        total_change = change_between(self.inventories[earlier], self.inventories[later], scope2_method=scope2_method)
        bridge = self.bridge(*sorted((earlier, later)), scope2_method=scope2_method, driver="none")
        kg, base = bridge.constant_kg, bridge.restated_kg
        # Backwards, the same kilograms with the other sign, of the later year at constant factors.
        kg, base = (kg, base) if earlier < later else (-kg, base + kg)
        return replace(total_change, constant_kg=kg, constant_share=kg / base if base > 0 else float("nan"),
                       moved_most=bridge.moved_most[0])

    def bridge(self, start: int, end: int, *, scope2_method: str, driver: str, decomposition: str = "lmdi") -> Bridge:
        """Decompose the change of the total between two computed years, year by year; see `bridge`.

        Raises UsageError: A year on the way that is only reported: its rows are not known; `end` is not after `start`.
        """
        from carbon.accounting.years.bridge import bridge, chained, states_between

        if not start < end:
            raise UsageError(f"a bridge goes from a year to a later one, not from {start} to {end}",
                             hint=f"history.bridge({end}, {start}, ...)" if end < start else "two different years")
        self._refuse_uncomputed(y for y in range(start, end + 1) if y in self.years or y in (start, end))
        choices = (scope2_method, driver, decomposition)
        for a, b in pairwise(y for y in sorted(self.inventories) if start <= y <= end):
            if (a, b, *choices) not in self._bridges:
                earlier, later = self.inventories[a], self.inventories[b]
                if (a, b) not in self._states:
                    self._states[a, b] = states_between(earlier, later, events=self.events)
                self._bridges[a, b, *choices] = chained([bridge(
                    earlier, later, scope2_method=scope2_method, driver=driver, decomposition=decomposition,
                    states=self._states[a, b])])
        if (start, end, *choices) not in self._bridges:
            years = [y for y in sorted(self.inventories) if start <= y <= end]
            self._bridges[start, end, *choices] = chained([self._bridges[a, b, *choices] for a, b in pairwise(years)])
        return self._bridges[start, end, *choices]

    def unknown_boundary(self, scopes: Sequence[str], *, since: int, base_kg: float) -> str:
        """Return why the years from `since` on cannot be compared, "" where they can: `years.boundary_events`."""
        return unknown_boundary(self.inventories, self._open_changes, self.events, scopes, since=since, base_kg=base_kg)

    @cached_property
    def _open_changes(self) -> pd.DataFrame:
        return open_changes(self.inventories, self.events)

    @cached_property
    def _bridges(self) -> dict[tuple[int, int, str, str, str], Bridge]:
        """Bridges made before, by years and choices: pages, targets and changes show the same one."""
        return {}

    @cached_property
    def _states(self) -> dict[tuple[int, int], States]:
        """Reruns between two years, which bridges by any method and driver share."""
        return {}

    def _refuse_uncomputed(self, years: Iterable[int]) -> None:
        unknown = [y for y in years if y not in self.inventories]
        if unknown:
            raise UsageError(f"No computed inventory of {self.company} for {unknown}",
                             hint=f"computed years: {sorted(self.inventories)}")

    def __repr__(self) -> str:
        status = self.status()
        years = {s: [str(y) for y in status.index[status == s]] for s in (REPORTED, COMPUTED)}
        return one_line(f"Inventories {self.company}: " + "; ".join(
                        f"{len(y)} {s} ({y[0]}-{y[-1]})" for s, y in years.items() if y))

    def _repr_html_(self) -> str:
        lines = known_lines(self.table)
        wide = lines.assign(co2e_t=lines["co2e_kg"] / KG_PER_T).pivot_table(
            index="year", columns=["scope", "scope2_method"], values="co2e_t", aggfunc="sum")
        return as_html(f"{self!r} [t CO2e]", wide.round(1))


def inventories(company: str, *, project: Project | None = None, until: int | None = None) -> Inventories:
    """Compute the inventories of a company's years in params/runs.yml; earlier years are as they were reported.

    until: Leave out later years: what was known at the end of that year.

    Raises UsageError: No year of this company is in params/runs.yml.
    Raises CarbonError: As `inventory`, for the year named.
    """
    project = project or find_project()
    years = years_of(project, company, until=until)
    if not years:
        raise UsageError(f"No year of {company!r}{'' if until is None else f' until {until}'} in params/runs.yml",
                         hint="add the company and its years under `runs` in params/runs.yml.")
    computed = _computed(company, years, project)
    events, hashes = read_base_year_events(project, company)
    return history_of(company, computed, next(iter(computed.values())).reported, until=until, events=events,
                      inputs=hashes)


def _computed(company: str, years: Sequence[int], project: Project) -> dict[int, Inventory]:
    """Return the inventories of these years, in order; the last is computed first: its own faults come first."""
    computed = {}
    for year in reversed(years):
        try:
            computed[year] = inventory(company, year, project=project)
        except CarbonError as error:
            if year != years[-1]:
                error.of_earlier(year)
            raise
    return dict(reversed(computed.items()))


def years_of(project: Project, company: str, *, until: int | None = None) -> list[int]:
    """Return the years of a company in params/runs.yml up to `until`, in order."""
    return sorted({y for entry in load_runs(project).runs if entry.company == company for y in entry.years
                   if until is None or y <= until})


def history_of(
    company: str, computed: Mapping[int, Inventory], reported: pd.DataFrame, *, until: int | None = None,
    events: pd.DataFrame | None = None, inputs: Mapping[str, str] | None = None,
) -> Inventories:
    """Join computed inventories and reported totals in one history; a computed year replaces a reported one.

    Events later than `until` had not happened: they are left out. What `boundary` of params states as acquired,
    divested or outsourced is an event too (`boundary_events`).

    Raises MethodError: A reported year gives scope 3 both as a total (category 0) and by category.
    """
    kept_rows = chosen(reported, ~Rows(reported).column("year").among(computed))
    kept_rows = kept_rows if until is None else kept_rows[kept_rows["year"] <= until]
    _refuse_twice(kept_rows)
    parts = [of_reported(kept_rows), *(of_inventory(inv) for inv in computed.values())]
    table = pd.concat([p for p in parts if len(p)] or [schemas.HISTORY.empty()], ignore_index=True)
    table = table.sort_values(["year", "scope", "category", "scope2_method"], ignore_index=True)
    ledger = EVENTS.empty() if events is None else events
    answered = boundary_events(computed, ledger)
    ledger = pd.concat([ledger, answered], ignore_index=True) if len(answered) else ledger
    history = Inventories(company, schemas.HISTORY.validate(table), dict(computed), reported.reset_index(drop=True),
                          ledger, dict(inputs or {}))
    if until is None or history.events.empty:
        return history
    happened = with_years(history.events, history.year_starts)["event_year"] <= until
    return replace(history, events=history.events[happened].reset_index(drop=True))


def _refuse_twice(reported: pd.DataFrame) -> None:
    scope3 = Rows(reported).where(scope="3")
    total, of_category = ({*scope3.where(category=numbers)["year"]} for numbers in ((NO_CATEGORY,), CATEGORIES))
    if twice := scope3.where(year=total & of_category):
        raise MethodError("Scope 3 is reported as a total and by category in one year: it would count twice",
                          rows=twice.frame(("year", "category", "co2e_t", "source_file", "source_line")),
                          hint="keep either category 0 or the categories in reported_inventories.csv.")
