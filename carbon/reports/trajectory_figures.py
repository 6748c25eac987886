"""
Figures over several years: scopes by year, and the trajectory against its target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.reports import theme
from carbon.reports.layers import layers
from carbon.reports.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENGLISH = Words("en")


def plot_trajectory(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    History, the pathway of the target and the fan of the fit [t CO2e]. Table: `trajectory_table`.

    Reported years are open circles, computed years are filled: the difference shows in a grey print. Three years give a
    last value without a fan.
    """
    from matplotlib.ticker import MaxNLocator

    with theme.style():
        ax = ax or theme.new_axes(height=4.4)
        years, statuses, co2e_t = (table[c].to_numpy() for c in ("year", "status", "co2e_t"))
        median = table["median_t"].to_numpy()
        known = ~np.isnan(median)
        for level, alpha in ((95, 0.14), (80, 0.2), (50, 0.3)):
            low, high = (table[f"{side}_{level}_t"].to_numpy()[known] for side in ("low", "high"))
            if not np.isnan(low).all():
                ax.fill_between(years[known], low, high, lw=0, color=theme.FAN, alpha=alpha,
                                label=words("legend.interval", level=level))
        if known.any():
            ax.plot(years[known], median[known], color=theme.FAN, lw=1.6, ls=":", label=words("legend.fit"))
        ax.plot(years, table["pathway_t"], color=theme.PATHWAY, lw=2, ls="--", label=words("legend.pathway"))
        ax.plot(years, co2e_t, color=theme.ACTUAL, lw=2, zorder=4)
        for status, face in (("reported", "white"), ("computed", theme.ACTUAL)):
            own = statuses == status
            ax.plot(years[own], co2e_t[own], "o", mec=theme.ACTUAL, mfc=face, ms=6, zorder=5, mew=1.6,
                    label=words(f"legend.{status}"))
        ax.set_ylim(bottom=0)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.1), ncols=4)
        return theme.clean(ax, words, grid="y", ylabel=words("axis.co2e_t"))


def plot_scopes_by_year(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Emissions by year, stacked by scope, with one scope 2 method [t CO2e]. Table: `scopes_by_year_table`.

    Years known only from earlier reports are hatched.
    """
    from matplotlib.patches import Patch

    years, scopes = layers(table, "year", "scope")
    made_here = {year for year, status in zip(table["year"], table["status"], strict=True) if status != "reported"}
    with theme.style():
        ax = ax or theme.new_axes()
        bottom = np.zeros(len(years))
        for scope, values in scopes.items():
            ax.bar(years, values, bottom=bottom, width=0.72, color=theme.SCOPE_COLOURS[scope],
                   edgecolor="white", hatch=["" if year in made_here else "////" for year in years])
            bottom += values
        ax.set_xticks(years)
        keys = [Patch(color=theme.SCOPE_COLOURS[s], label=words(f"scope.{s}")) for s in scopes]
        if made_here < set(years):
            keys.append(Patch(facecolor=theme.MUTED, edgecolor="white", hatch="////", label=words("legend.reported")))
        ax.legend(handles=keys, loc="upper left", bbox_to_anchor=(0, -0.1), ncols=4)
        return theme.clean(ax, words, grid="y", ylabel=words("axis.co2e_t"))
