"""Three pages of one run: the same outputs, for the public, for those who steer, and for those who answer for it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

EMPTY = Markup("")
PERFORMANCE, PUBLIC, GOVERNANCE = "performance", "public", "governance"
AUDIENCES = (PERFORMANCE, PUBLIC, GOVERNANCE)


@dataclass(frozen=True)
class Block:
    """One piece of the page. kind: "section", "markdown", "figure", "table", "own", "text", "error" or "skipped"."""

    kind: str
    anchor: str = ""
    title: str = ""
    body: Markup = EMPTY
    figure_id: str = ""
    alt: str = ""
    role: str = ""
    """Of a table: "twin" is folded under its figure."""
    finding: str = ""
    """Of a figure: the sentence over it."""
    narrow: Markup = EMPTY
    """Of a figure: the same as a phone shows it, and as two are shown side by side."""
    twin: Markup = EMPTY
    """Of a figure: its table, folded under it."""
    is_lead: bool = False
    """Shown when its section is opened; any other table or figure is one line until it is asked for."""
    is_paired: bool = False
    """Of a figure: shown side by side with another one."""

    @property
    def lines(self) -> int:
        """Lines of the table, without its heading and the words of one that has none."""
        table = self.twin or self.body
        return max(table.count("<tr") - 1 - table.count("<tr><td colspan="), 0)
