"""
A figure is laid out twice and then drawn; what cannot have changed in between is worked out once.

Whenever matplotlib asks how large a part is, it places the ticks of the axis and measures their texts anew, some twelve
times for each axis of one drawing; and each new tick takes deep copies of the markers of the first. The picture is the
same, pixel for pixel, with and without what is kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axis import Axis

TESTED = ("3.11.",)
"""Releases of matplotlib whose pictures were compared with and without; any other one draws in its own way."""

Kept = dict[Any, tuple[Any, Any]]
"""Axis or text -> (what its answer stands on, the answer)."""


@contextmanager
def measured_once() -> Iterator[None]:
    """
    Within it, matplotlib places the ticks of an axis once for each place of its axes, lays out a text once, and shares
    markers between ticks.

    Only for drawing: limits, styles and texts of a figure must not be changed within. These are parts that matplotlib
    promises nobody: a release whose pictures were not compared, or one that lacks a part, draws as it always does.
    """
    import matplotlib
    from matplotlib.axis import Axis
    from matplotlib.markers import MarkerStyle
    from matplotlib.text import Text

    replaced = [(Axis, "_update_ticks", _ticks), (Axis, "_get_ticklabel_bboxes", _label_boxes),
                (Text, "_get_layout", _layouts), (MarkerStyle, "_set_marker", _markers)]
    found: list[tuple[Any, str, Any]] = [(owner, name, owner.__dict__[name]) for owner, name, _ in replaced
                                         if name in owner.__dict__]
    if len(found) == len(replaced) and matplotlib.__version__.startswith(TESTED):
        for (owner, name, make), (_, _, own) in zip(replaced, found, strict=True):
            setattr(owner, name, make(own))
    try:
        yield
    finally:
        for owner, name, own in found:
            setattr(owner, name, own)


def _place(axis: Axis) -> tuple[bytes, float, float]:
    """
    What ticks and their labels stand on: where the axes lie, and what they show.
    """
    low, high = axis.get_view_interval()
    return bytes(axis.axes.bbox.get_points().tobytes()), float(low), float(high)


def _ticks(own: Callable[..., Any]) -> Callable[..., Any]:
    kept: Kept = {}

    def update_ticks(axis: Axis) -> Any:
        # Asked for first: it scales the axes where that is still due.
        place = _place(axis)
        if axis not in kept or kept[axis][0] != place:
            kept[axis] = place, own(axis)
        return kept[axis][1]

    return update_ticks


def _label_boxes(own: Callable[..., Any]) -> Callable[..., Any]:
    kept: Kept = {}

    def boxes(axis: Axis, ticks: list[Any], renderer: Any) -> Any:
        place = _place(axis), ticks
        if axis not in kept or kept[axis][0] != place:
            kept[axis] = place, own(axis, ticks, renderer)
        return kept[axis][1]

    return boxes


def _layouts(own: Callable[..., Any]) -> Callable[..., Any]:
    kept: Kept = {}

    def layout(text: Any, renderer: Any) -> Any:
        stands_on = (text.get_text(), text.get_rotation(), text.get_horizontalalignment(), text.get_verticalalignment(),
                     renderer)
        if text not in kept or kept[text][0] != stands_on:
            kept[text] = stands_on, own(text, renderer)
        return kept[text][1]

    return layout


def _markers(own: Callable[..., Any]) -> Callable[..., Any]:
    def set_marker(style: Any, marker: Any) -> None:
        if type(marker) is type(style):
            # Drawing changes no marker: one that is set anew is made anew.
            vars(style).update(vars(marker))
        else:
            own(style, marker)

    return set_marker
