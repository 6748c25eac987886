"""
Writes into a picture: lines of text at a place, measured as they will stand.

Places and widths are in pixels from the lower left corner, sizes of letters in points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from matplotlib.font_manager import FontProperties

from carbon.reports.lettering import POINT, Letters

PITCH, CAP = 1.16, 0.38
"""Of a letter's size: from line to line, and half a capital letter."""
RAISED = 90


@dataclass(frozen=True)
class Pen:
    """
    A renderer to write with.
    """

    renderer: Letters
    _widths: dict[tuple[str, float, bool], float] = field(default_factory=dict, repr=False, compare=False)

    def pixels(self, points: float) -> float:
        """
        A length in pixels.
        """
        return float(points * self.renderer.dpi / POINT)

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """
        Of the longest line [pixel]. A text is laid out, placed anew and written: measured once.
        """
        known = self._widths.get((text, size, bold))
        if known is None:
            font = _font(size, bold)
            known = max(self.renderer.get_text_width_height_descent(line, font, ismath=False)[0]
                        for line in text.split("\n"))
            self._widths[text, size, bold] = known
        return known

    def height(self, text: str, size: float) -> float:
        """
        Of all lines [pixel].
        """
        return self.pixels(size) * (1 + PITCH * text.count("\n"))

    def fitted(self, text: str, size: float, room: float, *, bold: bool = False) -> str:
        """
        The text in as many lines as it takes not to be wider than the room; a longer word stands alone.
        """
        if self.width(text, size, bold=bold) <= room:
            return text
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size, bold=bold) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return "\n".join(lines)

    def write(self, text: str, x: float, y: float, size: float, colour: str, *, across: float = 0.0,
              bold: bool = False, turned: bool = False) -> None:
        """
        Lines of text around the height y.

        across: which part of a line stands left of x: 0 none, 0.5 half, 1 all of it; turned: read from below, around x.
        """
        lines = text.split("\n")
        gc = self.renderer.new_gc()
        gc.set_foreground(colour)
        font, step = _font(size, bold), self.pixels(size) * PITCH
        for at, line in enumerate(lines):
            width, down = self.width(line, size, bold=bold), step * (at - (len(lines) - 1) / 2)
            below = self.pixels(size) * CAP + down
            left, base = (x + below, y - across * width) if turned else (x - across * width, y - below)
            self.renderer.draw_text(gc, left, self.renderer.height - base, line, font, RAISED if turned else 0)
        gc.restore()


@lru_cache(maxsize=32)
def _font(size: float, bold: bool) -> Any:
    return FontProperties(size=size, weight="bold" if bold else "normal")
