"""
Figures of one inventory. Each draws a readers' table and nothing else, so the table beside it holds the same numbers.

`plot_*(source, ax=None)` takes an Inventory, or the table itself, and returns the Axes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.reports import theme
from carbon.reports.coverage_tables import coverage_table
from carbon.reports.inventory_tables import categories_table, scopes_table, suppliers_table
from carbon.reports.layers import by_pair, layers, zero_if_missing
from carbon.reports.monthly import monthly_energy_table
from carbon.reports.travel_tables import travel_table
from carbon.reports.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENGLISH = Words("en")
_LABEL_WIDTH = 34


def plot_scopes(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Both totals, stacked by scope: location-based beside market-based [t CO2e]. Table: `scopes_table`.
    """
    table = _table(source, scopes_table)
    tonnes = by_pair(table, "scope", "scope2_method")
    with theme.style():
        ax = ax or theme.new_axes(height=2.6)
        left = np.zeros(2)
        for scope in ("1", "2", "3"):
            values = np.array([tonnes.get((scope, m), tonnes.get((scope, ""), 0.0)) for m in (LOCATION, MARKET)])
            ax.barh([0, 1], values, left=left, height=0.58, color=theme.SCOPE_COLOURS[scope], edgecolor="white",
                    label=words(f"scope.{scope}"))
            left += values
        _totals_at_end(ax, left, words)
        ax.set_yticks([0, 1], [words.term("method", m).capitalize() for m in (LOCATION, MARKET)])
        ax.invert_yaxis()
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.28), ncols=3)
        return theme.clean(ax, words, grid="x", xlabel=words("axis.co2e_t"))


def plot_categories(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Scope 3 by category, those with a figure [t CO2e]. Table: `categories_table`.
    """
    table = _table(source, categories_table)
    tonnes = table["co2e_t"].to_numpy()
    known = ~np.isnan(tonnes)
    labels = [f"3.{c}  {words.term('category', n)}" for c, n, shown in
              zip(table["category"], table["name"], known, strict=True) if shown]
    return _bars(labels, tonnes[known], ax, words, theme.SCOPE_COLOURS["3"])


def plot_suppliers(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    The suppliers with the highest emissions in scope 3 [t CO2e]. Table: `suppliers_table`.
    """
    table = _table(source, suppliers_table)
    labels = [words.term("supplier", s) for s in table["supplier"]]
    return _bars(labels, table["co2e_t"].to_numpy(), ax, words, theme.ORDERED[1])


def plot_travel(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Business travel by mode, contrails set apart [t CO2e]. Table: `travel_table`.
    """
    table = _table(source, travel_table)
    labels = [words.term("mode", m) for m in table["mode"]]
    tonnes, contrails = table["co2e_t"].to_numpy(), zero_if_missing(table["contrails_t"].to_numpy())
    with theme.style():
        ax = _bars(labels, tonnes, ax, words, theme.ORDERED[1])
        if contrails.any():
            ax.barh(range(len(table)), contrails, left=tonnes - contrails, height=0.62, color=theme.ORDERED[4],
                    edgecolor="white", hatch="///", label=words("legend.contrails"))
            ax.legend(loc="lower right")
        return ax


def plot_energy(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Emissions of energy by month and carrier [t CO2e]. Table: `monthly_energy_table`.
    """
    table = _table(source, monthly_energy_table)
    months, carriers = layers(table, "month", "carrier")
    with theme.style():
        ax = ax or theme.new_axes()
        bottom = np.zeros(len(months))
        for position, (carrier, values) in enumerate(carriers.items()):
            ax.bar(range(len(months)), values, bottom=bottom, width=0.72, edgecolor="white",
                   color=theme.ORDERED[position % len(theme.ORDERED)], label=words.term("carrier", carrier))
            bottom += values
        ax.set_xticks(range(len(months)), [words.month(month) for month in months])
        if carriers:
            ax.legend(loc="upper left", bbox_to_anchor=(0, -0.1), ncols=4)
        return theme.clean(ax, words, grid="y", ylabel=words("axis.co2e_t"))


def plot_coverage(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Where the rows of each kind of record ended [share of rows read]. Table: `coverage_table`.
    """
    table = _table(source, coverage_table)
    colours = dict(zip(("inventoried", "set_aside", "excluded", "rejected"),
                       ("#16324f", "#7fb685", "#d9dee3", "#c4512d"), strict=True))
    with theme.style():
        ax = ax or theme.new_axes(height=0.9 + 0.5 * len(table))
        left, read = np.zeros(len(table)), table["read"].to_numpy()
        for outcome, colour in colours.items():
            values = np.divide(table[outcome].to_numpy(), read, out=np.zeros(len(table)), where=read > 0)
            ax.barh(range(len(table)), values, left=left, height=0.62, color=colour, edgecolor="white",
                    label=words.term("outcome", outcome))
            left += values
        ax.set_yticks(range(len(table)), [words.term("kind", k) for k in table["kind"]])
        ax.invert_yaxis()
        ax.set_xlim(0, 1)
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.28), ncols=4)
        theme.clean(ax, words, grid="x", xlabel=words("axis.share_rows"))
        ax.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
        return ax


def _table(source: Any, make: Callable[[Any], pd.DataFrame]) -> pd.DataFrame:
    return source if isinstance(source, pd.DataFrame) else make(source)


def _bars(labels: list[str], tonnes: np.ndarray, ax: Axes | None, words: Words, colour: str) -> Axes:
    with theme.style():
        ax = ax or theme.new_axes(height=bars_height(len(labels)))
        ax.barh(range(len(labels)), tonnes, height=0.62, color=colour)
        # Text of a company's data: "$" would start mathematics.
        ax.set_yticks(range(len(labels)), [_wrapped(label) for label in labels], parse_math=False)
        ax.invert_yaxis()
        _totals_at_end(ax, tonnes, words)
        return theme.clean(ax, words, grid="x", xlabel=words("axis.co2e_t"))


def bars_height(n: int) -> float:
    """
    Height of a bar chart with n bars [inch].
    """
    return 0.9 + 0.42 * max(n, 1)


def _wrapped(label: str) -> str:
    # Characters a font cannot draw, and line breaks, come from data: keep the figure in shape.
    plain = "".join(c if c.isprintable() else " " for c in label)
    lines = textwrap.wrap(plain, _LABEL_WIDTH, max_lines=2, placeholder=" …")
    return "\n".join(lines)


def _totals_at_end(ax: Axes, values: Any, words: Words) -> None:
    largest = max(float(np.nanmax(values, initial=0.0)), 0.0)
    digits = 0 if largest >= 1000 else 1 if largest >= 10 else 2
    for position, value in enumerate(values):
        ax.annotate(words.number(float(value), digits), (max(float(value), 0.0), position), xytext=(5, 0),
                    textcoords="offset points", va="center", fontsize=9, color=theme.INK)
    ax.margins(x=0.12)
