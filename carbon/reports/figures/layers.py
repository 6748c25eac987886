"""Bars end to end and lines through known values, which matplotlib draws from a table's numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.text_columns import listed
from carbon.reports.figures.theme import look

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Numbers = npt.NDArray[np.float64]


def by_pair(table: pd.DataFrame, place: str, part: str) -> dict[tuple[Any, Any], float]:
    """Return the tonnes by the values of two columns [t CO2e].

    Raises ValueError: A pair is on two lines: one of them would not be drawn.
    """
    pairs = list(zip(listed(table[place]), listed(table[part]), strict=True))
    tonnes = dict(zip(pairs, table["co2e_t"].tolist(), strict=True))
    if len(tonnes) < len(pairs):
        twice = sorted(pair for pair in tonnes if pairs.count(pair) > 1)
        raise ValueError(f"more than one line has this {place} and {part}: {twice}")
    return tonnes


def layers(table: pd.DataFrame, place: str, part: str) -> tuple[list[Any], dict[Any, Numbers]]:
    """Return the places in order, and of each part, in order, its t CO2e at each of them; 0 where it has no line."""
    tonnes = by_pair(table, place, part)
    places, parts = sorted({at for at, _ in tonnes}), sorted({of for _, of in tonnes})
    return places, {of: zero_if_missing(np.array([tonnes.get((at, of), 0.0) for at in places])) for of in parts}


def zero_if_missing(values: Numbers) -> Numbers:
    """Return the mark in place of a bar of unknown length."""
    return np.where(np.isnan(values), 0.0, values)


def stack(ax: Axes, at: Any, parts: Iterable[tuple[Any, str, str]], *, upright: bool = False, **bars: Any) -> Numbers:
    """Draw parts (values, colour, name) of bars end to end, below zero to the other side; return where they end."""
    end, low = np.zeros(len(at)), np.zeros(len(at))
    for values, colour, name in parts:
        properties = {"color": colour, "edgecolor": look().ground, "label": name, **bars}
        sizes = np.asarray(values, dtype=float)
        begin = np.where(sizes < 0, low, end)
        container = ax.bar(at, sizes, bottom=begin, **{"width": 0.72, **properties}) if upright else ax.barh(
            at, sizes, left=begin, **{"height": 0.62, **properties})
        for patch in container:  # only zero is an end of the axis: an empty part on top would be one too
            (patch.sticky_edges.y if upright else patch.sticky_edges.x)[:] = [0.0]
        end, low = end + np.maximum(sizes, 0.0), low + np.minimum(sizes, 0.0)
    return end


def line(ax: Axes, x: Any, y: Any, **look: Any) -> None:
    """Draw a line through the known values, joined over those that are missing."""
    y = np.asarray(y, dtype=float)
    known_points = ~np.isnan(y)
    ax.plot(np.asarray(x)[known_points], y[known_points], **look)
