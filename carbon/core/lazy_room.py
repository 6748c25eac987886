"""Rooms whose names are loaded on first use, so that `import carbon` stays quick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from carbon.core.boxed import as_public


def lazy_room(package: str, home: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a package (PEP 562).

    Importing a module binds its name in the package. A public name that is also the name of a module is therefore not
    for `home`: the package imports it from that module at once.

    Parameters
    ----------
    package
        Its `__name__`.
    home
        Public name -> the module of the package that defines it, or the full name of a module elsewhere
        ("carbon.core.x").
    """

    def get(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        where = home[name]
        return as_public(getattr(import_module(where if "." in where else f"{package}.{where}"), name), package)

    return get, lambda: sorted(home)
