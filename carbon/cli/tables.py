"""Tables on a terminal of any width: numbers are never cut, words are never broken, and what has no room is named."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from textwrap import wrap

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

GAP = 2
"""Blanks between two columns."""
WRAPPED = 24
"""Width from which a column of words is wrapped in its place; below it, its words go under the row."""
BENEATH = "    "
NARROWEST = 20
HEADING_LINES = 2


def _parts(heading: str) -> str:
    """Return a heading with a blank wherever its line may end: `valid_from` may be two lines."""
    return heading.replace("_", "_ ")


def _heading(heading: str, width: int) -> list[str]:
    return [line.replace("_ ", "_") for line in wrap(_parts(heading), width)]


@dataclass(frozen=True)
class Column:
    """A heading and one string for each row; numbers are aligned on the right."""

    heading: str
    cells: Sequence[str]
    number: bool = False
    stays: bool = False
    """Never left out and never moved: a long one is broken in its place."""

    @cached_property
    def word(self) -> int:
        """Width of the longest word of a cell."""
        return max((cell_len(word) for cell in self.cells for word in cell.split()), default=0)

    @cached_property
    def width(self) -> int:
        """Width that no cell exceeds, and in which the heading has two lines, with its words whole."""
        in_one_line, word = cell_len(self.heading), max(map(cell_len, _parts(self.heading).split()), default=0)
        in_lines = (w for w in range(word, in_one_line) if len(_heading(self.heading, w)) <= HEADING_LINES)
        return max(next(in_lines, in_one_line), *map(cell_len, self.cells), 0)

    def head(self, width: int) -> list[str]:
        """Return the heading in lines of a width, aligned."""
        return self._aligned([self.heading] if cell_len(self.heading) <= width else _heading(self.heading, width),
                             width)

    def lines(self, text: str, width: int) -> list[str]:
        """Return a cell in lines of a width, aligned."""
        return self._aligned([text] if cell_len(text) <= width else wrap(text, width, break_on_hyphens=False), width)

    def _aligned(self, lines: list[str], width: int) -> list[str]:
        return [" " * (width - cell_len(line)) + line for line in lines] if self.number else lines or [""]


@dataclass(frozen=True)
class Layout:
    """Columns with their widths in a row; those whose words go under each row; those that are left out."""

    columns: dict[int, int]
    beneath: list[int]
    left_out: list[int]


def terminal_width() -> int | None:
    """Return the width of the terminal that stdout is; None for a pipe or a file, where no line is wrapped."""
    return Console().width if sys.stdout.isatty() else None


def layout(columns: Sequence[Column], width: int | None, leave_out: Iterable[str] = ()) -> Layout:
    """Fit columns to a width: first those named are left out, in their order, then the widest words go under the rows.

    Numbers and columns that stay keep their place; nothing is left out that is not named.
    """
    row = {at: column.width for at, column in enumerate(columns)}
    beneath, left_out = [], []
    if width is None:
        return Layout({at: max(w, cell_len(columns[at].heading)) for at, w in row.items()}, [], [])
    headings = {column.heading: at for at, column in enumerate(columns)}
    for name in leave_out:
        if _total(row) > width:
            left_out.append(headings[name])
            del row[headings[name]]
    while _total(row) > width:
        words = [at for at in row if not columns[at].number]
        # The first column names its row: it stays, unless it takes half of the line.
        movable = [at for at in words if at or 2 * row[at] > width] or words
        widest = max(movable, key=lambda at: row[at], default=None)
        if widest is None:
            break
        room = width - (_total(row) - row[widest])
        if columns[widest].stays or room >= max(WRAPPED, columns[widest].word):
            row[widest] = max(room, NARROWEST)
            break
        beneath.append(widest)
        del row[widest]
    return Layout(row, sorted(beneath), sorted(left_out))


def _total(row: dict[int, int]) -> int:
    return sum(row.values()) + GAP * (len(row) - 1)


def table_lines(columns: Sequence[Column], width: int | None, fit: Layout | None = None) -> Iterator[tuple[int, str]]:
    """Yield the lines of a table, each with the number of its row: -1 for the headings."""
    fit = fit or layout(columns, width)
    row_columns = list(fit.columns.items())
    yield from ((-1, line) for line in _row([columns[at].head(w) for at, w in row_columns], row_columns))
    for number in range(len(columns[0].cells) if columns else 0):
        cells = [columns[at].lines(columns[at].cells[number], w) for at, w in row_columns]
        yield from ((number, line) for line in _row(cells, row_columns))
        words = "; ".join(f"{columns[at].heading} {columns[at].cells[number]}" for at in fit.beneath
                          if columns[at].cells[number])
        yield from ((number, line) for line in wrap(words, width or sys.maxsize, initial_indent=BENEATH,
                                                    subsequent_indent=BENEATH, break_on_hyphens=False))


def _row(cells: list[list[str]], row_columns: list[tuple[int, int]]) -> Iterator[str]:
    for parts in zip_longest(*cells, fillvalue=""):
        padded = [part + " " * (w - cell_len(part)) for part, (_, w) in zip(parts, row_columns, strict=True)]
        yield (" " * GAP).join(padded).rstrip()


def print_table(columns: Sequence[Column], *, title: str = "", leave_out: Iterable[str] = (),
                red: Iterable[int] = ()) -> list[str]:
    """Print a table as wide as the terminal; rows of `red` are red. Returns the headings that had no room."""
    width, console, red = terminal_width(), Console(highlight=False), set(red)
    fit = layout(columns, width, leave_out)
    if title:
        console.print(Text(title, style="italic"), soft_wrap=True)
    for number, line in table_lines(columns, width, fit):
        console.print(Text(line, style="bold" if number < 0 else "red" if number in red else ""), soft_wrap=True)
    return [columns[at].heading for at in fit.left_out]
