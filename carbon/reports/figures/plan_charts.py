"""The plan on a page: what each action cuts below the baseline, and when actions run and money is spent."""

from __future__ import annotations

import math

import pandas as pd

from carbon.core.text_columns import lines_of
from carbon.core.units import KG_PER_T
from carbon.levers.company import CompanyPlan
from carbon.reports.figures.bars import BAR, GAP
from carbon.reports.figures.drawing import LINE, NARROW, SIZE, Drawing, text_width, wrapped
from carbon.reports.figures.theme import INK, LIGHT, MUTED
from carbon.reports.figures.years import BELOW, DASHES, KeyList, Plot, Points, points_of
from carbon.reports.tables import plan as tables
from carbon.reports.words.language import MINUS, Words

MOST_ACTIONS = 5
"""With a colour of their own: those that cut most; the others are one area. The table has all."""
YEARS_BEFORE = 6
MONEY = 70.0
"""Height of the highest investment or cap [px]."""
NUMBERS = ("year", "baseline_t", "plan_t", "limit_t", "gap_t")
BASELINE_DASH = "2 3"
Wedge = tuple[str, str, Points]
"""(name, colour, t CO2e cut by year)"""


def most_cut_target(wide: dict[str, pd.DataFrame]) -> str:
    """Return the target whose scopes the plan cuts most in its last year. wide: target -> `wedges_table`."""
    return max(wide, key=lambda name: float((wide[name]["baseline_t"] - wide[name]["plan_t"]).iloc[-1]))


def wedges_chart(table: pd.DataFrame, width: float, *, words: Words, wide: dict[str, pd.DataFrame],
                 names: dict[str, str], company_plan: CompanyPlan | None = None) -> str:
    """Return the actions' cuts below the baseline as SVG, for the target that the plan cuts most.

    Table: long lines of `wide`, target -> `wedges_table`; names: target -> label; company_plan: gives the years before.
    An action that adds to these scopes has no area: the stack then ends below the plan's line, which is exact.
    """
    target = most_cut_target(wide)
    numbers = wide[target]
    lines = {name: points_of(numbers, f"{name}_t") for name in ("baseline", "plan", "limit")}
    past = {} if company_plan is None else _past(company_plan, target)
    wedges = _wedges(numbers, words)
    first = min(lines["baseline"])
    if first - 1 in past:  # the wedges open where the last inventory ends
        lines["baseline"] |= {first - 1: past[first - 1]}
        lines["plan"] |= {first - 1: past[first - 1]}
    drawing = Drawing(width)
    for at, row in enumerate(wrapped(names.get(target, target), width)):
        drawing.text(0, SIZE + at * LINE * SIZE, row, bold=True)
    years = sorted({*past, *lines["baseline"], *lines["limit"]})
    plot = Plot(drawing, lines | {"past": past}, years, words, top=drawing.height + 12, names=False)
    plot.scales()
    _stack(plot, lines["baseline"], wedges)
    for name, colour, size, dash in (("baseline", INK, 1.6, BASELINE_DASH), ("past", LIGHT.actual, 2.2, ""),
                                     ("plan", INK, 2.6, ""), ("limit", LIGHT.pathway, 2, DASHES[LIGHT.pathway])):
        points = past if name == "past" else lines[name]
        drawing.line([plot.place(*point) for point in sorted(points.items())], colour, width=size, dash=dash)
    for point in lines["limit"].items():
        drawing.dot(*plot.place(*point), LIGHT.pathway, edge=LIGHT.ground)
    _key(KeyList(drawing, words, top=plot.floor + BELOW), lines | {"history": past}, wedges)
    return drawing.svg()


def _past(company_plan: CompanyPlan, target: str) -> Points:
    history = company_plan.basis.history_kg.get(target)
    if history is None:
        return {}
    past = history.dropna().tail(YEARS_BEFORE)
    return dict(zip(past.index.tolist(), (past / KG_PER_T).tolist(), strict=True))


def _wedges(numbers: pd.DataFrame, words: Words) -> list[Wedge]:
    """Return the actions that cut most in the last year, in the order of the plan, and the sum of the others."""
    cuts = {str(name): points_of(numbers, name) for name in numbers.columns if name not in NUMBERS}
    last = int(numbers["year"].iloc[-1])
    largest = sorted(cuts, key=lambda name: -cuts[name].get(last, 0.0))[:MOST_ACTIONS]
    wedges = [(name, colour, cuts[name]) for name, colour in zip(
        (name for name in cuts if name in largest), LIGHT.ordered, strict=False)]
    if rest := [cuts[name] for name in cuts if name not in largest]:
        years = sorted({year for of in rest for year in of})
        wedges.append((words("plan.others", actions=len(rest)), LIGHT.pale,
                       {year: math.fsum(of.get(year, 0.0) for of in rest) for year in years}))
    return wedges


def _stack(plot: Plot, baseline: Points, wedges: list[Wedge]) -> None:
    top = dict(baseline)
    for _, colour, cut in wedges:
        foot = {year: value - max(cut.get(year, 0.0), 0.0) for year, value in top.items()}
        plot.drawing.area([*(plot.place(year, top[year]) for year in sorted(top)),
                           *(plot.place(year, foot[year]) for year in sorted(foot, reverse=True))], colour)
        top = foot


def _key(key: KeyList, lines: dict[str, Points], wedges: list[Wedge]) -> None:
    for name, word, colour, dash in (("history", "history", LIGHT.actual, ""),
                                     ("baseline", "baseline", INK, BASELINE_DASH), ("plan", "plan", INK, ""),
                                     ("limit", "target", LIGHT.pathway, DASHES[LIGHT.pathway])):
        if lines[name]:
            year = max(lines[name])
            key.line(colour, key.words(f"plan.{word}"), year, lines[name][year], dash=dash)
    last = max(lines["plan"])
    for name, colour, cut in wedges:
        value = cut.get(last, 0.0)
        size = f"{MINUS if value > 0 else '+' if value < 0 else ''}{key.words.significant(abs(value))} t"
        key.area(colour, f"{name}, {last}{key.words('text.colon')}{size}")


def calendar_chart(table: pd.DataFrame, width: float, *, words: Words, company_plan: CompanyPlan) -> str:
    """Return when the plan's actions run, and what is invested: `draw_calendar`. Table: `calendar_table`."""
    calendar = tables.calendar_table(company_plan, language=words.language)
    return draw_calendar(calendar, tables.capex_table(company_plan), width, words, company_plan.params.currency)


def draw_calendar(calendar: pd.DataFrame, money: pd.DataFrame, width: float, words: Words, currency: str) -> str:
    """Return when each action runs as SVG, paler before its full effect, above what is invested each year and its cap.

    calendar: `calendar_table` with labels; money: `capex_table`. A number in a year is that of the units that run,
    where an action is rolled out.
    """
    years = [int(year) for year in money["year"]]
    drawing, names = Drawing(width), dict(lines_of(calendar, ("lever", "label")))
    has_units = "units" in calendar.columns and (calendar["units"] > 1).any()
    runs = words("plan.runs_units" if has_units else "plan.runs")
    y = drawing.keys([(LIGHT.fan, runs), (LIGHT.pathway, words("plan.invested"))]) + 4
    left = 0.0 if width <= NARROW else min(max(map(text_width, names.values()), default=0.0), 0.4 * width) + 12
    step = (width - left) / len(years)
    for lever, name in names.items():
        y = _row(drawing, (name, left, step, y), calendar[calendar["lever"] == lever], years, words)
    every = math.ceil(40 / step)
    for at, year in enumerate(years):
        if (len(years) - 1 - at) % every == 0:
            x = min(left + (at + 0.5) * step, width - text_width(str(year), 12) / 2)
            drawing.text(x, y + SIZE, str(year), size=12, anchor="middle")
    _money(drawing, money, (left, step, y + 2.4 * SIZE), words, currency)
    return drawing.svg()


def _row(drawing: Drawing, place: tuple[str, float, float, float], lines: pd.DataFrame, years: list[int],
         words: Words) -> float:
    """Draw the years of one action next to its name, in a narrow drawing below it; return where the next one begins."""
    name, left, step, y = place
    rows = wrapped(name, (left or drawing.width) - 12)
    top = y if left else y + len(rows) * LINE * SIZE + 3
    for at, row in enumerate(rows):
        drawing.text(0, y + SIZE + at * LINE * SIZE, row)
    units = dict(zip(lines["year"], lines["units"], strict=True)) if "units" in lines.columns else {}
    for year, effect, capex in lines_of(lines, ("year", "effect", "capex")):
        x = left + years.index(year) * step
        if effect > 0:
            drawing.rect(x + 1, top, step - 2, BAR, LIGHT.fan, opacity=max(effect, 0.2))
        if capex > 0:
            drawing.dot(x + 10, top + BAR / 2, LIGHT.pathway, edge=LIGHT.ground)
        count = words.number(units.get(year, 0)) if max(units.values(), default=0) > 1 else ""
        if count and text_width(count, 12) < step - 26:  # on the ground: neither ink nor white can be read on the bar
            room = text_width(count, 12) + 6
            drawing.rect(x + step - room - 4, top + 2, room, BAR - 4, LIGHT.ground)
            drawing.text(x + step - 7, top + BAR - 4, count, size=12, anchor="end")
    return max(top + BAR, y + len(rows) * LINE * SIZE) + GAP


def _money(drawing: Drawing, money: pd.DataFrame, place: tuple[float, float, float], words: Words,
           currency: str) -> None:
    """Draw what is invested each year with its number, under the cap where there is one."""
    left, step, y = place
    for row in wrapped(words("plan.invested_yearly", currency=currency), drawing.width):
        drawing.text(0, y + SIZE, row, bold=True)
        y += LINE * SIZE
    floor, capex, cap = y + 2 * SIZE + MONEY, money["capex"].tolist(), money["cap"].tolist()
    unit = MONEY / max([value for value in (*capex, *cap) if value == value and value > 0], default=1.0)
    fits = max((text_width(words.number(value), 12) for value in capex), default=0.0) <= step
    for at, (value, most) in enumerate(zip(capex, cap, strict=True)):
        x = left + at * step
        if value > 0:
            drawing.rect(x + 0.2 * step, floor - value * unit, 0.6 * step, value * unit, LIGHT.pathway)
        if value > 0 and fits:  # above a cap that would run through it
            foot = most if 0 <= (most - value) * unit < 1.4 * SIZE else value
            drawing.text(x + step / 2, floor - foot * unit - 5, words.number(value), size=12, anchor="middle")
        if most == most:
            drawing.line([(x, floor - most * unit), (x + step, floor - most * unit)], INK, width=1.2, dash="5 3")
    drawing.line([(left, floor), (drawing.width, floor)], MUTED)
    if any(most == most for most in cap):
        drawing.line([(0, floor + 14), (20, floor + 14)], INK, width=1.2, dash="5 3")
        drawing.text(26, floor + 18, words("plan.cap"), size=12)
