"""The icicle: boxes as high as their tonnes, the parts of a box as high as the box, nothing below zero drawn."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from drawn import SVG, faults, marks, texts
from examples_once import example
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from carbon.reports.figures.drawing import NARROW, WIDE, contrast, wrapped
from carbon.reports.figures.icicle import GAP, LABEL, ROW, STRIP, boxes, draw_icicle, level, name_of, plot_icicle
from carbon.reports.figures.theme import LIGHT
from carbon.reports.tables.icicle import icicle_table
from carbon.reports.words.language import Words

LINES = [("3", math.nan, "", "", 80.0), ("3", 1, "Purchased goods and services", "", 60.0),
         ("3", 1, "Purchased goods and services", "W" * 60, 20.0),
         ("3", 1, "Purchased goods and services", "(others)", 40.0), ("3", 6, "Business travel", "", 25.0),
         ("3", 5, "Waste generated in operations", "", -5.0), ("1", math.nan, "", "", 20.0)]


def table() -> pd.DataFrame:
    columns = ["scope", "category", "name", "supplier", "co2e_t"]
    return pd.DataFrame(LINES, columns=columns).assign(figure_id="", share=0.0)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_boxes_are_as_high_as_their_tonnes(width: float):
    """Scope 3 is four times scope 1; its categories fill its height; every name is in its drawing and free."""
    svg = draw_icicle(table(), width, words=Words("en"))
    boxes = [m for m in marks(svg) if m["fill"] == LIGHT.pale]
    scope3, purchased, travel, scope1 = sorted(boxes, key=lambda m: (-float(m["height"]), float(m["x"])))
    high = [float(m["height"]) for m in (scope3, purchased, travel, scope1)]
    assert high[0] == pytest.approx(4 * high[3], rel=0.01)
    assert high[1] + high[2] == pytest.approx(high[0], rel=0.01)
    assert high[1] / high[2] == pytest.approx(60 / 25, rel=0.01)
    assert faults(svg) == []


def test_what_is_below_zero_is_named():
    """A category below zero has no box, and a line of text with its tonnes."""
    shown = " ".join(text for text, _ in texts(draw_icicle(table(), WIDE, words=Words("en"))))
    assert "Below zero" in shown and "Waste generated in operations" in shown and "\u22125\u00a0t" in shown


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_low_box_has_its_name(width: float):
    """A scope of 7 % has room for its name, if not for its tonnes below it; one of 2 % has none."""
    lines = [("2", math.nan, "", "", 91.0), ("1", math.nan, "", "", 7.0), ("3", math.nan, "", "", 2.0)]
    svg = draw_icicle(pd.DataFrame(lines, columns=table().columns[:5]), width, words=Words("en"))
    in_boxes = [t[:7].replace("\u00a0", " ") for t, box in texts(svg) if t.startswith("Scope") and box[1] > 15]
    assert in_boxes == ["Scope 2", "Scope 1"] and faults(svg) == []


def random_tables() -> list[pd.DataFrame]:
    """Trees of up to 7 categories with up to 6 suppliers each, their names of any length."""
    rng, tables = np.random.default_rng(5), []
    for _ in range(30):
        sizes = np.exp(rng.normal(0, 2, (int(rng.integers(1, 8)), int(rng.integers(1, 7)))))
        lines = [("1", math.nan, "", "", float(rng.uniform(0, 2 * sizes.sum()))),
                 ("3", math.nan, "", "", float(sizes.sum()))]
        for of, parts in enumerate(sizes.tolist(), start=1):
            lines.append(("3", of, "Purchased goods and services", "", math.fsum(parts)))
            lines += [("3", of, "Purchased goods and services", f"{of}{at} " + "word " * int(rng.integers(0, 6)), t)
                      for at, t in enumerate(sorted(parts, reverse=True))]
        tables.append(pd.DataFrame(lines, columns=table().columns[:5]))
    return tables


def labels(svg: str, of: pd.DataFrame, width: float) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Top and bottom of each named supplier's bar, and of its label, in the order of bars; no other text is there."""
    bars = [(float(m["y"]), float(m["y"]) + float(m["height"])) for m in marks(svg) if m["width"] == f"{2 * STRIP:.1f}"]
    left, words, named = 0.55 * width + 2 * STRIP, Words("en"), []
    written = [(text, box) for text, box in texts(svg) if box[0] > left]
    lines = [line for line in of.to_dict("records") if line["supplier"] and line["co2e_t"] > 0]
    assert len(bars) == len(lines)
    for bar, line in zip(bars, lines, strict=True):
        name = f"{name_of(line, words)}: {words.significant(line['co2e_t'])}\u00a0t"
        rows = wrapped(name, width - left - GAP, LABEL)
        if [text for text, _ in written[:len(rows)]] == rows:
            named.append((bar, (written[0][1][1], written[len(rows) - 1][1][3])))
            del written[:len(rows)]
    assert written == []
    return named


def misplaced(of: pd.DataFrame, width: float) -> list[object]:
    """Labels beside another bar than their own to which no line leads, and lines to no label; faults of the drawing."""
    svg = draw_icicle(of, width, words=Words("en"))
    paths = [path.get("d") for path in ElementTree.fromstring(svg).iter(f"{SVG}path")]
    leads = [(ys[0], ys[1]) for ys in ([float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", d)] for d in paths)]
    wrong: list[object] = faults(svg)
    for bar, label in labels(svg, of, width):
        led = [lead for lead in leads if bar[0] <= lead[0] <= bar[1] and label[0] <= lead[1] <= label[1]]
        leads = [lead for lead in leads if lead not in led]
        if not led and not bar[0] - 0.2 <= sum(label) / 2 <= bar[1] + 0.2:
            wrong.append((bar, label))
    return [*wrong, *leads]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_supplier_is_level_with_its_bar(width: float):
    """The middle of a name is next to its own bar or a line leads to it from there; names are whole, apart, inside."""
    examples = [icicle_table(example(*of)) for of in (("petit-studio", 2024), ("nuage-logiciels", 2025))]
    assert [wrong for of in (*examples, *random_tables()) if (wrong := misplaced(of, width))] == []


def test_names_are_level_wherever_they_can_be():
    """Where each name, from the top, has a level place below the one before, none is off; the order is kept."""
    rng, possible = np.random.default_rng(7), 0
    for _ in range(200):
        edges = np.cumsum([0.0, *rng.exponential(40, int(rng.integers(1, 8)))]).tolist()
        bars = [(top, bottom, ["x"] * int(rng.integers(1, 3))) for top, bottom in pairwise(edges)]
        end, fits = 0.0, True
        for top, bottom, rows in bars:
            high = len(rows) * ROW
            inset = min(high / 2, (bottom - top) / 4)
            end = max(end + high / 2, top + inset) + high / 2
            fits = fits and end - high / 2 <= bottom - inset and end <= edges[-1] + 30
        places = level(bars, (0.0, edges[-1] + 30))
        possible += fits
        assert not fits or max(off for _, off in places) < 0.01
        ends = [(middle - len(rows) * ROW / 2, middle + len(rows) * ROW / 2)
                for (middle, _), (*_, rows) in zip(places, bars, strict=False)]
        assert all(above[1] <= below[0] + 0.01 for above, below in pairwise(ends))
    assert 40 < possible < 160


def test_each_colour_has_its_scope():
    """Above the boxes, every scope with a box has its colour next to its name, also one too small for a name."""
    lines = [("3", math.nan, "", "", 98.0), ("1", math.nan, "", "", 1.5), ("2", math.nan, "", "", 0.5)]
    svg = draw_icicle(pd.DataFrame(lines, columns=table().columns[:5]), NARROW, words=Words("en"))
    names = {round(box[0]): text for text, box in texts(svg) if box[3] < 20}
    keys = {m["fill"]: names[round(float(m["x"]) + 16)] for m in marks(svg) if m["width"] == m["height"] == "11.0"}
    assert keys == {LIGHT.scopes[of]: f"Scope\u00a0{of}" for of in "312"}


def test_the_public_drawing_names_no_supplier():
    """Of two levels; with three a long name is whole, in several lines, and the rest is named."""
    public = [text for text, _ in texts(draw_icicle(table(), WIDE, words=Words("en"), depth=2))]
    full = [text for text, _ in texts(draw_icicle(table(), WIDE, words=Words("en")))]
    assert not any("WWW" in text or "others" in text for text in public)
    assert "W" * 60 in "".join(full) and "all others: 40\u00a0t" in full and not any("…" in text for text in full)
    assert STRIP > 0


def test_parts_fill_what_holds_them():
    """Of 80 and 20: four fifths and one; parts of the 80 by their own sum; below zero none, and none of its parts."""
    sums = {("3",): 80.0, ("1",): 20.0, ("3", "a"): 60.0, ("3", "b"): 25.0, ("3", "c"): -5.0, ("3", "c", "x"): 1.0}
    places = {key: (round(start, 6), round(height, 6)) for key, start, height in boxes(sums)}
    assert places == {("3",): (0.0, 0.8), ("1",): (0.8, 0.2), ("3", "a"): (0.0, 0.564706),
                      ("3", "b"): (0.564706, 0.235294)}


def test_a_notebook_draws_the_same_boxes(agg):
    """Names with their tonnes, what is below zero under the axes, colours by any of the columns."""
    keys = [("1", "gas"), ("3", "a"), ("3", "b"), ("3", "tiny"), ("3", "credit"), ("total", "")]
    index = pd.MultiIndex.from_tuples(keys, names=["scope", "supplier"])
    pivot = pd.DataFrame({"co2e_t": [20.0, 50.0, 29.9, 0.1, -3.0, 97.0]}, index=index)
    ax = plot_icicle(pivot, by=("scope", "supplier"), palette={"3": "#ff0000"})
    parts = [(bar.get_x(), round(bar.get_y(), 4), round(bar.get_height(), 4)) for bar in ax.patches]
    assert parts == [(0, 0.0, 0.7938), (0, 0.7938, 0.2062), (1, 0.0, 0.4961), (1, 0.4961, 0.2967),
                     (1, 0.7938, 0.2062)]
    words = [t.get_text() for t in ax.texts]
    assert words[:3] == ["Scope 3  77 t", "Scope 1  20 t", "a  50 t"]
    assert words[-1] == "Below zero, without a box: credit (\u22123 t)."
    assert to_hex(ax.patches[0].get_facecolor()) == "#ff0000"
    few = plot_icicle(pivot, by=("scope", "supplier"), top=1)
    parts[3] = (1, 0.4961, 0.2977)  # b and tiny, as high as both
    assert [(bar.get_x(), round(bar.get_y(), 4), round(bar.get_height(), 4)) for bar in few.patches] == parts
    assert any(t.get_text().startswith("all others") for t in few.texts)


@pytest.mark.parametrize("ground", ["default", "dark_background"])
def test_every_name_can_be_read_on_its_box(ground: str):
    """4.5:1 (WCAG 2.2, 1.4.3) with the colour of the box, on a light and a dark ground, in each column."""
    keys = [(scope, f"category {scope}", f"supplier {scope}") for scope in "321"]
    index = pd.MultiIndex.from_tuples([*keys, ("total", "", "")], names=["scope", "category_name", "supplier"])
    pivot = pd.DataFrame({"co2e_t": [1.0, 1.0, 1.0, 3.0]}, index=index)
    with plt.style.context(ground):
        ax = plot_icicle(pivot)
    pale = []
    for text in ax.texts:
        x, y = text.get_position()
        box = next(p for p in ax.patches if p.get_x() <= x <= p.get_x() + p.get_width()
                   and p.get_y() <= y <= p.get_y() + p.get_height())
        if contrast(to_hex(text.get_color()), to_hex(box.get_facecolor())) < 4.5:
            pale.append(text.get_text())
    assert len(ax.texts) == 9 and pale == []
