"""Figures of change: the waterfall of the bridge, and the areas of a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.accounting.years.bridge import Bridge
from carbon.reports.figures import fitting, theme
from carbon.reports.figures.layers import line
from carbon.reports.tables.bridge import bridge_table, budget_table
from carbon.reports.words.language import Words, as_words
from carbon.trajectory.budget import Budget

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_bridge(table: pd.DataFrame | Bridge, ax: Axes | None = None, *, words: Words | str = "en") -> Axes:
    """Draw a waterfall from one reported total to another [t CO2e]. Table: a `Bridge`, or its `bridge_table`. Steps of
    exactly nothing are left out.

    Bars that fall are hatched: rise and fall differ in a grey print too. Under wide axes: what reversing time changes.
    """
    words = as_words(words)
    table = bridge_table(table, words=words) if isinstance(table, Bridge) else table
    steps = table[(table["change_t"] != 0) | table["change_t"].isna()].reset_index(drop=True)
    end, change = steps["co2e_t"].to_numpy(), steps["change_t"].to_numpy()
    total = np.isnan(change)
    low = np.where(total, 0.0, np.minimum(end, end - np.nan_to_num(change)))
    size = np.where(total, end, np.abs(np.nan_to_num(change)))
    look = theme.look()
    ax = ax or theme.new_axes(height=1.4 + 0.42 * len(steps))
    at = np.arange(len(steps))
    for selection, colour, hatch, name in ((total, look.actual, "", "total"),
                                        (~total & (change > 0), look.pathway, "", "rise"),
                                        (~total & (change < 0), look.fan, "////", "fall")):
        if selection.any():
            ax.barh(at[selection], size[selection], left=low[selection], color=colour, hatch=hatch, height=0.66,
                    edgecolor=look.ground, label=words(f"legend.{name}"))
    room = fitting.notes(ax, (low + size).tolist(), [
        words.number(end[i], 1) if total[i] else words.signed(float(change[i]), 1) for i in at])
    fitting.names(ax, at, steps["step"])
    start, stop = _zoomed(low[~total], (low + size)[~total], end[total])
    ax.set_xlim(start, stop + room * (stop - start))
    unit = words("axis.co2e_t_cut" if start > 0 else "axis.co2e_t")
    # In small axes the sentence would take the room of the bars; pages have it in full width.
    note = f". {words('bridge.reversed')}" if fitting.place(ax).share > 0.8 else ""
    fitting.clean(ax, words, grid="x", xlabel=f"{unit}{note}")
    fitting.legend(ax, columns=3, right=True)
    return ax


def _zoomed(low: np.ndarray, high: np.ndarray, totals: np.ndarray) -> tuple[float, float]:
    """Cut the axis above zero where the steps would be slivers; its numbers show that."""
    most = float(max(high.max(initial=0.0), totals.max(initial=0.0)))
    least = float(min(low.min(initial=most), totals.min(initial=most)))
    span = most - least
    start = max(0.0, least - 0.6 * span) if least > 4 * span > 0 else min(0.0, least)
    return start, most


def plot_budget(table: pd.DataFrame | Budget, ax: Axes | None = None, *, words: Words | str = "en") -> Axes:
    """Draw the budget of a pathway as areas: used beyond or below it, what is left [t CO2e]. Table: a `Budget`, or its
    `budget_table`.
    """
    words = as_words(words)
    table = budget_table(table) if isinstance(table, Budget) else table
    look = theme.look()
    years, path, actual = (table[c].to_numpy(dtype=float) for c in ("year", "pathway_t", "co2e_t"))
    is_known = ~np.isnan(actual)
    ax = ax or theme.new_axes()
    past = (years[is_known], path[is_known], actual[is_known])
    for where, colour, hatch, name in ((past[2] > past[1], look.pathway, "", "overshoot"),
                                       (past[2] < past[1], look.fan, "////", "saved")):
        if where.any():
            # Of known years alone: beyond the last one an area would run on to the pathway.
            ax.fill_between(*past, where=where, interpolate=True, facecolor=colour, alpha=0.45, hatch=hatch,
                            edgecolor=look.ground, lw=0, label=words(f"legend.{name}"))
    future = years >= years[is_known].max() if is_known.any() else np.ones(len(years), dtype=bool)
    ax.fill_between(years[future], 0, path[future], color=look.pale, lw=0, label=words("legend.remaining"))
    line(ax, years, path, color=look.pathway, lw=2, ls="--", label=words("legend.pathway"))
    line(ax, years[is_known], actual[is_known], color=look.actual, lw=2, marker="o", ms=5, mec=look.ground,
         label=words("legend.actual"))
    straight = table["line_t"].to_numpy(dtype=float)
    if (~np.isnan(straight)).any():
        joined = np.where(years == years[is_known].max(), actual, straight)
        later = ~np.isnan(joined) & (years >= years[is_known].max())
        line(ax, years[later], joined[later], color=look.actual, lw=1.6, ls=":", label=words("legend.straight_line"))
    ax.set_ylim(bottom=0)
    fitting.years(ax)
    fitting.clean(ax, words, grid="y", ylabel=words("axis.co2e_t"))
    fitting.legend(ax, columns=3)
    return ax
