"""What a report opens with: the answer, the plain words for everybody, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from carbon.core.text_columns import listed
from carbon.levers.company import CompanyPlan
from carbon.reports.exhibits.actions import BIGGEST, biggest
from carbon.reports.exhibits.constant import sentence
from carbon.reports.exhibits.headline import Constant, Opening, hero, items, numbered
from carbon.reports.exhibits.public import plain
from carbon.reports.exhibits.target_view import TargetView
from carbon.reports.words.figure_ids import total_name
from carbon.reports.words.language import Words

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

MOVED = 2
"""Steps of the bridge that the opening names."""


def opening_of(inventory: Inventory, words: Words, digits: int, *, changes: pd.DataFrame, targets: list[TargetView],
               constants: Mapping[int, Constant], bridge: pd.DataFrame, uncertainty: pd.DataFrame,
               accepted_rejects: pd.DataFrame) -> Opening:
    """Return what a report opens with besides its totals, from the tables of the exhibits that show it in full."""
    last = constants.get(inventory.year - 1)
    lines = ["" if last is None else sentence(last, words, digits), _moved(bridge, inventory.year, words, digits),
             _interval(inventory, uncertainty, words, digits)]
    return Opening(
        words=words, digits=digits, changes=changes, constants=constants,
        gaps=tuple((view.label, view.gap_t) for view in targets),
        chances=tuple((view.label, text) for view in targets for key, text in view.notes
                      if key == words("choice.probability")),
        lines=tuple(line for line in lines if line), rejects=accepted_rejects)


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
    table, year = biggest(actions), int(plan.plan.problem.years[-1])
    return _sentences([words("hero.thing", action=action, start=start, cut=words.tonnes(cut, digits), year=year)
                       for action, start, cut in zip(table["action"], table["start"], table["cut_t"], strict=True)])


def questions_table(asks: pd.DataFrame, words: Words, digits: int) -> pd.DataFrame:
    """Return the answers that would narrow the total most, one sentence each (what)."""
    first = asks.head(BIGGEST)
    return _sentences([
        words("hero.ask", ask=ask, tonnes=words.tonnes(tonnes, digits), share=words.percent(share, 0))
        for ask, tonnes, share in zip(first["ask"], first["co2e_t"], first["narrows_share"], strict=True)])


def numbered_html(table: pd.DataFrame, words: Words, *, name: str) -> Markup:
    """Return the sentences as a numbered list under the exhibit's title."""
    return numbered(words(f"exhibit.{name}"), table["what"].tolist())


def _sentences(texts: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"what": pd.Series(texts, dtype="str")})


def _moved(bridge: pd.DataFrame, year: int, words: Words, digits: int) -> str:
    """Return the largest steps of the bridge in words; "" where last year is not known."""
    steps = bridge[bridge["change_t"].notna() & (bridge["change_t"] != 0)] if len(bridge) else bridge
    if steps.empty:
        return ""
    largest = steps.loc[steps["change_t"].abs().sort_values(ascending=False, kind="stable").index[:MOVED]]
    step_texts = [words("hero.moved_step", step=step, change=words.tonnes(change, digits, sign=True))
             for step, change in zip(largest["step"], largest["change_t"], strict=True)]
    return words("hero.moved", year=year - 1, steps=items(step_texts, words))


def _interval(inventory: Inventory, uncertainty: pd.DataFrame, words: Words, digits: int) -> str:
    columns = (listed(uncertainty[c]) for c in ("co2e_t", "low_t", "high_t"))
    of_figure = dict(zip(listed(uncertainty["figure"]), zip(*columns, strict=True), strict=True))
    figures = of_figure.get(total_name(inventory.params.scope2_headline))
    if figures is None or any(value != value for value in figures):
        return ""
    low, high = (words.tonnes(value, digits) for value in figures[1:])
    return words("hero.interval", low=low, high=high)
