"""One style for the figures of a report: colour-blind safe, readable in grey, the same on every machine.

In a notebook the analyst's own theme holds; only the colours that carry a meaning are the project's. They are ordered
from dark to light, so that neighbours differ in a grey print as well.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, GRID = "#1d2733", "#5b6875", "#d9dee3"
WIDTH, HEIGHT = 7.4, 4.0
"""Of a new figure [inch]."""
_own_colours: ContextVar[tuple[str, ...]] = ContextVar("own_colours", default=())


@dataclass(frozen=True)
class Look:
    """Colours with a meaning on one ground. ordered: parts of a whole; pale: what is left over; ground: bar edges."""

    ordered: tuple[str, ...]
    pathway: str
    pale: str
    ground: str

    @property
    def scopes(self) -> dict[str, str]:
        """Return scope -> colour."""
        return {"1": self.ordered[0], "2": self.ordered[2], "3": self.ordered[4]}

    @property
    def actual(self) -> str:
        """Return the colour of what was emitted."""
        return self.ordered[0]

    @property
    def fan(self) -> str:
        """Return the colour of what is expected, and of what falls."""
        return self.ordered[2]


LIGHT = Look(("#16324f", "#2a6f97", "#2f8f9d", "#7fb685", "#f0b84f", "#f6d99b"), "#c4512d", GRID, "white")
DARK = Look(("#a9c7e8", "#5b9fd0", "#2f8f9d", "#7fb685", "#f0b84f", "#f6d99b"), "#ef8a62", "#4a545e", "black")


def look() -> Look:
    """Return the colours for the current theme: where its text is light, its ground is dark."""
    from matplotlib.colors import to_rgb

    of_theme = DARK if sum(to_rgb(ink())) > 1.5 else LIGHT
    return replace(of_theme, ordered=_own_colours.get()) if _own_colours.get() else of_theme


@contextmanager
def palette(colours: str | Sequence[str] | None) -> Iterator[None]:
    """Draw the parts of a whole in colours of one's own for the length of a `with` block."""
    if colours is None:
        yield
        return
    import seaborn as sns

    own_colours = sns.color_palette(colours, len(LIGHT.ordered)).as_hex()
    before = _own_colours.set(tuple(map(str, own_colours)))
    try:
        yield
    finally:
        _own_colours.reset(before)


def mixed(colour: Any, share: float) -> tuple[float, float, float]:
    """Return a colour with a share of the ground in it."""
    from matplotlib.colors import to_rgb

    red, green, blue = ((1 - share) * c + share * g for c, g in zip(to_rgb(colour), to_rgb(look().ground), strict=True))
    return red, green, blue


def ink() -> Any:
    """Return the colour of text in the current theme."""
    import matplotlib as mpl

    return mpl.rcParams["text.color"]


@contextmanager
def style() -> Iterator[None]:
    """Apply the project's settings to matplotlib's defaults for the length of a `with` block."""
    import matplotlib.style

    settings = {
        "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 10, "axes.titlesize": 11,
        "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.labelsize": 9.5, "xtick.labelsize": 9.5,
        "ytick.labelsize": 9.5, "legend.fontsize": 9, "legend.frameon": False, "axes.edgecolor": GRID,
        "axes.labelcolor": MUTED, "text.color": INK, "xtick.color": INK, "ytick.color": INK, "grid.color": GRID,
        "grid.linewidth": 0.8, "figure.facecolor": "white", "savefig.facecolor": "white",
        "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "hatch.linewidth": 0.6,
        "patch.edgecolor": "white", "patch.force_edgecolor": False, "svg.hashsalt": "carbon", "svg.fonttype": "none",
    }
    with matplotlib.style.context(["seaborn-v0_8-whitegrid", settings], after_reset=True):
        yield


def new_axes(*, height: float = HEIGHT) -> Axes:
    """Return the axes of a new pyplot figure, for the analyst's notebook."""
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(WIDTH, height), layout="constrained")[1]


def page_figure(*, height: float = HEIGHT, width: float = WIDTH) -> tuple[Figure, Axes]:
    """Return a new figure of a report and its axes, outside pyplot: no global state, no display of its own."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def svg(figure: Figure) -> str:
    """Return the figure as SVG with its text as text, the same characters for the same drawing."""
    buffer = StringIO()
    with warnings.catch_warnings():
        # The reader's own fonts show the scripts that matplotlib's font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        # Laid out once: while it has an engine, a figure is drawn a second time to be laid out.
        if engine := figure.get_layout_engine():
            engine.execute(figure)
            figure.set_layout_engine(None)  # "none" would leave a placeholder, for which it is drawn twice as well
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return buffer.getvalue()
