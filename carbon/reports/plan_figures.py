"""
Figures of a plan: wedges, cost curve, calendar, both scope 2 methods side by side, and what it hangs on.

Each draws a table of `plan_tables` and nothing else; levers by their label where the table was asked for in a language,
else by their id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.reports import theme
from carbon.reports.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

ENGLISH = Words("en")
HATCHES = ("", "///", "...", "xxx")
GREY = "#c9ced4"
SAVING: dict[str, Any] = {"facecolor": "white", "hatch": "///", "edgecolor": theme.FAN, "lw": 0.8}
"""Look of a lever that saves money."""
NUMBERS = ("year", "baseline_t", "plan_t", "limit_t", "gap_t")


def plot_wedges(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Baseline, what each lever takes off it, and in grey what stays above the target [t CO2e]. Table: `wedges_table`.

    A lever that adds to these scopes has no wedge to draw: the stack then ends below the plan's line, which is exact.
    """
    levers = [c for c in table.columns if c not in NUMBERS]
    years = table["year"].to_numpy()
    with theme.style():
        ax = ax or theme.new_axes(height=4.6)
        top = table["baseline_t"].to_numpy().copy()
        for i, lever in enumerate(levers):
            below = top - table[lever].clip(lower=0.0).to_numpy()
            ax.fill_between(years, below, top, facecolor=_colour(i), hatch=_hatch(i), edgecolor="white", lw=0.4,
                            label=lever)
            top = below
        gap = table["gap_t"].fillna(0.0).to_numpy()
        if gap.any():
            plan = table["plan_t"].to_numpy()
            ax.bar(years, gap, bottom=plan - gap, width=0.35, color=GREY, label=words("plan.gap"), zorder=3)
        ax.plot(years, table["baseline_t"], color=theme.INK, lw=1.6, ls=":", label=words("plan.baseline"))
        ax.plot(years, table["plan_t"], color=theme.ACTUAL, lw=2.2, label=words("plan.plan"), zorder=4)
        ax.plot(years, table["limit_t"], color=theme.PATHWAY, lw=2, ls="--", marker="D", ms=5, zorder=5,
                label=words("plan.target"))
        ax.set_ylim(bottom=0)
        ax.set_xticks(list(years))
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        return theme.clean(ax, words, grid="y", ylabel=words("plan.axis.t"))


def plot_cost_curve(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Abatement cost of the plan's levers in its last year. Table: `cost_curve_table`.

    Levers that save money stand apart as a hatched block below the axis, without a cost per tonne: below zero that is
    no order. The others follow by cost per tonne. Numbers on the bars are those of the list beside them.
    """
    with theme.style():
        ax = ax or theme.new_axes(height=4.2)
        paying, free = table[table["block"] == "costs money"], table[table["block"] == "no regret"]
        top = float(paying["cost_per_t"].max()) if len(paying) else 1.0
        ax.bar(free["from_t"], -0.18 * top, width=free["abatement_t"], align="edge", **SAVING)
        colours = [_colour(i) for i in range(len(paying))]
        ax.bar(paying["from_t"], paying["cost_per_t"], width=paying["abatement_t"], align="edge", edgecolor="white",
               color=colours)
        middle, height = (table["from_t"] + table["to_t"]) / 2, table["cost_per_t"].fillna(0.0)
        for number, (x, y, block) in enumerate(zip(middle, height, table["block"], strict=True), start=1):
            below = block == "no regret"
            ax.text(x, -0.2 * top if below else y + 0.01 * top, str(number), ha="center",
                    va="top" if below else "bottom", fontsize=8)
        ax.axhline(0, color=theme.INK, lw=1)
        ax.set_ylim(-0.4 * top, 1.2 * top)
        ax.set_yticks([t for t in ax.get_yticks() if 0 <= t <= 1.2 * top])
        ax.legend(handles=_list(table, colours, words), loc="upper left", bbox_to_anchor=(1.0, 1.02))
        currency = str(table["currency"].iloc[0]) if len(table) else ""
        return theme.clean(ax, words, grid="y", xlabel=words("plan.axis.cut"),
                           ylabel=words("plan.axis.cost_per_t", currency=currency))


def plot_calendar(
    calendar: pd.DataFrame, capex: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH, currency: str
) -> Axes:
    """
    When each lever runs (darker: nearer its full effect), above what is invested each year and the cap. Tables:
    `calendar_table`, `capex_table`. Returns the upper axes.
    """
    levers = list(dict.fromkeys(calendar["lever"]))
    names = dict(zip(calendar["lever"], _labels(calendar), strict=True))
    with theme.style():
        upper = ax or theme.new_axes(height=1.9 + 0.32 * max(len(levers), 1))
        figure = cast("Figure", upper.get_figure(root=True))
        upper.set_axis_off()
        calendar_ax, money_ax = _split(upper, len(levers))
        for position, lever in enumerate(levers):
            own = calendar[calendar["lever"] == lever]
            for year, effect, paid in zip(own["year"], own["effect"], own["capex"], strict=True):
                calendar_ax.barh(position, 0.96, left=year - 0.48, height=0.62, color=theme.FAN,
                                 alpha=0.18 + 0.82 * effect, lw=0)
                if paid > 0:
                    calendar_ax.plot(year, position, "D", color=theme.PATHWAY, ms=5)
        calendar_ax.set_yticks(range(len(levers)), [names[v] for v in levers])
        calendar_ax.invert_yaxis()
        calendar_ax.set_xticks(list(capex["year"]), [])
        theme.clean(calendar_ax, words, grid="x")
        calendar_ax.set_xticks(list(capex["year"]), [])
        money_ax.bar(capex["year"], capex["capex"], width=0.62, color=theme.PATHWAY, label=words("plan.capex"))
        money_ax.plot(capex["year"], capex["cap"], color=theme.INK, ls="--", lw=1.2, label=words("plan.cap"))
        money_ax.set_xticks(list(capex["year"]))
        money_ax.set_xlim(calendar_ax.get_xlim())
        money_ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        theme.clean(money_ax, words, grid="y", ylabel=words("plan.axis.yearly", currency=currency))
        figure.align_ylabels()
        return calendar_ax


def plot_tracks(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Baseline and plan, location-based beside market-based [t CO2e]. Table: `tracks_table`. Returns the left axes.
    """
    with theme.style():
        whole = ax or theme.new_axes(height=3.6)
        whole.set_axis_off()
        left = whole.inset_axes((0.0, 0.0, 0.47, 1.0))
        right = whole.inset_axes((0.53, 0.0, 0.47, 1.0), sharey=left)
        for axes, method in ((left, LOCATION), (right, MARKET)):
            rows = table[table["scope2_method"] == method]
            axes.fill_between(rows["year"], rows["plan_t"], rows["baseline_t"], color=theme.FAN, alpha=0.25, lw=0)
            axes.plot(rows["year"], rows["baseline_t"], color=theme.INK, lw=1.6, ls=":", label=words("plan.baseline"))
            axes.plot(rows["year"], rows["plan_t"], color=theme.ACTUAL, lw=2.2, label=words("plan.plan"))
            axes.set_title(words.term("method", method))
            axes.set_ylim(bottom=0)
            axes.set_xticks(list(rows["year"]))
            theme.clean(axes, words, grid="y", ylabel=words("plan.axis.t") if method == LOCATION else "")
        right.tick_params(labelleft=False)
        left.legend(loc="lower left")
        return left


def plot_tornado(table: pd.DataFrame, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    What the plan's last year hangs on, one input at a time [t CO2e against the plan]. Table: `sensitivity_table`.
    """
    with theme.style():
        ax = ax or theme.new_axes(height=1.2 + 0.36 * max(len(table), 1))
        at = np.arange(len(table))
        for column, colour, name in (("low_t", theme.PATHWAY, words("plan.low")),
                                     ("high_t", theme.FAN, words("plan.high"))):
            ax.barh(at, table[column], height=0.6, color=colour, label=name)
        ax.axvline(0, color=theme.INK, lw=1)
        ax.set_yticks(at, _labels(table, "what"))
        ax.invert_yaxis()
        ax.legend(loc="lower right")
        return theme.clean(ax, words, grid="x", xlabel=words("plan.axis.change"))


def _list(table: pd.DataFrame, colours: Sequence[str], words: Words) -> list[Patch]:
    """
    Legend of a cost curve: a heading for the levers that save money, and every lever by its number.
    """
    from matplotlib.patches import Patch

    free = int((table["block"] == "no regret").sum())
    handles = [Patch(label=words("plan.no_regret"), **SAVING)] if free else []
    for i, name in enumerate(_labels(table)):
        style: dict[str, Any] = SAVING if i < free else {"facecolor": colours[i - free]}
        handles.append(Patch(label=f"{i + 1}  {name}", **style))
    return handles


def _labels(table: pd.DataFrame, column: str = "lever") -> list[str]:
    return list(table["label" if "label" in table.columns else column])


def _colour(i: int) -> str:
    return theme.ORDERED[i % len(theme.ORDERED)]


def _hatch(i: int) -> str:
    """
    Beyond the colours a hatch tells levers apart, in grey too.
    """
    return HATCHES[(i // len(theme.ORDERED)) % len(HATCHES)]


def _split(ax: Axes, levers: int) -> Sequence[Axes]:
    share = (0.32 * max(levers, 1)) / (0.32 * max(levers, 1) + 1.3)
    return ax.inset_axes((0.0, 1.02 - share, 1.0, share)), ax.inset_axes((0.0, 0.0, 1.0, 0.96 - share))
