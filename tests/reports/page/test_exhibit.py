"""An exhibit in a page."""

from __future__ import annotations

import pytest

from carbon.reports.tables import catalogue as tables


def test_every_figure_has_words_and_an_id(report, page_of, page):
    """A picture has an alternative text and shows the command that leads to what it stands on."""
    html = page_of(report)
    found = page(html)

    assert len(found.images) == 2 * 11  # wide and narrow
    assert all(len(image["alt"] or "") > 20 for image in found.images)
    for name in ("scopes", "trajectory", "suppliers", "travel", "coverage"):
        assert f"carbon explain atelier-exemple/2024/chart/{name}<" in html


def test_numbers_are_read_back_exactly(report, page_of, page):
    """The totals in the page are the totals of the tables, in every place where they stand."""
    figures = page(page_of(report)).figures
    table = tables.scopes_table(report.inventory).set_index("figure_id")["co2e_t"]

    for name in ("total-location", "total-market"):
        key = f"atelier-exemple/2024/{name}"
        assert figures[key] == pytest.approx([table[key]] * len(figures[key]), rel=1e-14)
        assert len(figures[key]) >= 1
