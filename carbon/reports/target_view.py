"""
One target of a company and all that a reader is shown of it: series, pathway, gap, fit, and each in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import NO_METHOD, SCOPES
from carbon.core.params import CompanyParams, TargetParams
from carbon.reports.trajectory_tables import trajectory_table
from carbon.reports.words import Words
from carbon.trajectory import Target, Trajectory, fit, required_rate

NO_TARGET_YEARS = 5
"""Years shown ahead where the company states no target."""


@dataclass(frozen=True)
class TargetView:
    """
    table: `trajectory_table` with the target's label in front; notes: (what, text) pairs for the reader.
    """

    label: str
    gap_t: float
    table: pd.DataFrame
    notes: tuple[tuple[str, str], ...]


def target_views(params: CompanyParams, history: Any, year: int, words: Words) -> list[TargetView]:
    """
    A view of each target; of the headline total where the company states none.
    """
    if not params.targets:
        label = words.term("figure", f"total_{params.scope2_headline.removesuffix('-based')}")
        return [_view(label, None, (SCOPES, params.scope2_headline), history, year, words)]
    return [_of_target(target, history, year, words) for target in params.targets]


def _of_target(target: TargetParams, history: Any, year: int, words: Words) -> TargetView:
    label = target.label.get(words.language) or target.id
    made = Target.from_params(target)
    return _view(label, made, (made.scopes, made.scope2_method), history, year, words)


def _view(
    label: str, target: Target | None, which: tuple[tuple[str, ...], str], history: Any, year: int, words: Words
) -> TargetView:
    series = history.series(*which)
    until = max(year + 1, target.target_year if target else year + NO_TARGET_YEARS)
    fitted, fit_text = _fitted(series, until, words)
    pathway = None
    if target is not None and target.base_year in series.index:
        pathway = target.pathway(float(series.loc[target.base_year]))
    table = trajectory_table(series, status_by_year(history.table, *which), pathway=pathway,
                             fit=None if fitted is None else fitted.table)
    at = table.loc[table["year"] == year, "gap_t"]
    table.insert(0, "target", pd.Series(label, index=table.index, dtype="str"))
    notes = [("target", _target_text(target, words)), ("fit", fit_text)]
    if target is not None and pathway is not None and year in series.index and year < target.target_year:
        notes.append(("required", _required_text(target, series, pathway, year, words)))
        notes += _probability(fitted, float(pathway.loc[target.target_year]), target.target_year, words)
    gap_t = float(at.iloc[0]) if len(at) else float("nan")
    told = tuple((words(f"choice.{key}"), text) for key, text in notes)
    return TargetView(label, gap_t, table, told)


def _fitted(series: pd.Series[Any], until: int, words: Words) -> tuple[Trajectory | None, str]:
    """
    The fit and what was done in words; without a fit, the reason.
    """
    try:
        fitted = fit(series, until=until)
    except MethodError as error:
        return None, words("trajectory.no_fit", reason=error.what)
    text = words("trajectory.fit", model=words.term("model", fitted.model), years=len(fitted.series),
                 rate=words.percent(fitted.rate, 1, sign=True), p=_p_text(fitted.p_value, words))
    return fitted, text


def _p_text(p_value: float, words: Words) -> str:
    text = words.number(p_value, 2)
    return text if text.startswith("<") else f"= {text}"


def _probability(fitted: Trajectory | None, kg: float, year: int, words: Words) -> list[tuple[str, str]]:
    """
    The chance, by the fit, of being at or below the target; nothing where too few years would invent it.
    """
    if fitted is None:
        return []
    try:
        probability = fitted.p_at_most(kg, year)
    except MethodError as error:
        return [("probability", words("trajectory.no_fit", reason=error.what))]
    return [("probability", words("trajectory.probability", p=words.percent(probability, 0), year=year))]


def _target_text(target: Target | None, words: Words) -> str:
    if target is None:
        return words("trajectory.no_target")
    return words(
        "trajectory.target", reduction=words.percent(target.reduction, 0), scopes=", ".join(target.scopes),
        method=words.term("method", target.scope2_method), base_year=target.base_year, target_year=target.target_year,
    )


def _required_text(target: Target, series: pd.Series[Any], pathway: pd.Series[Any], year: int, words: Words) -> str:
    end = float(pathway.loc[target.target_year])
    table = required_rate(float(series.loc[year]), end, years=target.target_year - year,
                          base_kg=float(series.loc[target.base_year]))
    rate = -float(table.set_index("form")["value"]["compound"])
    text = words.percent(rate, 1, sign=True)
    return words("trajectory.required", rate=text, year=year, target_year=target.target_year)


def status_by_year(history: pd.DataFrame, scopes: tuple[str, ...], scope2_method: str) -> pd.Series[Any]:
    """
    "computed" or "reported" by year; a year with any reported part counts as reported.
    """
    rows = history[history["scope"].isin(scopes) & history["scope2_method"].isin((NO_METHOD, scope2_method))]
    rows = rows[rows["status"].isin(("computed", "reported"))]
    return rows.groupby("year")["status"].agg(lambda s: "reported" if (s == "reported").any() else "computed")
