"""
The exhibits that a report opens with: the answer, the plain words for everybody, and what to do next.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from carbon.core.text_columns import listed
from carbon.levers.company import CompanyPlan
from carbon.reports import actions
from carbon.reports.exhibit import Exhibit, once
from carbon.reports.exhibit_source import ExhibitSource
from carbon.reports.figure_ids import total_name
from carbon.reports.hero import Opening, hero, items, numbered
from carbon.reports.inventory_tables import headline_table
from carbon.reports.plain import plain
from carbon.reports.target_view import TargetView

MOVED = 2
"""Steps of the bridge that the opening names."""
ASKS = 8
"""Answers to ask for, listed with the quality of the figures."""


class OpeningExhibits(ExhibitSource):
    """
    Part of `AnnualReport`, which gives the inventory, its history, the words and how an exhibit is put together.
    """

    history: Any

    @property
    def digits(self) -> int:
        """
        Decimals of tonnes, by the size of the company.
        """
        raise NotImplementedError

    @property
    def _changes(self) -> pd.DataFrame:
        raise NotImplementedError

    @property
    def targets(self) -> list[TargetView]:
        """
        A view of each target of the company.
        """
        raise NotImplementedError

    @property
    def _plan(self) -> CompanyPlan | None:
        raise NotImplementedError

    def bridge(self) -> Exhibit:
        """
        Why the total moved: the exhibit of the bars.
        """
        raise NotImplementedError

    def actions(self) -> Exhibit:
        """
        What to do, largest effect first: the exhibit.
        """
        raise NotImplementedError

    def accepted_rejects(self) -> Exhibit:
        """
        The rejected share beside the accepted one: the exhibit.
        """
        raise NotImplementedError

    @property
    def _scopes(self) -> pd.DataFrame:
        raise NotImplementedError

    @once
    def headline(self) -> Exhibit:
        """
        The answer: both totals, the change, the gap to each target, the chance, what moved it, the rejects.
        """
        table = headline_table(self.inventory, scopes=self._scopes)
        return self._exhibit("headline", table, html=hero(self.inventory, table, self._opening))

    @once
    def plain(self) -> Exhibit:
        """
        The same in everyday words and with one figure: what the public page opens with.
        """
        table = self.headline().table
        return self._exhibit("plain", table, html=plain(self.inventory, table, self._opening))

    @once
    def things(self) -> Exhibit:
        """
        The biggest things to do; without a plan, the biggest questions to ask, which may name suppliers.
        """
        texts, name = self._biggest(), "things"
        if not texts:
            texts, name = self._questions(), "questions"
        table = pd.DataFrame({"what": pd.Series(texts, dtype="str")})
        return self._exhibit(name, table, html=numbered(self.words(f"exhibit.{name}"), texts))

    @once
    def uncertainty(self) -> Exhibit:
        """
        95 % intervals of every total, scope and category.
        """
        return self._exhibit("uncertainty", actions.uncertainty_table(self.inventory, self._doubt))

    @once
    def asks(self) -> Exhibit:
        """
        What to ask for: the answers that would narrow the total most.
        """
        return self._exhibit("asks", actions.asks_table(self.inventory, self._doubt, self.words, n=ASKS))

    @once
    def doubts(self) -> Exhibit:
        """
        What the doubt about the headline total is of.
        """
        return self._exhibit("doubts", actions.doubts_table(self.inventory, self._doubt))

    @once
    def quality_classes(self) -> Exhibit:
        """
        Shares of the headline total by the standard's five indicators of data quality.
        """
        return self._exhibit("quality_classes", actions.classes_table(self.inventory, self._doubt))

    @cached_property
    def _doubt(self) -> Any:
        return self.inventory.uncertainty()

    @cached_property
    def _opening(self) -> Opening:
        lines = [self._moved(), self._interval()]
        return Opening(
            words=self.words, digits=self.digits, changes=self._changes,
            gaps=tuple((view.label, view.gap_t) for view in self.targets),
            chances=tuple((view.label, text) for view in self.targets for key, text in view.notes
                          if key == self.words("choice.probability")),
            lines=tuple(line for line in lines if line), rejects=self.accepted_rejects().table)

    def _moved(self) -> str:
        """
        The largest steps of the bridge in words; "" where last year is not known.
        """
        table = self.bridge().table
        steps = table[table["change_t"].notna() & (table["change_t"] != 0)] if len(table) else table
        if steps.empty:
            return ""
        largest = steps.loc[steps["change_t"].abs().sort_values(ascending=False, kind="stable").index[:MOVED]]
        named = [self.words("hero.moved_step", step=step, change=self.words.signed(change, self.digits))
                 for step, change in zip(largest["step"], largest["change_t"], strict=True)]
        return self.words("hero.moved", year=self.inventory.year - 1, steps=items(named, self.words))

    def _interval(self) -> str:
        table = self.uncertainty().table
        columns = (listed(table[c]) for c in ("co2e_t", "low_t", "high_t"))
        of_figure = dict(zip(listed(table["figure"]), zip(*columns, strict=True), strict=True))
        known = of_figure.get(total_name(self.inventory.params.scope2_headline))
        if known is None or any(value != value for value in known):
            return ""
        low, high = (self.words.number(value, self.digits) for value in known[1:])
        return self.words("hero.interval", low=low, high=high)

    def _biggest(self) -> list[str]:
        """
        The levers of the plan that cut most; none without a plan.
        """
        words, plan = self.words, self._plan
        if plan is None:
            return []
        table = actions.biggest(self.actions().table)
        year = int(plan.plan.problem.years[-1])
        return [words("hero.thing", action=action, start=start, cut=words.number(cut, self.digits), year=year)
                for action, start, cut in zip(table["action"], table["start"], table["cut_t"], strict=True)]

    def _questions(self) -> list[str]:
        """
        The answers that would narrow the total most.
        """
        words, asks = self.words, self.asks().table.head(actions.BIGGEST)
        return [words("hero.ask", ask=ask, tonnes=words.number(tonnes, self.digits), share=words.percent(share, 0))
                for ask, tonnes, share in zip(asks["ask"], asks["co2e_t"], asks["narrows_share"], strict=True)]
