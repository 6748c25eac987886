"""
Three pages of one run: the same outputs, for the public, for those who steer, and for those who answer for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from carbon.core.errors import UsageError

EMPTY = Markup("")
PERFORMANCE, PUBLIC, GOVERNANCE = "performance", "public", "governance"
AUDIENCES: dict[str, tuple[str, ...] | None] = {
    PERFORMANCE: None,
    PUBLIC: ("plain", "things", "scopes", "trajectory", "indicators_public"),
    GOVERNANCE: ("headline", "things", "questions", "change", "scopes", "categories", "trajectory", "trajectory_notes",
                 "events", "bridge", "actions", "plan_targets", "indicators_governance", "coverage", "amounts",
                 "accepted_rejects", "rejects", "exclusions", "uncertainty", "doubts", "tiers", "quality_classes",
                 "gwp", "warnings", "signoff", "method", "factor_sources"),
}
"""Audience -> exhibits of its page; None: all but those for others. "questions" may name suppliers."""
FOR_OTHERS = ("plain", "indicators_public", "indicators_governance")
"""Exhibits that the page for those who steer leaves out."""
_OF_DATA = ("figure", "table", "own")


@dataclass(frozen=True)
class Block:
    """
    One piece of the page. kind: "section", "markdown", "figure", "table", "own", "text", "error" or "skipped".
    """

    kind: str
    anchor: str = ""
    title: str = ""
    body: Markup = EMPTY
    figure_id: str = ""
    alt: str = ""
    role: str = ""
    """Of a table: "twin" is folded under its figure, "beside" follows it without a caption of its own."""


def for_audience(blocks: list[Block], audience: str) -> list[Block]:
    """
    The blocks of one audience, in order; a section that holds none of them is left out, an error never is.

    Raises
    ------
    UsageError
        Another audience.
    """
    if audience not in AUDIENCES:
        raise UsageError(f"{audience!r} is not an audience", hint=f"one of {', '.join(AUDIENCES)}")
    kept = [block for block in blocks if _shown(block, audience)]
    if audience == PUBLIC:
        # A public figure keeps its data, folded: the page stays one or two sheets.
        kept = [replace(block, role="twin") if block.role == "beside" else block for block in kept]
    empty = {at for at, block in enumerate(kept) if block.kind == "section"
             and (at + 1 == len(kept) or kept[at + 1].kind == "section")}
    return [block for at, block in enumerate(kept) if at not in empty or audience == PERFORMANCE]


def _shown(block: Block, audience: str) -> bool:
    shown = AUDIENCES[audience]
    if block.kind not in _OF_DATA:
        return block.kind != "markdown" or shown is None
    return block.anchor not in FOR_OTHERS if shown is None else block.anchor in shown
