"""
The emission-factor library: cited, dated, pinned; and the choice of a factor for each activity.

Names are loaded when first used, so that `import carbon` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Library": "library", "load": "library", "table": "search", "search": "search", "show": "search",
    "resolve": "matching", "match_factors": "matching", "Resolved": "matching", "Matched": "matching",
    "estimate": "estimates", "Estimate": "estimates",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
