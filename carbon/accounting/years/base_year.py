"""The base year and its recalculation: events, their significance, a series restated, a splice.

Source: GHG Protocol, Scope 3 Standard (2011) section 9.3 with tables 9.4 and 9.5; Corporate Standard ch. 5, as others
quote it, and appendix E, its introduction. 5 % is the SBTi's threshold, the Standards leave it to the company's policy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Number

import numpy as np
import pandas as pd

from carbon.accounting.years.by_year import GWP_BREAK, refuse_infinite, refuse_no_series
from carbon.accounting.years.significance import base_kg_of, counted, significance
from carbon.core.display import Displayed, HandsOut
from carbon.core.errors import MethodError, TableError
from carbon.core.ghg_protocol import NO_METHOD, SCOPE2_METHODS, SCOPES
from carbon.core.ledgers import ALL_YEARS, EVENTS, MEASURES, METHOD, ORGANIC, STRUCTURAL, with_years
from carbon.core.text import instead

__all__ = ["Restated", "checked_events", "like_for_like", "of_scopes", "restate_series", "significance", "splice"]

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
LEDGER_FILE = "data/ledger/<company>/base_year_events.csv"


@dataclass(frozen=True, repr=False)
class Restated(HandsOut, Displayed):
    """One series as reported, restated, and the measures that decided it.

    series [kg CO2e by year]; significance: one row an event; `recalculated`: the threshold was reached.
    """

    as_reported: pd.Series
    restated: pd.Series
    significance: pd.DataFrame
    recalculated: bool
    as_of: pd.Timestamp


def checked_events(events: pd.DataFrame) -> pd.DataFrame:
    """Check the ledger of events, each with its evidence.

    Raises TableError: A missing column, an unknown kind, an event without its day, reason or evidence, scope 2 by one
    method only, a structural event without its kilograms.
    """
    if not isinstance(events, pd.DataFrame):
        raise TableError(f"base-year events are a table, not a {type(events).__name__}",
                         hint=f"one row a yearly delta, with the columns of {LEDGER_FILE}")
    lacking = sorted(set(EVENTS.columns) - {"category"} - set(events))
    if lacking:
        raise TableError(f"base-year events lack the missing columns {lacking}",
                         hint=f"one row a yearly delta, with the columns of {LEDGER_FILE}")
    table = EVENTS.validate(events if "category" in events else events.assign(category=np.int64(0)))
    shown_columns = ["event_id", "kind", "year", "scope"]
    undated = table[table["date"].isna() | table["recorded_on"].isna()]
    if len(undated):
        raise TableError("a base-year event needs its day and the day it was recorded",
                         rows=undated[["event_id", "kind", "year", "date", "recorded_on"]],
                         hint="without them no view as of a day can know of it")
    bare = table[(table["reason"].str.strip() == "") | (table["evidence"].str.strip() == "")]
    if len(bare):
        raise TableError("a base-year event needs a reason and evidence", rows=bare[shown_columns],
                         hint=f"append the reason and where its proof is kept to {LEDGER_FILE}")
    empty = table[table["delta_kg"].isna() & ~table["kind"].isin(METHOD)]
    if len(empty):
        raise TableError("an event without its kilograms", rows=empty[shown_columns],
                         hint="0 is a figure, an empty cell is not; only a change of method may be spliced")
    scope2 = table[table["scope"] == "2"]
    methods = scope2.groupby(["event_id", "year"])["scope2_method"].transform(lambda m: ",".join(sorted(set(m))))
    lone = scope2[methods != ",".join(sorted(SCOPE2_METHODS))]
    if len(lone):
        raise TableError("scope 2 of an event is given by one method only", rows=lone[shown_columns],
                         hint=f"give the year's delta by {' and by '.join(SCOPE2_METHODS)}, or by neither")
    return table


def known_day(as_of: str | pd.Timestamp) -> pd.Timestamp:
    """Return the day up to which recorded events are known.

    Raises MethodError: A string that is not an ISO date: 03/04/2024 is two days. A number: 2024 would be nanoseconds
    after 1970.
    """
    is_written = not isinstance(as_of, str) or _ISO.fullmatch(as_of)
    day = pd.to_datetime(as_of, errors="coerce") if is_written and not isinstance(as_of, Number) else None
    if not isinstance(day, pd.Timestamp):
        raise MethodError(f"as_of {as_of!r} is not a day", hint='write it as "2024-12-31"')
    # A day with its hour and zone is that day where it was written.
    return day.tz_localize(None)


def of_scopes(events: pd.DataFrame, scopes: Sequence[str], scope2_method: str) -> pd.DataFrame:
    """Return the deltas that belong to one series: its scopes, and scope 2 by its method."""
    return events[events["scope"].isin(list(scopes)) & events["scope2_method"].isin((NO_METHOD, scope2_method))]


def restate_series(
    series: pd.Series,
    events: pd.DataFrame,
    *,
    base_year: int | Sequence[int],
    as_of: str | pd.Timestamp,
    threshold: float,
    measure: str,
    scopes: Sequence[str] | None = None,
    scope2_method: str | None = None,
    mid_year: str = ALL_YEARS,
) -> Restated:
    """Restate one series to today's boundary and methods, if the events are significant.

    restated(y) = reported(y) + sum of deltas of the events recorded up to `as_of`. An event's date is the first day of
    the new boundary: its deltas are of the years before, one for each. As soon as one event is
    significant all known events are applied, so that buying and selling the same entity gives back the series.

    series: kg CO2e by year as reported, one scope 2 method.
    threshold: Share of base-year emissions from which the base year is recalculated (policy of the company).
    measure: "single", "net" or "gross" (policy of the company; gross lets no opposite changes hide each other).
    scopes, scope2_method: Scopes and method of the series; a series of `Inventories.series` has them in its `attrs`.
    base_year: Several years: the base is their mean.
    mid_year: "all_years": an event within a year moves all years before and, by its own delta, that year. "pro_rata":
    while that year is the last, it moves the years before in proportion to its days; then all. Calendar years.

    Raises MethodError: Base year outside the series or without a figure; an event without a delta for a year of the
    series it must restate; events with scope 2 and a series without its method; scopes or a method other than those in
    the `attrs` of the series; a threshold that is not a share; a day that is not ISO; a year that would end below zero.
    """
    if isinstance(threshold, str | bool) or not 0 < threshold <= 1:
        raise MethodError(f"threshold {threshold!r} is not a share of base-year emissions", hint="0.05 means 5 %")
    if measure not in MEASURES:
        raise MethodError(f"unknown significance measure {measure!r}", hint=instead(str(measure), MEASURES))
    refuse_no_series(series)
    refuse_infinite(series)
    base_kg, day = base_kg_of(series, base_year), known_day(as_of)
    ledger = with_years(_of_series(checked_events(events), series, scopes, scope2_method))
    ledger = ledger[ledger["recorded_on"] <= day]
    table = significance(ledger, base_year=base_year, base_kg=base_kg, threshold=threshold, measure=measure)
    recalculated = bool(table["triggers"].any())
    acting = counted(ledger[~ledger["kind"].isin(ORGANIC)], last_year=int(series.index.max()), mid_year=mid_year)
    refuse_incomplete([int(y) for y in series.index], acting)
    refuse_unspliced(acting)
    deltas = acting.groupby("year")["delta_kg"].sum()
    restated = series + deltas.reindex(series.index, fill_value=0.0) if recalculated else series
    below = restated[(restated < -1e-6 * series.abs().max()) & (series >= 0)]
    if len(below):
        raise MethodError("restated emissions would be below zero", rows=below.rename("restated_kg").reset_index(),
                          hint="an event takes out more than the year reported: correct its deltas")
    restated = restated.rename("restated_kg")
    restated.attrs = {**series.attrs, "view": "restated", "breaks": _unmended(series, acting if recalculated else None)}
    return Restated(series, restated, table, recalculated, day)


def _of_series(
    events: pd.DataFrame, series: pd.Series, scopes: Sequence[str] | None, scope2_method: str | None
) -> pd.DataFrame:
    for name, value in (("scopes", scopes), ("scope2_method", scope2_method)):
        stated_value = series.attrs.get(name)
        if value and stated_value and sorted(value) != sorted(stated_value):
            raise MethodError(f"{name}={value!r}, and the series is of {stated_value!r}",
                              hint=f"leave {name} out, or take the series that is meant")
    scopes = scopes or series.attrs.get("scopes") or SCOPES
    method = scope2_method or series.attrs.get("scope2_method")
    if not set(scopes) <= set(SCOPES) or method not in (None, NO_METHOD, *SCOPE2_METHODS):
        raise MethodError(f"scopes {list(scopes)}, scope2_method {method!r}: unknown",
                          hint=f"scopes of {SCOPES}, scope2_method one of {SCOPE2_METHODS}")
    if method is None and (events["scope2_method"] != NO_METHOD).any():
        raise MethodError("the events give scope 2 by both methods and the series does not state its method",
                          hint="pass scope2_method=")
    return of_scopes(events, scopes, method or NO_METHOD)


def _unmended(series: pd.Series, acting: pd.DataFrame | None) -> tuple[tuple[str, int], ...]:
    """Return the breaks that events leave in a series: two GWP sets compare only after an event that converts years."""
    carried = acting is not None and (acting["kind"] == "gwp_set").any()
    return () if carried else tuple(b for b in series.attrs.get("breaks", ()) if b[0].startswith(GWP_BREAK))


def refuse_incomplete(years: Sequence[int], acting: pd.DataFrame) -> None:
    """Raise an error on an event without a delta for a year before it; one within a year needs that year too.

    Raises MethodError: The event and its missing years.
    """
    for event, lines in acting.groupby("event_id", sort=True):
        # Bought or sold within a year and counted whole: that year lacks the days before.
        within = lines["kind"].isin(STRUCTURAL).all() and (lines["share"] < 1).any() and (lines["part"] == 1).all()
        last = int(lines["event_year"].iloc[0]) + bool(within)
        missing = [int(y) for y in years if y < last and y not in set(lines["year"])]
        if missing:
            raise MethodError(
                f"event {event} ({lines['kind'].iloc[0]}, {lines['entity'].iloc[0]}) has no delta for {missing}",
                hint="give the entity's emissions of each year before the event; 0 is a figure, an empty cell is not",
            )


def refuse_unspliced(acting: pd.DataFrame) -> None:
    """Raise an error on a change of method without kilograms: a plain series has no year by both methods to splice."""
    blank = acting[acting["delta_kg"].isna()]
    if len(blank):
        raise MethodError("a change of method without its kilograms", rows=blank[["event_id", "kind", "year", "scope"]],
                          hint="restate the Inventories (they splice where a year is known by both methods), or give "
                               "the deltas")


def like_for_like(by_entity: pd.DataFrame, years: tuple[int, int]) -> tuple[pd.Series, list[str]]:
    """Compare two years on their common boundary: only entities present in both.

    Parameters
    ----------
    by_entity
        entity x year, kg CO2e; NaN where the entity was not in the boundary.

    Returns
    -------
    (Series, list)
        kg by year over the common entities, and the entities left out.
    """
    common = by_entity[list(years)].notna().all(axis=1)
    return by_entity.loc[common, list(years)].sum(), sorted(map(str, by_entity.index[~common]))


def splice(old: pd.Series, new: pd.Series) -> pd.Series:
    """Convert old years to a new method by the ratio new/old of their overlap year; only where a rerun is impossible.

    Raises MethodError: No year in both series.
    """
    overlap = old.index.intersection(new.index)
    ratio = splice_ratio(old, new, where="the series")
    return pd.concat([old[old.index < overlap[0]] * ratio, new]).rename("spliced_kg")


def splice_ratio(old: pd.Series, new: pd.Series, *, where: str) -> float:
    """Return new / old in the first year calculated by both methods.

    Raises MethodError: No such year, or nothing by the old method in it.
    """
    overlap = old.index.intersection(new.index)
    if not len(overlap):
        raise MethodError(f"a splice of {where} needs a year calculated by both methods",
                          hint="rerun one year with both releases, or give the deltas of the event")
    before = float(old.loc[overlap[0]])
    if not (np.isfinite(before) and np.isfinite(float(new.loc[overlap[0]]))):
        raise MethodError(f"the overlap year {overlap[0]} of {where} is not known by both methods",
                          hint="rerun one year with both releases, or give the deltas of the event")
    if before == 0:
        raise MethodError(f"the overlap year {overlap[0]} of {where} is zero by the old method; no ratio exists",
                          hint="give the deltas of the event")
    return float(new.loc[overlap[0]]) / before
