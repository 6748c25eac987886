"""Trajectory for readers, in tonnes: history, pathway, fit and gap of one target, the change since earlier years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.years.by_year import COMPUTED, REPORTED, known_lines
from carbon.core.columns import Rows
from carbon.core.ghg_protocol import NO_METHOD
from carbon.core.text_columns import lines_of, text_array
from carbon.core.units import KG_PER_T
from carbon.reports.tables.sums import share, table_of, tonnes
from carbon.trajectory import Trajectory
from carbon.trajectory.fitting.breaks import contract_changes

FITTED = ("median", *(f"{side}_{level}" for level in (50, 80, 95) for side in ("low", "high")))
"""Columns of a fit for a year: its median and its intervals."""
OTHER_GWP = "another GWP set"
MARKS = (EXCEPTIONAL, BREAK, BEGINS, ENDS, TARGET_YEAR, UNEXPLAINED, EXPLAINED) = (
    "exceptional_year", "break", "contract_begins", "contract_ends", "target_year", "unexplained_break",
    "explained_break")


def trajectory_table(
    series: pd.Series[Any], status: pd.Series[Any] | None = None, *, pathway: pd.Series[Any] | None,
    fit: pd.DataFrame | Trajectory | None, moved: Mapping[int, str] | None = None,
) -> pd.DataFrame:
    """Return one line a year: what was emitted, what the target allows, what the past implies.

    gap_t = co2e_t - pathway_t; positive means above the pathway.

    Parameters
    ----------
    series, status
        kg CO2e and "computed" or "reported", by year, of the target's scopes and scope 2 method. Without a status: what
        the series of a history carries.
    pathway
        kg the target allows, by year.
    fit
        A fitted `Trajectory`, or its table [kg].
    moved
        Years to which factors moved the series, with the step (`Course.moved`): marked as explained breaks.

    Returns
    -------
    DataFrame
        year, status, mark (exceptional_year, break, contract_begins, contract_ends, target_year, unexplained_break,
        explained_break; several parted by "; "), reason (what explains the break), co2e_t,
        pathway_t, gap_t, median_t, low_50_t, high_50_t, low_80_t, high_80_t, low_95_t, high_95_t.
    """
    marks = marks_of(series, pathway, fit.event_years if isinstance(fit, Trajectory) else None)
    reasons = {**(moved or {}), **({b.year: b.explained for b in fit.breaks} if isinstance(fit, Trajectory) else {})}
    left = events_left(series)
    for year, reason in reasons.items():
        marks.setdefault(year, []).append(EXPLAINED if reason else UNEXPLAINED)
    fit = fit.table if isinstance(fit, Trajectory) else fit
    parts = {"co2e": series} | ({} if pathway is None else {"pathway": pathway})
    fitted = [] if fit is None else fit["year"].tolist()
    years = sorted({*fitted, *(year for values in parts.values() for year in values.index.tolist())})
    kg = {name: _in_years(values.index.tolist(), values.to_numpy(), years) for name, values in parts.items()}
    if fit is not None:
        kg |= {name: _in_years(fitted, fit[f"{name}_kg"].to_numpy(), years) for name in FITTED if f"{name}_kg" in fit}
    unknown = np.full(len(years), np.nan)
    tonnes = {name: kg.get(name, unknown) / KG_PER_T for name in ("co2e", "pathway", *FITTED)}
    status_of = status_by_year(series) if status is None else dict(
        zip(status.index.tolist(), status.tolist(), strict=True))
    return pd.DataFrame({
        "year": np.array(years, dtype="int64"), "status": text_array([status_of.get(year, "") for year in years]),
        "mark": text_array(["; ".join(marks.get(year, ())) for year in years]),
        "reason": text_array([reasons.get(year) or left.get(year, "") for year in years]),
        "co2e_t": tonnes["co2e"], "pathway_t": tonnes["pathway"], "gap_t": tonnes["co2e"] - tonnes["pathway"],
        **{f"{name}_t": tonnes[name] for name in FITTED}})


def status_by_year(series: pd.Series[Any]) -> dict[int, str]:
    """Return "computed" or "reported" by year of a history's series; "reported" for a year with any such part."""
    reported = series.attrs.get("reported")
    return {} if reported is None else {
        int(year): REPORTED if year in reported else COMPUTED for year in series.dropna().index}


def marks_of(
    series: pd.Series[Any], pathway: pd.Series[Any] | None, event_years: Iterable[int] | None = None
) -> dict[int, list[str]]:
    """Return what marks a year of a series: exceptional, first after a break, a contract that begins or ends (of
    market-based figures: `contract_changes`), the target's.
    """
    known_years = [int(y) for y in series.dropna().index]
    events = series.attrs.get("event_years", ()) if event_years is None else event_years
    found_marks = [(year, EXCEPTIONAL) for year in events if year in known_years]
    breaks = [*(year for _, year in series.attrs.get("breaks", ())), *events_left(series)]
    found_marks += [(year, BREAK) for year in breaks if year in known_years]
    found_marks += [(year, BEGINS if what == "begins" else ENDS) for year, what in contract_changes(series)]
    found_marks += [] if pathway is None else [(int(pathway.index[-1]), TARGET_YEAR)]
    marks: dict[int, list[str]] = {}
    for year, mark in dict.fromkeys(found_marks):
        marks.setdefault(year, []).append(mark)
    return marks


def events_left(series: pd.Series[Any]) -> dict[int, str]:
    """Return the acquisitions, sales and outsourcing that a view leaves in a series, by year."""
    named: dict[int, list[str]] = {}
    for year, what, _ in series.attrs.get("dated_events", ()):
        named.setdefault(int(year), []).append(what)
    return {year: ", ".join(events) for year, events in named.items()}


def _in_years(stated_years: list[int], kg: npt.NDArray[np.float64], years: list[int]) -> npt.NDArray[np.float64]:
    if len(set(stated_years)) < len(stated_years):
        raise ValueError(f"a year is listed twice in a series: {stated_years}")
    kg_by_year = np.full(len(years), np.nan)
    kg_by_year[np.searchsorted(years, stated_years)] = kg
    return kg_by_year


def change_table(
    series: dict[str, pd.Series[Any]], history: pd.DataFrame, *, year: int, base_year: int
) -> pd.DataFrame:
    """Return the change of both totals since last year and since the base year.

    change_t = co2e_t(year) - co2e_t(then); NaN where the earlier year is unknown.

    Parameters
    ----------
    series
        kg CO2e of all scopes by year, one series a scope 2 method.
    history
        `schemas.HISTORY`: which years were computed here, and with which GWP set each was made.

    Returns
    -------
    DataFrame
        scope2_method, since ("last year", "base year"), since_year, then_t, co2e_t, change_t, change_share,
        basis ("same method", "as reported then", "restated", "another GWP set"; NaN changes are kept out).
    """
    compared = {since: then for since, then in (("last year", year - 1), ("base year", base_year)) if then < year}
    basis = {since: _basis(history, then, year) for since, then in compared.items()}
    lines = []
    for method, kg in series.items():
        for since, then in compared.items():
            then_t, now_t = _at(kg, then), _at(kg, year)
            # Two GWP sets are two rulers: both figures are shown, their difference is not.
            change_t = float("nan") if basis[since] == OTHER_GWP else now_t - then_t
            lines.append((method, since, then, then_t, now_t, change_t, share(change_t, then_t), basis[since]))
    return table_of(lines, {"scope2_method": "str", "since": "str", "since_year": "int64", "then_t": "float64",
                            "co2e_t": "float64", "change_t": "float64", "change_share": "float64", "basis": "str"})


def _basis(history: pd.DataFrame, then: int, year: int) -> str:
    """Return how far the figure of an earlier year can be held against this year's."""
    rows = lines_of(history, ("year", "gwp", "source", "status"))
    at_then, now = ([row for row in rows if row[0] == y] for y in (then, year))
    if not at_then or not now:
        return ""
    if {gwp for _, gwp, _, _ in at_then} != {gwp for _, gwp, _, _ in now}:
        return OTHER_GWP
    if any("restated: " in source for _, _, source, _ in at_then):
        return "restated"
    return "as reported then" if any(status == "reported" for *_, status in at_then) else "same method"


def scopes_by_year_table(history: pd.DataFrame, *, scope2_method: str) -> pd.DataFrame:
    """Return emissions by year and scope with one scope 2 method, computed and reported years together.

    Columns: year, scope, co2e_t (NaN without a figure), status ("computed", "reported" or "mixed"; "" without a
    figure).
    """
    rows, known_rows = (Rows(lines).where(scope2_method=(NO_METHOD, scope2_method))
                        for lines in (history, known_lines(history)))
    status: dict[tuple[int, str], str] = {}
    for year, scope, kind in known_rows.groups(["year", "scope", "status"]).lines():
        word = REPORTED if kind == REPORTED else COMPUTED
        status[year, scope] = word if status.get((year, scope), word) == word else "mixed"
    sums = tonnes(known_rows, ["year", "scope"])
    lines = [(*key, sums.get(key, np.nan), status.get(key, "")) for key in rows.groups(["year", "scope"]).lines()]
    return table_of(lines, {"year": "int64", "scope": "str", "co2e_t": "float64", "status": "str"})


def _at(kg: pd.Series[Any], year: int) -> float:
    return float(kg.get(year, np.nan)) / KG_PER_T
