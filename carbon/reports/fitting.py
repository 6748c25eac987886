"""
Texts of a figure fitted to the axes it is drawn into: names, numbers, legend and labels stay apart in 3 x 2 inches too.

Sizes start from the analyst's rcParams and shrink with the axes; what still does not fit is shortened or thinned out.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from carbon.reports.words import Words

POINTS = 72
"""In an inch."""
LETTER = 0.6
"""Mean width of a letter, in its size."""
FULL_WIDTH, SMALLEST = 5.0, 0.72
"""Axes so wide [inch] have texts of full size; no text is smaller than this share of it."""
NAMES = 0.4
"""Share of the width that names on the left of bars may take."""


class Place(NamedTuple):
    """What axes have of their figure, their margins included. width, height: [point]; share: of a text's full size."""

    width: float
    height: float
    share: float

    def size(self, of: str) -> float:
        """Return the size of a text in these axes [point], `of`: a name in rcParams."""
        import matplotlib as mpl
        from matplotlib.font_manager import FontProperties

        return float(FontProperties(size=mpl.rcParams[of]).get_size_in_points()) * self.share

    def letters(self, size: float, share: float = 1.0) -> int:
        """Return how many letters of a size stand side by side in a share of the width."""
        return max(int(self.width * share / (LETTER * size)), 4)


def place(ax: Axes) -> Place:
    """Return what axes have of their figure: their cells of its grid, else all of it."""
    spec, figure = ax.get_subplotspec(), ax.get_figure(root=False)
    across = up = 1.0
    if spec is not None:
        rows, columns = spec.get_gridspec().get_geometry()
        across, up = len(spec.colspan) / columns, len(spec.rowspan) / rows
    box = figure.bbox
    width, height = (float(v) / figure.dpi * POINTS for v in (box.width * across, box.height * up))
    return Place(width, height, min(1.0, max(SMALLEST, width / POINTS / FULL_WIDTH)))


def plain(text: object, letters: int, lines: int = 1) -> str:
    """Return a text in so many lines, without characters that would break a figure; "…" where it was cut."""
    printable = "".join(c if c.isprintable() else " " for c in str(text))
    return "\n".join(textwrap.wrap(printable, letters, max_lines=lines, placeholder=" …"))


def clean(ax: Axes, words: Words, *, grid: str, **labels: str) -> Axes:
    """Set grid and numbers of one axis, `grid`: "x" or "y", in the reader's language, and the labels of both."""
    from matplotlib.ticker import MaxNLocator

    room = place(ax)
    numbers = ax.xaxis if grid == "x" else ax.yaxis
    numbers.set_major_formatter(lambda value, _: words.tick(value))
    if grid == "x":
        numbers.set_major_locator(MaxNLocator(min(max(round(room.width / POINTS), 2), 8)))
    ax.grid(visible=False)
    ax.grid(visible=True, axis="x" if grid == "x" else "y")
    ax.set_axisbelow(True)
    for axis, length in ((ax.xaxis, room.width), (ax.yaxis, room.height)):
        axis.set_tick_params(labelsize=room.size(f"{axis.axis_name}tick.labelsize"))
        size = room.size("axes.labelsize")
        label = labels.get(f"{axis.axis_name}label", "")
        axis.set_label_text(plain(label, max(int(0.8 * length / (LETTER * size)), 8), 2), size=size)
    return ax


def title(ax: Axes, text: str) -> None:
    """Set a title in as many lines as it needs; "$" of a company's words starts no mathematics."""
    room = place(ax)
    size = room.size("axes.titlesize")
    ax.set_title(plain(text, room.letters(size, 0.75), 3), fontsize=size, parse_math=False)


def names(ax: Axes, at: Sequence[float], texts: Sequence[object]) -> None:
    """Name bars on their left, from above downwards; in two lines, in one or smaller, as there is room."""
    room = place(ax)
    each = 0.75 * room.height / max(len(texts), 1)
    size = min(room.size("ytick.labelsize"), max(0.85 * each, 4.0))
    lines = 2 if each > 2.4 * size else 1
    # Text of a company's data: "$" would start mathematics.
    ax.set_yticks(at, [plain(text, room.letters(size, NAMES), lines) for text in texts], fontsize=size,
                  parse_math=False)
    ax.invert_yaxis()


def below(ax: Axes, at: Sequence[float], texts: Sequence[object]) -> None:
    """Name bars or years below them, each second or third where there is no room for all."""
    room = place(ax)
    size = room.size("xtick.labelsize")
    longest = max((len(str(text)) for text in texts), default=1)
    step = math.ceil(len(texts) * (longest + 1.5) * LETTER * size / (0.8 * room.width)) or 1
    ax.set_xticks(list(at)[::step], [str(text) for text in texts][::step])


def years(ax: Axes) -> None:
    """Number the axis below with whole years only, as many as there is room for."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(nbins=min(max(round(place(ax).width / 50), 2), 8), integer=True))


def notes(ax: Axes, ends: Sequence[float], texts: Sequence[str], **look: Any) -> float:
    """Write a text on the right of each bar, bars counted from 0; return the margin that the longest needs."""
    room = place(ax)
    size = room.size("legend.fontsize")
    for position, (end, text) in enumerate(zip(ends, texts, strict=True)):
        ax.annotate(text, (end, position), xytext=(4, 0), textcoords="offset points", va="center", fontsize=size,
                    **look)
    taken = min((max(map(len, texts), default=0) * LETTER * size + 6) / (0.5 * room.width), 0.6)
    ax.margins(x=taken / (1 - taken))
    return taken / (1 - taken)


def legend(ax: Axes, handles: Sequence[Any] | None = None, *, columns: int = 4) -> None:
    """Name the colours below the axes, in at most so many columns and as many rows as there is room."""
    from matplotlib.transforms import ScaledTranslation

    shown = list(ax.get_legend_handles_labels()[0] if handles is None else handles)
    if not shown:
        return
    room = place(ax)
    size = room.size("legend.fontsize")
    width = 0.86 * room.width
    longest = max(len(str(handle.get_label())) for handle in shown)
    fitting = min(int(width / ((longest * LETTER + 4) * size)), columns, len(shown))
    rows = max(int(0.4 * room.height / (1.4 * size)), 1)
    number = max(fitting, math.ceil(len(shown) / rows), 1)
    letters = max(int((width / number - 4 * size) / (LETTER * size)), 4)
    down = 0.6 * POINTS * room.share if ax.get_xlabel() else 0.36 * POINTS * room.share
    lower = ax.transAxes + ScaledTranslation(0, -down / POINTS, ax.get_figure(root=True).dpi_scale_trans)
    key = ax.legend(shown, [plain(handle.get_label(), letters) for handle in shown], loc="upper left", ncols=number,
                    bbox_to_anchor=(0, 0), bbox_transform=lower, fontsize=size, borderaxespad=0, columnspacing=1.4,
                    handlelength=1.6)
    for text in key.get_texts():
        text.set_parse_math(False)
