"""Figures draw their table and nothing else, leave no trace, and read in grey and with colour blindness."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from carbon.core.errors import UsageError
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.figures import catalogue as figures
from carbon.reports.figures import theme
from carbon.reports.page.svg import clean_svg

pytestmark = pytest.mark.usefixtures("agg")


def test_a_public_figure_takes_a_title_and_colours():
    """Also those whose own code has none; the colours hold for that figure alone, and a wrong name is answered."""
    table = pd.DataFrame({"year": [2024, 2025], "baseline_t": [2.0, 2.0], "plan_t": [2.0, 1.0], "limit_t": [2.0, 1.0],
                          "gap_t": [0.0, 0.0], "led": [0.0, 1.0]})
    _, ax = plt.subplots()
    assert figures.plot_wedges(table, ax, title="Mine", palette=["#ff0000", "#00ff00"]) is ax
    assert ax.get_title() == "Mine" and to_hex(ax.collections[0].get_facecolor()) == "#ff0000"
    assert to_hex(figures.plot_wedges(table).collections[0].get_facecolor()) == theme.LIGHT.ordered[0]
    with pytest.raises(UsageError, match="did you mean `palette`"):
        figures.plot_wedges(table, pallete="x")


def test_a_figure_of_an_earlier_version_answers_with_what_to_write():
    """Each name of decision 0058 that is gone names its place taker; another wrong name the nearest one."""
    page = next(Path(__file__).parents[3].glob("docs/decisions/0058-*.md")).read_text(encoding="utf-8")
    gone = {name for line in page.splitlines() if line.startswith("| `plot_")
            for name in re.findall(r"`(plot_\w+)`", line.split("|")[1])}
    assert len(gone) == 14
    for name in gone:
        with pytest.raises(AttributeError, match=f"{name} is gone; write (plot_|its table)"):
            getattr(figures, name)
    with pytest.raises(AttributeError, match="did you mean plot_bars"):
        figures.plot_barz  # noqa: B018  (asked for, not called)


def test_no_setting_stays_behind(inventory, history_of):
    """Drawing changes no global setting, and a report leaves no open figure."""
    before, opened = dict(mpl.rcParams), plt.get_fignums()
    report = AnnualReport(inventory, history_of(inventory))
    report.scopes()
    report.trajectory()

    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == opened


def test_the_same_figure_has_the_same_bytes(make, history_of):
    """Two reports of the same company give the same pictures, in an analyst's own style or not."""
    first = make()
    pictures = [AnnualReport(first, history_of(first)).scopes().svg]
    mine = {"font.size": 30, "axes.facecolor": "black", "savefig.dpi": 20, "lines.linewidth": 9, "svg.fonttype": "path"}
    with mpl.rc_context(mine):
        second = make()
        pictures.append(AnnualReport(second, history_of(second)).scopes().svg)

    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("name", ["$\\frac{1}{0}$", "_hidden", "a\nb", "\u202etxt", "x" * 400, "中文", "<b>&amp;"])
@pytest.mark.filterwarnings("error")
def test_names_of_a_company_cannot_break_a_figure(make, history_of, name: str):
    """Mathematics, line breaks, long names and other scripts in a supplier's name are drawn as text, without a
    warning.
    """
    inventory = make(lambda a: a.assign(supplier=a["supplier"].where(a["supplier"] == "", name)))

    drawn = AnnualReport(inventory, history_of(inventory)).suppliers().svg
    shown = clean_svg(drawn, "alt", "a-")
    assert shown is not None and drawn.count("<text") == shown.count("<text") >= 2
