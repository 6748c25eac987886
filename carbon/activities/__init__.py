"""From records to activities: what each row is, in which unit, scope and category, and where the others ended."""

from __future__ import annotations

from carbon.activities.classification.classified import Classified
from carbon.activities.pipeline import classify
from carbon.activities.shares import check_accepted_share, rejected_shares
from carbon.core.places import great_circle_km
from carbon.core.public_names import box_all

__all__ = ["Classified", "check_accepted_share", "classify", "great_circle_km", "rejected_shares"]
box_all(globals(), __all__)
