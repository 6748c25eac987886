"""The events that count: those known on a day, compared with the base year by the company's own policy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from carbon.accounting.years.base_year import checked_events, known_day, of_scopes
from carbon.accounting.years.by_year import EARLIEST
from carbon.accounting.years.history_tables import History
from carbon.accounting.years.significance import base_kg_of, counted, significance
from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import CALENDAR
from carbon.core.ledgers import ALL_YEARS, EVENTS, ORGANIC, with_years

if TYPE_CHECKING:
    from carbon.params.shapes.company import BaseYearPolicy, CompanyParams


@dataclass(frozen=True, repr=False)
class CountedEvents(Displayed):
    """The events of a history on a day.

    Attributes
    ----------
    acting
        Lines of the events that move figures if the base year is recalculated, as `counted` gives them.
    significance
        One row an event with its three measures and whether it triggered.
    recalculated
        At least one event reached the threshold.
    day
        Day up to which events are known; NaT without events.
    """

    acting: pd.DataFrame
    significance: pd.DataFrame
    recalculated: bool
    day: pd.Timestamp


def count_events(history: History, as_of: str | pd.Timestamp | None) -> CountedEvents:
    """Select the events known on a day (None: all), their significance, and whether the base year is recalculated.

    Significance is that of the whole event, also where it counts pro rata in its first year.

    Raises MethodError: No policy in the company's params; base year not in the history.
    """
    if history.events.empty:  # as a rule: the index draws hundreds of such histories
        none, shares = _of_no_events()
        day = history.events["recorded_on"].max() if as_of is None else known_day(as_of)
        return CountedEvents(none.copy(), shares.copy(), False, day)
    known_events = with_years(checked_events(history.events), history.year_starts)
    day = known_events["recorded_on"].max() if as_of is None else known_day(as_of)
    known_events = known_events if as_of is None else known_events[known_events["recorded_on"] <= day]
    if known_events.empty:
        return CountedEvents(*_measured(known_events), False, day)
    params, policy = _policy(history)
    series = history.plain_series(policy.scopes, params.scope2_headline)
    in_scope = of_scopes(known_events, policy.scopes, params.scope2_headline)
    base_year = policy.base_years or params.base_year
    table = significance(in_scope, base_year=base_year, base_kg=base_kg_of(series, base_year),
                         threshold=policy.threshold, measure=policy.measure)
    # A change of method without kilograms cannot be measured: it counts as significant.
    recalculated = bool(table["triggers"].any() or known_events["delta_kg"].isna().any())
    acting = counted(known_events[~known_events["kind"].isin(ORGANIC)], last_year=max(history.years),
                               mid_year=policy.mid_year)
    return CountedEvents(acting, table, recalculated, day)


def _measured(none: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return acting lines and significance of an empty table of events."""
    return counted(none, last_year=0, mid_year=ALL_YEARS), significance(none, base_year=EARLIEST, base_kg=1)


@lru_cache(maxsize=1)
def _of_no_events() -> tuple[pd.DataFrame, pd.DataFrame]:
    return _measured(with_years(EVENTS.empty(), CALENDAR))


def _policy(history: History) -> tuple[CompanyParams, BaseYearPolicy]:
    params = history.params
    if params is None or params.base_year_policy is None:
        raise MethodError(f"{history.company} has base-year events and no policy for their significance",
                          hint="add `base_year_policy: {threshold, measure, scopes}` to the company's params")
    return params, params.base_year_policy
