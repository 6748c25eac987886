"""Figures in a page, alone, in 3 x 2 inches and four to a figure: no text is cut off and none lies on another."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any
from unittest import mock

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from carbon.levers.company import plan
from carbon.reports.figures import catalogue as figures
from carbon.reports.figures import fitting, theme
from carbon.reports.figures import plan as plan_figures
from carbon.reports.tables import plan as plan_tables
from carbon.reports.words.language import Words

pytestmark = pytest.mark.usefixtures("agg")

HOSTILE = ["a$b$c", "中文", "شركة المثال", "e\u0301te\u0301", "W" * 400, "x\ny",
           "Société de services et associés du très long nom"]
LONG = "growth with the number of employees and other very long words"
Plot = Callable[..., Any]


def suppliers(names: list[str], tonnes: Any) -> pd.DataFrame:
    amounts = np.asarray(tonnes, dtype=float)
    return pd.DataFrame({"co2e_t": [*amounts, amounts.sum()]}, index=pd.Index([*names, "total"], name="supplier"))


def by_year(years: range) -> pd.DataFrame:
    rows = [[10_000.0 * (y % 7 + 1)] * 3 for y in years]
    table = pd.DataFrame(rows, index=pd.Index(years, name="year"), columns=pd.Index(list("123"), name="scope"))
    table.loc["total"] = table.sum()
    return table.assign(total=table.sum(axis=1)).rename_axis(columns="scope")


def waterfall(step: str) -> pd.DataFrame:
    rows = [(f"2023 {step}", 7521.0, np.nan), (step, 7530.6, 9.6), (f"{step} {step}", 7506.0, -24.6),
            (f"2024 {step}", 7506.0, np.nan)]
    return pd.DataFrame(rows, columns=["step", "co2e_t", "change_t"])


def trajectory(*targets: str) -> pd.DataFrame:
    years = np.arange(2015, 2031)
    known, fitted = years <= 2024, years > 2024
    tonnes = 123_456.0 - 1_000 * (years - 2015)
    marks = ["exceptional_year; contract_begins" if y == 2020 else "break; contract_ends" if y == 2022 else
             "target_year" if y == 2030 else "" for y in years]
    table = pd.DataFrame({"year": years, "co2e_t": np.where(known, tonnes, np.nan), "pathway_t": tonnes,
                          "status": np.where(years < 2022, "reported", "computed"), "mark": marks,
                          "median_t": np.where(fitted, tonnes, np.nan)})
    for level, share in ((95, 0.3), (80, 0.2), (50, 0.1)):
        table[f"low_{level}_t"], table[f"high_{level}_t"] = tonnes * (1 - share), tonnes * (1 + share)
    return pd.concat([table.assign(target=target) for target in targets], ignore_index=True)


def on_a_page(plot: Plot, table: Any, height: float = theme.HEIGHT, language: str = "fr") -> Figure:
    with theme.style():
        figure, ax = theme.page_figure(height=height)
        plot(table, ax, words=Words(language))
    return figure


def written(figure: Figure) -> list[tuple[str, Any]]:
    """Each text that is drawn, and the box around it."""
    found: list[tuple[str, Any]] = []
    own = Text.draw

    def noted(self: Text, renderer: Any) -> None:
        if self.get_visible() and self.get_text().strip():
            found.append((self.get_text(), self.get_window_extent(renderer)))
        own(self, renderer)

    with mock.patch.object(Text, "draw", noted):
        FigureCanvasAgg(figure).draw()
    return found


def faults(figure: Figure) -> list[Any]:
    """Texts that leave the figure, and pairs that lie on each other (two pixels of rounding are none)."""
    texts, page = written(figure), figure.bbox
    assert len(texts) > 3
    outside = [name for name, box in texts
               if box.x0 < -2 or box.y0 < -2 or box.x1 > page.x1 + 2 or box.y1 > page.y1 + 2]
    crossing = [(a[0], b[0]) for a, b in itertools.combinations(texts, 2)
                if min(a[1].x1, b[1].x1) - max(a[1].x0, b[1].x0) > 2
                and min(a[1].y1, b[1].y1) - max(a[1].y0, b[1].y0) > 2]
    return [*outside, *crossing]


CASES: dict[str, tuple[Plot, Any, float]] = {
    "names of any kind": (figures.plot_bars, suppliers(HOSTILE, [1e6, -3.5e5, 6e5, 5e5, 4e5, 3e5, 0]), 3.84),
    "forty names": (figures.plot_bars, suppliers([f"{LONG} {i}" for i in range(40)], range(40, 0, -1)), 17.7),
    "one name": (figures.plot_bars, suppliers(["a"], [1234567.8]), 1.32),
    "only below zero": (figures.plot_bars, suppliers(["a", "b"], [-30000.0, -4.0]), 1.74),
    "long steps": (figures.plot_bridge, waterfall(LONG[:34]), 3.0),
    "forty years": (figures.plot_bars, by_year(range(1980, 2021)), 4.0),
    "one year": (figures.plot_bars, by_year(range(2020, 2021)), 4.0),
    "one target": (figures.plot_trajectory, trajectory("Scopes 1 et 2"), 4.4),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore:Glyph:UserWarning", "ignore:Matplotlib currently does not support")
def test_no_text_is_cut_off_or_lies_on_another(case: str, language: str):
    """Long and short names, one and forty of them, large numbers, long titles: every text is on the page and free."""
    plot, table, height = CASES[case]

    assert faults(on_a_page(plot, table, height, language)) == []


SMALL = ("suppliers", "bridge", "scopes_by_year", "trajectory", "multiples", "wedges", "cost_curve", "calendar",
         "tornado", "slope", "heatmap", "icicle", "breaches", "slope_hue")


def small(plot: Plot) -> Figure:
    figure, ax = plt.subplots(figsize=(3, 2), layout="constrained")
    assert plot(ax=ax) is not None
    return figure


def in_four(plots: Sequence[Plot]) -> Figure:
    figure, axes = plt.subplots(2, 2, figsize=(7.4, 5.6), layout="constrained")
    for ax, plot in zip(axes.flat, plots, strict=False):
        plot(ax=ax)
    return figure


def by_two(rows: Sequence[Any], columns: Sequence[Any], name: str) -> pd.DataFrame:
    """A pivot of categories by a second column, each a tenth of the one before, so that the last are close."""
    values = np.outer(1e4 * 0.3 ** np.arange(len(rows)), np.linspace(1.0, 0.8, len(columns)))
    table = pd.DataFrame(values, index=pd.Index(rows, name="category_name"), columns=pd.Index(columns, name=name))
    table.loc["total"] = table.sum()
    return table.assign(total=table.sum(axis=1)).rename_axis(columns=name)


def by_scope() -> pd.DataFrame:
    """A pivot of two years by category and scope; scopes 1 and 2 have no category."""
    keys = [("(no category)", "1"), ("(no category)", "2"), *((f"{LONG} {i}", "3") for i in range(6))]
    values = np.outer(1e4 * 0.3 ** np.arange(len(keys)), [1.0, 0.8])
    index = pd.MultiIndex.from_tuples([*keys, ("total", "")], names=["category_name", "scope"])
    table = pd.DataFrame([*values, values.sum(axis=0)], index=index, columns=pd.Index([2023, 2024], name="year"))
    return table.assign(total=table.sum(axis=1)).rename_axis(columns="year")


def breaches() -> pd.DataFrame:
    lines = [("Energy, lyon · Natural gas · meter PCE-0001", "amount", 2.1e7, "kWh", 2.4e4, 1.4e4, 4.5e4),
             ("Purchases, account 604000", "amount", -1.2e5, "EUR", 1.1e5, 6.4e4, 2.0e5),
             ("Travel, Rail · Lyon · Lille", "share of repeated amounts", 50.0, "%", 0.0, 0.0, 1.0)]
    return pd.DataFrame([lines[i % 3] for i in range(5)],
                        columns=["subject", "measure", "measured", "unit", "expected", "low", "high"])


def nested() -> pd.DataFrame:
    """A pivot by scope, category and supplier: a few large parts, and many that have no room."""
    keys = [("3", f"{LONG} {i}", f"supplier {j} of a long name") for i in range(3) for j in range(8)]
    index = pd.MultiIndex.from_tuples([*keys, ("total", "", "")], names=["scope", "category_name", "supplier"])
    amounts = 0.5 ** np.arange(len(keys))
    return pd.DataFrame({"co2e_t": [*amounts, amounts.sum()]}, index=index)


@cache
def plotted() -> dict[str, Plot]:
    made = plan("nuage-logiciels")
    companies = [suppliers([LONG, "b", "c"], [1.0, 2.0, 7.0]), suppliers(["b", "d"], [5.0, 1.0])]
    wedges = plan_tables.wedges_table(made, limit="scope-3", language="en")
    return {
        "suppliers": partial(figures.plot_bars, suppliers([f"{LONG} {i}" for i in range(10)], range(10, 0, -1))),
        "bridge": partial(figures.plot_bridge, waterfall("mix of suppliers and sites")),
        "scopes_by_year": partial(figures.plot_bars, by_year(range(2015, 2026))),
        "trajectory": partial(figures.plot_trajectory, trajectory("a")),
        "multiples": partial(figures.plot_multiples, companies, by="supplier"),
        "wedges": partial(figures.plot_wedges, wedges),
        "cost_curve": partial(figures.plot_cost_curve, plan_tables.cost_curve_table(made, language="en")),
        "calendar": partial(figures.plot_calendar, plan_tables.calendar_table(made, language="en"),
                            plan_tables.capex_table(made), currency="EUR"),
        "slope": partial(figures.plot_slope, by_two([f"{LONG} {i}" for i in range(8)], [2023, 2024], "year")),
        "heatmap": partial(figures.plot_heatmap, by_two([LONG, "b", "c"], [f"2024-{m:02}" for m in range(1, 13)],
                                                        "month")),
        "icicle": partial(figures.plot_icicle, nested()),
        "breaches": partial(figures.plot_breaches, breaches()),
        "slope_hue": partial(figures.plot_slope, by_scope(), hue="scope"),
        "tornado": partial(figures.plot_tornado, plan_tables.sensitivity_table(made, limit="scope-3", language="en")),
    }


@pytest.mark.parametrize("name", SMALL)
def test_a_figure_fits_into_small_axes(name: str):
    """In 3 x 2 inches, in seaborn's own theme: every text is whole and free."""
    with mpl.rc_context():
        sns.set_theme(style="whitegrid")
        assert faults(small(plotted()[name])) == []


@pytest.mark.parametrize("names", [SMALL[:4], SMALL[4:8], SMALL[8:12], SMALL[12:]])
def test_a_figure_fits_into_shared_axes(names: tuple[str, ...]):
    """Four to a figure, in seaborn's own theme: every text is whole and free."""
    with mpl.rc_context():
        sns.set_theme(style="whitegrid")
        assert faults(in_four([plotted()[name] for name in names])) == []


def test_no_line_of_a_grid_strikes_a_number_out():
    """Numbers next to bars are on the ground of the axes; a slope, whose lines have their numbers, has no grid."""
    ax = figures.plot_bars(suppliers(["a", "b"], [2.0, 1.0]))
    assert [note.get_bbox_patch().get_facecolor() for note in ax.texts] == [ax.get_facecolor()] * 2
    slope = plotted()["slope_hue"]()
    assert not any(line.get_visible() for line in [*slope.get_xgridlines(), *slope.get_ygridlines()])


def test_two_lines_of_a_word_have_names_of_their_own():
    """Scopes 1 and 2 have no category: their lines name the scope."""
    named = [text.get_text().replace("\n", " ") for text in plotted()["slope_hue"]().texts]
    assert [sum(f"scopes 1 and 2, Scope {scope}" in text for text in named) for scope in "12"] == [1, 1]


def test_stacks_have_room_above_them():
    """Also where the last part is empty."""
    index = pd.Index([2024, "total"], name="year")
    table = pd.DataFrame({"1": [7.0, 7.0], "2": [0.0, 0.0], "total": [7.0, 7.0]}, index=index)
    assert figures.plot_bars(table.rename_axis(columns="scope")).get_ylim()[1] > 7.0


def test_a_text_out_of_place_would_be_seen():
    """The look for faults finds a text beyond the edge and one on another."""
    figure = on_a_page(figures.plot_bars, suppliers(["a", "b"], [2.0, 1.0]), 1.7)
    assert faults(figure) == []
    for beside in (0.99, 0.5):
        out = figure.text(beside, 0.5, "beyond the edge, or on another text")
        out_twice = figure.text(beside, 0.5, "another")
        assert faults(figure)
        out.remove()
        out_twice.remove()


def test_numbers_stay_and_names_thin_out_where_there_is_no_room():
    """Of forty-one years some are written, and the bars of all are there."""
    ax = on_a_page(figures.plot_bars, by_year(range(1980, 2021))).axes[0]

    assert sum(len(container) for container in ax.containers) == 3 * 41
    assert 5 < len(ax.get_xticks()) < 25


def test_a_plan_is_drawn_with_all_its_levers_named():
    """Thirty levers on a page: each is in the legend, none on another."""
    wedges = plan_tables.wedges_table(plan("nuage-logiciels"), limit="scope-3", language="en")
    some = wedges.columns.difference(plan_figures.NUMBERS)[0]
    many = wedges.assign(**{f"lever number {i} of many": wedges[some] / 30 for i in range(20)})
    figure = on_a_page(figures.plot_wedges, many, 5.4)

    assert faults(figure) == []
    assert len(figure.axes[0].get_legend().get_texts()) >= len(many.columns) - len(plan_figures.NUMBERS) + 3


@pytest.mark.parametrize(("text", "letters", "shown"), [
    ("one two three", 99, "one two three"), ("one two three", 9, "one two\nthree"),
    ("one two three", 3, "one\ntwo\nthr\nee"),
    ("a\nb\u202ec", 9, "a b c"), ("W" * 9, 4, "WWWW\nWWWW\nW"), ("", 4, "")])
def test_a_text_is_whole(text: str, letters: int, shown: str):
    """In as many lines as it needs, divided between words, or within one that is longer than a line."""
    assert fitting.plain(text, letters) == shown
