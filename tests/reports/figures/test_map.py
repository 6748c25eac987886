"""The map: arcs between the ends of routes, sites as points, what has no place in words."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from carbon.reports.figures.catalogue import plot_map
from carbon.reports.figures.map import _arc, coastline

pytestmark = pytest.mark.usefixtures("agg")
LINES = [("flight", "Tokyo – San Francisco", 35.7, 139.7, 37.8, -122.4, 9.0, ""),
         ("flight", "X – Y", np.nan, np.nan, np.nan, np.nan, 1.0, "no airport"),
         ("site", "lyon", 45.75, 4.85, np.nan, np.nan, 4.0, "")]


def table():
    columns = ["what", "name", "latitude", "longitude", "to_latitude", "to_longitude", "co2e_t", "reason"]
    return pd.DataFrame(LINES, columns=columns)


def test_what_has_a_place_is_drawn_and_what_has_none_is_named():
    """One arc, one point; a route without a place is under the map, and in no sum of the legend."""
    ax = plot_map(table(), lw=3)
    assert len(ax.lines) == 1 and ax.lines[0].get_linewidth() == 3
    assert ax.collections[-1].get_offsets().tolist() == [[4.85, 45.75]]
    assert ax.texts[0].get_text() == "Not on the map, without a known place: X – Y."
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["flights (routes: 1), 9 t", "sites (1), 4 t"]


def test_an_arc_is_a_great_circle_and_breaks_at_the_180th_meridian():
    """Over the Pacific northwards of both ends; along the equator it stays there; to itself it is a point."""
    over = _arc(139.7, 35.7, -122.4, 37.8)
    assert np.nanmax(over[:, 1]) > 45 and np.isnan(over).any(axis=1).sum() == 1
    np.testing.assert_allclose(_arc(0, 0, 90, 0)[[0, -1]], [[0, 0], [90, 0]], atol=1e-9)
    assert np.ptp(_arc(5, 45, 5, 45)) == pytest.approx(40)


def test_the_coastline_holds_the_continents():
    """Rings are closed and cross no half of the globe in a step; the area of all land is that of the earth's."""
    rings = coastline()
    assert all((ring[0] == ring[-1]).all() or np.ptp(ring[:, 0]) > 350 for ring in rings)
    assert max(np.abs(np.diff(ring[:, 0])).max() for ring in rings if np.ptp(ring[:, 0]) < 350) < 90
    _, ax = plt.subplots()
    plot_map(table().head(0), ax)
    assert len(ax.patches) == len(rings) > 100


def test_flights_have_the_colour_of_a_second_column_and_smaller_ones_are_counted():
    """A colour and an entry a cabin; what `top` leaves out is under the map with its tonnes, in no entry."""
    flight = ("flight", "A – B", 45.0, 5.0, 50.0, 8.0)
    lines = pd.DataFrame([(*flight, 9.0, "", "business"), (*flight, 5.0, "", "economy"), (*flight, 1.0, "", "economy")],
                         columns=[*table().columns, "hue"])
    ax = plot_map(lines, hue="cabin", top=2, palette=["#ff0000", "#0000ff"])
    assert [line.get_color() for line in ax.lines] == [(1.0, 0.0, 0.0), (0.0, 0.0, 1.0)]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["business, 9 t", "economy, 5 t"]
    assert ax.texts[0].get_text() == "Smaller flights that are not drawn: 1, 1 t."
