"""
Figures over several years: scopes by year, and the trajectory against its target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.reports import theme
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
        years = table["year"].to_numpy()
        known = table["median_t"].notna().to_numpy()
        for level, alpha in ((95, 0.14), (80, 0.2), (50, 0.3)):
            if known.any() and table[f"low_{level}_t"][known].notna().any():
                ax.fill_between(years[known], table[f"low_{level}_t"][known], table[f"high_{level}_t"][known], lw=0,
                                color=theme.FAN, alpha=alpha, label=words("legend.interval", level=level))
        if known.any():
            ax.plot(years[known], table["median_t"][known], color=theme.FAN, lw=1.6, ls=":", label=words("legend.fit"))
        ax.plot(years, table["pathway_t"], color=theme.PATHWAY, lw=2, ls="--", label=words("legend.pathway"))
        ax.plot(years, table["co2e_t"], color=theme.ACTUAL, lw=2, zorder=4)
        for status, face in (("reported", "white"), ("computed", theme.ACTUAL)):
            rows = table[table["status"] == status]
            ax.plot(rows["year"], rows["co2e_t"], "o", mec=theme.ACTUAL, mfc=face, ms=6, zorder=5, mew=1.6,
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

    wide = table.pivot(index="year", columns="scope", values="co2e_t").fillna(0.0)  # noqa: PD010  (refuses duplicates, pivot_table averages them)
    reported = (table["status"] == "reported").groupby(table["year"]).all().reindex(wide.index)
    with theme.style():
        ax = ax or theme.new_axes()
        bottom = np.zeros(len(wide))
        for scope in wide.columns:
            ax.bar(wide.index, wide[scope], bottom=bottom, width=0.72, color=theme.SCOPE_COLOURS[scope],
                   edgecolor="white", hatch=["////" if old else "" for old in reported])
            bottom += wide[scope].to_numpy()
        ax.set_xticks(list(wide.index))
        keys = [Patch(color=theme.SCOPE_COLOURS[s], label=words(f"scope.{s}")) for s in wide.columns]
        if reported.any():
            keys.append(Patch(facecolor=theme.MUTED, edgecolor="white", hatch="////", label=words("legend.reported")))
        ax.legend(handles=keys, loc="upper left", bbox_to_anchor=(0, -0.1), ncols=4)
        return theme.clean(ax, words, grid="y", ylabel=words("axis.co2e_t"))
