"""Bars on a page: horizontal ones with their names and numbers, and upright ones in stacks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from carbon.reports.figures.drawing import LINE, NARROW, SIZE, Drawing, Key, edge_of, text_width, ticks, wrapped
from carbon.reports.figures.theme import INK, LIGHT, MUTED
from carbon.reports.words.language import Words

BAR, GAP = 17.0, 9.0


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: parts one after the other from `start`; number: what is written at its end."""

    name: str
    parts: tuple[tuple[float, str], ...]
    number: str
    start: float = 0.0
    bold: bool = False

    @property
    def ends(self) -> list[float]:
        """Return where its parts begin and end; parts below zero go to the left."""
        places, plus, minus = [self.start], self.start, self.start
        for size, _ in self.parts:
            plus, minus = (plus + size, minus) if size >= 0 else (plus, minus + size)
            places.append(plus if size >= 0 else minus)
        return places


def bars(lines: Sequence[Bar], width: float, *, keys: Sequence[Key] = (), cut: bool = False) -> str:
    """Return horizontal bars as SVG.

    Names are left of the bars, and above them in a narrow drawing where one is long. Without `cut` the bars begin at
    zero; with it, where the differences show, which the text of the exhibit has to state.
    """
    drawing = Drawing(width)
    y = drawing.keys(keys)
    longest = max((text_width(b.name) for b in lines), default=0.0)
    is_above = width <= NARROW and longest > width / 4
    room = 0.0 if is_above else min(longest, 0.42 * width) + 10
    numbers = max((text_width(b.number) for b in lines), default=0.0) + 8
    low, high = _range(lines, cut=cut)
    unit = (width - room - numbers) / (high - low)
    for bar in lines:
        names = wrapped(bar.name, width if is_above else room - 10)
        if is_above:
            for name in names:
                drawing.text(0, y + SIZE, name, bold=bar.bold)
                y += LINE * SIZE
            y += 3
        height = BAR if is_above else max(BAR, len(names) * LINE * SIZE)
        for number, name in enumerate(() if is_above else names):
            drawing.text(0, y + (height - len(names) * LINE * SIZE) / 2 + SIZE + number * LINE * SIZE, name,
                         bold=bar.bold)
        _bar(drawing, bar, (room - low * unit, y + (height - BAR) / 2), unit, low)
        y += height + GAP
    return drawing.svg()


def _bar(drawing: Drawing, bar: Bar, origin: tuple[float, float], unit: float, low: float) -> None:
    (zero, y), end = origin, max(bar.start, low)
    plus = minus = bar.start
    for size, colour in bar.parts:
        first = plus if size >= 0 else minus + size
        plus, minus = (plus + size, minus) if size >= 0 else (plus, minus + size)
        left, right = max(first, low), first + abs(size)
        if right > left:
            drawing.rect(zero + left * unit, y, max((right - left) * unit, 0.8), BAR, colour, edge=edge_of(colour))
        end = max(end, right)
    drawing.text(zero + end * unit + 6, y + BAR - 4, bar.number, bold=bar.bold)


def _range(lines: Sequence[Bar], *, cut: bool) -> tuple[float, float]:
    places = [place for bar in lines for place in bar.ends if math.isfinite(place)]
    low, high = min([0.0, *places]), max([0.0, *places])
    if cut and places:
        steps = [place for bar in lines if bar.start for place in bar.ends]
        span = max(steps, default=high) - min(steps, default=low)
        least = min(steps, default=low)
        low = max(0.0, least - 0.6 * span) if least > 4 * span > 0 else low
    return low, high if high > low else low + 1.0


@dataclass(frozen=True)
class Stack:
    """One upright stack: its name below it; hollow: pale, known only from an earlier report."""

    name: str
    parts: tuple[float, ...]
    hollow: bool = False


def columns(stacks: Sequence[Stack], colours: Sequence[Key], width: float, words: Words, *, hollow: str = "") -> str:
    """Return upright stacks as SVG, with a scale from zero and the unit in the keys.

    hollow: what a hollow stack means, named with the colours.
    """
    drawing = Drawing(width)
    keys = [*colours, (LIGHT.ground, hollow)] if hollow else list(colours)
    top = drawing.keys(keys)
    floor = top + (190.0 if width <= NARROW else 210.0)
    highest = max((math.fsum(p for p in s.parts if p > 0) for s in stacks), default=0.0)
    lowest = min((math.fsum(p for p in s.parts if p < 0) for s in stacks), default=0.0)
    marks = ticks(min(lowest, 0.0), max(highest, 0.0), 4)
    unit = (floor - top - SIZE) / (marks[-1] - marks[0])
    zero = floor + marks[0] * unit
    room = max(text_width(f"{words.tick(mark)} t", 12) for mark in marks) + 8
    drawing.scale(room, [(zero - mark * unit, words.tick(mark)) for mark in marks])
    longest = max((text_width(s.name, 12) for s in stacks), default=1.0)
    step = (width - room) / max(len(stacks), 1)
    if longest > step:  # the last name reaches beyond its stack
        step = (width - room - longest / 2) / len(stacks)
    every = math.ceil(longest * 1.15 / step)
    for number, stack in enumerate(stacks):
        x, plus, minus = room + (number + 0.14) * step, zero, zero
        for size, (colour, _) in zip(stack.parts, colours, strict=True):
            height = abs(size) * unit
            if not height > 0:
                continue
            at = plus - height if size > 0 else minus
            plus, minus = (at, minus) if size > 0 else (plus, minus + height)
            drawing.rect(x, at, 0.72 * step, height, colour, edge=MUTED if stack.hollow else edge_of(colour),
                         opacity=0.35 if stack.hollow else 1.0)
        if (len(stacks) - 1 - number) % every == 0:
            drawing.text(x + 0.36 * step, floor + 16, stack.name, size=12, fill=INK, anchor="middle")
    return drawing.svg()
