"""
From records to activities: what each row is, in which unit, scope and category, and where the others ended.
"""

from __future__ import annotations

from carbon.activities.arrow import classify
from carbon.activities.classified import Classified
from carbon.activities.ledger import check_ledger, complete_ledger
from carbon.core.distances import great_circle_km

__all__ = ["Classified", "check_ledger", "classify", "complete_ledger", "great_circle_km"]
