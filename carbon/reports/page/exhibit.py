"""An exhibit: a table, its figure if it has one, its id and its words. What a report's cell returns.

In Jupyter it shows the figure and then the table; the HTML report finds the id in the output's metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd
from markupsafe import Markup

from carbon.core.display import HandsOut, one_line
from carbon.reports.figures.drawing import NARROW, WIDE
from carbon.reports.page.html_table import html_table
from carbon.reports.page.plain_text import plain_text
from carbon.reports.words.cells import Cells, cells_of, in_words
from carbon.reports.words.figure_ids import ID
from carbon.reports.words.language import Words

METADATA = "carbon"
"""Key of our own metadata on a notebook output."""
NARROW_DRAWING = "narrow"
"""Key in it of the figure as a phone shows it."""


@dataclass(frozen=True)
class Exhibit(HandsOut):
    """One figure or table of a report.

    name: key of its words in strings.csv; figure_id: what `carbon explain` takes; digits: decimals of tonnes.
    """

    name: str
    figure_id: str
    table: pd.DataFrame
    words: Words
    digits: int
    draw: Callable[[float], str] | None = field(default=None, repr=False)
    """Draws the figure as SVG of a width; called when it is first shown."""
    html: Markup | None = field(default=None, repr=False)
    """Own markup instead of a table, already escaped."""
    finding: str = ""
    """What the figure shows, in a sentence: its title and, for those who do not see it, its words."""
    years: str = ""
    """What a year in it means, where it is no calendar year."""
    after: Exhibit | None = field(default=None, repr=False)
    """Shown before this one, in the same cell, where it has something to show."""

    @cached_property
    def title(self) -> str:
        """Title in the reader's language, with what a year means where it is no calendar year; of a line that no target
        goes with, without one.
        """
        key = f"exhibit.{self.name}"
        is_alone = self.words.has(f"{key}_alone") and all(t != t for t in self._columns["pathway_t"].cells)
        title = self.words(f"{key}_alone" if is_alone else key)
        return f"{title} ({self.years})" if self.years else title

    @cached_property
    def svg(self) -> str | None:
        """The figure as SVG; None for an exhibit without one."""
        return None if self.draw is None else self.draw(WIDE)

    @cached_property
    def _columns(self) -> dict[str, Cells]:
        return cells_of(vars(self)["table"])  # itself, which is only read: `table` is a copy for each reader

    @cached_property
    def worded(self) -> Mapping[str, Any]:
        """The columns in the reader's language, each as `Cells`."""
        return in_words(self._columns, self.words)

    def __repr__(self) -> str:
        return one_line(f"Exhibit({self.figure_id or self.name}, {len(self.table)} lines)")

    def _repr_html_(self) -> str:
        if self.html is not None:
            return str(self.html)
        return str(html_table(self._columns, self.words, caption=self.title, digits=self.digits, figure=self.figure_id))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for data, metadata in self.outputs():
            display(data, metadata=metadata, raw=True)

    def outputs(self) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
        """Yield what a cell shows, as data by media type and metadata: the exhibit before it, the figure, the table."""
        if self.after is not None and self.after.html != "":
            yield from self.after.outputs()
        if self.svg is not None:
            picture = {"image/svg+xml": self.svg, "text/plain": f"Figure {self.figure_id or self.name}"}
            narrow = {NARROW_DRAWING: "" if self.draw is None else self.draw(NARROW)}
            yield picture, {METADATA: self._metadata("figure")[METADATA] | narrow}
        text = plain_text(self._columns, max(self.digits, 3), but=(ID,))
        html = {"text/html": self._repr_html_(), "text/plain": f"{self.figure_id or self.name}\n{text}"}
        # Own markup, a table alone, or one folded under its figure.
        yield html, self._metadata("own" if self.html is not None else "table" if self.draw is None else "twin")

    def _metadata(self, role: str) -> dict[str, Any]:
        return {METADATA: {"figure_id": self.figure_id, "role": role, "name": self.name, "title": self.title,
                           "finding": self.finding, "alt": self.words("figure.alt", title=self.finding or self.title)}}
