"""Icicles: each column divides the boxes to the left of it, by their tonnes; on a page and in a notebook alike."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from math import fsum
from typing import TYPE_CHECKING, Any

import pandas as pd

from carbon.accounting.frames.pivot import OTHERS
from carbon.core.errors import UsageError
from carbon.core.text_columns import records_of
from carbon.reports.figures import fitting, theme
from carbon.reports.figures.drawing import LINE, NARROW, SIZE, Drawing, contrast, text_width, wrapped
from carbon.reports.figures.questions import Palette, Question, colours, label
from carbon.reports.figures.theme import INK, LIGHT, MUTED
from carbon.reports.words.language import Words, as_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STRIP, LABEL, GAP = 5.0, 12.0, 12.0
ROW, SEEN = LABEL * LINE, 0.1
SCOPE, CATEGORY, SUPPLIER = range(3)
SMALL = 0.002
"""Share of the height from which a part is a box, in a notebook."""
WIDE, SHARED, HIGH = 0.95, 0.68, 0.78
"""Shares of the place of axes that the boxes have: of its width, in small axes, and of its height."""
LEAST_LETTERS = 5.5
"""Size of the smallest letters of a box [point]."""
FEW = 3
"""Parts below zero that a notebook names; the table has all."""
NO_NAME = "(no category)"
"""Scopes 1 and 2 have no category: their box has no name."""
Line = dict[str, object]
Key = tuple[str, ...]
"""A part and what it is part of: scope, category, supplier."""
Bar = tuple[float, float, list[str]]
"""Top and bottom of a supplier's bar, and its label in lines."""


def boxes(tonnes: Mapping[Key, float]) -> list[tuple[Key, float, float]]:
    """Return key, start and height of each part above zero, in shares of the whole height; parts fill their whole."""
    places: dict[Key, tuple[float, float]] = {(): (0.0, 1.0)}
    for level in range(1, max(map(len, tonnes), default=0) + 1):
        holders: dict[Key, dict[Key, float]] = {}
        for key, value in tonnes.items():
            if len(key) == level and value > 0 and key[:-1] in places:
                holders.setdefault(key[:-1], {})[key] = value
        for holder, parts in holders.items():
            start, height = places[holder]
            whole = fsum(parts.values())
            for key, value in parts.items():
                places[key] = (start, height * value / whole)
                start += height * value / whole
    return [(key, *place) for key, place in places.items() if key]


def draw_icicle(table: pd.DataFrame, width: float, *, words: Words, depth: int = 3) -> str:
    """Return scopes, categories and suppliers as SVG, to a depth, below the key of scopes. Table: `icicle_table`.

    A name is whole or not there: a box too small for its number has its name alone, one too small for that is named
    under the drawing, as are amounts below zero, which have no box. Suppliers beyond the room of the drawing, the
    smallest, are in the table alone.
    """
    drawing = Drawing(width)
    lines: list[Line] = [{str(k): v for k, v in line.items()} for line in records_of(table)]
    of_key = {_key(line): line for line in lines if level_of(line) < depth}
    edges = [0.0, 0.2 * width, (0.55 if max(map(len, of_key), default=0) > SUPPLIER else 1.0) * width, width]
    too_small, bars = list[Line](), list[Bar]()
    top = drawing.keys([(LIGHT.scopes[key[0]], name_of(line, words)) for key, line in of_key.items()
                        if len(key) == 1 and _tonnes(line) > 0])
    height = 330.0 if width <= NARROW else 300.0
    for key, start, share in boxes({key: _tonnes(line) for key, line in of_key.items()}):
        column, line = len(key) - 1, of_key[key]
        x, y, high = edges[column], top + start * height, share * height
        if column == SUPPLIER:
            drawing.rect(x, y, 2 * STRIP, high, LIGHT.scopes[key[0]], edge=LIGHT.ground)
            text = f"{name_of(line, words)}{words('text.colon')}{words.significant(_tonnes(line))}\u00a0t"
            bars.append((y, y + high, wrapped(text, width - x - 2 * STRIP - GAP, LABEL)))
        elif not _box(drawing, (x, y, edges[column + 1] - x, high), line, words):
            too_small.append(line)
    _label(drawing, edges[SUPPLIER] + 2 * STRIP, sorted(bars), (top, top + height))
    y = top + height
    below_zero = [line for line in of_key.values() if _tonnes(line) < 0]
    for phrase, unlabelled in (("icicle.too_small", too_small), ("icicle.below_zero", below_zero)):
        text = _named(phrase, [(name_of(line, words), _tonnes(line)) for line in unlabelled], words)
        for row in wrapped(text, width, LABEL) if unlabelled else ():
            y += LINE * SIZE
            drawing.text(0, y, row, size=LABEL, fill=MUTED)
    return drawing.svg()


def plot_icicle(
    source: Any, ax: Axes | None = None, *, words: Words | str = "en", scope2_method: str = "",
    by: Sequence[str] = ("scope", "category_name", "supplier"), hue: str = "", palette: Palette = None,
    title: str = "", unit: str = "t", top: int | None = None, **kwargs: Any,
) -> Axes:
    """Draw nested parts of the total, from left to right: scope, category, supplier. Table: `pivot(by, top=None)`.

    Parts are as high as their share of what is above zero in the part that holds them; what is below zero has no box
    and is named underneath. hue: the column of `by` that colours parts (the first); top: at most so many parts in each,
    all others in one.
    """
    from matplotlib.colors import to_hex

    question, words = Question(source, scope2_method, unit), as_words(words)
    table = question.table(list(by), None, None)
    if table.index.nlevels != len(by):
        raise UsageError(f"an icicle takes a pivot by {', '.join(by)}", hint=f"inv.pivot({list(by)}, top=None, ...)")
    leaves = table.iloc[:-1, 0]
    sums = {key: value for level in range(len(by)) for key, value in _level(leaves, level, top).items()}
    names = {key: "" if key[-1] == NO_NAME else label(words, by[len(key) - 1], key[-1]) for key in sums}
    depth = by.index(hue) if hue in by else 0
    of_hue = colours([key[depth] for key in sums if len(key) == depth + 1], palette, by[depth])
    ax = ax or theme.new_axes(height=5.2)
    for key, start, share in boxes(sums):
        if share < SMALL:
            continue
        fill = theme.mixed(of_hue.get(key[depth] if len(key) > depth else "", theme.look().pale), 0.25 * (len(key) - 1))
        ax.barh(start + share / 2, 0.98, left=len(key) - 1, align="center", height=share, **{
            "color": fill, "edgecolor": theme.look().ground, "lw": 0.8, **kwargs})
        if names[key] and (text := _written(fitting.place(ax), names[key], question.written(sums[key], words),
                                            share, len(by))):
            ax.text(len(key) - 0.97, start + share / 2, text[0], va="center", parse_math=False, fontsize=text[1],
                    clip_on=True, color=max(("#ffffff", "#000000"), key=partial(contrast, to_hex(fill))))
    ax.set(xlim=(0, len(by)), ylim=(1, 0))
    ax.set_axis_off()
    below_zero = [(names[key], value) for key, value in sums.items() if value < 0]
    if below_zero:
        more = f" … (+{len(below_zero) - FEW})" if len(below_zero) > FEW else ""
        fitting.footnote(ax, _named("icicle.below_zero", below_zero[:FEW], words, question, more))
    return question.titled(ax, title, words)


def _written(room: fitting.Place, name: str, number: str, share: float, columns: int) -> tuple[str, float] | None:
    """Return a name, whole, with its number in lines of a box, and the size of letters; None without room."""
    height, wide = HIGH * room.height * share, WIDE if room.share == 1.0 else SHARED
    size, longest = min(room.size("legend.fontsize"), height / LINE), max(map(len, (*name.split(), number)))
    while size >= LEAST_LETTERS:
        letters = int(wide * room.width / columns / (fitting.LETTER * size))
        if len(name) + 2 + len(number) <= letters:
            return f"{fitting.plain(name, letters)}  {number}", size
        lines = [*fitting.plain(name, letters).split("\n"), number] if longest <= letters else []
        if lines and 1.1 * LINE * size * len(lines) <= height:
            return "\n".join(lines), size
        size -= 0.5
    return None


def _level(leaves: pd.Series, level: int, top: int | None) -> dict[Key, float]:
    """Return the sums of one level, largest first; in each part at most so many above zero, and all others in one."""
    sums = leaves.groupby(level=list(range(level + 1)), sort=False).sum().sort_values(ascending=False, kind="stable")
    by_key = {tuple(map(str, key)) if isinstance(key, tuple) else (str(key),): value for key, value in sums.items()}
    if top is None or not level:
        return by_key
    held: dict[Key, list[Key]] = {}
    for key in (key for key, value in by_key.items() if value > 0):
        held.setdefault(key[:-1], []).append(key)
    for holder, keys in held.items():
        if rest := [by_key.pop(key) for key in keys[top:]]:
            by_key[*holder, OTHERS] = fsum(rest)
    return by_key


def _box(drawing: Drawing, box: tuple[float, float, float, float], line: Line, words: Words) -> bool:
    """Draw a box with its name, whole, where there is room for it; return whether there is."""
    x, y, width, height = box
    drawing.rect(x, y, width, height, LIGHT.pale, edge=LIGHT.ground)
    drawing.rect(x, y, STRIP, height, LIGHT.scopes[str(line["scope"])], edge=LIGHT.ground)
    number, room = f"{words.significant(_tonnes(line))} t", width - STRIP - 12
    name = name_of(line, words)
    name_rows, most = wrapped(name, room, LABEL), int(height / ROW)
    choices = ([f"{name}  {number}"], [*name_rows, number], name_rows)
    rows = next((rows for rows in choices if len(rows) <= most and max(
        text_width(word, LABEL) for word in (*name.split(" "), *rows)) <= room), None)
    if rows is None:
        return False
    first = y + (height - ROW * len(rows)) / 2 + LABEL
    for at, row in enumerate(rows):
        drawing.text(x + STRIP + 6, first + at * ROW, row, size=LABEL, fill=INK)
    return True


def _label(drawing: Drawing, x: float, bars: Sequence[Bar], room: tuple[float, float]) -> None:
    """Write the names of thin bars, the smallest left out; a line leads to a name that is not level with its bar."""
    while len(places := level(bars, room)) < len(bars) or any(
            off > (len(rows) + 1) * ROW / 2 for (*_, rows), (_, off) in zip(bars, places, strict=True)):
        least = min(bars, key=lambda bar: bar[1] - bar[0])
        bars = [bar for bar in bars if bar is not least]
    for (top, bottom, rows), (middle, off) in zip(bars, places, strict=True):
        if off > SEEN:
            drawing.line([(x + 0.5, (top + bottom) / 2), (x + GAP - 2, middle)], MUTED, width=0.8)
        for at, row in enumerate(rows):
            drawing.text(x + GAP, middle + (at - len(rows) / 2) * ROW + 0.92 * LABEL, row, size=LABEL, fill=INK)


def level(bars: Sequence[Bar], room: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the middle of each bar's label, and how far it is from being level with its bar.

    Labels are in the order of their bars, in the room and not on each other: all level if they can be; if not, what
    they are off sums to the least. Level is in the middle half of the bar, or the whole label next to it.
    """
    heights = [len(rows) * ROW for *_, rows in bars]
    # Where each middle is with all labels at the top of the room, from the middle of its bar; and how far may be.
    away = [room[0] + fsum(heights[:at]) + (heights[at] - top - bottom) / 2 for at, (top, bottom, _) in enumerate(bars)]
    free = [max(high - wide, high / 2) / 2 for high, wide in zip((b - t for t, b, _ in bars), heights, strict=True)]
    slack = room[1] - room[0] - fsum(heights)

    def off(at: int, shift: float) -> float:
        return max(abs(away[at] + shift) - free[at], 0.0)

    def shift_of(block: Sequence[int]) -> float:
        low, high = 0.0, slack
        for _ in range(30):
            shift = (low + high) / 2
            # To be level comes first: distances from the middle weigh less, all together.
            pull = fsum(math.copysign(off(at, shift) > 0, away[at] + shift)
                        + (away[at] + shift) / (2 * len(bars) * (room[1] - room[0])) for at in block)
            low, high = (low, shift) if pull > 0 else (shift, high)
        return low

    blocks: list[tuple[list[int], float]] = []
    for at in range(len(bars) if slack >= 0 else 0):
        block = [at]
        while blocks and blocks[-1][1] > shift_of(block):
            block = blocks.pop()[0] + block
        blocks.append((block, shift_of(block)))
    return [(away[at] + shift + sum(bars[at][:2]) / 2, off(at, shift)) for block, shift in blocks for at in block]


def _named(key: str, parts: Sequence[tuple[str, float]], words: Words, question: Question | None = None,
           more: str = "") -> str:
    amount_text = question.written if question else lambda value, words: f"{words.significant(value)} t"
    list_text = words("text.list").join(f"{name} ({amount_text(value, words)})" for name, value in parts)
    return words(key, named=list_text + more)


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


def _key(line: Line) -> Key:
    return (str(line["scope"]), str(line["category"]), str(line.get("supplier", "")))[:level_of(line) + 1]
