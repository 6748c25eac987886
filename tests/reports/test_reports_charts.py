"""Each chart of the annual report has an id that `carbon explain` knows."""

from __future__ import annotations

from carbon.reports.exhibits.annual import SHEETS
from carbon.reports.page.html_table import html_table
from carbon.reports.words.cells import cells_of
from carbon.runs.review.explain import charts


def test_every_chart_of_the_report_has_its_line(report):
    """An exhibit that draws a picture has its id `chart/<name>` and an explanation of what it is based on."""
    drawn = {name: getattr(report, name)() for name in SHEETS}
    ids = {name: e.figure_id for name, e in drawn.items() if e.draw is not None}
    assert ids == {name: f"atelier-exemple/2024/chart/{name}" for name in ids}
    assert set(ids) <= set(charts()) and len(ids) >= 9
    html = str(html_table(cells_of(drawn["scopes"].table), report.words, caption="c", digits=1, figure=ids["scopes"]))
    assert 'data-figure-id="atelier-exemple/2024/chart/scopes"' in html
