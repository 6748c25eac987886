"""Inventories of the example companies, computed once in a process for the tests that show them and change none."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from carbon.accounting import company
from carbon.accounting.result import Inventory
from carbon.params.files.project import Files, Project

ROOT = Path(__file__).parents[2]
COMPANIES = ("petit-studio", "nuage-logiciels", "cap-conseil")
MADE_BY = {name: value for name, value in vars(company).items() if callable(value)}
"""What an inventory is computed with: where a test has put something in its place, nothing kept is its answer."""
KEPT: dict[tuple[str, int], tuple[Files, Inventory]] = {}
"""The state of the files in this project and the inventory; a copy whose files have the same sizes and times has it."""


@contextlib.contextmanager
def examples_once() -> Iterator[None]:
    """Meanwhile `inventory` of an example company, here or in a copy, is computed once, as long as its files stay."""
    with mock.patch.object(company, "prepared", _prepared):
        yield


def example(name: str, year: int) -> Inventory:
    """The inventory of an example company's year, computed once."""
    with examples_once():
        return company.inventory(name, year, project=Project(ROOT))


def _prepared(project: Project, name: str, year: int) -> Inventory | None:
    at_hand = MADE_BY["prepared"](project, name, year)
    put_in_place = any(vars(company)[k] is not value for k, value in MADE_BY.items() if k != "prepared")
    if at_hand is not None or name not in COMPANIES or put_in_place:
        return at_hand
    state = project.state_of(name)
    ours = Project(ROOT).state_of(name)
    if _within(project, state) != _within(Project(ROOT), ours):
        return None
    kept_state, kept = KEPT.get((name, year), (None, None))
    if kept is None or kept_state != ours:
        kept = company.with_past(company._alone(name, year, project, None), Project(ROOT), state=ours)
        KEPT[name, year] = ours, kept
    return kept if project.root == ROOT else company.with_past(kept, project, state=state)


def _within(project: Project, state: Files) -> Files:
    """The state of files by their paths in the project: a copy that keeps their times has that of the original."""
    return tuple((project.name_of(Path(path)), size, time) for path, size, time in state)
