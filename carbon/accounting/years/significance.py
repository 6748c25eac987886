"""The significance of events for the base year, and the part of each that counts.

Source: GHG Protocol, Scope 3 Standard (2011) section 9.3 with tables 9.4 and 9.5; Corporate Standard ch. 5, as others
quote it, and appendix E, its introduction. 5 % is the SBTi's threshold, the Standards leave it to the company's policy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from carbon.accounting.years.by_year import calendar_years, mean_of_years
from carbon.core.errors import MethodError
from carbon.core.ledgers import MID_YEAR, ORGANIC, PRO_RATA, STRUCTURAL
from carbon.core.plain_numbers import refuse_no_number
from carbon.core.text import instead


def significance(
    events: pd.DataFrame, *, base_year: int | Sequence[int], base_kg: float, threshold: float | None = None,
    measure: str = "gross",
) -> pd.DataFrame:
    """Measure how much each event moves the base year, alone and with those before it.

    single = |delta|/base; net = |sum delta|/base; gross = sum |delta|/base, summed since the last recalculation: an
    event whose `measure` reaches the threshold recalculates the base, and the sums start again from the new base.

    Parameters
    ----------
    events
        Deltas of one series (`of_scopes`).
    base_year, base_kg
        The base year and its emissions [kg]; several years and their mean, where the base is one: the deltas count by
        their mean over the same years.
    threshold
        None: measure only.

    Returns
    -------
    DataFrame
        event_id, kind, date, entity, delta_kg (base year), single, net, gross, counts (organic events never do),
        triggers.
    """
    absent = [c for c in ("event_id", "kind", "date", "entity", "year", "delta_kg") if c not in events.columns]
    if absent:
        raise MethodError(f"the events lack the columns {', '.join(absent)}",
                          hint="take `checked_events(table)`; plain numbers: `event_shares(deltas, base_kg=...)`")
    years = _years(base_year)
    if not 0 < base_kg < np.inf:
        raise MethodError(f"base-year emissions are {base_kg} kg; a share of nothing does not exist",
                          hint="choose a base year with emissions, or other scopes for base_year_policy")
    of_base = events.assign(delta_kg=events["delta_kg"].where(events["year"].isin(years), 0.0).fillna(0.0) / len(years))
    table = of_base.groupby(["date", "event_id", "kind", "entity"], sort=True)["delta_kg"].sum().reset_index()
    table["counts"] = ~table["kind"].isin(ORGANIC)
    measured = _measured(table["delta_kg"].where(table["counts"], 0.0).tolist(), base_kg, threshold, measure)
    table[["single", "net", "gross", "triggers"]] = pd.DataFrame(
        measured, columns=["single", "net", "gross", "triggers"], index=table.index)
    table["triggers"] = table["triggers"].astype(bool) & table["counts"]
    return table[["event_id", "kind", "date", "entity", "delta_kg", "single", "net", "gross", "counts", "triggers"]]


def _years(base_year: int | Sequence[int]) -> list[int]:
    given_years = [base_year] if isinstance(base_year, int | float | np.integer | np.floating) else base_year
    return sorted(set(calendar_years(given_years, what="base_year")))


def base_kg_of(series: pd.Series, base_year: int | Sequence[int]) -> float:
    """Return the emissions of the base year, or the mean of several [kg].

    Raises MethodError: A base year that the series does not have, or has no figure for.
    """
    years = _years(base_year)
    missing = [y for y in years if y not in series.index]
    if not years:
        raise MethodError("no base year is given", hint="a calendar year, or the years of a mean base")
    if missing:
        raise MethodError(f"the series has no base year {', '.join(map(str, missing))} (years {list(series.index)})",
                          hint="add the year to reported_inventories, or move base_year in the company's params")
    return mean_of_years(series, years)


def counted(events: pd.DataFrame, *, last_year: int, mid_year: str) -> pd.DataFrame:
    """Return the events with the part of each delta that counts: all of it, or pro rata in the last year reported.

    Pro rata, an acquisition or sale within the last year counts for its share of that year's days in the years before,
    and not at all in its own year, whose inventory holds the days that count; from the next year on, whole.

    Parameters
    ----------
    events
        With `event_year` and `share` (`with_years`).

    Returns
    -------
    DataFrame
        Also `part` and `whole_kg`; delta_kg is whole_kg x part.

    Raises
    ------
    MethodError
        An unknown `mid_year`.

    References
    ----------
    GHG Protocol, Corporate Standard, appendix E (2005): both options, and that the comparison over time does not depend
    on the choice; read in its introduction only.
    """
    if mid_year not in MID_YEAR:
        raise MethodError(f"unknown choice for events within a year: {mid_year!r}",
                          hint=instead(str(mid_year), MID_YEAR))
    now = (events["event_year"] == last_year) & events["kind"].isin(STRUCTURAL) & (mid_year == PRO_RATA)
    part = events["share"].where(now, 1.0).mask(now & (events["year"] >= last_year) & (events["share"] < 1), 0.0)
    return events.assign(delta_kg=events["delta_kg"] * part, whole_kg=events["delta_kg"], part=part)


def _measured(
    deltas: list[float], base_kg: float, threshold: float | None, measure: str
) -> list[tuple[float, float, float, bool]]:
    net = gross = 0.0
    rows = []
    for delta in deltas:
        net, gross = net + delta, gross + abs(delta)
        shares = {"single": abs(delta) / base_kg, "net": abs(net) / base_kg, "gross": gross / base_kg}
        # A share of exactly the threshold reaches it, whatever the rounding of the division.
        triggers = threshold is not None and bool(shares[measure] * (1 + np.finfo(float).eps) >= threshold)
        rows.append((shares["single"], shares["net"], shares["gross"], triggers))
        if triggers and base_kg + net > 0:
            base_kg, net, gross = base_kg + net, 0.0, 0.0
    return rows


def event_shares(delta_kg: ArrayLike, *, base_kg: float) -> dict[str, float]:
    """Return the three measures of a row of events since the last recalculation [shares of the base].

    single = largest |delta| / base;  net = |sum delta| / base;  gross = sum |delta| / base

    Parameters
    ----------
    delta_kg
        Change of the base year by each event [kg]; organic growth is not an event.

    Returns
    -------
    dict
        single, net, gross: gross is never below the others, so opposite changes do not hide each other.

    Raises
    ------
    MethodError
        No event, an unknown delta, a base of zero or less.

    References
    ----------
    GHG Protocol, Corporate Standard ch. 5 and appendix E; the threshold is the company's own policy.
    """
    refuse_no_number("significance", over=0, base_kg=base_kg, hint="a share of nothing does not exist")
    given_deltas = np.asarray(delta_kg)
    deltas = np.atleast_1d(given_deltas)
    refuse_no_number("significance", delta_kg=deltas if given_deltas.dtype.kind in "iuf" else delta_kg)
    if not len(deltas) or np.isnan(deltas.astype(float)).any():
        raise MethodError("no event, or one without its kilograms", hint="0 is a figure, an empty cell is not")
    return {"single": float(np.abs(deltas).max()) / base_kg, "net": abs(math.fsum(deltas)) / base_kg,
            "gross": math.fsum(np.abs(deltas)) / base_kg}
