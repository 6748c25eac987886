"""
One style for all figures: colour-blind safe, readable in grey, the same on every machine.

Colours are ordered from dark to light, so that neighbours differ in a grey print as well. The font is the one that
matplotlib carries.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from carbon.reports.sheet import Sheet
    from carbon.reports.words import Words

INK, MUTED, GRID = "#1d2733", "#5b6875", "#d9dee3"
SCOPE_COLOURS = {"1": "#16324f", "2": "#2f8f9d", "3": "#f0b84f"}
ORDERED = ("#16324f", "#2a6f97", "#2f8f9d", "#7fb685", "#f0b84f", "#f6d99b")
"""Dark to light, for parts of a whole."""
ACTUAL, PATHWAY, FAN = "#16324f", "#c4512d", "#2f8f9d"
WIDTH, HEIGHT, DPI = 7.4, 4.0, 150


@contextmanager
def style() -> Iterator[None]:
    """
    The project's matplotlib settings, for the length of a `with` block; nothing stays behind.
    """
    import matplotlib as mpl

    settings = _settings()
    # Only what is set here is set back: the first figure of a notebook makes matplotlib interactive, and without that
    # no later one would be shown.
    current = cast("dict[str, Any]", mpl.rcParams)
    # Both were checked when they were set for the first time.
    kept = {key: dict.__getitem__(current, key) for key in settings}
    dict.update(current, settings)
    try:
        yield
    finally:
        dict.update(current, kept)


@lru_cache(maxsize=1)
def _settings() -> dict[str, Any]:
    """
    The settings in matplotlib's own form: checking and converting them takes as long as drawing a small figure.
    """
    import matplotlib as mpl
    import seaborn as sns

    settings = sns.axes_style("whitegrid") | {
        "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 10, "axes.titlesize": 11,
        "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.labelsize": 9.5, "xtick.labelsize": 9.5,
        "ytick.labelsize": 9.5, "legend.fontsize": 9, "legend.frameon": False, "axes.edgecolor": GRID,
        "axes.labelcolor": MUTED, "text.color": INK, "xtick.color": INK, "ytick.color": INK, "grid.color": GRID,
        "grid.linewidth": 0.8, "axes.axisbelow": True, "figure.facecolor": "white", "savefig.facecolor": "white",
        "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "hatch.linewidth": 0.6,
        "patch.edgecolor": "white", "patch.force_edgecolor": False, "svg.hashsalt": "carbon", "path.simplify": True,
    }
    return dict(cast("dict[str, Any]", mpl.RcParams(settings)))


def new_axes(*, height: float = HEIGHT) -> Axes:
    """
    Axes of a new pyplot figure, for the analyst's notebook.
    """
    import matplotlib.pyplot as plt

    _, ax = plt.subplots(figsize=(WIDTH, height))
    return ax


def new_sheet(*, height: float = HEIGHT) -> Sheet:
    """
    Axes of a picture in a report, outside pyplot: no global state, no display of its own.
    """
    from matplotlib.figure import Figure

    from carbon.reports.sheet import Sheet

    with style():
        figure = Figure(figsize=(WIDTH, height), dpi=DPI)
        return cast("Sheet", figure.add_axes(Sheet(figure)))


def panels(sheet: Sheet, number: int) -> list[Sheet]:
    """
    A sheet and others on its right in the same figure; the legend is that of the first.
    """
    from carbon.reports.sheet import Sheet

    return [sheet, *(cast("Sheet", sheet.page.add_axes(Sheet(sheet.page))) for _ in range(number - 1))]


def png(sheet: Sheet) -> bytes:
    """
    The picture that a sheet is part of as PNG, the same bytes for the same drawing.
    """
    from carbon.reports.picture import paletted_png
    from carbon.reports.sheet_drawing import draw

    with warnings.catch_warnings():
        # A name in a script the font lacks shows as boxes here; the table beside the figure holds the name.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        return paletted_png(draw(sheet.page).buffer_rgba(), dpi=DPI)


def clean(ax: Axes, words: Words, *, grid: str, **labels: Any) -> Axes:
    """
    Grid on the axis of the numbers only, its numbers in the reader's language, axis labels set.
    """
    numbers = ax.xaxis if grid == "x" else ax.yaxis
    numbers.set_major_formatter(lambda value, _: words.tick(value))
    ax.grid(visible=False)
    ax.grid(visible=True, axis="x" if grid == "x" else "y")
    ax.tick_params(length=0)
    ax.set(**labels)
    return ax
