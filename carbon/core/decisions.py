"""The table of decisions that people took about unclassified purchases."""

from __future__ import annotations

from carbon.core.schemas import DAY, INTEGER, TEXT, Table

DECISIONS = Table("decisions", {
    "supplier": TEXT, "account": TEXT, "category": TEXT, "activity": TEXT, "scope3_category": INTEGER, "exclude": TEXT,
    "author": TEXT, "decided_on": DAY, "evidence": TEXT,
})
"""One decision of a person: what the lines of this supplier, account and category are, or why they are excluded."""
KEYS = ("supplier", "account", "category")
"""The lines a decision is about: all three are as in the records, "" included."""
