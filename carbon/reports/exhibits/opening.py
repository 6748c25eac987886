"""What a report opens with: the answer, the plain words for everybody, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from carbon.levers.company import CompanyPlan
from carbon.reports.exhibits.actions import BIGGEST, biggest
from carbon.reports.exhibits.constant import constant_sentence
from carbon.reports.exhibits.headline import Constant, Opening, hero, items, numbered
from carbon.reports.exhibits.public import plain
from carbon.reports.exhibits.target_view import TargetView
from carbon.reports.words.language import Words
from carbon.reports.words.sentence import Sentence, percent, sentence, tonnes

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

MOVED = 2
"""Steps of the bridge that the opening names."""


def opening_of(inventory: Inventory, words: Words, digits: int, *, changes: pd.DataFrame, targets: list[TargetView],
               constants: Mapping[int, Constant], bridge: pd.DataFrame, intervals: Sequence[Sentence],
               accepted_rejects: pd.DataFrame) -> Opening:
    """Return what a report opens with besides its totals, from the tables of the exhibits that show it in full."""
    last = constants.get(inventory.year - 1)
    lines = [None if last is None else constant_sentence(last, inventory.year, words, digits),
             _moved(bridge, inventory.year, words, digits), *intervals]
    return Opening(
        words=words, digits=digits, changes=changes, constants=constants,
        gaps=tuple((view.label, view.gap_t) for view in targets),
        unjudged=tuple(view.label for view in targets if view.unjudged),
        chances=tuple((view.label, text) for view in targets for key, text in view.notes
                      if key == words("choice.probability")),
        lines=tuple(line for line in lines if line is not None), rejects=accepted_rejects)


def same_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table that another exhibit, or the report, has already."""
    return table


def hero_html(table: pd.DataFrame, inventory: Inventory, opening: Opening) -> Markup:
    """Return the answer as cards and sentences."""
    return hero(inventory, table, opening)


def plain_html(table: pd.DataFrame, inventory: Inventory, opening: Opening) -> Markup:
    """Return the answer in everyday words."""
    return plain(inventory, table, opening)


def things_table(plan: CompanyPlan | None, actions: pd.DataFrame, words: Words, digits: int) -> pd.DataFrame:
    """Return the levers of the plan that cut most, one sentence each (what); none without a plan."""
    if plan is None:
        return _sentences([])
    # A lever that cuts nothing by then is no answer to what to do.
    table, year = biggest(actions[actions["cut_t"] > 0]), int(plan.plan.problem.years[-1])
    return _sentences([
        sentence(words, "hero.thing", "plan", action=action, start=int(start), year=year,
                 cut=tonnes(words, cut, digits))
        for action, start, cut in zip(table["action"], table["start"], table["cut_t"], strict=True)])


def questions_table(asks: pd.DataFrame, words: Words, digits: int) -> pd.DataFrame:
    """Return the answers that would narrow the total most, one sentence each (what)."""
    first = asks.head(BIGGEST)
    return _sentences([
        sentence(words, "hero.ask", "uncertainty of the total", ask=ask, tonnes=tonnes(words, co2e_t, digits),
                 share=percent(words, share, 0))
        for ask, co2e_t, share in zip(first["ask"], first["co2e_t"], first["narrows_share"], strict=True)])


def numbered_html(table: pd.DataFrame, words: Words, *, name: str) -> Markup:
    """Return the sentences as a numbered list under the exhibit's title."""
    return numbered(words(f"exhibit.{name}"), table["what"].tolist())


def _sentences(lines: list[Sentence]) -> pd.DataFrame:
    return pd.DataFrame({"what": pd.Series([str(line) for line in lines], dtype="str")})


def _moved(bridge: pd.DataFrame, year: int, words: Words, digits: int) -> Sentence | None:
    """Return the largest steps of the bridge in words; None where last year is not known."""
    steps = bridge[bridge["change_t"].notna() & (bridge["change_t"] != 0)] if len(bridge) else bridge
    if steps.empty:
        return None
    sizes = steps["change_t"].abs()
    largest = steps.loc[sizes.sort_values(ascending=False, kind="stable").index[:MOVED]]
    parts = [sentence(words, "hero.moved_step", "bridge", step=step, change=tonnes(words, change, digits, sign=True))
             for step, change in zip(largest["step"], largest["change_t"], strict=True)]
    return sentence(words, "hero.moved", "bridge", year=year - 1, steps=items(parts, words), behind={
        "this_year": year, "first": abs(parts[0].numbers["change"]), "largest": float(sizes.max())})
