"""Figures of a fleet of devices."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex

from carbon.reports.figures import digital as fleet_figures
from carbon.reports.tables import fleet as fleet_tables
from carbon.reports.words.language import Words

pytestmark = pytest.mark.usefixtures("closed")


def test_age_pyramid_shows_every_device_in_stock(fleet):
    """The bars, "no date" among them, sum to the exact count."""
    ax = fleet_figures.plot_age_pyramid(fleet)
    assert sum(patch.get_width() for patch in ax.patches) == fleet.figure("devices in stock")
    table = fleet_tables.age_pyramid_table(fleet)
    assert table.drop(columns="age").to_numpy().sum() == fleet.figure("devices in stock")
    assert table["age"].tolist()[-1] == "no purchase date"


def test_a_category_has_one_colour_in_every_figure(fleet):
    """Ages, quarters and longer lives: a laptop is the same colour, and no other category has it."""
    drawn = (fleet_figures.plot_age_pyramid(fleet), fleet_figures.plot_quarters(fleet, "01-01"),
             fleet_figures.plot_longer(fleet))
    colours = [{c.get_label(): to_hex(c.patches[0].get_facecolor()) for c in ax.containers} for ax in drawn]
    assert all(of["laptop"] == colours[0]["laptop"] for of in colours)
    assert all(len(set(of.values())) == len(of) for of in colours)


def test_quarters_and_exits_draw_their_tables(fleet):
    """The bars sum to the devices bought in three years, and to those that left in the year."""
    quarters = fleet_tables.purchases_by_quarter(fleet, "01-01")
    ax = fleet_figures.plot_quarters(fleet, "01-01", words=Words("fr"))
    assert sum(patch.get_height() for patch in ax.patches) == quarters["units"].sum() > 0
    assert [t.get_text() for t in ax.get_xticklabels()][-1] == f"{fleet.year}\nT4"
    ax = fleet_figures.plot_exits(fleet)
    assert sum(patch.get_width() for patch in ax.patches) == fleet.figure("retired")
