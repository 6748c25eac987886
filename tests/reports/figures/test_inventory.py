"""Figures of one inventory."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.reports.figures import catalogue as figures
from carbon.reports.tables import catalogue as tables

pytestmark = pytest.mark.usefixtures("agg")

PAIRS = [("plot_categories", "categories_table", "co2e_t"), ("plot_suppliers", "suppliers_table", "co2e_t"),
         ("plot_travel", "travel_table", "co2e_t")]


@pytest.mark.parametrize(("plot", "table", "column"), PAIRS)
def test_bars_are_the_numbers_of_the_table(inventory, plot: str, table: str, column: str):
    """The widths of the bars equal the table's column, its first line uppermost."""
    numbers = getattr(tables, table)(inventory)[column].dropna()
    ax = getattr(figures, plot)(inventory)

    bars = sorted(ax.containers[0], key=lambda bar: ax.transData.transform((0, bar.get_y()))[1], reverse=True)
    np.testing.assert_array_equal([bar.get_width() for bar in bars], numbers)


def test_stacked_scopes_end_at_the_totals(inventory):
    """The last stack ends at both totals of the table."""
    ax = figures.plot_scopes(inventory)
    table = tables.scopes_table(inventory)

    ends = [bar.get_x() + bar.get_width() for bar in ax.containers[-1]]
    np.testing.assert_allclose(ends, table.loc[table["scope"] == "total", "co2e_t"], rtol=1e-12)


def test_two_bars_of_one_name_are_two_bars(make):
    """Suppliers whose names are cut to the same text keep a bar each, with its own number."""
    table = pd.DataFrame({"supplier": ["a" * 90 + "b", "a" * 90 + "c"], "co2e_t": [3.0, 1.0]})
    ax = figures.plot_suppliers(table)

    assert [bar.get_width() for bar in ax.containers[0]] == [3.0, 1.0]
