"""Exhibits over several years: change, history, trajectory, what it takes, the bridge, the budget."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.ghg_protocol import SCOPE2_METHODS, SCOPES
from carbon.core.periods import years_of_days
from carbon.core.text_columns import listed
from carbon.reports.exhibits.constant import bridge_since
from carbon.reports.exhibits.headline import Constant
from carbon.reports.exhibits.target_view import TargetView, attempted
from carbon.reports.tables import bridge as bridge_tables
from carbon.reports.tables import trajectory as trajectory_tables
from carbon.reports.tables.sums import table_of
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory
    from carbon.accounting.years.history import Inventories
    from carbon.accounting.years.restated import View


def changes_of(inventory: Inventory, view: View, constants: Mapping[int, Constant]) -> pd.DataFrame:
    """Return both totals against last year and the base year: `change_table`; where it is known, constant_share is the
    change of the headline total at constant factors.
    """
    series = {method: view.series(SCOPES, method) for method in SCOPE2_METHODS}
    table = trajectory_tables.change_table(series, view.table, year=inventory.year,
                                           base_year=inventory.params.base_year)
    if constants:
        shares = table["since_year"].map({since: constant.share for since, constant in constants.items()})
        is_headline = table["scope2_method"] == inventory.params.scope2_headline
        table.insert(list(table.columns).index("basis"), "constant_share", shares.astype("float64").where(is_headline))
    return table


def by_year_table(inventory: Inventory, view: View) -> pd.DataFrame:
    """Return all years by scope, by the scope 2 method of the headline: `scopes_by_year_table`."""
    return trajectory_tables.scopes_by_year_table(view.table, scope2_method=inventory.params.scope2_headline)


def known_changes(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the changes since years that have a total."""
    return changes[changes["then_t"].notna()].reset_index(drop=True)


def targets_table(targets: list[TargetView]) -> pd.DataFrame:
    """Return history, pathway and forecast of every target, one below the other."""
    return pd.concat([view.table for view in targets], ignore_index=True)


def main_target(targets: list[TargetView], inventory: Inventory) -> TargetView:
    """Return the view of the target whose scopes emitted most this year."""
    emitted = [float(view.course.series.get(inventory.year, math.nan)) for view in targets]
    return targets[max(range(len(targets)), key=lambda at: (emitted[at] == emitted[at], emitted[at]))]


def main_target_table(targets: list[TargetView], inventory: Inventory) -> pd.DataFrame:
    """Return the years of the main target, as `targets_table`."""
    return main_target(targets, inventory).table


def named_years(inventory: Inventory, events: pd.DataFrame, words: Words) -> list[tuple[int, str]]:
    """Return the reasons of the params for exceptional years, and events of the boundary, by year."""
    names: dict[int, list[str]] = {year: [reason] for year, reason in inventory.params.event_years.items()}
    days = np.array(listed(events["date"]), dtype="datetime64[D]")
    years = years_of_days(days, inventory.params.reporting_year_starts).tolist()
    for year, event, entity in zip(years, listed(events["event"]), listed(events["entity"]), strict=True):
        names.setdefault(year, []).append(words.term("event", event) + (f" ({entity})" if entity else ""))
    return [(year, words("text.list").join(texts)) for year, texts in sorted(names.items())]


def notes_table(targets: list[TargetView]) -> pd.DataFrame:
    """Return target, what, value: the fit, its interval, what it takes, the chance and the budget in words."""
    rows = [(view.label, key, text) for view in targets for key, text in view.notes]
    return table_of(rows, dict.fromkeys(("target", "what", "value"), "str"))


def bridge_of_year(inventory: Inventory, history: Inventories, words: Words) -> pd.DataFrame:
    """Return why the headline total moved since last year: `bridge_table`; empty where last year has no records."""
    bridge = bridge_since(history, inventory.year - 1, inventory.year, inventory.params.scope2_headline)
    if bridge is None:
        return table_of([], {"step": "str", "change_t": "float64", "co2e_t": "float64", "start_share": "float64"})
    return bridge_tables.bridge_table(bridge, words=words)


def main_budget_table(targets: list[TargetView], inventory: Inventory) -> pd.DataFrame:
    """Return the budget of the main target: `budget_table`; empty where the report gives no budget."""
    view = main_target(targets, inventory)
    state = None if view.pathway is None else attempted(lambda: view.course.budget)[0]
    if state is None:
        return table_of([], dict.fromkeys(("year", "co2e_t", "pathway_t", "cumulated_t", "line_t"), "float64"))
    return bridge_tables.budget_table(state)

