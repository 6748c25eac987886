"""The charts of a report's page, one for each exhibit that has a plain one: its table in, SVG of a given width out."""

from __future__ import annotations

import math
from itertools import cycle

import pandas as pd

from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.core.text_columns import lines_of, listed, records_of
from carbon.reports.figures.bars import Bar, Stack, bars, columns
from carbon.reports.figures.drawing import Key
from carbon.reports.figures.layers import by_pair, layers
from carbon.reports.figures.theme import LIGHT
from carbon.reports.words.language import Words


def scopes_chart(table: pd.DataFrame, width: float, *, words: Words) -> str:
    """Return both totals, stacked by scope. Table: `scopes_table`."""
    tonnes = by_pair(table, "scope", "scope2_method")
    none = f" ({words.term('status', 'no records')})"
    of_method = {method: {s: tonnes.get((s, method), tonnes.get((s, ""), math.nan)) for s in LIGHT.scopes}
                 for method in (LOCATION, MARKET)}
    keys = [(colour, words(f"scope.{s}") + none * all(math.isnan(of[s]) for of in of_method.values()))
            for s, colour in LIGHT.scopes.items()]
    return bars([Bar(words.term("method", method).capitalize(),
                     tuple((of[s], colour) for s, colour in LIGHT.scopes.items() if of[s] == of[s]),
                     _number(tonnes.get(("total", method), math.nan), words), bold=True)
                 for method, of in of_method.items()], width, keys=keys)


def categories_chart(table: pd.DataFrame, width: float, *, words: Words) -> str:
    """Return scope 3 by category, those with a figure. Table: `categories_table`."""
    known_lines = table[table["co2e_t"].notna()]
    names = [f"3.{c} {words.term('category', n)}" for c, n in zip(
        known_lines["category"], listed(known_lines["name"]), strict=True)]
    return _single(names, known_lines["co2e_t"].tolist(), width, LIGHT.scopes["3"], words)


def suppliers_chart(table: pd.DataFrame, width: float, *, words: Words) -> str:
    """Return the suppliers with the highest emissions in scope 3. Table: `suppliers_table`."""
    names = [words.term("supplier", name) for name in listed(table["supplier"])]
    return _single(names, table["co2e_t"].tolist(), width, LIGHT.ordered[1], words)


def travel_chart(table: pd.DataFrame, width: float, *, words: Words) -> str:
    """Return business travel by mode, with contrails as a part of their own. Table: `travel_table`."""
    lines, has_contrails = [], False
    for mode, value, contrails in lines_of(table, ("mode", "co2e_t", "contrails_t")):
        in_sky = contrails if contrails == contrails else 0.0
        has_contrails |= in_sky > 0
        parts = () if value != value else ((value - in_sky, LIGHT.ordered[1]), (in_sky, LIGHT.ordered[4]))
        lines.append(Bar(words.term("mode", mode), parts, _number(value, words)))
    keys = [(LIGHT.ordered[4], words("legend.contrails"))] if has_contrails else []
    return bars(lines, width, keys=keys)


def coverage_chart(table: pd.DataFrame, width: float, *, words: Words) -> str:
    """Return the outcome of the rows of each kind of record, as shares of the rows read. Table: `coverage_table`."""
    colours = {"inventoried": LIGHT.actual, "set_aside": LIGHT.ordered[3], "excluded": LIGHT.pale,
               "rejected": LIGHT.pathway}
    lines = []
    for line in records_of(table):
        rows_read = float(line["read"])
        lines.append(Bar(words.term("kind", str(line["kind"])), tuple(
            (float(line[outcome]) / rows_read if rows_read > 0 else 0.0, colour)
            for outcome, colour in colours.items()),
            words("chart.rows", rows=words.number(rows_read))))
    return bars(lines, width, keys=[(colour, words.term("outcome", o)) for o, colour in colours.items()])


def by_year_chart(table: pd.DataFrame, width: float, *, words: Words) -> str:
    """Return the emissions by year, stacked by scope, pale where reported earlier. Table: `scopes_by_year_table`."""
    years, scopes = layers(table, "year", "scope")
    made_here = {year for year, status in zip(table["year"], table["status"], strict=True) if status != "reported"}
    stacks = [Stack(str(year), tuple(float(values[at]) for values in scopes.values()), year not in made_here)
              for at, year in enumerate(years)]
    keys = [(LIGHT.scopes[s], words(f"scope.{s}")) for s in scopes]
    return columns(stacks, keys, width, words, hollow=words("legend.reported") if made_here < set(years) else "")


def energy_chart(table: pd.DataFrame, width: float, *, words: Words) -> str:
    """Return the emissions of energy by month and carrier. Table: `monthly_energy_table`."""
    months, carriers = layers(table, "month", "carrier")
    stacks = [Stack(words.month(month), tuple(float(values[at]) for values in carriers.values()))
              for at, month in enumerate(months)]
    keys: list[Key] = [(colour, words.term("carrier", carrier)) for carrier, colour in zip(
        carriers, cycle(LIGHT.ordered), strict=False)]
    return columns(stacks, keys, width, words)


def bridge_chart(table: pd.DataFrame, width: float, *, words: Words) -> str:
    """Return a waterfall from last year's total to this one, without steps of exactly nothing: `bridge_table`."""
    lines = []
    for step, change, end in lines_of(table, ("step", "change_t", "co2e_t")):
        if change != change:
            lines.append(Bar(step, ((end, LIGHT.actual),) if end == end else (), _number(end, words), bold=True))
        elif change:
            colour = LIGHT.pathway if change > 0 else LIGHT.fan
            digits = 0 if abs(change) >= 1000 else 1 if abs(change) >= 10 else 2
            lines.append(Bar(step, ((change, colour),), words.signed(change, digits), start=end - change))
    keys = [(LIGHT.pathway, words("legend.rise")), (LIGHT.fan, words("legend.fall"))]
    return bars(lines, width, keys=keys, cut=True)


def _single(names: list[str], tonnes: list[float], width: float, colour: str, words: Words) -> str:
    return bars([Bar(name, ((value, colour),) if value == value else (), _number(value, words))
                 for name, value in zip(names, tonnes, strict=True)], width)


def _number(value: float, words: Words) -> str:
    return f"{words.significant(value)} t" if value == value else words.number(value)
