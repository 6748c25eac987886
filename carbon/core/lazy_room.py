"""
A package whose names are loaded when first used, so that `import carbon` stays quick.
"""

from __future__ import annotations

import inspect
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
        Public name -> module of the package that holds it, or the whole name of one elsewhere ("carbon.core.x").
    """

    class Room(ModuleType):
        def __setattr__(self, name: str, value: object) -> None:
            if not (name in home and isinstance(value, ModuleType)):
                super().__setattr__(name, value)

    def get(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        where = home[name]
        return as_public(getattr(import_module(where if "." in where else f"{package}.{where}"), name), package)

    sys.modules[package].__class__ = Room
    return get, lambda: sorted(home)


def callable_room(package: str, module: str) -> None:
    """
    Let a package be called as the function of its own name, with that function's signature and docstring.

    Once `carbon.inventory` is loaded, `cb.inventory` is that package: importing binds it, and every
    `import carbon.inventory.x as y` needs it bound. So the package answers as the arrow an analyst types.

    Parameters
    ----------
    package
        Its `__name__`, e.g. "carbon.accounting".
    module
        Its module that holds the function, e.g. "company"; loaded when first asked for.
    """
    name = package.rpartition(".")[2]
    before = type(sys.modules[package])

    def function() -> Callable[..., Any]:
        return as_public(getattr(import_module(f"{package}.{module}"), name), package)

    # The class that the module has, known only now; types are checked before anything runs.
    class Called(before):  # type: ignore[valid-type, misc]
        def __call__(self, *args: Any, **keywords: Any) -> Any:
            return function()(*args, **keywords)

        @property
        def __signature__(self) -> inspect.Signature:
            return inspect.signature(function())

    # A property named __doc__ in the class body would be taken for the docstring of the class itself.
    Called.__doc__ = property(lambda _: function().__doc__)  # type: ignore[assignment]
    sys.modules[package].__class__ = Called
