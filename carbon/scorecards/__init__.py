"""
Indicators: definitions that are checked before they are reported, values that carry their evidence, scorecards.

Names are loaded when first used, so that `import carbon` stays quick. The room can be called, as `cb.indicators(...)`.
"""

from __future__ import annotations

from carbon.core.lazy_room import callable_room, lazy_room

_HOME = {
    "indicators": "company", "Indicators": "company", "company_check": "company", "check": "linter",
    "starter": "catalogue", "catalogue": "catalogue", "Catalogue": "catalogue", "values": "computation",
    "scorecard": "scorecards",
}

__getattr__, __dir__ = lazy_room(__name__, _HOME)
callable_room(__name__, "company")
