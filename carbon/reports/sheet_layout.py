"""Places of the sheets of a figure: margins from their labels, measured before drawing, so that none is cut off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from carbon.reports.pen import CAP, Pen
from carbon.reports.sheet import TICK, Sheet
from carbon.reports.sheet_key import Key, in_column, in_rows

LABEL, TITLE = 9.5, 11.0
"""Sizes of the texts [point]."""
EDGE, GAP, APART = 3.5, 3.5, 5.0
"""Free at the edge of the picture, between an axis and its texts, and at least between two of them [point]."""
BESIDE = 0.45
"""Share of the width that a legend on the right may take."""
ROUNDING = 1e-9
"""Of the length of an axis: a number so near to its end is on it."""


class Box(NamedTuple):
    """
    Edges of a sheet's axes [pixel].
    """

    left: float
    bottom: float
    right: float
    top: float


class Lettered(NamedTuple):
    """
    Texts of an axis, and where on it they stand [pixel].
    """

    at: np.ndarray
    texts: list[str]


NOTHING = Lettered(np.empty(0), [])


@dataclass(frozen=True)
class Placed:
    """
    A sheet in its place, with what is written below it, on its left and above it.
    """

    sheet: Sheet
    below: Lettered
    names: Lettered
    title: str


def lay_out(sheets: list[Sheet], pen: Pen) -> tuple[list[Placed], Key | None]:
    """
    Place sheets side by side; with their legend, which is that of the first of them.
    """
    width, edge = float(pen.renderer.width), pen.pixels(EDGE)
    first, right, bottom, key = sheets[0], width - edge, edge, None
    if first.handles and first.beside:
        key = in_column(first.handles, pen, BESIDE * width, pen.renderer.height - 2 * edge)
        right -= key.width + pen.pixels(3 * GAP)
    elif first.handles:
        key = in_rows(first.handles, pen, width - 2 * edge)
        bottom += key.height + pen.pixels(GAP)
    columns = np.linspace(edge, right + edge, len(sheets) + 1)
    return [_place(sheet, pen, Box(left, bottom, end - edge, pen.renderer.height - edge))
            for sheet, left, end in zip(sheets, columns, columns[1:], strict=False)], key


def _place(sheet: Sheet, pen: Pen, box: Box) -> Placed:
    """
    In the box; the title takes as many lines as the axes are wide enough for, and with one more all is placed anew.
    """
    text = title = sheet.get_title(loc="left")
    while True:
        placed = _under(title, sheet, pen, box)
        fitted = pen.fitted(text, TITLE, sheet.bbox.width, bold=True)
        if fitted.count("\n") <= title.count("\n"):
            return replace(placed, title=fitted)
        title = fitted


def _under(title: str, sheet: Sheet, pen: Pen, box: Box) -> Placed:
    # Without a title the highest number may stand on the upper edge of the axes.
    above = pen.height(title, TITLE) + 2 * pen.pixels(GAP) if title else pen.pixels(TICK * CAP)
    box = box._replace(top=box.top - above)
    if not sheet.axison:
        _set(sheet, pen, box)
        _set(sheet, pen, _around_insets(sheet, pen, box))
        return Placed(sheet, NOTHING, NOTHING, title)
    # How many numbers an axis has depends on its length, and its length on the texts of the other axis: the height is
    # settled first, then the left edge, then the right one.
    below = _lettered(sheet, pen, "x")
    box = _between_labels(sheet, pen, box, below)
    _set(sheet, pen, box)
    names = _lettered(sheet, pen, "y")
    box = box._replace(left=box.left + max(wide(names, pen), wide(below, pen) / 2))
    _set(sheet, pen, box)
    edge, below = box.right, _lettered(sheet, pen, "x")
    while (right := _right_end(sheet, pen, below, edge)) < box.right - 1:
        box = box._replace(right=right)
        _set(sheet, pen, box)
        below = _lettered(sheet, pen, "x")
    return Placed(sheet, below, names, title)


def _set(sheet: Sheet, pen: Pen, box: Box) -> None:
    across, up = pen.renderer.width, pen.renderer.height
    sheet.set_position((box.left / across, box.bottom / up, max(box.right - box.left, 1.0) / across,
                        max(box.top - box.bottom, 1.0) / up))


def _between_labels(sheet: Sheet, pen: Pen, box: Box, below: Lettered) -> Box:
    """
    Room for the labels of both axes, and for what is written below.
    """
    label = pen.height("", LABEL) + pen.pixels(GAP)
    return box._replace(left=box.left + label * bool(sheet.get_ylabel()),
                        bottom=box.bottom + label * bool(sheet.get_xlabel()) + high(below, pen))


def high(lettered: Lettered, pen: Pen) -> float:
    """
    Height of the texts below an axis, with the gap to it.
    """
    return max((pen.height(text, TICK) + pen.pixels(GAP) for text in lettered.texts), default=0.0)


def wide(lettered: Lettered, pen: Pen) -> float:
    """
    Width of the texts on the left of an axis, with the gap to it.
    """
    return max((pen.width(text, TICK) + pen.pixels(GAP) for text in lettered.texts), default=0.0)


def _right_end(sheet: Sheet, pen: Pen, below: Lettered, edge: float) -> float:
    """
    How far the axes may reach, so that half of each text below and the notes beside bars end before the edge.

    A text that starts at the share f of the axes and reaches w further does so if
    left + f x (right - left) + w <= edge.
    """
    left, right = sheet.bbox.x0, sheet.bbox.x1
    starts, reach = list(below.at), [pen.width(text, TICK) / 2 for text in below.texts]
    for note in sheet.notes:
        starts.append(sheet.transData.transform((note.x, note.y))[0])
        reach.append(pen.pixels(note.right) + pen.width(note.text, note.size))
    shares = [(start - left) / (right - left) for start in starts]
    return min([edge, *(left + (edge - left - w) / f for f, w in zip(shares, reach, strict=True) if f > 0)])


def _around_insets(sheet: Sheet, pen: Pen, box: Box) -> Box:
    """
    Room for the texts of axes within these, which matplotlib measures.
    """
    for child in sheet.child_axes:
        child.apply_aspect(child.get_axes_locator()(child, pen.renderer))
        outer, own = child.get_tightbbox(pen.renderer) or sheet.bbox, sheet.bbox
        box = Box(box.left + max(own.x0 - outer.x0, 0), box.bottom + max(own.y0 - outer.y0, 0),
                  box.right - max(outer.x1 - own.x1, 0), box.top - max(outer.y1 - own.y1, 0))
    return box


def _lettered(sheet: Sheet, pen: Pen, which: str) -> Lettered:
    """
    The texts of the axis "x" or "y" that are seen; where they would touch, each second or third of them.
    """
    axis, across = (sheet.xaxis, True) if which == "x" else (sheet.yaxis, False)
    low, high = sorted(axis.get_view_interval())
    values = np.asarray(axis.get_majorticklocs(), dtype=float)
    texts = axis.get_major_formatter().format_ticks(values.tolist())
    slack = ROUNDING * (high - low)
    seen = np.flatnonzero((values >= low - slack) & (values <= high + slack))
    at = sheet.transData.transform(np.column_stack([values[seen], values[seen]]))[:, 0 if across else 1]
    shown = [texts[i] for i in seen]
    lengths = np.array([pen.width(text, TICK) if across else pen.height(text, TICK) for text in shown])
    between = pen.pixels(APART) if across else 0.0
    step = next(n for n in range(1, len(seen) + 2) if _free(at[::n], lengths[::n], between))
    return Lettered(at[::step], shown[::step])


def _free(at: np.ndarray, lengths: np.ndarray, between: float) -> bool:
    """
    Whether texts centred there leave so much between them.
    """
    order = np.argsort(at)
    at, lengths = at[order], lengths[order]
    return bool((np.diff(at) >= (lengths[1:] + lengths[:-1]) / 2 + between).all())
