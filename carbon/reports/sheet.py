"""
Axes of a picture in a report: they know their margins before they are drawn, and are drawn once.

They take the calls that any axes take, so that the same `plot_*` draws into a notebook's axes and into these. What is
costly there is light here: a series of bars is one path, numbers and names on the axes, grid, legend and the
notes beside bars are written straight into the picture. All else is matplotlib's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FixedFormatter, FixedLocator
from matplotlib.transforms import IdentityTransform

from carbon.reports.theme import INK

WHOLE = (0.0, 0.0, 1.0, 1.0)
TICK = 9.5
"""Size of the texts of an axis [point]."""
POINTS = 72
"""In an inch."""
NOTED = {"textcoords", "va", "fontsize", "xytext", "color"}
"""What the annotation of a bar may ask for."""


class Note(NamedTuple):
    """
    Text beside a point of the data, `right` of it [point].
    """

    text: str
    x: float
    y: float
    right: float
    size: float
    colour: str


class _Unticked:
    """
    Of an axis that is not drawn: it only says where its numbers stand.
    """

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """
        Nothing is cut; the stock method would make four ticks first.
        """


class _Across(_Unticked, XAxis):
    def get_tick_space(self) -> int:
        """
        As many numbers as stand side by side, each three times as wide as high: the stock rule for the one size of
        letters there is, without a transform made for it.
        """
        return int(self.axes.bbox.width / cast("Sheet", self.axes).page.dpi * POINTS // (3 * TICK))


class _Upright(_Unticked, YAxis):
    def get_tick_space(self) -> int:
        """
        As many numbers as stand one above the other, each with as much space as it is high.
        """
        return int(self.axes.bbox.height / cast("Sheet", self.axes).page.dpi * POINTS // (2 * TICK))


class _Ground(Rectangle):
    """
    All of the axes: what every mark is cut to.
    """

    def get_patch_transform(self) -> IdentityTransform:
        """
        A rectangle from (0, 0) to (1, 1) stays as it is; the stock method would make four transforms to say so.
        """
        return IdentityTransform()


class Sheet(Axes):
    """
    Axes without ticks of their own; `sheet_layout` places and letters them.

    page: the whole picture; notes: beside bars; handles: of the legend, None without one; beside: the legend stands on
    the right, else below; grid_axis: "x", "y", "both" or "".
    """

    def __init__(self, figure: Figure) -> None:
        self.page = figure
        self.notes: list[Note] = []
        self.handles: Sequence[Any] | None = None
        self.beside, self.grid_axis = False, ""
        super().__init__(figure, WHOLE)

    def _init_axis(self) -> None:
        # The hooks of matplotlib's own kinds of axes. A release without them would make axis and frame: slower, and
        # not drawn either.
        self.xaxis, self.yaxis = _Across(self, clear=False), _Upright(self, clear=False)

    def _gen_axes_spines(self) -> dict[str, Any]:
        return {}

    def _gen_axes_patch(self) -> Rectangle:
        return _Ground((0.0, 0.0), 1.0, 1.0)

    def barh(self, *given: Any, left: Any = 0.0, height: Any = 0.8, **look: Any) -> Any:
        """
        Bars from `left` rightwards, as one path; `color` and `hatch` may be lists.
        """
        at, width = given
        near, far, low, high = _corners(at, height, left, width, look.pop("align", "center"))
        return self._bars(np.stack([low, near, high, near, high, far, low, far], axis=1), low, "x", look)

    def bar(self, *given: Any, bottom: Any = 0.0, width: Any = 0.8, **look: Any) -> Any:
        """
        Bars from `bottom` upwards, as one path; `color` and `hatch` may be lists.
        """
        at, height = given
        near, far, low, high = _corners(at, width, bottom, height, look.pop("align", "center"))
        return self._bars(np.stack([near, low, near, high, far, high, far, low], axis=1), low, "y", look)

    def _bars(self, corners: np.ndarray, start: np.ndarray, along: str, look: dict[str, Any]) -> list[Any]:
        corners = corners.reshape(-1, 4, 2)
        colour, hatch = look.pop("color", None), look.pop("hatch", "")
        label = look.pop("label", "")
        made = []
        for (own_colour, own_hatch), own in _alike(colour, hatch, len(corners)).items():
            bars = PathPatch(rectangles(corners[own]), label=label, hatch=own_hatch or None,
                             **({"facecolor": own_colour, "edgecolor": "none"} | look))
            # No margin is kept beyond the end that the bars stand on.
            getattr(bars.sticky_edges, along).extend(start[own].tolist())
            made.append(self.add_artist(bars))
            label = ""
        self.update_datalim(corners[np.isfinite(corners).all(axis=(1, 2))].reshape(-1, 2))
        # Limits that were set stay; matplotlib's stubs leave out this choice, its manual names it.
        self.autoscale(None)  # type: ignore[arg-type]
        return made

    def annotate(self, *given: Any, **look: Any) -> Any:
        """
        A text; one that stands right of a point, on its height, is a note.
        """
        if not _is_note(look):
            return super().annotate(*given, **look)
        text, (x, y) = given
        note = Note(text, float(x), float(y), look["xytext"][0], look["fontsize"], look.get("color", INK))
        self.notes.append(note)
        return note

    def set_xticks(self, *given: Any, **look: Any) -> Any:
        """
        Where the axis is lettered, and with what.
        """
        _fix(self.xaxis, *given, **look)

    def set_yticks(self, *given: Any, **look: Any) -> Any:
        """
        Where the axis is lettered, and with what.
        """
        _fix(self.yaxis, *given, **look)

    def tick_params(self, *given: Any, **look: Any) -> None:
        """
        There are no ticks.
        """

    def grid(self, visible: Any = None, which: Any = "major", axis: Any = "both", **look: Any) -> None:
        """
        Lines across, at the numbers of one axis.
        """
        self.grid_axis = axis if visible else ""

    def legend(self, *given: Any, **look: Any) -> Any:
        """
        What the colours mean: below, or on the right where it is anchored there.
        """
        self.handles = list(look.get("handles") or self.get_legend_handles_labels()[0])
        self.beside = look.get("bbox_to_anchor", (0, 0))[0] >= 1


def _is_note(look: dict[str, Any]) -> bool:
    """
    On the right of a point, on its height, and nothing else.
    """
    beside = look.get("textcoords") == "offset points" and look.get("va") == "center" and "fontsize" in look
    return beside and look.get("xytext", (0, 1))[1] == 0 and look.keys() <= NOTED


def _fix(axis: Any, ticks: Any, labels: Any = None, **look: Any) -> None:
    # All letters are alike, and none are mathematics: what is said of their look is theirs already.
    places = [float(tick) for tick in ticks]
    axis.set_major_locator(FixedLocator(places))
    if places:
        # As on any axis: what is lettered is seen.
        axis.set_view_interval(min(places), max(places))
    if labels is not None:
        axis.set_major_formatter(FixedFormatter([str(label) for label in labels]))


def _corners(at: Any, thickness: Any, start: Any, length: Any, align: str) -> tuple[np.ndarray, ...]:
    """
    Both sides of bars and both their ends.
    """
    at, start, length = (np.asarray(v, dtype=float) for v in (at, start, length))
    near = at - np.asarray(thickness, dtype=float) / 2 if align == "center" else at
    near, far, low, high = np.broadcast_arrays(near, near + thickness, start, start + length)
    return near, far, low, high


def _alike(colour: Any, hatch: Any, number: int) -> dict[tuple[Any, str], list[int]]:
    """
    (Colour, hatch) -> the bars that have both, each given for all bars or one by one.
    """
    colours = colour if isinstance(colour, list) else [colour] * number
    hatches = hatch if isinstance(hatch, list) else [hatch] * number
    bars: dict[tuple[Any, str], list[int]] = {}
    for position, look in enumerate(zip(colours, hatches, strict=True)):
        bars.setdefault(look, []).append(position)
    return bars


def rectangles(corners: np.ndarray) -> Path:
    """
    One path around all rectangles: drawn in one go, a hatch too.
    """
    closed = np.concatenate([corners, corners[:, :1]], axis=1)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(closed.reshape(-1, 2), codes * len(corners))
