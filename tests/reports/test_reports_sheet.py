"""A sheet shows what any axes show, cuts no text off, lays none on another, and gives the same bytes each time."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from PIL import Image

from carbon.levers.company import plan
from carbon.reports import (
    bridge_figures,
    compare_figures,
    figures,
    lettering,
    picture,
    plan_figures,
    plan_tables,
    sheet_drawing,
    theme,
)
from carbon.reports.annual import AnnualReport
from carbon.reports.lettering import Letters
from carbon.reports.pen import Pen
from carbon.reports.sheet import Sheet
from carbon.reports.trajectory_exhibits import draw_panels
from carbon.reports.words import Words

PLOTTED = ("scopes", "categories", "scopes_by_year", "budget", "energy_by_month", "travel", "suppliers", "coverage")
HOSTILE = ["a$b$c", "中文", "شركة المثال", "e\u0301te\u0301", "W" * 400, "x\ny",
           "Société de services et associés du très long nom"]


@pytest.fixture(autouse=True)
def agg():
    mpl.use("agg")
    yield
    plt.close("all")


def suppliers(names: list[str], tonnes: Any) -> pd.DataFrame:
    return pd.DataFrame({"supplier": names, "co2e_t": np.asarray(tonnes, dtype=float)})


def by_year(years: range) -> pd.DataFrame:
    rows = [(y, s, 10_000.0 * (y % 7 + 1), "reported" if y < 2000 else "computed") for y in years for s in "123"]
    return pd.DataFrame(rows, columns=["year", "scope", "co2e_t", "status"])


def waterfall(step: str) -> pd.DataFrame:
    rows = [(f"2023 {step}", 7521.0, np.nan), (step, 7530.6, 9.6), (f"{step} {step}", 7506.0, -24.6),
            (f"2024 {step}", 7506.0, np.nan)]
    return pd.DataFrame(rows, columns=["step", "co2e_t", "change_t"])


def trajectory(*targets: str) -> pd.DataFrame:
    years = np.arange(2015, 2031)
    known, fitted = years <= 2024, years > 2024
    tonnes = 123_456.0 - 1_000 * (years - 2015)
    table = pd.DataFrame({"year": years, "co2e_t": np.where(known, tonnes, np.nan), "pathway_t": tonnes,
                          "status": np.where(years < 2022, "reported", "computed"),
                          "median_t": np.where(fitted, tonnes, np.nan)})
    for level, share in ((95, 0.3), (80, 0.2), (50, 0.1)):
        table[f"low_{level}_t"], table[f"high_{level}_t"] = tonnes * (1 - share), tonnes * (1 + share)
    return pd.concat([table.assign(target=target) for target in targets], ignore_index=True)


def drawn(plot: Callable[..., Any], table: Any, height: float = theme.HEIGHT, language: str = "fr") -> Sheet:
    with theme.style():
        sheet = theme.new_sheet(height=height)
        plot(table, sheet, words=Words(language))
    return sheet


def pixels(written: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(written)).convert("RGB"))


Bar = tuple[float, float, float, float, str, str]


def bars(ax: Any) -> list[Bar]:
    """Corners, colour and hatch of each bar, whether it is a patch of its own or part of a path."""
    found = []
    for patch in ax.patches:
        shape = patch.get_path().transformed(patch.get_patch_transform()) if isinstance(patch, Rectangle) else (
            patch.get_path())
        for corners in shape.vertices.reshape(-1, 5, 2)[:, :4]:
            edges = (*corners.min(axis=0), *corners.max(axis=0))
            found.append((*(float(round(v, 9)) for v in edges), to_hex(patch.get_facecolor()), patch.get_hatch() or ""))
    return sorted(found)


def compared(plot: Callable[..., Any], table: Any) -> None:
    """One figure in a sheet beside the same in matplotlib's own axes."""
    sheet = drawn(plot, table)
    with theme.style():
        _, ax = plt.subplots()
        plot(table, ax, words=Words("fr"))
    assert bars(sheet) == bars(ax)
    assert len(sheet.lines) == len(ax.lines)
    for own, other in zip(sheet.lines, ax.lines, strict=True):
        np.testing.assert_array_equal(own.get_xydata(), other.get_xydata())
    np.testing.assert_allclose([*sheet.get_xlim(), *sheet.get_ylim()], [*ax.get_xlim(), *ax.get_ylim()], rtol=1e-12)
    assert [[path.vertices.tolist() for path in areas.get_paths()] for areas in sheet.collections] == [
        [path.vertices.tolist() for path in areas.get_paths()] for areas in ax.collections]
    assert sorted(note.text for note in sheet.notes) == sorted(text.get_text() for text in ax.texts)
    legend = ax.get_legend()
    named = [handle.get_label() for handle in sheet.handles or ()]
    assert named == ([text.get_text() for text in legend.get_texts()] if legend else [])


@pytest.mark.parametrize("name", PLOTTED)
def test_a_sheet_shows_what_any_axes_show(report: AnnualReport, name: str):
    """
    The same bars, lines, limits, notes and legend as in the axes of a notebook: one figure, drawn in two places.
    """
    exhibit = getattr(report, name)()
    plot = {"scopes": figures.plot_scopes, "categories": figures.plot_categories, "budget": figures.plot_budget,
            "scopes_by_year": figures.plot_scopes_by_year, "energy_by_month": figures.plot_energy,
            "travel": figures.plot_travel, "suppliers": figures.plot_suppliers, "coverage": figures.plot_coverage}[name]
    assert len(exhibit.table)
    compared(plot, exhibit.table)


@pytest.mark.parametrize("tonnes", [[120.0, -35.5, 0.0], [-3.0, -10.0, -1.0], [0.0, 0.0, 0.0], [1e-7, 5e8, 1.0]])
def test_bars_below_and_at_zero_are_shown_as_any_axes_show_them(tonnes: list[float]):
    """
    Negative values, nothing but zeros, and very unlike sizes: the same limits and bars.
    """
    compared(figures.plot_suppliers, suppliers(["a", "b", "c"], tonnes))
    compared(figures.plot_bridge, waterfall("a"))


def test_lines_and_areas_are_shown_as_any_axes_show_them():
    """
    History, pathway and fan; and the wedges of a plan, whose legend stands on the right.
    """
    compared(figures.plot_trajectory, trajectory("a"))
    wedges = plan_tables.wedges_table(plan("nuage-logiciels"), limit="scope-3", language="fr")
    compared(figures.plot_wedges, wedges)
    assert drawn(figures.plot_wedges, wedges).beside


def test_an_annotation_that_is_no_note_is_matplotlibs():
    """
    Above a point, or with an arrow, it is drawn as on any axes.
    """
    with theme.style():
        sheet = theme.new_sheet()
        beside = {"xytext": (4, 0), "textcoords": "offset points", "va": "center", "fontsize": 9}
        sheet.annotate("a", (0, 0), **beside)
        sheet.annotate("b", (0, 0), **beside | {"xytext": (4, 4)})
        sheet.annotate("c", (0, 0), **beside | {"va": "top"})
        sheet.annotate("d", (0, 0), **beside, arrowprops={})
        theme.png(sheet)
    assert [note.text for note in sheet.notes] == ["a"]
    assert [text.get_text() for text in sheet.texts] == ["b", "c", "d"]


def test_bars_without_a_number_are_not_shown_in_either():
    """
    An inventory without employees has no bar, and the limits are those of the others.
    """
    table = pd.DataFrame({"company": ["a", "b"], "year": [2024, 2024], "employees": [10.0, np.nan],
                          "scope1_t": [1.0, 2.0], "scope2_t": [1.0, 2.0], "scope3_t": [5.0, 7.0]})
    sheet = drawn(compare_figures.plot_companies, table)
    with theme.style():
        ax = compare_figures.plot_companies(table)
    np.testing.assert_allclose([*sheet.get_xlim(), *sheet.get_ylim()], [*ax.get_xlim(), *ax.get_ylim()])
    assert theme.png(sheet)


Written = tuple[str, float, float, float, float]


def written(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> list[Written]:
    """Each text as it was drawn: left, upper, right and lower edge from the upper left corner of the picture."""
    found: list[Written] = []
    own = Letters.draw_text

    def noted(self: Letters, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, **rest: Any) -> None:
        width, height, descent = self.get_text_width_height_descent(s, prop, ismath=False)
        up = height - descent
        found.append((s, x - up, y - width, x + descent, y) if angle else (s, x, y - up, x + width, y + descent))
        own(self, gc, x, y, s, prop, angle, **rest)

    monkeypatch.setattr(Letters, "draw_text", noted)
    with theme.style():
        sheet_drawing.draw(sheet.page)
    return [text for text in found if text[0].strip()]


def faults(texts: list[Written], page: Any) -> list[Any]:
    """Texts that leave the page, and pairs that lie on each other (a pixel of rounding is none)."""
    outside = [t for t in texts if t[1] < -1 or t[2] < -1 or t[3] > page.width + 1 or t[4] > page.height + 1]
    crossing = [(a, b) for a, b in itertools.combinations(texts, 2)
                if min(a[3], b[3]) - max(a[1], b[1]) > 1 and min(a[4], b[4]) - max(a[2], b[2]) > 1]
    return [*outside, *crossing]


LONG = "growth with the number of employees and other very long words"
CASES: dict[str, tuple[Callable[..., Any], Any, float]] = {
    "names of any kind": (figures.plot_suppliers, suppliers(HOSTILE, [1e6, -3.5e5, 6e5, 5e5, 4e5, 3e5, 0]), 3.84),
    "forty names": (figures.plot_suppliers, suppliers([f"{LONG} {i}" for i in range(40)], range(40, 0, -1)), 17.7),
    "one name": (figures.plot_suppliers, suppliers(["a"], [1234567.8]), 1.32),
    "only below zero": (figures.plot_suppliers, suppliers(["a", "b"], [-30000.0, -4.0]), 1.74),
    "long steps": (figures.plot_bridge, waterfall(LONG[:34]), 3.0),
    "forty years": (figures.plot_scopes_by_year, by_year(range(1980, 2021)), 4.0),
    "one year": (figures.plot_scopes_by_year, by_year(range(2020, 2021)), 4.0),
    "three targets": (draw_panels, trajectory(LONG, "Scope 3, catégories 1 à 8", "c"), 4.4),
    "one target": (draw_panels, trajectory("Scopes 1 et 2"), 4.4),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore:Glyph:UserWarning")
def test_no_text_is_cut_off_or_lies_on_another(case: str, language: str, monkeypatch: pytest.MonkeyPatch):
    """
    Long and short names, one and forty of them, large numbers, long titles: every text is on the page and free.
    """
    plot, table, height = CASES[case]
    sheet = drawn(plot, table, height, language)
    texts = written(sheet, monkeypatch)

    assert len(texts) > 3
    assert faults(texts, sheet.page.bbox) == []


@pytest.mark.parametrize("name", [*PLOTTED, "trajectory"])
def test_no_text_of_a_report_is_cut_off(report: AnnualReport, name: str, monkeypatch: pytest.MonkeyPatch):
    """
    Each figure of the invented company.
    """
    found: list[list[Any]] = []
    own = theme.png

    def looked_at(sheet: Sheet) -> bytes:
        texts = written(sheet, monkeypatch)
        found.append([len(texts) > 3, faults(texts, sheet.page.bbox)])
        return own(sheet)

    monkeypatch.setattr(theme, "png", looked_at)
    assert getattr(report, name)().png
    assert found == [[True, []]]


def test_a_text_out_of_place_would_be_seen(monkeypatch: pytest.MonkeyPatch):
    """
    The look for faults finds a text beyond the edge and one on another.
    """
    sheet = drawn(figures.plot_suppliers, suppliers(["a", "b"], [2.0, 1.0]), 1.7)
    texts = written(sheet, monkeypatch)
    assert faults(texts, sheet.page.bbox) == []

    width = sheet.page.bbox.width
    assert faults([*texts, ("beyond", width - 5, 0, width + 5, 10)], sheet.page.bbox)
    assert faults([*texts, texts[0]], sheet.page.bbox)


def test_numbers_stay_and_names_thin_out_where_there_is_no_room():
    """
    Of forty-one years each third is written, and the bars of all are there.
    """
    sheet = drawn(figures.plot_scopes_by_year, by_year(range(1980, 2021)))
    with theme.style():
        renderer = sheet_drawing.draw(sheet.page)
    assert len(bars(sheet)) == 3 * 41
    assert renderer.width == theme.WIDTH * theme.DPI


def test_a_plan_is_drawn_with_all_its_levers_named(monkeypatch: pytest.MonkeyPatch):
    """
    The legend on the right, the axes within axes, and thirty levers: on the page, none on another.
    """
    made = plan("nuage-logiciels")
    wedges = plan_tables.wedges_table(made, limit="scope-3", language="en")
    some = wedges.columns.difference(plan_figures.NUMBERS)[0]
    many = wedges.assign(**{f"lever number {i} of many": wedges[some] / 30 for i in range(20)})
    calendar = partial(lambda table, ax, words: plan_figures.plot_calendar(
        table, plan_tables.capex_table(made), ax, words=words, currency="EUR"))
    for plot, table in ((plan_figures.plot_wedges, many), (calendar, plan_tables.calendar_table(made, language="en"))):
        sheet = drawn(plot, table, 5.4)
        texts = written(sheet, monkeypatch)
        monkeypatch.undo()
        assert len(texts) > 12
        assert faults(texts, sheet.page.bbox) == []


def test_a_sheet_makes_no_ticks():
    """
    Each costs as much as a bar chart's worth of bars: neither making nor drawing a sheet makes one.
    """
    sheet = drawn(figures.plot_suppliers, suppliers(["a", "b"], [2.0, 1.0]))
    theme.png(sheet)

    assert not {"majorTicks", "minorTicks"} & (vars(sheet.xaxis).keys() | vars(sheet.yaxis).keys())


def test_a_mark_is_cut_where_that_of_any_axes_is():
    """
    At the edges of the axes, also after they were moved: a line that leaves them is not drawn over numbers and names.
    """
    with theme.style():
        sheet = theme.new_sheet(height=3.0)
        stock = sheet.page.add_axes((0.0, 0.0, 1.0, 1.0))
        marks = [ax.plot([0, 1], [-9, 9])[0] for ax in (sheet, stock)]
        for position in ((0.0, 0.0, 1.0, 1.0), (0.2, 0.3, 0.5, 0.4)):
            for ax in (sheet, stock):
                ax.set_position(position)

            own, other = (mark.get_clip_box().get_points() for mark in marks)
            assert np.array_equal(own, other)
            assert np.array_equal(own, sheet.bbox.get_points())


@pytest.mark.parametrize("width", [0.03, 0.2, 0.55, 1.0])
def test_an_axis_has_room_for_as_many_numbers_as_any_axis_of_its_length(width: float):
    """
    How many, matplotlib works out from the size of the letters on its ticks; a sheet has no ticks.
    """
    with theme.style():
        sheet = theme.new_sheet(height=3.0)
        stock = sheet.page.add_axes((0.1, 0.1, width, width))
        sheet.set_position((0.1, 0.1, width, width))

        assert sheet.xaxis.get_tick_space() == stock.xaxis.get_tick_space()
        assert sheet.yaxis.get_tick_space() == stock.yaxis.get_tick_space()


def test_a_picture_is_the_same_whatever_was_drawn_before():
    """
    What is kept of letters between figures changes no byte.
    """
    def draw() -> bytes:
        return theme.png(drawn(bridge_figures.plot_bridge, waterfall("été")))

    first = draw()
    assert draw() == first
    for kept in (lettering._font, lettering._size, lettering._drawn):
        kept.cache_clear()
    assert draw() == first


def test_another_process_gives_the_same_bytes():
    """
    With another seed of hashes too.
    """
    code = ("import hashlib, pandas as pd\nfrom carbon.reports import theme, figures\n"
            "with theme.style():\n    sheet = theme.new_sheet(height=2.0)\n"
            "    figures.plot_suppliers(pd.DataFrame({'supplier': ['a', 'b'], 'co2e_t': [2.0, 1.0]}), sheet)\n"
            "    print(hashlib.sha256(theme.png(sheet)).hexdigest())\n")
    fonts = {"MPLCONFIGDIR": mpl.get_configdir()}
    said = {subprocess.run([sys.executable, "-c", code], env=fonts | {"PYTHONHASHSEED": seed}, capture_output=True,
                           text=True, check=True).stdout for seed in ("1", "2")}
    assert len(said) == 1


def test_a_published_picture_is_opaque_and_small(report: AnnualReport):
    """
    One byte a pixel and no transparency.
    """
    image = Image.open(BytesIO(report.scopes().png))
    assert image.mode == "P" and "transparency" not in image.info
    assert image.size == (1110, 360)


@pytest.mark.parametrize("colours", [1, 2, 16, 17, 255, 256])
def test_few_colours_are_kept_exactly(colours: int):
    """
    Up to 256 colours each pixel is what was drawn.
    """
    chosen = np.random.default_rng(colours).integers(0, 256, (colours, 4), dtype=np.uint8) | np.array([0, 0, 0, 255])
    rgba = chosen[np.random.default_rng(1).integers(0, colours, (40, 50))].astype(np.uint8)

    assert np.array_equal(pixels(picture.paletted_png(rgba, dpi=150)), rgba[..., :3])


def test_of_many_colours_the_frequent_ones_are_exact_and_the_others_near():
    """
    A plain surface keeps its colour, and a ramp of more colours than a palette holds is off by less than a shade.
    """
    ramp = np.linspace(0, 255, 1000).astype(np.uint8)
    rows = np.stack([ramp, 255 - ramp, ramp * np.uint8(7), np.full(1000, 255, np.uint8)], axis=1)
    rgba = np.concatenate([np.broadcast_to(rows, (3, 1000, 4)), np.full((5, 1000, 4), (18, 52, 86, 255), np.uint8)])
    found = pixels(picture.paletted_png(rgba, dpi=150)).astype(int)

    assert np.array_equal(found[3:], rgba[3:, :, :3])
    assert np.abs(found - rgba[..., :3]).max() < 16


@pytest.mark.parametrize("text", ["Émissions 12,5 t CO₂e", "a", "gjpqy", "−3", "Ελλάδα", "Москва"])
def test_letters_are_as_wide_as_matplotlibs(text: str):
    """
    A text takes the room that matplotlib gives it, to a hinted pixel a letter.
    """
    own, stock = Letters(100, 100, 150), mpl.backends.backend_agg.RendererAgg(100, 100, 150)
    font = mpl.font_manager.FontProperties(family="DejaVu Sans", size=9.5)
    mine, theirs = (r.get_text_width_height_descent(text, font, ismath=False) for r in (own, stock))

    assert mine[0] == pytest.approx(theirs[0], abs=1 + 0.5 * len(text))
    assert mine[1:] == pytest.approx(theirs[1:], abs=2)


@pytest.mark.parametrize("text", ["شركة", "e\u0301", "हिन्दी", "中"])
@pytest.mark.filterwarnings("ignore:Glyph:UserWarning")
def test_scripts_that_must_be_shaped_are_matplotlibs(text: str):
    """
    Joined and combined letters look as matplotlib sets them.
    """
    def image(kind: type[Any]) -> np.ndarray:
        renderer = kind(200, 60, 150)
        gc = renderer.new_gc()
        renderer.draw_text(gc, 10, 40, text, mpl.font_manager.FontProperties(family="DejaVu Sans", size=12), 0)
        return np.asarray(renderer.buffer_rgba()).copy()

    assert np.array_equal(image(Letters), image(mpl.backends.backend_agg.RendererAgg))


def test_a_text_is_as_wide_as_its_longest_line_and_wraps_between_words():
    """
    No word is broken, and a text that fits stays as it is.
    """
    pen = Pen(Letters(100, 100, 150))
    text = "one  two three"
    assert pen.fitted(text, 9.0, 1000.0) == text
    assert pen.fitted(text, 9.0, pen.width("two three", 9.0)) == "one two\nthree"
    assert pen.fitted(text, 9.0, 1.0) == "one\ntwo\nthree"
    assert pen.width("a\nlonger", 9.0) == pen.width("longer", 9.0)
    assert pen.width("a", 9.0) < pen.width("a", 9.0, bold=True) < pen.width("a", 11.0, bold=True)


def test_a_new_sheet_knows_nothing_of_the_one_before():
    """
    Each picture starts from empty axes of its own height.
    """
    with theme.style():
        used = theme.new_sheet(height=2.0)
        used.barh([0, 1], [3.0, 4.0], label="before")
        used.set_title("before", loc="left")
        fresh = theme.new_sheet(height=3.0)

    assert fresh.page is not used.page
    assert fresh.page.axes == [fresh]
    assert (fresh.patches[:], fresh.notes, fresh.get_title(loc="left")) == ([], [], "")
    assert not np.isfinite(fresh.dataLim.bounds).all()
    assert fresh.page.get_size_inches().tolist() == [theme.WIDTH, 3.0]
