"""Texts of a figure fitted to its axes: names, numbers, legend and labels stay apart in 3 x 2 inches too.

Sizes start from the analyst's rcParams and shrink with the axes; names stay whole, in
as many lines as they need, and numbers of an axis are thinned out.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from carbon.reports.words.language import Words

POINTS = 72
"""In an inch."""
LETTER = 0.62
"""Mean width of a letter, in its size."""
FULL_WIDTH, SMALLEST = 4.2, 0.7
"""A place so wide [inch] has letters of full size; no letter is smaller than this share of it."""
MARGINS = 1.29
"""Width of a place with its margins, by its width without: as matplotlib's defaults have it."""
KEPT = "\u00a0\u202f"
"""Spaces of numbers and of French punctuation, at which no line ends."""
NAMES = 0.4
"""Share of the width that names on the left of bars may take."""
LINES, SMALL_LINES = 0.7, 0.5
"""Share of the height that lines of bars have, under a title and above numbers; in small axes, whose letters are larger
for their height.
"""
LEAST = 3.0
"""Size of the smallest letters of a name [point]."""
SAMPLE = 3.6
"""Width of a legend's sample and the spaces next to it, in the size of its letters."""


class Place(NamedTuple):
    """The part of a figure that axes have, margins included. width, height: [point]; share: of full letters."""

    width: float
    height: float
    share: float

    def size(self, of: str) -> float:
        """Return the size of letters in these axes [point], `of`: a name in rcParams."""
        import matplotlib as mpl
        from matplotlib.font_manager import FontProperties

        size = mpl.rcParams[of]  # type: ignore[index]  # matplotlib's stubs know literal names only
        return float(FontProperties(size=size).get_size_in_points()) * self.share

    @property
    def lines(self) -> float:
        """Return the share of the height that lines of bars have."""
        return LINES if self.share == 1.0 else SMALL_LINES

    def letters(self, size: float, share: float) -> int:
        """Return how many letters of a size fit side by side in a share of the width."""
        return max(int(self.width * share / (LETTER * size)), 8)


def _figure(ax: Axes) -> Figure:
    # Axes that are drawn into are part of a figure, or of a part of one, which does the same.
    return cast("Figure", ax.get_figure(root=False))


def place(ax: Axes) -> Place:
    """Return what axes have of their figure: by its grid, for a layout moves them only when all is drawn."""
    figure, spec = _figure(ax), ax.get_subplotspec()
    box = ax.get_position() if spec is None else spec.get_position(figure)
    width, height = (MARGINS * float(v) / figure.dpi * POINTS for v in (
        box.width * figure.bbox.width, box.height * figure.bbox.height))
    return Place(width, height, min(1.0, max(SMALLEST, width / POINTS / FULL_WIDTH)))


def split(ax: Axes, rows: int, columns: int, *, heights: Sequence[float] | None = None) -> list[Axes]:
    """Return new axes in rows and columns at the place of `ax`, which is hidden."""
    from matplotlib.gridspec import GridSpec

    figure, box = _figure(ax), ax.get_position()
    spec = ax.get_subplotspec() or GridSpec(1, 1, figure, left=box.x0, right=box.x1, bottom=box.y0, top=box.y1)[0]
    ax.set_axis_off()
    grid = spec.subgridspec(rows, columns, height_ratios=heights)
    return [figure.add_subplot(grid[cell]) for cell in range(rows * columns)]


def plain(text: object, letters: int) -> str:
    """Return a string in lines of so many letters, whole, without characters that would break a figure."""
    printable = "".join(c if c.isprintable() or c in KEPT else " " for c in str(text))
    at_hyphens = any(len(word) > letters for word in printable.split())
    return "\n".join(textwrap.wrap(printable, letters, break_on_hyphens=at_hyphens))


def clean(ax: Axes, words: Words, *, grid: str, **labels: str) -> Axes:
    """Set grid and numbers of one axis, `grid`: "x" or "y", in the reader's language, and the labels of both."""
    from matplotlib.ticker import MaxNLocator

    room = place(ax)
    numbers = ax.xaxis if grid == "x" else ax.yaxis
    numbers.set_major_formatter(lambda value, _: words.tick(value))
    if grid == "x":
        longest = max(len(words.tick(round(end, 1))) for end in ax.get_xlim()) + 1.5
        fitting = int(0.5 * room.width / (longest * LETTER * room.size("xtick.labelsize")))
        numbers.set_major_locator(MaxNLocator(min(max(fitting, 1), 8), steps=[1, 2, 2.5, 5, 10]))
    ax.grid(visible=False)
    ax.grid(visible=True, axis="x" if grid == "x" else "y")
    ax.set_axisbelow(True)
    for axis in (ax.xaxis, ax.yaxis):
        size = room.size(f"{axis.axis_name}tick.labelsize")  # names may have smaller letters already
        axis.set_tick_params(labelsize=min(size, axis.get_tick_params().get("labelsize", size)))
    size = room.size("axes.labelsize")
    # A label that is longer than its axis reaches under the names of bars, or beside the legend.
    ax.set_xlabel(plain(labels.get("xlabel", ""), room.letters(size, 0.9)), fontsize=size,
                  loc="right" if grid == "x" else "center")
    ax.set_ylabel(plain(labels.get("ylabel", ""), max(int(0.4 * room.height / (LETTER * size)), 8)), fontsize=size,
                  loc="top")
    return ax


def title(ax: Axes, text: str, *, letters: str = "axes.titlesize", **look: Any) -> None:
    """Set a title in as many lines as it needs; "$" of a company's words starts no mathematics.

    letters: their size, a name in rcParams.
    """
    room = place(ax)
    size = room.size(letters)
    # Axes with names on their left are narrower than their place, and a title is above their middle.
    longest = max(map(len, text.split()), default=0)
    wide = max(room.letters(size, 0.75 if room.share == 1.0 else 0.55), min(longest, room.letters(size, 0.8)))
    ax.set_title(plain(text, wide), fontsize=size, parse_math=False, **look)


def footnote(ax: Axes, text: str) -> None:
    """Write a sentence below axes without an axis of their own."""
    room = place(ax)
    size = room.size("legend.fontsize")
    letters = room.letters(size, 1.0 if room.share == 1.0 else 0.75)
    ax.annotate(plain(text, letters), (0, 0), (0, -4), xycoords="axes fraction", va="top",
                textcoords="offset points", fontsize=size, parse_math=False)


def names(ax: Axes, at: Iterable[float], texts: Iterable[object], share: float = NAMES) -> None:
    """Name bars on their left, from above downwards, whole: in several lines where there is room, or smaller.

    share: of the width of the axes, which the longest name takes.
    """
    room, strings = place(ax), list(texts)
    size, high = line_size(room, len(strings), "ytick.labelsize"), room.lines * room.height / max(len(strings), 1)
    while (most := max((plain(text, room.letters(size, share)).count("\n") for text in strings), default=0)) and \
            1.2 * (most + 1) * size > high and size > LEAST:
        size -= 0.25
    ax.set_yticks(list(at), [plain(text, room.letters(size, share)) for text in strings])
    for tick in ax.get_yticklabels():
        tick.set(fontsize=size, parse_math=False)
    ax.tick_params(axis="y", labelsize=size)
    ax.invert_yaxis()


def line_size(room: Place, count: int, of: str) -> float:
    """Return the size of letters of so many lines below one another, `of`: a name in rcParams [point]."""
    return min(room.size(of), max(0.75 * room.lines * room.height / max(count, 1), 4.0))


def below(ax: Axes, at: Iterable[float], texts: Iterable[object], share: float = 0.8) -> None:
    """Name bars or years below them, each second or third where there is no room for all.

    share: of the width of the place, which the axes have.
    """
    room, strings = place(ax), [str(text) for text in texts]
    longest = max((len(line) for text in strings for line in text.split("\n")), default=1) + 1.4
    step = math.ceil(len(strings) * longest * LETTER * room.size("xtick.labelsize") / (share * room.width)) or 1
    ax.set_xticks(list(at)[::step], strings[::step])
    ax.tick_params(axis="x", labelsize=room.size("xtick.labelsize"))


def years(ax: Axes, shown: int | None = None) -> None:
    """Set the ticks of the axis below to whole years, as many as there is room for; `shown` is always one of them."""
    from matplotlib.ticker import FixedLocator, MaxNLocator

    ticks = MaxNLocator(nbins=min(max(round(place(ax).width / 50), 2), 8), integer=True)
    ax.xaxis.set_major_locator(ticks)
    if shown is not None:
        least, most = ax.get_xlim()
        others = [tick for tick in ticks() if least <= tick <= most]
        step = others[1] - others[0] if len(others) > 1 else 1
        ax.xaxis.set_major_locator(FixedLocator([*(tick for tick in others if abs(tick - shown) >= step), shown]))


def notes(ax: Axes, ends: Sequence[float], texts: Sequence[str], **look: Any) -> float:
    """Write a string on the right of each bar, bars counted from 0; return the margin that the longest needs.

    No line of the grid goes through it.
    """
    room, ground = place(ax), {"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 0.5}
    size = line_size(room, len(texts), "legend.fontsize")
    for position, (end, text) in enumerate(zip(ends, texts, strict=True)):
        ax.annotate(text, (end, position), xytext=(4, 0), textcoords="offset points", va="center", fontsize=size,
                    bbox=ground if text else None, **look)
    note_share = min((max(map(len, texts), default=0) * LETTER * size + 6) / (0.5 * room.width), 0.6)
    ax.margins(x=note_share / (1 - note_share))
    return note_share / (1 - note_share)


def at_both_ends(ax: Axes, values: np.ndarray, numbers: Sequence[Sequence[str]], names: Sequence[str], *,
                 above_legend: bool = False) -> None:
    """Write numbers at the two ends of lines from 0 to 1, and their names after the second.

    values, numbers: two for each line; what would touch is moved apart, within the axes; where these are small a
    legend takes a part of them.
    """
    room = place(ax)
    height = room.lines * room.height * (0.7 if above_legend and room.share < 1.0 else 1.0)
    size, width = line_size(room, len(names), "legend.fontsize"), (LINES if room.share == 1.0 else 0.58) * room.width
    while True:
        letter = 0.9 * LETTER * size
        left = letter * (max((len(first) for first, _ in numbers), default=0) + 2)
        most = max(int((0.85 * width - left) / letter), 16)
        right = [plain(f"{last}  {name}", most) for (_, last), name in zip(numbers, names, strict=True)]
        lines = 1 + max((text.count("\n") for text in right), default=0)
        if 1.3 * lines * size * len(names) <= height or size <= LEAST:
            break
        size -= 0.25
    ends = letter * max((len(line) for text in right for line in text.split("\n")), default=0)
    slope = max(width - left - ends, 0.12 * width)
    ax.set_xlim(-left / slope, 1 + ends / slope)
    low, high = ax.get_ylim()
    line = 1.25 * size / height * (high - low)
    sides: tuple[tuple[list[str], Literal["left", "right"]], ...] = (
        ([first for first, _ in numbers], "right"), (right, "left"))
    for side, (labels, ha) in enumerate(sides):
        ax.get_xticklabels()[side].set_horizontalalignment(ha)
        heights = line * np.array([1 + text.count("\n") for text in labels])
        for y, text in zip(_apart(values[:, side], heights, low), labels, strict=True):
            ax.annotate(text, (side, y), ((-6, 6)[side], 0), textcoords="offset points", va="center", ha=ha,
                        fontsize=size, parse_math=False)


def _apart(values: np.ndarray, heights: np.ndarray, low: float) -> np.ndarray:
    """Return places for the middles of labels of values, none on the next one, none below `low`."""
    order, places = np.argsort(-np.nan_to_num(values), kind="stable"), np.nan_to_num(values)
    for above, below in pairwise(order):
        places[below] = min(places[below], places[above] - (heights[above] + heights[below]) / 2)
    for below, above in pairwise(order[::-1]):
        places[below] = max(places[below], low + heights[below] / 2)
        places[above] = max(places[above], places[below] + (heights[above] + heights[below]) / 2)
    return places


def legend(ax: Axes, handles: Sequence[Any] | None = None, *, columns: int = 4, right: bool = False) -> None:
    """Name the colours below the axes, in at most so many columns and as many rows as there is room.

    right: it ends where the axes end, and begins under the names on the left of bars.
    """
    from matplotlib.transforms import ScaledTranslation

    entries = list(ax.get_legend_handles_labels()[0] if handles is None else handles)
    if not entries:
        return
    room = place(ax)
    size, width = room.size("legend.fontsize"), 0.9 * room.width - (0 if right else 40 * room.share)
    texts = [str(handle.get_label()) for handle in entries]
    high = 0.42 * room.height / 1.4
    number = next((n for n in range(min(columns, len(entries)), 1, -1) if _wide(texts, n, size) <= width), 1)
    number = max(number, 2 if len(entries) * size > high else 1)
    size = min(size, max(high / math.ceil(len(entries) / number), 4.5))
    if _wide(texts, number, size) > width:
        size, texts = _whole(texts, number, size, (width, high))
    look: dict[str, Any] = {"ncols": number, "fontsize": size, "columnspacing": 1, "handlelength": 1.4,
                            "handletextpad": 0.6}
    lower = ax.transAxes + ScaledTranslation(0, -_down(ax, room, size) / POINTS, _figure(ax).dpi_scale_trans)
    key = ax.legend(entries, texts, loc="upper right" if right else "upper left", bbox_to_anchor=(int(right), 0),
                    bbox_transform=lower, borderaxespad=0, **look)
    for text in key.get_texts():
        text.set_parse_math(False)


def _whole(texts: list[str], number: int, size: float, room: tuple[float, float]) -> tuple[float, list[str]]:
    """Return the size of letters of a legend in so many columns, and its names in lines; long ones are smaller."""
    while True:
        letters = max(int((room[0] / number - SAMPLE * size) / (LETTER * size)), 4)
        lines = [plain(text, letters) for text in texts]
        high = max(sum(1 + text.count("\n") for text in lines[at::number]) for at in range(number)) * size
        if high <= room[1] or size <= LEAST:
            return size, lines
        size -= 0.25


def _down(ax: Axes, room: Place, size: float) -> float:
    """Return how far below the axes a legend begins: under the numbers and the label [point]."""
    from matplotlib.ticker import ScalarFormatter

    label = ax.get_xlabel()
    # Numbers have one line; matplotlib would lay out its ticks to say so.
    labels = [] if isinstance(ax.xaxis.get_major_formatter(), ScalarFormatter) else ax.get_xticklabels()
    lines = 1 + max((text.get_text().count("\n") for text in labels), default=0)
    down = 8 + 1.3 * lines * room.size("xtick.labelsize") + 0.5 * size
    down += 4 + 1.3 * (1 + label.count("\n")) * room.size("axes.labelsize") if label else 0
    return down


def _wide(texts: list[str], number: int, size: float) -> float:
    """Return the width of a legend in so many columns, filled one after the other [point]."""
    letters = [len(text) for text in texts]
    return sum(int(column.max()) * LETTER + SAMPLE for column in np.array_split(letters, number)) * size
