"""Figures of pivots: what is drawn is what the pivot holds, in the reader's language."""

import matplotlib.colors
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from carbon.core.errors import UsageError
from carbon.reports.figures import catalogue as figures

pytestmark = pytest.mark.usefixtures("agg")
FACTS = {"company": "acme", "year": 2024, "scope2_method": "market-based", "values": "co2e_t"}


def pivot(values, index, columns):
    table = pd.DataFrame(values, index=index, columns=columns)
    table.attrs = dict(FACTS)
    return table


def test_a_heatmap_holds_the_cells_without_totals():
    """A cell without rows is empty; months, categories and the title are in the reader's language."""
    table = pivot([[1.0, np.nan, 1.0], [2.0, 4.0, 6.0], [3.0, 4.0, 7.0]],
                  pd.Index(["Capital goods", "Business travel", "total"], name="category_name"),
                  pd.Index(["2024-01", "2024-02", "total"], name="month"))
    ax = figures.plot_heatmap(table, words="fr", vmax=9)
    mesh = ax.collections[0]
    np.testing.assert_array_equal(mesh.get_array().filled(np.nan).reshape(2, 2), [[1.0, np.nan], [2.0, 4.0]])
    assert mesh.get_clim()[1] == 9  # keywords reach the drawing call
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Immobilisations de biens", "Déplacements professionnels"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["janv.", "févr."]
    assert ax.get_title() == "acme 2024, méthode fondée sur le marché"


def test_a_pareto_chart_cumulates_shares_of_the_whole_total():
    """Also of what is not listed: 6 and 3 of 10; "others" is no bar."""
    table = pivot([[6.0], [3.0], [1.0], [10.0]], pd.Index(["(no supplier)", "b", "others", "total"], name="supplier"),
                  ["co2e_t"])
    ax = figures.plot_pareto(table, title="Mine", color="#ff0000")
    assert [bar.get_width() for bar in ax.patches] == [6.0, 3.0]
    assert matplotlib.colors.to_hex(ax.patches[0].get_facecolor()) == "#ff0000" and ax.get_title() == "Mine"
    assert [t.get_text() for t in ax.get_yticklabels()] == ["not stated", "b"]
    assert [t.get_text().split()[-1] for t in ax.texts] == ["(60%)", "(90%)"]


def test_a_slope_joins_the_two_years_asked_for():
    """The last two without them; a year without rows is named with those there are."""
    table = pivot([[1.0, 2.0, 4.0, 7.0], [3.0, 5.0, np.nan, 8.0], [4.0, 7.0, 4.0, 15.0]],
                  pd.Index(["1", "3", "total"], name="scope"), pd.Index([2022, 2023, 2024, "total"], name="year"))
    ax = figures.plot_slope(table, by="scope", years=[2022, 2024])
    assert {tuple(np.nan_to_num(line.get_ydata())) for line in ax.lines} == {(1.0, 4.0), (3.0, 0.0)}
    assert ax.get_title() == "acme 2022–2024, market-based"
    last = figures.plot_slope(table, by="scope")
    assert [t.get_text() for t in last.get_xticklabels()] == ["2023", "2024"]
    with pytest.raises(UsageError, match=r"\[2022, 2023, 2024\]"):
        figures.plot_slope(table, years=[2019, 2024])


def test_a_slope_is_coloured_by_a_second_column():
    """A line for each pair of words, in the colour of the second, which the legend names; two lines of a word too."""
    index = pd.MultiIndex.from_tuples([("a", "1"), ("b", "3"), ("a", "3"), ("total", "")], names=["supplier", "scope"])
    table = pivot([[1.0, 2.0], [3.0, 5.0], [2.0, 2.0], [6.0, 9.0]], index, pd.Index([2023, 2024], name="year"))
    table["total"] = table.sum(axis=1)
    ax = figures.plot_slope(table, by="supplier", hue="scope")
    assert [line.get_color() == ax.lines[0].get_color() for line in ax.lines] == [True, False, True]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["Scope 3", "Scope 1"]
    assert [t.get_text().split("  ")[1] for t in ax.texts[3:]] == ["b", "a, Scope 1", "a, Scope 3"]


def test_bars_are_divided_by_a_second_column():
    """Each word in its colour, beyond the six largest one part; the unit is that of axis and numbers."""
    table = pivot([[1.0, np.nan, 1.0], [2.0, 4.0, 6.0], [3.0, 4.0, 7.0]], pd.Index(["b", "a", "total"], name="site"),
                  pd.Index(["1", "3", "total"], name="scope"))
    ax = figures.plot_bars(table, unit="kg")
    assert [bar.get_width() for bar in ax.patches] == [1000.0, 2000.0, 0.0, 4000.0]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["Scope 1", "Scope 3"]
    assert [t.get_text() for t in ax.texts] == ["1,000 kg", "6,000 kg"] and ax.get_xlabel() == "kg CO₂e"
    many = pivot([[1.0] * 9 + [9.0], [1.0] * 9 + [9.0]], pd.Index(["b", "total"], name="site"),
                 pd.Index([*"abcdefghi", "total"], name="supplier"))
    ax = figures.plot_bars(many, palette={"a": "#ff0000"}, unit="%")
    assert [round(bar.get_width() * 9) for bar in ax.patches] == [1] * 6 + [3]
    assert matplotlib.colors.to_hex(ax.patches[0].get_facecolor()) == "#ff0000"
    with pytest.raises(UsageError, match="t, kg, %"):
        figures.plot_bars(table, unit="tonne")


def test_years_that_are_only_reported_are_hatched():
    """Side by side in their order; what was not computed here looks different in a grey print too."""

    class History:
        def pivot(self, rows, columns, *, top):
            return pivot([[1.0], [2.0], [3.0]], pd.Index([2020, 2021, "total"], name="year"), ["co2e_t"])

        def status(self):
            return pd.Series({2020: "reported", 2021: "computed"})

    ax = figures.plot_bars(History(), by="year")
    assert [(bar.get_height(), bar.get_hatch()) for bar in ax.patches] == [(1.0, "////"), (2.0, "")]
    assert ax.get_xlabel() == "hatched: reported earlier"


def test_multiples_have_the_same_words_at_the_same_height():
    """Of two companies: shares of each one's own total, one axis, the largest anywhere first."""
    first = pivot([[1.0], [9.0], [10.0]], pd.Index(["a", "b", "total"], name="site"), ["co2e_t"])
    second = pivot([[50.0], [50.0], [100.0]], pd.Index(["c", "a", "total"], name="site"), ["co2e_t"])
    panels = figures.plot_multiples([first, second], by="site").figure.axes[1:]
    assert [t.get_text() for t in panels[0].get_yticklabels()] == ["b", "a", "c"]
    assert [[bar.get_width() for bar in panel.patches] for panel in panels] == [[0.9, 0.1, 0.0], [0.0, 0.5, 0.5]]
    assert panels[0].get_xlim() == panels[1].get_xlim()


def test_multiples_keep_what_is_beyond_the_largest_words():
    """Three words on one line of its own and one of all others: each panel still holds its whole total."""
    table = pivot([[1.0], [3.0], [6.0], [10.0]], pd.Index(["a", "b", "c", "total"], name="site"), ["co2e_t"])
    whole = pivot([[5.0], [5.0]], pd.Index(["c", "total"], name="site"), ["co2e_t"])
    panels = figures.plot_multiples([table, whole], by="site", top=1, unit="t").figure.axes[1:]
    assert [t.get_text() for t in panels[0].get_yticklabels()] == ["c", "all others"]
    assert [[bar.get_width() for bar in panel.patches] for panel in panels] == [[6.0, 4.0], [5.0, 0.0]]


def test_an_object_is_asked_for_its_pivot():
    """The method has no default: without it the call names both."""

    class Asked:
        def pivot(self, rows, columns, *, top, **method):
            assert method == {"scope2_method": "market-based"} and top == 2
            return pivot([[1.0], [1.0]], pd.Index(["b", "total"], name=rows), ["co2e_t"])

    _, ax = plt.subplots()
    assert figures.plot_pareto(Asked(), ax, scope2_method="market-based", top=2) is ax
