"""Figures of services, trips and indicators. Each takes `ax=None` and returns the Axes; the tables behind them are in
`tables.digital`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from carbon.core.units import KG_PER_T
from carbon.digital.services.impacts import STEPS, TIERS
from carbon.digital.services.service import Service
from carbon.digital.travel_policy import TravelPolicy
from carbon.reports.figures import fitting, theme
from carbon.reports.figures.layers import stack
from carbon.reports.tables.digital import thresholds_table
from carbon.reports.words.language import Words
from carbon.scorecards.company import Indicators

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENGLISH = Words("en")
SHOWN_PROGRESS = (-60.0, 140.0)
"""Bars beyond are cut at the edge and marked with their number: progress itself is never clipped."""


def _say(words: Words, key: str, **values: object) -> str:
    return words(f"digital_figure.{key}", **values)


def plot_service(service: Service, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw a service by tier and step [t CO2e a year], with its range; a tier without factor is marked. Table:
    `service_lines`.
    """
    rows = service.table[service.table["criterion"] == "climate_change"]
    table = rows.pivot_table(index="tier", columns="step", values="value", aggfunc="sum") / KG_PER_T
    table = table.reindex(index=list(TIERS), columns=list(STEPS)).fillna(0.0)
    totals = service.by("tier").set_index("tier")
    look = theme.look()
    ax = ax or theme.new_axes(height=3.2)
    colours = (look.actual, look.ordered[4], look.ordered[3])
    ends = stack(ax, range(len(TIERS)), [(table[step].to_numpy(), colour, _say(words, step.replace(" ", "_")))
                                         for step, colour in zip(STEPS, colours, strict=True)])
    covered = [bool(totals.loc[tier, "covered"]) for tier in TIERS]
    ranges = totals.reindex(list(TIERS))[["low", "high"]].to_numpy(dtype=float) / KG_PER_T
    for y in np.flatnonzero(np.array(covered) & (ends > 0)):
        ax.plot(ranges[y], [y, y], color=theme.ink(), alpha=0.7, lw=1.4, marker="|", ms=9)
    fitting.notes(ax, ends.tolist(), ["" if is_covered else _say(words, "not_covered") for is_covered in covered],
                  color=look.pathway)
    fitting.names(ax, range(len(TIERS)), [_say(words, t.replace(" ", "_")) for t in TIERS])
    fitting.clean(ax, words, grid="x", xlabel=_say(words, "service_axis"))
    fitting.legend(ax, right=True)
    return ax


def plot_budgets(service: Service, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw a service's yearly impact in person-budgets by criterion; what is not covered is marked, what lacks a part
    is hatched and reads "at least". Table: `budgets_table`.
    """
    table, look = service.budgets(), theme.look()
    has_budget, is_complete = table["person_budgets"].notna().to_numpy(), table["whole"].to_numpy(dtype=bool)
    ends = table["person_budgets"].fillna(0.0).to_numpy()
    ax = ax or theme.new_axes(height=1.2 + 0.42 * len(table))
    ax.barh(range(len(table)), ends, color=look.fan, edgecolor=look.ground, height=0.62,
            hatch=["///" if lacks else "" for lacks in has_budget & ~is_complete])
    texts = ["" if w and k else _say(words, "at_least" if k else "not_covered")
             for w, k in zip(is_complete, has_budget, strict=True)]
    room = fitting.notes(ax, ends.tolist(), texts, color=look.pathway)
    ax.axvline(1.0, color=look.actual, lw=1.2, ls="--")
    fitting.names(ax, range(len(table)), [_say(words, f"criterion_{c}") for c in table["criterion"]])
    ax.set_xlim(0, (1 + room) * max(1.0, ends.max(initial=0.0)))
    return fitting.clean(ax, words, grid="x", xlabel=_say(words, "budgets_axis"))


def plot_thresholds(policy: TravelPolicy, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the emissions that each threshold would avoid, before and after hotel nights. Table: `thresholds_table`."""
    table, look = thresholds_table(policy).sort_values("hours"), theme.look()
    ax = ax or theme.new_axes()
    line = partial(ax.plot, table["hours"])
    line(table["avoided_t"], color=look.actual, lw=2.2, marker="o", ms=4, mec="white",
         label=_say(words, "avoided_axis"))
    line(table["net_avoided_t"], color=look.fan, lw=1.8, ls="--", label=_say(words, "nights"))
    ax.axvline(policy.hours, color=look.pathway, lw=1.6, ls=":",
               label=_say(words, "rule_now", hours=f"{policy.hours:g}"))
    ax.set_ylim(bottom=0)
    fitting.clean(ax, words, grid="y", xlabel=_say(words, "threshold_axis"), ylabel=_say(words, "avoided_axis"))
    fitting.legend(ax, columns=3)
    return ax


def plot_scorecard(indicators: Indicators, audience: str, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the progress of one audience's indicators, and where each should be by now. Table: `scorecard_table`."""
    rows = indicators.table[indicators.table["audience"] == audience].reset_index(drop=True)
    labels = indicators.catalogue.table.set_index("id")[f"label_{words.language}"]
    progress, look, at = 100 * rows["progress"], theme.look(), np.arange(len(rows))
    low, high = SHOWN_PROGRESS
    bar_lengths = progress.fillna(0.0).clip(low, high).tolist()
    ax = ax or theme.new_axes(height=0.9 + 0.55 * len(rows))
    ax.barh(at, bar_lengths, color=[look.pathway if p < 0 else look.fan for p in progress], height=0.55)
    ax.plot(100 * rows["expected"], at, "|", color=theme.ink(), ms=16 * fitting.place(ax).share, mew=2,
            label=_say(words, "expected"))
    room = fitting.notes(ax, bar_lengths, [_say(words, "no_data") if p != p else "" if low <= p <= high
                                     else f"{words.number(p)} %" for p in progress])
    fitting.names(ax, at, [labels[i] for i in rows["indicator_id"]])
    ax.axvline(0, color=theme.ink(), alpha=0.7, lw=1)
    ax.axvline(100, color=look.actual, lw=1.2, ls="--")
    ax.set_xlim(low - 5, high + room * (high - low))
    fitting.clean(ax, words, grid="x", xlabel=_say(words, "progress_axis"))
    fitting.legend(ax, right=True)
    return ax
