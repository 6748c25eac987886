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
    """Of a table: "twin" is folded under its figure; after a figure the caption is left out."""
