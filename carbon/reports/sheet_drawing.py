"""
Draws the sheets of a figure, once: grid, marks, then what is written.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from carbon.reports.lettering import Letters
from carbon.reports.pen import Pen
from carbon.reports.sheet import TICK, Sheet
from carbon.reports.sheet_layout import EDGE, GAP, LABEL, TITLE, Placed, high, lay_out, wide
from carbon.reports.theme import GRID, INK, MUTED

WHITE = 255
RULE = 0.8
"""Width of the lines of grid and axis [point]."""


def draw(figure: Figure) -> Letters:
    """
    The renderer with the figure drawn on white.
    """
    renderer = Letters(*figure.bbox.size, figure.dpi)
    pen = Pen(renderer)
    placed, key = lay_out(cast("list[Sheet]", figure.axes), pen)
    # White without a path around all pixels, which takes as long as all bars.
    np.asarray(renderer.buffer_rgba())[:] = WHITE
    for part in placed:
        _draw_sheet(part, pen)
    if key is not None:
        first, left = placed[0].sheet, renderer.width - pen.pixels(EDGE) - key.width
        if first.beside:
            key.draw(pen, left, first.bbox.y1, INK)
        else:
            key.draw(pen, min(left, first.bbox.x0), pen.pixels(EDGE) + key.height, INK)
    return renderer


def _draw_sheet(part: Placed, pen: Pen) -> None:
    sheet = part.sheet
    if sheet.axison:
        _rule(part, pen)
    for mark in sorted(_marks(sheet), key=lambda artist: artist.get_zorder()):
        mark.draw(pen.renderer)
    _letter(part, pen)
    _label(part, pen)


def _marks(sheet: Sheet) -> list[Any]:
    """
    What was added to the axes, without the parts that all axes have.
    """
    return [*sheet.collections, *sheet.patches, *sheet.lines, *sheet.images, *sheet.texts, *sheet.artists,
            *sheet.child_axes]


def _rule(part: Placed, pen: Pen) -> None:
    """
    The grid at the numbers of an axis, and the line below.
    """
    box, grid = part.sheet.bbox, part.sheet.grid_axis
    lines = [((box.x0, box.y0), (box.x1, box.y0))]
    if grid in ("x", "both"):
        lines += [((x, box.y0), (x, box.y1)) for x in part.below.at]
    if grid in ("y", "both"):
        lines += [((box.x0, y), (box.x1, y)) for y in part.names.at]
    gc = pen.renderer.new_gc()
    gc.set_foreground(GRID)
    gc.set_linewidth(RULE)
    gc.set_snap(True)
    path = Path(np.reshape(lines, (-1, 2)), [Path.MOVETO, Path.LINETO] * len(lines))
    pen.renderer.draw_path(gc, path, IdentityTransform())
    gc.restore()


def _letter(part: Placed, pen: Pen) -> None:
    """
    What stands below the axes, on their left, and beside their bars.
    """
    sheet, gap = part.sheet, pen.pixels(GAP)
    for x, text in zip(part.below.at, part.below.texts, strict=True):
        pen.write(text, x, sheet.bbox.y0 - gap - pen.height(text, TICK) / 2, TICK, INK, across=0.5)
    for y, text in zip(part.names.at, part.names.texts, strict=True):
        pen.write(text, sheet.bbox.x0 - gap, y, TICK, INK, across=1.0)
    for note in sheet.notes:
        x, y = sheet.transData.transform((note.x, note.y))
        pen.write(note.text, x + pen.pixels(note.right), y, note.size, note.colour)


def _label(part: Placed, pen: Pen) -> None:
    """
    Labels of both axes and the title.
    """
    sheet, box, gap, half = part.sheet, part.sheet.bbox, pen.pixels(GAP), pen.height("", LABEL) / 2
    if sheet.get_xlabel():
        middle = _inside((box.x0 + box.x1) / 2, pen.width(sheet.get_xlabel(), LABEL), pen.renderer.width)
        pen.write(sheet.get_xlabel(), middle, box.y0 - high(part.below, pen) - gap - half, LABEL, MUTED, across=0.5)
    if sheet.get_ylabel():
        middle = _inside((box.y0 + box.y1) / 2, pen.width(sheet.get_ylabel(), LABEL), pen.renderer.height)
        pen.write(sheet.get_ylabel(), box.x0 - wide(part.names, pen) - gap - half, middle, LABEL, MUTED, across=0.5,
                  turned=True)
    if part.title:
        pen.write(part.title, box.x0, box.y1 + 2 * gap + pen.height(part.title, TITLE) / 2, TITLE, INK, bold=True)


def _inside(middle: float, length: float, page: float) -> float:
    """
    The middle of a text, moved so that the text is within the page.
    """
    return min(max(middle, length / 2), page - length / 2)
