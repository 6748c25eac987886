"""
The base year and what keeps it comparable: an append-only ledger of events, their significance, three views of history.

Source: GHG Protocol, Corporate Standard ch. 5 and appendix E; 5 % is the SBTi's threshold, the Standard leaves it to
the company's policy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from carbon.core.errors import MethodError, TableError
from carbon.core.schemas import AMOUNT, DAY, INTEGER, TEXT, Table

STRUCTURAL = ("acquisition", "divestment", "merger", "outsourcing", "insourcing")
METHOD = ("method", "factor_vintage", "gwp_set", "consolidation", "scope2_method", "error")
ORGANIC = ("organic_growth", "organic_decline", "new_facility", "closed_facility")
KINDS = (*STRUCTURAL, *METHOD, *ORGANIC)
MEASURES = ("single", "net", "gross")

EVENTS = Table("base_year_events", {
    "event_id": TEXT, "kind": TEXT, "date": DAY, "entity": TEXT, "year": INTEGER, "scope": TEXT, "scope2_method": TEXT,
    "delta_kg": AMOUNT, "reason": TEXT, "evidence": TEXT, "recorded_on": DAY,
}, key=("event_id", "year", "scope", "scope2_method"), choices={"kind": KINDS})
"""
One yearly delta of one event: what the year would have had more (or less) with today's boundary and methods [kg CO2e].
Append-only: a mistake is corrected by another event.
"""


@dataclass(frozen=True)
class Restated:
    """
    History as reported, restated, and the measures that decided it.

    series [kg CO2e by year]; significance: one row an event; `recalculated` says whether the threshold was reached.
    """

    as_reported: pd.Series
    restated: pd.Series
    significance: pd.DataFrame
    recalculated: bool
    as_of: pd.Timestamp


def checked_events(events: pd.DataFrame) -> pd.DataFrame:
    """
    The ledger of events, each with its evidence.

    Raises
    ------
    TableError
        A missing column, an unknown kind, an event without reason or evidence.
    """
    table = EVENTS.validate(events)
    bare = table[(table["reason"] == "") | (table["evidence"] == "")]
    if len(bare):
        raise TableError(
            "a base-year event needs a reason and evidence", rows=bare[["event_id", "kind", "year"]],
            hint="append the reason and where its proof is kept to data/ledger/<company>/base_year_events.csv",
        )
    return table


def significance(events: pd.DataFrame, *, base_year: int, base_kg: float) -> pd.DataFrame:
    """
    How much each event moves the base year, alone and with those before it.

    single = |delta|/base; net = |sum delta|/base; gross = sum |delta|/base, since the last recalculation.

    Returns
    -------
    DataFrame
        event_id, kind, date, entity, delta_kg (base year), single, net, gross, triggers (organic events never do).
    """
    if base_kg <= 0:
        raise MethodError(f"base-year emissions are {base_kg} kg; a share of nothing does not exist")
    of_base = events[events["year"] == base_year]
    table = of_base.groupby(["date", "event_id", "kind", "entity"], sort=True)["delta_kg"].sum().reset_index()
    counts = ~table["kind"].isin(ORGANIC)
    delta = table["delta_kg"].where(counts, 0.0)
    return table.assign(
        single=delta.abs() / base_kg, net=delta.cumsum().abs() / base_kg, gross=delta.abs().cumsum() / base_kg,
        counts=counts,
    )[["event_id", "kind", "date", "entity", "delta_kg", "single", "net", "gross", "counts"]]


def restate(
    series: pd.Series,
    events: pd.DataFrame,
    *,
    base_year: int,
    as_of: str | pd.Timestamp,
    threshold: float,
    measure: str,
) -> Restated:
    """
    History with today's boundary and methods, when the events are significant.

    restated(y) = reported(y) + sum of deltas of the events recorded up to `as_of`. An event's date is the first day of
    the new boundary: its deltas speak of the years before, and are given for each.

    Parameters
    ----------
    series
        kg CO2e by year as reported, one scope 2 method.
    threshold
        Share of base-year emissions from which the base year is recalculated (policy of the company).
    measure
        "single", "net" or "gross" (policy of the company; gross lets no opposite changes hide each other).

    Raises
    ------
    MethodError
        Base year outside the series; an event without a delta for a year of the series it must restate.
    """
    if measure not in MEASURES:
        raise MethodError(f"unknown significance measure {measure!r}", hint=f"one of {list(MEASURES)}")
    if base_year not in series.index:
        raise MethodError(f"the series has no base year {base_year} (years {list(series.index)})")
    day = pd.Timestamp(as_of)
    known = checked_events(events)
    known = known[known["recorded_on"] <= day]
    table = significance(known, base_year=base_year, base_kg=float(series.loc[base_year]))
    recalculated = bool((table[measure] >= threshold).any())
    _complete(series, known, table)
    deltas = known[~known["kind"].isin(ORGANIC)].groupby("year")["delta_kg"].sum()
    restated = series + deltas.reindex(series.index, fill_value=0.0) if recalculated else series
    return Restated(series, restated.rename("restated_kg"), table, recalculated, day)


def _complete(series: pd.Series, events: pd.DataFrame, table: pd.DataFrame) -> None:
    acting = table.loc[table["counts"], "event_id"]
    for event in acting:
        own = events[events["event_id"] == event]
        last = int(own["date"].dt.year.iloc[0])
        missing = [int(y) for y in series.index if y < last and y not in set(own["year"])]
        if missing:
            raise MethodError(
                f"event {event} ({own['kind'].iloc[0]}, {own['entity'].iloc[0]}) has no delta for {missing}",
                hint="give the entity's emissions of each year before the event; 0 is a figure, an empty cell is not",
            )


def like_for_like(by_entity: pd.DataFrame, years: tuple[int, int]) -> tuple[pd.Series, list[str]]:
    """
    Common boundary of two years: only entities present in both.

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
    """
    Old years carried to a new method by the ratio new/old in their overlap year; only where a rerun is impossible.

    Raises
    ------
    MethodError
        No year in both series.
    """
    overlap = old.index.intersection(new.index)
    if not len(overlap):
        raise MethodError("a splice needs a year calculated by both methods", hint="rerun one year with both releases")
    ratio = float(new.loc[overlap[0]] / old.loc[overlap[0]])
    if not np.isfinite(ratio):
        raise MethodError(f"the overlap year {overlap[0]} is zero by the old method; the ratio does not exist")
    return pd.concat([old[old.index < overlap[0]] * ratio, new]).rename("spliced_kg")
