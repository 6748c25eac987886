"""The measures of a year that are out of their band, each next to what was expected of it."""

from __future__ import annotations

import math
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
LETTERS = 36
"""Letters of a line of a label, and its most lines."""
TO = "\u00a0–\u00a0"
"""Between the ends of a band."""
EDGE = 1.6
"""Room at both ends of the axis, as a factor of the ratio."""


def plot_breaches(source: Any, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the worst breaches, each value over the usual one on a logarithmic axis, on its band.

    Where nothing is usual the nearer end of the band takes its place. A value without a ratio (zero, or below zero) is
    a hollow mark at the end of the axis. Table: `breaches_table`.
    """
    table = source if isinstance(source, pd.DataFrame) else breaches_table(source, words=words)
    table = table.head(WORST)
    ax = ax or theme.new_axes(height=breaches_height(table))
    look, at = theme.look(), np.arange(len(table))
    low, ratio, high = _ratios(table)
    known_values = np.concatenate([column[np.isfinite(column)] for column in (low, ratio, high)] + [np.ones(1)])
    first, last = known_values.min() / EDGE, known_values.max() * EDGE
    open_low, open_high = np.where(np.isnan(low), first, low), np.where(np.isnan(high), last, high)
    ax.set_xscale("log")
    ax.set_xlim(first, last)
    ax.barh(at, open_high - open_low, left=open_low, height=0.5, color=look.fan, alpha=0.45,
            edgecolor=look.fan, linewidth=1.2, label=words("legend.expected"))
    has_ratio = np.isfinite(ratio)
    below = np.where(table["measured"].to_numpy() <= np.nan_to_num(table["low"].to_numpy()), first, last)
    points = np.where(has_ratio, ratio, below)
    for mask, face, name in ((has_ratio, look.pathway, "legend.measured"), (~has_ratio, "none", "legend.no_ratio")):
        if mask.any():
            ax.scatter(points[mask], at[mask], s=46, color=face, edgecolor=look.pathway, linewidth=1.4, zorder=3,
                       clip_on=False, label=words(name))
    is_small = fitting.place(ax).share < 1.0
    _names(ax, _labels(table, words, short=is_small))
    _axis(ax, words, first, last)
    if not is_small:  # the label of the axis names what small axes show
        fitting.legend(ax, right=True)
    return ax


def breaches_height(table: pd.DataFrame) -> float:
    """Return the height of the figure [inch]: room for each label in full."""
    return 1.4 + sum(0.38 + 0.17 * label.count("\n") for label in _labels(table.head(WORST), ENGLISH))


def _ratios(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return low, measured and high over the usual value; NaN where a ratio does not exist on a logarithmic axis."""
    measured, usual, low, high = (table[c].to_numpy(dtype="float64") for c in ("measured", "expected", "low", "high"))
    nearest_end = np.where(measured > np.nan_to_num(high, nan=np.inf), high, low)
    usual = np.where(usual > 0, usual, np.where(nearest_end > 0, nearest_end, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = [column / usual for column in (low, measured, high)]
    low, ratio, high = (np.where(of > 0, of, np.nan) for of in ratios)
    return low, ratio, high


def _labels(table: pd.DataFrame, words: Words, *, short: bool = False) -> list[str]:
    """Return what each line is; its value and its band in full, unless `short`."""
    colon, texts = words("text.colon"), []
    columns = (table[c] for c in ("subject", "measure", "measured", "unit", "low", "high"))
    for subject, measure, measured, unit, low, high in zip(*columns, strict=True):
        amount = f"{words.significant(measured)}\u00a0{words.term('unit', unit)}".strip()
        band = TO.join(words.significant(end) for end in dict.fromkeys((low, high)) if end == end)
        numbers = "" if short else f" {amount} ({words('legend.expected')}{colon}{band})"
        text = f"{subject}{colon}{measure}{numbers}"
        texts.append(fitting.plain(text, LETTERS))
    return texts


def _names(ax: Axes, labels: list[str]) -> None:
    """Name the lines on their left in full, in letters as small as that takes."""
    room = fitting.place(ax)
    most = max((label.count("\n") + 1 for label in labels), default=1) * max(len(labels), 1)
    widest = max((len(line) for label in labels for line in label.split("\n")), default=1)
    size = min(room.size("ytick.labelsize"), 0.55 * room.height / most / 1.3, 0.45 * room.width / (0.6 * widest))
    ax.set_yticks(range(len(labels)), labels)
    ax.tick_params(axis="y", labelsize=size)
    for tick in ax.get_yticklabels():
        tick.set(fontsize=size, parse_math=False)
    ax.set_ylim(len(labels) - 0.4, -0.6)


def _axis(ax: Axes, words: Words, first: float, last: float) -> None:
    """Set powers of ten as ticks, as many as there is room for; within two powers, round ratios."""
    from matplotlib.ticker import FixedLocator, NullLocator

    powers = [10.0**power for power in range(math.ceil(math.log10(first)), math.floor(math.log10(last)) + 1)]
    ticks = powers if len(powers) > 2 else [tick for tick in (0.1, 0.2, 0.5, 1, 2, 5, 10) if first <= tick <= last]
    fitting.clean(ax, words, grid="x", xlabel=words("axis.times_expected"))
    room = fitting.place(ax)
    longest = max((len(_times(tick, words)) for tick in ticks), default=1) + 2
    step = max(math.ceil(len(ticks) * longest * fitting.LETTER * room.size("xtick.labelsize") / (0.55 * room.width)), 1)
    middle = min(range(len(ticks)), key=lambda at: abs(math.log(ticks[at])), default=0)
    ax.xaxis.set_major_locator(FixedLocator(ticks[middle % step::step]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda value, _: _times(value, words))
    ax.axvline(1.0, color=theme.look().actual, lw=1)


def _times(ratio: float, words: Words) -> str:
    return f"{words.number(ratio, max(-math.floor(math.log10(ratio) + 1e-9), 0))}\u00a0×"
