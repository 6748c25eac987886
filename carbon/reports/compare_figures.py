"""
Companies and regions side by side. Each figure draws its table and nothing else.
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
NAME_HEIGHT = 0.055
"""Of a line's name, as a share of the axis."""


def plot_companies(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Emissions per employee, stacked by scope [t CO2e per employee]. Table: `companies_table`.

    An inventory without a number of employees keeps its place and has no bar.
    """
    with theme.style():
        ax = ax or theme.new_axes(height=1.3 + 0.4 * len(table))
        left = np.zeros(len(table))
        for scope in ("1", "2", "3"):
            values = (table[f"scope{scope}_t"] / table["employees"]).to_numpy(dtype="float64")
            ax.barh(range(len(table)), values, left=left, height=0.6, color=theme.SCOPE_COLOURS[scope],
                    edgecolor="white", label=words(f"scope.{scope}"))
            left = left + values
        labels = [f"{c} {y}" for c, y in zip(table["company"], table["year"], strict=True)]
        ax.set_yticks(range(len(table)), labels, parse_math=False)
        ax.invert_yaxis()
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.2), ncols=3)
        return theme.clean(ax, words, grid="x", xlabel=words("axis.co2e_t_per_employee"))


def plot_profiles(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    What each total is made of [share of the company's own total]. Table: `profiles_table`.

    The six largest parts have a colour; the others are one pale part, so that every bar is whole.
    """
    shares = table.set_index("name").drop(columns="figure").fillna(0.0)
    order = shares.max(axis=1).sort_values(ascending=False, kind="stable").index
    with theme.style():
        ax = ax or theme.new_axes(height=1.6 + 0.42 * len(shares.columns))
        left = np.zeros(len(shares.columns))
        for name, colour in zip(order, theme.ORDERED, strict=False):
            left = _part(ax, shares.loc[name], left, colour, words.term("category", str(name)))
        rest = shares.loc[order[len(theme.ORDERED):]].sum()
        if rest.any():
            _part(ax, rest, left, theme.GRID, words("legend.other_parts"))
        ax.set_yticks(range(len(shares.columns)), list(shares.columns))
        ax.invert_yaxis()
        ax.set_xlim(0, 1)
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.24), ncols=2)
        theme.clean(ax, words, grid="x", xlabel=words("axis.share_of_total"))
        ax.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        return ax


def plot_factors_by_region(
    table: pd.DataFrame, ax: Axes | None = None, *, unit: str, words: Words = ENGLISH
) -> Axes:
    """
    One factor by year, a line a region named at its end [kg CO2e per unit]. Table: `factors_by_region_table`.
    """
    from matplotlib.ticker import MaxNLocator

    with theme.style():
        ax = ax or theme.new_axes(height=3.4)
        for position, region in enumerate(table.columns.drop("year")):
            known = table[["year", region]].dropna()
            colour = theme.ORDERED[position % (len(theme.ORDERED) - 1)]
            ax.plot(known["year"], known[region], color=colour, lw=2, marker="o", ms=4, label=region)
        ax.set_ylim(bottom=0)
        _names_at_end(ax, table)
        ax.margins(x=0.08)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
        return theme.clean(ax, words, grid="y", ylabel=words("axis.kg_per_unit", unit=unit))


def _names_at_end(ax: Axes, table: pd.DataFrame) -> None:
    """
    The name of each line beside its last point; where points are close, the names stand one below the other.
    """
    ends = table.drop(columns="year").ffill().iloc[-1].dropna().sort_values(ascending=False)
    gap, above = NAME_HEIGHT * ax.get_ylim()[1], np.inf
    for region, value in ends.items():
        above = min(float(value), above - gap)
        ax.annotate(str(region), (table["year"].max(), above), xytext=(8, 0), textcoords="offset points", va="center",
                    fontsize=9, color=theme.INK)


def _part(ax: Axes, values: pd.Series, left: np.ndarray, colour: str, label: str) -> np.ndarray:
    ax.barh(range(len(values)), values, left=left, height=0.6, color=colour, edgecolor="white", label=label)
    return left + values.to_numpy()
