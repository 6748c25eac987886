"""
Figures of responsible digital. Each takes `ax=None` and returns the Axes; the table behind it is in digital_tables.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from carbon.core import packaged
from carbon.digital.fleet import Fleet
from carbon.digital.service import Service
from carbon.digital.service_climate import STEPS, TIERS
from carbon.digital.travel_policy import TravelPolicy
from carbon.reports import theme
from carbon.reports.digital_tables import KG_PER_T, age_pyramid_table, thresholds_table
from carbon.reports.words import Words
from carbon.scorecards.company import Indicators

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENGLISH = Words("en")
SHOWN_PROGRESS = (-60.0, 140.0)
"""Bars beyond are cut at the edge and marked with their number: progress itself is never clipped."""


@cache
def _strings() -> dict[str, dict[str, str]]:
    table = packaged.read_csv("carbon.reports", "data/digital_strings.csv").set_index("key")
    return {str(k): {str(c): str(v) for c, v in row.items()} for k, row in table.iterrows()}


def _say(words: Words, key: str, **values: object) -> str:
    return _strings()[key][words.language].format(**values)


def plot_age_pyramid(fleet: Fleet, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Devices in stock by age and category. Table: `age_pyramid_table`.
    """
    table = age_pyramid_table(fleet).set_index("age")
    with theme.style():
        ax = ax or theme.new_axes()
        at, left = np.arange(len(table)), np.zeros(len(table))
        for colour, category in zip(theme.ORDERED * 3, table.columns, strict=False):
            name = words.term("device", str(category))
            ax.barh(at, table[category], left=left, color=colour, height=0.78, label=name)
            left += table[category].to_numpy()
        ax.set_yticks(at, [a if a.isdigit() else _say(words, "no_date") for a in table.index])
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.14), ncols=3)
        return theme.clean(ax, words, grid="x", xlabel=_say(words, "units_axis"), ylabel=_say(words, "age_axis"))


def plot_cohorts(fleet: Fleet, category: str, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Devices bought each coming year under several lives: the cliff when the first cohort is old. Table: `cohorts_table`.
    """
    rows = fleet.cohorts[fleet.cohorts["category"] == category]
    with theme.style():
        ax = ax or theme.new_axes()
        for (life, group), colour, line in zip(
                rows.groupby("life_years"), (theme.PATHWAY, theme.FAN, theme.ACTUAL), ("-", "--", ":"), strict=False):
            name = _say(words, "life", life=life) + (_say(words, "today") if group["baseline"].any() else "")
            ax.step(group["year"], group["bought"], where="mid", color=colour, ls=line, lw=2.2, label=name)
        ax.set_ylim(bottom=0)
        ax.set_xticks(sorted(rows["year"].unique())[::2])
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.1), ncols=3)
        return theme.clean(ax, words, grid="y", ylabel=_say(words, "bought_axis"))


def plot_service(service: Service, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    A service by tier and step [t CO2e a year], with its range; a tier without factor says so. Table: `service_table`.
    """
    rows = service.table[service.table["criterion"] == "climate_change"]
    table = rows.pivot_table(index="tier", columns="step", values="value", aggfunc="sum") / KG_PER_T
    totals = service.by("tier").set_index("tier")
    with theme.style():
        ax = ax or theme.new_axes(height=3.2)
        at, left = np.arange(len(TIERS)), np.zeros(len(TIERS))
        for step, colour in zip(STEPS, ("#16324f", "#f0b84f", "#7fb685"), strict=True):
            kg = table.reindex(TIERS)[step].fillna(0.0).to_numpy() if step in table else np.zeros(len(TIERS))
            ax.barh(at, kg, left=left, color=colour, height=0.6, label=_say(words, step.replace(" ", "_")))
            left += kg
        for y, tier in enumerate(TIERS):
            if not totals.loc[tier, "covered"]:
                ax.text(left[y], y, "  " + _say(words, "not_covered"), va="center", color=theme.PATHWAY)
            elif left[y] > 0:
                # pandas' stubs let one cell be anything; here it is a number.
                low, high = (float(totals.loc[tier, c]) / KG_PER_T for c in ("low", "high"))  # type: ignore[arg-type]
                ax.plot([low, high], [y, y], color=theme.MUTED, lw=1.4, marker="|", ms=9)
        ax.set_yticks(at, [_say(words, t.replace(" ", "_")) for t in TIERS])
        ax.invert_yaxis()
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.2), ncols=3)
        return theme.clean(ax, words, grid="x", xlabel=_say(words, "service_axis"))


def plot_budgets(service: Service, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    A service's yearly impact in person-budgets by criterion; what is not covered says so, what lacks a part is hatched
    and reads "at least". Table: `budgets_table`.
    """
    table = service.budgets()
    known = table["person_budgets"].notna()
    with theme.style():
        ax = ax or theme.new_axes(height=1.2 + 0.42 * len(table))
        at = np.arange(len(table))
        bars = ax.barh(at, table["person_budgets"].fillna(0.0), color=theme.FAN, height=0.6)
        for y, bar, whole, covered in zip(range(len(table)), bars, table["whole"], known, strict=True):
            text = "" if whole and covered else _say(words, "at_least" if covered else "not_covered")
            bar.set_hatch("" if whole or not covered else "///")
            ax.text(bar.get_width(), y, f" {text}", va="center", fontsize=9, color=theme.PATHWAY)
        ax.axvline(1.0, color=theme.ACTUAL, lw=1.2, ls="--")
        ax.set_yticks(at, [_say(words, f"criterion_{c}") for c in table["criterion"]])
        ax.set_xlim(0, 1.25 * max(1.0, float(table["person_budgets"].max()) if known.any() else 1.0))
        ax.invert_yaxis()
        return theme.clean(ax, words, grid="x", xlabel=_say(words, "budgets_axis"))


def plot_thresholds(policy: TravelPolicy, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    What each threshold would avoid, before and after hotel nights. Table: `thresholds_table`.
    """
    table = thresholds_table(policy)
    with theme.style():
        ax = ax or theme.new_axes()
        ax.plot(table["hours"], table["avoided_t"], color=theme.ACTUAL, lw=2.2, marker="o", ms=4,
                label=_say(words, "avoided_axis"))
        ax.plot(table["hours"], table["net_avoided_t"], color=theme.FAN, lw=1.8, ls="--", label=_say(words, "nights"))
        ax.axvline(policy.hours, color=theme.PATHWAY, lw=1.6, ls=":",
                   label=_say(words, "rule_now", hours=f"{policy.hours:g}"))
        ax.set_ylim(bottom=0)
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.14), ncols=3)
        return theme.clean(ax, words, grid="y", xlabel=_say(words, "threshold_axis"),
                           ylabel=_say(words, "avoided_axis"))


def plot_scorecard(indicators: Indicators, audience: str, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """
    Progress of one audience's indicators, and where each should be by now. Table: `scorecard_table`.
    """
    rows = indicators.table[indicators.table["audience"] == audience].reset_index(drop=True)
    labels = indicators.catalogue.table.set_index("id")[f"label_{words.language}"]
    done = 100 * rows["progress"]
    low, high = SHOWN_PROGRESS
    with theme.style():
        ax = ax or theme.new_axes(height=0.9 + 0.55 * len(rows))
        at = np.arange(len(rows))
        colours = [theme.PATHWAY if p < 0 else theme.FAN for p in done]
        ax.barh(at, done.fillna(0.0).clip(low, high), color=colours, height=0.55)
        ax.plot(100 * rows["expected"], at, "|", color=theme.INK, ms=16, mew=2, label=_say(words, "expected"))
        for y, p in enumerate(done):
            text = _say(words, "no_data") if p != p else f"{words.number(p)} %" if not low <= p <= high else ""
            ax.text(min(max(p, low), high) if p == p else 0.0, y, f" {text}", va="center", fontsize=9)
        ax.set_yticks(at, [labels[i] for i in rows["indicator_id"]])
        ax.axvline(0, color=theme.MUTED, lw=1)
        ax.axvline(100, color=theme.ACTUAL, lw=1.2, ls="--")
        ax.set_xlim(low - 5, high + 20)
        ax.invert_yaxis()
        ax.legend(loc="upper left", bbox_to_anchor=(0, -0.14 - 0.3 / max(len(rows), 1)))
        return theme.clean(ax, words, grid="x", xlabel=_say(words, "progress_axis"))
