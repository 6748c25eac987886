"""One target of a company and all that a reader is shown of it: series, pathway, gap, fit, and each in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from carbon.accounting.years.restated import View
from carbon.core.columns import Rows
from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import NO_METHOD, SCOPES
from carbon.core.params.company import CompanyParams, TargetParams
from carbon.core.text_columns import same_text
from carbon.reports.tables.trajectory import trajectory_table
from carbon.reports.words import targets as target_words
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import phrase
from carbon.trajectory import Target, Trajectory, fit

if TYPE_CHECKING:
    from carbon.accounting.years.history import Inventories

NO_TARGET_YEARS = 5
"""Years shown ahead where the company states no target."""


@dataclass(frozen=True, repr=False)
class TargetView(Displayed):
    """table: `trajectory_table` with the target's label in front; notes: (what, text) pairs for the reader; series:
    what the target is held against [kg], by year; pathway: what it allows [kg], None where nothing can be held against
    it; unjudged: why its years cannot be compared, "" where they can: the gap is then NaN.
    """

    label: str
    gap_t: float
    table: pd.DataFrame
    notes: tuple[tuple[str, str], ...]
    series: pd.Series[Any]
    pathway: pd.Series[Any] | None
    unjudged: str = ""


def target_views(
    params: CompanyParams, history: View, year: int, words: Words, *, common: Callable[[], View] | None = None,
    constant: Callable[[Target], tuple[int, float] | None] | None = None,
    boundary: Callable[[Target, pd.Series[Any]], str] | None = None,
) -> list[TargetView]:
    """Return a view of each target; of the headline total where the company states none.

    Parameters
    ----------
    history
        One view of the history (`Inventories.restated()`): a base year moved by an event moves the target's tonnes,
        never its percentage.
    common
        Makes the like-for-like view, whose progress is shown too where events are known.
    constant
        Gives the progress of a target at constant factors: the year it is since, and the share.
    boundary
        Gives why the years of a target's series cannot be compared, "" where they can.
    """
    if not params.targets:
        label = words.term("figure", f"total_{params.scope2_headline.removesuffix('-based')}")
        return [_view(label, None, (SCOPES, params.scope2_headline), history, (params, year, words, None, None, None))]
    shared = cache(common) if common is not None and len(history.significance) else None
    return [_of_target(target, history, (params, year, words, shared, constant, boundary)) for target in params.targets]


_Around = tuple[CompanyParams, int, Words, Callable[[], View] | None,
                Callable[[Target], tuple[int, float] | None] | None,
                Callable[[Target, "pd.Series[Any]"], str] | None]


def _of_target(target: TargetParams, history: View, around: _Around) -> TargetView:
    label = target.label.get(around[2].language) or target.id
    stated_target = Target.from_params(target)
    return _view(label, stated_target, (tuple(stated_target.scopes), stated_target.scope2_method), history, around)


def _view(
    label: str, target: Target | None, which: tuple[tuple[str, ...], str], history: View, around: _Around
) -> TargetView:
    params, year, words, common, constant, boundary = around
    series = history.series(*which)
    until = max(year + 1, target.target_year if target else year + NO_TARGET_YEARS)
    fitted, refused = _fitted(series, until, params)
    pathway, no_pathway = allowed(target, series)
    table = trajectory_table(series, status_by_year(history.table, *which), pathway=pathway,
                             fit=None if fitted is None else fitted.table)
    gaps = dict(zip(table["year"].tolist(), table["gap_t"].tolist(), strict=True))
    table.insert(0, "target", pd.Series(same_text(label, len(table))))
    notes = [("target", target_words.target_text(target, words))]
    exceptional = target_words.base_event_text(target, params.event_years, words) if target is not None else ""
    notes += [*([("base_year", exceptional)] if exceptional else []), *target_words.view_notes(history, words)]
    notes += target_words.fit_notes(fitted, refused, params.event_years, words)
    if no_pathway:
        notes.append(("progress", words("trajectory.no_pathway", reason=phrase(no_pathway, words.language))))
    can_compare = target is not None and pathway is not None and year in series.index
    unjudged = boundary(target, series) if can_compare and target is not None and boundary is not None else ""
    if unjudged:
        notes.append(("progress", words("trajectory.not_judged", reason=phrase(unjudged, words.language))))
    elif can_compare and target is not None and pathway is not None:
        notes += target_words.progress_notes(target, series, year, common, words)
        notes += target_words.constant_notes(constant(target) if constant is not None else None, words)
        if year < target.target_year:
            notes += target_words.way_notes(target, series, pathway, year, fitted, words)
    note_lines = tuple((words(f"choice.{key}"), text) for key, text in notes)
    gap_t = float("nan") if unjudged else gaps.get(year, float("nan"))
    return TargetView(label, gap_t, table, note_lines, series, pathway, unjudged)


def boundary_of_target(history: Inventories, target: Target, series: pd.Series[Any]) -> str:
    """Return why the years since a target's base cannot be compared, "" where they can."""
    return history.unknown_boundary(list(target.scopes), since=min(target.years_of_base),
                                    base_kg=target.base_kg(series))


def allowed(target: Target | None, series: pd.Series[Any]) -> tuple[pd.Series[Any] | None, str]:
    """Return what the target allows by year; the reason where the series cannot be held against it, "" where it has no
    base year.
    """
    if target is None or not target.has_base(series):
        return None, ""
    try:
        return target.pathway_of(series), ""
    except MethodError as error:
        return None, error.what


def _fitted(series: pd.Series[Any], until: int, params: CompanyParams) -> tuple[Trajectory | None, str]:
    """Return the fit, or the reason why it is missing."""
    try:
        return fit(series, until=until, event_years=params.event_years), ""
    except MethodError as error:
        return None, error.what


def status_by_year(history: pd.DataFrame, scopes: tuple[str, ...], scope2_method: str) -> pd.Series[Any]:
    """Return "computed" or "reported" by year; a year with any reported part counts as reported."""
    rows = Rows(history).where(scope=scopes, scope2_method=(NO_METHOD, scope2_method), status=("computed", "reported"))
    # In sorted order "reported" comes last, and stays.
    return pd.Series(dict(rows.groups(["year", "status"]).lines()), dtype="str")
