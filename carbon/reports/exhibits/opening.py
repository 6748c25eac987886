"""What a report opens with: the answer, the plain words for everybody, and what to do next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from carbon.core.units import KG_PER_T
from carbon.emissions.uncertainty.shown import decimals_of
from carbon.levers.company import CompanyPlan
from carbon.reports.exhibits.actions import BIGGEST, biggest
from carbon.reports.exhibits.constant import constant_sentence
from carbon.reports.exhibits.findings import steps_of
from carbon.reports.exhibits.headline import Constant, Opening, numbered
from carbon.reports.exhibits.target_view import TargetView
from carbon.reports.exhibits.unexpected import streams_of
from carbon.reports.tables.plan import first_year_table
from carbon.reports.tables.sums import counted_rows, total_t
from carbon.reports.words.language import Words
from carbon.reports.words.sentence import Figure, Sentence, items, percent, sentence, tonnes

if TYPE_CHECKING:
    from carbon.accounting.result import Inventory

_NEXT, _BEGIN = Markup('<p class="next">{}</p>'), Markup("<strong>{}</strong>{}{}")
_NO_PLAN = Markup('<a href="#actions">{}</a>')
MOVED = 2
"""Steps of the bridge that the opening names."""


def opening_of(inventory: Inventory, words: Words, digits: int, *, changes: pd.DataFrame, targets: list[TargetView],
               constants: Mapping[int, Constant], bridge: pd.DataFrame, intervals: Sequence[Sentence],
               accepted_rejects: pd.DataFrame) -> Opening:
    """Return what a report opens with besides its totals, from the tables of the exhibits that show it in full."""
    last = constants.get(inventory.year - 1)
    middle = next((line.numbers for line in intervals if line.key == "hero.interval"), None)
    constant = () if last is None else (constant_sentence(last, inventory.year, words, digits),)
    # What a restatement has in both years is no cause of the change between them.
    is_restated = last is not None and "restated" in set(changes.loc[changes["since"] == "last year", "basis"])
    steps = bridge[bridge["step"] != last.boundary] if last is not None and is_restated else bridge
    aims = [(view, aim) for view in targets if (aim := view.course.target) is not None]
    return Opening(
        words=words, digits=digits, changes=changes, constants=constants,
        causes=_moved(steps, inventory.year, words, digits, () if last is None else last.parted,
                      key="hero.moved_restated" if is_restated else "hero.moved"),
        gaps=tuple((view.label, view.gap_t) for view, _ in aims),
        unjudged=tuple(view.label for view, _ in aims if view.unjudged),
        based=tuple(view.label for view, aim in aims if aim.years_of_base == (inventory.year,)),
        chances=tuple((view.label, text) for view in targets for key, text in view.notes
                      if key == words("choice.probability")),
        lines=(*constant, *intervals), rejects=accepted_rejects,
        weights=tuple(_weight(view, inventory) for view, _ in aims), targets=tuple(aim for _, aim in aims),
        streams=streams_of(inventory),
        ends=None if middle is None else tuple(Figure(end, words.number(end, decimals_of(end)))
                                               for end in (middle["low"], middle["high"])))


def _weight(view: TargetView, inventory: Inventory) -> float:
    """Return the share of this year's total that a target is about; NaN where one of them is not known."""
    target, year = view.course.target, inventory.year
    method = inventory.params.scope2_headline if target is None else target.scope2_method
    total = total_t(counted_rows(inventory.emissions, method))
    emitted = float(view.course.series.get(year, math.nan)) / KG_PER_T
    return emitted / total if total > 0 else math.nan


def same_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table that another exhibit, or the report, has already."""
    return table


def without_suppliers(table: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of `icicle_table` that name no supplier."""
    return table[table["supplier"] == ""].drop(columns="supplier").reset_index(drop=True)


def things_table(plan: CompanyPlan | None, actions: pd.DataFrame, words: Words, digits: int) -> pd.DataFrame:
    """Return what the plan starts first and its levers that cut most (heading, what); none without a plan."""
    if plan is None:
        return _things([])
    first, year = int(plan.plan.problem.years[0]), int(plan.plan.problem.years[-1])
    now = first_year_table(plan, language=words.language).head(BIGGEST)
    starts = [sentence(words, "hero.now", "plan", action=action, start=int(start), cut=tonnes(words, cut, digits))
              if cut > 0 else
              sentence(words, "hero.now_start", "plan", action=action, start=int(start), behind={"cut": cut})
              for action, start, cut in zip(now["action"], now["start"], now["cut_t"], strict=True)]
    is_later = not starts
    if is_later:
        starts = [sentence(words, "hero.now_none", "plan", start=first, behind={"actions": float(len(now))})]
    # A lever that cuts nothing by then is no answer to what to do.
    table = biggest(actions[actions["cut_t"] > 0])
    most = [sentence(words, "hero.thing", "plan", action=action, start=int(start), year=year,
                     cut=tonnes(words, cut, digits))
            for action, start, cut in zip(table["action"], table["start"], table["cut_t"], strict=True)]
    lists = [(words("exhibit.now", year=first), starts), (words("exhibit.things"), most)]
    return _things([(head, line) for head, lines in (lists[::-1] if is_later else lists) for line in lines])


def things_html(table: pd.DataFrame, words: Words) -> Markup:
    """Return each heading with its sentences as a numbered list."""
    heads = dict.fromkeys(table["heading"])
    lists = Markup("").join(Markup("<div>{}</div>").format(
        numbered(head, table.loc[table["heading"] == head, "what"].tolist())) for head in heads)
    return Markup('<div class="two">{}</div>').format(lists) if lists else lists


def begin_with(things: pd.DataFrame, questions: pd.DataFrame, findings: pd.DataFrame, year: int,
               words: Words) -> Markup:
    """Return what to do first: what the plan starts; else where most is, what to ask, and how a plan is made."""
    if len(things):
        return _NEXT.format(_BEGIN.format(things["heading"].iloc[0], words("text.colon"), things["what"].iloc[0]))
    where = findings[findings["exhibit"].isin(["categories", "scopes"])].head(1)
    lines = [(words("hero.begin"), words("hero.begin_part", share=share, what=what))
             for share, what in zip(where["figure"], where["what"], strict=True)]
    lines += [(words("hero.begin_data"), str(what)) for what in questions["what"].head(1)]
    no_plan = sentence(words, "hero.no_plan", "plan", year=year + 1, behind={"actions": float(len(things))})
    parts = [_BEGIN.format(heading, words("text.colon"), what) for heading, what in lines]
    return _NEXT.format(Markup(" ").join([*parts, _NO_PLAN.format(no_plan)])) if parts else Markup("")


def _things(lines: list[tuple[str, Sentence]]) -> pd.DataFrame:
    return pd.DataFrame({"heading": pd.Series([head for head, _ in lines], dtype="str"),
                         "what": pd.Series([str(line) for _, line in lines], dtype="str")})


def questions_table(asks: pd.DataFrame, words: Words, digits: int) -> pd.DataFrame:
    """Return the answers that would narrow the total most, one sentence each (what)."""
    first = asks.head(BIGGEST)
    lines = [str(sentence(words, "hero.ask", "uncertainty of the total", ask=ask, share=percent(words, share, 0),
                          tonnes=tonnes(words, co2e_t, digits)))
             for ask, co2e_t, share in zip(first["ask"], first["co2e_t"], first["narrows_share"], strict=True)]
    return pd.DataFrame({"what": pd.Series(lines, dtype="str")})


def numbered_html(table: pd.DataFrame, words: Words, *, name: str) -> Markup:
    """Return the sentences as a numbered list under the exhibit's title."""
    return numbered(words(f"exhibit.{name}"), table["what"].tolist())


def _moved(bridge: pd.DataFrame, year: int, words: Words, digits: int, parted: Sequence[str] = (), *,
           key: str = "hero.moved") -> Sentence | str:
    """Return the largest steps of the bridge in words, with the largest of those that part the change as published from
    that at constant factors; "" where last year is not known.
    """
    steps = steps_of(bridge)
    if not steps:
        return ""
    largest = steps[:MOVED]
    if not any(step in parted for _, step in largest):
        largest += [(change, step) for change, step in steps if step in parted][:1]
    parts = [sentence(words, "hero.moved_step", "bridge", step=step, change=tonnes(words, change, digits, sign=True))
             for change, step in largest]
    return sentence(words, key, "bridge", steps=items(parts, words), behind={
        "since": year - 1, "this_year": year, "first": abs(parts[0].numbers["change"]), "largest": abs(steps[0][0])})
