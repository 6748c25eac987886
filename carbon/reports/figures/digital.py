"""Figures of devices, services, trips and indicators; each kind of device has one colour in all of them.

The tables behind them are in `tables.digital` and `tables.fleet`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.core.units import KG_PER_T
from carbon.digital.devices.fleet import Fleet
from carbon.digital.services.impacts import STEPS, TIERS
from carbon.digital.services.portfolio import ServicePortfolio
from carbon.digital.services.service import Service
from carbon.digital.travel_policy import TravelPolicy
from carbon.reports.figures import fitting, theme
from carbon.reports.figures.digital_charts import ORDER, in_order
from carbon.reports.figures.layers import stack
from carbon.reports.tables.digital import thresholds_table, tier_sums
from carbon.reports.tables.fleet import age_band, age_pyramid_table, kg_by_life, purchases_by_quarter
from carbon.reports.words.language import Words
from carbon.scorecards.company import Indicators

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

ENGLISH = Words("en")
SHOWN_PROGRESS = (-60.0, 140.0)
"""Bars beyond are cut at the edge and marked with their number: progress itself is never clipped."""

ROUTES = ("donated", "sold", "refurbished", "recycled", "lost", "not said")


def _say(words: Words, key: str, **values: object) -> str:
    return words(f"digital_figure.{key}", **values)


def plot_service(services: Service | ServicePortfolio, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw a service, or all of a year, by tier and step [t CO2e a year], with the range; a tier that lacks a factor is
    marked. Table: `service_lines`.
    """
    table = tier_sums(services, "tier", "step")["value"].unstack() / KG_PER_T
    table = table.reindex(index=list(TIERS), columns=list(STEPS)).fillna(0.0)
    totals = tier_sums(services, "tier").reindex(list(TIERS))
    look = theme.look()
    ax = ax or theme.new_axes(height=3.2)
    colours = (look.actual, look.ordered[4], look.ordered[3])
    ends = stack(ax, range(len(TIERS)), [(table[step].to_numpy(), colour, _say(words, step.replace(" ", "_")))
                                         for step, colour in zip(STEPS, colours, strict=True)])
    ranges = totals[["low", "high"]].to_numpy(dtype=float) / KG_PER_T
    for y in np.flatnonzero(ends > 0):
        ax.plot(ranges[y], [y, y], color=theme.ink(), alpha=0.7, lw=1.4, marker="|", ms=9)
    marks = ["" if is_whole else _say(words, "partly" if value == value else "not_covered")
             for value, is_whole in zip(totals["value"], totals["covered"].eq(True), strict=True)]
    fitting.notes(ax, ends.tolist(), marks, color=look.pathway)
    fitting.names(ax, range(len(TIERS)), [_say(words, t.replace(" ", "_")) for t in TIERS])
    fitting.clean(ax, words, grid="x", xlabel=_say(words, "service_axis"))
    fitting.legend(ax, right=True)
    return ax


def plot_thresholds(policy: TravelPolicy, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the emissions that each threshold would avoid, before and after hotel nights. Table: `thresholds_table`."""
    table, look = thresholds_table(policy).sort_values("hours"), theme.look()
    ax = ax or theme.new_axes()
    line = partial(ax.plot, table["hours"])
    line(table["avoided_t"], color=look.actual, lw=2.2, marker="o", ms=4, mec="white",
         label=_say(words, "avoided_axis"))
    if not table["net_avoided_t"].equals(table["avoided_t"]):
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


def device_colour(category: str) -> str:
    """Return the colour of a category, the same in every figure of a fleet."""
    look = theme.look()
    return look.ordered[ORDER.index(category)] if category in ORDER else look.pale


def plot_age_pyramid(fleet: Fleet, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the devices in stock by age and category. Table: `age_pyramid_table`."""
    table = age_pyramid_table(fleet).set_index("age")
    ax = ax or theme.new_axes()
    at = range(len(table))
    stack(ax, at, _parts(table, words))
    fitting.names(ax, at, [age_band(a, words) for a in table.index])
    ax.invert_yaxis()  # the youngest are at the foot
    fitting.clean(ax, words, grid="x", xlabel=_say(words, "units_axis"), ylabel=_say(words, "age_axis"))
    _whole(ax.xaxis)
    fitting.legend(ax, right=True)
    return ax


def plot_quarters(fleet: Fleet, year_starts: str, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the devices bought in each quarter of three years, by category. Table: `purchases_by_quarter`."""
    table = purchases_by_quarter(fleet, year_starts).pivot_table(index="quarter", columns="category", values="units")
    ax = ax or theme.new_axes()
    at = range(len(table))
    stack(ax, at, _parts(table, words), upright=True)
    fitting.below(ax, at, [words("fleet.quarter", year=q.year, number=q.quarter).replace(" ", "\n")
                          for q in table.index])
    fitting.clean(ax, words, grid="y", xlabel=_say(words, "quarters"), ylabel=_say(words, "bought_axis"))
    _whole(ax.yaxis)
    fitting.legend(ax, right=True)
    return ax


def plot_exits(fleet: Fleet, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the devices that left in the year by category and way out. Table: `exit_lines`."""
    table = fleet.exits.pivot_table(index="category", columns="exit_route", values="units", fill_value=0)
    table, look = table.loc[in_order(table.index)], theme.look()
    ax = ax or theme.new_axes(height=1.2 + 0.42 * len(table))
    colours = dict(zip(ROUTES, (*look.ordered[:5], look.pale), strict=True))
    stack(ax, range(len(table)), [(table[route].to_numpy(), colours[route], words.term("route", route))
                                  for route in ROUTES if route in table])
    fitting.names(ax, range(len(table)), [words.term("device", str(c)) for c in table.index])
    fitting.clean(ax, words, grid="x", xlabel=_say(words, "left_axis"))
    _whole(ax.xaxis)
    fitting.legend(ax, right=True)
    return ax


def plot_longer(fleet: Fleet, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the carbon of what is bought a year under each life, by category. Table: `kg_by_life`."""
    table = kg_by_life(fleet).pivot_table(index="life", columns="category", values="co2e_t")
    ax = ax or theme.new_axes(height=1.3 + 0.45 * len(table))
    stack(ax, range(len(table)), _parts(table, words))
    fitting.names(ax, range(len(table)), [_say(words, "life", life=int(life)) if life else _say(words, "life_today")
                                          for life in table.index])
    fitting.clean(ax, words, grid="x", xlabel=_say(words, "longer_axis"))
    fitting.legend(ax, right=True)
    return ax


def _whole(axis: Axis) -> None:
    """Set whole numbers on an axis that counts devices."""
    axis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]  # stubs know the base class only


def _parts(table: pd.DataFrame, words: Words) -> list[tuple[object, str, str]]:
    return [(table[c].to_numpy(), device_colour(c), words.term("device", c)) for c in in_order(table.columns)]
