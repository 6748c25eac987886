"""The emission-factor library: cited, dated, pinned; and the choice of a factor for each activity.

Names are loaded when first used, so that `import carbon` stays quick.
"""

from __future__ import annotations

from carbon.core.public_names import lazy_room

_HOME = {
    "Library": "library", "load": "library", "releases": "library",
    "table": "search", "search": "search", "show": "search",
    "resolve": "matching", "match_factors": "matching", "Resolved": "matching", "Matched": "matching",
    "estimate": "estimates", "Estimate": "estimates", "gwp": "gwp_sets",
}

__getattr__, __dir__ = lazy_room(__name__, _HOME)
search = __getattr__("search")  # at once: a module has that name too
