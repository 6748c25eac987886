"""The trajectory: the history, its target, and the fan of the fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from carbon.reports.figures import fitting, theme
from carbon.reports.figures.layers import line
from carbon.reports.tables.trajectory import (
    BEGINS,
    BREAK,
    ENDS,
    EXCEPTIONAL,
    EXPLAINED,
    TARGET_YEAR,
    UNEXPLAINED,
    trajectory_table,
)
from carbon.reports.words.language import Words, as_words
from carbon.reports.words.phrases import phrase
from carbon.reports.words.targets import likely_text, record_text
from carbon.trajectory import Target, Trajectory

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REASON = 24
"""Letters of a break's reason in a drawing; the page has it whole."""


def plot_trajectory(
    table: pd.DataFrame | Trajectory, ax: Axes | None = None, *, target: Target | None = None,
    words: Words | str = "en",
) -> Axes:
    """Draw the history, the pathway of the target and the fan of the fit [t CO2e]. Table: a `Trajectory`, with its
    target if there is one, or a `trajectory_table`.

    The fan starts at the last figure. Reported years are open circles, computed years are filled: the difference shows
    in a grey print. Exceptional years, breaks, contracts and the target year are marked: a year that the three before
    did not let expect by "?", or by what explains it. Of a fit, the probability to meet the target is above with its
    record, and that of the interval at that distance, where there is one. Three years give a last value without a fan.
    """
    words, chance = as_words(words), ""
    if isinstance(table, Trajectory):
        chance = "" if target is None else _chance(table, target, words)
        table = trajectory_table(table.series, pathway=None if target is None else target.pathway_of(table.series),
                                 fit=table)
    # Tables of earlier releases have no marks.
    table = table.assign(**{column: "" for column in ("mark", "reason") if column not in table})
    targets = table.loc[table["mark"].str.contains(TARGET_YEAR), "year"].tolist()
    ax = ax or theme.new_axes(height=4.4)
    _fan(ax, table, words)
    _history(ax, table, words)
    _marks(ax, table, words)
    if chance:
        fitting.title(ax, chance, letters="legend.fontsize", fontweight="normal", loc="left")
    fitting.years(ax, *targets)
    fitting.clean(ax, words, grid="y", ylabel=words("axis.co2e_t"))
    fitting.legend(ax)
    return ax


def _fan(ax: Axes, table: pd.DataFrame, words: Words) -> None:
    """Draw intervals and median from the last figure on, and the pathway."""
    look, years, co2e_t = theme.look(), table["year"].to_numpy(), table["co2e_t"].to_numpy()
    joined = {c: table[c].to_numpy().copy() for c in table.columns if c.endswith("_t")}
    has_fit = ~np.isnan(joined["median_t"])
    known_years = ~np.isnan(co2e_t) & (years < years[has_fit].min(initial=years[-1] + 1))
    if has_fit.any() and known_years.any():
        last = np.flatnonzero(known_years)[-1]
        has_fit[last] = True
        for column in joined:
            if column.startswith(("median", "low", "high")):
                joined[column][last] = co2e_t[last]
    for level, alpha in ((95, 0.14), (80, 0.2), (50, 0.3)):
        low, high = (joined[f"{side}_{level}_t"][has_fit] for side in ("low", "high"))
        if (~np.isnan(low)).sum() > 1:
            ax.fill_between(years[has_fit], low, high, lw=0, color=look.fan, alpha=alpha,
                            label=words("legend.interval", level=level))
    if has_fit.any():
        line(ax, years[has_fit], joined["median_t"][has_fit], color=look.fan, lw=1.6, ls=":", label=words("legend.fit"))
    if not np.isnan(joined["pathway_t"]).all():
        line(ax, years, joined["pathway_t"], color=look.pathway, lw=2, ls="--", label=words("legend.pathway"))


def _history(ax: Axes, table: pd.DataFrame, words: Words) -> None:
    """Draw what was emitted; years reported earlier are open."""
    look = theme.look()
    years, statuses, co2e_t = (table[c].to_numpy() for c in ("year", "status", "co2e_t"))
    # Not joined over a year without a value.
    ax.plot(years, co2e_t, color=look.actual, lw=2, zorder=4)
    for status, face, name in (("reported", look.ground, "reported"), ("computed", look.actual, "computed"),
                               ("", look.actual, "actual")):
        of_status = (statuses == status) & ~np.isnan(co2e_t)
        if of_status.any():
            ax.plot(years[of_status], co2e_t[of_status], "o", mec=look.actual, mfc=face, ms=6, zorder=5, mew=1.6,
                    label=words(f"legend.{name}"))


def _marks(ax: Axes, table: pd.DataFrame, words: Words) -> None:
    """Mark years in the drawing; the legend has those that are there."""
    look, years = theme.look(), table["year"].to_numpy()
    top = 1.08 * float(np.nanmax(table.filter(regex="^(co2e|pathway|high_80)_t$").to_numpy(), initial=0.0))
    marks = table["mark"].str.split("; ")
    for mark, symbol, colour in ((EXCEPTIONAL, "X", look.ordered[4]), (BEGINS, "^", look.ordered[3]),
                                 (ENDS, "v", look.ordered[3]), (TARGET_YEAR, "D", look.pathway),
                                 (UNEXPLAINED, "$?$", look.ordered[4]), (EXPLAINED, "s", look.ordered[4])):
        at = np.array([mark in of_year for of_year in marks], dtype=bool)
        if at.any():
            column = "pathway_t" if mark == TARGET_YEAR else "co2e_t"
            heights = np.full(at.sum(), 0.03 * top) if mark in (BEGINS, ENDS) else table[column].to_numpy()[at]
            heights = heights + 0.06 * top if mark == UNEXPLAINED else heights  # above the year's circle
            ax.plot(years[at], heights, ls="", marker=symbol, ms=8 if symbol != "$?$" else 11, mfc=colour, zorder=6,
                    mec=look.ground if symbol != "$?$" else colour, clip_on=False, label=words.term("mark", mark))
    for number, year in enumerate(years[[BREAK in of_year for of_year in marks]]):
        ax.axvline(year - 0.5, color=theme.ink(), lw=1.2, ls=(0, (2, 2)),
                   label="" if number else words.term("mark", BREAK))
    _reasons(ax, table, words)
    ax.set_ylim(bottom=0)


def _reasons(ax: Axes, table: pd.DataFrame, words: Words) -> None:
    """Write what explains a break next to its year: the first words of the reason."""
    size = fitting.place(ax).size("legend.fontsize")
    for year, co2e_t, reason in table.loc[table["reason"] != "", ["year", "co2e_t", "reason"]].itertuples(index=False):
        text = fitting.plain(phrase(reason, words.language).split(", ")[0], REASON)
        ax.annotate(text, (year, co2e_t), (0, 8), textcoords="offset points", ha="center", va="bottom",
                    fontsize=size, parse_math=False, zorder=7)


def _chance(fitted: Trajectory, target: Target, words: Words) -> str:
    """Return the probability to meet the target and what backs it; "" where nothing does."""
    backed = fitted.backed_chance(target)
    if backed is None:
        return ""
    return words("trajectory.backed_chance", year=target.target_year, p=likely_text(fitted, backed.p, words),
                 inside=backed.inside, forecasts=backed.forecasts, horizon=backed.horizon,
                 record=record_text(fitted.reliability_of(backed.p, target), words))
