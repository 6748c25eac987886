"""The look of figures."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import matplotlib as mpl
import pandas as pd
import pytest
from contrast import contrast, grey
from matplotlib import colors
from matplotlib import pyplot as plt

from carbon.reports.figures import catalogue as figures
from carbon.reports.figures import theme

pytestmark = pytest.mark.usefixtures("agg")


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
def test_a_notebooks_figure_is_in_the_analysts_theme(ground: str, look: theme.Look):
    """Its text, ground and grid are those of the theme, and the colours with a meaning are seen on it."""
    with plt.style.context(ground):
        ax = figures.plot_bars(pd.DataFrame([[2.0, 1.0, 3.0]] * 2, index=pd.Index(["a", "total"], name="site"),
                                            columns=pd.Index(["1", "3", "total"], name="scope")))
        texts = {*ax.get_yticklabels(), *ax.get_xticklabels(), *ax.texts, *ax.get_legend().get_texts()}

        assert {colors.to_hex(text.get_color()) for text in texts} == {colors.to_hex(mpl.rcParams["text.color"])}
        assert ax.get_facecolor() == colors.to_rgba(mpl.rcParams["axes.facecolor"])
        assert {line.get_color() for line in ax.get_xgridlines()} == {mpl.rcParams["grid.color"]}
        assert ax.patches[0].get_facecolor() == colors.to_rgba(look.actual)


def test_another_process_gives_the_same_bytes():
    """With another seed of hashes too."""
    code = ("import hashlib, pandas as pd\nfrom carbon.reports.figures import theme, catalogue as figures\n"
            "with theme.style():\n    figure, ax = theme.page_figure(height=2.0)\n"
            "    figures.plot_bars(pd.DataFrame({'co2e_t': [2.0, 1.0, 3.0]}, index=['a', 'b', 'total']), ax)\n"
            "    print(hashlib.sha256(theme.svg(figure).encode()).hexdigest())\n")
    fonts = {"MPLCONFIGDIR": mpl.get_configdir()}
    printed = {subprocess.run([sys.executable, "-c", code], env=os.environ | fonts | {"PYTHONHASHSEED": seed},
                              capture_output=True, text=True, check=True).stdout for seed in ("1", "2")}
    assert len(printed) == 1


def test_a_figure_is_drawn_once_when_it_is_written(monkeypatch: pytest.MonkeyPatch):
    """Its layout is made before: no engine, nor the place of one, has it drawn a second time."""
    with theme.style():
        figure, ax = theme.page_figure()
        ax.plot([0, 1])
        drawn, draw = [], type(figure).draw
        monkeypatch.setattr(type(figure), "draw", lambda self, renderer: (drawn.append(1), draw(self, renderer))[1])
        assert theme.svg(figure).startswith("<?xml") and len(drawn) == 1
