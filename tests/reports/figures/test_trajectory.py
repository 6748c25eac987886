"""Figures over several years."""

from __future__ import annotations

import numpy as np
import pytest

from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.figures import catalogue as figures

pytestmark = pytest.mark.usefixtures("agg")


def test_a_trajectory_draws_history_pathway_and_fan(inventory, history_of):
    """Each line holds its column of the table."""
    table = AnnualReport(inventory, history_of(inventory)).trajectory().table
    ax = figures.plot_trajectory(table)

    drawn = {tuple(map(tuple, line.get_xydata()[~np.isnan(line.get_ydata())])) for line in ax.lines}
    for column in ("pathway_t", "co2e_t"):
        assert tuple(map(tuple, table[["year", column]].dropna().to_numpy(dtype=float))) in drawn
    assert len(ax.collections) == 3
