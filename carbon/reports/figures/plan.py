"""Figures of a plan: wedges, cost curve, calendar, and what it depends on.

Each takes a company's plan, or its table of `tables.plan`, and draws nothing else; levers by their label, of a table
without a language by their id.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.core.errors import UsageError
from carbon.levers.company import CompanyPlan
from carbon.reports.figures import fitting, theme
from carbon.reports.tables import plan as tables
from carbon.reports.words.language import Words, as_words

if TYPE_CHECKING:

    from matplotlib.axes import Axes

HATCHES = ("", "///", "...", "xxx")
MOST_BEFORE = 6
"""Years before the plan that are drawn."""
Source = CompanyPlan | pd.DataFrame
NUMBERS = ("year", "baseline_t", "plan_t", "limit_t", "gap_t")


def plot_wedges(
    source: Source, ax: Axes | None = None, *, limit: str = "", words: Words | str = "en",
    history: pd.Series | None = None,
) -> Axes:
    """Draw the baseline, each lever's cut, and in grey what is left above the target [t CO2e]. Table: `wedges_table`.

    A lever that adds to these scopes has no wedge to draw: the stack then ends below the plan's line, which is exact.
    limit: the target of a plan, by its name; history: t CO2e by year before the plan, drawn in front.
    """
    import seaborn as sns

    look, words = theme.look(), as_words(words)
    table = _table(source, tables.wedges_table, limit=limit, language=words.language)
    years = table["year"].to_numpy()
    ax = ax or theme.new_axes(height=4.8)
    top = table["baseline_t"].to_numpy().copy()
    for i, lever in enumerate(c for c in table.columns if c not in NUMBERS):
        below = top - table[lever].clip(lower=0.0).to_numpy()
        ax.fill_between(years, below, top, facecolor=_colour(i), hatch=_hatch(i), edgecolor=look.ground, lw=0.4,
                        label=lever)
        top = below
    gap = table["gap_t"].fillna(0.0).to_numpy()
    if gap.any():
        ax.bar(years, gap, bottom=table["plan_t"].to_numpy() - gap, width=0.35, color=look.pale,
               label=words("plan.gap"), zorder=3)
    line = partial(sns.lineplot, data=table, x="year", estimator=None, legend=False, ax=ax)
    line(y="baseline_t", color=theme.ink(), lw=1.6, ls=":", label=words("plan.baseline"))
    line(y="plan_t", color=look.actual, lw=2.2, label=words("plan.plan"), zorder=4)
    line(y="limit_t", color=look.pathway, lw=2, ls="--", marker="D", ms=5, zorder=5, label=words("plan.target"))
    if history is not None and len(history):
        before = history.tail(MOST_BEFORE)
        ax.plot([*before.index, years[0]], [*before, table["baseline_t"].iloc[0]], color=theme.ink(), lw=1.6,
                label=words("plan.history"))
        years = np.array([*before.index, *years])
    ax.set_ylim(bottom=0)
    fitting.below(ax, years, years)
    fitting.clean(ax, words, grid="y", ylabel=words("plan.axis.t"))
    fitting.legend(ax, columns=3)
    return ax


def plot_cost_curve(source: Source, ax: Axes | None = None, *, words: Words | str = "en") -> Axes:
    """Draw the abatement cost of the plan's levers in its last year. Table: `cost_curve_table`.

    Levers that save money are a hatched block below the axis, without a cost per tonne: below zero that is
    no order. The others follow by cost per tonne. Numbers on the bars are those of the list below them.
    """
    from matplotlib.patches import Patch

    look, words = theme.look(), as_words(words)
    table = _table(source, tables.cost_curve_table, language=words.language)
    saving: dict[str, Any] = {"facecolor": look.ground, "hatch": "///", "edgecolor": look.fan, "lw": 0.8}
    paying, free = table[table["block"] == "costs money"], table[table["block"] == "no regret"]
    top = float(paying["cost_per_t"].max()) if len(paying) else 1.0
    looks = [saving if block == "no regret" else {"facecolor": _colour(i - len(free)), "edgecolor": look.ground}
             for i, block in enumerate(table["block"])]
    heights = np.where(table["block"] == "no regret", -0.18 * top, table["cost_per_t"].fillna(0.0))
    ax = ax or theme.new_axes(height=4.6)
    room = fitting.place(ax)
    size = room.size("legend.fontsize")
    for number, (left, width, height, colour) in enumerate(
            zip(table["from_t"], table["abatement_t"], heights, looks, strict=True), start=1):
        ax.bar(left, height, width=width, align="edge", **colour)
        # Bars follow the list's order: one narrower than its number goes without.
        if width * 0.65 * room.width > len(str(number)) * size * table["to_t"].max():
            ax.annotate(str(number), (left + width / 2, max(height, 0.0)), xytext=(0, 2), textcoords="offset points",
                        fontsize=size, ha="center", va="bottom")
    ax.axhline(0, color=theme.ink(), lw=1)
    ax.set_ylim(-0.25 * top, 1.2 * top)
    ax.set_yticks([t for t in ax.get_yticks() if 0 <= t <= 1.2 * top])
    handles = [Patch(label=words("plan.no_regret"), **saving)] if len(free) else []
    handles += [Patch(label=f"{i}  {name}", **colour) for i, (name, colour) in enumerate(
        zip(_labels(table), looks, strict=True), start=1)]
    currency = str(table["currency"].iloc[0]) if len(table) else ""
    # Where every lever saves money no height is a cost per tonne: the axis goes.
    ax.set_yticks(ax.get_yticks() if len(paying) else [])
    fitting.clean(ax, words, grid="y", xlabel=words("plan.axis.cut"),
                  ylabel=words("plan.axis.cost_per_t", currency=currency) if len(paying) else "")
    fitting.legend(ax, handles, columns=2)
    return ax


def plot_calendar(
    source: Source, capex: pd.DataFrame | None = None, ax: Axes | None = None, *, words: Words | str = "en",
    currency: str = "",
) -> Axes:
    """Draw when each lever runs (darker: nearer its full effect; number: units), above yearly capex and its cap.

    Of a table, `capex_table` and the currency are needed too.
    """
    import seaborn as sns

    words = as_words(words)
    calendar = _table(source, tables.calendar_table, language=words.language)
    if isinstance(source, CompanyPlan):
        capex, currency = tables.capex_table(source), source.params.currency
    if capex is None:
        raise UsageError("plot_calendar: a calendar needs `capex` and `currency`", hint="or give the plan itself")
    look, years = theme.look(), capex["year"].tolist()
    levers = list(dict.fromkeys(calendar["lever"]))
    frame = ax or theme.new_axes(height=2.2 + 0.32 * max(len(levers), 1))
    upper, money = fitting.split(frame, 2, 1, heights=[max(len(levers), 1), 3])
    effect = calendar.pivot_table(index="lever", columns="year", values="effect").reindex(index=levers, columns=years)
    shades = sns.blend_palette([look.pale, look.fan], as_cmap=True)
    sns.heatmap(effect, vmin=0, vmax=1, cmap=shades, cbar=False, linewidths=1, linecolor=look.ground, ax=upper)
    invested = calendar[calendar["capex"] > 0]
    most = calendar.groupby("lever")["units"].transform("max") if "units" in calendar.columns else 0
    rolled = calendar[most > 1] if "units" in calendar.columns else calendar.head(0).assign(units=1.0)
    for lever, year, units, share in zip(*(rolled[c] for c in ("lever", "year", "units", "effect")), strict=True):
        upper.annotate(f"{units:,.0f}", (years.index(year) + 0.5, levers.index(lever) + 0.5), xytext=(7, 0),
                       textcoords="offset points", va="center", color=look.ground if share > 0.5 else theme.ink(),
                       fontsize=0.8 * fitting.place(frame).size("legend.fontsize"))
    upper.plot([years.index(y) + 0.5 for y in invested["year"]], [levers.index(v) + 0.5 for v in invested["lever"]],
               "D", color=look.pathway, ms=5 * fitting.place(frame).share)
    names = dict(zip(calendar["lever"], _labels(calendar), strict=True))
    upper.set_xticks([])
    upper.set(xlabel="", ylabel="")
    fitting.names(upper, np.arange(len(levers)) + 0.5, [names[v] for v in levers])
    upper.invert_yaxis()  # seaborn counts from above already
    at = np.arange(len(years))
    sns.barplot(x=at, y=capex["capex"].to_numpy(), native_scale=True, color=look.pathway, saturation=1, width=0.62,
                label=words("plan.capex"), legend=False, ax=money)
    money.plot(at, capex["cap"], color=theme.ink(), ls="--", lw=1.2, label=words("plan.cap"))
    money.set_xlim(-0.5, len(years) - 0.5)
    fitting.below(money, at, years)
    fitting.clean(money, words, grid="y", ylabel=words("plan.axis.yearly", currency=currency))
    fitting.legend(money)
    return upper


def plot_tornado(source: Source, ax: Axes | None = None, *, limit: str = "", words: Words | str = "en") -> Axes:
    """Draw how the plan's last year depends on each input [t CO2e against the plan]. Table: `sensitivity_table`."""
    import seaborn as sns

    words = as_words(words)
    table = _table(source, tables.sensitivity_table, limit=limit, language=words.language)
    ax = ax or theme.new_axes(height=1.2 + 0.36 * max(len(table), 1))
    at = np.arange(len(table))
    for column, colour, name in (("low_t", theme.look().pathway, words("plan.low")),
                                 ("high_t", theme.look().fan, words("plan.high"))):
        sns.barplot(x=table[column].to_numpy(), y=at, orient="h", native_scale=True, color=colour, saturation=1,
                    width=0.6, label=name, legend=False, ax=ax)
    ax.axvline(0, color=theme.ink(), lw=1)
    fitting.names(ax, at, _labels(table, "what"))
    fitting.clean(ax, words, grid="x", xlabel=words("plan.axis.change"))
    fitting.legend(ax, right=True)
    return ax


def _table(source: Source, make: Callable[..., pd.DataFrame], **named: Any) -> pd.DataFrame:
    return make(source, **named) if isinstance(source, CompanyPlan) else source


def _labels(table: pd.DataFrame, column: str = "lever") -> list[str]:
    return list(table["label" if "label" in table.columns else column])


def _colour(i: int) -> str:
    return theme.look().ordered[i % len(theme.LIGHT.ordered)]


def _hatch(i: int) -> str:
    """Return a hatch, by which levers differ also in grey."""
    return HATCHES[(i // len(theme.LIGHT.ordered)) % len(HATCHES)]
