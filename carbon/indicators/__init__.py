"""
Indicators: definitions that are checked before they are reported, values that carry their evidence, scorecards.

Names are loaded when first used, so that `import carbon` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "indicators": "company", "Indicators": "company", "check": "linter", "starter": "catalogue",
    "catalogue": "catalogue", "Catalogue": "catalogue", "values": "computation", "scorecard": "scorecards",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
