"""Companies and regions side by side. Each figure draws its table and nothing else."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.reports.figures import fitting, theme
from carbon.reports.figures.layers import stack
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENGLISH = Words("en")


def plot_companies(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the emissions per employee, stacked by scope [t CO2e per employee]. Table: `companies_table`.

    An inventory without a number of employees keeps its place and has no bar.
    """
    ax = ax or theme.new_axes(height=1.3 + 0.4 * len(table))
    stack(ax, range(len(table)), [
        ((table[f"scope{scope}_t"] / table["employees"]).to_numpy(dtype="float64"), colour, words(f"scope.{scope}"))
        for scope, colour in theme.look().scopes.items()])
    fitting.names(ax, range(len(table)), [f"{c} {y}" for c, y in zip(table["company"], table["year"], strict=True)])
    fitting.clean(ax, words, grid="x", xlabel=words("axis.co2e_t_per_employee"))
    fitting.legend(ax, right=True)
    return ax


def plot_profiles(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the composition of each total [share of the company's own total]. Table: `profiles_table`.

    The six largest parts have a colour; the others are one pale part, so that every bar is whole.
    """
    look = theme.look()
    shares = table.set_index("name").drop(columns="figure").fillna(0.0)
    order = shares.max(axis=1).sort_values(ascending=False, kind="stable").index
    parts = [(shares.loc[name].to_numpy(), colour, words.term("category", str(name)))
             for name, colour in zip(order, look.ordered, strict=False)]
    rest = shares.loc[order[len(look.ordered):]].sum()
    if rest.any():
        parts.append((rest.to_numpy(), look.pale, words("legend.other_parts")))
    ax = ax or theme.new_axes(height=1.6 + 0.42 * len(shares.columns))
    stack(ax, range(len(shares.columns)), parts)
    fitting.names(ax, range(len(shares.columns)), list(shares.columns))
    ax.set_xlim(0, 1)
    fitting.clean(ax, words, grid="x", xlabel=words("axis.share_of_total"))
    ax.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    fitting.legend(ax, columns=2, right=True)
    return ax


def plot_factors_by_region(
    table: pd.DataFrame, ax: Axes | None = None, *, unit: str, words: Words = ENGLISH
) -> Axes:
    """Draw one factor by year, a line a region [kg CO2e per unit]. Table: `factors_by_region_table`."""
    import seaborn as sns

    ax = ax or theme.new_axes(height=3.4)
    for region, colour in zip(table.columns.drop("year"), cycle(theme.look().ordered[:-1]), strict=False):
        known_years = table[["year", region]].dropna()
        sns.lineplot(data=known_years, x="year", y=region, color=colour, lw=2, marker="o", ms=4, label=region,
                     estimator=None, legend=False, ax=ax)
    ax.set_ylim(bottom=0)
    _names_at_end(ax, table)
    fitting.years(ax)
    return fitting.clean(ax, words, grid="y", ylabel=words("axis.kg_per_unit", unit=unit))


def plot_purchase_models(
    table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH
) -> Axes:
    """Draw one purchase by country, a bar a model, in the last year [kg CO2e per unit of money].

    Table: `factors.models.compare`. A model without a factor of a country has no bar there.
    """
    import seaborn as sns

    last = table[table["year"] == table["year"].max()]
    ax = ax or theme.new_axes(height=1.2 + 0.3 * len(last))
    models = list(dict.fromkeys(table["source_id"]))
    sns.barplot(data=last, y="region", x="kg_per_unit", hue="source_id", hue_order=models, ax=ax, errorbar=None,
                palette=list(islice(cycle(theme.look().ordered), len(models))), saturation=1)
    fitting.clean(ax, words, grid="x", xlabel=words("axis.kg_per_unit", unit=str(last["unit"].iloc[0])))
    ax.set_ylabel("")
    fitting.legend(ax, right=True)
    return ax


def _names_at_end(ax: Axes, table: pd.DataFrame) -> None:
    """Write the name of each line next to its last point; of close points, one below the other."""
    room = fitting.place(ax)
    size = room.size("legend.fontsize")
    ends = table.drop(columns="year").ffill().iloc[-1].dropna().sort_values(ascending=False)
    gap, above = 1.3 * size / (0.75 * room.height) * ax.get_ylim()[1], np.inf
    for region, value in ends.items():
        above = min(float(value), above - gap)
        ax.annotate(str(region), (table["year"].max(), above), xytext=(8, 0), textcoords="offset points", va="center",
                    fontsize=size, annotation_clip=False)
    ax.margins(x=0.08)
