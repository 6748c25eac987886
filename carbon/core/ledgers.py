"""Ledgers to which people append: decisions about unclassified purchases, and base-year events.

Source of the kinds of events and measures of significance: GHG Protocol, Scope 3 Standard (2011) section 9.3;
Corporate Standard ch. 5, as others quote it, and the introduction of appendix E.
"""

from __future__ import annotations

import pandas as pd

from carbon.core.ghg_protocol import CALENDAR
from carbon.core.periods import reporting_year
from carbon.core.schemas import DAY, INTEGER, NUMBER, TEXT, Table

DECISIONS = Table("decisions", {
    "supplier": TEXT, "account": TEXT, "category": TEXT, "activity": TEXT, "scope3_category": INTEGER, "exclude": TEXT,
    "author": TEXT, "decided_on": DAY, "evidence": TEXT,
})
"""One decision of a person: how the lines of this supplier, account and category are classified or why excluded. The
reason of an exclusion begins with its kind where it has one ("tax: business rates").
"""
DECISION_KEYS = ("supplier", "account", "category")
"""The lines of a decision: all three are as in the records, "" included; ANY is all of them."""
ANY = "*"

STRUCTURAL = ("acquisition", "divestment", "merger", "outsourcing", "insourcing")
METHOD = ("method", "factor_vintage", "gwp_set", "consolidation", "scope2_method", "error")
ORGANIC = ("organic_growth", "organic_decline", "new_facility", "closed_facility")
KINDS = (*STRUCTURAL, *METHOD, *ORGANIC)
MEASURES = ("single", "net", "gross")
ALL_YEARS, PRO_RATA = "all_years", "pro_rata"
MID_YEAR = (ALL_YEARS, PRO_RATA)
"""Effect of an event within a year: on all years at once, or in its own year in proportion to its days, then all."""

EVENTS = Table("base_year_events", {
    "event_id": TEXT, "kind": TEXT, "date": DAY, "entity": TEXT, "year": INTEGER, "scope": TEXT, "category": INTEGER,
    "scope2_method": TEXT, "delta_kg": NUMBER, "reason": TEXT, "evidence": TEXT, "recorded_on": DAY,
}, key=("event_id", "year", "scope", "category", "scope2_method"), choices={"kind": KINDS, "scope": ("1", "2", "3")})
"""One yearly delta of one event: what the year would have had more (or less) with today's boundary and methods [kg
CO2e], at the share of the entity that the company's consolidation counts: half an entity of 40 t is a delta of 20 t.
`category` is 0 for scope 3 as one total. `delta_kg` is NaN only for a change of method that has to be spliced.
Append-only: a mistake is corrected by another event.
"""


def with_years(events: pd.DataFrame, starts: str = CALENDAR) -> pd.DataFrame:
    """Add the reporting year of each event and the share of that year which has the new boundary.

    share = days from the event's date to the end of its reporting year / days of that year; 1 on its first day.

    Parameters
    ----------
    starts
        First day of the reporting year, e.g. "04-01".

    Returns
    -------
    DataFrame
        Also `event_year` and `share`.
    """
    days = {day: _year_and_share(day, starts) for day in events["date"].unique()}
    return events.assign(event_year=events["date"].map({d: y for d, (y, _) in days.items()}).astype("int64"),
                         share=events["date"].map({d: s for d, (_, s) in days.items()}).astype("float64"))


def _year_and_share(day: pd.Timestamp, starts: str) -> tuple[int, float]:
    year = next(y for y in (day.year, day.year + 1) if day <= reporting_year(y, starts)[1])
    first, last = reporting_year(year, starts)
    return year, ((last - day).days + 1) / ((last - first).days + 1)
