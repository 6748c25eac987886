"""A map of flights and sites on the coastline of Natural Earth, in plain degrees: width and height of a place agree."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core.packaged import read_csv
from carbon.reports.figures import fitting, theme
from carbon.reports.figures.questions import Palette, Question, colours, label
from carbon.reports.tables.on_map import map_table
from carbon.reports.words.language import Words, as_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EDGE, LEAST = 0.12, 12.0
"""Margin around what is drawn, as a share of its span, and the least span [degrees]."""
STEPS = 60
"""Points of an arc."""
NAMED = 6
"""Places without a point that are named; the table has all."""


@cache
def coastline() -> tuple[npt.NDArray[np.float64], ...]:
    """Return the rings of land: longitude and latitude of each point [degrees]. Natural Earth, public domain."""
    kinds = {"ring": "integer", "longitude": "amount", "latitude": "amount"}
    table = read_csv("carbon.reports", "data/coastline.csv", kinds)
    return tuple(ring[["longitude", "latitude"]].to_numpy() for _, ring in table.groupby("ring"))


def plot_map(
    source: Any, ax: Axes | None = None, *, words: Words | str = "en", scope2_method: str = "",
    towns: Mapping[str, str] | None = None, hue: str = "", palette: Palette = None, title: str = "",
    top: int | None = None, **kwargs: Any,
) -> Axes:
    """Draw flights as great circles, wider where they emit more, and sites as points. Table: `map_table`.

    What has no known place, or is beyond the largest, is named under the map. hue: the colour of flights, e.g. "cabin";
    palette: colours of its words, or of "flight" and "site"; top: so many lines of flights.
    """
    question, words, look = Question(source, scope2_method), as_words(words), theme.look()
    table = source if isinstance(source, pd.DataFrame) else map_table(source, scope2_method=scope2_method, towns=towns,
                                                                      hue=hue)
    if not isinstance(source, pd.DataFrame):
        question.facts = {"company": source.company, "year": source.year, "scope2_method": scope2_method}
    is_placed = table["reason"] == ""
    flights, sites = (table[is_placed & (table["what"] == what)] for what in ("flight", "site"))
    largest = flights.nlargest(len(flights) if top is None else top, "co2e_t")
    of = _colours(largest, hue, palette)
    ax = ax or theme.new_axes(height=5.0)
    for ring in coastline():
        ax.fill(ring[:, 0], ring[:, 1], facecolor=look.pale, edgecolor=look.ground, lw=0.5)
    most = max(float(table["co2e_t"].abs().max()), 1e-12) if len(table) else 1.0
    ends = largest[["longitude", "latitude", "to_longitude", "to_latitude"]].to_numpy()
    arcs = [_arc(*line) for line in ends]
    for arc, tonnes, word in zip(arcs, largest["co2e_t"], largest["hue"] if hue else [""] * len(arcs), strict=True):
        ax.plot(arc[:, 0], arc[:, 1], **{"color": of[word or "flight"], "alpha": 0.75, "solid_capstyle": "round",
                                         "lw": 0.6 + 4 * math.sqrt(max(tonnes, 0.0) / most), **kwargs})
    ax.scatter(sites["longitude"], sites["latitude"], s=30 + 160 * sites["co2e_t"].clip(lower=0) / most, zorder=3,
               color=of["site"], edgecolor=look.ground)
    _window(ax, [*arcs, sites[["longitude", "latitude"]].to_numpy()])
    fitting.legend(ax, _handles(largest, sites, of, hue, words), columns=2)
    _below(ax, table[~is_placed], flights.drop(largest.index), words)
    return question.titled(ax, title, words)


def _colours(flights: pd.DataFrame, hue: str, palette: Palette) -> dict[str, Any]:
    """Return the colours of "site" and "flight", or of each word of a second column in place of the latter."""
    look = theme.look()
    if hue:
        return {**colours(list(dict.fromkeys(flights["hue"])), palette, hue), "site": look.actual}
    return {"flight": look.pathway, "site": look.actual} if palette is None else colours(
        ["flight", "site"], palette, "")


def _handles(flights: pd.DataFrame, sites: pd.DataFrame, of: Mapping[str, Any], hue: str, words: Words) -> list[Any]:
    """Return the entries of the legend: flights, by the words of a second column where there is one, and sites."""
    from matplotlib.lines import Line2D

    def named(what: str, lines: pd.DataFrame, word: str = "") -> str:
        tonnes = f"{words.significant(lines['co2e_t'].sum())} t"
        return f"{label(words, hue, word)}, {tonnes}" if word else words(f"map.{what}", n=len(lines), t=tonnes)

    of_words = flights["hue"].unique() if hue else [""] * bool(len(flights))
    arcs = [Line2D([], [], color=of[word or "flight"], lw=3, label=named(
        "flight", flights[flights["hue"] == word] if word else flights, word)) for word in of_words]
    points = Line2D([], [], color=of["site"], lw=0, marker="o", label=named("site", sites))
    return [*arcs, *([points] if len(sites) else [])]


def _below(ax: Axes, unplaced: pd.DataFrame, smaller: pd.DataFrame, words: Words) -> None:
    """Name under the map what is not drawn on it."""
    names, texts = [label(words, "route", name) for name in unplaced["name"].unique()], []
    if names:
        more = f" … (+{len(names) - NAMED})" if len(names) > NAMED else ""
        texts.append(words("map.unplaced", named=words("text.list").join(names[:NAMED]) + more))
    if len(smaller):
        texts.append(words("map.smaller", n=len(smaller), t=f"{words.significant(smaller['co2e_t'].sum())} t"))
    if texts:
        fitting.footnote(ax, " ".join(texts))


def _arc(x: float, y: float, to_x: float, to_y: float) -> npt.NDArray[np.float64]:
    """Return the points of a great circle; NaN parts it where it crosses the 180th meridian."""
    start, end = (np.array([math.cos(b) * math.cos(a), math.cos(b) * math.sin(a), math.sin(b)])
                  for a, b in ((math.radians(x), math.radians(y)), (math.radians(to_x), math.radians(to_y))))
    angle = math.acos(float(np.clip(start @ end, -1.0, 1.0)))
    share = np.linspace(0.0, 1.0, STEPS)[:, None]
    points = (np.sin((1 - share) * angle) * start + np.sin(share * angle) * end) if angle > 0 else start + 0 * share
    degrees = np.degrees(np.column_stack([np.arctan2(points[:, 1], points[:, 0]),
                                          np.arctan2(points[:, 2], np.hypot(points[:, 0], points[:, 1]))]))
    crossing = np.flatnonzero(np.abs(np.diff(degrees[:, 0])) > 180.0) + 1
    return np.insert(degrees, crossing, np.nan, axis=0)


def _window(ax: Axes, drawn: list[npt.NDArray[np.float64]]) -> None:
    """Show what is drawn with a margin, a degree as high as it is wide at the middle latitude."""
    points = np.concatenate([np.empty((0, 2)), *drawn])
    points = points[~np.isnan(points).any(axis=1)]
    points = points if len(points) else np.array([[-170.0, -58.0], [180.0, 75.0]])
    low, high = points.min(axis=0), points.max(axis=0)
    half = np.maximum((high - low) * (0.5 + EDGE), LEAST / 2)
    middle = (low + high) / 2
    room, stretch = fitting.place(ax), 1 / max(math.cos(math.radians(float(middle[1]))), 0.2)
    width = max(half[0], half[1] * stretch * room.width / room.height)  # as wide as the place of the axes
    height = max(half[1], width / stretch * room.height / room.width)
    ax.set(xlim=(middle[0] - width, middle[0] + width), ylim=(middle[1] - height, middle[1] + height))
    ax.set_aspect(stretch, adjustable="box")
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
