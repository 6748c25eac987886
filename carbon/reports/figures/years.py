"""A target on a page: what was emitted, what is allowed, what the past implies, with everything named on it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from carbon.core.text_columns import listed
from carbon.reports.figures.drawing import LINE, NARROW, SIZE, Drawing, edge_of, text_width, ticks, wrapped
from carbon.reports.figures.theme import INK, LIGHT, MUTED
from carbon.reports.tables.trajectory import TARGET_YEAR
from carbon.reports.words.claims import near
from carbon.reports.words.language import MINUS, Words
from carbon.reports.words.phrases import phrase

BAND = 80
"""Level of the interval that is drawn; the table has three."""
MOST_TARGETS = 2
"""Drawn below each other; the table has all."""
SEVERAL = 0.7
"""Height of each, against a target drawn alone."""
BELOW = 30.0
"""From the floor of the plot to what its lines, circles and numbers mean: the years are between."""
DASHES = {LIGHT.pathway: "7 4", LIGHT.fan: "2 3"}
DARK_PATHWAY = "#a5401f"
"""The pathway's colour for letters."""
Points = dict[int, float]


def draw_years(table: pd.DataFrame, width: float, *, words: Words, named_years: Sequence[tuple[int, str]] = ()) -> str:
    """Return one target as SVG. Table: `trajectory_table`; named years: what else happened, by its year.

    Open circles were reported earlier, full ones are computed here. What marks a year has a number above it; numbers,
    circles and, in a narrow drawing, lines are named below the years.
    """
    return _drawn(table, width, words, named_years=named_years).svg()


def draw_targets(table: pd.DataFrame, width: float, *, words: Words, first_target: str = "") -> str:
    """Return targets as SVG, one below the other, but for the one that a page opens with where there are others.

    Table: `trajectory_table`, with the target's name in front. Of many, the first are drawn and the others counted.
    """
    drawing, targets = Drawing(width), listed(table["target"])
    labels = [*dict.fromkeys(targets)]
    labels = [name for name in labels if name != first_target] or labels
    for label in labels[:MOST_TARGETS]:
        drawing.below(label, _drawn(table[[target == label for target in targets]], width, words,
                                    height=1.0 if len(labels) == 1 else SEVERAL))
    if rest := labels[MOST_TARGETS:]:
        for line in wrapped(words("years.others", targets=len(rest)), width, 12):
            drawing.text(0, drawing.height + LINE * 12, line, size=12, fill=MUTED)
    return drawing.svg()


def draw_budget(table: pd.DataFrame, width: float, *, words: Words) -> str:
    """Return the budget of a pathway as SVG: emitted, allowed, the straight line that keeps it: `budget_table`."""
    return _drawn(table.assign(status="", mark="", reason=""), width, words, third="line").svg()


def _drawn(table: pd.DataFrame, width: float, words: Words, *, third: str = "median", height: float = 1.0,
           named_years: Sequence[tuple[int, str]] = ()) -> Drawing:
    series = {name: points_of(table, f"{name}_t") for name in ("co2e", "pathway", third, f"low_{BAND}", f"high_{BAND}")
              if f"{name}_t" in table}
    known_years = {year for points in series.values() for year in points}
    drawing = Drawing(width)
    if not known_years:
        return drawing
    notes = sorted(_notes(table, words, named_years).items())
    status = dict(zip(table["year"].tolist(), listed(table["status"]), strict=True))
    plot = Plot(drawing, series, sorted(known_years), words, top=26.0 if notes else 8.0, height=height)
    key = KeyList(drawing, words, top=plot.floor + BELOW)
    if width <= NARROW:
        key.lines(series, third)
    key.circles({status[year] for year in series["co2e"]})
    key.numbers(notes)
    plot.scales()
    plot.fan(series, third)
    plot.lines(series, status)
    if width > NARROW:
        plot.names(series, third)
    for number, (year, _) in enumerate(notes, start=1):
        plot.mark(year, number)
    return drawing


def _ends(series: Mapping[str, Points], middle: str, words: Words) -> list[tuple[str, int, float, str]]:
    """Return colour, last year, its tonnes and the name of each line."""
    suffix = "" if series.get(f"low_{BAND}") or middle != "median" else "_alone"
    tonnes = series[middle].values() if middle == "median" else ()
    third = "level" if tonnes and near(min(tonnes), max(tonnes)) else middle  # the same each year is no trend
    return [(colour, max(series[name]), series[name][max(series[name])], words(f"years.{key}"))
            for name, key, colour in (("co2e", "co2e", LIGHT.actual), ("pathway", "pathway", LIGHT.pathway),
                                      (middle, f"{third}{suffix}", LIGHT.fan)) if series[name]]


class KeyList:
    """What lines, circles and numbers mean, below the years, one below the other."""

    def __init__(self, drawing: Drawing, words: Words, top: float) -> None:
        self.drawing, self.words, self.bottom = drawing, words, top

    def lines(self, series: Mapping[str, Points], middle: str) -> None:
        """Name each line with its last figure."""
        for colour, year, value, name in _ends(series, middle, self.words):
            self.line(colour, name, year, value, dash=DASHES.get(colour, ""))

    def line(self, colour: str, name: str, year: int, tonnes: float, *, dash: str = "") -> None:
        """Name a line with a figure of it, next to a piece of it."""
        self.drawing.line([(0, self.bottom + 7), (20, self.bottom + 7)], colour, width=2.2, dash=dash)
        self._name(f"{name}, {year}{self.words('text.colon')}{self.words.significant(tonnes)} t", 26, INK)

    def area(self, colour: str, text: str) -> None:
        """Name an area next to its colour."""
        self.drawing.rect(4, self.bottom + 1, 11, 11, colour, edge=edge_of(colour))
        self._name(text, 26, INK)

    def circles(self, status: set[str]) -> None:
        """Name open and full circles where a line has both."""
        if len(status & {"reported", "computed"}) > 1:
            for x, fill in ((4.6, LIGHT.ground), (15.4, LIGHT.actual)):
                self.drawing.dot(x, self.bottom + 7, fill, edge=LIGHT.actual)
            self._name(self.words("years.circles"), 26, MUTED)

    def numbers(self, notes: Sequence[tuple[int, str]]) -> None:
        """Name what marks years."""
        for number, (year, text) in enumerate(notes, start=1):
            self.drawing.text(0, self.bottom + 11, str(number), size=12, bold=True)
            self._name(f"{year}{self.words('text.colon')}{text}", 14, MUTED)

    def _name(self, text: str, x: float, fill: str) -> None:
        for row in wrapped(text, self.drawing.width - x, 12):
            self.drawing.text(x, self.bottom + 11, row, size=12, fill=fill)
            self.bottom += LINE * 12


class Plot:
    """The place of the years and tonnes, and what is drawn there; with `names` a wide one leaves room for them."""

    def __init__(self, drawing: Drawing, series: Mapping[str, Points], years: Sequence[int], words: Words, *,
                 top: float, height: float = 1.0, names: bool = True) -> None:
        self.drawing, self.words, self.top = drawing, words, top
        self.is_narrow = drawing.width <= NARROW
        values = [value for points in series.values() for value in points.values()]
        self.marks = ticks(min(0.0, *values), max(0.0, *values), 4)
        self.floor = top + height * (165.0 if self.is_narrow else 235.0)
        self.left = max(text_width(f"{words.tick(mark)} t", 12) for mark in self.marks) + 8
        self.right = drawing.width - (10.0 if self.is_narrow or not names else 150.0)
        self.begin, self.last = years[0], years[-1]
        self.first = min(self.begin, self.last - 1)  # one year alone is at the right, by its name
        self.unit = (self.floor - top) / (self.marks[-1] - self.marks[0])

    def place(self, year: float, tonnes: float) -> tuple[float, float]:
        """Return where the tonnes of a year are."""
        across = (year - self.first) / (self.last - self.first)
        return self.left + 8 + across * (self.right - self.left - 16), self.floor - (tonnes - self.marks[0]) * self.unit

    def scales(self) -> None:
        """Draw both scales."""
        self.drawing.scale(self.left, [(self.place(self.first, mark)[1], self.words.tick(mark)) for mark in self.marks])
        step = math.ceil(44 * (self.last - self.first) / (self.right - self.left - 16))
        for year in range(self.last, self.begin - 1, -max(step, 1)):
            self.drawing.text(self.place(year, 0)[0], self.floor + 17, str(year), size=12, fill=INK, anchor="middle")

    def fan(self, series: Mapping[str, Points], middle: str) -> None:
        """Draw the band of what is expected, and the line in its middle."""
        low, high = (dict(series.get(f"{side}_{BAND}", {})) for side in ("low", "high"))
        band_years = sorted(set(low) & set(high))
        past = [year for year in series["co2e"] if not band_years or year < band_years[0]]
        if band_years and past:
            start = max(past)
            low[start] = high[start] = series["co2e"][start]
            band_years.insert(0, start)
        if len(band_years) > 1:
            upper = [self.place(year, high[year]) for year in band_years]
            lower = [self.place(year, low[year]) for year in band_years[::-1]]
            self.drawing.area([*upper, *lower], LIGHT.fan, opacity=0.22)
        median = dict(series[middle])
        if median and past:
            median[max(past)] = series["co2e"][max(past)]
        self._line(median, LIGHT.fan, width=1.8)

    def lines(self, series: Mapping[str, Points], status: Mapping[int, str]) -> None:
        """Draw the pathway, and what was emitted by the status of each year."""
        self._line(series["pathway"], LIGHT.pathway, width=2)
        emitted = series["co2e"]
        years = sorted(emitted)
        for year, following in pairwise(years):
            if following == year + 1:  # not joined over a year without a figure
                self.drawing.line([self.place(year, emitted[year]), self.place(following, emitted[following])],
                                  LIGHT.actual, width=2.2)
        for year, tonnes in emitted.items():
            fill = LIGHT.ground if status.get(year) == "reported" else LIGHT.actual
            self.drawing.dot(*self.place(year, tonnes), fill, edge=LIGHT.actual)

    def _line(self, points: Points, colour: str, *, width: float) -> None:
        if len(points) > 1:
            self.drawing.line([self.place(*point) for point in sorted(points.items())], colour, width=width,
                              dash=DASHES[colour])

    def names(self, series: Mapping[str, Points], middle: str) -> None:
        """Name each line at its end."""
        y = -math.inf
        for colour, year, value, text in sorted(_ends(series, middle, self.words), key=lambda end: -end[2]):
            lines = [f"{self.words.significant(value)} t",
                     *wrapped(f"{text}, {year}", self.drawing.width - self.right - 8, 12)]
            y = max(y, min(self.place(year, value)[1], self.floor - LINE * 12 * len(lines)))
            for number, line in enumerate(lines):
                self.drawing.text(self.right + 8, y + 4, line, size=12 if number else SIZE,
                                  fill=INK if number else _dark(colour), bold=not number)
                y += LINE * 12
            y += 6

    def mark(self, year: int, number: int) -> None:
        """Draw the line of a marked year and its number above it."""
        x = self.place(year, 0)[0]
        self.drawing.line([(x, self.top - 4), (x, self.floor)], MUTED, dash="1 3")
        self.drawing.text(x, self.top - 9, str(number), size=12, fill=INK, anchor="middle", bold=True)


def _dark(colour: str) -> str:
    """Return a colour in which letters can be read on the ground."""
    return {LIGHT.fan: LIGHT.ordered[1], LIGHT.pathway: DARK_PATHWAY}.get(colour, colour)


def _notes(table: pd.DataFrame, words: Words, named_years: Sequence[tuple[int, str]]) -> dict[int, str]:
    """Return what marks each year, in words; the target's year is named at the end of its pathway."""
    notes: dict[int, str] = {}
    names = {year: text for year, text in named_years if year in set(table["year"])}
    for year, marks, reason in zip(table["year"].tolist(), listed(table["mark"]), listed(table["reason"]), strict=True):
        why = phrase(reason, words.language).replace(" -", f" {MINUS}") if reason else names.get(int(year), "")
        mark_names = [words.term("mark", mark) for mark in marks.split("; ") if mark and mark != TARGET_YEAR]
        if mark_names or why:
            notes[int(year)] = ", ".join(mark_names) + (f" ({why})" if why and mark_names else why)
    return notes


def points_of(table: pd.DataFrame, column: str) -> Points:
    """Return the figures of a column by year; a year without one is left out."""
    pairs: list[tuple[Any, Any]] = list(zip(table["year"].tolist(), table[column].tolist(), strict=True))
    return {int(year): float(value) for year, value in pairs if value == value}
