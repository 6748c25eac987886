"""Figures over several years: scopes by year, and the trajectory against its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.reports.figures import fitting, theme
from carbon.reports.figures.layers import layers, line, stack
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENGLISH = Words("en")


def plot_trajectory(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the history, the pathway of the target and the fan of the fit [t CO2e]. Table: `trajectory_table`.

    Reported years are open circles, computed years are filled: the difference shows in a grey print. Three years give a
    last value without a fan.
    """
    look = theme.look()
    ax = ax or theme.new_axes(height=4.4)
    years, statuses, co2e_t = (table[c].to_numpy() for c in ("year", "status", "co2e_t"))
    median = table["median_t"].to_numpy()
    has_fit = ~np.isnan(median)
    for level, alpha in ((95, 0.14), (80, 0.2), (50, 0.3)):
        low, high = (table[f"{side}_{level}_t"].to_numpy()[has_fit] for side in ("low", "high"))
        if not np.isnan(low).all():
            ax.fill_between(years[has_fit], low, high, lw=0, color=look.fan, alpha=alpha,
                            label=words("legend.interval", level=level))
    if has_fit.any():
        line(ax, years, median, color=look.fan, lw=1.6, ls=":", label=words("legend.fit"))
    line(ax, years, table["pathway_t"], color=look.pathway, lw=2, ls="--", label=words("legend.pathway"))
    # Not joined over a year without a value.
    ax.plot(years, co2e_t, color=look.actual, lw=2, zorder=4)
    for status, face in (("reported", look.ground), ("computed", look.actual)):
        of_status = statuses == status
        ax.plot(years[of_status], co2e_t[of_status], "o", mec=look.actual, mfc=face, ms=6, zorder=5, mew=1.6,
                label=words(f"legend.{status}"))
    ax.set_ylim(bottom=0)
    fitting.years(ax)
    fitting.clean(ax, words, grid="y", ylabel=words("axis.co2e_t"))
    fitting.legend(ax)
    return ax


def plot_scopes_by_year(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the emissions by year, stacked by scope, with one scope 2 method [t CO2e]. Table: `scopes_by_year_table`.

    Years known only from earlier reports are hatched.
    """
    from matplotlib.patches import Patch

    look = theme.look()
    years, scopes = layers(table, "year", "scope")
    made_here = {year for year, status in zip(table["year"], table["status"], strict=True) if status != "reported"}
    ax = ax or theme.new_axes()
    stack(ax, years, [(values, look.scopes[scope], "") for scope, values in scopes.items()], upright=True,
          hatch=["" if year in made_here else "////" for year in years])
    fitting.below(ax, years, years)
    keys = [Patch(color=look.scopes[s], label=words(f"scope.{s}")) for s in scopes]
    if made_here < set(years):
        keys.append(Patch(facecolor=theme.MUTED, edgecolor=look.ground, hatch="////", label=words("legend.reported")))
    fitting.clean(ax, words, grid="y", ylabel=words("axis.co2e_t"))
    fitting.legend(ax, keys)
    return ax
