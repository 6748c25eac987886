"""
Indicators: definitions that are checked before they are reported, values that carry their evidence, scorecards.

Names are loaded when first used, so that `import carbon` stays quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_HOME = {
    "indicators": "company", "Indicators": "company", "company_check": "company", "check": "linter",
    "starter": "catalogue", "catalogue": "catalogue", "Catalogue": "catalogue", "values": "computation",
    "scorecard": "scorecards",
}


class _Room(ModuleType):
    """
    `indicators.catalogue` is the function, although the module of that name is loaded too.
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
