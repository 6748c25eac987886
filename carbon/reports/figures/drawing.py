"""A drawing of a page: rectangles, paths and strings as SVG, measured before they are placed.

A page shows each of its drawings at two widths, so they are made by these few functions rather than by matplotlib,
whose figures analysts draw in their notebooks. Colours are those of `theme.LIGHT`; on a dark ground a page has others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache

from markupsafe import escape

from carbon.reports.figures.theme import GRID, INK, LIGHT, MUTED

WIDE, NARROW = 720.0, 360.0
"""Widths of a drawing on a page and on a phone [px]."""
SIZE = 13.0
"""Height of letters [px]."""
LINE = 1.3
"""Height of a line of text, in letters."""
CONTRAST = 3.0
"""Least contrast of a mark with the ground (WCAG 2.2, 1.4.11); a paler one has an edge."""
_TOGETHER = re.compile(r"(?<=\d) (?=(?:t|kg)\b)|(?<=cope) (?=[123])|(?<=copes) (?=[123])|"
                       r"(?<=copes 1) (?=(?:et|and) )|(?<=copes 1 et) |(?<=copes 1 and) ")
_THIN = frozenset("ijlftrI.,:;'’|!()[]-/ \u202f\u00a0")
_BROAD = frozenset("mwMWOQG%@—…→÷₂")
Key = tuple[str, str]
"""(colour, what it means)"""


def text_width(text: str, size: float = SIZE) -> float:
    """Return how wide a string is at most in the fonts of a page [px]."""
    # Whole hundredths: floats added one by one differ between versions of Python, and so would the drawing.
    return size * sum(map(_letter_width, text)) / 100


@cache
def _letter_width(letter: str) -> int:
    return 39 if letter in _THIN else 97 if letter in _BROAD or ord(letter) > 0x2E80 else 72 if letter.isupper() else 62


def contrast(colour: str, ground: str = "#ffffff") -> float:
    """Return the contrast of two colours like "#16324f", from 1 to 21 (WCAG 2.2)."""
    low, high = sorted(map(_luminance, (colour, ground)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def edge_of(colour: str) -> str:
    """Return the edge of a mark: the ground, or a dark line around a colour that is pale on it."""
    return LIGHT.ground if colour != LIGHT.ground and contrast(colour) >= CONTRAST else MUTED


def wrapped(text: str, room: float, size: float = SIZE) -> list[str]:
    """Return a string in as many lines as it needs in the room, whole: a word that is wider goes on in the next one; a
    number and its unit are one word, and so is a scope and its number.
    """
    lines: list[str] = []
    for word in _TOGETHER.sub("\u00a0", text).split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
            continue
        lines.append(word)
        while len(last := lines[-1]) > 1 and text_width(last, size) > room:
            letters = next((n for n in range(len(last) - 1, 1, -1) if text_width(last[:n], size) <= room), 1)
            lines[-1:] = [last[:letters], last[letters:]]
    return lines


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers from at most `low` to at least `high`, evenly spaced."""
    span = high - low
    if not span > 0:
        return [low, low + 1.0]
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if span / (power * factor) <= most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(at * step, 12) for at in range(first, last + 1)]


class Drawing:
    """One drawing of a given width; its height is that of what was put into it."""

    def __init__(self, width: float) -> None:
        self.width, self.height = width, 0.0
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str, *, edge: str = "",
             opacity: float = 1.0) -> None:
        """Draw a rectangle, with an edge in another colour where one is given."""
        stroke = f' stroke="{edge}" stroke-width="1"' if edge else ""
        stroke += f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
        self._add(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" '
                  f'fill="{fill}"{stroke}/>', y + height)

    def line(self, points: Iterable[tuple[float, float]], colour: str, *, width: float = 1.0, dash: str = "") -> None:
        """Draw a line through points."""
        places = list(points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._add(f'<path d="{_path(places)}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}/>',
                  max((y for _, y in places), default=0.0))

    def area(self, points: Iterable[tuple[float, float]], fill: str, *, opacity: float = 1.0) -> None:
        """Fill the area within points."""
        places = list(points)
        self._add(f'<path d="{_path(places)} Z" fill="{fill}" fill-opacity="{opacity:g}"/>',
                  max((y for _, y in places), default=0.0))

    def dot(self, x: float, y: float, fill: str, *, edge: str, radius: float = 4.0) -> None:
        """Draw a point with its edge."""
        half = f"a {radius:g} {radius:g} 0 1 0"
        self._add(f'<path d="M {x - radius:.1f} {y:.1f} {half} {2 * radius:g} 0 {half} {-2 * radius:g} 0 Z" '
                  f'fill="{fill}" stroke="{edge}" stroke-width="1.6"/>', y + radius)

    def text(self, x: float, y: float, text: str, *, size: float = SIZE, fill: str = INK, anchor: str = "start",
             bold: bool = False) -> None:
        """Write a string on its base line."""
        weight = ' font-weight="bold"' if bold else ""
        self._add(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"{weight}>'
                  f"{escape(text)}</text>", y + 0.25 * size)

    def keys(self, keys: Sequence[Key]) -> float:
        """Name the colours above the drawing, in as many lines as they need; return where these end."""
        x, y = 0.0, SIZE
        for colour, name in keys:
            room = text_width(name) + 22
            if x and x + room > self.width:
                x, y = 0.0, y + LINE * SIZE
            self.rect(x, y - 9.5, 11, 11, colour, edge=edge_of(colour))
            for number, row in enumerate(wrapped(name, self.width - 16)):
                y += LINE * SIZE if number else 0.0
                self.text(x + 16, y, row, fill=MUTED)
            x += room + 10
        return y + 0.7 * SIZE if keys else 0.0

    def scale(self, x: float, ys: Sequence[tuple[float, str]]) -> None:
        """Draw the lines of a scale from x to the right, each with its number to the left of it, the last with t."""
        for number, (y, text) in enumerate(ys, start=1):
            text += " t" if number == len(ys) else ""
            self.line([(x, y), (self.width, y)], GRID)
            self.text(x - 6, y + 4, text, fill=MUTED, anchor="end", size=12)

    def below(self, title: str, other: Drawing) -> None:
        """Put another drawing of the same width below this one, under its title."""
        y = self.height + (LINE * SIZE if self._parts else 0.0) + SIZE - LINE * SIZE
        for row in wrapped(title, self.width):
            y += LINE * SIZE
            self.text(0, y, row, bold=True)
        self._add(f'<g transform="translate(0 {y + 6:.1f})">{"".join(other._parts)}</g>', y + 6 + other.height)

    def svg(self) -> str:
        """Return the drawing."""
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {math.ceil(self.height) + 2:g}">'
                f"{''.join(self._parts)}</svg>")

    def _add(self, part: str, bottom: float) -> None:
        self._parts.append(part)
        self.height = max(self.height, bottom)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M " + " L ".join(f"{x:.1f} {y:.1f}" for x, y in points)
