"""
The legend of a sheet: samples and names in rows below it, or one below the other on its right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.transforms import IdentityTransform

from carbon.reports.pen import Pen
from carbon.reports.sheet import rectangles

SIZE, ROW = 9.0, 15.0
"""Of its letters, and from row to row [point]."""
SAMPLE, SPACE, BETWEEN = 18.0, 5.0, 15.0
"""Width of a sample, the space before its name, and that before the next entry [point]."""
THICK = 7.0
"""Height of a sample [point]."""


@dataclass(frozen=True)
class Entry:
    """
    One sample and its name; (x, y): where the sample starts, from the legend's upper left corner [pixel].
    """

    handle: Any
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Key:
    """
    A legend laid out; width and height [pixel].
    """

    entries: tuple[Entry, ...]
    width: float
    height: float

    def draw(self, pen: Pen, left: float, top: float, ink: str) -> None:
        """
        Draw it with its upper left corner at (left, top).
        """
        for entry in self.entries:
            x, y = left + entry.x, top - entry.y
            _sample(entry.handle, pen, x, y).draw(pen.renderer)
            pen.write(entry.name, x + pen.pixels(SAMPLE + SPACE), y, SIZE, ink)


def in_rows(handles: Sequence[Any], pen: Pen, room: float) -> Key:
    """
    Side by side, in as many rows as the room asks for.
    """
    row, between = pen.pixels(ROW), pen.pixels(BETWEEN)
    x, rows, widest, entries = 0.0, 0, 0.0, []
    for handle in handles:
        name = pen.fitted(str(handle.get_label()), SIZE, room - pen.pixels(SAMPLE + SPACE))
        width = pen.pixels(SAMPLE + SPACE) + pen.width(name, SIZE)
        if x and x + width > room:
            x, rows = 0.0, rows + 1
        entries.append(Entry(handle, name, x, row * (rows + 0.5)))
        widest, x = max(widest, x + width), x + width + between
    return Key(tuple(entries), widest, row * (rows + 1))


def in_column(handles: Sequence[Any], pen: Pen, room: float, height: float) -> Key:
    """
    One below the other, names wrapped where they are wider than the room, closer where there are many.
    """
    names = [pen.fitted(str(handle.get_label()), SIZE, room - pen.pixels(SAMPLE + SPACE)) for handle in handles]
    heights = [pen.height(name, SIZE) for name in names]
    free = min(pen.pixels(ROW - SIZE), (height - sum(heights)) / len(names))
    starts = np.cumsum([0.0, *(own + free for own in heights)])
    entries = [Entry(handle, name, 0.0, float(start + (own + free) / 2))
               for handle, name, start, own in zip(handles, names, starts, heights, strict=False)]
    widest = max(pen.width(name, SIZE) for name in names)
    return Key(tuple(entries), pen.pixels(SAMPLE + SPACE) + widest, float(starts[-1]))


def _sample(handle: Any, pen: Pen, x: float, y: float) -> Any:
    """
    A line with its marker, or a rectangle with its colour and hatch.
    """
    width, thick = pen.pixels(SAMPLE), pen.pixels(THICK)
    if isinstance(handle, Line2D):
        line = Line2D([x, x + width / 2, x + width], [y, y, y], markevery=[1])
        line.update_from(handle)
        line.set(transform=IdentityTransform(), clip_on=False)
        return line
    face, edge = _first(handle.get_facecolor()), _first(handle.get_edgecolor())
    low, high = y - thick / 2, y + thick / 2
    corners = np.array([[(x, low), (x + width, low), (x + width, high), (x, high)]])
    return PathPatch(rectangles(corners), facecolor=face, edgecolor=edge, hatch=handle.get_hatch(),
                     lw=np.ravel(handle.get_linewidth())[0], transform=IdentityTransform())


def _first(colours: Any) -> Any:
    """
    The only colour of a patch, the first of a collection; none where it has none.
    """
    rows = np.atleast_2d(colours)
    return tuple(rows[0].tolist()) if rows.size else "none"
