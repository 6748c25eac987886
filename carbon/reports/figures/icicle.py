"""The year on a page as an icicle: each column divides the boxes to the left of it, by their tonnes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import fsum

import pandas as pd

from carbon.reports.figures.drawing import LINE, NARROW, SIZE, Drawing, shortened, text_width, wrapped
from carbon.reports.figures.theme import INK, LIGHT, MUTED
from carbon.reports.words.language import Words

STRIP, LABEL = 5.0, 12.0
SCOPE, CATEGORY, SUPPLIER = range(3)
Line = dict[str, object]


def draw_icicle(table: pd.DataFrame, width: float, *, words: Words, depth: int = 3) -> str:
    """Return scopes, categories and suppliers as SVG, to a depth. Table: `icicle_table`.

    A box that is too small for its name has none, and the table has all; amounts below zero have no box and are named
    under the drawing.
    """
    drawing = Drawing(width)
    lines: list[Line] = [{str(k): v for k, v in line.items()} for line in table.to_dict("records")]
    shown_lines = [line for line in lines if level_of(line) < depth]
    height = 330.0 if width <= NARROW else 300.0
    has_suppliers = any(level_of(line) == SUPPLIER for line in shown_lines)
    edges = [0.0, 0.2 * width, (0.55 if has_suppliers else 1.0) * width, width]
    places = {"": (0.0, height)}
    for level, (left, right) in zip((SCOPE, CATEGORY, SUPPLIER), pairwise(edges), strict=False):
        of_level = [line for line in shown_lines if level_of(line) == level]
        for holder in dict.fromkeys(_holder(line) for line in of_level):
            top, bottom = places.get(holder, (0.0, 0.0))
            siblings = [line for line in of_level if _holder(line) == holder and _tonnes(line) > 0]
            unit = (bottom - top) / fsum(map(_tonnes, siblings)) if siblings else 0.0
            y = top
            for line in siblings:
                box = (left, y, right - left, _tonnes(line) * unit)
                if level == SUPPLIER:
                    drawing.rect(left, y, 2 * STRIP, box[3], LIGHT.scopes["3"], edge=LIGHT.ground)
                else:
                    _box(drawing, box, line, words)
                    places[_own(line)] = (y, y + box[3])
                y += box[3]
            if level == SUPPLIER:
                _list(drawing, siblings, (left + 2 * STRIP + 6, top, right, bottom), words)
    _below_zero(drawing, [line for line in shown_lines if _tonnes(line) < 0], height, words)
    return drawing.svg()


def _box(drawing: Drawing, box: tuple[float, float, float, float], line: Line, words: Words) -> None:
    x, y, width, height = box
    drawing.rect(x, y, width, height, LIGHT.pale, edge=LIGHT.ground)
    drawing.rect(x, y, STRIP, height, LIGHT.scopes[str(line["scope"])], edge=LIGHT.ground)
    number, room = f"{words.significant(_tonnes(line))} t", width - STRIP - 12
    name = name_of(line, words)
    if text_width(f"{name}  {number}", LABEL) <= room and height >= LABEL * LINE:
        rows = [f"{name}  {number}"]
    else:
        rows = [*wrapped(name, room, LABEL, max(int(height / (LABEL * LINE)) - 1, 1)), number]
    if height < LABEL * LINE * len(rows) or text_width(number, LABEL) > room:
        return
    first = y + (height - LABEL * LINE * len(rows)) / 2 + LABEL
    for at, row in enumerate(rows):
        drawing.text(x + STRIP + 6, first + at * LABEL * LINE, row, size=LABEL, fill=INK)


def _list(drawing: Drawing, lines: Sequence[Line], place: tuple[float, float, float, float], words: Words) -> None:
    """Write the names of thin boxes below each other, as many as their category has room for."""
    left, top, right, bottom = place
    for number, line in enumerate(lines[:int((bottom - top) / (LABEL * LINE))]):
        y, tonnes = top + LABEL + number * LABEL * LINE, f"{words.significant(_tonnes(line))} t"
        name = shortened(name_of(line, words), right - left - text_width(f"  {tonnes}", LABEL), LABEL)
        drawing.text(left, y, f"{name} {tonnes}".strip(), size=LABEL, fill=INK)


def _below_zero(drawing: Drawing, lines: Sequence[Line], y: float, words: Words) -> None:
    if not lines:
        return
    names = words("text.list").join(f"{name_of(line, words)} ({words.significant(_tonnes(line))} t)" for line in lines)
    for row in wrapped(words("icicle.below_zero", named=names), drawing.width, LABEL):
        y += LINE * SIZE
        drawing.text(0, y, row, size=LABEL, fill=MUTED)


def name_of(line: Line, words: Words) -> str:
    """Return the name of a line in the reader's language."""
    if level_of(line) == SUPPLIER:
        return words.term("supplier", str(line["supplier"]))
    return words(f"scope.{line['scope']}") if level_of(line) == SCOPE else words.term("category", str(line["name"]))


def level_of(line: Line) -> int:
    """Return whether a line is of a scope, a category or a supplier."""
    return SUPPLIER if line.get("supplier") else CATEGORY if line["name"] else SCOPE


def _tonnes(line: Line) -> float:
    return float(str(line["co2e_t"]))


def _holder(line: Line) -> str:
    return ("", str(line["scope"]), f"{line['scope']}.{line['category']}")[level_of(line)]


def _own(line: Line) -> str:
    return str(line["scope"]) if level_of(line) == SCOPE else f"{line['scope']}.{line['category']}"
