"""The icicle: boxes as high as their tonnes, the parts of a box as high as the box, nothing below zero drawn."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from drawn import faults, marks, texts
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from carbon.reports.figures.drawing import NARROW, WIDE, contrast
from carbon.reports.figures.icicle import STRIP, boxes, draw_icicle, plot_icicle
from carbon.reports.figures.theme import LIGHT
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
    assert [t[:7] for t, _ in texts(svg) if t.startswith("Scope")] == ["Scope 2", "Scope 1"] and faults(svg) == []


def test_the_public_drawing_names_no_supplier():
    """Of two levels; with three a long name is whole, in several lines, and the rest is named."""
    public = [text for text, _ in texts(draw_icicle(table(), WIDE, words=Words("en"), depth=2))]
    full = [text for text, _ in texts(draw_icicle(table(), WIDE, words=Words("en")))]
    assert not any("WWW" in text or "others" in text for text in public)
    assert "W" * 60 in "".join(full) and "all others 40\u00a0t" in full and not any("…" in text for text in full)
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
