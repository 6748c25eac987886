"""One target of a company and all that a reader is shown of it: series, pathway, gap, fit, and each in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import pandas as pd

from carbon.accounting.years.restated import View
from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import MethodError
from carbon.core.text_columns import same_text
from carbon.params.shapes.company import CompanyParams
from carbon.reports.tables.trajectory import trajectory_table
from carbon.reports.words import targets as target_words
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import phrase
from carbon.trajectory import Course, Target, course

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class TargetView(HandsOut, Displayed):
    """table: `trajectory_table` with the target's label in front; notes: (what, text) pairs for the reader; course:
    what the target is held against, its fit, pathway and budget; unjudged: why its years cannot be compared, "" where
    they can: the gap is then NaN.
    """

    label: str
    gap_t: float
    table: pd.DataFrame
    notes: tuple[tuple[str, str], ...]
    course: Course
    unjudged: str = ""

    @property
    def pathway(self) -> pd.Series[Any] | None:
        """What the target allows [kg], by year; None where nothing can be held against it."""
        return allowed(self.course)[0]


def target_views(
    params: CompanyParams, history: View, year: int, words: Words, *, common: Callable[[], View] | None = None,
    constant: Callable[[Target], tuple[int, float] | None] | None = None,
) -> list[TargetView]:
    """Return a view of each target; of the headline total where the company states none.

    history: one view of the history (`Inventories.restated()`): a base year moved by an event moves the target's
    tonnes, never its percentage; common: makes the like-for-like view, whose progress is shown too where events are
    known; constant: gives the progress of a target at constant factors: the year it is since, and the share.
    """
    if not params.targets:
        label = words.term("figure", f"total_{params.scope2_headline.removesuffix('-based')}")
        way = course(history, scope2_method=params.scope2_headline)
        return [_view(label, way, history, params, year, words)]
    shared = cache(common) if common is not None and len(history.significance) else None
    return [_view(target.label.get(words.language) or target.id, course(history, Target.from_params(target)), history,
                  params, year, words, shared, constant) for target in params.targets]


def _view(
    label: str, way: Course, history: View, params: CompanyParams, year: int, words: Words,
    common: Callable[[], View] | None = None, constant: Callable[[Target], tuple[int, float] | None] | None = None,
) -> TargetView:
    target, series = way.target, way.series
    fitted, refused = attempted(lambda: way.fit) if len(series) else (None, "no year has a figure")
    pathway, no_pathway = allowed(way)
    table = trajectory_table(series, pathway=pathway, fit=fitted, moved=way.moved)
    gaps = dict(zip(table["year"].tolist(), table["gap_t"].tolist(), strict=True))
    table.insert(0, "target", pd.Series(same_text(label, len(table))))
    notes = [("target", target_words.target_text(target, words))]
    exceptional = target_words.base_event_text(target, params.event_years, words) if target is not None else ""
    notes += [*([("base_year", exceptional)] if exceptional else []), *target_words.view_notes(history, words)]
    notes += target_words.fit_notes(fitted, refused, params.event_years, words)
    notes += target_words.moved_notes(way, words)
    if no_pathway:
        notes.append(("progress", words("trajectory.no_pathway", reason=phrase(no_pathway, words.language))))
    unjudged = way.unjudged if pathway is not None and year in series.index else ""
    if target is not None and pathway is not None and year in series.index:
        notes += ([("progress", words("trajectory.not_judged", reason=phrase(unjudged, words.language)))] if unjudged
                  else target_words.progress_notes(way, year, common, words))
        notes += target_words.constant_notes(constant(target) if constant is not None else None, words)
        if year < target.target_year:
            notes += target_words.way_notes(way, year, words)
    note_lines = tuple((words(f"choice.{key}"), text) for key, text in notes)
    if unjudged:
        table = table.assign(gap_t=table["gap_t"].mask(table["year"] >= year))
    gap_t = float("nan") if unjudged else gaps.get(year, float("nan"))
    return TargetView(label, gap_t, table, note_lines, way, unjudged)


def allowed(way: Course) -> tuple[pd.Series[Any] | None, str]:
    """Return what the target allows by year; else the reason, "" where the series has no base year."""
    return attempted(lambda: way.pathway) if way.has_base else (None, "")


def attempted(make: Callable[[], T]) -> tuple[T | None, str]:
    """Return what is made, or why it cannot be."""
    try:
        return make(), ""
    except MethodError as error:
        return None, error.what
