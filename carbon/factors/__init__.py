"""
The emission-factor library: cited, dated, pinned; and the choice of a factor for each activity.

Names are loaded when first used, so that `import carbon` stays quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_HOME = {
    "Library": "library", "load": "library", "releases": "library",
    "table": "search", "search": "search", "show": "search",
    "resolve": "matching", "match_factors": "matching", "Resolved": "matching", "Matched": "matching",
    "estimate": "estimates", "Estimate": "estimates",
}


class _Room(ModuleType):
    """
    `factors.search` is the function, although the module of that name is loaded too: import would bind the module.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Room


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
