"""Figures of a fleet of devices: one colour a category in all of them. The tables behind them are in `tables.fleet`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon.digital.devices.fleet import Fleet
from carbon.reports.figures import fitting, theme
from carbon.reports.figures.layers import stack
from carbon.reports.tables.fleet import age_pyramid_table, kg_by_life, purchases_by_quarter, quarter_name
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

ENGLISH = Words("en")
ORDER = ("laptop", "desktop", "monitor", "smartphone", "tablet", "printer")
"""Categories in the order of the colours; any other is pale."""
ROUTES = ("donated", "sold", "refurbished", "recycled", "lost", "not said")


def _say(words: Words, key: str, **values: object) -> str:
    return words(f"digital_figure.{key}", **values)


def device_colour(category: str) -> str:
    """Return the colour of a category, the same in every figure of a fleet."""
    look = theme.look()
    return look.ordered[ORDER.index(category)] if category in ORDER else look.pale


def plot_age_pyramid(fleet: Fleet, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the devices in stock by age and category. Table: `age_pyramid_table`."""
    table = age_pyramid_table(fleet).set_index("age")
    ax = ax or theme.new_axes()
    at = range(len(table))
    stack(ax, at, _parts(table, words))
    fitting.names(ax, at, [a if a.isdigit() else _say(words, "no_date") for a in table.index])
    ax.invert_yaxis()  # the youngest are at the foot
    fitting.clean(ax, words, grid="x", xlabel=_say(words, "units_axis"), ylabel=_say(words, "age_axis"))
    _whole(ax.xaxis)
    fitting.legend(ax, right=True)
    return ax


def plot_quarters(fleet: Fleet, year_starts: str, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the devices bought in each quarter of three years, by category. Table: `purchases_by_quarter`."""
    table = purchases_by_quarter(fleet, year_starts).pivot_table(index="quarter", columns="category", values="units")
    ax = ax or theme.new_axes()
    at = range(len(table))
    stack(ax, at, _parts(table, words), upright=True)
    ax.set_xticks(at, [quarter_name(q, words).replace(" ", "\n") for q in table.index])
    fitting.clean(ax, words, grid="y", ylabel=_say(words, "bought_axis"))
    _whole(ax.yaxis)
    fitting.legend(ax, right=True)
    return ax


def plot_exits(fleet: Fleet, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the devices that left in the year by category and way out. Table: `exit_lines`."""
    table = fleet.exits.pivot_table(index="category", columns="exit_route", values="units", fill_value=0)
    table, look = table.loc[_in_order(table.index)], theme.look()
    ax = ax or theme.new_axes(height=1.2 + 0.42 * len(table))
    colours = dict(zip(ROUTES, (*look.ordered[:5], look.pale), strict=True))
    stack(ax, range(len(table)), [(table[route].to_numpy(), colours[route], words.term("route", route))
                                  for route in ROUTES if route in table])
    fitting.names(ax, range(len(table)), [words.term("device", str(c)) for c in table.index])
    fitting.clean(ax, words, grid="x", xlabel=_say(words, "left_axis"))
    _whole(ax.xaxis)
    fitting.legend(ax, right=True)
    return ax


def plot_longer(fleet: Fleet, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw the carbon of what is bought a year under each life, by category. Table: `kg_by_life`."""
    table = kg_by_life(fleet).pivot_table(index="life", columns="category", values="co2e_t")
    ax = ax or theme.new_axes(height=1.3 + 0.45 * len(table))
    stack(ax, range(len(table)), _parts(table, words))
    fitting.names(ax, range(len(table)), [_say(words, "life", life=int(life)) if life else _say(words, "life_today")
                                          for life in table.index])
    fitting.clean(ax, words, grid="x", xlabel=_say(words, "longer_axis"))
    fitting.legend(ax, right=True)
    return ax


def plot_cohorts(fleet: Fleet, category: str, ax: Axes | None = None, *, words: Words = ENGLISH) -> Axes:
    """Draw devices bought each coming year under several lives: the cliff when the first cohort is old. Table:
    `cohorts_table`.
    """
    import seaborn as sns

    look = theme.look()
    rows = fleet.cohorts[fleet.cohorts["category"] == category]
    ax = ax or theme.new_axes()
    for (life, group), colour, line in zip(
            rows.groupby("life_years"), (look.pathway, look.fan, look.actual), ("-", "--", ":"), strict=False):
        name = _say(words, "life", life=life) + (_say(words, "today") if group["baseline"].any() else "")
        sns.lineplot(data=group, x="year", y="bought", drawstyle="steps-mid", color=colour, ls=line, lw=2.2,
                     label=name, estimator=None, legend=False, ax=ax)
    ax.set_ylim(bottom=0)
    fitting.years(ax)
    fitting.clean(ax, words, grid="y", ylabel=_say(words, "bought_axis"))
    _whole(ax.yaxis)
    fitting.legend(ax)
    return ax


def _whole(axis: Axis) -> None:
    """Set whole numbers on an axis that counts devices."""
    axis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]  # stubs know the base class only


def _in_order(categories: pd.Index) -> list[str]:
    return sorted(categories, key=lambda c: (ORDER.index(c) if c in ORDER else len(ORDER), c))


def _parts(table: pd.DataFrame, words: Words) -> list[tuple[object, str, str]]:
    return [(table[c].to_numpy(), device_colour(c), words.term("device", c)) for c in _in_order(table.columns)]
