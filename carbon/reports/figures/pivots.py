"""Figures of pivots: a heatmap, a Pareto chart, the slopes between two years, and an icicle of nested parts.

`plot_*(source, ax=None)` takes an inventory or a history with `scope2_method`, or the pivot itself: the table with the
same numbers. `kwargs` go to the drawing call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.accounting.frames.pivot import OTHERS, TOTAL
from carbon.core.errors import UsageError
from carbon.reports.figures import fitting, theme
from carbon.reports.figures.theme import INK
from carbon.reports.words.language import Words, as_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENGLISH = Words("en")
SMALL = 0.01
"""Share of the total below which parts of an icicle are drawn as one, without a name."""
VOCABULARY = {"category_name": "category", "kind": "kind", "mode": "mode"}


def plot_heatmap(
    source: Any, ax: Axes | None = None, *, words: Words | str = ENGLISH, scope2_method: str = "", top: int = 12,
    rows: str = "category_name", columns: str = "month", title: str = "", palette: str = "YlOrBr", **kwargs: Any,
) -> Axes:
    """Draw sums by two columns as colours [t CO2e]; a cell without rows stays empty. Table: `pivot(rows, columns)`."""
    words = as_words(words)
    table = _pivot(source, scope2_method, rows, columns, top).drop(index=TOTAL, columns=TOTAL)
    ax = ax or theme.new_axes(height=1.4 + 0.36 * len(table))
    mesh = ax.pcolormesh(np.ma.masked_invalid(table.to_numpy(dtype=float)), **{
        "cmap": palette, "edgecolors": theme.look().ground, "linewidth": 0.5, **kwargs})
    ax.figure.colorbar(mesh, ax=ax, label=words("axis.co2e_t"), format=lambda value, _: words.tick(value))
    ax.grid(visible=False)
    fitting.names(ax, np.arange(len(table)) + 0.5, _labels(words, table.index))
    fitting.below(ax, np.arange(table.shape[1]) + 0.5, _labels(words, table.columns))
    ax.set_ylim(len(table), 0)  # names count downwards
    return _titled(ax, table.attrs, title, words)


def plot_pareto(
    source: Any, ax: Axes | None = None, *, words: Words | str = ENGLISH, scope2_method: str = "", top: int = 15,
    by: str = "supplier", title: str = "", **kwargs: Any,
) -> Axes:
    """Draw the largest words of a column and the share of the total that they cumulate. Table: `pivot(by)`."""
    words, look = as_words(words), theme.look()
    table = _pivot(source, scope2_method, by, None, top)
    whole_t = float(table.to_numpy()[-1, 0])
    listed = table.drop(index=[TOTAL, *({OTHERS} & {*table.index})])
    tonnes = listed.iloc[:, 0].to_numpy()
    ax = ax or theme.new_axes(height=0.9 + 0.42 * max(len(listed), 1))
    at = np.arange(len(listed))
    ax.barh(at, tonnes, **{"height": 0.62, "color": look.ordered[1], **kwargs})
    shares = np.cumsum(tonnes) / whole_t if whole_t > 0 else np.full(len(listed), np.nan)
    fitting.notes(ax, np.maximum(tonnes, 0).tolist(), [
        f"{words.number(value, 1)}  ({words.percent(share, 0)})" for value, share in zip(tonnes, shares, strict=True)])
    fitting.names(ax, at, _labels(words, listed.index))
    fitting.clean(ax, words, grid="x", xlabel=f"{words('axis.co2e_t')} ({words('pivot.cumulated')})")
    return _titled(ax, table.attrs, title, words)


def plot_slope(
    source: Any, ax: Axes | None = None, *, words: Words | str = ENGLISH, scope2_method: str = "", top: int = 8,
    years: Sequence[int] = (), by: str = "category_name", title: str = "", **kwargs: Any,
) -> Axes:
    """Draw each word of a column in two years, joined by a line [t CO2e]; none where one of them has no row.

    years: The two years; without them the last two. Table: `pivot(by, "year")` of a history.
    """
    words, look = as_words(words), theme.look()
    table = _pivot(source, scope2_method, by, "year", None)
    held_years = [year for year in table.columns if year != TOTAL]
    pair = list(years) or held_years[-2:]
    if len(pair) != 2 or not {*pair} <= {*held_years}:
        raise UsageError(f"a slope joins two years, not {pair}", hint=f"years with rows: {held_years}")
    drawn = table.drop(index=[TOTAL, *({OTHERS} & {*table.index})])[pair]
    largest = drawn.abs().max(axis=1).sort_values(ascending=False).index[:top]
    drawn = drawn.loc[largest]
    ax = ax or theme.new_axes()
    lines, size = drawn.to_numpy(dtype=float), fitting.place(ax).size("legend.fontsize")
    gap = 0.055 * float(np.nanmax(np.abs(lines), initial=0.0)) / min(fitting.place(ax).share, 1.0)
    places = [_apart(lines[:, side], gap) for side in (0, 1)]
    for at, (name, line) in enumerate(zip(_labels(words, drawn.index), lines, strict=True)):
        rising = line[1] > line[0]
        ax.plot([0, 1], line, **{"color": look.pathway if rising else look.actual, "marker": "o", "lw": 1.8, **kwargs})
        texts = [words.number(line[0], 1), f"{words.number(line[1], 1)}  {fitting.plain(name, 34)}"]
        for side, text in enumerate(texts):
            ax.text((-0.05, 1.05)[side], places[side][at], text, va="center", ha=("right", "left")[side], fontsize=size,
                    parse_math=False)
    ax.set_xlim(-0.25, 2.2)
    fitting.clean(ax, words, grid="y", ylabel=words("axis.co2e_t"))
    ax.set_xticks([0, 1], [str(year) for year in pair])
    return _titled(ax, {**table.attrs, "year": "", "years": pair}, title, words)


def _apart(values: np.ndarray, gap: float) -> np.ndarray:
    """Return places for labels of values, none nearer to the next one than `gap`."""
    order, places = np.argsort(-values, kind="stable"), values.copy()
    for above, below in pairwise(order):
        places[below] = min(places[below], places[above] - gap)
    return places


def plot_icicle(
    source: Any, ax: Axes | None = None, *, words: Words | str = ENGLISH, scope2_method: str = "",
    by: Sequence[str] = ("scope", "category_name", "supplier"), title: str = "", **kwargs: Any,
) -> Axes:
    """Draw nested parts of the total, from left to right: scope, category, supplier [share of t CO2e].

    A part is as high as its share of what is above zero; smaller ones than a hundredth are one, without a name. Table:
    `pivot(by, top=None)`.
    """
    from matplotlib.colors import to_rgb

    words, look = as_words(words), theme.look()
    table = _pivot(source, scope2_method, list(by), None, None)
    if table.index.nlevels != len(by):
        raise UsageError(f"an icicle takes a pivot by {', '.join(by)}", hint=f"inv.pivot({list(by)}, top=None, ...)")
    leaves = table.iloc[:-1, 0]
    leaves = leaves[leaves > 0]
    ax = ax or theme.new_axes(height=5.2)
    room = fitting.place(ax)
    for key, start, share in _placed(leaves, len(by)):
        depth = len(key) - 1
        mixed = tuple((1.0 - 0.25 * depth) * c + 0.25 * depth * g for c, g in zip(
            to_rgb(look.scopes.get(str(key[0]), look.ordered[1])), to_rgb(look.ground), strict=True))
        # What is too small for a name of its own has the colour of what it is part of.
        ax.barh(start + share / 2, len(by) - depth - 0.02, left=depth, height=share, **{
            "color": mixed, "edgecolor": look.ground, "lw": 0.8, **kwargs})
        if share >= SMALL * 2:
            name = fitting.plain(_label(words, by[depth], key[-1]), int(66 / len(by)))
            ax.text(depth + 0.03, start + share / 2, f"{name}  {words.percent(share, 0)}", va="center",
                    parse_math=False, fontsize=min(room.size("legend.fontsize"), max(5.0, 300 * share)), clip_on=True,
                    color="white" if sum(mixed) < 1.3 else INK)
    ax.set(xlim=(0, len(by)), ylim=(1, 0))
    ax.set_axis_off()
    return _titled(ax, table.attrs, title, words)


def _placed(leaves: pd.Series, depth: int) -> list[tuple[tuple[Any, ...], float, float]]:
    """Return key, start and share of each part at each level, largest first in its parent; small ones are left out."""
    total, placed = float(leaves.sum()), []
    start_of: dict[tuple[Any, ...], float] = {(): 0.0}
    for level in range(depth):
        sums = leaves.groupby(level=list(range(level + 1)), sort=False).sum()
        sums = sums.sort_values(ascending=False, kind="stable")
        begins = dict(start_of)
        for key, value in sums.items():
            full = key if isinstance(key, tuple) else (key,)
            if full[:-1] in begins and value / total >= SMALL:
                placed.append((full, begins[full[:-1]], value / total))
                start_of[full] = begins[full[:-1]]
                begins[full[:-1]] += value / total
    return placed


def _pivot(source: Any, method: str, rows: Any, columns: Any, top: int | None) -> pd.DataFrame:
    if isinstance(source, pd.DataFrame):
        return source
    table: pd.DataFrame = source.pivot(rows, columns, top=top, **({"scope2_method": method} if method else {}))
    return table


def _label(words: Words, name: str, word: Any) -> str:
    if word == OTHERS:
        return words("pivot.others")
    text = str(word)
    if text.startswith("(no "):
        return words("pivot.none") if name != "category_name" else words("pivot.scopes_1_2")
    if name == "scope":
        return words(f"scope.{text}")
    if name == "month":
        return words.month(text)
    return words.term(VOCABULARY[name], text) if name in VOCABULARY else text


def _labels(words: Words, index: pd.Index) -> list[str]:
    return [_label(words, str(index.name or ""), word) for word in index]


def _titled(ax: Axes, facts: Mapping[Any, Any], text: str, words: Words) -> Axes:
    """Set the title: as given, else company, year and method of the pivot."""
    held_years = list(facts.get("years", ()))
    years = facts.get("year") or "–".join(map(str, dict.fromkeys([*held_years[:1], *held_years[-1:]])))
    method = words.term("method", str(facts.get("scope2_method", "")))
    fitting.title(ax, text or ", ".join(filter(None, [f"{facts.get('company', '')} {years}".strip(), method])))
    return ax
