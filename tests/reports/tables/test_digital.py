"""Tables of responsible digital."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.digital.company import company_service, company_travel_policy
from carbon.records.params.project import Project
from carbon.reports.figures import digital as digital_figures
from carbon.reports.tables import digital as digital_tables

pytestmark = pytest.mark.usefixtures("closed")

PROJECT = Project(Path(__file__).resolve().parents[3])


def test_fleet_table_keeps_counts_exact_and_views_apart(fleet):
    """Each view in its own column, in words of two significant digits."""
    table = digital_tables.fleet_table(fleet).set_index("category")
    assert table.loc["all", "stock"] == fleet.figure("devices in stock")
    assert table.loc["all", "spread over life"].startswith("about ") and "spread over life" in table.columns
    assert table.loc["all", "spread over life"] != table.loc["all", "in the year of purchase"]


def test_levers_and_thresholds_have_their_tables():
    """Small levers are one line; the curve is drawn as tabled."""
    own = company_service("nuage-logiciels", hosts=["DE"], project=PROJECT)
    assert digital_tables.levers_table(own)["lever"].str.endswith("under 1% each").sum() == 1
    policy = company_travel_policy("petit-studio", 2025, project=PROJECT)
    ax = digital_figures.plot_thresholds(policy)
    assert ax.lines[0].get_ydata().tolist() == digital_tables.thresholds_table(policy)["avoided_t"].tolist()
