"""Figures that compare companies."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot as plt

from carbon import factors
from carbon.reports.figures import catalogue as figures
from carbon.reports.tables import catalogue as tables

pytestmark = pytest.mark.usefixtures("agg")


@pytest.fixture(scope="module")
def inventory(studio):
    return studio


def test_figures_draw_their_table(inventory, other):
    """Bars per employee end at the table's figure, profiles at 100 %, lines hold their column."""
    table = tables.companies_table([inventory, other], scope2_method="location-based")
    ax = figures.plot_companies(table)
    ends = [bar.get_x() + bar.get_width() for bar in ax.containers[-1]]
    np.testing.assert_allclose(ends, table["per_employee_t"], rtol=1e-12)

    ax = figures.plot_profiles(tables.profiles_table([inventory, other], scope2_method="location-based"))
    ends = [bar.get_x() + bar.get_width() for bar in ax.containers[-1]]
    np.testing.assert_allclose(ends, 1.0, rtol=1e-12)

    grid = tables.factors_by_region_table(factors.load("2026.1"), "electricity", ["PL", "FR"], unit="kWh",
                                          source_id="ember_owid_2026")
    _, given = plt.subplots()
    ax = figures.plot_factors_by_region(grid, given, unit="kWh")
    assert ax is given
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), grid["PL"])
