"""Figures draw their table and nothing else, leave no trace, and read in grey and with colour blindness."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import colors
from matplotlib import pyplot as plt

from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.figures import catalogue as figures
from carbon.reports.figures import theme
from carbon.reports.page.svg import clean_svg
from carbon.reports.tables import catalogue as tables

PAIRS = [("plot_categories", "categories_table", "co2e_t"), ("plot_suppliers", "suppliers_table", "co2e_t"),
         ("plot_travel", "travel_table", "co2e_t")]


@pytest.fixture(autouse=True)
def agg():
    mpl.use("agg")
    yield
    plt.close("all")


@pytest.mark.parametrize(("plot", "table", "column"), PAIRS)
def test_bars_are_the_numbers_of_the_table(inventory, plot: str, table: str, column: str):
    """The widths of the bars equal the table's column."""
    numbers = getattr(tables, table)(inventory)[column].dropna()
    ax = getattr(figures, plot)(inventory)

    widths = [bar.get_width() for bar in ax.containers[0]]
    np.testing.assert_array_equal(widths, numbers)


def test_stacked_scopes_end_at_the_totals(inventory):
    """The last stack ends at both totals of the table."""
    ax = figures.plot_scopes(inventory)
    table = tables.scopes_table(inventory)

    ends = [bar.get_x() + bar.get_width() for bar in ax.containers[-1]]
    np.testing.assert_allclose(ends, table.loc[table["scope"] == "total", "co2e_t"], rtol=1e-12)


def test_a_trajectory_draws_history_pathway_and_fan(inventory, history_of):
    """Each line holds its column of the table."""
    table = AnnualReport(inventory, history_of(inventory)).trajectory().table
    ax = figures.plot_trajectory(table)

    drawn = {tuple(map(tuple, line.get_xydata()[~np.isnan(line.get_ydata())])) for line in ax.lines}
    for column in ("pathway_t", "co2e_t"):
        assert tuple(map(tuple, table[["year", column]].dropna().to_numpy(dtype=float))) in drawn
    assert len(ax.collections) == 3


def test_axes_given_are_the_axes_returned(inventory):
    """`ax` is drawn into and returned."""
    _, ax = plt.subplots()

    assert figures.plot_scopes(inventory, ax) is ax


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
    assert shown is not None and drawn.count("<text") == shown.count("<text") > 5


def grey(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    rgb = np.array(colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    light, dark = sorted((grey(one), grey(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [tuple(theme.LIGHT.scopes.values()), theme.LIGHT.ordered])
def test_neighbouring_colours_differ_in_grey(palette: tuple[str, ...]):
    """Dark to light, so that a grey print and any colour blindness keep the order."""
    light = [grey(colour) for colour in palette]
    assert light == sorted(light)
    assert min(contrast(a, b) for a, b in itertools.pairwise(palette)) > 1.25


def test_text_has_enough_contrast_on_white():
    """WCAG AA asks for 4.5."""
    assert min(contrast(colour, "#ffffff") for colour in (theme.INK, theme.MUTED)) >= 4.5


def test_marks_are_seen_on_a_dark_ground():
    """WCAG asks 3 of what carries a meaning; what is left over only has to differ from the ground."""
    dark = theme.DARK
    assert min(contrast(colour, "black") for colour in (*dark.ordered, dark.pathway)) >= 3
    assert contrast(dark.pale, "black") > 1.5


@pytest.mark.parametrize(("ground", "look"), [("default", theme.LIGHT), ("dark_background", theme.DARK)])
def test_a_notebooks_figure_is_in_the_analysts_theme(inventory, ground: str, look: theme.Look):
    """Its text, ground and grid are those of the theme, and the colours with a meaning are seen on it."""
    with plt.style.context(ground):
        ax = figures.plot_scopes(inventory)
        texts = {*ax.get_yticklabels(), *ax.get_xticklabels(), *ax.texts, *ax.get_legend().get_texts()}

        assert {colors.to_hex(text.get_color()) for text in texts} == {colors.to_hex(mpl.rcParams["text.color"])}
        assert ax.get_facecolor() == colors.to_rgba(mpl.rcParams["axes.facecolor"])
        assert {line.get_color() for line in ax.get_xgridlines()} == {mpl.rcParams["grid.color"]}
        assert ax.patches[0].get_facecolor() == colors.to_rgba(look.actual)


def test_two_bars_of_one_name_are_two_bars(make):
    """Suppliers whose names are cut to the same text keep a bar each, with its own number."""
    table = pd.DataFrame({"supplier": ["a" * 90 + "b", "a" * 90 + "c"], "co2e_t": [3.0, 1.0]})
    ax = figures.plot_suppliers(table)

    assert [bar.get_width() for bar in ax.containers[0]] == [3.0, 1.0]


def test_another_process_gives_the_same_bytes():
    """With another seed of hashes too."""
    code = ("import hashlib, pandas as pd\nfrom carbon.reports.figures import theme, catalogue as figures\n"
            "with theme.style():\n    figure, ax = theme.page_figure(height=2.0)\n"
            "    figures.plot_suppliers(pd.DataFrame({'supplier': ['a', 'b'], 'co2e_t': [2.0, 1.0]}), ax)\n"
            "    print(hashlib.sha256(theme.svg(figure).encode()).hexdigest())\n")
    fonts = {"MPLCONFIGDIR": mpl.get_configdir()}
    printed = {subprocess.run([sys.executable, "-c", code], env=os.environ | fonts | {"PYTHONHASHSEED": seed},
                              capture_output=True, text=True, check=True).stdout for seed in ("1", "2")}
    assert len(printed) == 1
