"""
A package whose names are loaded when first used, so that `import carbon` stays quick.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from carbon.core.boxed import as_public


def lazy_room(package: str, home: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """
    `__getattr__` and `__dir__` of a package.

    `factors.search` stays the function, although the module of that name is loaded too: import would bind the module.

    Parameters
    ----------
    package
        Its `__name__`.
    home
        Public name -> module of the package that holds it.
    """

    class Room(ModuleType):
        def __setattr__(self, name: str, value: object) -> None:
            if not (name in home and isinstance(value, ModuleType)):
                super().__setattr__(name, value)

    def get(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return as_public(getattr(import_module(f"{package}.{home[name]}"), name), package)

    sys.modules[package].__class__ = Room
    return get, lambda: sorted(home)
