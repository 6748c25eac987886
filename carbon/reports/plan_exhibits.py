"""
What we will do: the plan that starts the year after the report, its wedges, its calendar, and how likely it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from carbon.core.errors import MethodError
from carbon.levers.company import CompanyPlan
from carbon.reports import actions, fitting, plan_tables, theme
from carbon.reports.exhibit import Exhibit, once
from carbon.reports.exhibit_source import ExhibitSource
from carbon.reports.phrases import phrase
from carbon.reports.sums import KG_PER_T, table_of
from carbon.reports.words import Words
from carbon.trajectory import likelihood

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOTHING = Markup("")


class PlanExhibits(ExhibitSource):
    """
    Part of `AnnualReport`, which gives the levers, the history, the words and how an exhibit is put together.
    """

    history: Any
    levers: Any

    @cached_property
    def _plan(self) -> CompanyPlan | None:
        return actions.plan_for_next_year(self.levers, self.history, self.inventory.year)

    @once
    def actions(self) -> Exhibit:
        """
        Every lever of the plan, in order of start.
        """
        nothing = Markup('<p class="muted">{}</p>').format(self.words("actions.none"))
        return self._planned("actions", actions.actions_table(self._plan, self.words), nothing)

    @once
    def plan_targets(self) -> Exhibit:
        """
        Where the plan leaves each target, and how likely that is.
        """
        return self._planned("plan_targets", targets_table(self._plan, self._names, self.words))

    @once
    def wedges(self) -> Exhibit:
        """
        Of the target that the plan cuts most: what each lever takes off what would be emitted without it.
        """
        made, language = self._plan, self.words.language
        if made is None:
            return self._planned("wedges", wedge_lines({}, self._names, self.words))
        wide = {limit.name: plan_tables.wedges_table(made, limit=limit.name, language=language)
                for limit in made.plan.problem.limits}
        largest = max(wide, key=lambda name: float((wide[name]["baseline_t"] - wide[name]["plan_t"]).iloc[-1]))
        plot = partial(_draw_wedges, wide[largest], self._names.get(largest, largest))
        return self._planned("wedges", wedge_lines(wide, self._names, self.words), plot=plot, height=4.8)

    @once
    def calendar(self) -> Exhibit:
        """
        When each lever runs, and what is invested each year.
        """
        made = self._plan
        if made is None:
            return self._planned("calendar", calendar_lines(None, self.words))
        table = calendar_lines(made, self.words)
        plot = partial(_draw_calendar, made, self.words.language)
        return self._planned("calendar", table, plot=plot, height=2.2 + 0.32 * table["action"].nunique())

    @cached_property
    def _names(self) -> dict[str, str]:
        """
        Target id -> its label in the reader's language.
        """
        return {t.id: t.label.get(self.words.language) or t.id for t in self.inventory.params.targets}

    def _planned(self, name: str, table: pd.DataFrame, nothing: Markup = NOTHING, *,
                 plot: Callable[..., Any] | None = None, height: float = theme.HEIGHT) -> Exhibit:
        return self._exhibit(name, table, plot, height=height, html=nothing if table.empty else None)


def targets_table(made: CompanyPlan | None, names: dict[str, str], words: Words) -> pd.DataFrame:
    """
    Each target and budget of the plan.

    Returns
    -------
    DataFrame
        target, when (a year, or the word for a budget), plan_t, limit_t, above_t, probability (in words; the reason
        where it cannot be told); empty without a plan.
    """
    kinds = {"target": "str", "when": "str", "plan_t": "float64", "limit_t": "float64", "above_t": "float64",
             "probability": "str"}
    if made is None:
        return table_of([], kinds)
    table = made.plan.excess
    when = [words("plan.budget") if year == 0 else str(year) for year in table["year"]]
    kg = {f"{name}_t": table[f"{of}kg"] / KG_PER_T for name, of in (("plan", ""), ("limit", "limit_"),
                                                                    ("above", "excess_"))}
    targets = [names.get(name, name) for name in table["limit"]]
    likely = table["limit"].map(_chances(made, words))
    return pd.DataFrame({"target": targets, "when": when, **kg, "probability": likely}).astype(kinds)


def _chances(made: CompanyPlan, words: Words) -> dict[str, str]:
    """
    Limit -> the chance that the plan keeps it, in words.
    """
    try:
        chances = made.chance.table
    except MethodError as cannot:
        reason = words("trajectory.no_chance", reason=phrase(cannot.what, words.language))
        return {limit.name: reason for limit in made.plan.problem.limits}
    return {str(name): f"{words.term('likelihood', likelihood(p))} ({words.percent(p, 0)})"
            for name, p in zip(chances["limit"], chances["p"], strict=True)}


def wedge_lines(wide: dict[str, pd.DataFrame], names: dict[str, str], words: Words) -> pd.DataFrame:
    """
    The numbers of the wedges, one line each: target, year, what, co2e_t; baseline - wedges = plan.
    """
    kinds = {"target": "str", "year": "int64", "what": "str", "co2e_t": "float64"}
    if not wide:
        return table_of([], kinds)
    heads = {"baseline_t": words("plan.baseline"), "plan_t": words("plan.plan"), "limit_t": words("plan.target"),
             "gap_t": words("plan.gap")}
    parts = [table.rename(columns=heads).melt(id_vars="year", var_name="what", value_name="co2e_t").assign(
        target=names.get(limit, limit)) for limit, table in wide.items()]
    lines = pd.concat(parts, ignore_index=True).sort_values(["target", "year"], kind="stable", ignore_index=True)
    return lines[list(kinds)].astype(kinds)


def calendar_lines(made: CompanyPlan | None, words: Words) -> pd.DataFrame:
    """
    action, year, effect_share (of a lever's full effect), capex: one line a lever and year; empty without a plan.
    """
    kinds = {"action": "str", "year": "int64", "effect_share": "float64", "capex": "float64"}
    if made is None:
        return table_of([], kinds)
    table = plan_tables.calendar_table(made, language=words.language)
    return table.rename(columns={"effect": "effect_share"}).assign(action=table["label"])[list(kinds)].astype(kinds)


def _draw_wedges(wide: pd.DataFrame, label: str, table: pd.DataFrame, ax: Axes, *, words: Words) -> None:
    from carbon.reports.plan_figures import plot_wedges

    plot_wedges(wide, ax, words=words)
    fitting.title(ax, label)


def _draw_calendar(made: CompanyPlan, language: str, table: pd.DataFrame, ax: Axes, *, words: Words) -> None:
    from carbon.reports.plan_figures import plot_calendar

    plot_calendar(plan_tables.calendar_table(made, language=language), plan_tables.capex_table(made), ax, words=words,
                  currency=made.params.currency)
