"""Inventories computed before they are asked for: a schedule of reports computes each year of a company once.

They live in the memory of one process of a run and of those forked from it, never on disk. A run compares the files an
inventory was made from with those it planned, whoever made it: what changed meanwhile is refused, not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory
    from carbon.records.params.project import Project

_PREPARED: dict[tuple[Project, str, int], Inventory] = {}


def keep(project: Project, inventory: Inventory) -> None:
    """Have this inventory at hand for the rest of this process, for this project."""
    _PREPARED[project, inventory.company, inventory.year] = inventory


def prepared(project: Project, company: str, year: int) -> Inventory | None:
    """The inventory kept for this company-year; None where it is to be computed."""
    return _PREPARED.get((project, company, year))
