"""Figures of one inventory. Each draws a readers' table and nothing else, so the table next to it holds the same
numbers.

`plot_*(source, ax=None)` takes an Inventory, or the table itself, and returns the Axes.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.reports.figures import fitting, theme
from carbon.reports.figures.layers import by_pair, layers, stack, zero_if_missing
from carbon.reports.tables.coverage import coverage_table
from carbon.reports.tables.inventory import categories_table, scopes_table, suppliers_table
from carbon.reports.tables.monthly import monthly_energy_table
from carbon.reports.tables.travel import travel_table
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENGLISH = Words("en")


def plot_scopes(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw both totals, stacked by scope: location-based next to market-based [t CO2e]. Table: `scopes_table`."""
    table = _table(source, scopes_table)
    tonnes, methods = by_pair(table, "scope", "scope2_method"), (LOCATION, MARKET)
    ax = ax or theme.new_axes(height=2.6)
    by_scope = {scope: np.array([tonnes.get((scope, m), tonnes.get((scope, ""), np.nan)) for m in methods])
                for scope in theme.look().scopes}
    none = f" ({words.term('status', 'no records')})"
    names = {scope: words(f"scope.{scope}") + none * bool(np.isnan(values).all()) for scope, values in by_scope.items()}
    ends = stack(ax, [0, 1], [
        (zero_if_missing(by_scope[scope]), colour, names[scope])
        for scope, colour in theme.look().scopes.items()])
    _totals_at_end(ax, ends, words)
    fitting.names(ax, [0, 1], [words.term("method", m).capitalize() for m in methods])
    fitting.clean(ax, words, grid="x", xlabel=words("axis.co2e_t"))
    fitting.legend(ax, right=True)
    return ax


def plot_categories(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw scope 3 by category, those with a figure [t CO2e]. Table: `categories_table`."""
    table = _table(source, categories_table)
    tonnes = table["co2e_t"].to_numpy()
    has_figure = ~np.isnan(tonnes)
    labels = [f"3.{c}  {words.term('category', n)}" for c, n, shown_row in
              zip(table["category"], table["name"], has_figure, strict=True) if shown_row]
    return _bars(labels, tonnes[has_figure], ax, words, theme.look().scopes["3"])


def plot_suppliers(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the suppliers with the highest emissions in scope 3 [t CO2e]. Table: `suppliers_table`."""
    table = _table(source, suppliers_table)
    labels = [words.term("supplier", s) for s in table["supplier"]]
    return _bars(labels, table["co2e_t"].to_numpy(), ax, words, theme.look().ordered[1])


def plot_travel(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw business travel by mode, with contrails as a part of their own [t CO2e]. Table: `travel_table`."""
    table = _table(source, travel_table)
    labels = [words.term("mode", m) for m in table["mode"]]
    tonnes, contrails = table["co2e_t"].to_numpy(), zero_if_missing(table["contrails_t"].to_numpy())
    ax = _bars(labels, tonnes, ax, words, theme.look().ordered[1])
    if contrails.any():
        ax.barh(range(len(table)), contrails, left=tonnes - contrails, height=0.62, color=theme.look().ordered[4],
                edgecolor=theme.look().ground, hatch="///", label=words("legend.contrails"))
        fitting.legend(ax, right=True)
    return ax


def plot_energy(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the emissions of energy by month and carrier [t CO2e]. Table: `monthly_energy_table`."""
    months, carriers = layers(_table(source, monthly_energy_table), "month", "carrier")
    ax = ax or theme.new_axes()
    stack(ax, range(len(months)), [(values, colour, words.term("carrier", carrier)) for (carrier, values), colour in
                                   zip(carriers.items(), cycle(theme.look().ordered), strict=False)], upright=True)
    fitting.below(ax, range(len(months)), [words.month(month) for month in months])
    fitting.clean(ax, words, grid="y", ylabel=words("axis.co2e_t"))
    fitting.legend(ax)
    return ax


def plot_coverage(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the outcome of the rows of each kind of record [share of rows read]. Table: `coverage_table`."""
    table, look = _table(source, coverage_table), theme.look()
    colours = {"inventoried": look.actual, "set_aside": look.ordered[3], "excluded": look.pale,
               "rejected": look.pathway}
    rows_read = table["read"].to_numpy()
    ax = ax or theme.new_axes(height=0.9 + 0.5 * len(table))
    stack(ax, range(len(table)), [
        (np.divide(table[outcome].to_numpy(), rows_read, out=np.zeros(len(table)), where=rows_read > 0), colour,
         words.term("outcome", outcome)) for outcome, colour in colours.items()])
    fitting.names(ax, range(len(table)), [words.term("kind", k) for k in table["kind"]])
    ax.set_xlim(0, 1)
    fitting.clean(ax, words, grid="x", xlabel=words("axis.share_rows"))
    ax.xaxis.set_major_formatter(lambda value, _: words.percent(value, 0))
    fitting.legend(ax, right=True)
    return ax


def _table(source: Any, make: Callable[[Any], pd.DataFrame]) -> pd.DataFrame:
    return source if isinstance(source, pd.DataFrame) else make(source)


def _bars(labels: list[str], tonnes: np.ndarray, ax: Axes | None, words: Words, colour: str) -> Axes:
    ax = ax or theme.new_axes(height=bars_height(len(labels)))
    at = np.arange(len(labels))
    # Bars are placed by number: two may have one name.
    ax.barh(at, zero_if_missing(tonnes), height=0.62, color=colour)
    _totals_at_end(ax, tonnes, words)
    fitting.names(ax, at, labels)
    return fitting.clean(ax, words, grid="x", xlabel=words("axis.co2e_t"))


def bars_height(n: int) -> float:
    """Return the height of a bar chart with n bars [inch]."""
    return 0.9 + 0.42 * max(n, 1)


def _totals_at_end(ax: Axes, values: np.ndarray, words: Words) -> None:
    largest = max(float(np.nanmax(values, initial=0.0)), 0.0)
    digits = 0 if largest >= 1000 else 1 if largest >= 10 else 2
    fitting.notes(ax, np.maximum(values, 0.0).tolist(), [words.number(float(value), digits) for value in values])
