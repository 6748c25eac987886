"""Figures of questions: bars, a Pareto chart, a heatmap, the slopes between two years, and one panel a company.

`plot_*(source, ax=None)` takes an inventory or a history with `scope2_method`, or the pivot itself: the table with the
same numbers. hue: a second column, by colour; palette: see `questions.Palette`; unit: "t", "kg" or "%" of the total;
top: so many words, all others in one (`plot_slope` has none of the others); `kwargs` go to the drawing call.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.accounting.frames.pivot import OTHERS, TOTAL
from carbon.core.errors import UsageError
from carbon.reports.figures import fitting, theme
from carbon.reports.figures.layers import stack, zero_if_missing
from carbon.reports.figures.questions import Palette, Question, Where, colours, labels, listed
from carbon.reports.words.language import Words, as_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UPRIGHT = ("year", "quarter", "month")
"""Columns whose words are drawn side by side, in their order."""
ACROSS = 4
"""Panels of a row."""


def plot_bars(
    source: Any, ax: Axes | None = None, *, words: Words | str = "en", scope2_method: str = "",
    by: str = "category_name", hue: str = "", palette: Palette = None, title: str = "", unit: str = "t", top: int = 12,
    where: Where | None = None, **kwargs: Any,
) -> Axes:
    """Draw sums by a column as bars, divided by another one; years, quarters and months side by side.

    Years that are only reported are hatched. Table: `pivot(by, hue)`.
    """
    question, words = Question(source, scope2_method, unit), as_words(words)
    table = question.table(by, hue, top, where).drop(index=TOTAL)
    upright, hue = table.index.name in UPRIGHT, str(table.columns.name or "")
    ax = ax or theme.new_axes(height=theme.HEIGHT if upright else 1.0 + 0.42 * max(len(table), 1) + 0.3 * bool(hue))
    status = dict(source.status()) if table.index.name == "year" and hasattr(source, "status") else {}
    reported = {year for year, word in status.items() if word == "reported"}
    hatch: dict[str, Any] = {"hatch": ["////" if year in reported else "" for year in table.index]} if reported else {}
    ends = _bars(ax, table, hue, palette, question, words, upright=upright, **hatch, **kwargs)
    if not upright:
        fitting.notes(ax, ends.tolist(), [question.written(value, words) for value in _parts(table).sum(axis=1)])
    elif reported:
        ax.set_xlabel(words("pivot.reported"), fontsize=fitting.place(ax).size("axes.labelsize"))
    if hue:
        fitting.legend(ax, right=not upright)
    return question.titled(ax, title, words)


def _bars(ax: Axes, table: pd.DataFrame, hue: str, palette: Palette, question: Question, words: Words, *,
          upright: bool = False, note: str = "", share: float = fitting.NAMES, **kwargs: Any) -> np.ndarray:
    """Draw the lines of a pivot as bars, its columns end to end, with names and axis; return where they end."""
    parts, at = _parts(table), range(len(table))
    single = theme.look().ordered[1] if palette is None else colours(["all"], palette, "")["all"]
    of_hue = colours(list(parts.columns), palette, hue) if hue else dict.fromkeys(parts.columns, single)
    ends = stack(ax, at, [(zero_if_missing(parts[word].to_numpy(dtype=float)), of_hue[word], name)
                          for word, name in zip(parts.columns, labels(words, parts.columns), strict=True)],
                 upright=upright, **kwargs)
    if upright:
        fitting.below(ax, at, labels(words, table.index))
        fitting.clean(ax, words, grid="y", ylabel=question.axis(words))
    else:
        fitting.names(ax, at, labels(words, table.index), share)
        fitting.clean(ax, words, grid="x", xlabel=f"{question.axis(words)} {note}".strip())
    (ax.yaxis if upright else ax.xaxis).set_major_formatter(lambda value, _: question.tick(value, words))
    return ends


def _parts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a pivot that are drawn: the largest in their order, and the others as one."""
    parts = table.drop(columns=TOTAL, errors="ignore")
    order = parts.drop(columns=OTHERS, errors="ignore").abs().sum().nlargest(len(theme.LIGHT.ordered)).index
    rest = parts.drop(columns=order)
    own = parts[[word for word in parts.columns if word in order]]
    return own if rest.empty else own.assign(**{OTHERS: rest.sum(axis=1)}).rename_axis(columns=str(table.columns.name))


def plot_pareto(
    source: Any, ax: Axes | None = None, *, words: Words | str = "en", scope2_method: str = "", by: str = "supplier",
    hue: str = "", palette: Palette = None, title: str = "", unit: str = "t", top: int = 15,
    where: Where | None = None, **kwargs: Any,
) -> Axes:
    """Draw the largest words of a column and the share of the total that they cumulate. Table: `pivot(by, hue)`."""
    question, words = Question(source, scope2_method, unit), as_words(words)
    table = question.table(by, hue, top, where)
    ax = ax or theme.new_axes(height=0.9 + 0.42 * max(len(table) - 1, 1))
    drawn, hue = listed(table), str(table.columns.name or "")
    ends = _bars(ax, drawn, hue, palette, question, words, note=f"({words('pivot.cumulated')})", **kwargs)
    sums, whole = drawn.iloc[:, -1].to_numpy(dtype=float), float(table.to_numpy()[-1, -1])
    shares = np.cumsum(sums) / whole if whole > 0 else np.full(len(sums), np.nan)
    fitting.notes(ax, ends.tolist(), [
        f"{question.written(value, words)}  ({words.percent(share, 0)})"
        for value, share in zip(sums, shares, strict=True)])
    if hue:
        fitting.legend(ax, right=True)
    return question.titled(ax, title, words)


def plot_heatmap(
    source: Any, ax: Axes | None = None, *, words: Words | str = "en", scope2_method: str = "",
    by: str = "category_name", hue: str = "month", palette: str = "YlOrBr", title: str = "", unit: str = "t",
    top: int = 12, where: Where | None = None, **kwargs: Any,
) -> Axes:
    """Draw sums by two columns, `by` down and `hue` across, as colours; a cell without rows stays empty.

    Table: `pivot(by, hue)`.
    """
    question, words = Question(source, scope2_method, unit), as_words(words)
    table = question.table(by, hue, top, where).drop(index=TOTAL, columns=TOTAL)
    ax = ax or theme.new_axes(height=1.4 + 0.36 * len(table))
    mesh = ax.pcolormesh(np.ma.masked_invalid(table.to_numpy(dtype=float)), **{
        "cmap": palette, "edgecolors": theme.look().ground, "linewidth": 0.5, **kwargs})
    scale = ax.figure.colorbar(mesh, ax=ax, format=lambda value, _: question.tick(value, words))
    room = fitting.place(ax)
    scale.set_label(question.axis(words), size=room.size("axes.labelsize"))
    scale.ax.tick_params(labelsize=room.size("ytick.labelsize"))
    ax.grid(visible=False)
    fitting.names(ax, np.arange(len(table)) + 0.5, labels(words, table.index))
    fitting.below(ax, np.arange(table.shape[1]) + 0.5, labels(words, table.columns), share=0.5)
    ax.set_ylim(len(table), 0)  # names count downwards
    return question.titled(ax, title, words)


def plot_slope(
    source: Any, ax: Axes | None = None, *, words: Words | str = "en", scope2_method: str = "",
    by: str = "category_name", hue: str = "", years: Sequence[int] = (), palette: Palette = None, title: str = "",
    unit: str = "t", top: int = 8, **kwargs: Any,
) -> Axes:
    """Draw each word of a column in two years, joined by a line; none where one of them has no row.

    years: the two years; without them the last two. Lines that rise have the colour of what is above a target; a
    palette colours each word, hue each word of a second column. Table: `pivot(by, "year")` of a history, with hue
    `pivot([by, hue], "year")`.
    """
    question, words, look = Question(source, scope2_method, unit), as_words(words), theme.look()
    table = question.table([by, hue] if hue else by, "year", None)
    held_years = [year for year in table.columns if year != TOTAL]
    pair = list(years) or held_years[-2:]
    if len(pair) != 2 or not {*pair} <= {*held_years}:
        raise UsageError(f"a slope joins two years, not {pair}", hint=f"years with rows: {held_years}")
    drawn = table.iloc[:-1][pair].drop(index=OTHERS, errors="ignore")
    drawn = drawn.loc[drawn.abs().max(axis=1).sort_values(ascending=False).index[:top]]
    keys, names = drawn.index.get_level_values(-1), labels(words, drawn.index.get_level_values(0))
    if hue:  # a word that has two lines is named with its hue
        names = [f"{name}, {of_hue}" if names.count(name) > 1 else name
                 for name, of_hue in zip(names, labels(words, keys), strict=True)]
    of_word = colours(list(dict.fromkeys(keys)), palette, hue or by)
    ax = ax or theme.new_axes()
    lines = drawn.to_numpy(dtype=float)
    for key, line in zip(keys, lines, strict=True):
        colour = of_word[key] if hue or palette is not None else look.pathway if line[1] > line[0] else look.actual
        ax.plot([0, 1], line, **{"color": colour, "marker": "o", "lw": 1.8, **kwargs})
    fitting.clean(ax, words, grid="y", ylabel=question.axis(words))
    ax.grid(visible=False)  # each line has its numbers, which lines of a grid would strike out
    ax.yaxis.set_major_formatter(lambda value, _: question.tick(value, words))
    ax.set_xticks([0, 1], [str(year) for year in pair])
    numbers = [[question.written(value, words) if value == value else "" for value in line] for line in lines]
    fitting.at_both_ends(ax, lines, numbers, names, above_legend=bool(hue))
    if hue:
        from matplotlib.lines import Line2D

        fitting.legend(ax, [Line2D([], [], color=colour, lw=2, label=name) for colour, name in zip(
            of_word.values(), labels(words, keys.unique()), strict=True)])
    return question.titled(ax, title, words, [int(year) for year in pair])


def plot_multiples(
    sources: Sequence[Any], ax: Axes | None = None, *, words: Words | str = "en", scope2_method: str = "",
    by: str = "category_name", hue: str = "", palette: Palette = None, title: str = "", unit: str = "%", top: int = 8,
    **kwargs: Any,
) -> Axes:
    """Draw one panel a company or year, with the same words at the same height; return the first panel.

    "%" compares what each is made of; "t" and "kg" share one axis. Table: `pivot(by, hue)` of each.
    """
    questions = [Question(source, scope2_method, unit) for source in sources]
    if not questions:
        raise UsageError("There is no inventory to draw", hint="plot_multiples([inventory, inventory])")
    tables = [question.table(by, hue, None) for question in questions]
    sums = pd.concat([listed(table).iloc[:, -1] for table in tables], axis=1)
    order = sums.abs().max(axis=1).sort_values(ascending=False, kind="stable").index[:top]
    if len(sums) > len(order) or any(OTHERS in table.index for table in tables):
        tables = [_with_rest(table, order) for table in tables]
        order = order.append(pd.Index([OTHERS]))
    across = min(len(tables), ACROSS)
    rows = math.ceil(len(tables) / across)
    panels = fitting.split(ax or theme.new_axes(height=rows * (1.4 + 0.5 * len(order))), rows, across)
    for panel in panels[len(tables):]:
        panel.set_axis_off()
    words, panels = as_words(words), panels[:len(tables)]
    for number, (question, table, panel) in enumerate(zip(questions, tables, panels, strict=True)):
        _bars(panel, table.reindex(order).rename_axis(index=by), hue, palette, question, words,
              share=max(fitting.NAMES, 0.24 * across), **kwargs)
        panel.tick_params(labelleft=number % across == 0)
        question.titled(panel, "" if not title or number else title, words)
    for panel in panels:
        panel.set_xlim(right=max(other.get_xlim()[1] for other in panels))
    if hue:
        fitting.legend(panels[0])
    return panels[0]


def _with_rest(table: pd.DataFrame, kept: pd.Index) -> pd.DataFrame:
    """Return some words of a pivot, and the sum of all others in one."""
    rest = table.drop(index=[TOTAL, *kept], errors="ignore").sum(min_count=1)
    return pd.concat([table.reindex(kept), pd.DataFrame([rest], index=[OTHERS], columns=table.columns)])


def plot_purchase_models(table: pd.DataFrame, ax: Axes | None = None, *, words: Words | str = "en") -> Axes:
    """Draw one purchase by country, a bar a model, in the last year [kg CO2e per unit of money].

    Table: `factors.models.compare`. A model without a factor of a country has no bar there.
    """
    import seaborn as sns

    words = as_words(words)
    last = table[table["year"] == table["year"].max()]
    ax = ax or theme.new_axes(height=1.2 + 0.3 * len(last))
    models = list(dict.fromkeys(table["source_id"]))
    sns.barplot(data=last, y="region", x="kg_per_unit", hue="source_id", hue_order=models, ax=ax, errorbar=None,
                palette=list(islice(cycle(theme.look().ordered), len(models))), saturation=1)
    fitting.clean(ax, words, grid="x", xlabel=words("axis.kg_per_unit", unit=str(last["unit"].iloc[0])))
    ax.set_ylabel("")
    fitting.legend(ax, right=True)
    return ax
