"""Figures draw their table and nothing else, leave no trace, and read in grey and with colour blindness."""

from __future__ import annotations

import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import colors
from matplotlib import pyplot as plt

from carbon.reports import figures, tables, theme
from carbon.reports.annual import AnnualReport

PAIRS = [("plot_categories", "categories_table", "co2e_t"), ("plot_suppliers", "suppliers_table", "co2e_t"),
         ("plot_travel", "travel_table", "co2e_t")]


@pytest.fixture(autouse=True)
def agg():
    mpl.use("agg")
    yield
    plt.close("all")


@pytest.mark.parametrize(("plot", "table", "column"), PAIRS)
def test_bars_are_the_numbers_of_the_table(inventory, plot: str, table: str, column: str):
    """
    The widths of the bars equal the table's column.
    """
    numbers = getattr(tables, table)(inventory)[column].dropna()
    ax = getattr(figures, plot)(inventory)

    widths = [bar.get_width() for bar in ax.containers[0]]
    np.testing.assert_array_equal(widths, numbers)


def test_stacked_scopes_end_at_the_totals(inventory):
    """
    The last stack ends at both totals of the table.
    """
    ax = figures.plot_scopes(inventory)
    table = tables.scopes_table(inventory)

    ends = [bar.get_x() + bar.get_width() for bar in ax.containers[-1]]
    np.testing.assert_allclose(ends, table.loc[table["scope"] == "total", "co2e_t"], rtol=1e-12)


def test_a_trajectory_draws_history_pathway_and_fan(inventory, history_of):
    """
    Each line holds its column of the table.
    """
    table = AnnualReport(inventory, history_of(inventory)).trajectory().table
    ax = figures.plot_trajectory(table)

    drawn = {tuple(np.nan_to_num(line.get_ydata())) for line in ax.lines}
    for column in ("pathway_t", "co2e_t"):
        assert tuple(np.nan_to_num(table[column])) in drawn
    assert len(ax.collections) == 3


def test_axes_given_are_the_axes_returned(inventory):
    """
    `ax` is drawn into and returned.
    """
    _, ax = plt.subplots()

    assert figures.plot_scopes(inventory, ax) is ax


def test_no_setting_stays_behind(inventory, history_of):
    """
    Drawing changes no global setting, and a report leaves no open figure.
    """
    before, opened = dict(mpl.rcParams), plt.get_fignums()
    report = AnnualReport(inventory, history_of(inventory))
    report.scopes()
    report.trajectory()

    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == opened


def test_the_same_figure_has_the_same_bytes(make, history_of):
    """
    Two reports of the same company give the same pictures, in an analyst's own style or not.
    """
    first = make()
    pictures = [AnnualReport(first, history_of(first)).scopes().png]
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black", "savefig.dpi": 20}):
        second = make()
        pictures.append(AnnualReport(second, history_of(second)).scopes().png)

    assert pictures[0] == pictures[1]


@pytest.mark.parametrize("name", ["$\\frac{1}{0}$", "_hidden", "a\nb", "\u202etxt", "x" * 400, "中文", "<b>&amp;"])
@pytest.mark.filterwarnings("error")
def test_names_of_a_company_cannot_break_a_figure(make, history_of, name: str):
    """
    Mathematics, line breaks, long names and other scripts in a supplier's name are drawn as text, without a warning.
    """
    inventory = make(lambda a: a.assign(supplier=a["supplier"].where(a["supplier"] == "", name)))

    assert AnnualReport(inventory, history_of(inventory)).suppliers().png.startswith(b"\x89PNG")


def grey(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    rgb = np.array(colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    light, dark = sorted((grey(one), grey(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [tuple(theme.SCOPE_COLOURS.values()), theme.ORDERED])
def test_neighbouring_colours_differ_in_grey(palette: tuple[str, ...]):
    """
    Dark to light, so that a grey print and any colour blindness keep the order.
    """
    light = [grey(colour) for colour in palette]
    assert light == sorted(light)
    assert min(contrast(a, b) for a, b in itertools.pairwise(palette)) > 1.25


def test_text_has_enough_contrast_on_white():
    """
    WCAG AA asks for 4.5.
    """
    assert min(contrast(colour, "#ffffff") for colour in (theme.INK, theme.MUTED)) >= 4.5
