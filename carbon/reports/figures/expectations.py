"""The measures of a year that are out of their band, each next to what was expected of it."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.reports.figures import fitting, theme
from carbon.reports.tables.expectations import breaches_table
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENGLISH = Words("en")
WORST = 6
"""Lines of the figure; the table has all."""
LETTERS, LINES = 34, 4
"""Letters of a line of a label, and its most lines."""
EDGE = 1.6
"""Room at both ends of the axis, as a factor of the ratio."""


def plot_breaches(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the worst breaches, each value over the usual one on a logarithmic axis, on its band.

    ratio = measured / expected, or to the nearer end of the band where nothing is usual. A value without a ratio (zero,
    or below zero) is a hollow mark at the end of the axis, with its number. Table: `breaches_table`.
    """
    table = source if isinstance(source, pd.DataFrame) else breaches_table(source, words=words)
    table = table.head(WORST)
    ax = ax or theme.new_axes(height=breaches_height(table))
    look, at = theme.look(), np.arange(len(table))
    low, ratio, high = _ratios(table)
    known = np.concatenate([column[np.isfinite(column)] for column in (low, ratio, high)] + [np.ones(1)])
    first, last = known.min() / EDGE, known.max() * EDGE
    open_low, open_high = np.where(np.isnan(low), first, low), np.where(np.isnan(high), last, high)
    ax.set_xscale("log")
    ax.set_xlim(first, last)
    ax.barh(at, open_high - open_low, left=open_low, height=0.5, color=look.fan, alpha=0.45,
            label=words("legend.expected"))
    has_ratio = np.isfinite(ratio)
    below = np.where(table["measured"].to_numpy() <= np.nan_to_num(table["low"].to_numpy()), first, last)
    points = np.where(has_ratio, ratio, below)
    for mask, face, name in ((has_ratio, look.pathway, "legend.measured"), (~has_ratio, "none", "legend.no_ratio")):
        if mask.any():
            ax.scatter(points[mask], at[mask], s=46, color=face, edgecolor=look.pathway, linewidth=1.4, zorder=3,
                       clip_on=False, label=words(name))
    _numbers(ax, table, points, words)
    _names(ax, table)
    _axis(ax, words, first, last)
    fitting.legend(ax, is_whole=True)
    return ax


def breaches_height(table: pd.DataFrame) -> float:
    """Return the height of the figure [inch]: room for each label in full."""
    return 1.5 + sum(0.24 + 0.17 * label.count("\n") + 0.3 for label in _labels(table.head(WORST), LETTERS))


def _ratios(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return low, measured and high over the usual value; NaN where a ratio does not exist on a logarithmic axis."""
    measured, usual, low, high = (table[c].to_numpy(dtype="float64") for c in ("measured", "expected", "low", "high"))
    nearest = np.where(measured > np.nan_to_num(high, nan=np.inf), high, low)
    usual = np.where(usual > 0, usual, np.where(nearest > 0, nearest, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = [column / usual for column in (low, measured, high)]
    low, ratio, high = (np.where(of > 0, of, np.nan) for of in ratios)
    return low, ratio, high


def _labels(table: pd.DataFrame, letters: int) -> list[str]:
    texts = (f"{subject}: {measure}" for subject, measure in zip(table["subject"], table["measure"], strict=True))
    return ["\n".join(textwrap.wrap(fitting.plain(text, letters * LINES), letters, max_lines=LINES, placeholder=" …"))
            for text in texts]


def _names(ax: Axes, table: pd.DataFrame) -> None:
    """Name the lines on their left in full, in letters as small as that takes."""
    room = fitting.place(ax)
    labels = _labels(table, LETTERS)
    lines = max(sum(label.count("\n") + 1 for label in labels), 1)
    widest = max((len(line) for label in labels for line in label.split("\n")), default=1)
    size = min(room.size("ytick.labelsize"), 0.62 * room.height / lines / 1.25, 0.45 * room.width / (0.6 * widest))
    ax.set_yticks(range(len(labels)), labels)
    for tick in ax.get_yticklabels():
        tick.set(fontsize=max(size, 3.0), parse_math=False)
    ax.set_ylim(len(labels) - 0.4, -0.6)


def _numbers(ax: Axes, table: pd.DataFrame, points: np.ndarray, words: Words) -> None:
    """Write each value above its mark, on the side where there is room."""
    room = fitting.place(ax)
    size = min(room.size("legend.fontsize"), 0.2 * room.height / max(len(table), 1))
    middle = math.sqrt(math.prod(ax.get_xlim()))
    for at, (value, unit, x) in enumerate(zip(table["measured"], table["unit"], points, strict=True)):
        on_left = x > middle
        text = f"{words.significant(value)} {words.term('unit', unit)}".strip()
        ax.annotate(text, (x, at), xytext=(-8 if on_left else 8, 0), textcoords="offset points", va="center",
                    ha="right" if on_left else "left", fontsize=max(size, 3.0), parse_math=False)


def _axis(ax: Axes, words: Words, first: float, last: float) -> None:
    from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

    room = fitting.place(ax)
    powers = range(math.ceil(math.log10(first)), math.floor(math.log10(last)) + 1)
    ticks = [10.0**power for power in powers] if len(powers) > 1 else [
        tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10) if first <= tick <= last]
    step = max(math.ceil(len(ticks) * 6 * fitting.LETTER * room.size("xtick.labelsize") / (0.5 * room.width)), 1)
    fitting.clean(ax, words, grid="x", xlabel=words("axis.times_expected"))
    ax.xaxis.set_major_locator(FixedLocator(ticks[::-1][::step][::-1]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_formatter(lambda value, _: f"{words.significant(value)} ×")
    ax.axvline(1.0, color=theme.look().ordered[0], lw=1)
