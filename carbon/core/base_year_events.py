"""
The words of the ledger of base-year events: kinds, measures of significance, and its contract.

Source: GHG Protocol, Corporate Standard ch. 5 and appendix E.
"""

from __future__ import annotations

from carbon.core.schemas import DAY, INTEGER, NUMBER, TEXT, Table

STRUCTURAL = ("acquisition", "divestment", "merger", "outsourcing", "insourcing")
METHOD = ("method", "factor_vintage", "gwp_set", "consolidation", "scope2_method", "error")
ORGANIC = ("organic_growth", "organic_decline", "new_facility", "closed_facility")
KINDS = (*STRUCTURAL, *METHOD, *ORGANIC)
MEASURES = ("single", "net", "gross")

EVENTS = Table("base_year_events", {
    "event_id": TEXT, "kind": TEXT, "date": DAY, "entity": TEXT, "year": INTEGER, "scope": TEXT, "category": INTEGER,
    "scope2_method": TEXT, "delta_kg": NUMBER, "reason": TEXT, "evidence": TEXT, "recorded_on": DAY,
}, key=("event_id", "year", "scope", "category", "scope2_method"), choices={"kind": KINDS, "scope": ("1", "2", "3")})
"""
One yearly delta of one event: what the year would have had more (or less) with today's boundary and methods [kg CO2e].
`category` is 0 where scope 3 is given as a whole. `delta_kg` is NaN only for a change of method that has to be spliced.
Append-only: a mistake is corrected by another event.
"""
