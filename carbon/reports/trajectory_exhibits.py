"""
The exhibits over several years: change, history, events, trajectory, what it takes, the bridge, the budget.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from carbon.core.ghg_protocol import SCOPE2_METHODS, SCOPES
from carbon.reports import bridge_tables, fitting, trajectory_tables
from carbon.reports.exhibit import Exhibit, once
from carbon.reports.exhibit_source import ExhibitSource
from carbon.reports.sums import table_of
from carbon.reports.target_view import TargetView, target_views
from carbon.reports.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class TrajectoryExhibits(ExhibitSource):
    """
    Part of `AnnualReport`, which gives the inventory, its history, the words and how an exhibit is put together.
    """

    history: Any

    @once
    def change(self) -> Exhibit:
        """
        Both totals against last year and the base year.
        """
        return self._exhibit("change", self._changes)

    @once
    def scopes_by_year(self) -> Exhibit:
        """
        All years, stacked by scope.
        """
        from carbon.reports.trajectory_figures import plot_scopes_by_year

        method = self.inventory.params.scope2_headline
        table = trajectory_tables.scopes_by_year_table(self.view.table, scope2_method=method)
        return self._exhibit("scopes_by_year", table, plot_scopes_by_year)

    @once
    def events(self) -> Exhibit:
        """
        Events that touch the base year, with the verdict on each.
        """
        return self._exhibit("events", bridge_tables.events_table(self.view, words=self.words))

    @once
    def trajectory(self) -> Exhibit:
        """
        Of each target: history, the pathway, and what the past implies.
        """
        table = pd.concat([view.table for view in self.targets], ignore_index=True)
        return self._exhibit("trajectory", table, _panels, height=4.4)

    @once
    def trajectory_notes(self) -> Exhibit:
        """
        Of each target: what was fitted, how the interval did, what it takes, the chance and the budget in words.
        """
        rows = [(view.label, key, text) for view in self.targets for key, text in view.notes]
        return self._exhibit("trajectory_notes", table_of(rows, dict.fromkeys(("target", "what", "value"), "str")))

    @once
    def bridge(self) -> Exhibit:
        """
        Why the headline total moved since last year; empty where last year has no records.
        """
        from carbon.reports.bridge_figures import plot_bridge

        year, params = self.inventory.year, self.inventory.params
        if year - 1 not in self.history.inventories:
            nothing = {"step": "str", "change_t": "float64", "co2e_t": "float64", "start_share": "float64"}
            return self._exhibit("bridge", pd.DataFrame({c: pd.Series(dtype=t) for c, t in nothing.items()}))
        driver = "employees" if {year - 1, year} <= set(params.employees) else "none"
        made = self.history.bridge(year - 1, year, scope2_method=params.scope2_headline, driver=driver)
        table = bridge_tables.bridge_table(made, words=self.words)
        return self._exhibit("bridge", table, plot_bridge, height=1.4 + 0.36 * len(table))

    @once
    def budget(self) -> Exhibit:
        """
        The budget of the first target's pathway as areas; empty without a target or without its base year.
        """
        from carbon.reports.bridge_figures import plot_budget

        first = self.targets[0]
        if first.pathway is None:
            names = ("year", "co2e_t", "pathway_t", "cumulated_t", "line_t")
            return self._exhibit("budget", pd.DataFrame({c: pd.Series(dtype="float64") for c in names}))
        return self._exhibit("budget", bridge_tables.budget_table(first.series, first.pathway), plot_budget)

    @cached_property
    def view(self) -> Any:
        """
        The history that everything over several years stands on: restated where an event was significant.
        """
        return self.history.restated()

    @cached_property
    def _changes(self) -> pd.DataFrame:
        series = {method: self.view.series(SCOPES, method) for method in SCOPE2_METHODS}
        params = self.inventory.params
        return trajectory_tables.change_table(series, self.view.table, year=self.inventory.year,
                                              base_year=params.base_year)

    @cached_property
    def targets(self) -> list[TargetView]:
        """
        A view of each target, in the order of the params; of the headline total where there is none.
        """
        return target_views(self.inventory.params, self.view, self.inventory.year, self.words,
                            common=self.history.like_for_like)


def _panels(table: pd.DataFrame, ax: Axes, *, words: Words) -> None:
    """
    One panel a target, side by side in place of `ax`, with one legend for all.
    """
    from carbon.reports.trajectory_figures import plot_trajectory

    targets = table["target"].to_numpy()
    labels = list(dict.fromkeys(targets))
    panels = fitting.split(ax, 1, len(labels))
    for axes, label in zip(panels, labels, strict=True):
        plot_trajectory(table[targets == label], axes, words=words)
        fitting.title(axes, label)
        if key := axes.get_legend():
            key.remove()
    fitting.legend(ax, panels[0].get_legend_handles_labels()[0], whole=True)
