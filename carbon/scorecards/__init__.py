"""Indicators: checked definitions, values with their evidence, scorecards."""

from __future__ import annotations

from carbon.core.public_names import lazy_room

_HOME = {
    "indicators": "company", "Indicators": "company", "company_check": "company", "check": "linter",
    "starter": "catalogue", "catalogue": "catalogue", "Catalogue": "catalogue", "values": "computation",
    "criteria_list": "commitments",
}

__getattr__, __dir__ = lazy_room(__name__, _HOME)
catalogue = __getattr__("catalogue")  # at once: a module has that name too
